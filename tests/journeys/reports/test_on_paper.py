"""What a share buys, the county's page and a sheet of figures: looked at, and taken away as PDF."""

from __future__ import annotations

import pytest

from tests.factories.authorities import make_county
from tests.reports.conftest import clock  # noqa: F401  (a fixture)
from tests.reports.stories import active, add_terms, grow

pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


@pytest.fixture
def county(site):
    county = make_county("fenshire")
    add_terms(county, 2025, 2026, 2027)
    active(county)
    grow(county, 3)
    return county


def test_a_head_prints_one_side_for_the_governors(county, visitor):
    head = visitor(phone=True).sign_in(county, "head").goto("/fenshire/home/")
    head.follow("What it has given this year").reads("What our share buys", "£14,145", "In 2027/28", "5 days a week")
    head.check("share-buys")
    with head.page.expect_download() as download:
        head.follow("Print for governors (PDF)")
    assert download.value.suggested_filename.startswith("What our share buys, Oakfield")


def test_a_senior_manager_takes_the_countys_page_and_a_sheet_away(county, visitor):
    senior = visitor().sign_in(county, "senior").goto("/fenshire/county/").check("county-print")
    with senior.page.expect_download() as download:
        senior.press("Print this page (PDF)")
    assert download.value.suggested_filename.startswith("The county this week")
    senior.goto("/fenshire/figures/").press("Keep them to print")
    senior.reads("Open as PDF").check("sheet-pdf")
    with senior.page.expect_download() as download:
        senior.follow("Open as PDF")
    assert download.value.suggested_filename.endswith(".pdf")
