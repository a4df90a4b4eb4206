"""Printing in the background. The rows are the truth; a message is only a nudge, and the sweep re-sends what waits."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from reports import actions, pdf
from reports.models import Document, DocumentItem
from teams.foundation.access import system
from teams.foundation.jobs import AuthorityTask
from teams.foundation.tenancy import authority_scope
from teams.models import Authority
from teams.tasks import send_what_is_due

logger = logging.getLogger(__name__)


@shared_task(base=AuthorityTask, name="reports.tasks.draw_item")
def draw_item(authority_id: int, item_id: int, **_: object) -> None:
    """Claim, draw, keep: short transactions around the drawing, none held while drawing."""
    clock = system("draw_item", today=timezone.localdate())
    with authority_scope(authority_id):
        item = DocumentItem.claim(item_id, at=timezone.now())
    if item is None:
        return
    problem = ""
    try:
        drawn = {copy: pdf.draw(item.run.kind, item.snapshot, copy) for copy in Document.Copy.values}
    except Exception as error:  # noqa: BLE001  whatever a template or a font raises is shown to a person, with its reason
        logger.exception("item %s could not be drawn", item_id)
        problem, drawn = f"{type(error).__name__}: this paper could not be drawn.", {}
    template = pdf.template_digest(item.run.kind)
    with authority_scope(authority_id):
        for copy, paper in drawn.items():
            actions.keep_document(
                item, copy, content=paper.content, pages=paper.pages, template=template, at=timezone.now()
            )
        actions.settle(item, at=timezone.now(), by=clock, problem=problem)


@shared_task(name="reports.tasks.sweep")
def sweep(**_: object) -> None:
    """Every half minute, for every authority: re-send what waits or whose lease ran out, and mail whose time came."""
    for authority_id in Authority.objects.filter(closed_at=None).values_list("pk", flat=True):
        now = timezone.now()
        with authority_scope(authority_id):
            for item_id in DocumentItem.objects.claimable(now).values_list("pk", flat=True)[:500]:
                draw_item.nudge(authority_id, item_id)
            send_what_is_due(authority_id)
