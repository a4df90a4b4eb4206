"""What the schools' floor puts into the slots of lower pages: what a person is to schools, and has to sign."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from schools.actions import left_open
from schools.models import SchoolContact
from teams.foundation import panels
from teams.foundation.access import Principal, Role
from teams.models import Person


def register() -> None:
    panels.declare("person", at_schools, "schools/panels/person.html")
    panels.declare("away_told", told_to_schools, "schools/panels/away_told.html")


def at_schools(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """For administrators: which schools, and how many papers; never what stands in them."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if not principal.has(Role.ADMINISTRATOR):
        return None
    today = principal.today
    contacts = SchoolContact.objects.filter(person=person).visible_to(principal).select_related("school")
    facts = {
        "contacts": list(contacts.order_by("-starts_on", "pk")),
        "schools": left_open.schools_worked_in(person, today),
        "managed": len(left_open.placements_managed(person, today)),
        "to_sign": left_open.agreements_to_sign(person, today),
        "has_left": person.left_at is not None,
        "today": today,
    }
    return facts if any(facts[key] for key in ("contacts", "schools", "managed", "to_sign")) else None


def told_to_schools(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """Which schools read that this person is away. The page itself says who may be here."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    found = left_open.schools_worked_in(person, principal.today)
    return {"schools": [item.words for item in found]} if found else None
