"""The stories of these tests."""

from __future__ import annotations

import pytest

from schools.actions.wording import start_wording
from tests.factories.authorities import NOW, YEAR_STARTS
from tests.told import story


@story
def county(fenshire):
    with fenshire.inside():
        start_wording(from_day=YEAR_STARTS, by=fenshire.clock, at=NOW)
    return fenshire


@pytest.fixture
def manager(county, client_for):
    return client_for(county, "manager")
