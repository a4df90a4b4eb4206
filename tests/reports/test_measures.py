"""Each figure against a count written by hand in SQL, what it says when there is nothing, and its rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from reports.measures.measure import Answer, CountedRows, Reader
from reports.measures.money import posts_money
from reports.measures.registry import BY_CODE, MEASURES
from reports.measures.supervision import OfSupervision
from schools.actions.money import cost_of_post, share_out
from schools.actions.plans import payer_of
from schools.models import FundingStream, Placement, School, Share
from supervision.models import Pattern
from teams.models import Area, Employment, PayRate, Post
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import NOW, TODAY, YEAR_ENDS, YEAR_STARTS, make_county
from tests.reports.stories import active, add_agreement, add_school, add_terms, grow
from tests.told import story

pytestmark = pytest.mark.django_db


def reader(county, who: str = "senior", today: date = TODAY) -> Reader:
    return Reader(replace(county.as_(who), today=today), county.authority, today)


def look(county, code: str, who: str = "senior", today: date = TODAY) -> Answer:
    with county.inside():
        return BY_CODE[code].look(reader(county, who, today))


def by_hand(county, sql: str, *values) -> list[tuple]:
    with county.inside(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@story
def county(fenshire, moorland):
    """Three areas, agreements in every state, an empty post, a fund that ends; and another county beside it."""
    add_terms(fenshire, 2025, 2026, 2027)
    with fenshire.inside():
        north = Area.objects.create(name="North")
    active(fenshire)
    grow(fenshire, 2)
    add_agreement(fenshire, 3, state="offered", area=north)
    add_agreement(fenshire, 4, state="not_finished", area=north)
    add_school(fenshire, 5, area=north)
    with fenshire.inside():
        School.objects.create(urn="999999", name="Shut School", status=School.Status.CLOSED)
        School.objects.create(urn="999998", name="Nowhere School", status=School.Status.CLOSING)
        Post.objects.create(
            name="Empty", profession=fenshire.post.profession, team=fenshire.team, starts_on=date(2026, 9, 1)
        )
        Employment.objects.filter(post=fenshire.rows["post 2"]).update(ends_on=TODAY - timedelta(days=1))
        grant = FundingStream.objects.create(name="Family grant", ends_on=date(2026, 12, 31))
        share_out(
            fenshire.rows["post 1"],
            [(grant, Decimal("59.00")), (fenshire.rows["school 1"], Decimal("41.00"))],
            from_day=YEAR_STARTS,
            by=fenshire.as_("admin"),
            at=NOW,
        )
        fenshire.rows["grant"] = grant
        profession = fenshire.post.profession
        Pattern.objects.create(
            profession=profession, shape="alternate", starts_on=YEAR_STARTS, review_on=date(2027, 8, 31)
        )
    active(moorland)
    return fenshire


def test_agreements_signed(county):
    (hand,) = by_hand(
        county,
        "SELECT count(in_force_id), count(*) FROM schools_agreement WHERE school_year = 2026 AND status <> 'ended'",
    )
    answer = look(county, "agreements-signed")
    assert (answer.number, answer.of) == hand == (3, 5)
    assert answer.since == "of 5 for 2026/27"
    assert [(each.label, each.number, each.also, each.of) for each in answer.slices] == by_hand(
        county,
        "SELECT area.name, count(in_force_id), count(*) FILTER (WHERE a.status = 'offered'), count(*) "
        "FROM schools_agreement a JOIN schools_placement p ON p.id = a.placement_id "
        "JOIN schools_school s ON s.id = p.school_id JOIN teams_area area ON area.id = s.area_id "
        "GROUP BY area.name ORDER BY area.name",
    )


def test_agreements_waiting_and_since_when(county):
    (hand,) = by_hand(county, "SELECT count(*), min(offered_at) FROM schools_agreement WHERE status = 'offered'")
    answer = look(county, "waiting-for-signature")
    assert answer.number == hand[0] == 1
    assert answer.since == "the oldest since 8 September 2026"
    assert hand[1] == NOW


def test_schools_with_and_without_a_worker(county):
    (hand,) = by_hand(
        county,
        "SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM schools_placement p JOIN teams_employment e "
        "ON e.post_id = p.post_id WHERE p.school_id = s.id AND p.status = 'active' AND p.starts_on <= %s "
        "AND (p.ends_on IS NULL OR p.ends_on >= %s) AND e.starts_on <= %s "
        "AND (e.ends_on IS NULL OR e.ends_on >= %s))), count(*) "
        "FROM schools_school s WHERE status IN ('open', 'closing')",
        TODAY, TODAY, TODAY, TODAY,
    )  # fmt: skip
    answer = look(county, "schools-with-a-worker")
    assert (answer.number, answer.of) == hand == (2, 8)
    assert answer.since == "of 8; 6 without"
    assert answer.slices[-1].label == "No area yet"


def test_supervision_in_date(county):
    """The rhythm began a week ago: nobody is late. 46 school days on everybody is, whom nobody has seen."""
    (hand,) = by_hand(
        county,
        "SELECT count(DISTINCT e.person_id) FROM schools_placement p JOIN teams_employment e ON e.post_id = p.post_id "
        "WHERE p.starts_on <= %s AND p.ends_on IS NULL AND e.ends_on IS NULL",
        TODAY,
    )  # fmt: skip
    answer = look(county, "supervision-in-date", "manager")
    assert (answer.number, answer.of) == (hand[0], hand[0]) == (4, 4)
    late = look(county, "supervision-in-date", "manager", date(2026, 12, 1))
    assert (late.number, late.of) == (0, 4)
    senior = look(county, "supervision-in-date")
    assert (senior.instead, senior.slices) == ("Fewer than 5", ())
    with county.inside():
        assert list(BY_CODE["supervision-in-date"].rows(reader(county))) == []


def test_posts_filled(county):
    (hand,) = by_hand(
        county,
        "SELECT count(DISTINCT e.post_id), (SELECT count(*) FROM teams_post) FROM teams_employment e "
        "WHERE e.starts_on <= %s AND (e.ends_on IS NULL OR e.ends_on >= %s)",
        TODAY, TODAY,
    )  # fmt: skip
    answer = look(county, "posts-filled")
    assert (answer.number, answer.of) == hand == (5, 7)


def test_money_by_fund_to_the_penny(county):
    hand = dict(
        by_hand(
            county,
            "SELECT f.name, sum(round(r.salary * (1 + r.on_costs_percent / 100) * t.hours_per_week / 37 "
            "* s.percent / 100, 2)) "
            "FROM schools_share s JOIN schools_fundingstream f ON f.id = s.fund_id "
            "JOIN teams_postterms t ON t.post_id = s.post_id "
            "JOIN teams_payrate r ON r.grade = t.grade AND r.point = t.point "
            "WHERE s.starts_on <= %s AND (s.ends_on IS NULL OR s.ends_on >= %s) GROUP BY f.name",
            YEAR_STARTS, YEAR_ENDS,
        )
    )  # fmt: skip
    answer = look(county, "money-by-fund")
    assert {each.label: each.number for each in answer.slices} == hand
    assert hand == {"County budget Fenshire": Decimal("101775.00"), "Family grant": Decimal("20355.00")}
    assert answer.number == Decimal("122130.00")
    assert answer.of == Decimal("207000.00"), "six posts at 34,500.00; the empty one has no shares"
    assert {each.label: each.note for each in answer.slices} == {
        "County budget Fenshire": "no end date",
        "Family grant": "ends December 2026",
    }
    assert answer.since == "without 1 post that could not be worked out"


def test_money_agrees_with_the_agreements_own_schedules(county):
    """Awkward shares, a change in the year, a pay award: the same pennies as the text that people sign."""
    with county.inside():
        PayRate.objects.create(
            grade="L6",
            point=14,
            starts_on=date(2027, 4, 1),
            salary=Decimal("28123.45"),
            on_costs_percent=Decimal("26.17"),
        )
        share_out(
            county.post,
            [(county.fund, Decimal("33.33")), (county.grant, Decimal("33.33")), (county.oakfield, Decimal("33.34"))],
            from_day=date(2026, 11, 17), by=county.as_("admin"), at=NOW,
        )  # fmt: skip
        found = {each.post: each for each in posts_money(reader(county))}
        for post, each in found.items():
            if each.problem:
                assert post.name == "Empty"
                continue
            cost = cost_of_post(post, authority=county.authority, starts_on=YEAR_STARTS, ends_on=YEAR_ENDS)
            assert each.amounts == {payer_of(payer): amount for payer, amount in cost.schedule.payers().items()}


def test_money_after_its_fund_has_ended_is_named(county):
    """The grant ends on 31 December 2026, and its share of a post goes on: eight months have no money behind them."""
    answer, asks = look(county, "money-by-fund"), reader(county)
    (grant,) = (each for each in answer.slices if each.label == "Family grant")
    assert grant.number == Decimal("20355.00")
    assert grant.more == "£13,570.00 of it after the fund has ended"
    with county.inside():
        Share.objects.filter(post__name="Empty").delete()
        Post.objects.filter(name="Empty").delete()
        since = BY_CODE["money-by-fund"].look(asks).since
        rows = BY_CODE["money-by-fund"].rows(asks)
        (line,) = (BY_CODE["money-by-fund"].line(row, asks) for row in rows if row.fund == county.grant)
    assert since == ("in 2026/27; £13,570.00 of it after its fund has ended: Family grant, December 2026")
    assert line.cells[3] == {"text": "£20,355.00", "more": "£13,570.00 of it after the fund has ended"}


def test_a_share_that_changes_in_the_year_is_said_with_its_dates(county):
    """Whoever multiplies the share by the cost must come to the amount beside it."""
    with county.inside():
        share_out(
            county.post,
            [(county.fund, Decimal("65.00")), (county.oakfield, Decimal("35.00"))],
            from_day=date(2026, 12, 1), by=county.as_("admin"), at=NOW,
        )  # fmt: skip
        money, asks = BY_CODE["money-by-fund"], reader(county)
        (row,) = (row for row in money.rows(asks) if row.post == county.post)
        share_out(
            county.post,
            [(county.oakfield, Decimal("100.00"))],
            from_day=date(2027, 2, 1), by=county.as_("admin"), at=NOW,
        )  # fmt: skip
        again = reader(county)
        (ended,) = (row for row in money.rows(again) if row.post == county.post)
    shares = money.line(row, asks).cells[2]
    assert shares == "59\N{NO-BREAK SPACE}%, 65\N{NO-BREAK SPACE}% from 1 December 2026"
    assert row.amount == Decimal("21907.50"), "34,500.00: a quarter of it times 59 %, three quarters times 65 %"
    assert money.line(ended, again).cells[2] == f"{shares} until 31 January 2027"


def test_days_to_the_next_notice_date(county):
    """The grant ends on 31 December: the last whole term before it is the autumn's, so notice was due before it."""
    answer = look(county, "next-notice-date")
    assert "1 notice date has passed" in answer.unknown
    with county.inside():
        Placement.objects.filter(school=county.oakfield).update(ends_on=date(2027, 4, 30))
    (hand,) = by_hand(
        county,
        "SELECT max(t.starts_on) - 1 FROM teams_term t WHERE t.ends_on <= date '2027-04-30'",
    )
    answer = look(county, "next-notice-date")
    assert answer.number == (hand[0] - TODAY).days
    assert "PSW 1 Fenshire at Oakfield Primary School Fenshire ends on 30 April 2027" in answer.since
    assert "1 notice date has passed" in answer.since


def test_a_share_that_goes_on_or_is_followed_is_no_ending(county):
    with county.inside():
        share_out(
            county.post,
            [(county.fund, Decimal("50.00")), (county.oakfield, Decimal("50.00"))],
            from_day=date(2027, 4, 1), by=county.as_("admin"), at=NOW,
        )  # fmt: skip
        share_out(
            county.other_post,
            [(county.fund, Decimal("100.00"))],
            from_day=date(2027, 4, 1), by=county.as_("admin"), at=NOW,
        )  # fmt: skip
        endings = BY_CODE["next-notice-date"].rows(reader(county))
        Share.objects.filter(post=county.other_post, starts_on=date(2027, 4, 1)).delete()
        nobody_follows = BY_CODE["next-notice-date"].rows(reader(county))
    assert [each.name for each in endings] == ["Family grant"]
    both = [
        f"{payer}'s share of PSW 2 Fenshire" for payer in ("Beech Primary School Fenshire", "County budget Fenshire")
    ]
    assert [each.name for each in nobody_follows] == ["Family grant", *both]


def test_without_terms_a_notice_date_is_not_known(fenshire):
    with fenshire.inside():
        FundingStream.objects.update(ends_on=date(2027, 3, 31))
    assert look(fenshire, "next-notice-date").unknown.startswith("Not known: 1 thing ends")


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.code)
def test_without_data_a_figure_is_not_known_and_never_0(db, measure):
    county = make_county("fenshire")
    with county.inside():
        Share.objects.all().delete()
        Employment.objects.all().delete()
        for model in (
            "teams_postterms",
            "teams_post",
            "schools_fundingstream",
            "schools_schoolcontact",
            "schools_school",
        ):
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {model}")
        answer = measure.look(reader(county))
        assert answer.unknown
        assert answer.slices == ()
        assert list(measure.rows(reader(county))) == []


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.code)
def test_a_figure_is_the_count_of_its_rows(county, measure):
    with county.inside():
        FundingStream.objects.filter(pk=county.grant.pk).update(ends_on=date(2027, 7, 31))
        # Of four workers a senior manager is shown no number; their manager is.
        asks = reader(county, "manager" if isinstance(measure, OfSupervision) else "senior")
        answer, rows = measure.look(asks), list(measure.rows(asks))
        lines = [measure.line(row, asks) for row in rows]
    if measure.no_rows:
        assert rows == []
        return
    assert rows or answer.unknown.startswith("Not known"), answer
    if measure.code == "highest-need-without-worker":
        return  # with figures of need: tests/schools/test_need.py
    assert all(len(line.cells) == len(measure.heads) for line in lines)
    if isinstance(measure, OfSupervision):
        assert (answer.number, answer.of or 0) == (sum(row.number for row in rows), sum(row.of for row in rows))
    elif measure.code == "waiting-for-signature":
        assert answer.number == len(rows)
    elif isinstance(measure, CountedRows):
        assert (answer.number, answer.of) == (sum(row.counts for row in rows), len(rows))
    elif measure.code == "money-by-fund":
        assert answer.number == sum(row.amount for row in rows if row.amount is not None)
    elif measure.code == "money-at-risk":
        assert answer.number == sum(row.a_year for row in rows if row.a_year is not None) > 0
    else:
        assert answer.number == min(row.days_left(TODAY) for row in rows)


def test_a_manager_counts_what_she_manages(county):
    with county.inside():
        offered(make_agreement(county, post="other_post", school="beech"), county)
    assert look(county, "agreements-signed").of == 6
    mine, others = look(county, "agreements-signed", "manager"), look(county, "agreements-signed", "other_manager")
    assert (mine.number, mine.of) == (3, 5)
    assert (others.number, others.of) == (0, 1)
