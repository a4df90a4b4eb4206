"""The canary county's calendar: what schools do otherwise than the county."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from schools.models import SchoolDay
from supervision.actions import booking_mail
from supervision.models import CalledOff, Pattern, SetPlace, Visit
from supervision.permissions import CHOOSE_LINK
from teams.foundation.links import Link
from teams.models import Feed, Profession
from tests.factories.authorities import NOW, County
from tests.factories.canaries import AT_OAKFIELD, COUNCIL
from tests.factories.canary_supervision import ALL_THREE_OF, PEOPLE


def add_rhythm(county: County) -> None:
    """Called last: it books visits of the agreements that are there."""
    _bookings(county)
    _feed(county)
    _own_days(county)
    _patterns(county)


def _bookings(county: County) -> None:
    """At Oakfield three times are offered, at Beech none of them suited; one more is to be booked in December."""
    plant, first = county.canaries.plant, timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=20)
    for school, (manager, worker, person) in PEOPLE.items():
        agreement = county.agreement if school == "oakfield" else county.other_agreement
        visit = Visit.objects.create(
            worker=county.people[worker], manager=county.people[manager], placement=agreement.placement,
            month=date(2026, 10, 1), due_on=date(2026, 10, 13), school_person=county.people[person],
            why=f"Because {plant(f'{school} booking why', ALL_THREE_OF[school])}",
        )  # fmt: skip
        times = [(first + timedelta(days=n), first + timedelta(days=n, minutes=45)) for n in range(3)]
        visit.offer(times, by=county.as_(manager), at=NOW)
        county.rows[f"{school} booking"] = visit
    booking_mail.offer_times(county.rows["oakfield booking"], at=NOW)
    county.rows["beech booking"].suit_none(
        f"Friday {plant('beech other times', ALL_THREE_OF['beech'])}", by=county.as_("other_manager"), at=NOW
    )
    due = county.rows["oakfield due"] = Visit.objects.create(
        worker=county.people["worker"], manager=county.people["manager"], placement=county.agreement.placement,
        month=date(2026, 12, 1), due_on=date(2026, 12, 10), why="Because",
    )  # fmt: skip
    CalledOff.objects.create(visit=due, was_at=NOW, side="school", noted_at=NOW)
    _, county.rows["choose token"] = Link.make(
        purpose=CHOOSE_LINK, subject=county.rows["oakfield booking"], person=county.people["lead"], at=timezone.now()
    )


def _feed(county: County) -> None:
    county.rows["feed token"] = Feed.open(county.people["manager"], by=county.as_("manager"), at=NOW)


def _patterns(county: County) -> None:
    """Nothing in them is a word: who is in which set is said with the names of people."""
    Pattern.objects.create(
        profession=Profession.objects.get(), shape=Pattern.Shape.ALTERNATE, starts_on=date(2026, 9, 1),
        review_on=date(2027, 8, 31),
    )  # fmt: skip
    for key, group in (("worker", "A"), ("other_worker", "B")):
        SetPlace.objects.create(person=county.people[key], group=group, starts_on=date(2026, 9, 1))


def _own_days(county: County) -> None:
    day = timezone.localdate() + timedelta(days=200)  # to come, whenever this is run
    for key, readers in (("oakfield", AT_OAKFIELD), ("beech", frozenset({"other_head"}))):
        county.rows[f"{key} day"] = SchoolDay.objects.create(
            school=county.rows[key], kind=SchoolDay.Kind.CLOSED, starts_on=day, ends_on=day,
            words=f"INSET {county.canaries.plant(f'{key} own day', COUNCIL | readers)}",
        )  # fmt: skip
