"""Journey S5 in a browser: the term's pack begun, words asked and written, approved, corrected; the paper says the same
numbers as the pack's page, and as each figure's own page on that day.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone

from reports.documents import county_pack
from reports.models import CountyPack, PackCopy
from reports.wording import Section
from schools.models import School
from teams.actions.terms import keep_terms
from teams.models import Area
from teams.rules.calendar import school_year_of
from teams.rules.terms import offered_terms
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import make_county
from tests.supervision.stories import supervised

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]
NUMBER = re.compile(r"£?\d[\d,]*(?:\.\d+)?")


@pytest.fixture
def world(site):
    """Terms around today, supervision, one agreement signed and one that waits; schools in three areas."""
    county = make_county("fenshire")
    with county.inside():
        supervised(county)
        year = school_year_of(timezone.localdate())
        for each in range(year - 1, year + 2):
            keep_terms(each, offered_terms(each), by=county.as_("admin"), at=timezone.now())
        areas = [Area.objects.create(name=f"{name} Fens") for name in ("North", "South", "West")]
        for number in range(14):
            School.objects.create(
                urn=f"{910000 + number}", name=f"School {number}", phase="Primary", area=areas[number % 3]
            )
        offered(make_agreement(county, post="other_post", school="beech"), county)
    return county


def words_of(paper: bytes) -> str:
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(paper)).split())


def look_at(paper: bytes, name: str) -> int:
    """A picture of each page, where pictures are wanted. How many there are."""
    pages = pypdfium2.PdfDocument(paper)
    if folder := os.environ.get("ALONGSIDE_PICTURES"):
        for number, page in enumerate(pages, start=1):
            page.render(scale=1.3).to_pil().save(Path(folder) / f"{name}-page-{number}.png")
    return len(pages)


def body(response) -> str:
    """A page's words, spaces put together."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main.replace("<wbr>", "")).replace("&#39;", "'").split())


def test_a_pack_from_the_first_press_to_its_second_edition(world, visitor):
    senior = visitor().sign_in(world, "senior").goto("/fenshire/reports/packs/")
    senior.reads("No pack yet").check("packs-empty")
    senior.press("Begin, and ask").reads("Choose a pack or a report").check("packs-refused")
    senior.page.get_by_role("radio").first.check()
    senior.press("Begin, and ask").reads("Whose words are missing", "draft").check("pack-draft")

    manager = visitor(phone=True).sign_in(world, "manager").goto("/fenshire/waiting/").reads("One box")
    manager.follow("Write your words").check("pack-words-manager")
    manager.page.get_by_role("textbox").first.fill("We are nearly there.\nTwo visits were called off by schools.")
    manager.press("Give my words").reads("Your words are in it.", "We are nearly there.")

    senior.follow("Write what this means")
    for section in list(Section)[:-1]:
        senior.page.locator(f"[name=words-{section.value}]").fill(
            f"About {section.called.lower()}: we hold the course."
        )
    senior.check("pack-words-senior").press("Give my words").reads("Your words are in it.")
    senior.press("Approve and publish").reads("Tick that you have read").check("pack-approve-refused")
    senior.press("Count the figures again").reads("counted again")
    senior.page.get_by_label("I have read the sections").check()
    senior.press("Approve and publish").reads("It is approved.", "They do not change any more").check("pack-approved")

    check_numbers(world)

    senior.fill("What is put right?", "The count of schools was wrong.").press("Begin the next edition")
    senior.reads("edition 2", "We are nearly there.").press("Count the figures again")
    senior.page.get_by_label("I have read the sections").check()
    senior.press("Approve and publish").reads("Second edition: The count of schools was wrong.")
    senior.goto("/fenshire/reports/packs/").reads("Corrected since").check("packs")
    finance = visitor(phone=True).sign_in(world, "finance").goto("/fenshire/reports/packs/").follow("pack")
    finance.reads("Money ahead").check("pack-finance")
    auditor = visitor(scripts=False).sign_in(world, "auditor").goto("/fenshire/reports/packs/").follow("pack")
    auditor.reads("Supervision", "What the teams say")


def check_numbers(world) -> None:
    """Every number of every copy: on its paper, on the pack's page of who reads it, and on the figure's own page."""
    compared, pages = 0, 0
    with world.inside():
        pack = CountyPack.objects.get()
        copies = {each.copy: each for each in PackCopy.objects.filter(pack=pack)}
    for name, who in (("whole", "senior"), ("managers", "manager"), ("finance", "finance")):
        client = Client()
        client.force_login(world.users[who], backend="allauth.account.auth_backends.AuthenticationBackend")
        response = client.get(f"/fenshire/reports/packs/copies/{copies[name].public_id}/")
        paper = b"".join(response.streaming_content)
        pages += look_at(paper, f"pack-{name}")
        printed, shown = words_of(paper), body(client.get(f"/fenshire/reports/packs/{pack.public_id}/"))
        for section in county_pack.context(copies[name].snapshot, name)["sections"]:
            for figure in section["figures"]:
                texts = [figure["text"], figure["since"], figure["unknown"], *(row.says for row in figure["rows"])]
                for text in filter(None, (" ".join(each.split()) for each in texts)):
                    assert text in printed, f"{figure['code']}: “{text}” is not on the {name} copy"
                    assert text in shown, f"{figure['code']}: “{text}” is not on the page"
                    compared += len(NUMBER.findall(text))
                if name == "whole":
                    alone = body(client.get(f"/fenshire/figures/{figure['code']}/"))
                    assert figure["text"] in alone, f"{figure['code']}: {figure['text']} is not on its own page"
    print(f"Pack: {compared} numbers of 3 copies on {pages} pages, each the same on paper and screen")
