"""How large a number may be that an administrator types: a sentence beside its box, not a broken page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from teams.models import PayRate, Post
from tests.teams.set_up.page import NAME, post, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(fenshire, client_for):
    return client_for(fenshire, "admin")


def test_a_limit_with_more_figures_than_are_kept_is_refused_beside_its_box(admin):
    answer = post(admin, "set-up/name/", **NAME | {"manager_limit": "123,456,789.00"})
    assert answer.status_code == 422
    assert 'href="#id_manager_limit"' in words(answer)


def test_whole_time_is_never_less_than_a_post_has(fenshire, admin):
    answer = post(admin, "set-up/name/", **NAME | {"whole_time_hours": "35"})
    assert answer.status_code == 422
    assert "PSW 1 Fenshire has 37 hours a week" in words(answer)
    assert 'href="#id_whole_time_hours"' in words(answer)
    with fenshire.inside():  # what a post had before does not count
        for each in Post.objects.all():
            each.terms.create(starts_on=date(2025, 9, 1), grade="L6", point=14, hours_per_week=Decimal(35))
    assert post(admin, "set-up/name/", **NAME | {"whole_time_hours": "35"}).status_code == 302


@pytest.mark.parametrize("salary", ["1,000,000,000", "10,000,000", "12345678"])
def test_a_salary_that_is_too_large_to_keep_is_no_rate(admin, salary):
    answer = post(admin, "set-up/pay/", rates=f"L6, 14, 1 April 2026, {salary}, 25")
    assert answer.status_code == 422
    assert "is not a rate" in words(answer)


def test_the_largest_salary_is_kept(fenshire, admin):
    assert post(admin, "set-up/pay/", rates="L6, 14, 1 April 2026, £9,999,999.99, 25").status_code == 302
    with fenshire.inside():
        assert PayRate.objects.get(starts_on=date(2026, 4, 1)).salary == Decimal("9999999.99")
