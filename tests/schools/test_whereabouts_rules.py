"""One line that says where a worker is, and a count that adds up (H41, H48): no place, no reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools.models import TimeAway
from schools.rules.whereabouts import PURPOSES, Away, back_choices, counted_time, hours_in_words, whereabouts
from teams.foundation.words import LONDON

TUESDAY = date(2026, 9, 8)
TWO_DAYS = [{"weekday": 0, "starts": "08:30", "ends": "15:30"}, {"weekday": 1, "starts": "08:30", "ends": "15:30"}]
ALL_WEEK = [{"weekday": day, "starts": "08:30", "ends": "15:30"} for day in range(5)]


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


def away(purpose: str, starts: datetime, back: datetime) -> Away:
    return Away(purpose, starts, back, PURPOSES[purpose].benefit)


@pytest.mark.parametrize(
    ("now", "purpose", "words"),
    [
        (at(8), None, "Not in school yet: expected at 08:30."),
        (at(8, 30), None, "In school now, until 15:30."),
        (at(15, 29), None, "In school now, until 15:30."),
        (at(15, 30), None, "Not in school now: today ended at 15:30."),
        (at(10), "training", "At training until 13:00."),
        (at(10), "team", "At a team meeting until 13:00."),
        (at(10), "home", "Home visit, back by 13:00."),
        (at(10), "own", "Away until 13:00."),
        (at(10, day=date(2026, 9, 9)), None, "Not in school today: the agreed days are Monday and Tuesday."),
    ],
)
def test_where_she_is(now, purpose, words):
    told = [away(purpose, at(9), at(13))] if purpose else []
    assert whereabouts(now, TWO_DAYS, told).words == words


def test_private_absence_and_a_day_away_give_no_reason_and_no_benefit():
    assert whereabouts(at(10), TWO_DAYS, [away("own", at(9), at(13))]).benefit == ""
    assert whereabouts(at(10), TWO_DAYS, [away("training", at(9), at(13))], is_absent=True).words == "Away today."


def test_a_holiday_is_said_and_time_away_in_it_comes_first():
    closed = "half-term"
    assert whereabouts(at(10), TWO_DAYS, [], why_closed=closed).words == "Not in school today: it is half-term."
    told = [away("training", at(9), at(13))]
    assert whereabouts(at(10), TWO_DAYS, told, why_closed=closed).words == "At training until 13:00."


def test_what_is_planned_for_later_stands_below():
    line = whereabouts(at(9), TWO_DAYS, [away("team", at(11), at(12))])
    assert (line.words, line.later) == ("In school now, until 11:00.", ("From 11:00: at a team meeting until 12:00.",))


def test_back_another_day_is_said_with_its_day():
    told = [away("training", at(9), at(8, 30, date(2026, 9, 14)))]
    assert whereabouts(at(10), TWO_DAYS, told).words == "At training until 14 September, 08:30."


def test_every_purpose_can_be_chosen_and_has_its_benefit():
    assert set(PURPOSES) == set(TimeAway.Purpose.values)
    for key, purpose in PURPOSES.items():
        assert purpose.label == TimeAway.Purpose(key).label
        assert bool(purpose.benefit) is (key != "own"), "BR-10: a benefit, unless it is private"


def test_usual_times_to_be_back():
    days = [TUESDAY + timedelta(days=number) for number in range(10)]
    assert [each.words for each in back_choices(at(9), TWO_DAYS, days)] == [
        "12:00", "13:00", "The end of my day here, 15:30", "Monday, 14 September, 08:30",
    ]  # fmt: skip
    assert [each.key for each in back_choices(at(16), TWO_DAYS, days)] == ["next"]
    assert back_choices(at(9), ALL_WEEK, days)[-1].words == "Tomorrow, 08:30"


def test_a_term_counted():
    days = [date(2026, 9, 7), TUESDAY]
    told = [away("training", at(9), at(13)), away("own", at(14), at(18))]
    count = counted_time(days, TWO_DAYS, told, is_absent=lambda _: False, until=at(16))
    assert (count.agreed, count.with_benefit, count.private) == (14 * 60, 4 * 60, 90)
    assert hours_in_words(count.given) == "8 hours 30 minutes"
    yesterday = counted_time(days, TWO_DAYS, told, is_absent=lambda _: False, until=at(0))
    assert (yesterday.agreed, yesterday.given) == (7 * 60, 7 * 60), "the school's count: today is not in it"


MINUTES = st.integers(0, 3 * 24 * 60)
AWAY = st.builds(
    lambda purpose, start, length: away(purpose, at(0) + timedelta(minutes=start), at(0) + timedelta(minutes=start + length)),
    st.sampled_from(sorted(PURPOSES)), MINUTES, st.integers(1, 2000),
)  # fmt: skip


@given(told=st.lists(AWAY, max_size=6), until=MINUTES, absent=st.sets(st.integers(0, 3)))
def test_the_parts_add_up_and_nothing_counts_twice(told, until, absent):
    days = [TUESDAY + timedelta(days=number) for number in range(3)]
    moment = at(0) + timedelta(minutes=until)
    count = counted_time(days, ALL_WEEK, told, is_absent=lambda day: (day - TUESDAY).days in absent, until=moment)
    assert count.given + count.with_benefit + count.private == count.agreed
    assert min(count.given, count.with_benefit, count.private) >= 0
    without = counted_time(days, ALL_WEEK, [], is_absent=lambda _: False, until=moment)
    assert without.given == without.agreed == count.agreed, "what was agreed does not depend on what happened"
    assert count.given <= without.given
