"""What a term's papers say: the version in force, this term's days and this term's cost, taken once and sealed."""

from __future__ import annotations

import secrets
from collections.abc import Container
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from reports.models import Document
from reports.rules import hours_in_term
from schools.actions.agreements import WEEKDAYS
from schools.models import Agreement
from schools.rules.money import money_term_of
from teams.foundation import sealing
from teams.models import Term
from teams.rules import terms as term_rules
from teams.rules.calendar import Season

SERVICE_AGREEMENT = "service_agreement"
PAY_WITHIN = timedelta(days=30)
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without what is misread: I L O 0 1
CODE_GROUPS, GROUP_LENGTH = 4, 4
# What is new on every paper, though it says the same: two snapshots are compared without these.
OF_THE_PAPER = ("reference", "issued_on", "check")


def snapshot_of(
    agreement: Agreement, term: Term, *, authority: Any, closed: Container[date], reference: str, at: datetime
) -> dict[str, Any]:
    """Plain JSON, complete: nothing on the papers comes from anywhere else. `closed` are the bank holidays.

    Reads the placement, the version in force and prefetched signatures.
    """
    version = agreement.in_force
    days, sheet = version.way["days"], version.cost_sheet
    counts = _school_days(agreement, term, [day["day"] for day in days], closed)
    signatures = _signatures(agreement)
    season = Season(term.season)
    return sealing.plain(
        {
            "kind": SERVICE_AGREEMENT,
            "authority": {
                "name": authority.name,
                "service": authority.service_name,
                "telephone": authority.telephone,
                "colour": authority.colour,
                "slug": authority.slug,
            },
            "reference": reference,
            "version": version.number,
            "signed_on": timezone.localdate(max(line["signed_at"] for line in signatures)),
            "issued_on": timezone.localdate(at),
            "is_active": True,
            "way": version.way,
            "cost": version.cost,
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
            "days": {
                "total": sum(counts.values()),
                "by_weekday": list(counts.items()),
                "hours": hours_in_term(days, counts),
            },
            "charge": {
                "term": next((each["amount"] for each in sheet["terms"] if each["season"] == season), "0.00"),
                "months": [
                    [each["month"], each["amount"]]
                    for each in sheet["months"]
                    if money_term_of(date.fromisoformat(each["month"])).season == season
                ],
                "due_on": term.starts_on + PAY_WITHIN,
            },
            "signatures": signatures,
            "check": {copy: _check(authority.slug) for copy in Document.Copy.values},
            "placement": agreement.placement.public_id,
        }
    )


def says_the_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Would both print the same words, apart from the paper's own number, day and check codes?"""
    return _words_of(one) == _words_of(other)


def _words_of(snapshot: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in snapshot.items() if name not in OF_THE_PAPER}


def _school_days(agreement: Agreement, term: Term, weekdays: list[str], closed: Container[date]) -> dict[str, int]:
    """How many school days of the term fall on each agreed weekday, within the agreement's dates."""
    dates = term_rules.Term(
        Season(term.season), term.starts_on, term.half_term_starts_on, term.half_term_ends_on, term.ends_on
    )
    return {
        weekday: term_rules.weekdays_in_term(
            dates,
            {WEEKDAYS.index(weekday)},
            closed,
            starts_on=agreement.starts_on,
            ends_on=agreement.last_day,
        )
        for weekday in dict.fromkeys(weekdays)
    }


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


def _check(slug: str) -> dict[str, str]:
    """A code nobody can guess (79 bits), for the public page that says current, superseded or unknown."""
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(CODE_GROUPS))
    return {"code": code, "address": f"{settings.PUBLIC_ADDRESS}/{slug}/check/{code}"}
