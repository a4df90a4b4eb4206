"""A worker in two schools, her review begun in June; one head has given her part, the other has not answered."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from performance.actions import agreeing, evidence, meetings
from performance.actions.reaching import Reach
from performance.models import HeadPart, Review
from performance.rules import words as rules
from schools.actions import next_year
from schools.models import Placement
from teams.foundation.access import system
from teams.foundation.mail import Notice
from tests.factories.agreements import make_agreement, offered, signed
from tests.factories.authorities import LONDON, County
from tests.factories.reviews import IN_JUNE, JUNE, make_review, make_scheme

HELD = datetime(2027, 6, 22, 15, 0, tzinfo=LONDON)
HELD_ON = HELD.date()
SECRET = "She is worn out by the drive"


def placed(county: County, school: str) -> Placement:
    """Wanda's post in one more school, since September."""
    return Placement.objects.create(
        post=county.post, school=county.rows[school], manager=county.people["manager"], hours_per_week=10,
        timetable=[{"weekday": 1, "starts": "08:30", "ends": "15:30"}], starts_on=date(2026, 9, 1), status="active",
    )  # fmt: skip


def reviewed(county: County) -> None:
    """`county.review`, `county.part` (Oakfield's head, given) and `county.silent` (Beech's, asked). Inside the county."""
    agreement = signed(offered(make_agreement(county), county), county)
    county.rows["placement"] = Placement.objects.get(pk=agreement.placement_id)
    county.rows["at_beech"] = placed(county, "beech")
    county.rows["scheme"] = make_scheme(county)
    review = county.rows["review"] = make_review(county)
    by = county.as_("manager", JUNE)
    read_on = date(2027, 6, 15)
    county.rows["part"] = HeadPart.ask(
        review, county.placement, county.people["head"], read_on=read_on, by=by, at=IN_JUNE
    )
    county.rows["silent"] = HeadPart.ask(
        review, county.at_beech, county.people["other_head"], read_on=read_on, by=by, at=IN_JUNE
    )
    give_part(county, county.part, "head")


def give_part(county: County, part: HeadPart, head: str, **more: Any) -> None:
    said = {"difference": "The breakfast club", "wishes": "More of it", "expected": "mostly", "expected_why": ""} | more
    by = county.as_(head, JUNE)
    answer = next_year.say(
        part.placement, "keep", words="", person=county.people[head], school_year=2027, by=by, at=IN_JUNE
    )
    part.give(**said, comes=True, next_year=answer, by=by, at=IN_JUNE)


def read_all(county: County, review: Review, *, on: date = HELD_ON) -> None:
    by = county.as_("worker", on)
    shown = {str(each.public_id) for each in evidence.gather(review, by).unread}
    evidence.read(review, shown, by=by, at=HELD)


SHARED = {"h-results": "All of what was agreed", "h-strengths": "Mornings at the gate"}
TWO = {
    "h-career": "Early help, one day",
    "h-wellbeing": SECRET,
    "h-dropped": "The lunch club",
    "next-1-text": "Two groups a term",
    "next-1-by": "2027-12-17",
}


def held(
    county: County,
    review: Review,
    shared: dict[str, str] | None = None,
    two: dict[str, str] | None = None,
    *,
    by: str = "manager",
) -> Review:
    """The meeting has been, and its words are out to be agreed."""
    who = county.as_(by, HELD_ON)
    content = review.says
    last = meetings.last_objectives(review)
    meetings.send(
        review,
        rules.gather_shared((SHARED if shared is None else shared).items(), content),
        rules.gather_two((TWO if two is None else two).items(), content, last),
        by=who, at=HELD,
    )  # fmt: skip
    return Review.objects.for_page().get(pk=review.pk)


def says(county: County, review: Review, who: str, *, agreed: bool = True, words: str = "", later: int = 0) -> bool:
    """One of them answers, so many days later."""
    at = HELD + timedelta(days=later)
    review = Review.objects.for_page().get(pk=review.pk)
    row = next(each for each in review.people.all() if each.person_id == county.people[who].pk)
    by, sending = county.as_(who, at.date()), review.sent_times
    return agreeing.answer(review, row, sending=sending, agreed=agreed, words=words, how="account", by=by, at=at)


def mailed(*, at: datetime = HELD) -> None:
    """What waits has left."""
    Notice.objects.filter(state=Notice.State.WAITING).update(state=Notice.State.SENT, sent_at=at)


def may_stand(review: Review, at: datetime) -> bool:
    return agreeing.may_stand(review, Reach.of(review, today=at.date()))


def follow(county: County, days: int) -> str:
    """The morning's look, so many days after the meeting."""
    at = HELD + timedelta(days=days)
    review = Review.objects.get(pk=county.review.pk)
    return agreeing.follow_up(review, by=system("t", today=at.date()), at=at)
