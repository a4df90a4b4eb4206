"""Journeys S1 and S2 in a browser: Monday, from a figure to a question; and a number with its definition by four."""

from __future__ import annotations

import pytest

from schools.models import School
from teams.models import Area, Employment, Membership, Post, Team
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


def test_monday_from_a_figure_to_an_answer(world, visitor):
    with world.inside():
        west = Team.objects.get(name="West 2 team")
        Employment.objects.filter(post__name="PSW 101").delete()
        Post.objects.filter(team=world.team).update(team=west)
        Membership.objects.filter(person=world.people["manager"]).update(team=west)
    taps = fields = 0
    senior = visitor().sign_in(world, "senior").goto("/fenshire/county/")
    senior.reads("Six figures").follow("posts with somebody in them")
    taps += 1
    senior.reads("Team strength", "Choose an area or a team above").check("ask-county-wide")
    senior.page.locator(".alongside-chart a").filter(has_text="West 2").first.click()
    taps += 1
    senior.reads("Ask about this", "Mira Fenshire, West 2 team").check("ask-area")
    senior.fill("Your question", "Why is one post still empty?").press("Ask", exact=True)
    fields, taps = fields + 1, taps + 1
    senior.reads("Asked. The answer of Mira Fenshire will stand on your first page.").check("ask-asked")
    print(f"S1: {taps} taps and {fields} field from the county’s page to a question (target 3 taps to act)")

    taps = 0
    senior.goto("/fenshire/county/").follow("posts with somebody in them").page.locator(".alongside-chart a").filter(has_text="West 2").first.click()  # fmt: skip
    senior.page.locator("#id_place").select_option(label="West 2 team")
    senior.press("Show").reads("Mira Fenshire, West 2 team")
    senior.fill("Your question", "").press("Ask", exact=True).reads("There is a problem", "Write your question").check("ask-refused")  # fmt: skip
    senior.fill("Your question", "Who waits the longest there?").press("Ask", exact=True).reads("Asked.")

    manager = visitor(phone=True).sign_in(world, "manager").goto("/fenshire/home/")
    manager.reads("Sena Fenshire asks: “Why is one post still empty?”").check("ask-manager-home")
    manager.follow("Why is one post").reads("What did you find out?", "of 7").check("ask-manager")
    manager.press("Answer", exact=True).reads("Write what you found out").check("ask-manager-refused")
    manager.fill("What did you find out?", "Two people were asked, and one begins on 5 October.")
    manager.press("Answer", exact=True).reads("Answered. Sena Fenshire finds it on the first page.")

    senior.goto("/fenshire/county/").reads("Mira Fenshire answered: “Two people were asked").check(
        "ask-answered-county"
    )
    senior.follow("Mira Fenshire answered").reads("one begins on 5 October").check("ask-answered")
    senior.press("I have read it").reads("It has left your first page")
    senior.goto("/fenshire/figures/posts-filled/").reads("Asked before", "one begins on 5 October").check("ask-before")
    senior.follow("Who waits the longest").reads("Waits for Mira Fenshire").check("ask-waits")
    senior.press("Take it back").reads("Your question is taken back.")

    with world.inside():
        Membership.objects.filter(person=world.people["manager"]).update(ends_on="2026-01-01")
    place = f"?place={west.public_id}"
    senior.goto(f"/fenshire/figures/posts-filled/{place}").reads("Nobody manages West 2 team today").check("ask-nobody")


def test_asking_and_answering_work_without_scripts(world, visitor):
    senior = visitor(scripts=False).sign_in(world, "senior")
    senior.goto(f"/fenshire/figures/posts-filled/?place={world.team.public_id}")
    senior.fill("Your question", "Who is away?").press("Ask", exact=True).reads("Asked.")
    manager = visitor(phone=True, scripts=False).sign_in(world, "manager").goto("/fenshire/waiting/")
    manager.reads("Sena Fenshire asks: “Who is away?”").follow("Open the action")
    manager.fill("What did you find out?", "Nobody.").press("Answer", exact=True).reads("Answered.")
    senior.goto("/fenshire/waiting/").reads("Mira Fenshire answered: “Nobody.”")
