"""Whose year it is: of this worker, in the schools where this worker was, read by whom it is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from performance.actions import beginning, the_year
from schools.models import NextYear, Placement
from supervision.models import Visit
from teams.actions.terms import keep_terms
from teams.foundation.access import Role
from teams.models import Employment, Occasion, Person
from teams.rules.terms import offered_terms
from tests.factories.authorities import LONDON, NOW, add_person
from tests.factories.reviews import JUNE


def test_a_school_that_the_posts_last_holder_left_is_not_asked(county):
    """Wanda takes another post in May; its school was over in January, with somebody else in it."""
    worker = county.people["worker"]
    Employment.objects.filter(person=worker).update(ends_on=date(2027, 4, 30))
    old = Placement.objects.create(
        post=county.other_post, school=county.beech, manager=county.people["other_manager"], hours_per_week=10,
        timetable=[{"weekday": 1, "starts": "08:30", "ends": "15:30"}], starts_on=date(2026, 9, 1),
        ends_on=date(2027, 1, 31), status="ended",
    )  # fmt: skip
    Employment.objects.filter(post=county.other_post).update(ends_on=date(2027, 4, 30))
    Employment.objects.create(post=county.other_post, person=worker, starts_on=date(2027, 5, 1))
    found = beginning.placements_of(worker, county.review.starts_on, county.review.ends_on)
    assert county.placement in found
    assert old not in found


def test_the_heads_facts_are_of_this_worker_and_not_of_who_was_there_before(county):
    for year in (2026, 2027):
        keep_terms(year, offered_terms(year), by=county.as_("admin", JUNE), at=NOW)
    before = Person.objects.create(name="Before", email="before@fenshire.example")
    worker = county.people["worker"]
    Employment.objects.filter(post=county.post).update(person=before, ends_on=date(2027, 4, 30))
    Employment.objects.create(post=county.post, person=worker, starts_on=date(2027, 5, 1))
    for whose, day in ((before, 10), (worker, 20)):
        start = datetime(2027, 4 if whose == before else 5, day, 10, 0, tzinfo=LONDON)
        occasion = Occasion.objects.create(
            kind="in_school", starts_at=start, ends_at=start.replace(hour=11), title="Meeting"
        )
        Visit.objects.create(
            worker=whose, manager=county.people["manager"], placement=county.placement, month=start.date().replace(day=1),
            due_on=start.date(), why="", occasion=occasion, status=Visit.Status.HELD,
        )  # fmt: skip
    review, now = county.review, datetime(2027, 6, 1, 10, 0, tzinfo=LONDON)

    def of(person):
        return the_year.facts_of(county.placement, person, starts_on=review.starts_on, ends_on=review.ends_on, now=now)

    hers, theirs = of(worker), of(before)
    assert (hers.supervisions, theirs.supervisions) == (1, 1)
    assert 0 < hers.time.agreed < theirs.time.agreed
    days = the_year.facts_of(
        county.placement, worker, starts_on=date(2027, 5, 1), ends_on=review.ends_on, now=now
    ).time.agreed
    assert hers.time.agreed == days


def test_nobody_reads_next_year_of_her_own_post_as_a_deputy(county):
    petra = add_person(county, "practitioner", "Petra", Role.SENIOR_PRACTITIONER, "Senior practitioner")
    manager = county.people["manager"]
    covering = replace(county.as_("practitioner", JUNE), covers=frozenset({manager.pk}))
    of_hers = NextYear.objects.filter(placement=county.placement)
    assert of_hers.visible_to(covering).exists()
    Employment.objects.filter(post=county.post).update(person=petra)
    assert not of_hers.visible_to(covering).exists()
