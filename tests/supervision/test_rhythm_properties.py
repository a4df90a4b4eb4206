"""The rhythm over ten years: whatever the schools' own days, absences and cancellations are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schools.rules.calendar import OwnDays, SchoolCalendar, of_county
from supervision.rules.rhythm import (
    NINE_WEEKS,
    SETS,
    Away,
    Kind,
    Manager,
    Outcome,
    Past,
    Place,
    Rhythm,
    Shape,
    Worker,
    plan,
)
from supervision.rules.rhythm.months import ENOUGH, counting, last_of
from teams.rules.terms import offered_terms

YEARS = 10
FIRST = date(2026, 9, 1)
COUNTY = of_county([term for year in range(2026, 2026 + YEARS) for term in offered_terms(year)])
ALTERNATE = Rhythm(Shape.ALTERNATE, FIRST)
MIRA = Manager("Mira Patel")
MONTHS = counting(COUNTY, FIRST)

# A busy machine is no reason to fail.
unhurried = settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
days = st.dates(FIRST, date(2026 + YEARS, 7, 1))
own_days = st.builds(
    lambda first, length, is_open: OwnDays(first, first + timedelta(days=length), is_open, "INSET"),
    days, st.integers(0, 12), st.booleans(),
)  # fmt: skip
calendars = st.lists(own_days, max_size=6).map(lambda own: SchoolCalendar(COUNTY.terms, tuple(own)))
weekdays = st.frozensets(st.integers(0, 4), min_size=1)
stretches = st.lists(st.builds(lambda a, n: Away(a, a + timedelta(days=n)), days, st.integers(0, 60)), max_size=4)


@st.composite
def workers(draw, *, is_disturbed):
    found = []
    for number in range(draw(st.integers(1, 4))):
        names = ["Oakfield", "Beech Lane"][: draw(st.integers(1, 2))]
        places = tuple(Place(name, name, draw(weekdays), draw(calendars), FIRST) for name in names)
        away = tuple(draw(stretches)) if is_disturbed else ()
        found.append(Worker(number, f"Worker {number}", SETS[number % 2], FIRST, places, (), away))
    return found


def ten_years(people, manager=MIRA, *, cancels=()):
    """Month by month as it goes: what is due, and everything of it held but what a school calls off."""
    story = []
    for number, month in enumerate(MONTHS):
        due = plan(month, ALTERNATE, people, COUNTY, manager, today=month)
        outcome = Outcome.SCHOOL_CANCELLED if number in cancels else Outcome.HELD
        before = {worker.key: worker for worker in people}
        people = [
            replace(
                worker,
                past=(
                    *worker.past,
                    *(Past(each.kind, each.on, outcome, each.place) for each in due if each.worker == worker.key),
                ),
            )
            for worker in people
        ]
        story.append((month, due, before))
    return story


def place_of(worker, due):
    return next(place for place in worker.places if place.key == due.place)


@unhurried
@given(workers(is_disturbed=True), st.sets(st.integers(0, 109), max_size=15), stretches)
def test_nothing_is_due_on_a_closed_day_or_one_on_which_somebody_is_away_and_every_date_has_its_sentence(
    people, cancels, manager_away
):
    manager = Manager("Mira Patel", away=tuple(manager_away))
    for month, due, before in ten_years(people, manager, cancels=cancels):
        for each in due:
            assert month <= each.on <= last_of(month)
            assert not manager.is_away(each.on)
            assert each.sentence.endswith(".")
            assert "  " not in each.sentence
            assert ".." not in each.sentence
            if each.kind == Kind.PEER:
                assert COUNTY.is_school_day(each.on)
            else:
                worker = before[each.worker]
                place = place_of(worker, each)
                assert place.calendar.is_school_day(each.on)
                assert each.on.weekday() in place.weekdays
                assert not worker.is_away(each.on)


@unhurried
@given(workers(is_disturbed=False))
def test_sets_change_over_every_month_that_counts_and_two_schools_take_turns(people):
    schools: dict[int, list[str]] = {worker.key: [] for worker in people}
    impossible = set()
    for number, (month, due, _) in enumerate(ten_years(people)):
        visited, other = SETS[number % 2], SETS[1 - number % 2]
        peers = [each.group for each in due if each.kind == Kind.PEER]
        assert peers == ([other] if any(worker.group == other for worker in people) else [])
        for worker in people:
            mine = [each for each in due if each.worker == worker.key]
            was_impossible = worker.key in impossible
            has_days = any(
                day.weekday() in place.weekdays
                for place in worker.places
                for day in place.calendar.between(month, last_of(month))
            )
            expected = worker.group == visited or was_impossible
            assert len(mine) == (expected and has_days)
            impossible.discard(worker.key)
            if expected and not has_days:
                impossible.add(worker.key)
            schools[worker.key] += [each.place for each in mine]
    for worker in people:
        visits = schools[worker.key]
        all_open = all(
            any(d.weekday() in p.weekdays for d in p.calendar.between(m, last_of(m)))
            for p in worker.places
            for m in MONTHS
        )
        if all_open and len(worker.places) == 2:
            assert all(a != b for a, b in zip(visits, visits[1:], strict=False))


@unhurried
@given(workers(is_disturbed=False))
def test_nobody_goes_more_than_nine_school_weeks_unless_the_calendar_leaves_no_day(people):
    for month, due, before in ten_years(people):
        for each in due:
            if each.kind == Kind.PEER:
                continue
            worker = before[each.worker]
            last = max((past.on for past in worker.past), default=None)
            calendar = place_of(worker, each).calendar
            if last is None or calendar.days_after(last, each.on) <= NINE_WEEKS:
                continue
            earlier = [
                day
                for day in calendar.between(month, each.on - timedelta(days=1))
                if day.weekday() in place_of(worker, each).weekdays
            ]
            assert not earlier, f"{each.on} is later than nine school weeks after {last}, and {earlier[-1]} was there"


@unhurried
@given(workers(is_disturbed=True), st.sampled_from(MONTHS), st.randoms())
def test_the_same_is_planned_whoever_asks_and_in_whatever_order(people, month, random):
    today = FIRST
    once = plan(month, ALTERNATE, people, COUNTY, MIRA, today=today)
    shuffled = list(people)
    random.shuffle(shuffled)

    def in_order(due):
        return sorted(due, key=lambda each: (each.kind, each.on, str(each.worker)))

    assert in_order(plan(month, ALTERNATE, shuffled, COUNTY, MIRA, today=today)) == in_order(once)


def test_eight_workers_have_four_visits_and_one_peer_supervision_a_month():
    place = Place("oakfield", "Oakfield", frozenset(range(5)), COUNTY, FIRST)
    people = [Worker(n, f"Worker {n}", SETS[n % 2], FIRST, (place,)) for n in range(8)]
    for _, due, _ in ten_years(people):
        assert [each.kind for each in due] == [Kind.IN_SCHOOL] * 4 + [Kind.PEER]


def test_august_never_counts_and_ten_years_have_eleven_months_each():
    assert not [month for month in MONTHS if month.month == 8]
    assert len(MONTHS) == 11 * YEARS
    assert all(len(COUNTY.between(month, last_of(month))) >= ENOUGH for month in MONTHS)
