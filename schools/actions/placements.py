"""A worker in a school, from the first choice to what is ready to be sent (journey M7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, Q

from schools.actions import agreements
from schools.models import Agreement, Placement, School
from schools.models.placements import PlacementQuerySet
from schools.permissions import manages
from schools.rules import timetable
from schools.rules.timetable import Day
from schools.rules.wording import OWN_LINES
from teams.foundation.access import Principal, Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.words import day as day_in_words
from teams.models import Membership, Person, Post, Term
from teams.rules.calendar import school_year_dates, school_year_label, school_year_of


@dataclass(frozen=True)
class Days:
    """What is said about a placement besides post and school: days, first day, and what is ready."""

    timetable: list[Day]
    starts_on: date
    focus: str = ""
    room_is_ready: bool = False
    lead: Person | None = None

    @property
    def hours_per_week(self) -> Decimal:
        return timetable.hours_per_week(self.timetable)

    def as_values(self) -> dict[str, Any]:
        return {
            "timetable": self.timetable,
            "hours_per_week": self.hours_per_week,
            "focus": self.focus,
            "room_is_ready": self.room_is_ready,
            "lead": self.lead,
            "starts_on": self.starts_on,
        }


def posts_to_place(by: Principal, *, on: date) -> list[Post]:
    """The posts that this manager may put into schools, with holder and schools; those in no school come first."""
    posts = Post.objects.visible_to(by).with_holder().filter(Q(ends_on=None) | Q(ends_on__gte=on))
    if not by.has(Role.SENIOR_MANAGER):
        mine = Membership.objects.on(on).filter(person__in=by.stands_for, role=Role.TEAM_MANAGER)
        posts = posts.filter(team__in=mine.values("team"))
    in_schools = Placement.objects.not_ended().select_related("school")
    found = list(posts.prefetch_related(Prefetch("placements", in_schools, to_attr="in_schools")))
    return sorted(found, key=lambda post: (bool(post.in_schools), post.name))


def already_there(school: School, *, on: date) -> list[Placement]:
    """The workers whom this school has, or is to have (BR-16: a second one is said aloud)."""
    there = Placement.objects.not_over_by(on).filter(school=school)
    return list(there.select_related("post__profession").prefetch_related("post__employments__person"))


def schools_without(by: Principal, *, on: date) -> int:
    """How many open schools have no worker."""
    placed = Placement.objects.not_over_by(on).values("school")
    return School.objects.visible_to(by).open_on(on).exclude(pk__in=placed).count()


def usual_days(post: Post, school: School, *, on: date) -> Days:
    """What the boxes start with: the weekdays on which the worker is nowhere else, from the next term on."""
    term = Term.objects.filter(starts_on__gte=on).order_by("starts_on").first()
    starts_on = max(term.starts_on if term else on + timedelta(days=7 - on.weekday()), post.starts_on)
    elsewhere = Placement.objects.not_over_by(starts_on).filter(post=post).exclude(school=school)
    taken = {day["weekday"] for placement in elsewhere for day in placement.timetable}
    week: list[Day] = [
        {"weekday": number, "starts": timetable.USUAL_STARTS, "ends": timetable.USUAL_ENDS}
        for number in range(len(timetable.WEEKDAYS))
        if number not in taken
    ]
    return Days(timetable=week, starts_on=starts_on)


def put_in_school(post: Post, school: School, days: Days, *, manager: Person, by: Principal, at: datetime) -> Agreement:
    """A worker is to work in a school: the placement is planned and its agreement begun, with last year's own lines.

    Raises Refusal where the two cannot come together: a closed school, a post that is there already, two places at
    once, more hours than the post has.
    """
    if not school.is_open or (school.closed_on is not None and school.closed_on < days.starts_on):
        raise Refusal(f"{school.name} is closed on that day. Choose another school.", field="school", code="closed")
    if Placement.objects.not_ended().filter(post=post, school=school).exists():
        raise _there_already(post, school)
    _check(post, days, Placement.objects.filter(post=post))
    placement = Placement(post=post, school=school, manager=manager, **days.as_values())
    own_lines = last_lines(school)
    try:
        with transaction.atomic():
            agreements.plan(placement, by=by, at=at)
            return agreements.draw_up(
                placement, school_year=school_year_of(days.starts_on), own_lines=own_lines, by=by, at=at
            )
    except IntegrityError as double:  # two managers pressed at once
        raise _there_already(post, school) from double


def change_days(agreement: Agreement, days: Days, *, by: Principal, at: datetime) -> None:
    """Other days, while the agreement is being written. Until something is in force its dates follow the first day."""
    being_written(agreement, by)
    placement = agreement.placement
    _check(placement.post, days, Placement.objects.filter(post=placement.post).exclude(pk=placement.pk))
    values = days.as_values()
    with transaction.atomic():
        if agreement.in_force_id:
            del values["starts_on"]  # the worker has started: that stays true
        else:
            _redate(agreement, days.starts_on, by=by, at=at)
        placement.change(by=by, at=at, **values)


def being_written(agreement: Agreement, by: Principal) -> None:
    """Raises Refusal when the agreement is on its way to be signed, or NotAllowed when it is somebody else's."""
    if not manages(by, agreement.placement):
        raise NotAllowed("agreement.write", str(agreement.public_id))
    if agreement.status != Agreement.Status.NOT_FINISHED:
        raise Refusal(agreement.MOVES["write"].refusal, code="wrong_status")


def last_lines(school: School) -> dict[str, str]:
    """What this school's own boxes said the last time, for any worker."""
    last = (
        Agreement.objects.filter(placement__school=school)
        .exclude(latest=None)
        .select_related("latest", "in_force")
        .order_by("-starts_on", "-pk")
        .first()
    )
    return dict(last.readable.own_lines) if last else {box.name: "" for box in OWN_LINES}


def manager_for(post: Post, *, by: Principal, on: date) -> Person:
    """Who manages a placement of this post: the manager who asks, else the holder's own, else the team's.

    A deputy's own work is hers; what belongs to the team of whom she covers is that manager's.
    """
    if by.has(Role.TEAM_MANAGER):
        of_team = Membership.objects.on(on).filter(team=post.team_id, role=Role.TEAM_MANAGER, person__in=by.covers)
        covered = of_team.select_related("person").first() if by.covers else None
        return covered.person if covered is not None else Person.objects.get(pk=by.person_id or 0)
    holder = post.holder_on(on)
    line = holder.managed_by.on(on).select_related("manager").first() if holder else None
    if line is not None:
        return line.manager
    team = Membership.objects.on(on).filter(team=post.team, role=Role.TEAM_MANAGER).select_related("person")
    return team[0].person if team else Person.objects.get(pk=by.person_id or 0)


def _check(post: Post, days: Days, elsewhere: PlacementQuerySet) -> None:
    if not days.timetable:
        raise Refusal("Choose at least one day in school.", field="days", code="no_days")
    if days.starts_on < post.starts_on or (post.ends_on is not None and days.starts_on > post.ends_on):
        until = f" to {day_in_words(post.ends_on)}" if post.ends_on else ""
        raise Refusal(
            f"{post.name} is a post from {day_in_words(post.starts_on)}{until}. Choose a first day in that time.",
            field="starts_on",
        )
    hours = days.hours_per_week
    for other in elsewhere.not_over_by(days.starts_on).select_related("school"):
        met = timetable.clash(days.timetable, other.timetable)
        if met is not None:
            weekday = timetable.WEEKDAYS[met["weekday"]]
            raise Refusal(
                f"On {weekday} this worker is at {other.school.name} at that time. Choose other days or hours.",
                field="days",
                code="two_places",
            )
        hours += other.hours_per_week
    terms = post.terms.filter(starts_on__lte=days.starts_on).order_by("starts_on").last()
    if terms is not None and hours > terms.hours_per_week:
        raise Refusal(
            f"That comes to {hours} hours a week in schools. {post.name} has {terms.hours_per_week}. Choose fewer.",
            field="days",
            code="too_many_hours",
        )


def _redate(agreement: Agreement, starts_on: date, *, by: Principal, at: datetime) -> None:
    first, last = school_year_dates(agreement.school_year)
    if not first <= starts_on <= last:
        raise Refusal(
            f"This agreement is for {school_year_label(agreement.school_year)}. Choose a first day from "
            f"{day_in_words(first)} to {day_in_words(last)}.",
            field="starts_on",
        )
    if starts_on != agreement.starts_on:
        agreement.redate(starts_on=starts_on, ends_on=agreement.ends_on, by=by, at=at)


def _there_already(post: Post, school: School) -> Refusal:
    return Refusal(
        f"{post.name} is at {school.name} already. Open its agreement from the list and change that.",
        field="school",
        code="there_already",
    )
