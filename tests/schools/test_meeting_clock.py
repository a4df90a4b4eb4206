"""The time at which people meet: what is typed in a hurry is never taken for the middle of the night."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools.rules.timetable import AtNight, clock, meeting_clock


@pytest.mark.parametrize(
    ("typed", "meant"), [("9", "09:00"), ("14:30", "14:30"), ("2.30pm", "14:30"), ("5am", "05:00")]
)
def test_by_day_or_said_outright_it_stands(typed, meant):
    assert meeting_clock(typed) == meant


@pytest.mark.parametrize(("typed", "afternoon"), [("2:30", "14:30"), ("0230", "14:30"), ("5.45", "17:45")])
def test_half_past_two_is_asked_about_and_not_booked_at_night(typed, afternoon):
    with pytest.raises(AtNight, match=f"is at night. Enter {afternoon} for the afternoon, or"):
        meeting_clock(typed)


@given(st.times())
def test_what_the_sentence_offers_is_taken(moment):
    typed = f"{moment:%H:%M}"
    try:
        assert meeting_clock(typed) == clock(typed) >= "06:00"
    except AtNight as night:
        offered = str(night).split()
        assert meeting_clock(offered[offered.index("Enter") + 1]) >= "12:00"
        assert meeting_clock(offered[offered.index("or") + 1]) == typed
