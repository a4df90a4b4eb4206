"""Who works in which school, who pays, and the agreements with their texts, charges and signatures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import F, prefetch_related_objects

from reports.benchmark.council import people
from reports.benchmark.making import Making, Placed, Worker
from schools.actions.agreements import Text, text_of
from schools.demo.agreements import OWN_LINES, WEEKS
from schools.models import (
    Agreement,
    AgreementVersion,
    Charge,
    NextYear,
    Placement,
    School,
    SchoolContact,
    Share,
    Signature,
    TimeAway,
)
from schools.models.agreements import NEEDED
from schools.rules.next_year import budget_date
from schools.rules.timetable import hours_per_week
from teams.foundation import sealing
from teams.foundation.access import Role
from teams.models import Membership
from teams.rules.calendar import school_year_dates

# How the agreements of this school year stand: of a hundred. "varied": in force, and a change is out to sign.
STANDING = (("active", 86), ("varied", 4), ("offered", 5), ("not_finished", 3), ("declined", 2))
TIMES_AWAY_A_YEAR, PARTS_OF_A_WEEK = 20, ("first half", "second half")
PARTY_OF = {"school": "Headteacher", "worker": "Worker", "council": "Team manager"}


class Story(NamedTuple):
    """One placement in one school year, and how its agreement stands in the end."""

    placed: Placed
    school_year: int
    standing: str


def make_agreements(making: Making) -> None:
    _place(making)
    _share_out(making)
    stories = [
        Story(placed, year, "ended" if year < making.school_year else _standing(place))
        for place, placed in enumerate(making.placed)
        for year in making.school_years
    ]
    for some in _chunks(stories, 500):
        _agree(making, some)
    Placement.objects.filter(pk__in=[each.placed.placement.pk for each in stories if _is_new(each)]).update(
        status=Placement.Status.PLANNED
    )
    _next_years(making)
    _away(making)


def _is_new(story: Story) -> bool:
    return story.standing in ("offered", "not_finished", "declined")


def _standing(place: int) -> str:
    at = place * 37 % 100
    for name, share in STANDING:
        if at < share:
            return name
        at -= share
    return STANDING[0][0]


def _chunks(rows: list[Any], size: int) -> Iterator[list[Any]]:
    taken = iter(rows)
    while some := list(islice(taken, size)):
        yield some


def _place(making: Making) -> None:
    """Each funded worker in a school, every tenth in two; the schools as they come, so that some have none."""
    wanted: list[tuple[Worker, School, str]] = []
    for place, worker in enumerate(each for each in making.workers if each.is_funded):
        week = PARTS_OF_A_WEEK if place % 10 == 9 and len(making.schools) > len(wanted) + 1 else ("whole",)
        wanted += [(worker, making.schools[(len(wanted) + more) % len(making.schools)], part)
                   for more, part in enumerate(week)]  # fmt: skip
    leads = people(making, ["Assistant headteacher"] * len(wanted), kind="lead")
    business = people(making, ["School business manager"] * len(wanted), kind="business", with_account=False)
    first_day = making.founded.date()
    placements = making.put(
        Placement(
            post=worker.post,
            school=school,
            manager=worker.manager,
            lead=lead,
            timetable=list(WEEKS[week]),
            hours_per_week=hours_per_week(WEEKS[week]),
            focus="Attendance and belonging",
            room_is_ready=place % 7 != 0,
            starts_on=first_day,
            status=Placement.Status.ACTIVE,
        )
        for place, ((worker, school, week), lead) in enumerate(zip(wanted, leads, strict=True))
    )
    head_of = {school.pk: head for school, head in zip(making.schools, making.heads, strict=True)}
    making.placed = [
        Placed(placement, worker, head_of[school.pk], lead)
        for placement, (worker, school, _), lead in zip(placements, wanted, leads, strict=True)
    ]
    making.put(
        SchoolContact(school=school, person=person, kind=kind, starts_on=first_day, confirmed_at=making.founded)
        for kind, named in (("lead", leads), ("business", business))
        for person, (_, school, _) in zip(named, wanted, strict=True)
    )
    making.put(Membership(user=lead.user, person=lead, role=Role.IN_SCHOOL_LEAD, starts_on=first_day) for lead in leads)


def _share_out(making: Making) -> None:
    """41 and 59, or 30 for each of two schools; the rest comes from a fund, some of them with an end."""
    held: dict[int, list[School]] = {}
    for placed in making.placed:
        held.setdefault(placed.worker.post.pk, []).append(placed.placement.school)
    rows = []
    for place, worker in enumerate(making.workers):
        schools = held.get(worker.post.pk, [])
        each = Decimal(30 if len(schools) > 1 else 41)
        payers: list[tuple[Any, Any, Decimal]] = [(None, school, each) for school in schools]
        payers.append((making.funds[place % 7 % 3], None, 100 - sum((percent for *_, percent in payers), Decimal(0))))
        rows += [
            Share(post=worker.post, fund=fund, school=school, percent=percent, starts_on=worker.post.starts_on)
            for fund, school, percent in payers
        ]
    making.put(rows)


def _agree(making: Making, stories: list[Story]) -> None:
    """Texts are composed by the product itself; what is sealed gets its seal last, for its charges must come first."""
    agreements = []
    for story in stories:
        starts_on, ends_on = school_year_dates(story.school_year)
        agreements.append(
            Agreement(
                placement=story.placed.placement, school_year=story.school_year, starts_on=starts_on, ends_on=ends_on
            )  # fmt: skip
        )
    making.put(agreements)
    prefetch_related_objects(
        [each.placed.placement for each in stories],
        *("post__employments__person", "post__profession__titles", "school__contacts__person"),
    )
    offered_at = [_offered_at(making, story) for story in stories]
    versions = making.put(
        AgreementVersion(agreement=agreement, number=1, own_lines=OWN_LINES, made_at=at)
        for agreement, at in zip(agreements, offered_at, strict=True)
    )
    texts = []
    for agreement, version in zip(agreements, versions, strict=True):
        agreement.latest = version
        texts.append(text_of(agreement, authority=making.authority))
    sealed = [version for version, story in zip(versions, stories, strict=True) if story.standing != "not_finished"]
    kept = {version.pk: text for version, text in zip(versions, texts, strict=True)}
    charges = []
    for version in sealed:
        charges += _written(version, kept[version.pk])
    AgreementVersion.objects.bulk_update(
        sealed,
        ["way", "cost", "cost_sheet", "way_digest", "cost_digest", "whole_cost", "school_cost"],
        batch_size=200,
    )
    making.put(charges)
    AgreementVersion.objects.filter(pk__in=[each.pk for each in sealed]).update(sealed_at=F("made_at"))
    _stand(making, stories, agreements, offered_at)


def _offered_at(making: Making, story: Story) -> datetime:
    """In the June before; what is still open, in the last weeks."""
    if _is_new(story):
        return making.at(making.today - timedelta(days=making.lot.randrange(2, 40)))
    return making.at(date(story.school_year, 6, 1) + timedelta(days=making.lot.randrange(20)))


def _written(version: AgreementVersion, text: Text) -> list[Charge]:
    version.way, version.cost, version.cost_sheet = map(sealing.plain, (text.way, text.cost, text.cost_sheet))
    version.way_digest = sealing.digest(text.way)
    version.cost_digest = sealing.digest({"council": text.cost, "school": text.cost_sheet})
    version.whole_cost, version.school_cost = text.money.a_year, text.cost_sheet["total"]
    school = version.agreement.placement.school
    return [
        Charge(version=version, month=month.starts_on, amount=month.amounts.get(school, Decimal("0.00")))
        for month in text.money.schedule.months
    ]


def _stand(making: Making, stories: list[Story], agreements: list[Agreement], offered_at: list[datetime]) -> None:
    """Signatures where they were given, then the status; a change that is out to sign is a second version."""
    signatures: list[Signature] = []
    changed: list[AgreementVersion] = []
    for story, agreement, at in zip(stories, agreements, offered_at, strict=True):
        agreement.status = "offered" if story.standing == "varied" else story.standing
        agreement.offered_at = None if story.standing == "not_finished" else at
        if not _is_new(story):
            agreement.in_force, agreement.activated_at = agreement.latest, at + timedelta(days=9)
            signatures += _signatures(story, agreement, at)
        if story.standing == "ended":
            agreement.ended_on, agreement.ended_because = agreement.ends_on, "The school year is over."
        if story.standing == "declined":
            agreement.declined_because = "The governors cannot find the money for this share before April."
        if story.standing == "varied":
            changed.append(_change(making, agreement))
    making.put(signatures)
    making.put(changed)
    AgreementVersion.objects.filter(pk__in=[each.pk for each in changed]).update(sealed_at=F("made_at"))
    for version in changed:
        version.agreement.latest, version.agreement.offered_at = version, version.made_at
    fields = ("latest", "in_force", "status", "offered_at", "activated_at", "ended_on", "ended_because")
    Agreement.objects.bulk_update(agreements, [*fields, "declined_because"], batch_size=500)


def _signatures(story: Story, agreement: Agreement, at: datetime) -> list[Signature]:
    placed, version = story.placed, agreement.latest
    people_of = {"school": placed.head, "worker": placed.worker.person, "council": placed.worker.manager}
    return [
        Signature(
            agreement=agreement,
            version=version,
            party=party,
            part=part,
            digest=version.digest_of(part),
            person=people_of[party],
            name=people_of[party].name,
            job=PARTY_OF[party],
            address=people_of[party].email,
            how="link" if party == "school" else "account",
            signed_at=at + timedelta(days=3 * sorted(PARTY_OF).index(party)),
        )
        for party, part in sorted(NEEDED)
    ]


def _change(making: Making, agreement: Agreement) -> AgreementVersion:
    """Another room: the way of working is to be signed anew, the cost stands."""
    before = agreement.in_force
    way = before.way | {"focus": "Mornings that start badly, and the move to this school"}
    same = {name: getattr(before, name)
            for name in ("cost", "cost_sheet", "cost_digest", "whole_cost", "school_cost", "own_lines")}  # fmt: skip
    made_at = making.at(making.today - timedelta(days=making.lot.randrange(2, 30)))
    return AgreementVersion(
        agreement=agreement, number=2, supersedes=before, way=way, way_digest=sealing.digest(way), made_at=made_at,
        **same,
    )  # fmt: skip


def _next_years(making: Making) -> None:
    """Two schools of five have said what next year looks like; some cannot say it yet."""
    year = making.school_year + 1
    begins_on = date(year, 9, 1)
    rows = []
    for place, placed in enumerate(making.placed):
        answer = ("keep", "unknown", "", "keep", "", "cannot", "", "change", "", "")[place % 10]
        if not answer:
            continue
        rings = answer in ("cannot", "unknown")
        budget_on = budget_date(year, academy=placed.placement.school.type_group == "Academies")
        rows.append(
            NextYear(
                placement=placed.placement,
                school_year=year,
                answer=answer,
                words="We will know when the governors have met." if rings else "",
                said_by=placed.head,
                answered_at=making.at(making.today - timedelta(days=making.lot.randrange(1, 60))),
                ring_by=making.today + timedelta(days=place % 5) if rings else None,
                told_from=(making.today if answer == "cannot" else budget_on - timedelta(days=28)) if rings else None,
                budget_on=budget_on,
                notice_on=date(year, 4, 30),
                begins_on=begins_on,
                status=NextYear.Status.TO_RING if rings else NextYear.Status.HEARD,
            )
        )
    making.put(rows)


def _away(making: Making) -> None:
    """Twenty times a year for each worker in a school."""
    rows = []
    for placed in making.placed:
        for time in range(TIMES_AWAY_A_YEAR * making.years):
            day = making.today - timedelta(days=7 + time * 18 + making.lot.randrange(5))
            starts_at = making.at(day, 9 + time % 4)
            rows.append(
                TimeAway(
                    placement=placed.placement,
                    person=placed.worker.person,
                    written_by=placed.worker.person,
                    starts_at=starts_at,
                    back_at=starts_at + timedelta(hours=3),
                    purpose=("team", "training", "peer", "home", "camhs")[time % 5],
                    benefit="What is learned there comes back to the school.",
                    told_at=starts_at - timedelta(days=2),
                )
            )
    making.put(rows)
