"""A county in which a child can be found."""

from __future__ import annotations

import pytest

from schools.models import SchoolContact
from teams.models import Person
from tests.factories.authorities import NOW, County, contact
from tests.performance.asked import ready
from tests.told import story


@story
def safe_county(fenshire):
    """Oakfield has a safeguarding lead; J.S. is with Wanda."""
    ready(fenshire)
    with fenshire.inside():
        fenshire.people["dsl"] = Person.objects.create(name="Dora Fenshire", email="dsl@oakfield.example", job="Deputy")
        contact(fenshire, fenshire.oakfield, "dsl", SchoolContact.Kind.SAFEGUARDING)
    return fenshire


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """`clock(moment)`: it is so late now."""
    now = [NOW]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])
    return lambda moment: now.__setitem__(0, moment)


@pytest.fixture
def county(safe_county) -> County:
    with safe_county.inside():
        yield safe_county
