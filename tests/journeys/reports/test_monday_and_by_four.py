"""Journeys S1 and S2 in a browser: Monday, from a figure to a question; and a number with its definition by four."""

from __future__ import annotations

import pytest

from schools.models import School
from teams.models import Area, Post, Team
from tests.factories.authorities import make_county
from tests.reports.stories import active, add_terms, grow

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]


@pytest.fixture
def world(site):
    county = make_county("fenshire")
    add_terms(county)
    active(county)
    with county.inside():
        west = Area.objects.create(name="West 2")
        team = Team.objects.create(name="West 2 team", area=west)
    grow(county, 6)
    with county.inside():
        Post.objects.filter(name__startswith="PSW 10").update(team=team)
        School.objects.filter(name__startswith="Elm").update(area=west)
    return county


def test_a_number_with_its_definition_by_four_o_clock(world, visitor):
    senior = visitor().sign_in(world, "senior").goto("/fenshire/county/")
    fields = taps = 0
    senior.page.get_by_role("searchbox").first.fill("workers in West 2")
    fields += 1
    senior.page.get_by_role("searchbox").first.press("Enter")
    taps += 1
    senior.reads("Team strength, West 2", "of 6, 100 %", "Source", "Copy with its definition").check("search-figure")
    copied = senior.page.get_by_label("The figure with its definition").input_value()
    assert copied.replace("\N{NO-BREAK SPACE}", " ").startswith("6 of 6 (100 %) posts with somebody in them, West 2,")
    senior.context.grant_permissions(["clipboard-read", "clipboard-write"])
    senior.press("Copy with its definition").reads("Copied.")
    taps += 1
    assert senior.page.evaluate("navigator.clipboard.readText()") == copied
    print(f"S2: {fields} field and {taps} taps to a number with its definition (target 1 field)")

    senior.press("Keep it to print").reads("Figure 1001", "Team strength: 6 of 6").check("search-figure-kept")
    senior.goto("/fenshire/search/?q=figure 1001").reads("Figures on paper").check("search-figure-number")
    senior.follow("Figure 1001").reads("Team strength", "West 2")
    senior.goto("/fenshire/search/?q=money in West 2").reads("may ask once more who you are").check("search-money")
    senior.goto("/fenshire/search/?q=workers in West").reads("More than one place").check("search-places")
    senior.goto("/fenshire/search/?q=supervision in West 2").reads("Supervision in date").check("search-small")
    senior.goto("/fenshire/search/?q=workers in Wset").reads("No area or team is called").check("search-no-place")
    senior.goto("/fenshire/search/?q=zebra").reads("You can ask for a figure").check("search-nothing")
    plain = visitor(phone=True, scripts=False).sign_in(world, "senior").goto("/fenshire/search/?q=staff in west 2")
    plain.reads("Team strength, West 2", "Keep it to print").press("Keep it to print").reads("Figure 1002")
