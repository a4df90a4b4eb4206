"""Somebody of another agency, with whom the team at Oakfield works; and one of Beech's team who has said "not me"."""

from __future__ import annotations

from datetime import timedelta

from teams.actions import agencies
from teams.foundation.access import Principal
from teams.foundation.links import Link, principal_of
from teams.models import AgencyPerson, Person
from tests.factories.authorities import NOW, TODAY, County
from tests.factories.canaries import COUNCIL

ADDED = NOW - timedelta(days=3)


def nurses(county: County) -> None:
    """`county.people["nurse"]` has no account: nobody asks for pages as her. Her link is in test_pulse_links."""
    for key, manager, team in (("nurse", "manager", "team"), ("youth worker", "other_manager", "elsewhere")):
        name, mailbox = (county.canaries.plant(f"{key} {what}", COUNCIL | {key}) for what in ("name", "mailbox"))
        row = agencies.add(
            county.rows[team], agency=f"Service {county.canaries.plant(f'{key} agency', {manager, 'admin'})}",
            name=f"Ann {name}", email=f"{mailbox.lower()}@agency.example", by=county.as_(manager), at=ADDED,
        )  # fmt: skip
        county.rows[key] = row
        county.people[key] = Person.objects.get(pk=row.person_id)
        # What she reads in a mail and by its link.
        for what in ("name", "mailbox", "telephone"):
            county.canaries.plant(f"{manager} {what}", {key})
        for cell in ("authority", f"{team} name"):
            county.canaries.plant(cell, {key})
    county.rows["youth worker"].say_gone(by=_link_of(county, "youth worker"), at=NOW)
    assert AgencyPerson.objects.filter(said_so=True).count() == 1


def _link_of(county: County, key: str) -> Principal:
    person = county.people[key]
    link, _ = Link.make(purpose="pulse.answer", subject=county.rows[key], person=person, at=NOW)
    return principal_of(link, today=TODAY)
