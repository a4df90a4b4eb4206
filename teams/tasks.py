"""The ground floor's work in the background: mail, and sessions that are over."""

from __future__ import annotations

import logging
from datetime import datetime
from importlib import import_module
from traceback import format_tb

from celery import Task, shared_task
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from notifications_python_client.errors import APIError

from teams.foundation import account_mail, audit, carriers, figures, mail, notify
from teams.foundation.access import Principal, system
from teams.foundation.carriers import Trouble
from teams.foundation.jobs import AuthorityTask
from teams.foundation.lookup import authority_at, memberships_of
from teams.foundation.tenancy import alone, authority_scope
from teams.models import User

logger = logging.getLogger(__name__)


@shared_task(base=AuthorityTask, name="teams.tasks.send_notice")
def send_notice(authority_id: int, notice_id: int, **_: object) -> None:
    """Claim, deliver, settle: two short transactions with the mail server between them."""
    with authority_scope(authority_id):
        claimed = mail.claim(notice_id, at=timezone.now())
    if claimed is None:
        return
    notice, token = claimed
    failure = None
    try:
        mail.deliver(notice, token)
    except Exception as error:  # whatever a template, a word in it, or the way of our mail raises is shown to a person
        failure = carriers.meaning(error)
        # Where, but not what: the message of an error may quote a name.
        where = "".join(format_tb(error.__traceback__)) if failure.trouble == Trouble.BROKEN else ""
        level = logging.WARNING if failure.trouble == Trouble.LATER else logging.ERROR
        kind = f"{failure.trouble} ({type(error).__name__})"
        logger.log(level, "notice %s did not go: %s\n%s", notice.public_id, kind, where)
    with authority_scope(authority_id):
        mail.settle(notice_id, at=timezone.now(), failure=failure)
    figures.count("mails:failed" if failure else "mails:sent")


mail.nudge_with(send_notice.nudge)


def send_what_is_due(authority_id: int) -> int:
    """Nudge every notice whose time has come, inside the authority's open scope. Returns how many."""
    waiting = list(mail.Notice.objects.due(timezone.now()).values_list("pk", flat=True)[:200])
    for notice_id in waiting:
        send_notice.nudge(authority_id, notice_id)
    return len(waiting)


@shared_task(base=AuthorityTask, name="teams.tasks.note_sign_in")
def note_sign_in(user_id: int, succeeded: bool, **_: object) -> None:
    """Into the audit of each authority that the account works in: somebody came in, or somebody tried in their name.

    Done here and not while they wait, so that the answer to a wrong password takes as long for an address that nobody
    has (number 0) as for one that is known.
    """
    user, now = User.objects.filter(pk=user_id).first(), timezone.now()
    if user is None:
        return
    who = Principal(kind="account", user_id=user.pk)
    for authority_id in {hat.authority_id for hat in memberships_of(user)}:
        with alone(authority_id, "a sign-in was not noted"):
            audit.record("account.sign_in", by=who, at=now, denied=not succeeded)


@shared_task(name="teams.tasks.clear_sessions")
def clear_sessions(**_: object) -> None:
    """Once a night: sessions that are over are deleted. They are global, so no authority is opened."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def take_report(reference: str, failure: carriers.Failure | None, *, at: datetime) -> bool:
    """What somebody who carried a mail says of it: through the door of the authority that its reference names.

    `failure` None: it has arrived. False where there is no such mail.
    """
    found = carriers.read_reference(reference)
    authority = authority_at(found[0]) if found else None
    if found is None or authority is None:
        return False
    with authority_scope(authority.pk):
        notice = mail.Notice.objects.select_related("person").filter(public_id=found[1]).first()
        if notice is None:
            return False
        if failure is None:
            mail.arrive(notice, at=at)
        else:
            mail.come_back(notice, failure, by=system("mail_report", today=timezone.localdate(at)), at=at)
    return True


@shared_task(bind=True, name="teams.tasks.send_account_mail", max_retries=5, default_retry_delay=60)
def send_account_mail(self: Task, sealed: str, **_: object) -> None:
    """A mail of allauth's, which the page has handed over; for an address that nobody has, nothing."""
    message = account_mail.opened(sealed)
    if message is None:
        return
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    try:
        message.send()
    except Exception as error:
        failure = carriers.meaning(error)
        logger.warning("a mail about a sign-in did not go: %s (%s)", failure.trouble, type(error).__name__)
        if failure.trouble == Trouble.LATER:
            raise self.retry() from None  # without the error, whose words may quote the letter


@shared_task(name="teams.tasks.hear")
def hear(reference: str, status: str, **_: object) -> None:
    """A callback of GOV.UK Notify, which teams/views/mail.py took in outside every authority."""
    take_report(reference, carriers.NOTIFY_STATUSES[status], at=timezone.now())


@shared_task(name="teams.tasks.ask_notify")
def ask_notify(**_: object) -> None:
    """Once an hour, for callbacks that were lost: everything that Notify could not deliver. Twice changes nothing."""
    if settings.MAIL_WAY != "notify":
        return
    try:
        for reference, status in notify.failures():
            try:
                take_report(reference, carriers.NOTIFY_STATUSES[status], at=timezone.now())
            except Exception:  # one mail's trouble is not the others'
                logger.exception("what Notify says of mail %s was not taken in", carriers.read_reference(reference))
    except (APIError, ImproperlyConfigured) as error:
        logger.warning("GOV.UK Notify could not be asked: %s", type(error).__name__)
