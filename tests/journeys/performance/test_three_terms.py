"""Three terms of success criteria: judged, asked, written, approved, printed by a worker, put right, and the same figures.

Two teams and a county. Pages and papers are looked at at every step (S5).
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pypdfium2
import pytest
from django.core.files.storage import default_storage

from performance.models import TermReport
from reports.documents import success_criteria
from reports.models import Document, DocumentRun
from tests.factories.authorities import County
from tests.reports.conftest import broker, thread_worker, wait_until  # noqa: F401  (fixtures)
from tests.reports.term_report_stories import WRITTEN, pass_term, set_out
from tests.reports.test_term_reports import shown

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]


class Clock:
    now: datetime = WRITTEN["autumn"]


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.now)
    return clock


@pytest.fixture
def county(fenshire) -> County:
    with fenshire.inside():
        set_out(fenshire)
    return fenshire


def printed(county: County, edition: int) -> None:
    def done() -> bool:
        with county.inside():
            made = Document.objects.current().filter(kind="success_criteria").select_related("item")
            run = DocumentRun.objects.filter(kind="success_criteria").order_by("-pk").first()
            return (
                run is not None
                and run.status == "done"
                and {d.item.snapshot["edition"] for d in made if d.season == run.season} == {edition}
            )

    wait_until(done, what="the papers are printed")


def texts(county: County, season: str) -> dict[str, tuple[str, list[str]]]:
    """Of each current paper of a term: its words, and the figures of its snapshot."""
    with county.inside():
        papers = list(Document.objects.current().filter(kind="success_criteria", season=season).select_related("item"))
        found = {}
        for paper in papers:
            with default_storage.open(paper.file) as file:
                document = pypdfium2.PdfDocument(io.BytesIO(file.read()))
            words = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
            found[paper.title] = (words, shown(success_criteria.context(paper.item.snapshot, "report")))
    return found


def write(visitor, name: str, county: County, words: str, *, look: bool = False) -> None:
    browser = visitor(phone=look).sign_in(county, name).goto("/fenshire/waiting/")
    browser.follow("Write your words").reads("What we think this means")
    if look:
        browser.press("Give my words").reads("Write what you think this means").check("report-words-refused")
    browser.fill("What we think this means", words)
    if look:
        browser.check("report-words")
    browser.press("Give my words").reads("Your words are in the report.", words)
    if look:
        browser.check("report-draft-manager")


def test_three_terms_from_criteria_to_papers(county, clock, visitor, thread_worker):  # noqa: F811
    for number, season in enumerate(("autumn", "spring", "summer")):
        clock.now = WRITTEN[season]
        look = number == 0
        with county.inside():
            pass_term(county, season)
        senior = visitor().sign_in(county, "senior").goto("/fenshire/reports/terms/")
        if look:
            senior.reads("No report has been begun yet.").check("reports-empty")
        senior.press("Begin the report").reads("Whose words are missing", "asked of Mira Fenshire")
        if look:
            senior.check("report-draft")
        write(visitor, "manager", county, f"In {season} we knew each other better.", look=look)
        write(visitor, "other_manager", county, f"In {season} schools said one name.")
        clock.now = WRITTEN[season] + timedelta(days=3)
        senior = visitor().sign_in(county, "senior").goto("/fenshire/waiting/")
        senior.reads(f"What the {season} term means for the county")
        senior.follow("Write your words").fill("What we think this means", f"In {season} it grew.")
        senior.press("Give my words").reads("All words that were asked are here.")
        senior.press("Approve and publish").reads("The report is approved.")
        printed(county, 1)
        with county.inside():
            report = TermReport.objects.get(season=season)
        page = f"/fenshire/reports/terms/{report.public_id}/"
        body = senior.goto(page).reads("Open the paper").page.locator("body").text_content() or ""
        if season == "summer":
            senior.check("report-approved")
        papers = texts(county, season)
        assert set(papers) == {"East 1 team Fenshire", "West 1 team Fenshire", "Fenshire County Council"}
        for words, figures in papers.values():
            for figure in figures:
                assert figure in words, f"{season}: {figure} is not on paper"
                assert figure in body, f"{season}: {figure} is not on the page"
        assert "Autumn term 2026/27" in papers["East 1 team Fenshire"][0]
    put_right(county, clock, visitor)
    read(county, visitor)


def put_right(county: County, clock: Clock, visitor) -> None:
    """A figure was wrong: a second edition of the summer's report."""
    clock.now = WRITTEN["summer"] + timedelta(days=6)
    with county.inside():
        first = TermReport.objects.get(season="summer")
        before = list(Document.objects.current().filter(kind="success_criteria", season="summer"))
    senior = visitor().sign_in(county, "senior").goto(f"/fenshire/reports/terms/{first.public_id}/")
    senior.press("Begin the next edition").reads("Say what the second edition puts right").check("report-again-refused")
    senior.fill("What is put right?", "A figure was wrong.").press("Begin the next edition").reads("edition 2")
    senior.press("Approve and publish").reads("The report is approved.")
    printed(county, 2)
    papers = texts(county, "summer")
    assert all("Second edition: A figure was wrong." in words for words, _ in papers.values())
    with county.inside():
        old = Document.objects.get(pk=before[0].pk)
        assert not old.is_current
        assert default_storage.exists(old.file)
    senior.goto(f"/fenshire/check/{old.check_code}/").reads("Superseded")
    senior.goto("/fenshire/reports/terms/").reads("edition 2").check("reports")


def read(county: County, visitor) -> None:
    """A worker reads her own team's and the county's, in the browser and as a web page."""
    worker = visitor(phone=True).sign_in(county, "worker").goto("/fenshire/reports/terms/")
    worker.reads("How far we are, term by term.").check("reports-worker")
    worker.follow("Summer term 2026/27, edition 2").reads("East 1 team Fenshire", "In summer it grew.")
    assert "West 1 team" not in worker.page.locator("main").inner_text()
    worker.check("report-worker")
    worker.follow("web page").reads("What we set out to reach").check("report-web")
