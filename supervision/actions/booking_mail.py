"""The mails about a visit's time (H2). No word about a child, and none about the worker (mail.WORDS)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from supervision.models import CalledOff, Visit
from supervision.permissions import CHOOSE_LINK
from teams.actions import new_links
from teams.foundation import mail
from teams.foundation.access import Principal
from teams.foundation.links import Link
from teams.models import Person

CHOOSE, AGAIN, NEW_LINK = "visit_choose", "visit_choose_again", "visit_new_link"
AGREED, CALLED_OFF = "visit_agreed", "visit_called_off"
TO_CHOOSE = Q(status=Visit.Status.OFFERED, other_times="")


def _still_offered(notice: mail.Notice) -> bool:
    """Asked again when the mail is sent: is there still a time to choose?"""
    return Visit.objects.filter(TO_CHOOSE, public_id=str(notice.subject_id)).exists()


def _shows_anything(notice: mail.Notice) -> bool:
    """Asked again when the mail is sent: are there times behind its link, or the one that was agreed?"""
    return Visit.objects.filter(TO_CHOOSE | Q(occasion__isnull=False), public_id=str(notice.subject_id)).exists()


def _still_agreed(notice: mail.Notice) -> bool:
    """Asked again when the mail is sent: does the time it is about still stand, and is it to come?"""
    agreed = Visit.objects.filter(status=Visit.Status.AGREED, occasion__starts_at__gt=notice.due_at)
    occasion, edition = (int(number) for number in notice.matter.split(":")[-2:])
    there = {"occasion": occasion, "occasion__edition": edition}
    return agreed.filter(public_id=str(notice.subject_id), **there).exists()


def _still_called_off(notice: mail.Notice) -> bool:
    """Asked again when the mail is sent: is there no newer time, which has a mail of its own, and is it to come?"""
    off = CalledOff.objects.filter(pk=int(notice.matter.rpartition(":")[2]), was_at__gt=notice.due_at)
    return off.filter(visit__status__in=(Visit.Status.DUE, Visit.Status.LEFT_OUT)).exists()


def _may_open(notice: mail.Notice, at: datetime) -> bool:
    """Asked again when the mail is sent: does its reader still speak for the school?"""
    link = Link(purpose=CHOOSE_LINK, subject_id=str(notice.subject_id), person_id=notice.person_id)
    reader = Principal(kind="link", person_id=notice.person_id, link=link, today=timezone.localdate(at))
    return Visit.objects.visible_to(reader).filter(public_id=str(notice.subject_id)).exists()


for kind in (
    mail.Kind(CHOOSE, "Three times for {manager}’s visit", still_matters=_still_offered, may_read=_may_open),
    mail.Kind(AGAIN, "Other times for {manager}’s visit", still_matters=_still_offered, may_read=_may_open),
    mail.Kind(AGREED, "The time of {manager}’s visit", still_matters=_still_agreed, may_read=_may_open),
    mail.Kind(CALLED_OFF, "{manager}’s visit is called off", still_matters=_still_called_off, may_read=_may_open),
    mail.Kind(NEW_LINK, "The link to {manager}’s visit", still_matters=_shows_anything, may_read=_may_open),
):
    mail.declare(kind)


def words_for(visit: Visit) -> dict[str, str]:
    """Who comes, the school, and whom to answer. No day and no reason."""
    manager = visit.manager
    return {
        "manager": manager.name,
        "school": visit.school.name,
        "telephone": manager.telephone,
        "reply_to": manager.email,
    }


def offer_times(visit: Visit, *, at: datetime) -> mail.Notice:
    """To who comes for the school. Each offer is a matter of its own: one mail and, by a second press, one reminder.

    Where a time was called off before, it says so: that is no mail of its own then.
    """
    kind = AGAIN if visit.called_off.exists() else CHOOSE
    return _write(kind, visit, f"visit:{visit.public_id}:{visit.offers}", purpose=CHOOSE_LINK, at=at)


def tell_agreed(visit: Visit, *, at: datetime) -> mail.Notice | None:
    """What was agreed by telephone, to look up and to put into a calendar. None where nobody comes for the school.

    They have just asked for it: it goes at once, and takes no place of a mail that waits for them. Raises Refusal for a
    mailbox that was changed within a day: no link goes there yet.
    """
    if visit.school_person is None or visit.occasion is None:
        return None
    matter = f"visit-time:{visit.public_id}:{visit.occasion.pk}:{visit.occasion.edition}"
    return _write(
        AGREED, visit, matter, purpose=CHOOSE_LINK, at=at, asked_for=not visit.school_person.address_is_fresh(at)
    )


def tell_called_off(visit: Visit, *, at: datetime) -> mail.Notice | None:
    """The council's side cannot keep the time, and offers no other one yet. None where nobody comes for the school."""
    called_off = visit.called_off.last()
    if visit.school_person is None or called_off is None:
        return None
    return _write(CALLED_OFF, visit, f"visit-off:{called_off.pk}", at=at)


def send_new_link(visit: Visit, *, to: Person, at: datetime) -> mail.Notice:
    """To the mailbox of an old link: to what it was about, or, where that is over, to what waits for this person there.

    Raises Refusal after three in an hour. Whether anything is behind the link is asked when the mail is sent, so that
    the page says the same in any case.
    """
    if visit.status not in (Visit.Status.OFFERED, Visit.Status.AGREED):
        waits = Visit.objects.filter(TO_CHOOSE, school_person=to, placement__school=visit.placement.school_id)
        visit = waits.for_page().order_by("-due_on", "-pk").first() or visit
    return new_links.send(NEW_LINK, CHOOSE_LINK, visit, to=to, words=words_for(visit), at=at)


def _write(
    kind: str, visit: Visit, matter: str, *, purpose: str = "", at: datetime, asked_for: bool = False
) -> mail.Notice:
    return mail.write(
        kind,
        to=visit.school_person,
        matter=matter,
        at=at,
        words=words_for(visit),
        purpose=purpose,
        subject=visit,
        to_school=True,
        asked_for=asked_for,
    )
