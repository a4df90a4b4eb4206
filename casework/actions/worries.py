"""Asking the safeguarding lead to find a young person: at once, and again until somebody has it (journeys Y1, 9)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from casework.models import Worry, YoungPerson
from casework.permissions import WORRY_LINK
from casework.rules.worries import is_due, is_school_time
from schools.actions.calendars import calendars_of
from schools.models import School, SchoolContact
from teams.foundation import mail
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.transitions import begin
from teams.models import Authority, LineManagement, Person

KIND = "worry"


class Asked(NamedTuple):
    """Whether somebody can be asked now: who, or `is_closed`, or neither where the school has nobody to mail."""

    lead: Person | None
    is_closed: bool


def can_be_asked(school: School, now: datetime) -> Asked:
    """The school's safeguarding lead, or its head where it has none, in school hours alone."""
    if not is_school_now(school, now):
        return Asked(None, True)
    people = at_school(school, now) if Authority.here().mails_may_go else []
    return Asked(people[0] if people else None, False)


def is_school_now(school: School, now: datetime) -> bool:
    there = timezone.localtime(now)
    return is_school_time(there, calendars_of([school])[school.pk].is_school_day(there.date()))


def at_school(school: School, now: datetime) -> list[Person]:
    """Who keeps young people safe there and can be mailed; the head where nobody does."""
    contacts = SchoolContact.objects.on(timezone.localdate(now)).filter(school=school, bounced_at=None)
    reached = contacts.filter(person__left_at=None).exclude(person__email="").select_related("person")
    found = {
        kind: [each.person for each in reached if each.kind == kind]
        for kind in (SchoolContact.Kind.SAFEGUARDING, SchoolContact.Kind.HEAD)
    }
    return found[SchoolContact.Kind.SAFEGUARDING] or found[SchoolContact.Kind.HEAD]


def ask(young: YoungPerson, *, by: Principal, at: datetime) -> Worry:
    """The lead and the manager are mailed "Please ring [worker]". Pressed again it is the one that waits already.

    Raises Refusal where nobody can be asked now: then the page says so, and the numbers.
    """
    with transaction.atomic():
        YoungPerson.objects.select_for_update(of=("self",)).get(pk=young.pk)
        waiting = Worry.objects.waiting().for_page().filter(young_person=young).first()
        if waiting is not None:
            return waiting
        lead, _ = can_be_asked(young.school, at)
        if lead is None:
            raise Refusal("Nobody at the school can be asked from here now.", code="nobody")
        worry = Worry(
            school=young.school, worker=young.worker, young_person=young, asked_of=lead, asked_at=at, mailed_at=at
        )
        begin(worry, "ask", by=by, at=at)
        _mail(worry, at=at)
    return worry


def remind(worry: Worry, *, by: Principal, at: datetime) -> bool:
    """Again, half an hour after the last time, in school hours. Returns whether it was."""
    if not is_due(worry.mailed_at, at) or not is_school_now(worry.school, at):
        return False
    with transaction.atomic():
        worry.remind(by=by, at=at)
        _mail(worry, at=at)
    return True


def _mail(worry: Worry, *, at: datetime) -> None:
    """To everybody who may say "I have this". As what is asked for it waits for no other mail (journeys 9)."""
    lines = LineManagement.objects.on(timezone.localdate(at)).filter(person=worry.worker).select_related("manager")
    council = [line.manager for line in lines if line.manager.email and line.manager.left_at is None]
    school = at_school(worry.school, at)
    for person in {person.pk: person for person in [*school, *council]}.values():
        mail.write(
            KIND, to=person, matter=f"worry:{worry.public_id}:{at.timestamp():.0f}", at=at,
            words={
                "worker": worry.worker.name,
                "school": worry.school.name,
                "telephone": worry.worker.telephone or Authority.here().telephone,
            },
            purpose=WORRY_LINK, subject=worry, to_school=person in school, asked_for=True,
        )  # fmt: skip


def _still_waits(notice: mail.Notice) -> bool:
    return Worry.objects.waiting().filter(public_id=str(notice.subject_id)).exists()


def _may_open(notice: mail.Notice, at: datetime) -> bool:
    link = Link(purpose=WORRY_LINK, subject_id=str(notice.subject_id), person_id=notice.person_id)
    reader = Principal(kind="link", person_id=notice.person_id, link=link, today=timezone.localdate(at))
    return Worry.objects.visible_to(reader).filter(public_id=str(notice.subject_id)).exists()


mail.declare(mail.Kind(KIND, "Please ring {worker}", still_matters=_still_waits, may_read=_may_open))
