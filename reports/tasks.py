"""Printing in the background. The rows are the truth; a message is only a nudge, and the sweep re-sends what waits."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from celery import shared_task
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db.models import Count, Min, Q
from django.utils import timezone

from reports import pdf
from reports.actions import digests, large_print, packs, papers, readings, record_papers, runs
from reports.actions.county_packs import ASKING
from reports.actions.kinds import KINDS
from reports.models import (
    CountyPack,
    DocumentItem,
    DocumentRun,
    LargePrint,
    PackPaper,
    ProposalPaper,
    RecordPaper,
    ReviewPaper,
    SealedPaper,
)
from reports.packs import make_pack
from schools.actions.changes import close_run_out
from schools.tasks import sweep_imports
from teams.actions.leaving import end_access_of_leavers
from teams.foundation.access import Principal, system
from teams.foundation.figures import note_waiting
from teams.foundation.jobs import AuthorityTask
from teams.foundation.mail import Notice
from teams.foundation.tenancy import alone, authority_scope
from teams.models import Authority
from teams.tasks import send_what_is_due

logger = logging.getLogger(__name__)

# What one sweep re-sends for one authority. A message about something that is being done already costs its worker a
# few milliseconds, so this is far more than the workers can draw until the next sweep, and far less than a flood.
SWEPT = 200


def _clock(name: str, now: datetime) -> Principal:
    return system(name, today=timezone.localdate(now))


@shared_task(base=AuthorityTask, name="reports.tasks.draw_run")
def draw_run(authority_id: int, run_id: int, **_: object) -> None:
    """A nudge for each item of a run.

    They are sent from here, and not from the page that starts the run: with a broker that is down each message costs a
    second, and the person who pressed the button would wait for all of them.
    """
    with authority_scope(authority_id):
        waiting = DocumentItem.objects.claimable(timezone.now()).filter(run_id=run_id)
        for item_id in waiting.values_list("pk", flat=True):
            draw_item.nudge(authority_id, item_id)


@shared_task(base=AuthorityTask, name="reports.tasks.draw_item")
def draw_item(authority_id: int, item_id: int, **_: object) -> None:
    """Claim, draw, keep: short transactions around the drawing, none held while drawing."""
    with authority_scope(authority_id):
        item = DocumentItem.claim(item_id, at=timezone.now())
    if item is None:
        return
    try:
        template = pdf.template_digest(item.run.kind)
        drawn = {copy: pdf.draw(item.run.kind, item.snapshot, copy) for copy in KINDS[item.run.kind].copies}
        copies = {
            copy: papers.store(item, copy, content=paper.content, pages=paper.pages, template=template)
            for copy, paper in drawn.items()
        }
    except Exception as error:  # whatever a template, a font or a full disk raises is shown to a person
        logger.exception("item %s of authority %s could not be drawn", item_id, authority_id)
        now = timezone.now()
        with authority_scope(authority_id):
            papers.could_not_draw(item, problem=_in_words(error), by=_clock("draw_item", now), at=now)
        return
    now = timezone.now()
    with authority_scope(authority_id):
        papers.keep(item, copies, template=template, by=_clock("draw_item", now), at=now)


def _in_words(error: Exception) -> str:
    if isinstance(error, OSError):
        return "The paper could not be written to the documents' store. Is the disk full?"
    return f"The paper could not be drawn ({type(error).__name__})."


@shared_task(base=AuthorityTask, name="reports.tasks.draw_large_print")
def draw_large_print(authority_id: int, number: int, **_: object) -> None:
    """One paper in large print, from the paper's own snapshot: claim, draw, keep, as above."""
    with authority_scope(authority_id):
        wanted = LargePrint.claim(number, at=timezone.now())
    if wanted is None:
        return
    paper = wanted.document
    try:
        template = pdf.template_digest(paper.kind, pdf.LARGE_PRINT)
        drawn = pdf.draw(paper.kind, paper.item.snapshot, paper.copy, pdf.LARGE_PRINT)
        stored = large_print.store(wanted, content=drawn.content, pages=drawn.pages, template=template)
    except Exception as error:  # as above
        logger.exception("large print %s of authority %s could not be drawn", number, authority_id)
        with authority_scope(authority_id):
            wanted.try_again_or_fail(_in_words(error))
        return
    now = timezone.now()
    with authority_scope(authority_id):
        large_print.keep(wanted, stored, template=template, by=_clock("draw_large_print", now), at=now)


@shared_task(base=AuthorityTask, name="reports.tasks.draw_record_paper")
def draw_record_paper(authority_id: int, number: int, **_: object) -> None:
    """One copy of a final supervision record, as above. A reader may have been quicker: then theirs is the paper."""
    _draw_sealed(RecordPaper, authority_id, number, "draw_record_paper")


@shared_task(base=AuthorityTask, name="reports.tasks.draw_review_paper")
def draw_review_paper(authority_id: int, number: int, **_: object) -> None:
    """One copy of a final yearly review, in the same way."""
    _draw_sealed(ReviewPaper, authority_id, number, "draw_review_paper")


@shared_task(base=AuthorityTask, name="reports.tasks.draw_pack_paper")
def draw_pack_paper(authority_id: int, number: int, **_: object) -> None:
    """One copy of an approved pack, in the same way."""
    _draw_sealed(PackPaper, authority_id, number, "draw_pack_paper")


@shared_task(base=AuthorityTask, name="reports.tasks.draw_proposal_paper")
def draw_proposal_paper(authority_id: int, number: int, **_: object) -> None:
    """One copy of a proposal, in the same way."""
    _draw_sealed(ProposalPaper, authority_id, number, "draw_proposal_paper")


@shared_task(name="reports.tasks.remind_of_words")
def remind_of_words(**_: object) -> None:
    """Every morning, for every authority: one reminder to whose words are missing, near the day."""
    now = timezone.now()
    for authority in Authority.objects.filter(closed_at=None):
        with alone(authority.pk, "words for packs were not asked again"):
            for pack in CountyPack.objects.filter(status=CountyPack.Status.DRAFT).select_related("begun_by"):
                with alone(authority.pk, f"words for pack {pack.public_id} were not asked again"):
                    ASKING.remind(pack, at=now)


def _draw_sealed(papers: type[SealedPaper], authority_id: int, number: int, name: str) -> None:
    with authority_scope(authority_id):
        wanted: Any = papers.claim(number, at=timezone.now())
    if wanted is None:
        return
    try:
        drawn = record_papers.draw(wanted.copy)
        now = timezone.now()
        with authority_scope(authority_id):
            record_papers.keep(wanted.copy, drawn, by=_clock(name, now), at=now)
    except Exception as error:  # as above
        logger.exception("%s %s of authority %s could not be made", papers.__name__, number, authority_id)
        with authority_scope(authority_id):
            wanted.try_again_or_fail(_in_words(error))


@shared_task(base=AuthorityTask, name="reports.tasks.bind_pack")
def bind_pack(authority_id: int, run_id: int, **_: object) -> None:
    """All papers of a run in one file for the printer."""
    with authority_scope(authority_id):
        run = DocumentRun.claim_pack(run_id, at=timezone.now())
        sheets = packs.contents(run) if run is not None else []
    if run is None:
        return
    file, problem = packs.file_name(run, sheets), ""
    try:
        make_pack(
            [(sheet.title, Path(default_storage.path(sheet.file))) for sheet in sheets],
            Path(default_storage.path(file)),
            title=run.pack_title,
        )
    except Exception as error:  # as above
        logger.exception("the pack of run %s of authority %s could not be made", run_id, authority_id)
        file, problem = "", f"The print pack could not be made ({type(error).__name__})."
    with authority_scope(authority_id):
        packs.keep(run, file, problem=problem)


@shared_task(name="reports.tasks.sweep")
def sweep(**_: object) -> None:
    """Every half minute, for every authority: whatever waits, or was left by somebody who died, is sent again."""
    sums: Counter[str] = Counter()
    for authority_id in Authority.objects.filter(closed_at=None).values_list("pk", flat=True):
        for step in STEPS:
            with alone(authority_id, f"{step.__name__} failed"):
                step(authority_id, timezone.now())
        with alone(authority_id, "what waits was not counted"):
            add_what_waits(sums, timezone.now())
    now = timezone.now()
    sums["sessions"] = Session.objects.filter(expire_date__gt=now).count()
    sums["sweep_timestamp_seconds"] = int(now.timestamp())
    note_waiting(sums)


def add_what_waits(sums: Counter[str], now: datetime) -> None:
    """Add this authority's numbers to the sums that `/metrics` shows; of ages the greatest."""
    notices = Notice.objects.aggregate(
        waiting=Count("pk", filter=Q(state=Notice.State.WAITING, due_at__lte=now)),
        oldest=Min("due_at", filter=Q(state=Notice.State.WAITING, due_at__lte=now)),
        failed=Count("pk", filter=Q(state=Notice.State.FAILED)),
    )
    papers = DocumentItem.objects.unsettled().aggregate(waiting=Count("pk"), oldest=Min("run__opened_at"))
    sealed = [
        each.objects.unsettled().aggregate(waiting=Count("pk"), oldest=Min("put_down_at"))
        for each in record_papers.PAPERS
    ]
    sums["notices_waiting"] += notices["waiting"]
    sums["notices_failed"] += notices["failed"]
    sums["papers_waiting"] += papers["waiting"] + sum(each["waiting"] for each in sealed)
    for drawn in (DocumentItem, *record_papers.PAPERS):
        sums["papers_failed"] += drawn.objects.filter(state=drawn.State.FAILED).count()
    for name, oldest in (
        ("notices", notices["oldest"]),
        *(("papers", each["oldest"]) for each in (papers, *sealed)),
    ):
        age = int((now - oldest).total_seconds()) if oldest else 0
        sums[f"{name}_oldest_seconds"] = max(sums[f"{name}_oldest_seconds"], age)


@shared_task(name="reports.tasks.write_digests")
def write_digests(**_: object) -> None:
    """Every five minutes of the morning, for every authority: the digests whose hour has come, once for each period."""
    now = timezone.now()
    if not digests.due(now):
        return
    for authority in Authority.objects.filter(closed_at=None):
        with alone(authority.pk, "digests failed"):
            digests.write_due(authority, by=_clock("write_digests", now), at=now)


@shared_task(name="reports.tasks.take_readings")
def take_readings(**_: object) -> None:
    """Early each morning, for every authority: what the figures come to, on the days on which that is kept."""
    now = timezone.now()
    for authority in Authority.objects.filter(closed_at=None):
        with alone(authority.pk, "readings failed"):
            readings.take(authority, today=timezone.localdate(now), by=_clock("take_readings", now))


def sweep_papers(authority_id: int, now: datetime) -> None:
    """Papers that wait or whose lease ran out; those that killed their worker each time are given up."""
    runs.give_up(by=_clock("sweep", now), at=now)
    for item_id in DocumentItem.objects.claimable(now).values_list("pk", flat=True)[:SWEPT]:
        draw_item.nudge(authority_id, item_id)


def sweep_large_prints(authority_id: int, now: datetime) -> None:
    LargePrint.objects.fail_given_up(now)
    for number in LargePrint.objects.claimable(now).values_list("pk", flat=True)[:SWEPT]:
        draw_large_print.nudge(authority_id, number)


def sweep_record_papers(authority_id: int, now: datetime) -> None:
    """What has become final, or was corrected, since the last sweep, and what was left by somebody who died."""
    record_papers.put_down(at=now, most=SWEPT)
    for kind, task in (
        (RecordPaper, draw_record_paper),
        (ReviewPaper, draw_review_paper),
        (PackPaper, draw_pack_paper),
        (ProposalPaper, draw_proposal_paper),
    ):
        with alone(authority_id, f"{kind.__name__} was not swept"):
            kind.objects.fail_given_up(now)
            for number in kind.objects.claimable(now).values_list("pk", flat=True)[:SWEPT]:
                task.nudge(authority_id, number)


def sweep_packs(authority_id: int, now: datetime) -> None:
    for run_id in DocumentRun.objects.pack_claimable(now).values_list("pk", flat=True):
        bind_pack.nudge(authority_id, run_id)


def sweep_mail(authority_id: int, now: datetime) -> None:
    send_what_is_due(authority_id)


def sweep_files(authority_id: int, now: datetime) -> None:
    sweep_imports(authority_id)


def sweep_agreements(authority_id: int, now: datetime) -> None:
    """Agreements whose last day is past are ended; so their papers are marked the same night."""
    close_run_out(by=_clock("sweep", now), at=now)


def sweep_leavers(authority_id: int, now: datetime) -> None:
    """Whose last day is past: their date has ended access already; sessions, links and mails end here."""
    end_access_of_leavers(by=_clock("sweep", now), at=now)


STEPS = (
    sweep_papers,
    sweep_large_prints,
    sweep_record_papers,
    sweep_packs,
    sweep_mail,
    sweep_files,
    sweep_agreements,
    sweep_leavers,
)
