"""One manager, eight workers, eight schools with a head who has an account: a pupil support worker in a secondary and a
family worker in a primary among them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from casework.actions import young_people
from schools.models import Placement, School, SchoolContact
from supervision.models import Pattern
from teams.actions.terms import keep_terms
from teams.foundation.access import Role
from teams.models import Employment, Person, Post, Profession
from teams.rules.terms import offered_terms
from tests.factories.agreements import FIVE_DAYS
from tests.factories.authorities import NOW, County, add_person, contact

SCHOOLS = (
    ("Highmoor School", "Secondary"), ("Marsh Lane Primary School", "Primary"), ("Ash Green Primary School", "Primary"),
    ("St Bride’s Primary School", "Primary"), ("Fen Road School", "Secondary"), ("Lode Infant School", "Primary"),
    ("Willow Park Primary School", "Primary"), ("Quayside School", "Secondary"),
)  # fmt: skip
SECONDARY, FAMILY = 0, 1  # the two that have no signal
WORKERS = ("Pia Sand", "Fern Holt", "Joe Hill", "Ada Reed", "Sam Otter", "Liz Brook", "Ken Moss", "Eve Stone")
HEADS = ("R. Hale", "T. Byrne", "M. Cole", "S. Deen", "V. Eliot", "N. Frost", "P. Gray", "O. Hart")
STARTS = date(2026, 9, 1)


def make_eight(county: County) -> County:
    """`county.placements`, in the order of SCHOOLS; keys of people are "worker 3" and "head 3"."""
    Person.objects.filter(pk=county.people["manager"].pk).update(telephone="01632 960123")
    county.people["manager"].refresh_from_db()
    keep_terms(2026, offered_terms(2026), by=county.as_("admin"), at=NOW)
    support = Profession.objects.get(code="pupil-support")
    family = Profession.objects.create(code="family-support", name="Family support worker")
    for profession in (support, family):
        Pattern.objects.create(profession=profession, shape="alternate", starts_on=STARTS, review_on=date(2027, 8, 31))
    county.rows["placements"] = [
        _place(county, number, family if number == FAMILY else support) for number in range(len(SCHOOLS))
    ]
    return county


def _place(county: County, number: int, profession: Profession) -> Placement:
    name, phase = SCHOOLS[number]
    worker = add_person(county, f"worker {number}", WORKERS[number], Role.WORKER, profession.name)
    post = Post.objects.create(name=f"Post {number}", profession=profession, team=county.team, starts_on=STARTS)
    Employment.objects.create(post=post, person=worker, starts_on=STARTS)
    school = School.objects.create(
        urn=str(900300 + number), name=name, phase=phase, easting=512000 + 4000 * (number % 3), northing=213000
    )
    head = add_person(county, f"head {number}", HEADS[number], Role.HEADTEACHER, "Headteacher")
    Person.objects.filter(pk=head.pk).update(telephone=f"01632 9602{number:02d}")
    contact(county, school, f"head {number}", SchoolContact.Kind.HEAD)
    placement = Placement.objects.create(
        post=post, school=school, manager=county.people["manager"], timetable=FIVE_DAYS, starts_on=STARTS,
        hours_per_week=Decimal("35.00"), status=Placement.Status.ACTIVE,
    )  # fmt: skip
    for initials, need in (("J. B.", "Mornings"), ("A. K.", "Friends at lunch")):
        young_people.start(
            initials=initials, school=school, worker=worker, need=need, starts_on=date(2026, 9, 7),
            by=county.as_(f"worker {number}"), at=NOW,
        )  # fmt: skip
    return placement
