"""People of other agencies, as their team's manager adds them; and the day after, when they can be written to."""

from __future__ import annotations

from datetime import timedelta

from teams.actions import agencies
from teams.models import AgencyPerson, Person, Team
from tests.factories.authorities import NOW, County

NURSE = {"agency": "School nursing", "name": "Nia Jones", "email": "nia@nursing.example"}


def works_with(county: County, team: Team, *, by: str = "manager", **words: str) -> AgencyPerson:
    """Added three days ago: their address is not new any more. Inside the county."""
    row = agencies.add(team, **NURSE | words, by=county.as_(by), at=NOW - timedelta(days=3))
    row.person = Person.objects.get(pk=row.person_id)
    return row


def several(county: County, team: Team, number: int) -> list[AgencyPerson]:
    return [
        works_with(county, team, name=f"Person {each}", email=f"person{each}@agency.example", agency="Youth centre")
        for each in range(number)
    ]
