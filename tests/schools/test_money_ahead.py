"""Money ahead against sums written by hand in SQL, and against the agreements' own schedules, to the penny."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from reports.measures.measure import Reader
from reports.measures.money import posts_money
from schools.actions import next_year
from schools.actions.ahead import Ahead, schools_in
from schools.actions.money import cost_of_post, share_out
from schools.models import Charge, FundingStream, NextYear, Share
from schools.rules.plans import Payer
from teams.models import Area
from tests.factories.authorities import NOW, TODAY, YEAR_ENDS, YEAR_STARTS
from tests.factories.visits import text
from tests.reports.stories import active, add_agreement, add_terms, grow
from tests.told import story

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@story
def county(fenshire, moorland):
    """Five schools with a worker: one paid by a grant that ends in March, one whose school cannot; another county."""
    add_terms(fenshire, 2025, 2026, 2027, 2028)
    active(fenshire)
    grow(fenshire, 3)
    with fenshire.inside():
        north = Area.objects.create(name="North")
    add_agreement(fenshire, 4, area=north)
    with fenshire.inside():
        grant = FundingStream.objects.create(name="Family grant", ends_on=date(2027, 3, 31))
        for number, percent in ((1, "59.00"), (2, "33.33")):
            split = [(grant, Decimal(percent)), (fenshire.rows[f"school {number}"], Decimal("41.00"))]
            if percent != "59.00":
                split.append((fenshire.fund, Decimal("25.67")))
            share_out(fenshire.rows[f"post {number}"], split, from_day=YEAR_STARTS, by=fenshire.as_("admin"), at=NOW)
        fenshire.rows["grant"] = grant
    say(fenshire, 4, "cannot")
    say(fenshire, 3, "keep")
    add_terms(moorland, 2026)
    active(moorland)
    return fenshire


def say(county, number, answer):
    with county.inside():
        placement = county.rows[f"post {number}"].placements.get()
        next_year.say(
            placement, answer, words="", person=county.people[f"head {number}"], school_year=2027,
            by=county.as_(f"head {number}"), at=NOW,
        )  # fmt: skip


def ahead_of(county, today: date = TODAY) -> Ahead:
    return Ahead(county.as_("senior", today), county.authority, today)


def by_hand(county, sql: str, *values) -> list[tuple]:
    with county.inside(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


COST = "round(r.salary * (1 + r.on_costs_percent / 100) * t.hours_per_week / 37, 2)"
POSTS = (
    "schools_share s JOIN teams_postterms t ON t.post_id = s.post_id "
    "JOIN teams_payrate r ON r.grade = t.grade AND r.point = t.point"
)


def test_posts_at_risk_on_1_september_and_in_how_many_schools(county):
    """4 of 12 months later: what the grant paid and goes on unpaid, and the share of the school that cannot."""
    (hand,) = by_hand(
        county,
        "SELECT sum(s.percent) / 100, count(DISTINCT s.post_id) FROM schools_share s "
        "LEFT JOIN schools_fundingstream f ON f.id = s.fund_id "
        "WHERE s.starts_on <= date '2027-09-01' AND (s.ends_on IS NULL OR s.ends_on >= date '2027-09-01') "
        "AND (f.ends_on < date '2027-09-01' OR EXISTS (SELECT 1 FROM schools_nextyear n "
        "JOIN schools_placement p ON p.id = n.placement_id WHERE p.post_id = s.post_id "
        "AND p.school_id = s.school_id AND n.school_year = 2027 AND n.answer IN ('cannot', 'unknown')))",
    )
    with county.inside():
        lines = ahead_of(county).posts_at_risk(date(2027, 9, 1))
    posts = sum(line.part.posts for line in lines)
    assert posts == hand[0] == Decimal("1.3333")
    assert schools_in(lines) == hand[1] == 3


def test_what_somebody_else_takes_over_before_is_not_at_risk(county):
    """The school pays 41 per cent until December and 35 after, the fund the rest: of what it cannot keep from September
    on, 35 per cent is at risk, in pounds as in posts. The tile said 0.35 posts and the money of 0.41.
    """
    with county.inside():
        post, school = county.rows["post 4"], county.rows["school 4"]
        split = [(county.fund, Decimal("65.00")), (school, Decimal("35.00"))]
        share_out(post, split, from_day=date(2026, 12, 1), by=county.as_("admin"), at=NOW)
        line = next(each for each in ahead_of(county).money_at_risk() if each.part.post.key == post.pk)
    assert line.part.posts == Decimal("0.35")
    assert line.a_year == Decimal("12075.00"), "35 per cent of £34,500"


def test_a_post_that_goes_on_after_its_money_has_ended_is_money_at_risk(county):
    """All its shares ended yesterday. The posts at risk counted it, and the money dropped from all of it to nothing."""
    with county.inside():
        post = county.rows["post 4"]
        Share.objects.filter(post=post).update(ends_on=TODAY)
        ending = [line for line in ahead_of(county).money_at_risk() if line.part.post.key == post.pk]
        ended = [line for line in ahead_of(county, TODAY + DAY).money_at_risk() if line.part.post.key == post.pk]
        posts = ahead_of(county, TODAY + DAY).posts_at_risk(date(2027, 9, 1))
    assert sum(line.a_year for line in ending) == Decimal("34500.00")
    assert [(line.payer, line.area, line.a_year, line.part.since) for line in ended] == [
        (line.payer, line.area, line.a_year, line.part.since) for line in ending
    ]
    assert {line.part.post.key for line in posts} >= {post.pk}
    assert {school.name for line in ended for school in line.schools} == {"Elm 004 Primary School Fenshire"}


def test_the_page_says_of_money_that_has_ended_that_it_has(county, client_for):
    with county.inside():
        Share.objects.filter(post=county.rows["post 4"]).update(ends_on=TODAY - DAY)
    client = client_for(county, "senior")
    page = text(client.get("/fenshire/money/"))
    assert "Who pays it, or paid it last" in page
    assert "Its share ended on 7 September 2026, and nobody follows" in page
    rows = text(client.get("/fenshire/figures/money-at-risk/"))
    assert "The share ended on 7 September 2026, and nobody follows" in rows
    assert "The fund ends on 31 March 2027" in rows


def test_money_at_risk_in_twelve_months_by_area_and_by_payer(county):
    hand = by_hand(
        county,
        "SELECT coalesce(f.name, c.name), coalesce(ca.name, ta.name), "
        f"sum(round({COST} * s.percent / 100, 2)) FROM {POSTS} "
        "JOIN teams_post p ON p.id = s.post_id JOIN teams_team w ON w.id = p.team_id "
        "JOIN teams_area ta ON ta.id = w.area_id "
        "LEFT JOIN schools_fundingstream f ON f.id = s.fund_id LEFT JOIN schools_school c ON c.id = s.school_id "
        "LEFT JOIN teams_area ca ON ca.id = c.area_id "
        "WHERE s.starts_on <= %s AND (s.ends_on IS NULL OR s.ends_on >= %s) AND (f.ends_on <= %s OR c.id IN "
        "(SELECT m.school_id FROM schools_nextyear n JOIN schools_placement m ON m.id = n.placement_id "
        "WHERE n.answer IN ('cannot', 'unknown') AND n.school_year = 2027)) GROUP BY 1, 2 ORDER BY 1, 2",
        TODAY, TODAY, date(2027, 9, 8),
    )  # fmt: skip
    with county.inside():
        lines = ahead_of(county).money_at_risk(months=12)
    found: dict = {}
    for line in lines:
        found[line.payer, line.area] = found.get((line.payer, line.area), 0) + line.a_year
    assert sorted((payer, area, amount) for (payer, area), amount in found.items()) == hand
    assert sum(found.values()) == Decimal("20355.00") + Decimal("11498.85") + Decimal("14145.00")
    with county.inside():
        sooner = ahead_of(county).money_at_risk(months=6)
    assert sooner == [], "the grant goes on until the end of March, and schools have said nothing before September"


def test_a_staircase_is_the_sum_of_the_months_of_the_schedules(county):
    """Seven of twelve months of each share, a year's odd pennies to its first months, by hand; nothing after March."""
    hand = by_hand(
        county,
        "SELECT sum(trunc(a.year / 12, 2) + CASE WHEN m < 100 * (a.year - 12 * trunc(a.year / 12, 2)) THEN 0.01 "
        "ELSE 0 END), (SELECT sum(percent) / 100 FROM schools_share s JOIN schools_fundingstream f "
        "ON f.id = s.fund_id WHERE f.name = 'Family grant') FROM generate_series(0, 6) m, "
        f"(SELECT round({COST} * s.percent / 100, 2) AS year FROM {POSTS} "
        "JOIN schools_fundingstream f ON f.id = s.fund_id WHERE f.name = 'Family grant') a",
    )
    with county.inside():
        found = ahead_of(county)
        first, budget = found.staircases
    assert (first.paid, first.top) == hand[0]
    assert first.fund == Payer("fund", county.grant.pk)
    held, after = first.steps
    assert (held.starts_on, held.ends_on, held.posts) == (YEAR_STARTS, date(2027, 3, 31), Decimal("0.9233"))
    assert (after.paid, after.posts) == (0, 0)
    whole = 3 * (Decimal("20355.00") + Decimal("11498.85"))
    assert first.late == whole - first.paid
    assert budget.ends_on is None
    assert len(budget.steps) == 1


def test_a_schools_year_is_its_agreements_charges_and_the_countys_page_says_the_same(county):
    """The three ways to a school's sum, and the fund's sum on the county's page: one set of pennies."""
    with county.inside():
        found = ahead_of(county)
        for post in found.county.book.posts:
            cost = cost_of_post(post, authority=county.authority, starts_on=YEAR_STARTS, ends_on=YEAR_ENDS)
            mine = found.counted.years[post.pk][0].schedule.payers()
            assert {found.county.name_of(payer): amount for payer, amount in mine.items()} == {
                payer.name: amount for payer, amount in cost.schedule.payers().items()
            }
        charged = sum(
            (each.amount for each in Charge.objects.filter(version__agreement__placement__post=county.post)),
            Decimal("0.00"),
        )
        mine = found.counted.years[county.post.pk][0].schedule.payers()[Payer("school", county.oakfield.pk)]
        assert mine == charged == Decimal("14145.00")
        posts = posts_money(Reader(county.as_("senior"), county.authority, TODAY))
        grant = Payer("fund", county.grant.pk)
        on_the_page = sum(each.amounts.get(grant, Decimal(0)) for each in posts)
        late = sum(each.late.get(grant, Decimal(0)) for each in posts)
        stairs = found.staircases[0]
        this_year = [month for month in stairs.months if month.month <= YEAR_ENDS]
        assert sum(month.paid + month.late for month in this_year) == on_the_page
        assert sum(month.late for month in this_year) == late


def test_who_must_be_told_by_when_sorted_by_the_notice_date(county):
    """An end in March wants notice before the autumn term, which has begun; one in August before the summer term."""
    with county.inside():
        endings = ahead_of(county).endings()
    hand = by_hand(
        county,
        "SELECT (SELECT max(t.starts_on) - 1 FROM teams_term t WHERE t.ends_on <= e.day) FROM "
        "(VALUES (date '2027-03-31'), (date '2027-08-31')) e(day)",
    )
    assert [(each.what, each.why, each.ends_on) for each in endings] == [
        ("Family grant", "fund", date(2027, 3, 31)),
        ("Elm 004 Primary School Fenshire", "cannot", date(2027, 8, 31)),
    ]
    assert [(each.notice_on,) for each in endings] == hand
    assert [school.name for school in endings[0].schools] == [
        "Elm 001 Primary School Fenshire", "Elm 002 Primary School Fenshire"
    ]  # fmt: skip


def test_a_later_answer_takes_the_place_of_the_first(county):
    say(county, 4, "keep")
    with county.inside():
        assert NextYear.objects.filter(answer="cannot").exists()
        assert [line.payer for line in ahead_of(county).posts_at_risk(date(2027, 9, 1))] == ["Family grant"] * 2


def test_eight_queries_at_any_size_and_nothing_of_another_county(county, queries):
    with county.inside(), queries() as few:
        found = ahead_of(county)
        _ = found.endings(), found.staircases, found.posts_at_risk(date(2027, 9, 1))
    grow(county, 3, start=10)
    with county.inside(), queries() as more:
        found = ahead_of(county)
        _ = found.endings(), found.staircases, found.posts_at_risk(date(2027, 9, 1))
    assert len(few) == len(more) == 8, "the schools that pay without a placement among them"
    assert all("Moorland" not in found.county.name_of(each.fund) for each in found.staircases)
