"""BR-07 in the database: the shares of a post come to 100.00 on every date, whoever writes them and however."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, connections, transaction

from schools.models import Share
from teams.foundation.tenancy import authority_scope
from tests.factories.authorities import make_county

SEPTEMBER, JANUARY, APRIL = date(2026, 9, 1), date(2027, 1, 1), date(2027, 4, 1)


@pytest.fixture
def county(fenshire):
    with fenshire.inside():
        Share.objects.filter(post=fenshire.post).delete()
        yield fenshire


def check_now() -> None:
    """What is deferred to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def change(work) -> None:
    with transaction.atomic():
        work()
        check_now()


def write(county, *rows) -> None:
    """Each row is a payer's name, per cent, first day and last day; all are written in one transaction."""
    with transaction.atomic():
        for payer, percent, starts_on, *ends_on in rows:
            Share.objects.create(
                post=county.post,
                percent=Decimal(percent),
                starts_on=starts_on,
                ends_on=ends_on[0] if ends_on else None,
                **({"fund": county.fund} if payer == "fund" else {"school": county.rows[payer]}),
            )
        check_now()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        [("fund", "100", SEPTEMBER)],
        [("fund", "59", SEPTEMBER), ("oakfield", "41", SEPTEMBER)],
        [("fund", "30", SEPTEMBER), ("oakfield", "30", SEPTEMBER), ("beech", "40", SEPTEMBER)],
        [("fund", "33.34", SEPTEMBER), ("oakfield", "33.33", SEPTEMBER), ("beech", "33.33", SEPTEMBER)],
        [("fund", "59", SEPTEMBER), ("oakfield", "41", SEPTEMBER, date(2026, 12, 31)), ("beech", "41", JANUARY)],
        [("fund", "100", SEPTEMBER, date(2026, 12, 31)), ("beech", "100", JANUARY, date(2027, 3, 31))],
        [("fund", "100", SEPTEMBER, SEPTEMBER)],
    ],
    ids=["one payer", "59 and 41", "30 30 40", "thirds", "handed on", "with an end", "a single day"],
)
def test_what_comes_to_a_hundred_on_every_date_is_kept(county, rows):
    write(county, *rows)
    assert Share.objects.filter(post=county.post).count() == len(rows)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        [("fund", "59", SEPTEMBER), ("oakfield", "40.99", SEPTEMBER)],
        [("fund", "59", SEPTEMBER), ("oakfield", "41.01", SEPTEMBER)],
        [("fund", "0.01", SEPTEMBER)],
        [("fund", "59", SEPTEMBER), ("oakfield", "41", SEPTEMBER, date(2026, 12, 30)), ("beech", "41", JANUARY)],
        [("fund", "59", SEPTEMBER), ("oakfield", "41", SEPTEMBER, JANUARY), ("beech", "41", JANUARY)],
        [("fund", "59", SEPTEMBER), ("oakfield", "41", JANUARY)],
        [("fund", "59", SEPTEMBER), ("oakfield", "41", SEPTEMBER, APRIL)],
        [("fund", "100", SEPTEMBER, date(2026, 12, 31)), ("beech", "100", APRIL)],
        [("fund", "100", SEPTEMBER), ("beech", "1", JANUARY, JANUARY)],
    ],
    ids=[
        "99.99",
        "100.01",
        "a hundredth",
        "a day's gap",
        "a day's overlap",
        "late",
        "ends early",
        "a hole",
        "one day over",
    ],
)
def test_what_does_not_is_refused_when_the_transaction_ends(county, rows):
    with pytest.raises(DatabaseError, match="shares come to"):
        write(county, *rows)
    assert not Share.objects.filter(post=county.post).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "break_it",
    [
        lambda post: post.shares.filter(percent=41).delete(),
        lambda post: post.shares.filter(percent=41).update(percent="41.01"),
        lambda post: post.shares.filter(percent=41).update(ends_on=JANUARY),
        lambda post: post.shares.filter(percent=41).update(starts_on=JANUARY),
        lambda post: post.shares.update(percent=Decimal("49.99")),
    ],
    ids=["delete", "raise", "end", "start late", "all at once"],
)
def test_a_change_that_breaks_the_sum_is_refused(county, break_it):
    write(county, ("fund", "59", SEPTEMBER), ("oakfield", "41", SEPTEMBER))
    with pytest.raises(DatabaseError, match="shares come to"):
        change(lambda: break_it(county.post))
    assert sum(share.percent for share in county.post.shares.all()) == 100


@pytest.mark.django_db
def test_moving_a_share_to_another_post_is_checked_for_both(county):
    write(county, ("fund", "59", SEPTEMBER), ("oakfield", "41", SEPTEMBER))
    mine = county.post.shares.filter(school=county.oakfield)
    with pytest.raises(DatabaseError, match="shares come to"):
        change(lambda: mine.update(post=county.other_post))


@pytest.mark.django_db
@pytest.mark.parametrize("percent", ["-1", "0", "100.01"])
def test_no_share_is_nothing_or_more_than_all(county, percent):
    with pytest.raises(DatabaseError, match="schools_share_percent"):
        write(county, ("fund", percent, SEPTEMBER))


@pytest.mark.django_db
def test_a_share_has_one_payer(county):
    for payers in ({}, {"fund": county.fund, "school": county.oakfield}):
        with pytest.raises(DatabaseError, match="schools_share_one_payer"), transaction.atomic():
            Share.objects.create(post=county.post, percent=100, starts_on=SEPTEMBER, **payers)


def test_of_two_who_each_hand_the_same_share_on_one_wins(transactional_db):
    """Each alone comes to 100.00. Together they would come to 141.00: the second sees the first, and is refused."""
    county = make_county("fenshire")
    ready, raised = threading.Barrier(2), {}

    def hand_on(payer: str) -> None:
        try:
            with authority_scope(county.authority.pk):
                share = Share.objects.get(post=county.post, percent=41)
                ready.wait(10)
                Share.objects.filter(pk=share.pk).update(ends_on=date(2026, 12, 31))
                Share.objects.create(
                    post=county.post,
                    percent=41,
                    starts_on=JANUARY,
                    **({"fund": county.fund} if payer == "fund" else {"school": county.beech}),
                )
        except DatabaseError as error:
            raised[payer] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=hand_on, args=(payer,)) for payer in ("fund", "beech")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(raised) == 1
    with county.inside():
        assert sum(share.percent for share in Share.objects.filter(post=county.post).on(JANUARY)) == 100


def test_of_two_who_each_change_another_row_no_wrong_sum_stays(transactional_db):
    """Neither touches the other's row; the post's lock makes the second look again."""
    county = make_county("fenshire")
    ready, raised = threading.Barrier(2), []

    def replace(percent: int) -> None:
        try:
            with authority_scope(county.authority.pk):
                ready.wait(10)
                Share.objects.filter(post=county.post, percent=percent).update(percent=percent + 1)
        except DatabaseError as error:
            raised.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=replace, args=(percent,)) for percent in (59, 41)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(raised) == 2
    with county.inside():
        assert sorted(share.percent for share in Share.objects.filter(post=county.post)) == [41, 59]
