"""A post that a what-if adds, and who pays which part of it: to the penny, refused beside its box, counted and printed."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from reports import pdf
from schools.models import ProposalCopy, WhatIf, WhatIfPart
from schools.rules import what_if
from schools.rules.ahead import paid_by
from schools.rules.plans import Payer
from schools.rules.what_if import AddPost, Misfit
from tests.documents.reading import words as words_of
from tests.factories.authorities import NOW
from tests.schools.test_what_if_pages import LIST, begun, clock, county, on, page_of, words  # noqa: F401  (fixtures)
from tests.schools.test_what_if_rules import BUDGET, GRANT, OAKFIELD, counting, plans, unhurried, whole_cost, year_days

FOUR = (BUDGET, GRANT, OAKFIELD, Payer("school", 3))


@st.composite
def parts(draw):
    """Up to four payers whose per cents come to a hundred, to a hundredth of a per cent."""
    payers = draw(st.permutations(FOUR))[: draw(st.integers(1, 4))]
    cuts = sorted(draw(st.sets(st.integers(1, 9999), min_size=len(payers) - 1, max_size=len(payers) - 1)))
    edges = [0, *cuts, 10000]
    return tuple(
        (payer, Decimal(last - first) / 100) for payer, first, last in zip(payers, edges, edges[1:], strict=False)
    )


def added(plan, paid, day) -> what_if.Applied:
    return what_if.apply(plan, [AddPost("new 1", "One more", 1, 3, day, paid)])


@unhurried
@given(plans(), parts(), year_days)
def test_the_parts_of_an_added_post_come_to_its_cost_to_the_penny(plan, paid, day):
    found = added(plan, paid, day)
    assert found.misfits == {}
    counted, before = counting().count(found.plan), counting().count(plan)
    each, nobody = paid_by(counted.years["new 1"])
    ends = found.plan.ends.get(GRANT.key)
    assert set(each) <= {payer for payer, _ in paid}
    assert nobody == 0 or (ends is not None and GRANT in dict(paid)), "only what is asked of a fund after its end"
    whole = sum((year.schedule.total for year in counted.years["new 1"]), Decimal(0))
    assert sum(each.values(), nobody) == whole
    assert whole_cost(counted) == whole_cost(before) + whole, "and it costs nobody else a penny"


@unhurried
@given(plans(), parts(), year_days)
def test_said_as_for_the_post_that_it_is_like_it_is_paid_as_if_nothing_was_said(plan, paid, day):
    like = added(plan, (), day).plan.post("new 1")
    said = tuple(like.paid_on(day).items())
    if what_if.are_whole(said or ((BUDGET, Decimal(0)),)):
        assert added(plan, said, day).plan.post("new 1") == like


@unhurried
@given(plans(), parts(), st.integers(1, 9999).map(lambda cents: Decimal(cents) / 100), year_days)
def test_parts_that_do_not_come_to_a_hundred_or_name_somebody_twice_are_never_counted(plan, paid, more, day):
    (payer, percent), *others = paid
    wrong = [((payer, percent + more), *others), ((payer, percent - more), *others)]
    wrong.append(((payer, percent / 2), (payer, percent / 2), *others))
    for each in wrong:
        found = added(plan, each, day)
        assert found.misfits == {0: Misfit("not_whole")}
        assert found.plan == plan


pytestmark = pytest.mark.django_db


def like(county, **more) -> dict[str, str]:  # noqa: F811
    post, school = county.rows["post 1"].public_id, county.beech.public_id
    return {"post": str(post), "school": str(school), **on(date(2027, 9, 1)), "paid": "own", **more}


def lines(*said: tuple[str, str]) -> dict[str, str]:
    found = {}
    for number, (payer, percent) in enumerate(said):
        found |= {f"payer_{number}": payer, f"percent_{number}": percent}
    return found


def payers(county) -> tuple[str, str, str]:  # noqa: F811
    return f"fund:{county.fund.public_id}", f"school:{county.beech.public_id}", f"school:{county.oakfield.public_id}"


def test_who_pays_which_part_is_said_counted_compared_and_taken_to_a_spreadsheet(county, client_for):  # noqa: F811
    senior, tried = client_for(county, "senior"), begun(county)
    fund, beech, oakfield = payers(county)
    sent = like(county, **lines((fund, "33.33"), (beech, "50"), (oakfield, "16.67")))
    answer = senior.post(page_of(tried, "add/add/"), sent)
    assert answer.status_code == 302, words(answer)
    page = words(senior.get(page_of(tried)))
    assert (
        "New post like PSW 101, at Beech Primary School Fenshire, from 1 September 2027; paid by County budget "
        "Fenshire 33.33 %, Beech Primary School Fenshire 50 %, Oakfield Primary School Fenshire 16.67 %"
    ) in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "£11,498.85 more than what there is" in page or "£11,499 more than what there is" in page

    asked = {"school_year": "2027", "what_if": str(tried.public_id)}
    text = senior.get("/fenshire/api/v1/what-if/", asked | {"format": "csv"}).content.decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["Post"] == "New post like PSW 101"]
    paid: dict[str, Decimal] = {}
    for row in rows:
        paid[row["Payer"]] = paid.get(row["Payer"], Decimal(0)) + Decimal(row["Pounds"])
    assert paid == {
        "County budget Fenshire": Decimal("11498.85"),
        "Beech Primary School Fenshire": Decimal("17250.00"),
        "Oakfield Primary School Fenshire": Decimal("5751.15"),
    }
    book = senior.get("/fenshire/api/v1/what-if/", asked | {"format": "xlsx"}).content
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    names = {row[5] for row in sheet.iter_rows(values_only=True) if row[3] == "New post like PSW 101"}
    assert names == set(paid)
    table = words(senior.get(LIST, {"school_year": "2027"}))
    assert re.search(r"All posts together £138,000\.00 £172,500\.00", table), table


def test_the_paper_of_the_proposal_says_who_pays_and_tells_each_school_that_does(county, client_for):  # noqa: F811
    senior, tried = client_for(county, "senior"), begun(county)
    fund, _, oakfield = payers(county)
    senior.post(page_of(tried, "add/add/"), like(county, **lines((fund, "60"), (oakfield, "40"))))
    page = senior.get(page_of(tried, "proposal/"))
    read = re.search(r'name="read"[^>]*value="([0-9a-f]*)"', page.content.decode()).group(1)
    assert senior.post(page_of(tried, "proposal/"), {"read": read}).status_code == 302
    with county.inside():
        for copy in ProposalCopy.objects.all():
            paper = words_of(pdf.draw("proposal", copy.snapshot, copy.copy)).replace("\N{NO-BREAK SPACE}", " ")
            assert "paid by County budget Fenshire 60 %, Oakfield Primary School Fenshire 40 %" in paper
            assert "a new post begins here" in paper
            assert "a new post begins elsewhere, and this school pays a part" in paper


@pytest.mark.parametrize(
    ("said", "box", "sentence"),
    [
        ([], "payer_0", "Choose who pays the first part"),
        ([(0, "60"), (1, "30")], "percent_1", "The parts come to 90 %. They must come to 100 %"),
        ([(0, "60"), (1, "40.01")], "percent_1", "The parts come to 100.01 %. They must come to 100 %"),
        ([(0, "60"), (None, "40")], "payer_1", "Choose who pays 40 %, or empty the part"),
        ([(0, "60"), (1, "")], "percent_1", "Enter how many per cent Beech Primary School Fenshire pays"),
        ([(0, "60"), (1, "0")], "percent_1", "Enter how many per cent Beech Primary School Fenshire pays"),
        ([(0, "60"), (0, "40")], "payer_1", "County budget Fenshire is there twice. Put the two parts together"),
        ([(0, "sixty")], "percent_0", "must be a number with at most 2 decimal places"),
        ([(0, "-100"), (1, "200")], "percent_0", "Part of payer 1"),
    ],
)
def test_what_is_wrong_is_said_beside_its_box_and_what_was_typed_stays(county, client_for, said, box, sentence):  # noqa: F811
    senior, tried = client_for(county, "senior"), begun(county)
    known = payers(county)
    sent = lines(*(("" if place is None else known[place], percent) for place, percent in said))
    answer = senior.post(page_of(tried, "add/add/"), like(county, **sent))
    assert answer.status_code == 422
    page = answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert sentence in words(answer).replace("\N{NO-BREAK SPACE}", " ")
    assert f'href="#id_{box}"' in page, "the summary leads to the box"
    for _, percent in said:
        assert f'value="{percent}"' in page or not percent
    with county.inside():
        assert not WhatIfPart.objects.exists()


def test_paid_as_its_like_no_part_is_kept_and_a_copy_takes_the_parts_along(county, client_for):  # noqa: F811
    senior, tried = client_for(county, "senior"), begun(county)
    fund, beech, _ = payers(county)
    senior.post(page_of(tried, "add/add/"), like(county, paid="like", **lines((fund, "60"), (beech, "40"))))
    with county.inside():
        assert not WhatIfPart.objects.exists()
    senior.post(page_of(tried, "add/add/"), like(county, **lines((fund, "60"), (beech, "40"))))
    senior.post(page_of(tried, "copy/"))
    with county.inside():
        copy = WhatIf.objects.for_page().get(name="Schools pay half, 2")
        first, second = copy.changes.all()
        assert [part.in_words for part in first.who_pays] == []
        assert [part.percent for part in second.who_pays] == [Decimal(60), Decimal(40)]
        original = WhatIf.objects.get(name="Schools pay half").changes.get(parts__percent=60)
    assert senior.post(page_of(tried, f"take-out/{original.public_id}/")).status_code == 302
    with county.inside():
        assert WhatIfPart.objects.count() == 2, "those of the copy"


def test_the_database_takes_no_part_without_one_payer_nor_after_the_proposal(county, client_for):  # noqa: F811
    senior, tried = client_for(county, "senior"), begun(county)
    fund, beech, _ = payers(county)
    senior.post(page_of(tried, "add/add/"), like(county, **lines((fund, "60"), (beech, "40"))))
    with county.inside():
        change = tried.changes.get()
        for wrong in ({}, {"fund": county.fund, "school": county.beech}, {"fund": county.fund}):
            with pytest.raises(IntegrityError), transaction.atomic():
                WhatIfPart.objects.create(what_if=tried, change=change, percent=Decimal(5), **wrong)
        WhatIf.objects.get(pk=tried.pk).propose({}, of=[change], person=county.people["senior"], by=county.as_("senior"), at=NOW)  # fmt: skip  # noqa: E501
        for act in (
            lambda: WhatIfPart.objects.update(percent=Decimal(50)),
            lambda: WhatIfPart.objects.all().delete(),
            lambda: WhatIfPart.objects.create(what_if=tried, change=change, school=county.oakfield, percent=Decimal(5)),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                act()
