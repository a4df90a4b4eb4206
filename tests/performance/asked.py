"""Young people who are asked, and answers in bulk: for tests of what people say."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from casework.models import YoungPerson
from performance.actions import asking, rounds
from performance.models import Sheet, Ticket, Wave
from teams.models import Wording
from teams.questionnaires.newest import newest
from tests.factories.agreements import make_agreement
from tests.factories.authorities import NOW, TODAY, County
from tests.reports.stories import add_terms
from tests.teams.test_questionnaires import other_words

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


def text(response) -> str:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main.replace("<wbr>", ""))).replace("\N{NO-BREAK SPACE}", " ")


def speak(county, language: str, kind: str = "young-person") -> None:
    """The questions are there in this language too, from right to left."""
    asked_now = newest(kind, by=county.clock, at=NOW)
    Wording.write(asked_now, language, "اردو", other_words(asked_now.in_language("en").words), "rtl")


class Young:
    """Somebody at a browser without scripts."""

    def __init__(self, token: str) -> None:
        self.client, self.address = Client(), f"/fenshire/q/{token}/"
        self.taps = 0

    def look(self, more: str = "") -> str:
        response = self.client.get(self.address + more)
        assert response.status_code == 200
        return text(response)

    def press(self, **data: str):
        self.taps += 1
        return self.client.post(self.address, data, follow=True)

    def all_four(self) -> None:
        for at, answer in enumerate(FOUR.values()):
            assert f"Question {at + 1} of 4" in self.look(f"?at={at}")
            self.press(at=str(at), answer=answer)


def close(county) -> None:
    for wave in Wave.objects.filter(status="open").select_related("questionnaire"):
        wave.close(by=county.clock, at=NOW)
