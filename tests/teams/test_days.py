"""Which day it is: London's, not Greenwich's, also in the hour after midnight in summer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from teams.actions.authorities import add_member
from teams.foundation.access import Role
from teams.models import Authority, Membership, User
from tests.factories.authorities import LONDON

pytestmark = pytest.mark.django_db

DAY = date(2026, 7, 2)


@pytest.fixture
def at():
    """Half past midnight in London, as the clock of a server says it: 23:30 of the day before."""
    return datetime(2026, 7, 2, 0, 30, tzinfo=LONDON).astimezone(UTC)


def test_a_role_starts_on_the_day_that_it_is_given(fenshire, at):
    with fenshire.inside():
        user = User.objects.for_address("new@fenshire.example")
        person = add_member(user, name="New", role=Role.WORKER, by=fenshire.as_("admin"), at=at)
        assert person.memberships.get().starts_on == DAY


def test_access_to_a_closed_county_ends_on_the_day_that_it_is_closed(fenshire, at):
    with fenshire.inside():
        Authority.objects.filter(pk=fenshire.authority.pk).update(is_demo=True)
        fenshire.authority.refresh_from_db()
        fenshire.authority.close(by=fenshire.as_("admin"), at=at)
        assert set(Membership.objects.values_list("ends_on", flat=True)) == {DAY}


def test_who_comes_back_to_the_same_role_and_day_has_it_again(fenshire, at):
    with fenshire.inside():
        user = User.objects.for_address("new@fenshire.example")
        for _ in range(2):
            person = add_member(user, name="New", role=Role.WORKER, by=fenshire.as_("admin"), at=at)
            assert person.memberships.get().ends_on is None
            person.memberships.update(ends_on=DAY)
