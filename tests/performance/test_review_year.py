"""The worker's year fills itself, the same for the worker and for who leads: nothing else can be used (M8, W5, H79)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from performance.actions import overview, worker_year
from schools.models import Placement, School, TimeAway
from supervision.actions import visits
from supervision.actions.sessions import Finishing, Typed, finish
from supervision.models import Visit
from teams.actions.terms import keep_terms
from teams.models import Absence, Commitment, Employment, LineManagement
from teams.rules.terms import offered_terms
from tests.factories.authorities import LONDON
from tests.factories.reviews import make_review
from tests.performance.stories import HELD, HELD_ON, give_part, placed

pytestmark = pytest.mark.django_db
STARTS, ENDS = date(2026, 9, 1), date(2027, 8, 31)
TUESDAY = datetime(2027, 3, 2, 8, 30, tzinfo=LONDON)  # Wanda's day at Beech, 08:30 to 15:30


@pytest.fixture
def year(county):
    for school_year in (2026, 2027):
        keep_terms(school_year, offered_terms(school_year), by=county.clock, at=HELD)
    return lambda who="worker", on=HELD_ON: worker_year.gather(
        county.people["worker"], STARTS, ENDS, by=county.as_(who, on), now=HELD
    )


def of_school(found, name: str):
    return next(each for each in found.in_school if each.school.startswith(name))


def test_time_in_school_stands_for_each_school_of_the_year_alike_for_both_readers(county, year):
    for who in ("worker", "manager"):
        found = year(who)
        assert [each.school.split()[0] for each in found.in_school] == ["Beech", "Oakfield"]
        assert of_school(found, "Beech").percent == 100
        assert of_school(found, "Beech").count.agreed > 30 * 7 * 60
        assert of_school(found, "Beech").words.startswith("100 %: ")
    assert year("worker").in_lines() == year("manager").in_lines()


def test_two_schools_of_the_same_name_are_two_schools(county, year):
    School.objects.filter(pk=county.beech.pk).update(name=county.oakfield.name)
    assert len(year().in_school) == 2


def test_time_away_with_a_benefit_is_told_apart_and_an_absence_is_not_in_school(county, year):
    whole = of_school(year(), "Beech").count
    TimeAway.objects.create(
        placement=county.at_beech, person=county.people["worker"], written_by=county.people["worker"],
        starts_at=TUESDAY, back_at=TUESDAY + timedelta(hours=3), purpose="training", benefit="New rules", told_at=HELD,
    )  # fmt: skip
    found = of_school(year(), "Beech").count
    assert (found.with_benefit, found.given) == (180, whole.given - 180)
    assert "away with a benefit to the school 3 hours" in of_school(year(), "Beech").words
    day = TUESDAY.date() + timedelta(days=7)
    Absence.objects.create(person=county.people["worker"], starts_on=day, ends_on=day)
    assert of_school(year(), "Beech").count.private == 7 * 60


def test_a_colleagues_days_in_the_same_post_are_not_hers(county, year):
    whole = of_school(year(), "Beech").count.agreed
    half = date(2027, 2, 1)
    Employment.objects.filter(person=county.people["worker"]).update(starts_on=half)
    Employment.objects.create(
        post=county.post, person=county.people["other_worker"], starts_on=date(2024, 9, 1),
        ends_on=half - timedelta(days=1),
    )  # fmt: skip
    hers = of_school(year(), "Beech").count.agreed
    assert 0 < hers < whole
    other = worker_year.gather(
        county.people["other_worker"], STARTS, ENDS, by=county.as_("other_worker", HELD_ON), now=HELD
    )
    assert of_school(other, "Beech").count.agreed == whole - hers


def test_a_school_that_she_left_in_the_year_still_stands_with_its_days(county, year):
    left = date(2026, 12, 18)
    Placement.objects.filter(pk=county.at_beech.pk).update(ends_on=left, status="ended")
    whole = of_school(year(), "Beech").count
    assert 0 < whole.agreed < 20 * 7 * 60
    again = placed(county, "beech")
    Placement.objects.filter(pk=again.pk).update(starts_on=date(2027, 5, 1))
    assert of_school(year(), "Beech").count.agreed > whole.agreed, "Two times at one school are one line."


def hold(county, kind: str, words: list[list[str]]) -> None:
    at = datetime(2027, 1, 12, 10, 0, tzinfo=LONDON)
    by = county.as_("manager", at.date())
    visit = visits.plan(
        county.placement, kind=kind, worker=county.people["worker"], manager=county.people["manager"],
        due_on=at.date(), why="This month.", by=by, at=at,
    )  # fmt: skip
    visit.agree(at, at + timedelta(hours=1), place="Library", by=by, at=at)
    done = Finishing(
        key=uuid4(), shared=Typed([]), two=Typed(words), started_at=at, finished_at=at + timedelta(hours=1)
    )
    finish(Visit.objects.for_page().get(pk=visit.pk), done, by=by, at=at + timedelta(hours=1))


def test_joint_visits_stand_with_why_she_went_along(county, year):
    hold(county, Visit.Kind.JOINT, [["reason", "difficulty"], ["seen", "A calm talk"]])
    hold(county, Visit.Kind.ONE_TO_ONE, [["wellbeing", "Fine"]])
    for who in ("worker", "manager"):
        found = {each.kind: each.rows for each in year(who).held}
        assert [(day, why) for day, why, _ in found["Joint visits"]] == [(date(2027, 1, 12), "a difficulty")]
        assert len(found["One-to-ones"]) == 1
        assert found["Supervision in school"] == []


def test_actions_of_each_side_are_counted_as_kept_of_what_fell_due(county, year):
    two = [
        ["action-1-text", "Look at the miles"], ["action-1-by", "manager"], ["action-1-due", "2027-02-01"],
        ["action-2-text", "Read the policy"], ["action-2-by", "worker"], ["action-2-due", "2027-02-01"],
        ["action-3-text", "Later"], ["action-3-by", "worker"], ["action-3-due", "2027-12-01"],
    ]  # fmt: skip
    hold(county, Visit.Kind.ONE_TO_ONE, two)
    Commitment.objects.get(text="Read the policy").keep(by=county.as_("worker", HELD_ON), at=HELD)
    assert {each.side: each.words for each in year().actions} == {
        "The worker’s actions": "1 of 1 kept",
        "The manager’s actions": "0 of 1 kept",
    }


def test_a_year_without_anything_says_so(county):
    worker = county.people["other_worker"]
    found = worker_year.gather(worker, STARTS, ENDS, by=county.as_("other_worker", HELD_ON), now=HELD)
    assert found.is_empty


def test_who_is_where_counts_all_schemes_alike_and_names_whom_no_scheme_holds_for(county):
    LineManagement.objects.create(
        person=county.people["other_worker"], manager=county.people["manager"], starts_on=date(2024, 9, 1)
    )
    found = overview.of_manager(county.as_("manager", HELD_ON), HELD_ON)
    assert [(status, number) for status, _, number in found.counts()] == [
        ("preparing", 1), ("given", 0), ("to_agree", 0), ("final", 0),
    ]  # fmt: skip
    assert [(each.worker.pk, each.stage) for each in found.to_begin] == [
        (county.people["other_worker"].pk, "Mid-year talk")
    ]
    Employment.objects.filter(person=county.people["other_worker"]).update(employer="Fen Health Trust")
    found = overview.of_manager(county.as_("manager", HELD_ON), HELD_ON)
    assert [each.stage for each in found.to_begin] == [""]
    make_review(county, stage="mid_year")
    give_part(county, county.silent, "other_head")
    assert overview.of_manager(county.as_("manager", HELD_ON), HELD_ON).counts()[0][2] == 2
