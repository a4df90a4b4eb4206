"""Records of supervisions that wait: to be finished by who held them, to be agreed by who was there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from reports.needs.line import Kind, Need, as_json, moment
from schools.models import SchoolContact
from supervision.actions import agreeing, silence
from supervision.models import Session, SessionPerson, Visit
from teams.foundation.access import Principal
from teams.foundation.mail import Notice
from teams.models import Part


def asked(principal: Principal) -> QuerySet[Any]:
    """Of one person of the council."""
    unanswered = SessionPerson.objects.filter(session=OuterRef("pk"), person=principal.person_id, answer="")
    to_finish = Q(status=Session.Status.TO_FINISH, visit__manager__in=sorted(principal.stands_for))
    to_agree = Q(Exists(unanswered), status=Session.Status.TO_AGREE)
    return _rows(principal).filter(to_finish | to_agree).values("found")


def lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [_line(each) for each in found]


KIND = Kind(asked, lines)


def _of_schools_asked(principal: Principal) -> QuerySet[Any]:
    """What waits for who speaks for a school."""
    unanswered = SessionPerson.objects.filter(session=OuterRef("pk"), part=Part.SCHOOL, answer="")
    return _rows(principal).filter(Exists(unanswered), status=Session.Status.TO_AGREE).values("found")


OF_SCHOOLS = Kind(_of_schools_asked, lines)


def _to_ring_asked(principal: Principal) -> QuerySet[Any]:
    """Of who manages the worker there: records that no mail has brought to who was there for the school."""
    mails = Notice.objects.filter(kind=agreeing.TO_AGREE, subject_id=OuterRef("session__public_id"))
    theirs = mails.filter(person=OuterRef("person"))
    # The link is closed to whoever speaks for the school no longer: what reached them reached nobody.
    speaks = SchoolContact.objects.on(principal.today).filter(
        school=OuterRef("session__visit__placement__school"), person=OuterRef("person")
    )
    school = SessionPerson.objects.filter(session=OuterRef("pk"), part=Part.SCHOOL, answer="").exclude(
        Exists(theirs.filter(state=Notice.State.SENT)) & Exists(speaks)
    )
    waiting = school.filter(Exists(theirs.filter(state=Notice.State.WAITING)))
    managers = sorted(principal.stands_for)
    hers = Q(visit__manager__in=managers) | Q(visit__placement__manager__in=managers)
    rows = Session.objects.filter(hers, Exists(school), status=Session.Status.TO_AGREE).visible_to(principal)
    return as_json(
        rows.annotate(waits=Exists(waiting), name=Subquery(school.values("name")[:1])).order_by("sent_at", "pk"),
        of="public_id",
        name="name",
        waits="waits",
        school="visit__placement__school__name",
        sent_at="sent_at",
    ).values("found")


def _to_ring_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    waiting = [at for each in found if each["waits"] and (at := moment(each["sent_at"])) is not None]
    days = silence.calendar_from(min(waiting)) if waiting else None
    return [
        Need(
            f"Ring {each['name']}: the record waits at {each['school']}",
            "No mail has reached them, so nobody there has been asked yet.",
            "To ring",
            "session_rung",
            UUID(each["of"]),
            sent_at,
        )
        for each in found
        if (sent_at := moment(each["sent_at"])) is not None
        and silence.is_to_be_rung(
            reached=False, waits=each["waits"], sent_at=sent_at, today=principal.today, is_school_day=days
        )
    ]


TO_RING = Kind(_to_ring_asked, _to_ring_lines)


def _rows(principal: Principal) -> QuerySet[Any]:
    rows = Session.objects.visible_to(principal).order_by("finished_at", "pk")
    return as_json(
        rows,
        of="public_id",
        status="status",
        kind="visit__kind",
        school="visit__placement__school__name",
        worker="visit__worker__name",
        finished_at="finished_at",
        sent_at="sent_at",
    )


def _line(each: dict[str, Any]) -> Need:
    of, kind = UUID(each["of"]), Visit.Kind(each["kind"])
    in_school = kind == Visit.Kind.IN_SCHOOL
    heading = each["school"] if in_school else f"{kind.label} with {each['worker']}"
    if each["status"] == Session.Status.TO_FINISH:
        why = "Lines without a name or a day, or somebody who has not agreed yet."
        return Need(f"Finish the record: {heading}", why, "Record", "session_finish", of, moment(each["finished_at"]))
    why = "Say whether it is accurate. 90 seconds."
    said = f"at {heading}" if in_school else f"at the {str(kind.label).lower()}"
    return Need(f"Read what we said {said}", why, "To agree", "session", of, moment(each["sent_at"]))
