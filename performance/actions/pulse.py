"""How a team is working (H85, H91): asked each term of its people, of colleagues and of schools, without a name."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from performance.models import PulseAnswered, Sheet, Wave
from performance.models.pulse import Group
from performance.permissions.waves import PULSE_LINK
from schools.models import SchoolContact
from teams.foundation import audit, mail
from teams.foundation.access import COUNCIL_ROLES, Principal
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.models import Employment, Membership, Person, Team
from teams.questionnaires.rules import taken

KIND = "pulse"
ANSWERED = "You have answered this term: one answer each. The next round opens with the next term."


class About(NamedTuple):
    """A team that this person may answer about, and from where they look at it."""

    team: Team
    group: str


def open_round() -> Wave | None:
    rounds = Wave.objects.filter(kind=Wave.Kind.PULSE, status=Wave.Status.OPEN).select_related("questionnaire")
    return rounds.prefetch_related("questionnaire__wordings").order_by("-opens_on").first()


def has_answered(wave: Wave, principal: Principal) -> bool:
    return PulseAnswered.objects.filter(wave=wave, person=principal.person_id).exists()


def teams_for(principal: Principal) -> list[About]:
    """Whoever is of a team answers about it; other colleagues about the one that they choose; schools about theirs."""
    day, me = principal.today, principal.person_id
    if principal.has(*COUNCIL_ROLES):
        held = Employment.objects.on(day).filter(person=me).values("post__team")
        runs = Membership.objects.on(day).filter(person=me, team__isnull=False).values("team")
        mine = list(Team.objects.filter(Q(pk__in=held) | Q(pk__in=runs)).order_by("name", "pk"))
        if mine:
            return [About(team, Group.MEMBERS) for team in mine]
        return [About(team, Group.COLLEAGUES) for team in Team.objects.order_by("name", "pk")]
    there = Q(posts__placements__school__contacts__person=me)
    ends = Q(posts__placements__ends_on=None) | Q(posts__placements__ends_on__gte=day)
    spoken = Q(posts__placements__school__contacts__starts_on__lte=day) & (
        Q(posts__placements__school__contacts__ends_on=None) | Q(posts__placements__school__contacts__ends_on__gte=day)
    )
    found = Team.objects.filter(there, ends, spoken, posts__placements__starts_on__lte=day)
    return [About(team, Group.SCHOOLS) for team in found.order_by("name", "pk").distinct()]


def answer(wave: Wave, about: About, answers: dict[str, str], *, by: Principal, at: datetime) -> None:
    """That they answered, and what was said, in one transaction that leaves no key between the two.

    Raises Refusal twice: after the round, and for a second answer.
    """
    with transaction.atomic():
        locked = Wave.objects.select_for_update(of=("self",)).select_related("questionnaire").get(pk=wave.pk)
        if not locked.is_open:
            raise Refusal("This round is over, so it can no longer be counted. The next one opens with the next term.")
        said = taken(locked.questionnaire.asked, answers, named=False)
        if not said:
            raise Refusal("Answer one of them at least. You can skip the others.", code="nothing")
        try:
            with transaction.atomic():
                PulseAnswered.objects.create(wave=locked, person_id=by.person_id or 0, answered_on=by.today)
        except IntegrityError:
            raise Refusal(ANSWERED, code="twice") from None
        Sheet.objects.create(wave=locked, team=about.team, group=about.group, answers=said)
        audit.record("pulse.answer", by=by, at=at, subjects=[locked])


def ask_schools(wave: Wave, teams: list[Team], *, by: Principal, at: datetime) -> int:
    """One mail to each head whose school these teams work in, and who has not answered; never a second one.

    Returns how many were written. Who has no account answers by the link in it. Raises Refusal after the round.
    """
    if not wave.is_open:
        raise Refusal("This round is over. The next one opens with the next term.")
    works = {"school__placements__post__team__in": teams, "school__placements__starts_on__lte": by.today}
    ends = Q(school__placements__ends_on=None) | Q(school__placements__ends_on__gte=by.today)
    heads = (
        SchoolContact.objects.on(by.today).heads().filter(ends, bounced_at=None, confirmed_at__isnull=False, **works)
    )
    answered = PulseAnswered.objects.filter(wave=wave).values("person")
    mailed = mail.Notice.objects.filter(matter=_matter(wave)).values("person")
    people = Person.objects.filter(pk__in=heads.values("person")).exclude(pk__in=answered).exclude(pk__in=mailed)
    manager, written = Person.objects.get(pk=by.person_id or 0), 0
    words = {"manager": manager.name, "reply_to": manager.email, "telephone": manager.telephone}
    for person in people.exclude(email="").filter(left_at=None).order_by("pk"):
        with suppress(Refusal):  # an address of today, say: asked again tomorrow
            mail.write(
                KIND, to=person, matter=_matter(wave), at=at, words=words, purpose=PULSE_LINK, subject=wave,
                to_school=True,
            )  # fmt: skip
            written += 1
    audit.record("pulse.ask", by=by, at=at, subjects=[wave])
    return written


def _matter(wave: Wave) -> str:
    return f"pulse:{wave.public_id}"


def _still_asked(notice: mail.Notice) -> bool:
    open_rounds = Wave.objects.filter(public_id=str(notice.subject_id), status=Wave.Status.OPEN)
    return open_rounds.exclude(answered__person=notice.person_id).exists()


def _may_answer(notice: mail.Notice, at: datetime) -> bool:
    """Asked again when the mail is sent: does its reader still speak for a school that a team works in?"""
    link = Link(purpose=PULSE_LINK, subject_id=str(notice.subject_id), person_id=notice.person_id)
    reader = Principal(kind="link", person_id=notice.person_id, link=link, today=timezone.localdate(at))
    return bool(teams_for(reader))


mail.declare(
    mail.Kind(KIND, "Five questions about the team, one minute", still_matters=_still_asked, may_read=_may_answer)
)
