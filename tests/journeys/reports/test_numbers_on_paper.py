"""Without JavaScript: a figure of a pack found again by its number, by whoever has its copy; and what was kept for paper."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from reports.models import CountyPack, PackCopy
from tests.factories.authorities import make_county
from tests.journeys.reports.test_a_pack import look_at, words_of
from tests.reports.conftest import clock  # noqa: F401  (a fixture)
from tests.reports.pack_stories import approved, begun, set_out, write
from tests.reports.test_numbers_on_packs import wear_both

pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]
COPIES = {"whole": "senior", "managers": "manager", "finance": "finance"}


@pytest.fixture
def county(site):
    county = make_county("fenshire")
    with county.inside():
        set_out(county)
        pack = begun(county)
        write(county, pack)
        approved(county, pack)
    return county


def printed(county: Any, copy: str) -> dict[str, int]:
    with county.inside():
        sections = PackCopy.objects.get(copy=copy, pack__edition=1).snapshot["sections"]
    return {each["code"]: each["printed"] for section in sections for each in section["figures"]}


def test_each_number_on_each_paper_finds_its_figure_for_who_reads_that_paper(county, visitor, aloud):
    found, pages = 0, 0
    with county.inside():
        address = {each.copy: f"/fenshire/reports/packs/copies/{each.public_id}/" for each in PackCopy.objects.all()}
    for copy, who in COPIES.items():
        client = Client()
        client.force_login(county.users[who], backend="allauth.account.auth_backends.AuthenticationBackend")
        paper = b"".join(client.get(address[copy]).streaming_content)
        pages += look_at(paper, f"numbers-{copy}")
        words = words_of(paper)
        reader = visitor(scripts=False).sign_in(county, who)
        for code, number in printed(county, copy).items():
            assert f"Figure {number}" in words, code
            found += 1
        number = printed(county, copy)["agreements-signed"]
        reader.goto(f"/fenshire/search/?q=Figure+{number}").follow(f"Figure {number}")
        reader.reads(
            "Agreements signed", "1", "of 2 for 2026/27", "8 September 2026", "Autumn pack 2026/27", "What is counted"
        )
        reader.look(f"number-of-{copy}")
        reader.follow("The whole pack").reads(f"Figure {number}").look(f"pack-with-numbers-{copy}")
    money = printed(county, "finance")["money-by-fund"]
    manager = visitor(scripts=False).sign_in(county, "manager")
    manager.goto(f"/fenshire/search/?q=Figure+{money}").reads("Nothing you may see matches.")
    manager.goto("/fenshire/search/?q=Figure+99999").reads("Nothing you may see matches.")
    with aloud():
        print(f"Numbers: {found} on 3 copies of {pages} pages, each beside its figure")


def test_a_manager_who_reads_money_chooses_between_her_two_copies(county, visitor):
    with county.inside():
        wear_both(county)
        pack = CountyPack.objects.get()
    manager = visitor().sign_in(county, "manager").goto("/fenshire/reports/packs/")
    manager.reads("Managers’ copy (PDF)", "Finance copy (PDF)").check("packs-two-copies")
    manager.goto(f"/fenshire/reports/packs/{pack.public_id}/").reads("You have 2 copies", "What the teams say")
    manager.check("pack-two-copies").follow("Finance copy").reads("Money ahead", "finance copy")


def test_a_later_edition_says_so_and_what_was_kept_is_listed(county, visitor):
    with county.inside():
        approved(county, begun(county, why="A name was wrong."))
        assert CountyPack.objects.count() == 2
    senior = visitor(scripts=False).sign_in(county, "senior")
    senior.goto(f"/fenshire/figures/printed/{printed(county, 'whole')['agreements-signed']}/")
    senior.reads("This pack was corrected.", "Edition 2 says the same", "A name was wrong.").look("number-corrected")
    senior.goto("/fenshire/figures/").follow("Kept for paper").reads("Nothing that you may read was kept yet.")
    senior.look("kept-empty")
    senior.follow("All figures").press("Keep them to print").reads("Open as PDF")
    senior.follow("Back to what was kept for paper").reads("1 sheet", "Fenshire County Council").look("kept")
    looked = visitor().sign_in(county, "senior")
    looked.goto("/fenshire/figures/sheets/").check("kept-for-paper")
    looked.follow("Figures").reads("These are the figures as they stood.")
    looked.goto(f"/fenshire/figures/printed/{printed(county, 'whole')['money-by-fund']}/").check("number-of-money")
    looked.goto("/fenshire/reports/packs/").follow("Autumn pack").reads("Each has a number").check("pack-numbers")
