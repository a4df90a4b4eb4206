"""What-ifs as a file for finance's own sheet: its lines come to the figures of the page, to the penny."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import openpyxl
import pytest

from tests.schools.test_what_if_pages import LIST, clock, county, with_award, words  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db


def test_the_file_adds_up_to_the_table_and_opens_in_a_spreadsheet(county, client_for):  # noqa: F811
    senior = client_for(county, "senior")
    what_if = with_award(county, senior)
    asked = {"school_year": "2027", "what_if": str(what_if.public_id)}
    api = "/fenshire/api/v1/what-if/"
    text = senior.get(api, asked | {"format": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    sums: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        key = row["Plan"], row["Who pays"]
        sums[key] = sums.get(key, Decimal(0)) + Decimal(row["Pounds"])
    table = words(senior.get(LIST, {"school_year": "2027"}))
    for kind, line in (
        ("Fund", "Cost to the county"),
        ("Nobody yet", "Nobody pays yet"),
        ("School", "Cost to schools"),
    ):
        both = (sums["What there is", kind], sums["Schools pay half", kind])
        assert f"{line} £{both[0]:,.2f} £{both[1]:,.2f}" in table
    first = next(row for row in rows if row["Plan"] == "Schools pay half" and row["Post"] == "PSW 101")
    assert (first["Grade"], first["Pay point"], first["Whole-time salary"]) == ("L6", "14", "28428.00")
    assert (first["Month"], first["Rate since"], first["On-costs in per cent"]) == ("2027-09-01", "2027-09-01", "25.00")
    sheet = openpyxl.load_workbook(io.BytesIO(senior.get(api, asked | {"format": "xlsx"}).content)).active
    assert sheet.max_row == len(rows) + 1
    figures = senior.get(api, asked).json()
    assert [each["name"] for each in figures] == ["What there is", "Schools pay half"]
    assert Decimal(figures[1]["county"]) == sums["Schools pay half", "Fund"]
    for wrong in ({"school_year": "1999"}, {"what_if": "nonsense"}, {"school_year": "x"}):
        assert senior.get(api, wrong).status_code in (400, 422), wrong
