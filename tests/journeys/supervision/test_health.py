"""How supervision is going, looked at: the county's page, one measure, and two faces after an answer (part 9, H3)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from teams.models import Area, Team
from tests.factories.authorities import LONDON
from tests.supervision.crew import make_crew, place
from tests.supervision.kept_records import action, play_two_terms, record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def monday(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2027, 2, 8, 12, tzinfo=LONDON))


def test_a_county_with_three_teams_and_a_school_with_a_face(fenshire, visitor):
    make_crew(fenshire)
    with fenshire.inside():
        play_two_terms(fenshire)
        south = Team.objects.create(name="South team", area=Area.objects.create(name="South of the river"))
        for number in range(30, 35):
            there = place(fenshire, number)
            there.post.__class__.objects.filter(pk=there.post_id).update(team=south)
            faces = ("partly", "yes") if number % 2 else ("yes", "no")
            made = record(
                there, date(2027, 1, number - 9), lines=(True, False), final_on=date(2027, 1, 29), faces=faces
            )
            action(made, date(2027, 1, 29), status="kept", settled=date(2027, 1, 28))
    manager = visitor().sign_in(fenshire, "manager").goto("/fenshire/supervision/miles/2026/11/")
    manager.fill("Your own miles on 3 November 2026", "many").press("Save my miles").reads("There is a problem")
    senior = visitor().sign_in(fenshire, "senior").goto("/fenshire/county/")
    senior.follow("How supervision is going").reads("What schools thought of it").check("health")
    senior.follow("Actions closed").reads("South team", "Too few to show")
