"""A head who is asked for her part, and opens the link."""

from __future__ import annotations

from datetime import datetime

import pytest

from performance.actions import head_parts
from performance.models import HeadPart
from performance.permissions.reviews import GIVE_LINK
from teams.actions.terms import keep_terms
from teams.foundation.links import Link
from teams.rules.terms import offered_terms
from tests.factories.reviews import IN_JUNE, JUNE, make_review, make_scheme
from tests.performance.head_parts.part import MEETING, READ
from tests.supervision.stories import supervised
from tests.told import story


@pytest.fixture
def clock(monkeypatch):
    """`clock(moment)`: from now on that is the moment."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return at


@story
def reviewed(fenshire):
    """June 2027: a year at Oakfield lies behind Wanda, her review has begun, and no school is asked yet."""
    with fenshire.inside():
        supervised(fenshire)
        admin = fenshire.as_("admin", JUNE)
        for year in (2026, 2027):
            keep_terms(year, offered_terms(year), by=admin, at=IN_JUNE)
        make_scheme(fenshire)
        fenshire.rows["review"] = make_review(fenshire)
    return fenshire


@pytest.fixture
def county(reviewed):
    with reviewed.inside():
        yield reviewed


@pytest.fixture
def asked(reviewed):
    """Oakfield is asked on 1 June: the worker reads it from the 15th, the meeting is on the 22nd."""
    by = reviewed.as_("manager", JUNE)
    with reviewed.inside():
        schools = [each.placement for each in head_parts.schools_of(reviewed.review, by=by)]
        assert head_parts.ask(reviewed.review, schools, meeting_on=MEETING, read_on=READ, by=by, at=IN_JUNE) == []
        return HeadPart.objects.for_page().get()


@pytest.fixture
def opened(reviewed, asked, clock):
    """The address of the link. No scope stays open: what a refusal keeps is written when the request's own ends."""
    with reviewed.inside():
        _, token = Link.make(purpose=GIVE_LINK, subject=asked, person=reviewed.people["head"], at=IN_JUNE)
    clock(IN_JUNE)
    return f"/fenshire/l/{token}/"
