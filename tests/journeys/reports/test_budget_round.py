"""S3, the budget round: money ahead, two plans beside what there is, one made the proposal with its gate, its paper."""

from __future__ import annotations

import io
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest

from schools.actions.money import share_out
from schools.models import Figures, FundingStream, School, WhatIf
from teams.foundation.mail import Notice
from teams.models import Employment
from tests.factories.authorities import NOW, YEAR_STARTS, make_county
from tests.reports.conftest import clock  # noqa: F401  (a fixture)
from tests.reports.stories import active, add_terms, grow

pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


@pytest.fixture
def county():
    """Eight posts in as many schools; a grant ends in March; one post is vacant; four schools of need have nobody."""
    county = make_county("fenshire")
    add_terms(county, 2025, 2026, 2027, 2028)
    active(county)
    grow(county, 6)
    with county.inside():
        grant = FundingStream.objects.create(name="Family grant", ends_on=date(2027, 3, 31))
        for number in (1, 2):
            shares = [(grant, Decimal("59.00")), (county.rows[f"school {number}"], Decimal("41.00"))]
            share_out(county.rows[f"post {number}"], shares, from_day=YEAR_STARTS, by=county.as_("admin"), at=NOW)
        Employment.objects.filter(post=county.rows["post 6"]).update(ends_on=date(2026, 8, 31))
        for number in range(20):
            School.objects.create(
                urn=f"{930000 + number}", name=f"Ash {number} Primary School", phase="Primary", status="open",
                area=county.area,
            )  # fmt: skip
        for number, school in enumerate(School.objects.order_by("-name")):
            Figures.objects.create(
                school=school, source="census", year=2025, number_on_roll=200 + number,
                free_meals_ever_6_percent=Decimal(number),
            )  # fmt: skip
        county.people["head 1"].telephone = "01632 960111"
        county.people["head 1"].save()
    return county


def day(visitor, when: date, legend: str) -> None:
    group = visitor.page.get_by_role("group", name=legend)
    for box, value in (("Day", when.day), ("Month", when.month), ("Year", when.year)):
        group.get_by_label(box, exact=True).fill(str(value))


def choose(visitor, label: str, words: str) -> None:
    visitor.page.get_by_label(label, exact=False).first.select_option(label=words)


def begin(senior, name: str) -> None:
    senior.goto("/fenshire/money/what-if/").fill("Name", name).press("Begin").reads("No change yet")


def test_a_budget_round_from_money_ahead_to_the_paper_for_the_meeting(county, site, visitor):
    with county.inside():
        written = Notice.objects.count()
    senior = visitor().sign_in(county, "senior")
    senior.goto("/fenshire/money/").reads("What each fund pays, until it ends")
    senior.follow("What if: try changes out beside what there is").reads("Nothing has been tried out yet")
    senior.check("what-ifs-empty")

    begin(senior, "Schools pay when the grant ends")
    senior.check("what-if-begun")
    senior.follow("Change a share")
    choose(senior, "Which post?", "PSW 101, Elm 001 Primary School Fenshire")
    choose(senior, "Who pays less?", "Family grant")
    choose(senior, "Who pays that instead?", "Elm 001 Primary School Fenshire")
    senior.fill("How many per cent of the post?", "70")
    senior.press("Add this change").reads("The payer pays 59 % on this day, and cannot give more.")
    senior.check("what-if-refused")
    senior.fill("How many per cent of the post?", "59").press("Add this change")
    senior.reads("Family grant gives 59 % to Elm 001 Primary School Fenshire", "£20,355 more than what there is")
    senior.follow("Pay award").fill("How many per cent?", "3").press("Add this change")
    senior.reads("Pay award of 3 % from 1 September 2027")
    senior.check("what-if")

    begin(senior, "One post ends, one more where need is")
    senior.follow("A post ends")
    choose(senior, "Which post?", "PSW 102, Elm 002 Primary School Fenshire")
    day(senior, date(2027, 8, 31), "What is its last day?")
    senior.press("Add this change").reads("PSW 102 ends on 31 August 2027")
    senior.follow("Add a post")
    choose(senior, "Which post is the new one like?", "PSW 103, Elm 003 Primary School Fenshire")
    choose(senior, "In which school?", "Ash 0 Primary School")
    senior.check("what-if-add")
    senior.page.get_by_label("Others, or in other parts").check()
    choose(senior, "Payer 1", "County budget Fenshire")
    senior.fill("Part of payer 1", "75")
    senior.press("Add this change").reads("The parts come to 75 %. They must come to 100 %").check(
        "what-if-add-refused"
    )
    choose(senior, "Payer 2", "Ash 0 Primary School")
    senior.fill("Part of payer 2", "25")
    senior.press("Add this change").reads("New post like PSW 103, at Ash 0 Primary School", "paid by County budget")

    senior.goto("/fenshire/money/what-if/")
    senior.reads("Beside what there is, in 2027/28", "Schools pay when the grant ends", "Cost to the county")
    senior.check("what-ifs")
    with senior.page.expect_download() as waiting:
        senior.page.get_by_role("link", name="CSV").click()
    lines = Path(waiting.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Plan,School year,Month,Post,Who pays,Payer,Pounds,Grade,Pay point")
    assert any("PSW 101" in line and "28428.00" in line for line in lines), "the rate with the award"

    senior.follow("One post ends, one more where need is").follow("Make this the proposal")
    senior.reads("PSW 102: somebody holds it", "It sends nothing to anybody", "PSW 106", "Hanna 2")
    senior.check("proposal-gate")
    senior.press("Make this the proposal").reads("not ticked. Look at each, and tick it")
    senior.check("proposal-not-ticked")
    for box in senior.page.get_by_role("checkbox").all():
        box.check()
    senior.press("Make this the proposal")
    senior.reads("This is the proposal. It is sealed, and nothing was sent to anybody.", "Looked at first")
    senior.check("proposal")
    with county.inside():
        assert Notice.objects.count() == written, "nobody was written to"
        assert WhatIf.objects.get(status="proposal").name == "One post ends, one more where need is"

    with senior.page.expect_download() as waiting:
        senior.follow("Open the paper")
    content = Path(waiting.value.path()).read_bytes()
    with pikepdf.open(io.BytesIO(content)) as paper:
        assert len(paper.pages) <= 3
        width, height = (round(float(side)) for side in paper.pages[0].mediabox[2:])
        assert (width, height) == (595, 842), "A4"
    if folder := os.environ.get("ALONGSIDE_PICTURES"):
        (Path(folder) / "proposal.pdf").write_bytes(content)


def test_finance_makes_one_without_scripts_and_is_shown_no_need(county, site, visitor):
    finance = visitor(scripts=False).sign_in(county, "finance")
    finance.goto("/fenshire/money/what-if/").fill("Name", "Three per cent").press("Begin").reads("No change yet")
    finance.follow("Pay award").fill("How many per cent?", "3").press("Add this change")
    finance.reads("Pay award of 3 % from 1 September 2027", "Senior managers and auditors read this")
    assert finance.page.get_by_role("button", name="Make this the proposal").count() == 0
