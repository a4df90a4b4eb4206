"""The stories of these tests."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from teams.foundation.access import Role
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import LONDON, TODAY, add_person
from tests.told import story


@story
def asked(fenshire):
    """An agreement of Mira's waits for the council; Otto has another team; Petra is a senior practitioner."""
    with fenshire.inside():
        fenshire.rows["agreement"] = offered(make_agreement(fenshire), fenshire)
        add_person(fenshire, "practitioner", "Petra Fenshire", Role.SENIOR_PRACTITIONER, "Senior practitioner")
    return fenshire


@pytest.fixture
def today(monkeypatch):
    """`today(day)`: it is nine in the morning of that day."""

    def set_to(day: date) -> datetime:
        now = datetime(day.year, day.month, day.day, 9, 0, tzinfo=LONDON)
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        return now

    set_to(TODAY)
    return set_to
