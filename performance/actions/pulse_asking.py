"""Who is asked by mail how a team is working: heads of the schools that it works in, people of other agencies.

One mail to each in a round, never a second one. What is counted here is who was asked, and nothing that answering
changes: no number on the manager's page says who has answered, or how many.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from performance.actions.pulse import teams_for
from performance.models import Wave
from performance.models.pulse import Group
from performance.permissions.waves import PULSE_LINK
from schools.models import SchoolContact
from teams.foundation import audit, mail
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.models import AgencyPerson, Person, Team
from teams.questionnaires.rules import SMALLEST_GROUP

KINDS = {Group.SCHOOLS: "pulse", Group.AGENCIES: "pulse_agency"}
SUBJECT = "Five questions about the team, one minute"


@dataclass(frozen=True)
class Asking:
    """One group before a press: how many have been asked in this round, whom a press would ask, who waits a day."""

    group: Group
    asked: int
    ready: list[Person]
    fresh: int  # an address of today: links wait a day

    @property
    def is_few(self) -> bool:
        """Even if all of them answer, they are too few to be shown alone."""
        return self.asked + len(self.ready) + self.fresh < SMALLEST_GROUP


def who_is_asked(wave: Wave, teams: list[Team], *, at: datetime) -> list[Asking]:
    """Schools and agencies, in the order of the groups. Five queries at any size."""
    mailed = set(mail.Notice.objects.filter(matter=_matter(wave)).values_list("person", flat=True))
    found, seen = [], set[int]()
    for group, people in _reached(teams, at=at).items():
        mine = [person for person in people.exclude(pk__in=seen).order_by("pk") if person.pk not in mailed]
        seen |= {person.pk for person in mine}
        fresh = sum(person.address_is_fresh(at) for person in mine)
        ready = [person for person in mine if not person.address_is_fresh(at)]
        found.append(Asking(group, _asked(wave, teams, group), ready, fresh))
    return sorted(found, key=lambda asking: list(Group).index(asking.group))


def ask(wave: Wave, teams: list[Team], *, by: Principal, at: datetime) -> int:
    """One mail to each whom these teams reach and who has had none in this round.

    Returns how many were written. Who has no account answers by the link in it; who has answered already gets none, for
    that is asked when the mail is sent. Raises Refusal after the round.
    """
    if not wave.is_open:
        raise Refusal("This round is over. The next one opens with the next term.")
    manager, written = Person.objects.get(pk=by.person_id or 0), 0
    words = {"manager": manager.name, "reply_to": manager.email, "telephone": manager.telephone}
    for asking in who_is_asked(wave, teams, at=at):
        for person in asking.ready:
            with suppress(Refusal):  # an address that changed a moment ago, say: asked again tomorrow
                mail.write(
                    KINDS[asking.group], to=person, matter=_matter(wave), at=at, words=words, purpose=PULSE_LINK,
                    subject=wave, to_school=True,  # outside the council alike: school hours, and no more than two
                )  # fmt: skip
                written += 1
    audit.record("pulse.ask", by=by, at=at, subjects=[wave])
    return written


def _reached(teams: list[Team], *, at: datetime) -> dict[Group, QuerySet[Person]]:
    """Whom these teams can write to on this day, by group. Who is of a school is asked as the school."""
    day = timezone.localdate(at)
    works = {"school__placements__post__team__in": teams, "school__placements__starts_on__lte": day}
    ends = Q(school__placements__ends_on=None) | Q(school__placements__ends_on__gte=day)
    heads = SchoolContact.objects.on(day).heads().filter(ends, bounced_at=None, confirmed_at__isnull=False, **works)
    nearby = AgencyPerson.objects.with_us(day).filter(team__in=teams, bounced_at=None)
    people = Person.objects.exclude(email="").filter(left_at=None)
    return {
        Group.SCHOOLS: people.filter(pk__in=heads.values("person")),
        Group.AGENCIES: people.filter(pk__in=nearby.values("person")),
    }


def _asked(wave: Wave, teams: list[Team], group: Group) -> int:
    """How many of a group were written to: also who has left it since. A mail that came back has asked nobody."""
    notices = mail.Notice.objects.filter(matter=_matter(wave), kind=KINDS[group])
    notices = notices.exclude(state__in=(mail.Notice.State.FAILED, mail.Notice.State.HELD_BACK))
    if group == Group.AGENCIES:
        mine = AgencyPerson.objects.filter(team__in=teams).values("person")
    else:
        heads = SchoolContact.objects.heads().filter(school__placements__post__team__in=teams)
        mine = heads.values("person")
    return notices.filter(person__in=mine).values("person").distinct().count()


def _matter(wave: Wave) -> str:
    return f"pulse:{wave.public_id}"


def _still_asked(notice: mail.Notice) -> bool:
    open_rounds = Wave.objects.filter(public_id=str(notice.subject_id), status=Wave.Status.OPEN)
    return open_rounds.exclude(answered__person=notice.person_id).exists()


def _may_answer(notice: mail.Notice, at: datetime) -> bool:
    """Asked again when the mail is sent: does a team still work with its reader, or in a school of theirs?"""
    link = Link(purpose=PULSE_LINK, subject_id=str(notice.subject_id), person_id=notice.person_id)
    reader = Principal(kind="link", person_id=notice.person_id, link=link, today=timezone.localdate(at))
    return bool(teams_for(reader))


for _kind in KINDS.values():
    mail.declare(mail.Kind(_kind, SUBJECT, still_matters=_still_asked, may_read=_may_answer))
