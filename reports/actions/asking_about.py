"""Asking a manager about a figure (journey S1): who can be asked, and by when unless the asker says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from reports.measures.figure import Figure
from reports.measures.grain import Grain, Place
from reports.models import FigureQuestion
from teams.foundation.access import Principal, Role
from teams.foundation.school_hours import is_working_day
from teams.models import Membership, Person
from teams.rules.asked import working_day_on

WORKING_DAYS = 5
SHOWN = 5


def teams_of(place: Place, grain: Grain) -> frozenset[int]:
    """The keys of the teams that a place is about: itself, or those of the area and of the areas inside it."""
    if place.is_team:
        return frozenset({place.pk})
    return frozenset(team.pk for team in grain.teams.values() if team.above in place.areas)


def who_can_be_asked(place: Place, grain: Grain, principal: Principal) -> list[tuple[Person, str]]:
    """Who manages these teams today, by name, each with the names of hers; never oneself. One query."""
    runs = Membership.objects.on(principal.today).filter(role=Role.TEAM_MANAGER, team__in=teams_of(place, grain))
    runs = runs.filter(person__left_at=None).exclude(person=principal.person_id).select_related("person", "team")
    found: dict[int, tuple[Person, list[str]]] = {}
    for run in runs.order_by("person__name", "team__name", "pk"):
        found.setdefault(run.person_id, (run.person, []))[1].append(run.team.name)
    return [(person, ", ".join(names)) for person, names in found.values()]


def administrators(principal: Principal) -> list[Person]:
    """Who can say who manages a team, by name. One query."""
    runs = Membership.objects.on(principal.today).filter(role=Role.ADMINISTRATOR, person__left_at=None)
    return [run.person for run in runs.select_related("person").order_by("person__name", "pk")[:SHOWN]]


def usual_day(today: date) -> date:
    return working_day_on(today, WORKING_DAYS, is_working_day)


def ask(
    figure: Figure, *, place: Place, typed: Mapping[str, Any], of: Person, by: Principal, at: datetime
) -> FigureQuestion:
    """Ask `of` about this figure as it was just read. Raises Refusal, fields "text" and "due_on"."""
    return FigureQuestion.ask(
        typed["text"],
        figure.as_kept(),
        title=figure.title,
        area=None if place.is_team else place.pk,
        team=place.pk if place.is_team else None,
        of=of,
        due_on=typed["due_on"],
        by=by,
        at=at,
    )


def asked_before(code: str, place: Place | None, principal: Principal) -> list[FigureQuestion]:
    """What this reader asked, or was asked, about this figure here, the newest first. One query, and three where
    there is something: about most figures nobody has asked."""
    area = place.pk if place and not place.is_team else None
    team = place.pk if place and place.is_team else None
    rows = FigureQuestion.objects.visible_to(principal).about(code, area=area, team=team)
    found = list(rows.values_list("pk", flat=True)[:SHOWN])
    return list(FigureQuestion.objects.filter(pk__in=found).with_promises()) if found else []
