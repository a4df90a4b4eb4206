"""A paper in large print, from the press to the file: asked for once, drawn once, by a worker that may die."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from reports import pdf, tasks
from reports.actions import large_print
from reports.actions.runs import run_term
from reports.models import Document, LargePrint
from reports.models.leases import ATTEMPTS
from schools.models import School
from teams.models import AuditEvent
from tests.factories.authorities import NOW, make_county
from tests.reports.stories import active, add_terms

pytestmark = pytest.mark.usefixtures("clock")
State = LargePrint.State


@pytest.fixture
def county(transactional_db, monkeypatch):
    """Fenshire, committed, with the papers of one active agreement, of one line each: they are not the point."""
    county = make_county("fenshire")
    autumn = add_terms(county)[0]
    active(county)
    with monkeypatch.context() as patch:
        patch.setattr(pdf, "draw", lambda kind, snapshot, copy: pdf.Drawn(f"%PDF {copy}".encode(), 1))
        with county.inside():
            _, items = run_term(autumn, authority=county.authority, by=county.as_("senior"), at=NOW)
        for item in items:
            tasks.draw_item.run(county.authority.pk, item)
    return county


@pytest.fixture
def nudges(monkeypatch):
    """What was sent to the worker, and not yet done."""
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks.draw_large_print, "nudge", lambda *ids: sent.append(ids))
    return sent


def paper_of(county, copy: str = "school") -> Document:
    with county.inside():
        return Document.objects.get(copy=copy)


def state_of(county) -> LargePrint:
    with county.inside():
        return LargePrint.objects.get()


def events(county, verb: str) -> int:
    with county.inside():
        return AuditEvent.objects.filter(verb=verb).count()


def test_a_head_asks_waits_and_opens_it(county, client_for, nudges, monkeypatch):
    head, paper = client_for(county, "head"), paper_of(county)
    here = f"/fenshire/papers/file/{paper.public_id}/large/"
    assert b"Make the large print" in head.get(here).content
    assert head.get(f"{here}file/").status_code == 404
    assert head.post(here).status_code == 302
    assert b"is being made" in head.get(here).content
    held: list[bool] = []
    real = pdf.draw

    def draw(*given):
        held.append(connection.in_atomic_block)
        return real(*given)

    monkeypatch.setattr(pdf, "draw", draw)
    tasks.draw_large_print.run(*nudges[0])
    assert held == [False], "No transaction is held while a paper is drawn."
    made = state_of(county)
    assert b"The large print is ready" in head.get(here).content
    answer = head.get(f"{here}file/")
    content = b"".join(answer.streaming_content)
    assert "large print.pdf" in answer["Content-Disposition"]
    text = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)).split())
    assert f"Check code of that paper: {paper.check_code}" in text
    assert (made.size, made.state) == (len(content), State.DONE)
    assert [
        events(county, f"document.{verb}") for verb in ("ask_large_print", "make_large_print", "read_large_print")
    ] == [1, 1, 1]


def test_who_asks_again_gets_the_same_and_nothing_is_drawn_twice(county, client_for, nudges, monkeypatch):
    drawn: list[str] = []
    monkeypatch.setattr(pdf, "draw", lambda kind, _, copy, form: drawn.append(copy) or pdf.Drawn(b"%PDF large", 3))
    here = f"/fenshire/papers/file/{paper_of(county).public_id}/large/"
    for who in ("head", "manager", "head"):
        client_for(county, who).post(here)
    for ids in nudges:
        tasks.draw_large_print.run(*ids)
    client_for(county, "manager").post(here)
    assert len(nudges) == 3
    assert drawn == ["school"]


def test_it_says_what_the_paper_says_and_not_what_the_school_is_called_today(county, client_for, nudges):
    paper = paper_of(county, "way")
    with county.inside():
        School.objects.filter(pk=county.oakfield.pk).update(name="Another Name Academy")
        wanted = large_print.ask(paper, by=county.as_("senior"), at=NOW)
    tasks.draw_large_print.run(county.authority.pk, wanted.pk)
    with default_storage.open(state_of(county).file) as file:
        pages = pypdfium2.PdfDocument(file.read())
    text = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    assert "Oakfield" in text
    assert "Another Name" not in text
    page = client_for(county, "worker").get(f"/fenshire/papers/file/{paper.public_id}/web/").content.decode()
    assert "Oakfield" in page
    assert "Another Name" not in page


def test_what_cannot_be_drawn_is_tried_a_few_times_then_says_so_and_may_be_asked_for_again(
    county, client_for, nudges, monkeypatch
):
    def fail(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(pdf, "draw", fail)
    head, here = client_for(county, "head"), f"/fenshire/papers/file/{paper_of(county).public_id}/large/"
    head.post(here)
    for _ in range(ATTEMPTS):
        assert state_of(county).state == State.WAITING
        tasks.draw_large_print.run(*nudges[0])
    page = head.get(here).content.decode()
    assert "The large print could not be made." in page
    assert "Is the disk full?" in page
    assert "Try again" in page
    head.post(here)
    assert (state_of(county).state, state_of(county).attempts) == (State.WAITING, 0)


def test_what_a_killed_worker_left_is_sent_again_and_given_up_in_the_end(county, nudges):
    with county.inside():
        wanted = large_print.ask(paper_of(county), by=county.as_("senior"), at=NOW)
        LargePrint.claim(wanted.pk, at=NOW)
        assert LargePrint.claim(wanted.pk, at=NOW) is None, "One worker at a time."
        tasks.sweep_large_prints(county.authority.pk, NOW)
        assert nudges == []
        later = timezone.now() + timedelta(hours=1)
        tasks.sweep_large_prints(county.authority.pk, later)
        assert nudges == [(county.authority.pk, wanted.pk)]
        LargePrint.objects.update(attempts=ATTEMPTS)
        tasks.sweep_large_prints(county.authority.pk, later)
    assert state_of(county).has_failed
    assert "Please tell whoever runs Alongside" in state_of(county).problem


def test_a_worker_whose_lease_ran_out_does_not_overwrite_what_another_made(county):
    with county.inside():
        wanted = large_print.ask(paper_of(county), by=county.as_("senior"), at=NOW)
        slow = LargePrint.claim(wanted.pk, at=NOW)
        quick = LargePrint.claim(wanted.pk, at=NOW + timedelta(hours=1))
        one, two = (large_print.Stored(name, 1, 1) for name in ("slow.pdf", "quick.pdf"))
        assert large_print.keep(quick, two, template="t", by=county.clock, at=NOW)
        assert not large_print.keep(slow, one, template="t", by=county.clock, at=NOW)
    assert state_of(county).file == "quick.pdf"


def test_the_browser_is_told_to_allow_the_web_pages_own_style_and_nothing_else(county, client_for):
    answer = client_for(county, "head").get(f"/fenshire/papers/file/{paper_of(county).public_id}/web/")
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert policy["style-src"].startswith("'sha256-")
    assert (policy["script-src"], policy["default-src"]) == ("'none'", "'none'")
    assert events(county, "document.read_web_page") == 1
