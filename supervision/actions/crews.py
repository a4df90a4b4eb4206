"""One manager's workers as the rules of the rhythm read them, with the rows behind the values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Prefetch, Q
from django.utils import timezone

from schools.actions.calendars import calendars_of, county_calendar
from schools.models import Placement
from schools.rules.calendar import SchoolCalendar
from supervision.actions.patterns import sets_on
from supervision.models import CalledOff, Pattern, Visit
from supervision.rules import rhythm as rules
from supervision.rules.rhythm import Away, Kind, Outcome, Past, Place, Shape, Worker
from supervision.rules.rhythm.months import first_of, last_of
from supervision.rules.sets import filled
from teams.models import Absence, Cover, Employment, Part, Person

ONE_DAY = timedelta(days=1)


@dataclass
class Crew:
    """The workers of one manager in one month, those of each pattern together, by the keys of their rows."""

    county: SchoolCalendar
    manager: rules.Manager = field(default_factory=lambda: rules.Manager(""))
    by_pattern: list[tuple[Pattern, list[Worker]]] = field(default_factory=list)
    people: dict[int, Person] = field(default_factory=dict)
    placements: dict[int, Placement] = field(default_factory=dict)
    calendars: dict[int, SchoolCalendar] = field(default_factory=dict)  # by school
    managed: set[int] = field(default_factory=set)  # with whom she has one-to-ones and joint visits
    in_no_set: list[Person] = field(default_factory=list)  # whom the rules put into one, and nothing is written yet
    without_pattern: list[str] = field(default_factory=list)  # names of professions
    vacant: list[Placement] = field(default_factory=list)
    has_people: bool = False

    def placed(self) -> dict[int, tuple[Worker, Place]]:
        """Each worker and place by the placement's key."""
        return {place.key: (worker, place) for worker in self.workers for place in worker.places}

    @property
    def workers(self) -> list[Worker]:
        return [worker for _, workers in self.by_pattern for worker in workers]


def crew_of(manager: Person, month: date, *, today: date) -> Crew:
    """Whoever works in a school for her, and the officers whom she manages. Thirteen queries at any size."""
    crew = Crew(county_calendar())
    covers = list(Cover.objects.filter(manager=manager, status=Cover.Status.ARRANGED).select_related("deputy"))
    crew.people |= {cover.deputy_id: cover.deputy for cover in covers}
    deputies = set(crew.people)
    on = min(max(today, month), last_of(month))
    placed = _placed(crew, manager, month, on)
    officers = _officers(manager, on)
    crew.managed = {each.person_id for each in officers}
    crew.people |= {each.person_id: each.person for each in officers}
    crew.calendars = calendars_of({placement.school_id for placement in crew.placements.values()}, crew.county)
    patterns = {pattern.profession_id: pattern for pattern in Pattern.objects.select_related("profession")}
    groups, since = _sets(crew, [crew.people[key] for key in placed], first_of(today), last_of(month))
    past, away = _past(crew.people), away_of({*crew.people, manager.pk})
    crew.manager = _manager(manager, covers, away[manager.pk])
    crew.has_people = bool(set(crew.people) - deputies) or bool(crew.vacant)
    by_pattern: dict[int, list[Worker]] = defaultdict(list)
    professions = {key: places[0].post.profession for key, places in placed.items()}
    professions |= {each.person_id: each.post.profession for each in officers if each.person_id not in placed}
    for key, profession in professions.items():
        pattern = patterns.get(profession.pk)
        if pattern is None:
            crew.without_pattern = sorted({*crew.without_pattern, profession.name})
            continue
        by_pattern[profession.pk].append(
            Worker(
                key=key,
                name=crew.people[key].name,
                group=groups.get(key, "") if pattern.shape == Shape.ALTERNATE else "",
                since=max(pattern.starts_on, since.get(key, pattern.starts_on)),
                places=tuple(_place(placement, crew.calendars) for placement in placed.get(key, ())),
                past=tuple(past[key]),
                away=tuple(away[key]),
            )
        )
    crew.by_pattern = [(patterns[key], workers) for key, workers in sorted(by_pattern.items())]
    return crew


def _manager(manager: Person, covers: list[Cover], away: list[Away]) -> rules.Manager:
    """When she is away, and who covers for her then."""
    return rules.Manager(
        manager.name,
        tuple(away),
        tuple(rules.Cover(each.starts_on, each.ends_on, each.deputy_id, each.deputy.name) for each in covers),
    )


def away_of(people: Iterable[int]) -> dict[int, list[Away]]:
    """When each of these people is away, by their keys; where nobody knows until when, until further notice."""
    found: dict[int, list[Away]] = defaultdict(list)
    for absence in Absence.objects.filter(person__in=list(people)).order_by("starts_on", "pk"):
        ends_on = min(absence.ends_on or date.max, absence.back_on - ONE_DAY if absence.back_on else date.max)
        if absence.starts_on <= ends_on:
            found[absence.person_id].append(Away(absence.starts_on, ends_on))
    return found


def _placed(crew: Crew, manager: Person, month: date, on: date) -> dict[int, list[Placement]]:
    """Every placement of the people who work in a school for her; a second school may be another manager's."""
    hers = Placement.objects.not_ended().filter(manager=manager)
    there = Placement.objects.not_over_by(month).filter(starts_on__lte=last_of(month), post__in=hers.values("post"))
    held = Employment.objects.select_related("person")
    found: dict[int, list[Placement]] = defaultdict(list)
    rows = there.select_related("school", "post__profession", "lead").prefetch_related(
        Prefetch("post__employments", held)
    )
    for placement in rows.order_by("starts_on", "pk"):
        person = placement.post.holder_on(max(on, placement.starts_on))
        if person is None or person.left_at is not None:
            crew.vacant.append(placement)
            continue
        crew.people[person.pk] = person
        crew.placements[placement.pk] = placement
        found[person.pk].append(placement)
    return found


def _officers(manager: Person, on: date) -> list[Employment]:
    """Whom she manages and supervises one to one, by the pattern of their profession."""
    managed = Q(person__managed_by__manager=manager, person__managed_by__starts_on__lte=on) & (
        Q(person__managed_by__ends_on=None) | Q(person__managed_by__ends_on__gte=on)
    )
    held = Employment.objects.on(on).filter(managed, person__left_at=None)
    of_each = held.filter(post__profession__patterns__shape=Pattern.Shape.EACH)
    return list(of_each.select_related("person", "post__profession").order_by("person__name", "pk"))


def _sets(crew: Crew, people: list[Person], now: date, until: date) -> tuple[dict[int, str], dict[int, date]]:
    """Everybody's set and since when; who is in none yet gets the smaller one from this month on."""
    placed = sets_on(people, until)
    groups = {key: place.group for key, place in placed.items()}
    since = {key: place.starts_on for key, place in placed.items()}
    crew.in_no_set = sorted((each for each in people if each.pk not in placed), key=lambda each: (each.name, each.pk))
    new = filled(groups, [person.pk for person in crew.in_no_set])
    return groups | new, since | dict.fromkeys(new, now)


def _past(people: Iterable[int]) -> dict[int, list[Past]]:
    """What was held, on its day due where nobody wrote the time down, and what a school called off."""
    found: dict[int, list[Past]] = defaultdict(list)
    held = Visit.objects.filter(worker__in=list(people), status=Visit.Status.HELD)
    for worker, kind, place, due_on, at in held.values_list(
        "worker", "kind", "placement", "due_on", "occasion__starts_at"
    ):
        on = timezone.localdate(at) if at is not None else due_on
        found[worker].append(Past(Kind(kind), on, Outcome.HELD, place))
    called_off = CalledOff.objects.filter(visit__worker__in=list(people), side=Part.SCHOOL).select_related("visit")
    for each in called_off:
        on = timezone.localdate(each.was_at)
        found[each.visit.worker_id].append(
            Past(Kind(each.visit.kind), on, Outcome.SCHOOL_CANCELLED, each.visit.placement_id)
        )
    return found


def _place(placement: Placement, calendars: dict[int, SchoolCalendar]) -> Place:
    return Place(
        key=placement.pk,
        name=placement.school.name,
        weekdays=frozenset(placement.weekdays),
        calendar=calendars[placement.school_id],
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
    )
