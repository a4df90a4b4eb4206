"""The paper of a final record: made once, by the worker or by whoever is first, and the same bytes for everybody after."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction

from reports import pdf, tasks
from reports.models import Document, RecordPaper
from reports.models.leases import ATTEMPTS
from supervision.actions.sessions import finish, write_correction
from supervision.models import Session, SessionCopy
from teams.models import Audience, AuditEvent
from tests.factories.authorities import make_county
from tests.supervision.stories import AFTER, finishing, said, supervised
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after")]
State = RecordPaper.State
SECRET = "She is looking for another post"


def held(county):
    """`county.session` is final, `county.school` and `county.council` are its sealed copies."""
    with county.inside():
        supervised(county)
        made = finish(
            county.visit, finishing(said(county), [["wellbeing", SECRET]]), by=county.as_("manager"), at=AFTER
        )
        county.rows["session"] = Session.objects.get(pk=made.pk)
        county.rows |= {copy.copy: copy for copy in made.copies.all()}
    return county


@story
def final(fenshire):
    return held(fenshire)


@pytest.fixture
def after(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)


@pytest.fixture
def drawn(monkeypatch):
    """What was drawn. No drawing is like another, so that bytes tell which one it was."""
    noted: list[str] = []
    numbers = count(1)

    def draw(kind, snapshot, copy):
        noted.append(copy)
        return pdf.Drawn(f"%PDF {copy} {next(numbers)} {snapshot['corrections']}".encode(), 2)

    monkeypatch.setattr(pdf, "draw", draw)
    return noted


@pytest.fixture
def nudges(monkeypatch):
    """What was sent to the worker, and not yet done."""
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks.draw_record_paper, "nudge", lambda *ids: sent.append(ids))
    return sent


def sweep(county, now=AFTER) -> None:
    with county.inside():
        tasks.sweep_record_papers(county.authority.pk, now)


def work(county, nudges) -> None:
    """A sweep, and a worker that does what it sends."""
    sweep(county)
    while nudges:
        tasks.draw_record_paper.run(*nudges.pop())


def address(copy: SessionCopy) -> str:
    return f"/fenshire/supervision/copies/{copy.public_id}/"


def opened(client, copy: SessionCopy) -> bytes:
    answer = client.get(address(copy))
    assert answer.status_code == 200
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
    assert answer["Content-Type"] == "application/pdf"
    return b"".join(answer.streaming_content)


def papers(county) -> dict[str, RecordPaper]:
    with county.inside():
        return {
            f"{paper.copy.copy} {paper.copy.edition}": paper
            for paper in RecordPaper.objects.select_related("copy")
        }  # fmt: skip


def events(county, verb: str, **about) -> int:
    with county.inside():
        return AuditEvent.objects.filter(verb=f"sessioncopy.{verb}", **about).count()


def files(store) -> int:
    return sum(path.is_file() for path in store.rglob("*"))


def test_everybody_who_opens_it_gets_the_same_bytes_and_each_opening_is_written_down(final, client_for, drawn, store):
    readers = [client_for(final, who) for who in ("manager", "head", "worker", "head")]
    assert len({opened(client, final.school) for client in readers}) == 1
    assert drawn == ["school"]
    paper = papers(final)["school 1"]
    assert (paper.state, paper.pages, files(store)) == (State.DONE, 2, 1)
    assert (events(final, "make_paper"), events(final, "read")) == (1, 4)
    with final.inside(), pytest.raises(IntegrityError), transaction.atomic():
        RecordPaper.objects.update(file="another.pdf")


def test_the_worker_makes_both_copies_without_anybody_asking_and_draws_nothing_twice(final, client_for, drawn, nudges):
    assert tasks.sweep_record_papers in tasks.STEPS, "It comes round with every sweep."
    work(final, nudges)
    assert sorted(drawn) == ["council", "school"]
    assert {paper.state for paper in papers(final).values()} == {State.DONE}
    sweep(final)
    assert nudges == []
    assert opened(client_for(final, "manager"), final.council).startswith(b"%PDF council")
    assert len(drawn) == 2
    assert events(final, "make_paper", user=None) == 2


def test_a_correction_is_a_new_paper_and_the_one_before_keeps_its_bytes(final, client_for, drawn, nudges):
    work(final, nudges)
    manager = client_for(final, "manager")
    before = opened(manager, final.council)
    with final.inside():
        write_correction(final.session, "The key is blue", Audience.TWO, by=final.as_("manager"), at=AFTER)
        second = final.session.copies.get(copy="council", edition=2)
    work(final, nudges)
    assert set(papers(final)) == {"school 1", "council 1", "council 2"}
    assert opened(manager, final.council) == before
    assert b"The key is blue" in opened(manager, second)
    assert len(drawn) == 3


def test_what_cannot_be_drawn_undoes_nothing_is_tried_again_and_never_kept_from_a_reader(
    final, client_for, drawn, nudges, monkeypatch
):
    def full(*_):
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(pdf, "draw", full)
        sweep(final)
        while nudges:
            tasks.draw_record_paper.run(*nudges.pop())
        assert {paper.state for paper in papers(final).values()} == {State.WAITING}
        with final.inside():
            assert Session.objects.get(pk=final.session.pk).status == Session.Status.FINAL
            RecordPaper.objects.update(attempts=ATTEMPTS - 1)
        sweep(final)
        assert len(nudges) == 2, "It is sent again."
        while nudges:
            tasks.draw_record_paper.run(*nudges.pop())
        assert {paper.state for paper in papers(final).values()} == {State.FAILED}
    assert "Is the disk full?" in papers(final)["school 1"].problem
    opened(client_for(final, "head"), final.school)
    assert papers(final)["school 1"].state == State.DONE


def test_what_a_killed_worker_left_is_sent_again_when_its_lease_has_run_out(final, drawn, nudges):
    sweep(final)
    with final.inside():
        for _, number in nudges:
            RecordPaper.claim(number, at=AFTER)
    nudges.clear()
    sweep(final)
    assert nudges == []
    sweep(final, AFTER + timedelta(hours=1))
    assert len(nudges) == 2


def test_a_reader_who_is_quicker_than_the_worker_has_made_the_paper(
    final, client_for, drawn, nudges, store, monkeypatch
):
    """A deploy may have changed the template between the two drawings."""
    sweep(final)
    head, quick, seen = client_for(final, "head"), pdf.draw, []

    def slow(*given):
        monkeypatch.setattr(pdf, "draw", quick)
        seen.append(opened(head, final.school))
        return quick(*given)

    monkeypatch.setattr(pdf, "draw", slow)
    number = papers(final)["school 1"].pk
    tasks.draw_record_paper.run(final.authority.pk, number)
    assert drawn == ["school", "school"]
    assert opened(head, final.school) == seen[0]
    assert files(store) == 1, "What the worker drew in vain is not left behind."


def test_a_lost_file_comes_back_as_it_was_or_not_at_all(final, client_for, drawn, monkeypatch):
    head = client_for(final, "head")
    first = opened(head, final.school)
    default_storage.delete(papers(final)["school 1"].file)
    assert head.get(address(final.school)).status_code == 404, "Drawn today it would be another paper."
    monkeypatch.setattr(pdf, "draw", lambda *_: pdf.Drawn(first, 2))
    assert opened(head, final.school) == first


def test_the_councils_copy_is_had_by_nobody_else_at_any_address(final, client_for, drawn, nudges):
    """Neither before it is made nor after: its file has no address of its own, and asking makes none."""
    others = {who: client_for(final, who) for who in ("head", "lead", "senior", "other_manager")}
    for client in others.values():
        assert client.get(address(final.council)).status_code == 404
    assert drawn == []
    work(final, nudges)
    made, known = papers(final)["council 1"], final.council.public_id
    for who, client in others.items():
        for path in (address(final.council), f"/fenshire/papers/file/{known}/"):
            assert client.get(path).status_code == 404, who
    for path in (f"papers/file/{known}/web/", f"papers/file/{known}/large/file/", made.file):
        assert others["head"].get(f"/fenshire/{path}").status_code == 404, path
    assert others["head"].get(f"/{made.file}").status_code == 404
    with final.inside():
        assert not Document.objects.exists()
    assert (events(final, "read", denied=False), events(final, "read", denied=True)) == (0, 8)


@pytest.mark.django_db(transaction=True)
def test_of_two_first_readers_at_once_both_get_the_paper_that_was_kept_first(client_for, drawn, store, monkeypatch):
    county = held(make_county("fenshire"))
    quick, together = pdf.draw, Barrier(2, timeout=20)

    def draw(*given):
        paper = quick(*given)
        together.wait()  # both have drawn, and neither has kept it
        return paper

    monkeypatch.setattr(pdf, "draw", draw)

    def read(client) -> bytes:
        try:
            return opened(client, county.council)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        got = list(threads.map(read, [client_for(county, who) for who in ("manager", "worker")]))
    assert len(drawn) == 2
    assert len(set(got)) == 1
    assert (len(papers(county)), events(county, "make_paper"), files(store)) == (1, 1, 1)
    held_open: list[bool] = []

    def noting(*given):
        held_open.append(connection.in_atomic_block)
        return quick(*given)

    monkeypatch.setattr(pdf, "draw", noting)
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks.draw_record_paper, "nudge", lambda *ids: sent.append(ids))
    work(county, sent)
    assert held_open == [False], "The worker holds no transaction while it draws."
    assert opened(client_for(county, "manager"), county.council) == got[0]
