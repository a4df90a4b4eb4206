"""Journeys S1, S2, S3, S5, S6 and H4 in a browser without scripts, 320 px wide: what a person sees, and presses.

Nothing can be asked of such a page from outside: what is looked for is what stands on it, and its picture.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from schools.actions.money import share_out
from schools.models import FundingStream, School, ShareQuestion
from schools.permissions import SHARE_LINK
from teams.foundation.links import Link
from teams.models import Area, Post, Team
from tests.factories.authorities import NOW, YEAR_STARTS, make_county
from tests.performance.head_parts.part import code_of
from tests.reports.conftest import clock  # noqa: F401  (a fixture)
from tests.reports.stories import active, add_terms, grow
from tests.reports.test_school_share_buys import move_to_oakfield
from tests.schools.test_need import figures

pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]
MARCH = date(2027, 3, 31)


@pytest.fixture
def county(site):
    """Four schools with a worker, twelve without; two areas; a grant that ends in March; need and places on the map."""
    county = make_county("fenshire")
    add_terms(county, 2025, 2026, 2027, 2028)
    county.rows["agreement"] = active(county)
    grow(county, 3)
    with county.inside():
        west = Area.objects.create(name="West 2")
        Post.objects.filter(name="PSW 103").update(team=Team.objects.create(name="West 2 team", area=west))
        School.objects.filter(name__startswith="Elm 003").update(area=west)
        grant = FundingStream.objects.create(name="Family grant", ends_on=MARCH)
        for number in (1, 2):
            shares = [(grant, Decimal("59.00")), (county.rows[f"school {number}"], Decimal("41.00"))]
            share_out(county.rows[f"post {number}"], shares, from_day=YEAR_STARTS, by=county.as_("admin"), at=NOW)
        for number in range(12):
            School.objects.create(
                urn=f"{930000 + number}", name=f"Ash {number} Primary School", phase="Primary", area=west,
                easting=503000 + 3100 * number, northing=205000 + 7700 * number % 30000,
            )  # fmt: skip
        for number, school in enumerate(School.objects.order_by("-name")):
            figures(school, absence=number, free_meals=number % 7, sen_support=number % 5, plans=number % 3)
    return county


@pytest.fixture
def plain(county, visitor):
    """`plain("senior")`: signed in, with a narrow browser in which no script runs."""

    def make(name: str = ""):
        anybody = visitor(scripts=False)
        anybody.page.set_viewport_size({"width": 320, "height": 900})
        return anybody.sign_in(county, name) if name else anybody

    return make


def taken(person, press: str, *, link: bool = False) -> str:
    """The name of the file that a press hands out."""
    with person.page.expect_download() as waiting:
        person.follow(press) if link else person.press(press)
    return str(waiting.value.suggested_filename)


def bar(person, words: str):
    """The bar with its number, on a chart."""
    return person.page.locator("tr.alongside-chart__row").filter(has_text=words).first


def test_the_countys_page_from_a_tile_to_the_rows_and_a_question(county, plain):
    senior = plain("senior").goto("/fenshire/home/")
    senior.reads("The county this week", "Six figures", "Need and workers", "Money by fund").look("county")
    # The map and the charts are drawn by the server; the same numbers stand in the tables beside them.
    assert senior.page.locator("svg.alongside-map__drawing circle").count() == 14
    assert "Oakfield" in senior.page.locator("svg.alongside-map__drawing").first.text_content()
    assert "ends March 2027" in bar(senior, "Family grant").inner_text()
    assert "£40,710.00" in senior.page.get_by_role("table", name="The same in figures").last.inner_text()
    assert taken(senior, "Print this page (PDF)").startswith("The county this week")

    senior.goto("/fenshire/county/").follow("posts with somebody in them").reads("Team strength", "Its rows")
    bar(senior, "East 1").get_by_role("link").click()
    senior.reads("East 1 Fenshire", "PSW 101").look("figure-of-an-area")
    senior.page.locator("#id_place").select_option(label="East 1 team Fenshire")
    senior.press("Show").reads("East 1 team Fenshire", "Mira Fenshire, East 1 team Fenshire")
    assert "place=" in senior.page.url
    team = senior.page.url
    senior.page.get_by_label("When", exact=True).select_option(index=1)
    senior.press("Show").reads("22 July 2026", "of 3").look("figure-on-another-day")
    assert re.search(r"place=[0-9a-f-]+&on=2026-07-22", senior.page.url), "what is looked at can be sent on"

    senior.goto(team).press("Ask", exact=True).reads("There is a problem", "Write your question").look("ask-refused")
    senior.fill("Your question", "Who leaves at Easter?").press("Ask", exact=True).reads("Asked.", "Asked before")
    manager = plain("manager").goto("/fenshire/home/").reads("“Who leaves at Easter?”")
    manager.follow("Who leaves at Easter?").reads("What did you find out?").look("ask-manager")
    manager.fill("What did you find out?", "Nobody.").press("Answer", exact=True).reads("Answered.")
    senior.goto("/fenshire/county/").follow("Mira Fenshire answered").reads("Nobody.").look("ask-answered")
    senior.press("I have read it").reads("It has left your first page")


def test_a_number_is_found_in_words_kept_and_found_again(county, plain):
    senior = plain("senior").goto("/fenshire/county/")
    senior.follow("Search", exact=True).fill("What are you looking for?", "workers in West 2").press("Search")
    senior.reads("Team strength, West 2", "Source", "Keep it to print").look("search-figure")
    copied = senior.page.get_by_label("The figure with its definition").input_value()
    assert "posts with somebody in them, West 2" in copied.replace("\N{NO-BREAK SPACE}", " ")
    senior.press("Keep it to print").reads("Figure 1001").look("search-kept")
    senior.goto("/fenshire/search/").fill("What are you looking for?", "figure 1001").press("Search").follow(
        "Figure 1001"
    )
    senior.reads("This is what stood on paper").look("printed-figure")
    senior.goto("/fenshire/search/").fill("What are you looking for?", "workers in Nowhere").press("Search")
    senior.reads("No area or team is called “nowhere”").look("search-no-place")
    senior.goto("/fenshire/figures/").press("Keep them to print").reads("These are the figures as they stood")
    senior.look("sheet")
    assert taken(senior, "Open as PDF", link=True).endswith(".pdf")


def test_need_on_the_map_in_the_list_and_weighed_anew(county, plain):
    senior = plain("senior").goto("/fenshire/need/").reads("Schools and need", "A filled point has a worker.")
    assert senior.page.locator("svg.alongside-map__drawing circle").count() == 14
    senior.page.locator("table details summary").first.click()
    assert senior.page.locator("table details[open]").count() == 1
    senior.reads("Oakfield Primary School Fenshire", "place not known").look("need")
    senior.page.get_by_label("Workers", exact=True).select_option(index=1)
    senior.press("Show").look("need-chosen")
    senior.goto("/fenshire/need/areas/").reads("Share of the county’s need and of its hours")
    assert "%" in bar(senior, "West 2, need").inner_text()
    assert "West 2" in senior.page.get_by_role("table", name="Areas").inner_text()
    senior.look("need-areas")
    senior.press("Make the briefing (PDF)").reads("The briefing is being printed.").look("need-briefing")

    senior.goto("/fenshire/need/weights/")
    for label, weight in (("Persistent absence", 10), ("Free meals", 70), ("SEN support", 10), ("EHC plans", 20)):
        senior.fill(label, str(weight))
    senior.fill("Why these weights", "Poverty comes first").press("See what would change").reads("There is a problem")
    senior.look("need-weights-refused")
    senior.fill("EHC plans", "10").press("See what would change").reads("Place now").look("need-preview")
    senior.press("Use these weights from today").reads("worked out anew")
    senior.goto(f"/fenshire/schools/{county.oakfield.public_id}/").reads("Oakfield").look("need-school")


def test_money_ahead_and_the_asking_of_schools(county, plain):
    with county.inside():
        county.rows["school 3"].contacts.heads().update(ends_on=date(2026, 9, 1))
    senior = plain("senior").goto("/fenshire/money/").reads("What each fund pays, until it ends", "ends in March 2027")
    assert senior.page.locator("svg.alongside-stairs__drawing").count() == 2, "a staircase for each fund"
    steps = senior.page.get_by_role("table", name="Steps of Family grant")
    assert "2" in steps.inner_text()
    senior.page.locator("summary").filter(has_text="The posts on each step of Family grant").click()
    senior.reads("PSW 101").look("money-ahead")
    senior.follow("Ask the 3 who have not answered").reads("What they read", "No headteacher is known here.")
    senior.look("share-ask").press("Ask 3 schools").reads("3 schools are asked.").look("money-ahead-asked")

    with county.inside():
        question = ShareQuestion.objects.get(school=county.oakfield)
        _, token = Link.make(purpose=SHARE_LINK, subject=question, person=county.people["head"], at=NOW)
    head = plain().goto(f"/fenshire/l/{token}/").reads("Your share: £14,145 a year").look("share-question")
    head.press("Send my answer").reads("There is a problem").look("share-question-refused")
    head.page.get_by_label("Change the days").check()
    head.fill("Which days, and why?", "Three mornings instead of two days")
    head.press("Send my answer").reads("Check your e-mail").look("share-question-code")
    head.fill("The code from the e-mail", code_of(county)).press("Continue")
    head.reads("Thank you", "Change the days: Three mornings instead of two days").look("share-question-thanks")

    senior.goto("/fenshire/money/").follow("Write down what they say").reads("Ring ").look("share-rung")
    senior.goto(f"/fenshire/money/ask/{county.rows['school 1'].public_id}/said/").press("Keep what they said")
    senior.reads("There is a problem").look("share-rung-refused")
    senior.page.get_by_label("Hanna 1").check()
    senior.page.get_by_label("Don’t know yet").check()
    senior.press("Keep what they said").reads("said is kept").look("money-ahead-rung")


def day(person, when: date) -> None:
    for box, value in (("Day", when.day), ("Month", when.month), ("Year", when.year)):
        person.page.get_by_label(box, exact=True).fill(str(value))


def choose(person, label: str, words: str) -> None:
    person.page.get_by_label(label, exact=False).first.select_option(label=words)


def test_the_budget_round_as_finance(county, plain):
    finance = plain("finance").goto("/fenshire/money/").follow("What if: try changes out").look("what-ifs-empty")
    finance.press("Begin").reads("Give it a name")
    finance.fill("Name", "Schools pay when the grant ends").press("Begin").reads("No change yet").look("what-if-begun")
    finance.follow("Change a share")
    choose(finance, "Which post?", "PSW 101, Elm 001 Primary School Fenshire")
    choose(finance, "Who pays less?", "Family grant")
    choose(finance, "Who pays that instead?", "Elm 001 Primary School Fenshire")
    finance.fill("How many per cent of the post?", "70").press("Add this change")
    finance.reads("The payer pays 59 % on this day, and cannot give more.").look("what-if-refused")
    where = finance.page.url  # the sign-in ends, and she comes back to what she has typed
    finance.context.clear_cookies()
    finance.goto(where).reads("Sign in").sign_in(county, "finance").goto(where).reads("not yet in the what-if")
    assert finance.page.get_by_label("How many per cent of the post?").input_value() == "70"
    finance.fill("How many per cent of the post?", "59").press("Add this change")
    finance.reads("Family grant gives 59 % to Elm 001 Primary School Fenshire", "more than what there is")
    finance.follow("Pay award").fill("How many per cent?", "3").press("Add this change").reads("Pay award of 3 %")
    finance.follow("A fund ends")
    choose(finance, "Which fund?", "Family grant")
    day(finance, date(2027, 8, 31))
    finance.press("Add this change").reads("Family grant ends on 31 August 2027")
    finance.follow("A post ends")
    choose(finance, "Which post?", "PSW 102, Elm 002 Primary School Fenshire")
    day(finance, date(2028, 3, 31))
    finance.press("Add this change").reads("PSW 102 ends on 31 March 2028")
    finance.follow("Move a post")
    choose(finance, "Which post moves, and from where?", "PSW 103, Elm 003 Primary School Fenshire")
    choose(finance, "To which school?", "Ash 0 Primary School")
    finance.page.get_by_label("Who pays stays as it is").check()
    finance.press("Add this change").reads("PSW 103 moves from Elm 003 Primary School Fenshire")
    finance.follow("Add a post").look("what-if-add-a-post")
    choose(
        finance, "Which post is the new one like?", "PSW 103, Elm 003 Primary School Fenshire and Ash 0 Primary School"
    )
    choose(finance, "In which school?", "Ash 1 Primary School")
    finance.page.get_by_label("Others, or in other parts").check()
    choose(finance, "Payer 1", "County budget Fenshire")
    choose(finance, "Payer 2", "Ash 1 Primary School")
    finance.fill("Part of payer 1", "60").fill("Part of payer 2", "30").look("what-if-who-pays")
    finance.press("Add this change").reads("The parts come to 90 %. They must come to 100 %")
    finance.look("what-if-who-pays-refused").fill("Part of payer 2", "40").press("Add this change")
    finance.reads("New post like PSW 103, at Ash 1 Primary School", "paid by County budget Fenshire 60 %").look(
        "what-if"
    )
    finance.page.get_by_role("button", name="Take out").first.click()
    finance.reads("The change is out.").press("Copy it under another name").reads("This is a copy.")

    finance.follow("Back to what if").reads("Schools pay when the grant ends, 2").look("what-ifs")
    finance.page.get_by_label("Schools pay when the grant ends", exact=True).check()
    finance.press("Compare").reads("The same figures to the penny")
    assert "£" in bar(finance, "Schools pay when the grant ends").inner_text()
    assert taken(finance, "CSV", link=True).endswith(".csv")
    assert taken(finance, "Excel", link=True).endswith(".xlsx")

    senior = plain("senior").goto("/fenshire/money/what-if/").follow("Schools pay when the grant ends, 2")
    senior.follow("Make this the proposal").reads("It sends nothing to anybody").look("proposal-gate")
    for box in senior.page.get_by_role("checkbox").all():
        box.check()
    senior.press("Make this the proposal").reads("It is sealed").look("proposal")
    finance.goto("/fenshire/money/what-if/").follow("Schools pay when the grant ends, 2").reads("Heads to ring")
    finance.look("proposal-finance")
    assert taken(finance, "Open the paper", link=True).endswith(".pdf")


def test_a_pack_is_begun_written_approved_and_corrected(county, plain):
    senior = plain("senior").goto("/fenshire/reports/packs/").reads("No pack yet")
    senior.press("Begin, and ask").reads("Choose a pack or a report").look("packs-refused")
    senior.page.get_by_role("radio").first.check()
    senior.press("Begin, and ask").reads("Whose words are missing").look("pack-draft")
    manager = plain("manager").goto("/fenshire/waiting/").follow("Write your words").look("pack-words-manager")
    manager.page.get_by_role("textbox").first.fill("We are nearly there.")
    manager.press("Save and go on later")
    manager.goto("/fenshire/waiting/").follow("Write your words")
    assert manager.page.get_by_role("textbox").first.input_value() == "We are nearly there.", "kept for later"
    manager.press("Give my words").reads("Your words are in it.")
    senior.follow("Write what this means").page.locator("[name=words-money]").fill("The grant ends.")
    senior.press("Give my words").reads("Your words are in it.").look("pack-written")
    senior.press("Count the figures again").reads("counted again")
    senior.press("Approve and publish").reads("There is a problem").look("pack-approve-refused")
    senior.page.get_by_label("I have read the sections").check()
    senior.press("Approve and publish").reads("It is approved.").look("pack-approved")
    assert taken(senior, "Open the paper", link=True).endswith(".pdf")
    senior.fill("What is put right?", "A count was wrong.").press("Begin the next edition").reads("edition 2")
    auditor = plain("auditor").goto("/fenshire/reports/packs/").follow("pack").reads("What the teams say")
    auditor.look("pack-auditor")


def test_guidance_is_asked_for_answered_made_newer_and_withdrawn(county, plain):
    manager = plain("manager").goto("/fenshire/supervision/").follow("Ask the county").look("ask-county")
    manager.press("Ask", exact=True).reads("Write your question").look("ask-county-refused")
    manager.page.get_by_label("Supervision", exact=True).check()
    manager.fill("Your question", "Do we come on a Saturday?").press("Ask", exact=True).reads("1 of 3")
    senior = plain("senior").goto("/fenshire/asked-of-us/").look("asked-of-us").follow("Do we come").look("answer-one")
    senior.page.get_by_label("Everybody at the council").check()
    senior.press("Answer", exact=True).reads("Write your answer")
    senior.fill("Your answer", "No. Supervision is held on school days.").press("Answer", exact=True)
    senior.reads("as county guidance")
    manager.goto("/fenshire/home/").follow("has answered").look("answer-read").press("I have read it")
    manager.goto("/fenshire/supervision/").reads("Supervision is held on school days.").look("county-says")
    senior.goto("/fenshire/guidance/").look("guidance").follow("Since").follow("Say something newer")
    senior.fill("What the county says", "No. From autumn a school may ask.").look("guidance-newer")
    senior.press("Publish").reads("It is published").follow("Withdraw it").press("Withdraw it").reads("Say why")
    senior.look("guidance-withdraw-refused").fill("Why does the county", "The rule has changed.")
    senior.press("Withdraw it").reads("Withdrawn on").look("guidance-withdrawn")


def test_what_our_share_buys_from_the_heads_page_and_from_the_agreement(county, plain):
    head = plain("head").goto("/fenshire/home/").reads("£14,145").look("head")
    head.follow("What it has given this year").reads("What our share buys", "Young people").look("share-buys")
    assert taken(head, "Print for governors (PDF)", link=True).startswith("What our share buys, Oakfield")
    manager = plain("manager").goto(f"/fenshire/agreements/{county.agreement.public_id}/").look("agreement")
    manager.follow("What this share buys").reads("What our share buys").look("share-buys-from-the-agreement")
    assert taken(manager, "Print for governors (PDF)", link=True).endswith(".pdf")

    for number in (1, 2):
        move_to_oakfield(county, number + 10)
    head.goto("/fenshire/home/").follow("What our shares buy, and one side").reads("What our shares buy", "£42,435.00")
    head.look("shares-buy")
    assert taken(head, "Print for governors (PDF)", link=True).startswith("What our shares buy, Oakfield")
