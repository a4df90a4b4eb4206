"""For a senior manager to decide: agreements above a manager's limit, managers away with nobody covering, and what she
said herself and has not done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone

from reports.needs.line import Kind, Need, as_json, moment
from schools.models import Agreement, Signature
from schools.models.signatures import NEEDED, Party
from teams.foundation.access import Principal, Role
from teams.foundation.words import whole_money
from teams.models import Absence, Commitment, Cover, Membership

WORDS = {"school": "the school", "worker": "the worker", "council": "the council"}


def _above(principal: Principal) -> QuerySet[Any]:
    signed = Signature.objects.filter(agreement=OuterRef("pk")).values(
        found=JSONObject(party="party", part="part", digest="digest")
    )
    return (
        Agreement.objects.visible_to(principal)
        .waiting_for_signature()
        .filter(latest__whole_cost__gt=F("authority__manager_limit"))
        .order_by("offered_at", "pk")
        .values(
            found=JSONObject(
                public_id="public_id",
                school="placement__school__name",
                cost=Cast("latest__whole_cost", TextField()),
                limit=Cast("authority__manager_limit", TextField()),
                at="offered_at",
                way="latest__way_digest",
                price="latest__cost_digest",
                signed=ArraySubquery(signed),
            )
        )
    )


def _above_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [
        Need(
            f"Sign for the council: {row['school']}",
            f"{whole_money(Decimal(row['cost']))} a year, above the managers' limit of "
            f"{whole_money(Decimal(row['limit']))}. {also_waits(waits, 'council')}",
            "To sign",
            "agreement_sign",
            UUID(row["public_id"]),
            moment(row["at"]),
        )
        for row in found
        if "council" in (waits := list(_waits_for(row)))
    ]


def _waits_for(row: dict[str, Any]) -> Iterator[str]:
    """The parties still to sign the texts that are on the table (Agreement.waits_for says the same of one record)."""
    digests = {"way": row["way"], "cost": row["price"]}
    signed = {(each["party"], each["part"]) for each in row["signed"] if each["digest"] == digests[each["part"]]}
    missing = {str(party) for party, part in NEEDED if (str(party), str(part)) not in signed}
    return (str(party) for party in Party.values if str(party) in missing)


def also_waits(waits_for: list[str], party: str) -> str:
    """Who has to sign besides this party, in words."""
    others = [other for other in waits_for if other != party]
    if not others:
        return "Everybody else has signed."
    have = "has" if len(others) == 1 else "have"
    return f"{' and '.join(WORDS[other] for other in others).capitalize()} still {have} to sign too."


def _uncovered(principal: Principal) -> QuerySet[Any]:
    today = principal.today
    held = Membership.objects.on(today).filter(person=OuterRef("person"), role=Role.TEAM_MANAGER)
    covered = Cover.objects.on(today).filter(manager=OuterRef("person"))
    rows = Absence.objects.on(today).filter(Exists(held), ~Exists(covered))
    return as_json(rows.order_by("starts_on", "pk"), name="person__name")


def _uncovered_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [
        Need(
            f"{row['name']} is away, and nobody covers",
            "What waits for a manager who is away waits for nobody until you say who covers.",
            "Away",
            "cover",
        )
        for row in found
    ]


def _late(principal: Principal) -> QuerySet[Any]:
    mine = Commitment.objects.visible_to(principal).filter(promised_by=principal.person_id)
    rows = mine.said().late(principal.today).order_by("due_on", "pk")
    return as_json(rows, public_id="public_id", text="text", due_on="due_on")


def _late_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [
        Need(
            f"You said: {row['text']}",
            "It is late.",
            "Action",
            "action",
            UUID(row["public_id"]),
            timezone.make_aware(datetime.combine(date.fromisoformat(row["due_on"]) + timedelta(days=1), time())),
        )
        for row in found
    ]


ABOVE_LIMIT = Kind(_above, _above_lines)
UNCOVERED = Kind(_uncovered, _uncovered_lines)
LATE = Kind(_late, _late_lines)
