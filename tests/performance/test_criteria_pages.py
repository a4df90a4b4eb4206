"""The pages of success criteria: set, judge, speak for, take back; figures beside them; few queries."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from performance.actions.criteria_year import CriteriaYear
from performance.models import Evidence, Judgement, SuccessCriterion, Tally, Wave
from performance.rules.criteria import GROUPS, SHIPPED
from supervision.actions import visits
from supervision.models import Visit
from teams.actions.terms import keep_terms
from teams.models import Team
from teams.questionnaires.newest import newest
from teams.questionnaires.shipped import PULSES
from teams.rules.terms import offered_terms
from tests.factories.authorities import LONDON, NOW
from tests.factories.visits import text
from tests.supervision.stories import supervised
from tests.told import story

NOVEMBER = datetime(2026, 11, 20, 9, 0, tzinfo=LONDON)


@story
def pursued(fenshire):
    """November: the terms are known, a supervision has been held, no criterion is set."""
    with fenshire.inside():
        keep_terms(2026, offered_terms(2026), by=fenshire.as_("admin"), at=NOW)
        supervised(fenshire)
    return fenshire


@pytest.fixture
def asked(pursued, client_for, monkeypatch):
    """`asked("manager")`: a browser in November."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOVEMBER)
    return lambda who: client_for(pursued, who)


def joint_visit(county, on: datetime) -> Visit:
    by = county.as_("manager")
    visit = visits.plan(
        county.placement, kind=Visit.Kind.JOINT, worker=county.people["worker"], manager=county.people["manager"],
        due_on=on.date(), why="Joint visit this month.", by=by, at=NOW,
    )  # fmt: skip
    visit.agree(on, on + timedelta(hours=1), place="Library", by=by, at=NOW)
    visit.hold({visit.manager_id, visit.worker_id}, by=by, at=NOW)
    return visit


def pulse(county, season: str, *said: tuple[Team | None, str, int, int]) -> None:
    """A pulse that is over; `said` are (team, group, agree, disagree) for each question alike."""
    questionnaire = newest(PULSES.code, by=county.clock, at=NOW)
    wave = Wave.objects.create(
        kind="pulse", questionnaire=questionnaire, school_year=2026, season=season, opens_on=date(2026, 10, 1),
        closes_on=date(2026, 10, 20), status="closed", closed_at=NOW,
    )  # fmt: skip
    for team, group, yes, no in said:
        counts = {question["code"]: {"4": yes, "3": 0, "2": no, "1": 0} for question in PULSES.questions}
        Tally.objects.create(wave=wave, team=team, group=group, answers=yes + no, counts=counts)


def test_the_two_are_set_with_one_press_and_a_second_press_sets_nothing(pursued, asked):
    manager = asked("manager")
    assert "Nothing is set yet" in text(manager.get("/fenshire/criteria/"))
    start = f"/fenshire/criteria/start/{pursued.team.public_id}/"
    for _ in range(2):
        assert manager.post(start).status_code == 302
    with pursued.inside():
        found = list(SuccessCriterion.objects.order_by("position"))
    assert [each.text for each in found] == [each.text for each in SHIPPED]
    page = text(manager.get("/fenshire/criteria/"))
    assert "2 criteria are to be judged this term." in page
    assert all(each.text in page for each in SHIPPED)
    assert asked("other_manager").post(start).status_code == 403
    assert manager.post("/fenshire/criteria/start/county/").status_code == 403
    assert asked("senior").post("/fenshire/criteria/start/county/").status_code == 302
    assert manager.post("/fenshire/criteria/start/nothing/").status_code == 404


def test_a_criterion_of_ones_own_keeps_what_was_typed_where_a_box_is_empty(pursued, asked):
    manager, page = asked("manager"), f"/fenshire/criteria/new/{pursued.team.public_id}/"
    typed = {
        "text": "Every school knows whom to ring.",
        "deadline_day": "20",
        "deadline_month": "7",
        "deadline_year": "2027",
    }
    refused = manager.post(page, typed)
    assert refused.status_code == 422
    assert "Choose whose views are asked about it" in refused.content.decode()
    assert "Every school knows whom to ring." in refused.content.decode()
    assert manager.post(page, typed | {"asked": ["schools", "members"]}).status_code == 302
    with pursued.inside():
        made = SuccessCriterion.objects.get()
    again = manager.post(page, typed | {"asked": ["schools", "members"]}, follow=True)
    assert "This criterion is there already" in text(again), "A second press says so on the page of the first."
    with pursued.inside():
        assert SuccessCriterion.objects.count() == 1
    assert (made.deadline, made.groups_in_words) == (date(2027, 7, 20), ["Members of the team", "Schools"])


def test_judging_asks_for_a_reason_and_the_reader_sees_both(pursued, asked):
    with pursued.inside():
        made = set_for(pursued)
    manager, page = asked("manager"), f"/fenshire/criteria/{made.public_id}/"
    refused = manager.post(page, {"term": "autumn", "level": "on_the_way", "reason": ""})
    assert refused.status_code == 422
    assert "Give the reason in a sentence or two" in refused.content.decode()
    assert manager.post(page, {"term": "autumn", "level": "on_the_way", "reason": "Schools say so."}).status_code == 302
    read = text(asked("worker").get(page))
    assert "On the way Schools say so." in read
    assert asked("worker").post(page, {"term": "autumn", "level": "met", "reason": "Mine"}).status_code == 403
    assert asked("other_manager").get(page).status_code == 404
    assert asked("head").get(page).status_code == 403
    with pursued.inside():
        assert Judgement.objects.count() == 1
    assert "Judge how far it is" in text(manager.get(page))
    assert "spring" not in manager.get(page).content.decode().lower()  # a term that has not begun is not judged


def test_what_speaks_for_it_is_linked_to_where_it_happened_once(pursued, asked):
    with pursued.inside():
        made, visit = set_for(pursued), joint_visit(pursued, datetime(2026, 11, 3, 10, 0, tzinfo=LONDON))
    manager, page = asked("manager"), f"/fenshire/criteria/{made.public_id}/evidence/"
    assert "Joint visit with Wanda Fenshire, 3 November 2026" in text(manager.get(page))
    assert manager.post(page, {"what": f"visit-{visit.public_id}"}).status_code == 302
    again = manager.post(page, {"what": f"visit-{visit.public_id}", "says": "Both knew the family."})
    assert again.status_code == 422
    assert "speaks for it already" in again.content.decode()
    assert "Both knew the family." in again.content.decode()
    nothing = manager.post(page, {"what": "words", "says": ""})
    assert "Write what happened" in nothing.content.decode()
    undated = manager.post(page, {"what": "words", "says": "A school rang to thank us."})
    assert "Give the day on which it happened" in undated.content.decode()
    made_up = manager.post(page, {"what": "visit-5b0e9d6e-3a52-4d7c-9c2e-0a5d4d6c8a11"})
    assert made_up.status_code == 422
    with pursued.inside():
        found = Evidence.objects.get()
    assert (found.kind, found.subject_id, found.happened_on) == ("visit", visit.public_id, date(2026, 11, 3))
    assert asked("worker").post(f"/fenshire/criteria/evidence/{found.public_id}/back/").status_code == 403
    assert manager.post(f"/fenshire/criteria/evidence/{found.public_id}/back/").status_code == 302
    assert "A joint visit." not in text(manager.get(f"/fenshire/criteria/{made.public_id}/"))


def test_a_criterion_is_dropped_with_a_reason_and_not_judged_any_more(pursued, asked):
    with pursued.inside():
        made = set_for(pursued)
    manager, page = asked("manager"), f"/fenshire/criteria/{made.public_id}/"
    assert "Say why it is dropped" in manager.post(f"{page}drop/", {}).content.decode()
    assert manager.post(f"{page}drop/", {"drop-reason": "Two teams became one."}).status_code == 302
    assert "Dropped: Two teams became one." in text(manager.get(page))
    assert made.text not in text(manager.get("/fenshire/criteria/"))
    assert manager.post(page, {"term": "autumn", "level": "met", "reason": "Late"}).status_code == 422


def test_the_indicators_are_sums_of_five_or_more_and_never_nought(pursued, asked):
    """Four members are nobody's number: not on the team's page, and not by taking the other team from the county."""
    with pursued.inside():
        other = Team.objects.exclude(pk=pursued.team.pk).get()
        set_for(pursued)
        set_for(pursued, team=None, who="senior")
        joint_visit(pursued, datetime(2026, 11, 3, 10, 0, tzinfo=LONDON))
        # The four members of one team were too few to count, so no tally of theirs is there (Wave.close).
        pulse(pursued, "autumn", (pursued.team, "colleagues", 6, 2), (other, "members", 5, 1))
        year = CriteriaYear(pursued.as_("senior", NOVEMBER.date()), 2026, today=NOVEMBER.date())
        said = {
            whose: [line.terms[0][1].says for line in year.indicators(team)]
            for whose, team in (("ours", pursued.team), ("theirs", other), ("county", None))
        }
    assert said == {
        "ours": ["Too few to show", "6 of 8 agree", "Once", "Too few to show"],
        "theirs": ["5 of 6 agree", "Too few to show", "0 times", "5 of 6 agree"],
        "county": ["5 of 6 agree", "6 of 8 agree", "Once", "5 of 6 agree"],
    }
    assert "Too few to show" in text(asked("manager").get("/fenshire/criteria/"))


def test_a_term_in_which_nobody_was_asked_says_so(pursued, asked):
    with pursued.inside():
        set_for(pursued)
    assert "Not asked" in text(asked("manager").get("/fenshire/criteria/"))


def test_the_pages_take_few_queries_and_no_more_with_more_of_everything(pursued, asked, queries):
    with pursued.inside():
        made = set_for(pursued)
    manager, senior = asked("manager"), asked("senior")
    pages = [
        lambda: manager.get("/fenshire/criteria/"),
        lambda: senior.get("/fenshire/criteria/"),
        lambda: manager.get(f"/fenshire/criteria/{made.public_id}/"),
        lambda: manager.get(f"/fenshire/criteria/{made.public_id}/evidence/"),
    ]

    def counted() -> list[int]:
        found = []
        for page in pages:
            with queries() as seen:
                assert page().status_code == 200
            found.append(len(seen))
        return found

    counted()
    few = counted()
    with pursued.inside():
        me, by = pursued.people["manager"], pursued.as_("manager")
        for number in range(6):
            other = set_for(pursued)
            other.judge("met", "So.", school_year=2026, season="autumn", person=me, by=by, at=NOW)
            for each in (made, other):
                evidence = Evidence(
                    criterion=each, kind="words", happened_on=date(2026, 10, 1), says=f"Word {number}",
                    brought_by=me, brought_at=NOW,
                )  # fmt: skip
                evidence.save()
        for number in range(3):
            team = Team.objects.create(name=f"Team {number}")
            set_for(pursued, team=team, who="senior")
        pulse(pursued, "autumn", (pursued.team, "members", 6, 0))
    assert counted() == few
    assert max(few) <= 20, few


def set_for(county, team="own", who: str = "manager") -> SuccessCriterion:
    return SuccessCriterion.set_for(
        county.team if team == "own" else team, 2026, SHIPPED[0].text, deadline=date(2027, 7, 21), groups=list(GROUPS),
        by=county.as_(who), at=NOW,
    )  # fmt: skip
