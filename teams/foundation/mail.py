"""The one gate through which mail leaves.

No detail about a child, ever: a notice holds a kind, a person and a few harmless words, and its text is made when it is
sent. Nothing goes before the authority's doors are open. School people get mail on school days from 07:00 to 18:00,
at most two in 14 days, one reminder for a matter. Whether it still matters, and whether its reader may still read what
it is about, is asked again when it is sent. A mail its reader has just asked for goes at once and is not counted
(journeys 9). A mail that comes back does so to a person: its links are void, and whoever sent it is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from teams.foundation import audit, carriers
from teams.foundation.access import Principal, VisibleQuerySet, system
from teams.foundation.carriers import Failure, Trouble
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.models import PublicModel, tenant_key
from teams.foundation.school_hours import next_school_moment, school_days
from teams.foundation.transitions import record_moved

HEAD_LIMIT, HEAD_SPAN = 2, timedelta(days=14)
# All that a mail may carry besides its reader's name: adults at work, a school, a year, a code. Never free text, never
# a child. A new word here is a decision (docs/decisions/0004).
WORDS = frozenset({"code", "manager", "reply_to", "school", "telephone", "worker", "year"})
SECRET_WORDS = frozenset({"code"})  # forgotten as soon as the mail has gone, or cannot go
AFTER_A_FRESH_ADDRESS = timedelta(hours=1)  # a link asks again so much later whether its address is a day old
AFTER_OUR_SETTINGS = timedelta(minutes=15)  # what waits for an administrator asks again so much later
LEASE = timedelta(minutes=5)
ATTEMPTS = 8  # the waits between them double: a mail server may be away for four hours


class NoticeQuerySet(VisibleQuerySet):
    def due(self, now: datetime) -> NoticeQuerySet:
        """What may go now: waiting, its time come, nobody else sending it."""
        return self.filter(state=Notice.State.WAITING, due_at__lte=now).filter(
            models.Q(lease_until=None) | models.Q(lease_until__lt=now)
        )

    def counted_to(self, person: Any, *, since: datetime) -> NoticeQuerySet:
        """What counts towards a school person's two in 14 days."""
        return self.filter(person=person, asked_for=False, to_school=True, sent_at__gte=since)

    def going_to(self, person: Any, now: datetime) -> NoticeQuerySet:
        """What a worker is handing to the mail server at this moment; it counts as well."""
        handed_over = self.filter(state=Notice.State.WAITING, lease_until__gte=now)
        return handed_over.filter(person=person, asked_for=False, to_school=True)

    def for_a_person(self) -> NoticeQuerySet:
        """What did not arrive, or was held back, and no later mail about the same has made good."""
        later = Notice.objects.filter(
            person=models.OuterRef("person"),
            made_at__gt=models.OuterRef("made_at"),
            state__in=(Notice.State.WAITING, Notice.State.SENT),
        )
        about_the_same = models.Q(matter=models.OuterRef("matter")) | models.Q(subject_id=models.OuterRef("subject_id"))
        failed = self.filter(state__in=(Notice.State.FAILED, Notice.State.HELD_BACK), period="")
        return failed.exclude(models.Exists(later.filter(about_the_same)))

    def stopped_by_settings(self) -> NoticeQuerySet:
        """What waits for somebody to put our own settings right."""
        return self.filter(state=Notice.State.WAITING, trouble=Trouble.SETTINGS)


class Notice(PublicModel):
    """One mail to one person: waiting, sent, failed, held back, or no longer needed."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Could not be delivered"
        HELD_BACK = "held_back", "Not sent: its reader may not read it any more"
        NOT_NEEDED = "not_needed", "No longer needed"

    kind = models.CharField(max_length=40)
    person = tenant_key("teams.Person", related_name="notices")
    address = models.EmailField(blank=True)  # where it went
    matter = models.CharField(max_length=80)  # what it is about: one mail and one reminder
    purpose = models.CharField(max_length=40, blank=True)  # of the link it carries
    link = tenant_key(Link, null=True, related_name="notices")  # the one it went out with
    subject_id = models.UUIDField(null=True)
    words = models.JSONField(default=dict)
    to_school = models.BooleanField(default=False)
    asked_for = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)  # where the way of our mail tells
    failed_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=10, choices=Trouble.choices, blank=True)
    problem = models.CharField(max_length=200, blank=True)  # a sentence for a person, never a server's own words
    period = models.CharField(max_length=10, blank=True)  # of a digest: one for a person, kind and day or week

    objects = NoticeQuerySet.as_manager()

    class Meta:
        app_label = "teams"
        constraints = [
            *wall("teams_notice", "person", "link"),
            models.UniqueConstraint(
                fields=["authority", "person", "kind", "period"],
                condition=~models.Q(period=""),
                name="teams_notice_once_a_period",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "state", "due_at"], name="teams_notice_due"),
            models.Index(fields=["authority", "person", "sent_at"], name="teams_notice_by_person"),
            models.Index(fields=["authority", "subject_id"], name="teams_notice_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_state_display()}"


@dataclass(frozen=True)
class Kind:
    """A kind of mail: its template under templates/mail/, its subject line, and what is asked again when it is sent."""

    name: str
    subject: str  # may be read aloud in a staff room; {names} come from the notice's words
    still_matters: Callable[[Notice], bool] = lambda _: True
    # Has its reader still business with what it is about? If not, it is held back and whoever sent it is told.
    may_read: Callable[[Notice, datetime], bool] = lambda _notice, _at: True
    to_old_mailbox: bool = False  # goes to the address it was written for, though its reader has another one now


_kinds: dict[str, Kind] = {}
# Called on commit with (authority id, notice id): teams.tasks puts the worker's nudge here, which we may not know.
_nudges: list[Callable[[Any, int], None]] = []


def declare(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kinds() -> dict[str, Kind]:
    """All of them, for the crawl."""
    return dict(_kinds)


def nudge_with(nudge: Callable[[Any, int], None]) -> None:
    _nudges.append(nudge)


def write(
    kind: str,
    *,
    to: Any,
    matter: str,
    at: datetime,
    words: dict[str, str],
    purpose: str = "",
    subject: Any = None,
    to_school: bool = False,
    asked_for: bool = False,
    period: str = "",
    address: str = "",
) -> Notice:
    """Queue one mail. Raises Refusal where a rule forbids it; the sentence says what to do instead.

    `address` is for the one kind that goes to a mailbox its reader has left.

    Raises ValueError for a word that no mail may carry.
    """
    if not words.keys() <= WORDS:
        raise ValueError(f"A mail may not carry {sorted(words.keys() - WORDS)}: see teams.foundation.mail.WORDS.")
    if not to.email:
        raise Refusal(f"We have no e-mail address for {to.name}. Add one first.", code="no_address")
    if to.left_at is not None and not address:
        raise Refusal(
            f"{to.name} has left. Write to whoever took over, or let {to.name} in again under People.", code="left"
        )
    if to.address_is_fresh(at) and purpose and not asked_for:
        raise Refusal(
            f"The address of {to.name} was changed less than 24 hours ago. Links wait a day after a change.",
            code="fresh_address",
        )
    sent_before = Notice.objects.filter(matter=matter, person=to).exclude(state=Notice.State.NOT_NEEDED).count()
    if to_school and not asked_for and sent_before >= 2:
        raise Refusal(f"{to.name} has had one mail and one reminder about this. Please ring.", code="reminded")
    due_at = _school_moment(to, at) if to_school and not asked_for else at
    notice = Notice.objects.create(
        kind=_kinds[kind].name,
        person=to,
        address=address,
        matter=matter,
        purpose=purpose,
        subject_id=subject.public_id if subject is not None else None,
        words=words,
        to_school=to_school,
        asked_for=asked_for,
        made_at=at,
        due_at=due_at,
        period=period,
    )
    for nudge in _nudges:
        nudge(notice.authority_id, notice.pk)
    return notice


def subject_of(notice: Notice) -> str:
    """What the reader saw first, for a list of what was sent. Never the content."""
    about = {"authority": notice.authority.name, "service": notice.authority.service_name}
    words = defaultdict(lambda: "\N{HORIZONTAL ELLIPSIS}", notice.words, **about)
    return _kinds[notice.kind].subject.format_map(words)


def claim(notice_id: int, *, at: datetime) -> tuple[Notice, str] | None:
    """In one short transaction: take a due notice, ask whether it still matters, make its link. None: nothing to do.

    Returns the notice and the token of its link ("" without one).
    """
    notice = (
        Notice.objects.due(at)
        # The person too: two mails to one head, taken by two workers at once, must not both be the second.
        .select_for_update(of=("self", "person"), no_key=True, skip_locked=True)
        .select_related("person")
        .filter(pk=notice_id)
        .first()
    )
    if notice is None:
        return None
    if notice.attempts >= ATTEMPTS:  # who took it died each time, before anything could be noted
        problem = notice.problem or "Sending was broken off each time."
        _fail(notice, Failure(Trouble(notice.trouble or Trouble.BROKEN), problem), at=at)
        return None
    authority = apps.get_model("teams", "Authority").objects.get(pk=notice.authority_id)
    if not authority.mails_may_go:
        return None
    kind = _kinds[notice.kind]
    if not kind.still_matters(notice):
        hold(notice, Notice.State.NOT_NEEDED)
        return None
    if not (kind.to_old_mailbox or notice.person.email) or not kind.may_read(notice, at):
        hold(notice, Notice.State.HELD_BACK)
        return None
    earliest = _may_go(notice, at)
    if earliest > at:
        notice.due_at = earliest
        notice.save(update_fields=["due_at"])
        return None
    notice.lease_until, notice.attempts = at + LEASE, notice.attempts + 1
    if not _kinds[notice.kind].to_old_mailbox:
        notice.address = notice.person.email
    notice.save(update_fields=["lease_until", "attempts", "address"])
    token = ""
    if notice.purpose:
        subject = type("Subject", (), {"public_id": notice.subject_id})
        notice.link, token = Link.make(purpose=notice.purpose, subject=subject, person=notice.person, at=at)
        notice.save(update_fields=["link"])
    notice.authority = authority
    return notice, token


def deliver(notice: Notice, token: str) -> None:
    """Outside any transaction: make the text and hand it to the mail server. Raises what the server raises."""
    authority = notice.authority
    address = f"{settings.PUBLIC_ADDRESS}/{authority.slug}/"
    facts = {
        **notice.words,
        "person": notice.person.name,
        "authority": authority.name,
        "service": authority.service_name,
        "telephone": notice.words.get("telephone") or authority.telephone,
        "link": f"{address}l/{token}/" if token else "",
        "until": notice.link.expires_at if token else None,
        "address": address,
    }
    text = render_to_string(f"mail/{notice.kind}.txt", facts)
    mailbox = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")
    sender = f'"{authority.name} {authority.service_name}" <{mailbox}>'
    reference = carriers.reference(authority.slug, notice.public_id)
    message = EmailMultiAlternatives(
        subject=subject_of(notice),
        body=text,
        from_email=settings.MAIL_COMES_BACK_TO or sender,
        to=[notice.address],
        headers={
            "Auto-Submitted": "auto-generated",
            "From": sender,
            "Message-ID": f"<{reference}@{urlsplit(settings.PUBLIC_ADDRESS).hostname}>",
            carriers.REFERENCE_HEADER: reference,
        },
    )
    reply_to = notice.words.get("reply_to")
    if reply_to:
        message.reply_to = [reply_to]
    if notice.person.large_print:
        message.attach_alternative(render_to_string("mail/large_print.html", {"text": text}), "text/html")
    message.send()


def settle(notice_id: int, *, at: datetime, failure: Failure | None = None) -> None:
    """In one short transaction after delivery: sent, or to be tried again, or failed and shown to a person."""
    notice = Notice.objects.select_for_update(of=("self",)).select_related("person").get(pk=notice_id)
    if notice.state != Notice.State.WAITING:  # a report was quicker
        return
    if failure is None:
        notice.state, notice.sent_at, notice.lease_until = Notice.State.SENT, at, None
        notice.trouble, notice.problem, notice.words = "", "", _without_secrets(notice.words)
        notice.save()
    elif failure.trouble in (Trouble.ADDRESS, Trouble.REFUSED):
        come_back(notice, failure, by=system("send_notice", today=timezone.localdate(at)), at=at)
    elif failure.trouble == Trouble.SETTINGS:
        # Not the mail's fault, and no reason to give it up: the administrator is told, and it waits.
        notice.attempts, notice.due_at = notice.attempts - 1, at + AFTER_OUR_SETTINGS
        _wait(notice, failure)
    elif notice.attempts >= ATTEMPTS:
        _fail(notice, failure, at=at)
    else:
        notice.due_at = at + timedelta(minutes=2**notice.attempts)
        _wait(notice, failure)


def come_back(notice: Notice, failure: Failure, *, by: Principal, at: datetime) -> None:
    """It did not arrive, said at once or days later. Twice changes nothing.

    Where the address itself is wrong, every open link that went to it is void; news tells the floors above.
    """
    with transaction.atomic():
        notice.refresh_from_db(from_queryset=Notice.objects.select_for_update(of=("self",)))
        if notice.state not in (Notice.State.WAITING, Notice.State.SENT):
            return
        _fail(notice, failure, at=at)
        if failure.trouble == Trouble.ADDRESS:
            sent_there = Link.objects.filter(person=notice.person_id, address=notice.address)
            sent_there.filter(voided_at=None, answered_at=None).update(voided_at=at)
        audit.record("notice.come_back", by=by, at=at, subjects=[notice], reason=failure.trouble.label)
        record_moved.send(sender=Notice, record=notice, move="come_back", by=by, at=at)


def arrive(notice: Notice, *, at: datetime) -> None:
    """Whoever carried it says that it has arrived."""
    Notice.objects.filter(pk=notice.pk, delivered_at=None).update(delivered_at=at)


def hold(notice: Notice, state: str) -> None:
    """It does not go: nobody needs it any more, or its reader may not read it."""
    notice.state, notice.lease_until, notice.words = state, None, _without_secrets(notice.words)
    notice.save(update_fields=["state", "lease_until", "words"])


def _wait(notice: Notice, failure: Failure) -> None:
    notice.lease_until, notice.trouble, notice.problem = None, failure.trouble, failure.sentence
    notice.save(update_fields=["lease_until", "trouble", "problem", "attempts", "due_at"])


def _fail(notice: Notice, failure: Failure, *, at: datetime) -> None:
    notice.state, notice.failed_at, notice.lease_until = Notice.State.FAILED, at, None
    notice.trouble, notice.problem, notice.words = failure.trouble, failure.sentence, _without_secrets(notice.words)
    notice.save(update_fields=["state", "failed_at", "lease_until", "trouble", "problem", "words"])


def _without_secrets(words: dict[str, str]) -> dict[str, str]:
    return {name: word for name, word in words.items() if name not in SECRET_WORDS}


def _may_go(notice: Notice, now: datetime) -> datetime:
    """When this mail may go, asked as it is about to: a night, other mails or a new address may have come between."""
    if notice.purpose and notice.person.address_is_fresh(now):
        return now + AFTER_A_FRESH_ADDRESS
    if notice.to_school and not notice.asked_for:
        return _school_moment(notice.person, now)
    return now


def _school_moment(person: Any, now: datetime) -> datetime:
    """The first moment at which this school person may get one more mail that they have not asked for."""
    counted = Notice.objects.counted_to(person, since=now - HEAD_SPAN).order_by("sent_at")
    sent = list(counted.values_list("sent_at", flat=True))
    recent = sent + [now] * Notice.objects.going_to(person, now).count()
    earliest = recent[-HEAD_LIMIT] + HEAD_SPAN if len(recent) >= HEAD_LIMIT else now
    return next_school_moment(earliest, days=school_days(timezone.localdate(earliest)))
