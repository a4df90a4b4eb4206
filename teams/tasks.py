"""The ground floor's work in the background: mail, and sessions that are over."""

from __future__ import annotations

import logging
from importlib import import_module
from traceback import format_tb

from celery import shared_task
from django.conf import settings
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
    except Exception as error:  # whatever a template or a word in it raises is shown to a person
        problem = f"{type(error).__name__}: the e-mail could not be written."
        # Where, but not what: the message of an error may quote a name.
        where = "".join(format_tb(error.__traceback__))
        logger.error("notice %s could not be written: %s\n%s", notice.public_id, type(error).__name__, where)
    with authority_scope(authority_id):
        mail.settle(notice_id, at=timezone.now(), problem=problem)


mail.nudge_with(send_notice.nudge)


def send_what_is_due(authority_id: int) -> int:
    """Nudge every notice whose time has come, inside the authority's open scope. Returns how many."""
    waiting = list(mail.Notice.objects.due(timezone.now()).values_list("pk", flat=True)[:200])
    for notice_id in waiting:
        send_notice.nudge(authority_id, notice_id)
    return len(waiting)


@shared_task(name="teams.tasks.clear_sessions")
def clear_sessions(**_: object) -> None:
    """Once a night: sessions that are over are deleted. They are global, so no authority is opened."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
