"""How many papers a warm worker draws: beside WeasyPrint's plain call on the same page, in the same run."""

from __future__ import annotations

import pytest

from tests.load.papers import papers_a_second


@pytest.mark.heavy
@pytest.mark.alone
@pytest.mark.timeout(900)
def test_a_warm_worker_is_at_least_as_fast_as_the_plain_call(aloud):
    drawn = papers_a_second()
    with aloud():
        print(
            f"\npapers a second of one core: {drawn.ours:.2f} drawn by a warm worker, "
            f"{drawn.plain:.2f} by the plain call; {drawn.ours / drawn.plain:.2f} times as fast"
        )
    assert drawn.ours / drawn.plain >= 0.9
