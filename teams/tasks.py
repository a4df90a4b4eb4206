"""The ground floor's work in the background: mail."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from teams.foundation import mail
from teams.foundation.jobs import AuthorityTask
from teams.foundation.tenancy import authority_scope

logger = logging.getLogger(__name__)


@shared_task(base=AuthorityTask, name="teams.tasks.send_notice")
def send_notice(authority_id: int, notice_id: int, **_: object) -> None:
    """Claim, deliver, settle: two short transactions with the mail server between them."""
    with authority_scope(authority_id):
        claimed = mail.claim(notice_id, at=timezone.now())
    if claimed is None:
        return
    notice, token = claimed
    problem = ""
    try:
        mail.deliver(notice, token)
    except OSError as error:  # what smtplib and sockets raise
        problem = f"{type(error).__name__}: the mail server did not take it."
        logger.warning("notice %s was not taken: %s", notice.public_id, type(error).__name__)
    with authority_scope(authority_id):
        mail.settle(notice_id, at=timezone.now(), problem=problem)


mail.nudge_with(send_notice.nudge)


def send_what_is_due(authority_id: int) -> int:
    """Nudge every notice whose time has come, inside the authority's open scope. Returns how many."""
    waiting = list(mail.Notice.objects.due(timezone.now()).values_list("pk", flat=True)[:200])
    for notice_id in waiting:
        send_notice.nudge(authority_id, notice_id)
    return len(waiting)
