"""Run this term, from the press to the print pack, as each role sees it."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest

from reports import pdf, tasks
from reports.models import Document, DocumentItem, DocumentRun
from teams.models import AuditEvent
from tests.factories.authorities import NOW
from tests.reports.stories import active, add_terms, blank_paper, grow
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LIST = "/fenshire/papers/"
START = "/fenshire/papers/run/"


def main(response, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


@story
def terms(fenshire, moorland):
    """Fenshire with its terms and one active agreement, and Moorland with another."""
    fenshire.rows["terms"] = add_terms(fenshire)
    active(fenshire)
    active(moorland)
    return fenshire


@pytest.fixture
def county(terms, monkeypatch):
    monkeypatch.setattr(pdf, "draw", lambda *_: blank_paper())
    return terms


@pytest.fixture
def sent(monkeypatch):
    """What was put on the queue; nothing is."""
    found: list[tuple] = []
    for task in (tasks.draw_run, tasks.bind_pack):
        monkeypatch.setattr(task, "delay", lambda *args, name=task.name: found.append((name, *args)))
    return found


def run(county, client, term: int = 0):
    return client.post(START, {"term": county.terms[term].pk}, follow=True)


def the_run(county) -> DocumentRun:
    with county.inside():
        return DocumentRun.objects.get()


def draw(county) -> None:
    with county.inside():
        items = list(DocumentItem.objects.values_list("pk", flat=True))
    for item in items:
        tasks.draw_item(county.authority.pk, item)


def test_before_the_first_run(county, client_for):
    html = main(client_for(county, "admin").get(LIST))
    assert "Run this term" in html
    assert "No term has been printed yet." in html
    assert html.index("Autumn term 2026/27") < html.index("Spring term 2026/27")
    assert "checked" in html.partition("Autumn term 2026/27")[0], "the term that runs is offered"


def test_without_terms_there_is_nothing_to_press(fenshire, client_for):
    html = main(client_for(fenshire, "admin").get(LIST))
    assert "No terms have been added yet" in html
    assert "Run this term" not in html.partition("Printed terms")[0].replace("“Run this term”", "")


def test_the_press_opens_the_run_and_nudges_a_worker_on_commit(
    county, client_for, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = run(county, client_for(county, "admin"))
    html = main(response)
    assert "1 agreement is being printed." in html
    assert "0 of 1 agreements printed" in html
    assert 'data-progress="running"' in html
    assert sent == [("reports.tasks.draw_run", county.authority.pk, the_run(county).pk)]


def test_again_says_that_nothing_is_new(county, client_for, sent):
    client = client_for(county, "admin")
    run(county, client)
    draw(county)
    html = main(run(county, client))
    assert "Every paper of this term is printed already" in html
    assert 'data-progress="finished"' in html
    with county.inside():
        assert Document.objects.count() == 3


def test_no_active_agreement_is_refused_in_words_with_the_choice_kept(fenshire, client_for):
    terms = add_terms(fenshire)
    response = client_for(fenshire, "admin").post(START, {"term": terms[1].pk})
    html = main(response, 422)
    assert "No agreement is active in the spring term 2026/27." in html
    chosen = html.partition(f'value="{terms[1].pk}"')[2].partition(">")[0]
    assert "checked" in chosen


def test_a_term_of_nobodys_choosing_is_refused(county, client_for):
    assert "Choose a term" in main(client_for(county, "admin").post(START, {}), 422)
    assert client_for(county, "admin").post(START, {"term": 999999}).status_code == 422


@pytest.mark.parametrize("who", ["manager", "worker", "head", "lead", "finance", "auditor"])
def test_others_may_not_press(county, client_for, who):
    assert run(county, client_for(county, who)).status_code == 403
    with county.inside():
        assert not DocumentRun.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("admin", 200), ("senior", 200), ("manager", 200), ("finance", 200), ("auditor", 200),
     ("worker", 403), ("head", 403), ("lead", 403)],
)  # fmt: skip
def test_who_watches_a_run(county, client_for, who, status):
    run(county, client_for(county, "admin"))
    draw(county)
    client = client_for(county, who)
    assert client.get(LIST).status_code == status
    assert client.get(f"{LIST}{the_run(county).public_id}/").status_code == status


def test_the_administrator_sees_that_it_worked_and_opens_no_paper(county, client_for):
    client = client_for(county, "admin")
    run(county, client)
    draw(county)
    html = main(client.get(f"{LIST}{the_run(county).public_id}/"))
    assert "All papers are printed." in html
    assert "Wanda Fenshire at Oakfield" in html
    assert "/papers/file/" not in html
    assert "Print pack" not in html
    senior = main(client_for(county, "senior").get(f"{LIST}{the_run(county).public_id}/"))
    assert len(re.findall(r'/papers/file/[0-9a-f-]+/"', senior)) == 3
    other = main(client_for(county, "other_manager").get(f"{LIST}{the_run(county).public_id}/"))
    assert "/papers/file/" not in other, "a manager opens the papers of her own agreements alone"


def test_failures_stand_with_their_reason_and_can_be_tried_again(county, client_for, sent):
    client = client_for(county, "admin")
    run(county, client)
    address = f"{LIST}{the_run(county).public_id}/"
    refused = client.post(f"{address}retry/")
    assert "Nothing has failed" in main(refused, 409)
    with county.inside():
        DocumentItem.objects.update(state="failed", problem="The paper could not be drawn (KeyError).", attempts=5)
        DocumentRun.objects.get().finish(by=county.clock, at=NOW)
    html = main(client.get(address))
    assert "1 agreement could not be printed. See why, then try again." in html
    assert "The paper could not be drawn (KeyError)." in html
    html = main(client.post(f"{address}retry/", follow=True))
    assert "1 paper is being tried again." in html
    draw(county)
    assert "All papers are printed." in main(client.get(address))


def test_the_print_pack_is_made_once_for_all_papers(county, client_for, sent, django_capture_on_commit_callbacks):
    grow(county, 1)
    client = client_for(county, "senior")
    run(county, client)
    address = f"{LIST}{the_run(county).public_id}/"
    assert "still being made" in main(client.post(f"{address}pack/"), 409)
    draw(county)
    assert client.get(f"{address}pack/").status_code == 404
    sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert "being made" in main(client.post(f"{address}pack/", follow=True))
    assert sent == [("reports.tasks.bind_pack", county.authority.pk, the_run(county).pk)]
    tasks.bind_pack(county.authority.pk, the_run(county).pk)
    made = the_run(county).pack
    tasks.bind_pack(county.authority.pk, the_run(county).pk)
    assert the_run(county).pack == made
    assert the_run(county).pack_attempts == 1
    assert "Open the print pack" in main(client.get(address))

    response = client.get(f"{address}pack/")
    assert response["Content-Disposition"] == 'attachment; filename="Print pack, autumn term 2026-27.pdf"'
    assert "no-store" in response["Cache-Control"]
    with pikepdf.open(io.BytesIO(b"".join(response.streaming_content))) as pack:
        assert len(pack.pages) == 8, "two agreements, two copies each, each on a sheet of its own"
        with pack.open_outline() as outline:
            titles = [item.title for item in outline.root]
    assert titles == [
        f"{who}, {copy}"
        for who in (
            "Wanda Fenshire at Oakfield Primary School Fenshire",
            "Willa 1 at Elm 001 Primary School Fenshire",
        )
        for copy in ("school copy", "council copy")
    ]
    with county.inside():
        assert AuditEvent.objects.filter(verb="documentrun.read_pack", denied=False).count() == 1


def test_running_the_term_again_makes_the_pack_out_of_date(county, client_for):
    client = client_for(county, "senior")
    run(county, client)
    draw(county)
    address = f"{LIST}{the_run(county).public_id}/"
    client.post(f"{address}pack/")
    tasks.bind_pack(county.authority.pk, the_run(county).pk)
    assert the_run(county).pack
    grow(county, 1)
    run(county, client)
    assert the_run(county).pack == ""


@pytest.mark.parametrize(
    ("who", "post", "get"),
    [("senior", 302, 200), ("finance", 403, 200), ("auditor", 403, 200), ("admin", 403, 403), ("manager", 403, 403),
     ("worker", 403, 403), ("head", 403, 403), ("lead", 403, 403)],
)  # fmt: skip
def test_who_has_a_pack_made_and_who_opens_it(county, client_for, who, post, get):
    run(county, client_for(county, "admin"))
    draw(county)
    address = f"{LIST}{the_run(county).public_id}/pack/"
    client_for(county, "senior").post(address)
    tasks.bind_pack(county.authority.pk, the_run(county).pk)
    assert client_for(county, who).get(address).status_code == get
    assert client_for(county, who).post(address).status_code == post


def test_a_pack_that_cannot_be_made_says_so(county, client_for, store):
    client = client_for(county, "senior")
    run(county, client)
    draw(county)
    with county.inside():
        for paper in Document.objects.all():
            (store / paper.file).write_bytes(b"not a PDF")
    address = f"{LIST}{the_run(county).public_id}/"
    client.post(f"{address}pack/")
    for _ in range(5):
        tasks.bind_pack(county.authority.pk, the_run(county).pk)
    assert "The print pack could not be made (PdfError)." in main(client.get(address))


def test_a_run_of_another_authority_is_not_there(county, moorland, client_for):
    run(county, client_for(county, "admin"))
    address = f"/moorland/papers/{the_run(county).public_id}/"
    assert client_for(moorland, "admin").get(address).status_code == 404
    assert client_for(moorland, "admin").post(f"{address}retry/").status_code == 404
    assert client_for(county, "admin").get(address).status_code == 404


def test_run_pages_ask_no_more_of_a_large_run(county, client_for, queries):
    client = client_for(county, "senior")
    run(county, client)
    draw(county)
    address = f"{LIST}{the_run(county).public_id}/"
    client.get(address)
    with queries() as small:
        client.get(address)
    grow(county, 6)
    run(county, client)
    draw(county)
    with queries() as large:
        client.get(address)
    assert len(small) <= 12, "\n".join(small)
    assert len(large) == len(small), "\n".join(large)
    with queries() as listed:
        client.get(LIST)
    assert len(listed) <= 12, "\n".join(listed)


def test_papers_that_were_replaced_stand_on_the_run_and_their_pack_is_made_again(county, client_for, sent):
    grow(county, 1)
    client = client_for(county, "senior")
    run(county, client)
    draw(county)
    address = f"{LIST}{the_run(county).public_id}/"
    client.post(f"{address}pack/")
    tasks.bind_pack(county.authority.pk, the_run(county).pk)
    assert "Make the print pack" not in main(client.get(address))
    with county.inside():
        replaced = DocumentItem.objects.first()
        Document.objects.filter(item=replaced).update(superseded_at=NOW)
    html = main(client.get(address))
    assert "All papers are printed." not in html
    assert "1 agreement has changed or ended since the papers were printed." in html
    assert html.count("Changed since") == 1
    assert "Do not send it out." in html
    assert "Make the print pack" in html
    assert "Open the print pack" not in html
    client.post(f"{address}pack/")
    tasks.bind_pack(county.authority.pk, the_run(county).pk)
    html = main(client.get(address))
    assert "Open the print pack" in html
    assert "Do not send it out." not in html
