"""Young people who are asked, and answers in bulk: for tests of what people say."""

from __future__ import annotations

from typing import Any

from casework.models import YoungPerson
from performance.actions import asking, rounds
from performance.models import Sheet, Ticket, Wave
from tests.factories.agreements import make_agreement
from tests.factories.authorities import NOW, TODAY, County
from tests.reports.stories import add_terms

FOUR = {"heard": "yes", "useful": "partly", "safe": "yes", "changed": "better"}


def ready(county: County) -> None:
    """Terms, both placements, and the rounds of the autumn term open. Not inside the county's scope."""
    add_terms(county)
    with county.inside():
        make_agreement(county)
        make_agreement(county, post="other_post", school="beech")
        rounds.turn(TODAY, by=county.clock, at=NOW)
        county.rows["young"] = young_person(county, "J.S.")
        county.rows["wave"] = Wave.objects.get(kind=Wave.Kind.YOUNG)


def young_person(county: County, initials: str, worker: str = "worker", school: str = "oakfield") -> YoungPerson:
    return YoungPerson.objects.create(
        initials=initials, school=county.rows[school], worker=county.people[worker], need="Mornings", starts_on=TODAY
    )


def asked(county: County, channel: str = Ticket.Channel.CODE, *, kind: str = "young-person", **whom: Any) -> str:
    """The token of a new ticket."""
    young = whom.get("young") or county.young
    by = county.as_(whom.get("by", "worker"))
    return asking.ask(young, kind, channel, by=by, at=NOW)[1]


def said(wave: Wave, team: Any, school: Any, answers: list[dict[str, str]]) -> None:
    """Sheets as they are when they have been sent."""
    Sheet.objects.bulk_create(Sheet(wave=wave, team=team, school=school, answers=each) for each in answers)
