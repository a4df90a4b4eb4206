"""Whose turn it is to bring a question to peer supervision (journey M5)."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.rules.turns import Turn, in_order


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.none() | st.dates(date(2024, 1, 1), date(2026, 9, 1))), unique_by=lambda e: e[0]
    )
)
@settings(deadline=None, max_examples=100)
def test_whose_turn_it_is_least_recent_first(drawn):
    turns = [Turn(key, f"Worker {key}", last) for key, last in drawn]
    found = in_order(turns)
    assert sorted(found, key=lambda turn: turn.key) == sorted(turns, key=lambda turn: turn.key), "nobody is left out"
    assert in_order(reversed(turns)) == found, "the same, in whatever order they come"
    for first, second in zip(found, found[1:], strict=False):
        assert first.last is None or (second.last is not None and first.last <= second.last)
    if len(found) > 1:  # who has just had her turn comes last
        again = in_order([Turn(found[0].key, found[0].name, date(2026, 9, 2)), *found[1:]])
        assert again[-1].key == found[0].key
