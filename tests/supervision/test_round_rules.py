"""The month's round, and three times for each school."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supervision.rules.rounds import A_DAY, Stop, length, nearest_first, plan_round, shortened
from supervision.rules.slots import LASTS, OFFERED, Busy, Where, clashes, drive, fits, has_room, short_drives, times

MONDAY = date(2026, 11, 2)
DAYS = tuple(MONDAY + timedelta(days=n) for n in range(26) if (MONDAY + timedelta(days=n)).weekday() < 5)
DUE = date(2026, 11, 16)
# A busy machine is no reason to fail.
unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def stop(key, east, north, *, days=DAYS, pinned=None):
    return Stop(key, (east, north), days, DUE, pinned)


def test_near_schools_are_paired_on_one_day_and_the_miles_say_what_it_saves():
    """Two pairs, 40 km from each other and 2 km apart; the manager sets out in the middle of all four."""
    found = plan_round([stop("a", 0, 0), stop("b", 40_000, 0), stop("c", 0, 2_000), stop("d", 40_000, 2_000)])
    assert {frozenset(each) for each in found.order.values()} == {frozenset("ac"), frozenset("bd")}
    # There and back to each: 4 x 2 x 20.02 km; in pairs: 2 x (20.02 + 2 + 20.02). Times 1.3, in miles.
    assert (found.naive_miles, found.miles) == (129, 68)
    assert found.days["a"] == DUE


def test_a_pinned_day_stays_and_takes_the_nearest_school_along():
    pinned = date(2026, 11, 5)
    found = plan_round([stop("a", 0, 0, pinned=pinned), stop("b", 40_000, 0), stop("c", 0, 2_000)])
    assert found.order[pinned] == ("a", "c") or found.order[pinned] == ("c", "a")
    assert found.days["b"] != pinned


def test_a_school_without_a_place_on_the_map_has_its_day_and_no_miles():
    found = plan_round([stop("a", 0, 0), Stop("nowhere", None, DAYS, DUE), Stop("closed all month", None, (), DUE)])
    assert set(found.days) == {"a", "nowhere"}
    assert (found.unknown, found.miles, found.naive_miles) == (1, 0, 0)


points = st.tuples(st.integers(0, 80_000), st.integers(0, 80_000))
stops = st.lists(
    st.builds(
        lambda at, days, due: (at, tuple(sorted(days)), due),
        st.none() | points,
        st.sets(st.sampled_from(DAYS), max_size=8),
        st.sampled_from(DAYS),
    ),
    max_size=9,
).map(lambda values: [Stop(number, *each) for number, each in enumerate(values)])


@unhurried
@given(stops, st.randoms(), st.sets(st.integers(0, 8), max_size=2))
def test_every_stop_has_one_of_its_days_at_most_two_a_day_and_never_more_miles_than_one_by_one(all_stops, random, pins):
    all_stops = [
        Stop(each.key, each.at, each.days, each.due_on, each.days[0] if each.key in pins and each.days else None)
        for each in all_stops
    ]
    found = plan_round(all_stops)
    for each in all_stops:
        day = found.days.get(each.key)
        assert day is None or day in each.days
        assert each.pinned is None or day == each.pinned
        full = {day for day, keys in found.order.items() if len(keys) >= A_DAY}
        assert day is not None or set(each.days) <= full, "a day was free"
    pinned = [each.pinned for each in all_stops if each.pinned]
    assert all(len(keys) <= A_DAY or pinned.count(day) > A_DAY for day, keys in found.order.items())
    assert found.miles <= found.naive_miles + len(all_stops)
    shuffled = list(all_stops)
    random.shuffle(shuffled)
    assert plan_round(shuffled) == found


@unhurried
@given(stops, points)
def test_2_opt_never_makes_the_tour_longer_and_loses_no_school(all_stops, base):
    first = nearest_first(all_stops, base)
    better = shortened(first, base)
    assert sorted(each.key for each in better) == [each.key for each in all_stops]
    assert length(better, base) <= length(first, base)


WEEK = [{"weekday": day, "starts": "08:30", "ends": "15:30"} for day in range(5)]
MORNINGS = [{"weekday": 2, "starts": "08:30", "ends": "12:00"}]


HERE = Where("here", (0, 0))


def busy(day, first, last, where=None):
    return Busy(datetime.combine(day, first), datetime.combine(day, last), where)


def test_three_times_are_on_the_planned_day_and_the_days_nearest_to_it():
    assert times(DUE, 0, DAYS, WEEK, HERE, []) == [
        datetime(2026, 11, 16, 10, 0),
        datetime(2026, 11, 17, 10, 0),
        datetime(2026, 11, 18, 10, 0),
    ]
    assert times(DUE, 1, DAYS, WEEK, HERE, [])[0] == datetime(2026, 11, 16, 13, 30)  # the second school of the day
    pinned = times(DUE, 0, [DUE], WEEK, HERE, [])
    assert [each.time() for each in pinned] == [time(10, 0), time(13, 30), time(9, 0)]
    wednesdays = [day for day in DAYS if day.weekday() == 2]
    taken = busy(date(2026, 11, 18), time(10, 0), time(10, 45))
    found = times(wednesdays[2], 1, wednesdays, MORNINGS, HERE, [taken])
    assert [each.time() for each in found] == [time(9, 0), time(10, 0), time(10, 0)]


def test_a_time_is_offered_beside_others_only_where_there_is_time_for_the_drive():
    """13 miles of road are 32 minutes at 25 miles an hour: three quarters of an hour in steps of 15 minutes."""
    far, unknown = Where("far", (0, 16_093)), Where("unknown", None)
    assert [drive(HERE, far), drive(HERE, unknown), drive(HERE, Where("next door", (0, 100)))] == [
        timedelta(minutes=45), timedelta(minutes=30), timedelta(minutes=15)
    ]  # fmt: skip
    there = busy(DUE, time(10, 0), time(10, 45), far)
    assert [each.time() for each in times(DUE, 0, [DUE], WEEK, HERE, [there])] == [time(13, 30), time(14, 30)]
    same = busy(DUE, time(10, 0), time(10, 45), HERE)
    assert time(11, 0) in [each.time() for each in times(DUE, 1, [DUE], WEEK, HERE, [same])][:3]
    talk = busy(DUE, time(13, 0), time(14, 0))  # a meeting: half past one is in the middle of it
    assert time(13, 30) not in [each.time() for each in times(DUE, 1, [DUE], WEEK, HERE, [talk])]


wheres = st.builds(Where, st.integers(0, 3), st.none() | points)
stretches = st.builds(
    lambda day, hour, quarter, lasts, where: Busy(
        starts := datetime.combine(day, time(hour, 15 * quarter)), starts + timedelta(minutes=lasts), where
    ),
    st.sampled_from(DAYS[:4]), st.integers(8, 16), st.integers(0, 3), st.integers(5, 120), st.none() | wheres,
)  # fmt: skip


@unhurried
@given(
    st.sampled_from(DAYS[:4]), st.integers(0, 1), st.sets(st.sampled_from(DAYS[:4])), wheres,
    st.lists(stretches, max_size=6),
)  # fmt: skip
def test_no_time_is_offered_twice_or_without_room_for_the_drive_or_while_the_worker_is_elsewhere(
    planned, place, days, where, taken
):
    found = times(planned, place, sorted(days), WEEK, where, taken)
    assert len(found) == len(set(found)) <= OFFERED
    for each, other in product(found, taken):
        way = drive(where, other.where)
        assert each + LASTS + way <= other.starts or other.ends + way <= each
    assert all(fits(each, WEEK) and (each + LASTS).date() == each.date() for each in found)
    assert {each.date() for each in found} <= days | {planned}


@unhurried
@given(wheres, wheres, stretches, st.sampled_from(DAYS[:4]), st.integers(8, 16))
def test_a_drive_is_the_same_both_ways_and_a_time_overlaps_or_is_too_near_or_has_room(one, other, taken, day, hour):
    way = drive(one, other)
    assert way == drive(other, one)
    assert way % timedelta(minutes=15) == timedelta(0)
    assert (way == timedelta(0)) == (one.school == other.school)
    starts = datetime.combine(day, time(hour))
    ways = [bool(clashes(starts, [taken])), bool(short_drives(starts, one, [taken])), has_room(starts, one, [taken])]
    assert ways.count(True) == 1
