"""Supervision in date: on whom nine school weeks run, and of whom they are over (BR-03)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject, TruncDate

from schools.models import Placement, SchoolDay
from schools.rules.calendar import OwnDays, SchoolCalendar
from supervision.actions.health.scope import Scope
from supervision.models import CalledOff, Pattern, SetPlace, Visit
from supervision.permissions import counted_placements
from supervision.rules.health import Item
from supervision.rules.rhythm import Kind, Outcome, Past, Place, Worker, exception
from teams.models import Employment, Part

WORDS = (
    *("pk", "post", "post__team", "post__team__name", "post__team__area__name", "school", "school__name"),
    *("school__area__name", "starts_on", "ends_on", "worker", "rhythm_since", "set_since", "held_on", "held_here"),
    *("called_off_on", "own_days"),
)


class InDate:
    """Every worker on whom they run: today, and on the last school day of the term before. One query for each day."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.calendars: dict[int, SchoolCalendar] = {}

    @cached_property
    def today(self) -> list[Item]:
        return list(self._on(self.scope.today, 0))

    @cached_property
    def items(self) -> list[Item]:
        before = [period.last_school_day for period in self.scope.periods[1:]]
        return [*self.today, *(item for day in before for item in self._on(day, 1))]

    def _on(self, day: date, term: int) -> Iterator[Item]:
        by_worker: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
        for row in self._rows(day):
            by_worker[row["worker"], row["post__team"]].append(row)
        for (worker, team), rows in by_worker.items():
            first = rows[0]
            is_late = exception(self._worker(worker, rows), today=day) is not None
            yield Item(
                term,
                self.scope.team(team, first["post__team__name"], first["post__team__area__name"]),
                int(not is_late),
                school=" and ".join(sorted(row["school__name"] for row in rows)),
                area=first["school__area__name"] or "",
                on=first["held_on"],
                says="Late" if is_late else "In date",
            )

    def _rows(self, day: date) -> QuerySet[Placement, dict[str, Any]]:
        """Placements of the day with a worker whose rhythm has visits in school, and what happened until then.

        Of who is counted all schools are there: nine weeks run in whichever of them it was.
        """
        there = Placement.objects.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))
        if not self.scope.is_county:
            hers = there.filter(counted_placements(self.scope.principal))
            there = there.filter(post__in=hers.values("post"))
        stays = Q(person__left_at=None) | Q(person__left_at__date__gt=day)
        employed = Employment.objects.on(day).filter(stays, post=OuterRef("post")).order_by("starts_on", "pk")
        rhythm = Pattern.objects.filter(profession=OuterRef("post__profession"), shape=Pattern.Shape.ALTERNATE)
        places = SetPlace.objects.filter(person=OuterRef("worker"), starts_on__lte=day).order_by("-starts_on", "-pk")
        visits = Visit.objects.filter(worker=OuterRef("worker"), kind=Kind.IN_SCHOOL, status=Visit.Status.HELD)
        held = visits.annotate(on=Coalesce(TruncDate("occasion__starts_at"), "due_on")).filter(on__lte=day)
        held = held.order_by("-on")
        off = CalledOff.objects.filter(visit__worker=OuterRef("worker"), visit__kind=Kind.IN_SCHOOL, side=Part.SCHOOL)
        off = off.annotate(on=TruncDate("was_at")).filter(on__lte=day).order_by("-on")
        own = SchoolDay.objects.standing().filter(school=OuterRef("school")).order_by("starts_on", "pk")
        kept = JSONObject(starts_on="starts_on", ends_on="ends_on", kind="kind")
        return (
            there.annotate(worker=Subquery(employed.values("person")[:1]))
            .annotate(
                rhythm_since=Subquery(rhythm.filter(starts_on__lte=day).values("starts_on")[:1]),
                set_since=Subquery(places.values("starts_on")[:1]),
                held_on=Subquery(held.values("on")[:1]),
                held_here=Subquery(held.filter(placement=OuterRef("pk")).values("on")[:1]),
                called_off_on=Subquery(off.values("on")[:1]),
                own_days=ArraySubquery(own.values(found=kept)),
            )
            .filter(worker__isnull=False, rhythm_since__isnull=False)
            .order_by("pk")
            .values(*WORDS)
        )

    def _worker(self, key: int, rows: list[dict[str, Any]]) -> Worker:
        """As the rules of the rhythm read them: of what is over the last of each kind is enough."""
        first = rows[0]
        past = [
            Past(Kind.IN_SCHOOL, first["held_on"], Outcome.HELD),
            Past(Kind.IN_SCHOOL, first["called_off_on"], Outcome.SCHOOL_CANCELLED),
            *(Past(Kind.IN_SCHOOL, row["held_here"], Outcome.HELD, row["pk"]) for row in rows),
        ]
        return Worker(
            key=key,
            name="",
            group="",
            since=max(first["rhythm_since"], first["set_since"] or date.min),
            places=tuple(
                Place(
                    row["pk"], row["school__name"], frozenset(), self._calendar(row), row["starts_on"], row["ends_on"]
                )
                for row in rows
            ),
            past=tuple(each for each in past if each.on is not None),
        )

    def _calendar(self, row: dict[str, Any]) -> SchoolCalendar:
        """Its own days over the county's; equal calendars are one value, for working one out takes a while."""
        if not row["own_days"]:
            return self.scope.county
        if row["school"] not in self.calendars:
            own = tuple(
                OwnDays(
                    date.fromisoformat(days["starts_on"]),
                    date.fromisoformat(days["ends_on"]),
                    days["kind"] == SchoolDay.Kind.OPEN,
                )
                for days in row["own_days"]
            )
            self.calendars[row["school"]] = SchoolCalendar(self.scope.county.terms, own)
        return self.calendars[row["school"]]
