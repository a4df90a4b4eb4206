"""Money ahead at both widths, with axe and without scripts: full, and where nothing has been added yet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from schools.actions import next_year
from schools.actions.money import share_out
from schools.models import FundingStream
from tests.factories.authorities import NOW, YEAR_STARTS, make_county
from tests.reports.conftest import clock  # noqa: F401  (a fixture)
from tests.reports.stories import active, add_terms, grow

pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


def test_staircases_risks_and_answers_are_read_at_320_pixels(site, visitor):
    county = make_county("fenshire")
    add_terms(county, 2025, 2026, 2027, 2028)
    active(county)
    grow(county, 4)
    with county.inside():
        grant = FundingStream.objects.create(name="Family grant", ends_on=date(2027, 3, 31))
        for number in (1, 2):
            shares = [(grant, Decimal("59.00")), (county.rows[f"school {number}"], Decimal("41.00"))]
            share_out(county.rows[f"post {number}"], shares, from_day=YEAR_STARTS, by=county.as_("admin"), at=NOW)
        placement = county.rows["post 3"].placements.get()
        next_year.say(
            placement, "cannot", words="", person=county.people["head 3"], school_year=2027,
            by=county.as_("head 3"), at=NOW,
        )  # fmt: skip
    senior = visitor().sign_in(county, "senior")
    senior.goto("/fenshire/money/").reads("What each fund pays, until it ends", "Family grant", "ends in March 2027")
    senior.check("money-ahead")
