"""The mails about an agreement: to sign, once more, a new link, a question answered, the final copy (journeys 9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from schools.actions.heads import head_of
from schools.models import Agreement, Question, SchoolContact
from schools.models.agreements import AgreementQuerySet
from schools.permissions import SIGN_LINK, manages
from teams.actions.covering import deputy_of
from teams.foundation import audit, mail
from teams.foundation.access import Principal
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link
from teams.foundation.sent import Letter
from teams.foundation.words import moment as moment_in_words
from teams.models import Person
from teams.rules.calendar import school_year_label

TO_SIGN, FINAL, NEW_LINK = "agreement_to_sign", "agreement_final", "agreement_new_link"
ANSWERED = "agreement_answered"
NEW_LINKS_AN_HOUR = 3


def _still_to_sign(notice: mail.Notice) -> bool:
    """Asked again when the mail is sent: does the agreement still wait for the school?"""
    agreement = Agreement.objects.filter(public_id=str(notice.subject_id)).select_related("latest").first()
    return agreement is not None and agreement.status == Agreement.Status.OFFERED and "school" in agreement.waits_for()


def _is_there(notice: mail.Notice) -> bool:
    """Asked again when the mail is sent: is there still something behind its link?"""
    ended = Agreement.Status.ENDED
    return Agreement.objects.filter(public_id=str(notice.subject_id)).exclude(status=ended).exists()


def _may_open(notice: mail.Notice, at: datetime) -> bool:
    """Asked again when the mail is sent, of the policy that answers for the page: may its reader still open that?"""
    link = Link(purpose=notice.purpose, subject_id=str(notice.subject_id), person_id=notice.person_id)
    reader = Principal(kind="link", person_id=notice.person_id, link=link, today=timezone.localdate(at))
    return Agreement.objects.visible_to(reader).filter(public_id=str(notice.subject_id)).exists()


for name, subject, still_matters in (
    (TO_SIGN, "Your service agreement for {year} is ready", _still_to_sign),
    (FINAL, "Your service agreement for {year} is signed by all", _is_there),
    (NEW_LINK, "The link to your service agreement for {year}", _is_there),
    (ANSWERED, "Your question about the service agreement is answered", _is_there),
):
    mail.declare(mail.Kind(name, subject, still_matters=still_matters, may_read=_may_open))


def words_for_head(agreement: Agreement, *, at: datetime, writer: Person | None = None) -> dict[str, str]:
    """What a mail about this agreement may say: names of adults, the school, the year. Nothing about a child.

    `writer` is who signs it and whom a reply reaches: the agreement's manager, or who covers for her that day, unless
    somebody else is named.
    """
    placement = agreement.placement
    writer = writer or deputy_of(placement.manager, on=timezone.localdate(at)) or placement.manager
    read = agreement.latest if agreement.latest.is_sealed else agreement.in_force
    return {
        "worker": (read.way["worker"] if read else "") or "your worker",
        "school": placement.school.name,
        "year": school_year_label(agreement.school_year),
        "manager": writer.name,
        "telephone": writer.telephone,
        "reply_to": writer.email,
    }


def _matter(agreement: Agreement, kind: str) -> str:
    return f"{agreement.public_id}:{agreement.latest.number}:{kind}"


def send_to_head(agreement: Agreement, *, at: datetime, kind: str = TO_SIGN) -> mail.Notice:
    """The mail with the link. The second one about the same version is the one reminder; then it is time to ring."""
    head = head_of(agreement.placement.school, on=max(agreement.starts_on, timezone.localdate(at)))
    return mail.write(
        kind,
        to=head.person,
        matter=_matter(agreement, kind),
        at=at,
        words=words_for_head(agreement, at=at),
        purpose=SIGN_LINK,
        subject=agreement,
        to_school=True,
    )


def send_again(agreement: Agreement, *, by: Principal, at: datetime) -> mail.Notice:
    """The one reminder to the head. Raises Refusal when the school is not waited for, or when it is time to ring."""
    if not manages(by, agreement.placement):
        raise NotAllowed("agreement.send_again", str(agreement.public_id))
    school = agreement.placement.school
    if "school" not in agreement.waits_for():
        raise Refusal(
            f"{school.name} has signed, or is not asked now. There is nothing to send again.", code="not_asked"
        )
    waiting = mail.Notice.objects.filter(matter=_matter(agreement, TO_SIGN), state=mail.Notice.State.WAITING).first()
    if waiting is not None:
        raise Refusal(
            f"The e-mail has not gone yet: it goes on {moment_in_words(waiting.due_at)}. Wait for that.",
            code="not_gone",
        )
    notice = send_to_head(agreement, at=at)
    audit.record("agreement.send_again", by=by, at=at, subjects=[agreement])
    return notice


def send_new_link(agreement: Agreement, *, to: Any, at: datetime) -> mail.Notice:
    """To the mailbox of an old link, at once; not counted, for its reader has just asked for it, signed or not.

    Raises Refusal after three in an hour: whoever holds an old link could else fill the mailbox behind it.
    """
    matter = f"{agreement.public_id}:asked"
    asked = mail.Notice.objects.filter(matter=matter, person=to, made_at__gte=at - timedelta(hours=1))
    if asked.count() >= NEW_LINKS_AN_HOUR:
        raise Refusal(
            "We have sent three links in an hour. Use the newest, look among junk mail, or wait an hour.",
            code="asked_too_often",
        )
    return mail.write(
        NEW_LINK,
        to=to,
        matter=matter,
        at=at,
        words=words_for_head(agreement, at=at),
        purpose=SIGN_LINK,
        subject=agreement,
        to_school=True,
        asked_for=True,
    )


def may_be_sent_again(contact: SchoolContact, letters: Iterable[Letter], *, on: date) -> set[UUID]:
    """The newest mail about each agreement that this head may still open. One query."""
    newest: dict[UUID | None, UUID] = {}
    for letter in letters:
        if letter.notice.purpose == SIGN_LINK:
            newest.setdefault(letter.notice.subject_id, letter.notice.public_id)
    live = _opened_by(contact, on=on).filter(public_id__in=newest).values_list("public_id", flat=True)
    return {newest[agreement] for agreement in live}


def send_because_asked(contact: SchoolContact, notice: mail.Notice, *, by: Principal, at: datetime) -> mail.Notice:
    """The head has rung: a new link to the same matter, to the address that the contact has now, at once.

    Raises Refusal where they may open it no more, while a new address is being checked, and after three in an hour.
    """
    agreement = (
        _opened_by(contact, on=timezone.localdate(at))
        .filter(public_id=notice.subject_id)
        .for_page()
        .prefetch_related("placement__school__contacts__person")
        .first()
    )
    person = contact.person
    if agreement is None:
        raise Refusal(f"There is nothing to send: {person.name} is not asked about this any more.", code="not_asked")
    if person.address_is_fresh(at):
        raise Refusal(
            f"The address of {person.name} was changed less than 24 hours ago. Ask a colleague to confirm the contact, "
            "then send it again.",
            code="fresh_address",
        )
    with transaction.atomic():
        sent = send_new_link(agreement, to=person, at=at)
        audit.record("schoolcontact.send_again", by=by, at=at, subjects=[contact], reason="asked for on the telephone")
    return sent


def _opened_by(contact: SchoolContact, *, on: date) -> AgreementQuerySet:
    """What a link opens to this person today: as head of the school, the agreements that have not ended."""
    heads = SchoolContact.objects.heads().on(on).filter(person=contact.person_id, school=contact.school_id)
    live = Agreement.objects.exclude(status=Agreement.Status.ENDED).exclude(latest=None)
    found: AgreementQuerySet = live.filter(placement__school__in=heads.values("school"))
    return found


def send_answered(agreement: Agreement, question: Question, *, at: datetime) -> mail.Notice | None:
    """To the head who asked, at once; not counted, for they have asked for it. None to anybody else.

    Says that there is an answer and whose, never what was asked or answered. Raises Refusal without an address.
    """
    heads = agreement.placement.school.contacts.heads().on(timezone.localdate(at))
    if not heads.filter(person=question.asked_by_id).exists():
        return None
    return mail.write(
        ANSWERED,
        to=question.asked_by,
        matter=f"{question.public_id}:answered",
        at=at,
        words=words_for_head(agreement, at=at, writer=question.answered_by),
        purpose=SIGN_LINK,
        subject=agreement,
        to_school=True,
        asked_for=True,
    )
