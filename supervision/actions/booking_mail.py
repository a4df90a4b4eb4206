"""The mail that offers three times (H2). No word about a child, and none about the worker (mail.WORDS)."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from supervision.models import Visit
from supervision.permissions import CHOOSE_LINK
from teams.foundation import mail
from teams.foundation.access import Principal
from teams.foundation.links import Link

CHOOSE = "visit_choose"


def _still_offered(notice: mail.Notice) -> bool:
    """Asked again when the mail is sent: is there still a time to choose?"""
    offered = Visit.objects.filter(public_id=str(notice.subject_id), status=Visit.Status.OFFERED, other_times="")
    return offered.exists()


def _may_open(notice: mail.Notice, at: datetime) -> bool:
    """Asked again when the mail is sent: does its reader still speak for the school?"""
    link = Link(purpose=notice.purpose, subject_id=str(notice.subject_id), person_id=notice.person_id)
    reader = Principal(kind="link", person_id=notice.person_id, link=link, today=timezone.localdate(at))
    return Visit.objects.visible_to(reader).filter(public_id=str(notice.subject_id)).exists()


mail.declare(mail.Kind(CHOOSE, "Three times for {manager}’s visit", still_matters=_still_offered, may_read=_may_open))


def offer_times(visit: Visit, *, at: datetime) -> mail.Notice:
    """To who comes for the school. Each offer is a matter of its own: one mail and, by a second press, one reminder."""
    manager = visit.manager
    return mail.write(
        CHOOSE,
        to=visit.school_person,
        matter=f"visit:{visit.public_id}:{visit.offers}",
        at=at,
        words={
            "manager": manager.name,
            "school": visit.school.name,
            "telephone": manager.telephone,
            "reply_to": manager.email,
        },
        purpose=CHOOSE_LINK,
        subject=visit,
        to_school=True,
    )
