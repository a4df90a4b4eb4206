"""How a team is working (H85, H91): asked each term of its people, of colleagues, of schools and of people of other
agencies (H89), without a name. Who is written to is in pulse_asking.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q

from performance.models import PulseAnswered, Sheet, Wave
from performance.models.pulse import Group
from teams.foundation import audit
from teams.foundation.access import COUNCIL_ROLES, Principal
from teams.foundation.errors import Refusal
from teams.models import AgencyPerson, Employment, Membership, Team
from teams.questionnaires.rules import taken

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
    """Whoever is of a team answers about it; other colleagues about the one that they choose; schools and people of
    other agencies about those that work with them. Each team once: who is of a school answers as the school.
    """
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
    of_schools = list(found.order_by("name", "pk").distinct())
    of_agencies = [row.team for row in agencies_of(principal) if row.team not in of_schools]
    both = [About(team, Group.SCHOOLS) for team in of_schools] + [About(team, Group.AGENCIES) for team in of_agencies]
    return sorted(both, key=lambda about: (about.team.name, about.team.pk))


def agencies_of(principal: Principal) -> list[AgencyPerson]:
    """With which teams somebody works from another agency today."""
    rows = AgencyPerson.objects.with_us(principal.today).filter(person=principal.person_id)
    return list(rows.select_related("team", "person").order_by("team__name", "pk"))


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
