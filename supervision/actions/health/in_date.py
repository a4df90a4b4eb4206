"""Supervision in date: on whom nine school weeks run, and of whom they are over (BR-03). Eight queries at any size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property

from django.db.models import CharField, F, Prefetch, Q, Value
from django.utils import timezone

from schools.actions.calendars import calendars_of
from schools.models import Placement
from schools.rules.calendar import SchoolCalendar
from supervision.actions.crews import place_of
from supervision.actions.health.scope import Scope
from supervision.actions.patterns import sets_on
from supervision.models import CalledOff, Pattern, SetPlace, Visit
from supervision.permissions import counted_placements
from supervision.rules.health import Item
from supervision.rules.rhythm import Kind, Outcome, Past, Worker, exception
from teams.models import Employment, Part, Person


class InDate:
    """Every worker on whom they run: today, and on the last school day of the term before."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.days = [scope.today, *(period.last_school_day for period in scope.periods[1:])]

    @cached_property
    def items(self) -> list[Item]:
        return [item for term, day in enumerate(self.days) for item in self._on(day, term)]

    def _on(self, day: date, term: int) -> Iterator[Item]:
        for placements in self._by_post.values():
            there = [each for each in placements if _holds(each, day)]
            if not any(self._is_counted(each) for each in there):
                continue
            post = there[0].post
            person, pattern = post.holder_on(day), self._patterns.get(post.profession_id)
            if person is None or _has_left(person, day) or pattern is None or pattern.starts_on > day:
                continue
            past = tuple(each for each in self._past.get(person.pk, ()) if each.on <= day)
            placed = self._sets.get(person.pk)
            worker = Worker(
                key=person.pk,
                name="",
                group="",
                since=max(pattern.starts_on, placed.starts_on if placed else pattern.starts_on),
                places=tuple(place_of(each, self._calendars) for each in there),
                past=past,
            )
            is_late = exception(worker, today=day) is not None
            yield Item(
                term,
                self.scope.team(post.team_id, post.team.name, post.team.area and post.team.area.name),
                int(not is_late),
                school=" and ".join(sorted(each.school.name for each in there)),
                area=there[0].school.area.name if there[0].school.area else "",
                on=max((each.on for each in past if each.outcome == Outcome.HELD), default=None),
                says="Late" if is_late else "In date",
            )

    def _is_counted(self, placement: Placement) -> bool:
        return self.scope.is_county or placement.manager_id == self.scope.principal.person_id

    @cached_property
    def _by_post(self) -> dict[int, list[Placement]]:
        """What runs today or ran when the term before ended, with what the same posts have in other schools."""
        hers = Placement.objects.filter(counted_placements(self.scope.principal))
        rows = Placement.objects.filter(starts_on__lte=self.scope.today)
        rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=min(self.days)))
        if not self.scope.is_county:
            rows = rows.filter(post__in=hers.values("post"))
        held = Prefetch("post__employments", Employment.objects.select_related("person"))
        found: dict[int, list[Placement]] = defaultdict(list)
        for each in rows.select_related("school__area", "post__team__area").prefetch_related(held).order_by("pk"):
            found[each.post_id].append(each)
        return found

    @cached_property
    def _people(self) -> set[int]:
        posts = [placements[0].post for placements in self._by_post.values()]
        return {held.person_id for post in posts for held in post.employments.all()}

    @cached_property
    def _patterns(self) -> dict[int, Pattern]:
        return {each.profession_id: each for each in Pattern.objects.filter(shape=Pattern.Shape.ALTERNATE)}

    @cached_property
    def _sets(self) -> Mapping[int, SetPlace]:
        return sets_on(self._people, date.max)

    @cached_property
    def _calendars(self) -> dict[int, SchoolCalendar]:
        schools = {each.school_id for placements in self._by_post.values() for each in placements}
        return calendars_of(schools, county=self.scope.county)

    @cached_property
    def _past(self) -> dict[int, list[Past]]:
        """What was held in school, and what a school called off: in one query."""
        words = ("worker", "placement", "due_on", "at", "became")
        held, off = (Value(each.value, CharField()) for each in (Outcome.HELD, Outcome.SCHOOL_CANCELLED))
        there = Visit.objects.filter(worker__in=self._people, kind=Kind.IN_SCHOOL, status=Visit.Status.HELD)
        rows = there.order_by().annotate(at=F("occasion__starts_at"), became=held).values_list(*words)
        called_off = CalledOff.objects.filter(visit__worker__in=self._people, visit__kind=Kind.IN_SCHOOL)
        others = (
            called_off.filter(side=Part.SCHOOL)
            .order_by()
            .annotate(
                worker=F("visit__worker"),
                placement=F("visit__placement"),
                due_on=F("visit__due_on"),
                at=F("was_at"),
                became=off,
            )
        )
        found: dict[int, list[Past]] = defaultdict(list)
        for worker, place, due_on, at, became in rows.union(others.values_list(*words), all=True):
            on = timezone.localdate(at) if at is not None else due_on
            found[worker].append(Past(Kind.IN_SCHOOL, on, Outcome(became), place))
        return found


def _holds(placement: Placement, day: date) -> bool:
    return placement.starts_on <= day and (placement.ends_on is None or day <= placement.ends_on)


def _has_left(person: Person, day: date) -> bool:
    return person.left_at is not None and timezone.localdate(person.left_at) <= day
