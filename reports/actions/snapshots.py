"""What a term's papers say: the version in force, this term's days and this term's cost, taken once and sealed."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Container
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from reports.actions.kinds import KINDS, SERVICE_AGREEMENT
from reports.rules import cost_until, hours_in_term, sheet_until
from schools.actions.agreements import WEEKDAYS
from schools.models import Agreement
from schools.models.agreements import NEEDED, Party, SignedPart
from schools.models.signatures import holding, signed_parts
from schools.rules.money import money_term_of
from teams.foundation import sealing
from teams.models import Term
from teams.rules import terms as term_rules
from teams.rules.calendar import Season

PAY_WITHIN = timedelta(days=30)
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without what is misread: I L O 0 1
CODE_GROUPS, GROUP_LENGTH = 4, 4
# What is new on every paper, though it says the same: two snapshots are compared without these.
OF_THE_PAPER = ("reference", "issued_on", "check")


def snapshot_of(
    agreement: Agreement, term: Term, *, authority: Any, closed: Container[date], reference: str, at: datetime
) -> dict[str, Any]:
    """Plain JSON, complete: nothing on the papers comes from anywhere else. `closed` are the bank holidays.

    Reads the placement, and prefetched versions and signatures. Where notice was given, the sealed schedule is cut at
    the last day: nothing is charged for days after it.
    """
    version = agreement.in_force
    sheet, cost = version.cost_sheet, version.cost
    ends_early = agreement.last_day < agreement.ends_on
    if ends_early:
        sheet, cost = sheet_until(agreement.last_day, sheet), cost_until(agreement.last_day, cost)
    signatures = _signatures(agreement)
    season = Season(term.season)
    return sealing.plain(
        {
            "kind": SERVICE_AGREEMENT,
            "authority": authority.letterhead | {"slug": authority.slug},
            "reference": reference,
            "version": version.number,
            "signed_on": timezone.localdate(max(line["signed_at"] for line in signatures)),
            "issued_on": timezone.localdate(at),
            "is_active": True,
            "way": version.way,
            "cost": cost,
            "cost_sheet": sheet,
            "way_digest": version.way_digest,
            "cost_digest": version.cost_digest,
            "term": {
                "season": term.season,
                "label": str(term),
                "starts_on": term.starts_on,
                "half_term_starts_on": term.half_term_starts_on,
                "half_term_ends_on": term.half_term_ends_on,
                "ends_on": term.ends_on,
            },
            "ends_early_on": agreement.last_day if ends_early else None,
            "days": _days_of(agreement, term, closed),
            "charge": {
                "term": next((each["amount"] for each in sheet["terms"] if each["season"] == season), "0.00"),
                "months": [
                    [each["month"], each["amount"]]
                    for each in sheet["months"]
                    if money_term_of(date.fromisoformat(each["month"])).season == season
                ],
                "due_on": _charged_on(agreement, term) + PAY_WITHIN,
            },
            "signatures": signatures,
            "check": {copy: check_of(authority.slug) for copy in KINDS[SERVICE_AGREEMENT].copies},
            "placement": agreement.placement.public_id,
        }
    )


def _charged_on(agreement: Agreement, term: Term) -> date:
    """The term's charge is made when the term starts; where the school agrees or the work begins later, then.

    A change that is signed later moves nothing: what was charged stays charged (agreement, part 3).
    """
    agreed = min(
        timezone.localdate(signature.signed_at)
        for signature in agreement.signatures.all()
        if (signature.party, signature.part) == (Party.SCHOOL, SignedPart.COST)
    )
    return max(term.starts_on, agreement.starts_on, agreed)


def says_the_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Would both print the same words, apart from the paper's own number, day and check codes?"""
    return _words_of(one) == _words_of(other)


def _words_of(snapshot: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in snapshot.items() if name not in OF_THE_PAPER}


def _days_of(agreement: Agreement, term: Term, closed: Container[date]) -> dict[str, Any]:
    """This term's days and hours. New days hold from when all have signed them; `before` tells of those until then."""
    dates = term_rules.Term(
        Season(term.season), term.starts_on, term.half_term_starts_on, term.half_term_ends_on, term.ends_on
    )
    counts: Counter[str] = Counter()
    hours, before = Decimal(0), []
    for first, last, days in _days_by_date(agreement):
        held = {
            weekday: term_rules.weekdays_in_term(
                dates, {WEEKDAYS.index(weekday)}, closed, starts_on=first, ends_on=last
            )
            for weekday in dict.fromkeys(day["day"] for day in days)
        }
        counts.update(held)
        hours += hours_in_term(days, held)
        if last < agreement.last_day and any(held.values()):
            before.append({"until": last, "days": days})
    return {
        "total": counts.total(),
        "by_weekday": sorted(counts.items(), key=lambda each: WEEKDAYS.index(each[0])),
        "hours": hours,
        "before": before,
    }


def _days_by_date(agreement: Agreement) -> list[tuple[date, date, list[dict[str, str]]]]:
    """First day, last day and the days in school between them. A new text with the same days changes nothing here."""
    signatures = agreement.signatures.all()
    signed = [
        (timezone.localdate(max(signature.signed_at for signature in holding(signatures, version))), version.way)
        for version in sorted(agreement.versions.all(), key=lambda version: version.number)
        if version.number <= agreement.in_force.number and signed_parts(signatures, version) >= NEEDED
    ]
    held: list[tuple[date, list[dict[str, str]]]] = []
    for day, way in signed:
        days = (way or {})["days"]
        if not held:
            held.append((agreement.starts_on, days))
        elif days != held[-1][1]:
            held.append((max(day, agreement.starts_on), days))
    ends = [*(first - timedelta(days=1) for first, _ in held[1:]), agreement.last_day]
    return [(first, last, days) for (first, days), last in zip(held, ends, strict=True) if first <= last]


def _signatures(agreement: Agreement) -> list[dict[str, Any]]:
    """Who signed which parts of the version in force, a line for each person, in the order of signing."""
    version = agreement.in_force
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for signature in agreement.signatures.all():
        if signature.digest != version.digest_of(signature.part):
            continue
        line = lines.setdefault(
            (signature.party, signature.name),
            {
                "party": signature.party,
                "parts": [],
                "name": signature.name,
                "job": signature.job,
                "signed_at": signature.signed_at,
            },
        )
        line["parts"].append(signature.part)
    return list(lines.values())


def check_of(slug: str) -> dict[str, str]:
    """A code nobody can guess (79 bits), for the public page that says current, superseded or unknown."""
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(CODE_GROUPS))
    return {"code": code, "address": f"{settings.PUBLIC_ADDRESS}/{slug}/check/{code}"}
