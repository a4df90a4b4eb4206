"""Placements and agreements of a made-up county, in every state there is, made by the same verbs as real ones.

What is signed was signed in June, before the school year; what is open was sent in the last weeks. So the demo looks
alive on whatever day it is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from schools.actions import agreements, changes, heads
from schools.actions.money import share_out
from schools.actions.placements import Days, change_days, put_in_school
from schools.actions.who_pays import say_who_pays
from schools.demo.counties import FAMILY, SUPPORT, MadeUpCounty
from schools.demo.files import PRIMARY, SECONDARY
from schools.models import Agreement, FundingStream, School
from schools.models.agreements import Party, SignedPart
from schools.permissions import SIGN_LINK, may_sign_for_council
from schools.rules.timetable import USUAL_ENDS, USUAL_STARTS, Day
from teams.foundation import links
from teams.foundation.access import Principal, Role
from teams.foundation.links import Link
from teams.models import Person, Post

BUDGET, GRANT = "County budget", "Early help grant"


def _days(*weekdays: int) -> list[Day]:
    return [Day(weekday=day, starts=USUAL_STARTS, ends=USUAL_ENDS) for day in weekdays]


WEEKS: dict[str, list[Day]] = {
    "whole": _days(0, 1, 2, 3, 4),
    "first half": [*_days(0, 1), Day(weekday=2, starts=USUAL_STARTS, ends="12:00")],
    "second half": [Day(weekday=2, starts="13:00", ends=USUAL_ENDS), *_days(3, 4)],
    "four days": _days(0, 1, 2, 3),
    "Monday and Tuesday": _days(0, 1),
    "Thursday and Friday": _days(3, 4),
}


@dataclass(frozen=True)
class Place:
    """The nth worker of a profession in the nth school of a phase in her quadrant: what the school pays, how it stands.

    `since_last_year` gives the placement an agreement of last year as well, which has run out.
    """

    profession: str
    worker: int
    phase: str
    school: int
    percent: str
    state: str
    week: str = "whole"
    since_last_year: bool = False
    grant: str = ""  # what the grant pays of the post; the county's budget pays the rest


PLACES: dict[str, tuple[Place, ...]] = {
    "hollinshire": (
        Place(SUPPORT, 0, SECONDARY, 0, "41", "active", since_last_year=True),
        Place(SUPPORT, 1, SECONDARY, 1, "41", "asked about"),
        Place(SUPPORT, 2, SECONDARY, 0, "30", "active", "first half"),  # one worker in two schools: 30 + 30 + 40
        Place(SUPPORT, 2, SECONDARY, 1, "30", "active", "second half"),
        Place(SUPPORT, 3, SECONDARY, 0, "41", "active", since_last_year=True, grant="40"),  # two workers in one school
        Place(SUPPORT, 4, SECONDARY, 0, "41", "being varied"),
        Place(SUPPORT, 5, SECONDARY, 1, "41", "signed by one"),
        Place(SUPPORT, 6, SECONDARY, 0, "41", "active"),
        Place(SUPPORT, 7, SECONDARY, 1, "41", "signed by two"),
        Place(SUPPORT, 8, SECONDARY, 2, "41", "ended"),
        Place(FAMILY, 0, PRIMARY, 0, "20.5", "active", "first half"),
        Place(FAMILY, 0, PRIMARY, 1, "20.5", "sent", "second half"),
        Place(FAMILY, 1, PRIMARY, 0, "25", "active", "first half"),
        Place(FAMILY, 1, PRIMARY, 1, "25", "declined", "second half"),
        Place(FAMILY, 2, PRIMARY, 0, "30", "active", "first half", grant="20"),
        Place(FAMILY, 2, PRIMARY, 1, "30", "active", "second half", grant="20"),
        Place(FAMILY, 3, PRIMARY, 0, "33.33", "active", "Monday and Tuesday"),
        Place(FAMILY, 3, PRIMARY, 1, "33.33", "not finished", "Thursday and Friday"),
    ),
    "larkford": (
        Place(SUPPORT, 0, SECONDARY, 0, "41", "active", since_last_year=True),
        Place(SUPPORT, 1, SECONDARY, 1, "41", "sent"),
        Place(SUPPORT, 2, SECONDARY, 0, "30", "active", "first half"),
        Place(SUPPORT, 2, SECONDARY, 1, "30", "active", "second half"),
        Place(SUPPORT, 3, SECONDARY, 2, "41", "declined"),
        Place(SUPPORT, 4, SECONDARY, 0, "41", "ended"),
        Place(FAMILY, 0, PRIMARY, 0, "30", "active", "first half", grant="20"),
        Place(FAMILY, 0, PRIMARY, 1, "30", "not finished", "second half", grant="20"),
        Place(FAMILY, 1, PRIMARY, 0, "41", "active", "four days"),
    ),
}
OWN_LINES = {
    "focus": "Pupils in their first year here, and mornings that start badly.",
    "room": "The quiet room by the library. Report to the office.",
    "other": "",
}
QUESTION = "Could the days be Monday to Thursday? A trainee uses the room on Fridays."
DECLINED = "The governors cannot find the money for this share before April."


@dataclass(frozen=True)
class Stage:
    """Where the stories of one county play: its rows, who manages each team, and when it is."""

    county: MadeUpCounty
    authority: Any
    school_year: int
    now: datetime
    posts: dict[str, list[Post]]  # by profession, in the order of the teams
    schools: dict[tuple[str, str], list[School]]  # by quadrant and phase
    managers: dict[int, Person]  # by team
    senior_manager: Person
    funds: dict[str, FundingStream]

    def post(self, place: Place) -> Post:
        return self.posts[place.profession][place.worker]

    def school(self, place: Place) -> School:
        quadrant = self.post(place).team.name.removesuffix(" team")
        return self.schools[quadrant, place.phase][place.school]

    def manager(self, place: Place) -> Person:
        return self.managers[self.post(place).team_id]

    def ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)

    def last_june(self, day: int, *, before: int = 0) -> datetime:
        """A day of the June before this school year, or before an earlier one; always in the past."""
        return datetime(self.school_year - before, 6, day, 10, 0, tzinfo=timezone.get_current_timezone())


def make_agreements(stage: Stage) -> None:
    """Who pays for every post, then every placement with its agreement in its state."""
    places = PLACES[stage.county.slug]
    _share_out(stage, places)
    for place in places:
        STATES[place.state](_Story(stage, place))
    changes.close_run_out(by=as_system(stage.now), at=datetime(
        stage.school_year, 9, 1, 6, 0, tzinfo=timezone.get_current_timezone()
    ))  # fmt: skip


def as_system(at: datetime) -> Principal:
    return Principal(kind="system", name="load_demo", today=timezone.localdate(at))


def as_member(person: Person, role: Role, at: datetime) -> Principal:
    """What somebody is on that day, signed in."""
    return Principal(
        kind="membership",
        user_id=person.user_id,
        person_id=person.pk,
        name=person.name,
        roles=frozenset({role}),
        today=timezone.localdate(at),
    )


def _share_out(stage: Stage, places: tuple[Place, ...]) -> None:
    """59 and 41, or as the places say; whoever is placed nowhere is paid by the county alone."""
    for profession, posts in stage.posts.items():
        for number, post in enumerate(posts):
            held = [place for place in places if (place.profession, place.worker) == (profession, number)]
            shares: list[tuple[Any, Decimal]] = [(stage.school(place), Decimal(place.percent)) for place in held]
            if held and held[0].grant:
                shares.append((stage.funds[GRANT], Decimal(held[0].grant)))
            rest = Decimal(100) - sum((percent for _, percent in shares), Decimal(0))
            by = as_member(stage.managers[post.team_id], Role.TEAM_MANAGER, stage.now)
            new = [(stage.funds[BUDGET], rest), *shares]
            share_out(post, new, from_day=post.starts_on, by=by, at=stage.last_june(1, before=1))


class _Story:
    """One placement from the first plan to the state it is left in."""

    def __init__(self, stage: Stage, place: Place) -> None:
        self.stage, self.place = stage, place
        self.post, self.school, self.person = stage.post(place), stage.school(place), stage.manager(place)
        self.agreement: Any = None

    def manager(self, at: datetime) -> Principal:
        return as_member(self.person, Role.TEAM_MANAGER, at)

    def plan(self, starts_on: date, *, at: datetime) -> None:
        lead = self.school.contacts.filter(kind="lead").select_related("person").first()
        days = Days(
            timetable=WEEKS[self.place.week],
            starts_on=starts_on,
            focus="Attendance and belonging" if self.place.phase == SECONDARY else "Families at the start of school",
            room_is_ready=self.place.state == "active",
            lead=lead.person if lead else None,
        )
        self.agreement = put_in_school(self.post, self.school, days, manager=self.person, by=self.manager(at), at=at)
        self.agreement.write(OWN_LINES, by=self.manager(at), at=at)

    def offer(self, *, at: datetime) -> None:
        agreements.offer(
            self.agreement, authority=self.stage.authority, by=self.manager(at), at=at, reason="Rang the head first"
        )

    def head_by_link(self, at: datetime) -> tuple[Link, Principal, Person]:
        head = heads.head_of(self.school, on=max(self.agreement.starts_on, timezone.localdate(at))).person
        link, _ = Link.make(purpose=SIGN_LINK, subject=self.agreement, person=head, at=at)
        return link, links.principal_of(link, today=timezone.localdate(at)), head

    def school_signs(self, *, at: datetime) -> None:
        link, by, head = self.head_by_link(at)
        self.sign(Party.SCHOOL, [SignedPart.WAY, SignedPart.COST], head, by, at, how="link")
        link.mark_answered(answer="you agreed", at=at)

    def worker_signs(self, *, at: datetime) -> None:
        worker = self.post.holder_on(max(self.agreement.starts_on, timezone.localdate(at)))
        assert worker is not None  # noqa: S101  (the list of staff says so)
        self.sign(Party.WORKER, [SignedPart.WAY], worker, as_member(worker, Role.WORKER, at), at)

    def council_signs(self, *, at: datetime) -> None:
        by, person = self.manager(at), self.person
        if not may_sign_for_council(by, self.agreement):
            person = self.stage.senior_manager
            by = as_member(person, Role.SENIOR_MANAGER, at)
        self.sign(Party.COUNCIL, [SignedPart.WAY, SignedPart.COST], person, by, at)

    def sign(
        self, party: str, parts: list[str], person: Person, by: Principal, at: datetime, *, how: str = "account"
    ) -> None:
        agreements.sign(self.agreement, party=party, parts=parts, person=person, how=how, by=by, at=at)

    def sign_all(self, *, before: int = 0) -> None:
        """Sent and signed by all three in one June."""
        self.offer(at=self.stage.last_june(15, before=before))
        self.school_signs(at=self.stage.last_june(17, before=before))
        self.worker_signs(at=self.stage.last_june(18, before=before))
        self.council_signs(at=self.stage.last_june(22, before=before))

    def plan_soon(self, *, days_ago: int) -> None:
        """To start on a Monday in two weeks or so, inside this school year."""
        soon = timezone.localdate(self.stage.now) + timedelta(days=14)
        soon += timedelta(days=-soon.weekday() % 7)
        self.plan(min(soon, date(self.stage.school_year + 1, 7, 1)), at=self.stage.ago(days_ago))


def _active(story: _Story) -> None:
    stage, year = story.stage, story.stage.school_year
    if story.place.since_last_year:
        story.plan(date(year - 1, 9, 1), at=stage.last_june(12, before=1))
        story.sign_all(before=1)
        at = stage.last_june(12)
        story.agreement = changes.renew(story.agreement, by=story.manager(at), at=at)
    else:
        story.plan(date(year, 9, 1), at=stage.last_june(12))
    story.sign_all()


def _ended(story: _Story) -> None:
    """The worker has left: the agreement ran to the end of last year, and the post is vacant."""
    stage, year = story.stage, story.stage.school_year
    story.plan(date(year - 1, 9, 1), at=stage.last_june(12, before=1))
    story.sign_all(before=1)
    at = stage.last_june(24)
    changes.end(
        story.agreement, on=date(year, 8, 31), reason="the worker has found another post", by=story.manager(at), at=at
    )
    share_out(story.post, [(stage.funds[BUDGET], Decimal(100))], from_day=date(year, 9, 1), by=story.manager(at), at=at)


def _being_varied(story: _Story) -> None:
    """In force since September; fewer days and another share have been sent to sign."""
    _active(story)
    stage, agreement = story.stage, story.agreement
    at = stage.ago(9)
    agreement.revise(by=story.manager(at), at=at)
    placement = agreement.placement
    days = Days(WEEKS["four days"], placement.starts_on, placement.focus, placement.room_is_ready, placement.lead)
    change_days(agreement, days, by=story.manager(at), at=at)
    next_month = (timezone.localdate(stage.now).replace(day=1) + timedelta(days=32)).replace(day=1)
    say_who_pays(
        agreement,
        [(stage.funds[BUDGET], Decimal("65.00")), (story.school, Decimal("35.00"))],
        from_day=next_month,
        by=story.manager(at),
        at=at,
    )
    story.offer(at=stage.ago(8))


def _not_finished(story: _Story) -> None:
    story.plan_soon(days_ago=3)


def _sent(story: _Story) -> None:
    story.plan_soon(days_ago=5)
    story.offer(at=story.stage.ago(4))


def _signed_by_one(story: _Story) -> None:
    story.plan_soon(days_ago=14)
    story.offer(at=story.stage.ago(13))
    story.worker_signs(at=story.stage.ago(12))


def _signed_by_two(story: _Story) -> None:
    """School and worker have signed. The post costs more than a team manager may sign for."""
    story.plan_soon(days_ago=19)
    story.offer(at=story.stage.ago(18))
    story.worker_signs(at=story.stage.ago(17))
    story.school_signs(at=story.stage.ago(11))


def _asked_about(story: _Story) -> None:
    story.plan_soon(days_ago=7)
    story.offer(at=story.stage.ago(6))
    at = story.stage.ago(5)
    _, by, head = story.head_by_link(at)
    story.agreement.ask(QUESTION, person=head, by=by, at=at)


def _declined(story: _Story) -> None:
    story.plan_soon(days_ago=13)
    story.offer(at=story.stage.ago(12))
    at = story.stage.ago(10)
    link, by, _ = story.head_by_link(at)
    story.agreement.decline(DECLINED, by=by, at=at)
    link.mark_answered(answer="you did not agree", at=at)


STATES: dict[str, Callable[[_Story], None]] = {
    "active": _active,
    "being varied": _being_varied,
    "ended": _ended,
    "not finished": _not_finished,
    "sent": _sent,
    "signed by one": _signed_by_one,
    "signed by two": _signed_by_two,
    "asked about": _asked_about,
    "declined": _declined,
}


def still_open() -> list[Any]:
    """The agreements that wait for the school: their mails may go, all others have gone long ago."""
    offered = Agreement.objects.waiting_for_signature().for_page()
    return [agreement for agreement in offered if "school" in agreement.waits_for()]
