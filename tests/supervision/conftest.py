from __future__ import annotations

import pytest

from tests.supervision.crew import eight_workers  # noqa: F401  (a story for the tests here)
from tests.supervision.offers import clock, offered  # noqa: F401
from tests.supervision.stories import supervised
from tests.told import story


@story
def in_school(fenshire):
    """See tests/supervision/stories.py."""
    with fenshire.inside():
        supervised(fenshire)
    return fenshire


@pytest.fixture
def county(in_school):
    with in_school.inside():
        yield in_school
