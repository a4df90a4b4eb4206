"""Asking the safeguarding lead to find a young person: at once, and again until somebody has it (journeys Y1, 9)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from casework.models import AskedInstead, Worry, YoungPerson
from casework.permissions import WORRY_LINK
from casework.rules.worries import come_by, is_due, is_school_time
from schools.actions.calendars import calendars_of
from schools.models import School, SchoolContact
from teams.actions.covering import deputy_of
from teams.foundation import mail
from teams.foundation.access import Principal, Role
from teams.foundation.carriers import Trouble
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.transitions import begin
from teams.models import Absence, Authority, LineManagement, Membership, Person

KIND = "worry"
ON_ITS_WAY = timedelta(minutes=5)  # a mail that has not left by then is no asking
CAME_BACK_BY = timedelta(hours=1)  # a mail that has not come back by then has arrived
REFUSED_FOR = timedelta(days=1)  # so long nobody counts on a mailbox that refused a letter


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
    """Who keeps young people safe there and is reached by a mail sent now; the head where nobody is.

    Not whose mail came back or was refused, nor whose address is so new that a link waits a day: nobody is promised in
    their name.
    """
    contacts = SchoolContact.objects.on(timezone.localdate(now)).filter(school=school, bounced_at=None)
    reached = contacts.filter(person__left_at=None).exclude(person__email="").select_related("person")
    rows = [each for each in reached if not each.person.address_is_fresh(now)]
    refused = _came_back([each.person for each in rows], now, ~Q(trouble=Trouble.ADDRESS))  # `bounced_at` is of those
    found = {
        kind: [each.person for each in rows if each.kind == kind and each.person_id not in refused]
        for kind in (SchoolContact.Kind.SAFEGUARDING, SchoolContact.Kind.HEAD)
    }
    return found[SchoolContact.Kind.SAFEGUARDING] or found[SchoolContact.Kind.HEAD]


def is_being_asked(worry: Worry, since: datetime, now: datetime) -> bool:
    """May the young person who pressed at `since` read "We are asking {asked_of}"? Only while that is true: in school
    hours, within the half hour, while the one who is named can be reached and the mail to them has left or soon will.
    """
    waits = worry.status == Worry.Status.WAITING and now < come_by(timezone.localtime(since))
    if not waits or not is_school_now(worry.school, now) or worry.asked_of not in at_school(worry.school, now):
        return False
    mails = mail.Notice.objects.filter(kind=KIND, subject_id=worry.public_id, person=worry.asked_of)
    last = mails.order_by("-made_at", "-pk").first()
    if last is None or last.state == mail.Notice.State.SENT:
        return last is not None
    return last.state == mail.Notice.State.WAITING and not last.trouble and now < last.made_at + ON_ITS_WAY


def ask(young: YoungPerson, *, by: Principal, at: datetime) -> Worry:
    """The lead and the manager are mailed "Please ring [worker]". Pressed again it is the one that waits already; what
    somebody has said that they have is over, and is asked anew.

    Raises Refusal where nobody can be asked now: then the page says so, and the numbers.
    """
    with transaction.atomic():
        YoungPerson.objects.select_for_update(of=("self",)).get(pk=young.pk)
        lead, _ = can_be_asked(young.school, at)
        if lead is None:
            raise Refusal("Nobody at the school can be asked from here now.", code="nobody")
        waiting = Worry.objects.waiting().for_page().filter(young_person=young).first()
        if waiting is not None:
            remind(waiting, by=by, at=at)
            return waiting
        worry = Worry(
            school=young.school, worker=young.worker, young_person=young, asked_of=lead, asked_at=at, mailed_at=at
        )
        begin(worry, "ask", by=by, at=at)
        _mail(worry, at=at)
    return worry


def remind(worry: Worry, *, by: Principal, at: datetime) -> bool:
    """Again, half an hour after the last time, in school hours; at once where who was asked cannot be reached and
    somebody else can, or where another worker has gone on with the young person. Returns whether it was.
    """
    if not is_school_now(worry.school, at):
        return False
    people = at_school(worry.school, at)
    is_lost = bool(people) and worry.asked_of not in people
    if not is_lost and not worry.is_handed_over and not is_due(worry.mailed_at, at):
        return False
    with transaction.atomic():
        worry.remind(of=people[0] if is_lost else worry.asked_of, by=by, at=at)
        _mail(worry, at=at)
    return True


def mail_came_back(worry: Worry, *, by: Principal, at: datetime) -> None:
    """One of those about it did: whoever is to be asked instead is asked at once, at the school and at the council."""
    if is_school_now(worry.school, at) and not remind(worry, by=by, at=at):
        _mail(worry, at=at, is_again=False)


def _mail(worry: Worry, *, at: datetime, is_again: bool = True) -> None:
    """To everybody who may say "I have this"; else to whoever has not been asked yet. As what is asked for it waits for
    no other mail (journeys 9)."""
    school, council = at_school(worry.school, at), answering_for(worry.worker, at)
    found = [each for each in council.managers if each.email and each.left_at is None]
    known = {each.person_id for each in worry.asked_instead.all()}
    new = [AskedInstead(worry=worry, person=each, asked_at=at) for each in council.instead if each.pk not in known]
    AskedInstead.objects.bulk_create(new, ignore_conflicts=True)
    everybody = [*school, *found, *council.instead] if is_again else [each.person for each in new]
    for person in {person.pk: person for person in everybody}.values():
        mail.write(
            KIND, to=person, matter=f"worry:{worry.public_id}:{at.timestamp():.0f}", at=at,
            words={
                "worker": worry.worker.name,
                "school": worry.school.name,
                "telephone": worry.worker.telephone or Authority.here().telephone,
            },
            purpose=WORRY_LINK, subject=worry, to_school=person in school, asked_for=True,
        )  # fmt: skip


class Answering(NamedTuple):
    """For a worker her managers, or who covers for them; and who instead, where none of them is at work."""

    managers: list[Person]
    instead: list[Person]


def answering_for(worker: Person, now: datetime) -> Answering:
    """The managers' own managers are asked as well where no manager and no deputy is at work today; where none of them
    is either, the senior managers who are."""
    today = timezone.localdate(now)
    managers = found = _answering([worker], on=today)
    asked: set[int] = {worker.pk}
    while found:
        there = _at_work(found, now)
        if there:
            return Answering(managers, there if found is not managers else [])
        asked |= {each.pk for each in found}
        found = [each for each in _answering(found, on=today) if each.pk not in asked]
    held = Membership.objects.on(today).filter(role=Role.SENIOR_MANAGER)
    seniors = Person.objects.filter(pk__in=held.values("person")).exclude(pk__in=asked).order_by("name", "pk")
    return Answering(managers, _at_work(list(seniors), now))


def _answering(people: list[Person], *, on: date) -> list[Person]:
    """The managers of these people, or who covers for them (journeys 9: while she is away), if that is none of them."""
    lines = LineManagement.objects.on(on).filter(person__in=people).select_related("manager")
    found: dict[int, Person] = {}
    for line in lines.order_by("pk"):
        deputy = deputy_of(line.manager, on=on)
        answers = line.manager if deputy is None or deputy in people else deputy
        found[answers.pk] = answers
    return list(found.values())


def _at_work(people: list[Person], now: datetime) -> list[Person]:
    """Who of these is not away today, and is reached by a mail sent now."""
    away = set(Absence.objects.on(timezone.localdate(now)).filter(person__in=people).values_list("person", flat=True))
    here = [each for each in people if each.pk not in away and each.left_at is None]
    back = _came_back(here, now)
    return [each for each in here if each.email and not each.address_is_fresh(now) and each.pk not in back]


def _came_back(people: list[Person], now: datetime, of: Q | None = None) -> set[int]:
    """Who of these, by id, is not reached: a mail to the address that they have did not arrive, and none since has."""
    fails = mail.Notice.objects.filter(of or Q(), person__in=people, state=mail.Notice.State.FAILED)
    lasting = Q(trouble=Trouble.ADDRESS) | Q(failed_at__gte=now - REFUSED_FOR)
    since = mail.Notice.objects.filter(
        person=OuterRef("person"), address=OuterRef("address"), state=mail.Notice.State.SENT,
        sent_at__gt=OuterRef("failed_at"), sent_at__lte=now - CAME_BACK_BY,
    )  # fmt: skip
    found = fails.filter(lasting, ~Exists(since), address=F("person__email"))
    return set(found.values_list("person", flat=True))


def _still_waits(notice: mail.Notice) -> bool:
    return Worry.objects.waiting().filter(public_id=str(notice.subject_id)).exists()


def _may_open(notice: mail.Notice, at: datetime) -> bool:
    link = Link(purpose=WORRY_LINK, subject_id=str(notice.subject_id), person_id=notice.person_id)
    reader = Principal(kind="link", person_id=notice.person_id, link=link, today=timezone.localdate(at))
    return Worry.objects.visible_to(reader).filter(public_id=str(notice.subject_id)).exists()


mail.declare(mail.Kind(KIND, "Please ring {worker}", still_matters=_still_waits, may_read=_may_open))
