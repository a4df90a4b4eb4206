"""A term's papers through a real worker: nothing is printed twice, nothing waits for ever, nothing untrue stays."""

from __future__ import annotations

from datetime import date, timedelta

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from reports import pdf, tasks
from reports.actions import papers, runs
from reports.models import Document, DocumentItem, DocumentRun
from reports.models.leases import ATTEMPTS, DIED_EACH_TIME
from schools.models import Agreement
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.tenancy import current_authority_id
from teams.models import AuditEvent, Term
from tests.factories.agreements import fresh, make_agreement, offered, signed
from tests.factories.authorities import NOW, TODAY, make_county
from tests.reports.conftest import wait_until
from tests.reports.stories import active, add_terms, grow

State = DocumentItem.State


@pytest.fixture
def county(transactional_db):
    """Fenshire, committed, with its terms and one active agreement."""
    county = make_county("fenshire")
    county.rows["autumn"] = add_terms(county)[0]
    county.rows["agreement"] = active(county)
    return county


@pytest.fixture
def draws(monkeypatch):
    """Counts what is drawn, and draws it."""
    seen: list[str] = []
    real = pdf.draw

    def draw(kind, snapshot, copy):
        seen.append(f"{snapshot['reference']} {copy}")
        return real(kind, snapshot, copy)

    monkeypatch.setattr(pdf, "draw", draw)
    return seen


def one_line(kind: str, snapshot: dict, copy: str) -> pdf.Drawn:
    return pdf.Drawn(f"%PDF {kind} {snapshot['reference']} {copy}".encode(), 1)


@pytest.fixture
def quick(monkeypatch):
    """Papers of one line, where it does not matter what they say."""
    monkeypatch.setattr(pdf, "template_digest", lambda _: "0" * 64)
    monkeypatch.setattr(pdf, "draw", one_line)


def start(county, who: str = "admin") -> tuple[DocumentRun, list[int]]:
    """What the page does."""
    with county.inside():
        run, items = runs.run_term(county.autumn, authority=county.authority, by=county.as_(who), at=timezone.now())
        if items:
            tasks.draw_run.nudge(county.authority.pk, run.pk)
    return run, items


def draw_all(county) -> None:
    """As a worker would, in this thread."""
    with county.inside():
        waiting = list(DocumentItem.objects.values_list("pk", flat=True))
    for item_id in waiting:
        tasks.draw_item(county.authority.pk, item_id)


def is_done(county) -> bool:
    with county.inside():
        return DocumentRun.objects.get().status == DocumentRun.Status.DONE


def text_of(paper: Document) -> str:
    with default_storage.open(paper.file) as file:
        document = pypdfium2.PdfDocument(file.read())
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_a_worker_prints_three_copies_and_the_run_is_done(county, thread_worker, draws):
    start(county)
    wait_until(lambda: is_done(county), what="the run is done")
    with county.inside():
        made = {paper.copy: paper for paper in Document.objects.all()}
        assert set(made) == {"school", "council", "way"}
        assert all(paper.pages >= 1 and paper.size == default_storage.size(paper.file) for paper in made.values())
        assert made["school"].title == "Wanda Fenshire at Oakfield Primary School Fenshire, school copy"
        assert made["school"].placement_id == county.agreement.placement_id
        assert DocumentRun.objects.get().finished_at is not None
    assert "£14,145.00" in text_of(made["school"])
    assert "County budget" in text_of(made["council"])
    assert "County budget" not in text_of(made["school"])
    assert "£" not in text_of(made["way"])
    assert sorted(draws) == [f"FEN-2026-AUT-0001 {copy}" for copy in ("council", "school", "way")]


def test_running_the_term_again_prints_only_what_is_new(county, thread_worker, draws):
    start(county)
    wait_until(lambda: is_done(county))
    first = set(draws)
    run, items = start(county)
    assert items == [], "nothing changed, so there is nothing to draw"
    with county.inside():
        assert DocumentRun.objects.get().status == DocumentRun.Status.DONE, "and the run does not wait for ever"
    (new,) = grow(county, 1)
    again, items = start(county)
    assert (again.pk, len(items)) == (run.pk, 1)
    wait_until(lambda: is_done(county))
    assert len(draws) == 6
    assert set(draws) - first == {f"FEN-2026-AUT-0002 {copy}" for copy in ("council", "school", "way")}
    with county.inside():
        assert DocumentRun.objects.count() == 1
        assert Document.objects.current().filter(subject_id=new.public_id).count() == 3


def test_a_message_that_comes_twice_draws_once(county, draws):
    start(county)
    draw_all(county)
    draw_all(county)
    assert len(draws) == 3
    with county.inside():
        assert Document.objects.count() == 3


def test_a_dead_broker_does_not_fail_the_press_and_the_sweep_finds_the_row(county, quick, broker):
    broker("redis://127.0.0.1:1/0")
    _, items = start(county)
    assert len(items) == 1
    with county.inside():
        assert DocumentItem.objects.get().state == State.WAITING
    broker("memory://")
    sent: list[tuple[int, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks.draw_item, "delay", lambda *args: sent.append(args))
        tasks.sweep()
    assert sent == [(county.authority.pk, items[0])]


def test_a_paper_that_cannot_be_drawn_is_tried_again_then_failed_with_its_reason(county, monkeypatch):
    def broken(kind, snapshot, copy):
        raise KeyError("way")

    monkeypatch.setattr(pdf, "draw", broken)
    start(county)
    for attempt in range(1, ATTEMPTS + 1):
        draw_all(county)
        with county.inside():
            item = DocumentItem.objects.get()
            assert item.attempts == attempt
            assert item.state == (State.FAILED if attempt == ATTEMPTS else State.WAITING)
    assert item.problem == "The paper could not be drawn (KeyError)."
    assert is_done(county), "a run whose last paper failed is done, and says so"
    monkeypatch.undo()
    with county.inside():
        assert DocumentRun.objects.get().retry(by=county.as_("admin"), at=timezone.now()) == 1
        assert not is_done(county)
    draw_all(county)
    with county.inside():
        assert DocumentItem.objects.get().state == State.DONE
        assert Document.objects.count() == 3
    assert is_done(county)


def test_what_kills_its_worker_each_time_is_given_up_with_a_reason(county, quick):
    start(county)
    with county.inside():
        long_ago = timezone.now() - timedelta(hours=1)  # every time a lease later
        for _ in range(ATTEMPTS):
            assert DocumentItem.claim(DocumentItem.objects.get().pk, at=long_ago) is not None
            long_ago += timedelta(minutes=4)
        item = DocumentItem.objects.get()
        assert item.state == State.WORKING
        assert DocumentItem.claim(item.pk, at=timezone.now()) is None
    tasks.sweep()
    with county.inside():
        item.refresh_from_db()
        assert (item.state, item.problem) == (State.FAILED, DIED_EACH_TIME)
    assert is_done(county)


def test_a_slow_worker_whose_lease_ran_out_keeps_nothing(county, quick):
    start(county)
    with county.inside():
        long_ago = timezone.now() - timedelta(hours=1)
        slow = DocumentItem.claim(DocumentItem.objects.get().pk, at=long_ago)
        second = DocumentItem.claim(slow.pk, at=timezone.now())
        assert DocumentItem.claim(slow.pk, at=timezone.now()) is None, "the lease keeps a third away"
        stored = {copy: papers.Stored(f"{copy}.pdf", 1, 1) for copy in ("school", "council", "way")}
        facts = {"template": "0" * 64, "by": county.clock, "at": timezone.now()}
        assert papers.keep(slow, stored, **facts) is False
        assert Document.objects.count() == 0
        papers.could_not_draw(slow, problem="late", by=county.clock, at=timezone.now())
        second.refresh_from_db()
        assert (second.state, second.problem) == (State.WORKING, "")
        assert papers.keep(second, stored, **facts) is True
        assert Document.objects.count() == 3


def test_a_file_that_a_killed_worker_left_half_is_written_again(county, quick, store):
    start(county)
    draw_all(county)
    with county.inside():
        paper = Document.objects.get(copy="school")
    whole = (store / paper.file).read_bytes()
    (store / paper.file).write_bytes(whole[:5])
    assert papers.write_once(paper.file, whole) == paper.file
    assert (store / paper.file).read_bytes() == whole
    assert papers.write_once(paper.file, whole) == paper.file, "and the same bytes again change nothing"
    assert len(list((store / paper.file).parent.iterdir())) == 3


def test_the_papers_of_an_ended_agreement_are_superseded_at_once(county, quick):
    start(county)
    draw_all(county)
    with county.inside():
        fresh(county.agreement).end(on=TODAY, reason="The fund ended.", by=county.as_("manager"), at=NOW)
        assert Document.objects.count() == 3
        assert not Document.objects.current().exists()
    with county.inside(), pytest.raises(Refusal, match="No agreement is active in the autumn term 2026/27"):
        runs.run_term(county.autumn, authority=county.authority, by=county.as_("admin"), at=timezone.now())


def test_a_paper_drawn_while_its_agreement_ended_is_never_current(county, quick):
    start(county)
    with county.inside():
        fresh(county.agreement).end(on=TODAY, reason="The fund ended.", by=county.as_("manager"), at=NOW)
    draw_all(county)
    with county.inside():
        assert Document.objects.count() == 3
        assert not Document.objects.current().exists()


def test_a_new_version_in_force_supersedes_the_papers_and_the_next_run_prints_it(county, quick):
    start(county)
    draw_all(county)
    with county.inside():
        agreement = fresh(county.agreement)
        agreement.revise(by=county.as_("manager"), at=timezone.now())
        agreement.write({"focus": "Reading"}, by=county.as_("manager"), at=timezone.now())
        assert Document.objects.current().count() == 3, "a change that is not signed changes no paper"
        signed(offered(agreement, county), county)
        assert not Document.objects.current().exists()
    _, items = start(county)
    assert len(items) == 1
    draw_all(county)
    with county.inside():
        assert Document.objects.count() == 6
        current = Document.objects.current()
        assert current.count() == 3
        assert {paper.item.snapshot["version"] for paper in current} == {2}
        assert {paper.item.snapshot["reference"] for paper in current} == {"FEN-2026-AUT-0001"}
        codes = set(Document.objects.values_list("check_code", flat=True))
        assert len(codes) == 6, "every paper has a check code of its own"


def test_only_administrators_and_senior_managers_start_a_run(county):
    for who in county.users:
        with county.inside():
            if county.roles[who] in (Role.ADMINISTRATOR, Role.SENIOR_MANAGER):
                runs.run_term(county.autumn, authority=county.authority, by=county.as_(who), at=timezone.now())
            else:
                with pytest.raises(NotAllowed):
                    runs.run_term(county.autumn, authority=county.authority, by=county.as_(who), at=timezone.now())
    with county.inside():
        assert AuditEvent.objects.filter(verb="documentrun.open").count() == 1


def test_the_snapshot_counts_this_terms_days_and_charges_this_terms_money(county):
    start(county)
    with county.inside():
        snapshot = DocumentItem.objects.get().snapshot
    assert snapshot["term"]["label"] == "Autumn term 2026/27"
    # 1 September to 18 December 2026 without the week of 26 October: a Tuesday and a Thursday 15 times each.
    counts = dict(map(tuple, snapshot["days"]["by_weekday"]))
    assert (counts["Tuesday"], counts["Thursday"]) == (15, 15)
    assert snapshot["days"]["total"] == sum(counts.values())
    assert snapshot["charge"]["term"] == "4715.00"
    assert [month for month, _ in snapshot["charge"]["months"]] == [f"2026-{month:02d}-01" for month in range(9, 13)]
    assert {line["party"] for line in snapshot["signatures"]} == {"school", "worker", "council"}


def test_nothing_is_to_be_paid_before_it_was_agreed_or_the_work_began(county):
    def due_on() -> str:
        start(county)
        with county.inside():
            return DocumentItem.objects.get().snapshot["charge"]["due_on"]

    assert due_on() == "2026-10-08", "30 days after the school agreed to pay, a week into the term"
    with county.inside():
        Agreement.objects.update(starts_on=date(2026, 11, 16))
    assert due_on() == "2026-12-16", "30 days after the first day of work"
    with county.inside():
        Agreement.objects.update(starts_on=date(2026, 9, 1))
        Term.objects.filter(pk=county.autumn.pk).update(starts_on=date(2026, 9, 10))
        county.autumn.refresh_from_db()
    assert due_on() == "2026-10-10", "30 days after the first day of term"


def test_an_agreement_that_waits_for_a_signature_is_not_printed(county):
    with county.inside():
        waiting = offered(make_agreement(county, post="other_post", school="beech"), county)
    start(county)
    with county.inside():
        printed = set(DocumentItem.objects.values_list("subject_id", flat=True))
        assert printed == {county.agreement.public_id}
        assert Agreement.objects.get(pk=waiting.pk).status == "offered"


def test_one_steps_trouble_is_not_the_others(county, quick, monkeypatch, broker):
    """A sweep that fails at the mail still finds the papers, here and in the next authority."""
    moorland = make_county("moorland")
    seen: list[tuple[str, int]] = []

    def noting(name):
        def step(authority_id, now):
            seen.append((name, authority_id))
            if name == "first":
                raise RuntimeError("broken")

        return step

    monkeypatch.setattr(tasks, "STEPS", (noting("first"), noting("second")))
    tasks.sweep()
    pairs = [(name, each.authority.pk) for each in (county, moorland) for name in ("first", "second")]
    assert sorted(seen) == sorted(pairs)


def test_numbers_that_cannot_be_counted_stop_no_other_authority(county, quick, monkeypatch, broker):
    moorland = make_county("moorland")
    swept, noted = [], []
    monkeypatch.setattr(tasks, "STEPS", (lambda authority_id, now: swept.append(authority_id),))
    monkeypatch.setattr(tasks, "note_waiting", noted.append)

    def add_what_waits(sums, now):
        if current_authority_id() == county.authority.pk:
            raise RuntimeError("broken")
        sums["notices_waiting"] += 1

    monkeypatch.setattr(tasks, "add_what_waits", add_what_waits)
    tasks.sweep()
    assert sorted(swept) == sorted([county.authority.pk, moorland.authority.pk])
    assert [sums["notices_waiting"] for sums in noted] == [1]


def test_the_sweep_ends_what_has_run_out_and_marks_its_papers(county, quick, broker, monkeypatch):
    start(county)
    draw_all(county)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW.replace(year=2027))
    tasks.sweep()
    with county.inside():
        assert Agreement.objects.get().status == Agreement.Status.ENDED
        assert not Document.objects.current().exists()
