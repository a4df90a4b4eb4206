"""What-ifs against sums written by hand in SQL and against "Money: next three years"; proposals as they are sealed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from reports import pdf
from reports.measures.figure import figure_of
from reports.measures.measure import Reader
from reports.measures.registry import BY_CODE
from schools.actions import next_year
from schools.actions import what_if as actions
from schools.actions.ahead import Ahead
from schools.actions.money import share_out
from schools.actions.need import highest_without_worker
from schools.actions.proposals import Proposing
from schools.actions.what_if import Trying
from schools.actions.what_if_lines import lines_of
from schools.models import Figures, FundingStream, Placement, ProposalCopy, School, WhatIf, WhatIfChange
from schools.rules import what_if as rules
from teams.foundation import sealing
from teams.foundation.errors import NotAllowed, Refusal
from tests.factories.authorities import NOW, TODAY, YEAR_STARTS
from tests.reports.stories import active, add_terms, grow
from tests.told import story

pytestmark = pytest.mark.django_db
NEXT = date(2027, 9, 1)


@story
def county(fenshire, moorland):
    """Five schools with a worker, a grant that pays for one until March 2027, ten schools more with need and nobody."""
    add_terms(fenshire, 2025, 2026, 2027)
    active(fenshire)
    grow(fenshire, 4)
    with fenshire.inside():
        grant = FundingStream.objects.create(name="Family grant", ends_on=date(2027, 3, 31))
        share_out(
            fenshire.rows["post 1"], [(grant, Decimal("59.00")), (fenshire.rows["school 1"], Decimal("41.00"))],
            from_day=YEAR_STARTS, by=fenshire.as_("admin"), at=NOW,
        )  # fmt: skip
        fenshire.rows["grant"] = grant
        for number in range(10):
            fenshire.rows[f"ash {number}"] = School.objects.create(
                urn=f"{930000 + number}", name=f"Ash {number} School", phase="Primary", status="open",
                area=fenshire.area,
            )  # fmt: skip
        for number, school in enumerate(School.objects.order_by("-name")):
            Figures.objects.create(
                school=school, source="census", year=2025, number_on_roll=200,
                free_meals_ever_6_percent=Decimal(number),
            )  # fmt: skip
    active(moorland)
    return fenshire


def trying(county, who="senior") -> Trying:
    return Trying(county.as_(who), county.authority, TODAY)


def begun(county, *changes: WhatIfChange, name="Try", year=2027) -> WhatIf:
    what_if = WhatIf.save_as(name, school_year=year, person=county.people["senior"], by=county.as_("senior"), at=NOW)
    for change in changes:
        actions.add_change(loaded(what_if), change, trying=trying(county), by=county.as_("senior"), at=NOW)
    return loaded(what_if)


def loaded(what_if: WhatIf) -> WhatIf:
    return WhatIf.objects.for_page().get(pk=what_if.pk)


def award(percent="3.00", day=NEXT) -> WhatIfChange:
    return WhatIfChange(kind="award", day=day, percent=Decimal(percent))


def test_what_there_is_is_money_ahead_to_the_penny_and_what_the_rows_say(county):
    """Six posts of 34,500.00: by hand from the rows, and as the staircases and the agreements have them."""
    with county.inside():
        found = trying(county)
        figures = {year: found.figures(found.there_is, year) for year in found.years}
        ahead = Ahead(county.as_("senior"), county.authority, TODAY)
        assert found.there_is.counted.years == ahead.counted.years
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(round(34500.00 * s.percent / 100, 2)) FILTER (WHERE s.fund_id IS NOT NULL "
                "AND f.ends_on IS NULL), sum(round(34500.00 * s.percent / 100, 2)) FILTER (WHERE f.ends_on < %s), "
                "sum(round(34500.00 * s.percent / 100, 2)) FILTER (WHERE s.school_id IS NOT NULL) "
                "FROM schools_share s LEFT JOIN schools_fundingstream f ON f.id = s.fund_id "
                "WHERE s.starts_on <= %s AND (s.ends_on IS NULL OR s.ends_on >= %s)",
                [NEXT, NEXT, NEXT],
            )
            (hand,) = cursor.fetchall()
    assert (figures[2027].county, figures[2027].nobody, figures[2027].schools) == hand
    assert figures[2027].cost == 6 * Decimal("34500.00")
    paid_by_funds = sum(each.paid for each in ahead.staircases)
    assert sum(each.county for each in figures.values()) == paid_by_funds


def test_a_pay_award_of_three_per_cent_by_hand(county):
    """27,600.00 and 3 per cent are 28,428.00, with 25 per cent on-costs 35,535.00 a post a year."""
    with county.inside():
        what_if = begun(county, award())
        found = trying(county)
        tried = found.with_changes(list(what_if.changes.all()))
        assert found.figures(tried, 2027).cost == 6 * Decimal("35535.00")
        assert found.figures(tried, 2026) == found.figures(found.there_is, 2026), "the year before the award"


def test_the_file_has_every_penny_of_every_plan_with_its_rate_and_pay_point(county):
    with county.inside():
        what_if = begun(county, award(day=date(2027, 11, 1)), WhatIfChange(
            kind="fund_end", fund=county.grant, day=date(2027, 12, 31)))  # fmt: skip
        found = trying(county)
        for name, tried in (("What there is", found.there_is), ("Try", found.with_changes(what_if.changes.all()))):
            lines = list(lines_of(name, tried, found.county, 2027))
            figures = found.figures(tried, 2027)
            sums = {kind: sum(each.amount for each in lines if each.kind == kind) for kind in ("Fund", "School")}
            assert sums == {"Fund": figures.county, "School": figures.schools}
            assert sum(each.amount for each in lines) == figures.cost
        by_month = {each.month: each for each in lines if each.post == "PSW 101" and each.kind == "Fund"}
        october, november = by_month[date(2027, 10, 1)], by_month[date(2027, 11, 1)]
        assert (october.grade, october.point, october.salary) == ("L6", 14, Decimal("27600.00"))
        assert november.salary == Decimal("28428.00")
        assert november.rate_since == date(2027, 11, 1)
        assert november.working == "£35,535.00 a year from 1 November 2027"
        assert date(2028, 1, 1) not in by_month, "the grant has ended: nobody pays its part"


def test_highest_need_without_a_worker_is_the_figure_of_the_county_page(county):
    """The same schools of highest need by the same working; workers are those of the plan."""
    with county.inside():
        found = trying(county)
        with_nobody = highest_without_worker(found.need)
        figure = figure_of(
            BY_CODE["highest-need-without-worker"], Reader(county.as_("senior"), county.authority, TODAY)
        )
        assert figure.number == len(with_nobody) == found.figures(found.there_is, 2026).highest_without > 0
        school = School.objects.get(pk=with_nobody[0].school_id)
        what_if = begun(county, WhatIfChange(kind="add", post=county.post, to_school=school, day=NEXT))
        tried = found.with_changes(list(what_if.changes.all()))
        assert found.figures(tried, 2027).highest_without == len(with_nobody) - 1
        assert found.figures(tried, 2026).highest_without == len(with_nobody), "it begins a year later"
        assert trying(county, "finance").figures(tried, 2027).highest_without is None


def test_schools_with_a_worker_by_hand(county):
    with county.inside():
        found = trying(county)
        there = Placement.objects.exclude(status="ended").values("school").distinct().count()
        assert found.figures(found.there_is, 2027).with_worker == there


def test_nine_queries_without_need_and_the_same_for_any_number(county, queries):
    with county.inside():
        one, other = begun(county, award()), begun(county, award("2.00"), name="Other")
        with queries() as few:
            found = trying(county, "finance")
            found.figures(found.there_is, 2027)
        with queries() as more:
            found = trying(county, "finance")
            for each in (one, other):
                found.figures(found.with_changes(list(each.changes.all())), 2027)
    assert len(few) == len(more) <= 9


def post_end(county, post="post 1", day=date(2027, 8, 31)) -> WhatIfChange:
    return WhatIfChange(kind="post_end", post=county.rows[post], day=day)


def proposing(county, what_if, who="senior") -> Proposing:
    return Proposing(loaded(what_if), trying(county, who))


def all_ticked(found: Proposing) -> dict[str, list[str]]:
    return {name: [line.value for line in lines] for name, lines in found.laid_out.groups.items()}


def seal(county, found: Proposing, ticked=None, who="senior") -> None:
    found.seal(all_ticked(found) if ticked is None else ticked, read=found.read, by=county.as_(who), at=NOW)


def test_every_line_that_is_laid_out_has_to_be_ticked(county):
    """BR-05: nothing ends that somebody holds before vacancies, growth and other funds were looked at."""
    with county.inside():
        found = proposing(county, begun(county, post_end(county)))
        assert set(found.laid_out.groups) == {"vacancies", "growth", "funds"}
        assert [line.text for line in found.laid_out.vacancies] == [
            f"{county.other_post.name}, {county.beech.name}"
        ] or found.laid_out.vacancies[0].value == "none"
        whole = all_ticked(found)
        for name, values in whole.items():
            for value in values:
                ticked = whole | {name: [each for each in values if each != value]}
                with pytest.raises(Refusal) as refused:
                    seal(county, found, ticked)
                assert (refused.value.field, refused.value.code) == (name, "not_ticked")
        assert not ProposalCopy.objects.exists()
        seal(county, found)
        assert ProposalCopy.objects.count() == 2


def test_a_payer_taken_away_from_a_held_post_asks_for_the_ticks_too(county):
    with county.inside():
        away = WhatIfChange(
            kind="share", post=county.rows["post 1"], school=county.rows["school 1"], percent=Decimal("41.00"), day=NEXT
        )
        found = proposing(county, begun(county, away))
        assert [each.day for each in found.ends] == [NEXT], "the grant has ended before, and now nobody pays"
        assert found.laid_out.groups


def test_where_nothing_ends_nothing_is_laid_out(county):
    with county.inside():
        found = proposing(county, begun(county, award()))
        assert found.laid_out.groups == {}
        seal(county, found)


def test_agreements_to_vary_and_heads_to_ring(county):
    """From January within the year of the agreement: vary it. From next September: draw up the next one so."""
    with county.inside():
        county.people["head 1"].telephone = "01632 960111"
        county.people["head 1"].save()
        next_year.say(
            county.rows["post 2"].placements.get(), "cannot", words="", person=county.people["head 2"],
            school_year=2027, by=county.as_("head 2"), at=NOW,
        )  # fmt: skip
        grant, budget = county.grant, county.fund
        change = WhatIfChange(
            kind="share", post=county.rows["post 1"], fund=grant, to_fund=budget, percent=Decimal("59.00"),
            day=date(2027, 1, 1),
        )  # fmt: skip
        added = WhatIfChange(kind="add", post=county.post, to_school=county.rows["ash 3"], day=NEXT)
        contents = proposing(county, begun(county, change, post_end(county, "post 2"), added)).contents
    assert [each["notice"] for each in contents["agreements"]] == [
        "The last day for notice, 31 August 2026, has passed", "Last day for notice: 11 April 2027"
    ]  # fmt: skip
    told = {each["post"]: (each["school"], each["do"], each["why"]) for each in contents["agreements"]}
    assert told == {
        "PSW 101": ("Elm 001 Primary School Fenshire", "Vary", ["from 1 January 2027 who pays what changes"]),
        "PSW 102": (
            "Elm 002 Primary School Fenshire", "Draw up no next one", ["from 1 September 2027 the post ends"]
        ),
    }  # fmt: skip
    assert [(each["school"], each["why"]) for each in contents["no_agreement"]] == [
        ("Ash 3 School", ["from 1 September 2027 a new post begins here"])
    ]
    assert [each["about"] for each in contents["heads"]] == [
        [f"New post like {county.post.name}"], ["PSW 101"], ["PSW 102 (said for 2027/28: cannot keep)"]
    ]  # fmt: skip
    assert [(each["school"], each["name"], each["telephone"]) for each in contents["heads"]] == [
        ("Ash 3 School", "", ""),
        ("Elm 001 Primary School Fenshire", "Hanna 1", "01632 960111"),
        ("Elm 002 Primary School Fenshire", "Hanna 2", ""),
    ]


def test_finance_has_a_copy_without_need_and_its_paper_says_none(county):
    with county.inside():
        found = proposing(county, begun(county, post_end(county)))
        seal(county, found)
        copies = {each.copy: each for each in ProposalCopy.objects.all()}
        for copy in copies.values():
            assert copy.digest == sealing.digest(copy.snapshot)
        assert [each.copy for each in ProposalCopy.objects.visible_to(county.as_("finance"))] == ["finance"]
        assert [each.copy for each in ProposalCopy.objects.visible_to(county.as_("auditor"))] == ["whole"]
        assert not ProposalCopy.objects.visible_to(county.as_("manager")).exists()
        assert "growth" in copies["whole"].snapshot["laid_out"]
        assert "growth" not in copies["finance"].snapshot["laid_out"]
        assert "highest need" not in str(copies["finance"].snapshot)
        for name, copy in copies.items():
            content, pages = pdf.draw("proposal", copy.snapshot, name)
            assert content.startswith(b"%PDF")
            assert pages <= 4


def test_what_is_sealed_takes_no_change_in_the_database(county):
    with county.inside():
        what_if = begun(county, award())
        seal(county, proposing(county, what_if))
        copy = ProposalCopy.objects.first()
        for wrong in (
            lambda: WhatIf.objects.filter(pk=what_if.pk).update(name="Another"),
            lambda: WhatIfChange.objects.filter(what_if=what_if).update(percent=Decimal("9.00")),
            lambda: WhatIfChange.objects.filter(what_if=what_if).delete(),
            lambda: ProposalCopy.objects.filter(pk=copy.pk).update(digest=""),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                wrong()
        for verb in ("put_away",):
            with pytest.raises(Refusal):
                getattr(what_if, verb)(by=county.as_("senior"), at=NOW)


def test_finance_and_programs_propose_nothing_and_a_manager_tries_nothing(county):
    with county.inside():
        what_if = begun(county, award())
        with pytest.raises(NotAllowed):
            seal(county, proposing(county, what_if, "finance"), who="finance")
        with pytest.raises(NotAllowed):
            WhatIf.save_as("Mine", school_year=2027, person=county.people["manager"], by=county.as_("manager"), at=NOW)
        assert not WhatIf.objects.visible_to(county.as_("manager")).exists()


def test_a_county_knows_nothing_of_anothers(county, moorland):
    with county.inside():
        begun(county, award())
    with moorland.inside():
        assert not WhatIf.objects.exists()
        assert not WhatIfChange.objects.exists()


def test_a_change_stands_in_the_columns_of_its_kind(county):
    with county.inside():
        what_if = begun(county)
        with pytest.raises(DatabaseError), transaction.atomic():
            WhatIfChange.objects.create(what_if=what_if, kind="move", day=NEXT, post=county.post)
        with pytest.raises(DatabaseError), transaction.atomic():
            WhatIfChange.objects.create(what_if=what_if, kind="award", day=NEXT, percent=Decimal("51.00"))


def test_what_a_row_says_is_what_the_rules_read(county):
    with county.inside():
        move = WhatIfChange(
            kind="move", post=county.post, school=county.oakfield, to_school=county.rows["ash 1"], day=NEXT,
            with_share=True,
        )  # fmt: skip
        assert move.value == rules.MovePost(county.post.pk, county.oakfield.pk, county.rows["ash 1"].pk, NEXT)
        assert move.in_words.endswith("from 1 September 2027; which takes over its share")
