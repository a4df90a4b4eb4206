"""The top floor's pages empty, full and refused: at both widths, with axe, with and without scripts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from reports import pdf, tasks
from reports.actions import runs
from reports.measures.registry import MEASURES
from reports.models import Document, DocumentItem, DocumentRun
from schools.models import FundingStream, Placement, SchoolContact
from teams.models import Area, Authority, Term
from tests.factories.agreements import fresh
from tests.factories.authorities import NOW, County, contact, make_county
from tests.reports.conftest import clock  # noqa: F401  (a fixture)
from tests.reports.stories import active, add_agreement, add_school, add_terms, blank_paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def _blank_papers(monkeypatch) -> None:
    """A page without words: what papers say is read elsewhere (tests/documents, tests/reports/test_runs.py)."""
    monkeypatch.setattr(pdf, "draw", lambda *_: blank_paper())


@pytest.fixture
def bare(site) -> County:
    """People and nothing else: every page in its empty state."""
    return make_county("fenshire")


@pytest.fixture
def county(bare) -> County:
    """Four areas, agreements in every state, a fund that ends, something for everybody to do."""
    add_terms(bare, 2026, 2027)
    with bare.inside():
        areas = [bare.area, *(Area.objects.create(name=name) for name in ("North", "South", "West"))]
        bare.rows["terms"] = list(Term.objects.order_by("starts_on"))
    bare.rows["agreement"] = active(bare)
    for number, state in enumerate(("active", "active", "offered", "offered", "not_finished", "active"), start=1):
        bare.rows[f"agreement {number}"] = add_agreement(bare, number, state=state, area=areas[number % 4])
    for number in range(7, 12):
        add_school(bare, number, area=areas[number % 4])
    with bare.inside():
        FundingStream.objects.create(name="Family grant", ends_on=date(2027, 3, 31))
        Placement.objects.filter(school=bare.rows["school 1"]).update(ends_on=date(2027, 4, 30))
        waiting = fresh(bare.rows["agreement 3"])
        waiting.ask("Who pays for travel?", person=bare.people["head 3"], by=bare.as_("head 3"), at=NOW)
        no = fresh(bare.rows["agreement 4"])
        no.decline("We have no money left", by=bare.as_("head 4"), at=NOW)
        SchoolContact.objects.filter(person=bare.people["head 5"]).update(confirmed_at=None)
    return bare


def print_term(county: County, *, draw: bool = True) -> DocumentRun:
    with county.inside():
        run, items = runs.run_term(
            county.terms[0], authority=county.authority, by=county.as_("admin"), at=timezone.now()
        )
    for item in items if draw else []:
        tasks.draw_item(county.authority.pk, item)
    return run


def test_empty_pages_say_what_to_do_next(bare, visitor):
    anybody = visitor()
    anybody.goto("/fenshire/check/").reads("Type the check code").check("check-empty")
    for who, page in (("manager", "week"), ("worker", "today"), ("head", "head"), ("lead", "lead"), ("admin", "admin")):
        anybody.sign_in(bare, who).goto("/fenshire/home/").check(f"{page}-empty")
    anybody.goto("/fenshire/papers/").check("runs-empty")
    anybody.sign_in(bare, "senior").goto("/fenshire/county/").check("county-empty")
    anybody.goto("/fenshire/figures/money-by-fund/").check("figure-empty")


def test_first_pages_of_the_council_with_everything_on_them(county, visitor):
    print_term(county)
    manager = visitor().sign_in(county, "manager").goto("/fenshire/home/")
    manager.reads("My week", "Needs you", "Agreements not signed", "Who pays for travel?").check("week")
    visitor().sign_in(county, "worker 3").goto("/fenshire/home/").reads("Asked of you", "Read and sign").check("today")
    with county.inside():
        SchoolContact.objects.filter(person=county.people["head"], school=county.oakfield).update(bounced_at=NOW)
        DocumentItem.objects.filter(title__startswith="Willa 1").update(
            state="failed", problem="The paper could not be drawn (KeyError)."
        )
    visitor().sign_in(county, "admin").goto("/fenshire/home/").reads("Needs a person", "came back").check("admin")


def test_the_heads_page_and_the_in_school_leads(county, visitor):
    print_term(county)
    head = visitor(phone=True).sign_in(county, "head").goto("/fenshire/home/")
    head.reads("Wanda Fenshire at Oakfield", "£14,145", "school copy", "Ask for help").check("head")
    head.follow("Money and papers")
    assert head.page.evaluate("location.hash") == "#papers"
    visitor().sign_in(county, "head 3").goto("/fenshire/home/").reads("Asked of you").check("head-asked")
    visitor().sign_in(county, "lead").goto("/fenshire/home/").check("lead")


def test_a_head_of_two_schools_before_the_start(county, visitor):
    with county.inside():
        SchoolContact.objects.filter(person=county.people["other_head"]).update(ends_on=date(2025, 1, 1))
        contact(county, county.beech, "head", SchoolContact.Kind.HEAD)
        Placement.objects.filter(school=county.oakfield).update(starts_on=timezone.localdate() + timedelta(days=20))
    head = visitor(phone=True).sign_in(county, "head").goto("/fenshire/home/")
    head.reads("Where do you want to look?").check("choice")
    head.follow("Oakfield Primary School Fenshire").reads("You are looking at", "starts on 28 September 2026").check(
        "head-before"
    )
    head.follow("Change").reads("Where do you want to look?")


def test_the_countys_page_and_every_figure(county, visitor):
    with county.inside():
        Authority.objects.filter(pk=county.authority.pk).update(manager_limit=Decimal("30000.00"))
    senior = visitor().sign_in(county, "senior").goto("/fenshire/home/")
    senior.reads("The county this week", "For you to decide", "Six figures").check("county")
    for measure in MEASURES:
        senior.goto(f"/fenshire/figures/{measure.code}/").reads("How it is counted").check(f"figure-{measure.code}")
    visitor().sign_in(county, "finance").goto("/fenshire/home/").reads("Money and agreements").check("county-finance")


def test_running_a_term_from_the_press_to_the_pack(county, visitor):
    admin = visitor().sign_in(county, "admin").goto("/fenshire/papers/")
    admin.check("runs-form").press("Run this term").reads("0 of 4 agreements printed").check("run-running")
    with county.inside():
        run = DocumentRun.objects.get()
        items = list(DocumentItem.objects.values_list("pk", flat=True))
    for item in items:
        tasks.draw_item(county.authority.pk, item)
    admin.reads("All papers are printed.")  # js/progress.js has seen it, nobody pressed anything
    admin.check("run-done")
    with county.inside():
        DocumentItem.objects.filter(pk=items[0]).update(
            state="failed", attempts=5, problem="The paper could not be drawn (KeyError)."
        )
    admin.goto(f"/fenshire/papers/{run.public_id}/").reads("What failed, and why").check("run-failed")
    admin.press("Try again").reads("1 paper is being tried again.")
    tasks.draw_item(county.authority.pk, items[0])
    admin.goto("/fenshire/papers/").check("runs-full")

    senior = visitor().sign_in(county, "senior").goto(f"/fenshire/papers/{run.public_id}/")
    senior.press("Make the print pack").reads("0 of 1 print pack made").check("pack-wanted")
    tasks.bind_pack(county.authority.pk, run.pk)
    senior.reads("Open the print pack").check("pack-made")
    with senior.page.expect_download() as download:
        senior.follow("Open the print pack")
    assert download.value.suggested_filename == "Print pack, autumn term 2026-27.pdf"


def test_a_term_without_an_agreement_is_refused_with_the_choice_kept(bare, visitor):
    add_terms(bare)
    admin = visitor().sign_in(bare, "admin").goto("/fenshire/papers/")
    admin.page.get_by_label("Spring term 2026/27").check()
    admin.press("Run this term").reads("No agreement is active in the spring term 2026/27.").check("runs-refused")
    assert admin.page.get_by_label("Spring term 2026/27").is_checked()


def test_without_scripts_a_term_is_run_all_the_same(county, visitor):
    admin = visitor(scripts=False).sign_in(county, "admin").goto("/fenshire/papers/")
    admin.press("Run this term").reads("0 of 4 agreements printed")
    with county.inside():
        items = list(DocumentItem.objects.values_list("pk", flat=True))
    for item in items:
        tasks.draw_item(county.authority.pk, item)
    admin.follow("Show how far it is now").reads("All papers are printed.")


def test_papers_on_other_floors_pages_and_the_check_of_one(county, visitor):
    print_term(county)
    head = visitor().sign_in(county, "head")
    head.goto(f"/fenshire/agreements/{county.agreement.public_id}/").reads("Term papers", "school copy")
    head.check("panel-agreement")
    manager = visitor().sign_in(county, "manager")
    manager.goto(f"/fenshire/schools/{county.oakfield.public_id}/").reads("Term papers").check("panel-school")
    with county.inside():
        code = Document.objects.get(placement__school=county.oakfield, copy="school").check_code
    stranger = visitor(phone=True).goto(f"/fenshire/check/{code}")
    stranger.reads("Current", "This paper is the newest of its kind").check("check-current")
    stranger.fill("Check code", "AAAA-BBBB-CCCC-DDDD").press("Check").reads("Unknown").check("check-unknown")
