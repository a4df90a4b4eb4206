"""Success criteria in a browser: set with one press, judged, spoken for; every state looked at at both widths."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from supervision.actions import visits
from supervision.models import Visit
from teams.actions.terms import keep_terms
from teams.foundation.access import system
from teams.rules.calendar import school_year_of
from teams.rules.terms import offered_terms
from tests.factories.authorities import make_county
from tests.supervision.stories import supervised

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]


@pytest.fixture
def world(site):
    """Terms, and a joint visit ten days ago."""
    county = make_county("fenshire")
    now = timezone.now()
    by = system("tests", today=timezone.localdate(now))
    with county.inside():
        supervised(county)
        for year in range(school_year_of(by.today) - 1, school_year_of(by.today) + 2):
            keep_terms(year, offered_terms(year), by=by, at=now)
        start = now - timedelta(days=10)
        visit = visits.plan(
            county.placement, kind=Visit.Kind.JOINT, worker=county.people["worker"], manager=county.people["manager"],
            due_on=start.date(), why="Joint visit this month.", by=by, at=start,
        )  # fmt: skip
        visit.agree(start, start + timedelta(hours=1), place="Library", by=by, at=start)
        visit.hold({visit.manager_id, visit.worker_id}, by=by, at=start)
    return county


def test_a_manager_sets_judges_and_brings_what_speaks_for_it(world, visitor):
    manager = visitor().sign_in(world, "manager").goto("/fenshire/criteria/")
    manager.reads("Nothing is set yet").check("criteria-empty")
    manager.press("Set the two").reads("2 criteria are set.", "Not asked", "Not judged").check("criteria-set")
    manager.follow("Set another").reads("Say what is to be reached").press("Set it")
    manager.reads("Write what is to be reached", "Choose whose views are asked about it").check("criterion-new-refused")
    manager.goto("/fenshire/criteria/").follow("Members of the team know").check("criterion")
    manager.press("Keep my judgement").reads("Choose how far it is").check("criterion-refused")
    manager.page.get_by_label("On the way").check()
    manager.fill("Why?", "Most say that they know what the others can do.").press("Keep my judgement")
    manager.reads("is kept", "Most say that they know")
    manager.follow("Add what speaks for it").reads("Joint visit with Wanda").check("evidence-new")
    manager.page.get_by_label("Something else that happened").check()
    manager.press("Add it").reads("Write what happened").check("evidence-refused")
    manager.page.get_by_label("Joint visit with Wanda").check()
    manager.fill("What is printed", "Two of us saw one family together.").press("Add it")
    manager.reads("It stands with the criterion.", "Two of us saw one family together.").check("criterion-judged")
    manager.goto("/fenshire/criteria/").reads("1 criterion is to be judged this term.").check("criteria-judged")
    worker = visitor(phone=True).sign_in(world, "worker").goto("/fenshire/criteria/")
    worker.reads("On the way").check("criteria-worker")
