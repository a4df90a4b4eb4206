"""A review begins: which scheme holds for this worker, which year it looks back at, and whose schools take part."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from performance.actions import agreeing
from performance.models import Review, ReviewPerson, Scheme, SchemeEdition
from performance.models.meetings import Time
from schools.models import Placement
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.models import Employment, Part, Person


def employment_of(worker: Person, day: date) -> Employment | None:
    """What they are employed as on this day; the longest, where there are several."""
    held = Employment.objects.on(day).filter(person=worker).select_related("post__profession")
    return held.order_by("starts_on", "pk").first()


def edition_for(worker: Person, day: date) -> SchemeEdition:
    """What a review of this worker goes by if it begins today. Raises Refusal where no scheme holds."""
    employment = employment_of(worker, day)
    if employment is None:
        raise Refusal(
            f"{worker.name} has no post today, so no scheme of reviews holds. An administrator puts the post right "
            "under People.",
            code="no_post",
        )
    profession = employment.post.profession
    scheme = Scheme.objects.for_work(employment.employer, profession).first()
    if scheme is None:
        raise Refusal(
            f"There is no scheme of reviews for a {profession.name.lower()} of {employment.employer or 'the council'}. "
            "An administrator adds one under Set up, Reviews. Nothing that you chose is lost.",
            code="no_scheme",
        )
    edition: SchemeEdition = scheme.latest()
    return edition


def placements_of(worker: Person, starts_on: date, ends_on: date) -> list[Placement]:
    """Where the worker has been in this time, by school: a school that she came back to stands once, with the last."""
    held = Q(post__employments__ends_on=None) | Q(post__employments__ends_on__gte=starts_on)
    there = Q(ends_on=None) | Q(ends_on__gte=starts_on)
    # In the post while the placement ran: a school that its last holder left is not theirs.
    together = Q(ends_on=None) | Q(post__employments__starts_on__lte=F("ends_on"))
    together &= Q(post__employments__ends_on=None) | Q(post__employments__ends_on__gte=F("starts_on"))
    rows = (
        Placement.objects.exclude(status=Placement.Status.PLANNED)
        .filter(there, held, together, post__employments__person=worker, post__employments__starts_on__lte=ends_on)
        .filter(starts_on__lte=ends_on)
        .select_related("school", "post", "manager")
        .distinct()
    )
    by_school = {row.school_id: row for row in sorted(rows, key=lambda row: (row.starts_on, row.pk))}
    return sorted(by_school.values(), key=lambda row: (row.school.name, row.pk))


def begin_review(
    worker: Person,
    stage: str,
    *,
    manager: Person,
    second_manager: Person | None = None,
    meeting_on: date | None = None,
    time: Time | None = None,
    by: Principal,
    at: datetime,
) -> Review:
    """The worker can prepare from now on. `manager` and `second_manager` must both agree at the end.

    Raises Refusal where no scheme holds, for a stage that the scheme does not have, where it has begun already, and for
    a time at which one of them has something else.
    """
    edition = edition_for(worker, by.today)
    stages = {each.code: each for each in edition.says.stages}
    if stage not in stages:
        raise Refusal(
            f"{edition.scheme.name} has no such stage: choose one of {', '.join(s.name for s in stages.values())}.",
            field="stage",
            code="no_stage",
        )
    if second_manager is not None and second_manager.pk in (manager.pk, worker.pk):
        raise Refusal("Choose somebody else as the second manager.", field="second_manager", code="same_person")
    year = edition.says.year_of(by.today)
    starts_on, ends_on = edition.says.year(year)
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",), no_key=True).get(pk=worker.pk)  # two presses begin one
        if Review.objects.counted().filter(worker=worker, year=year, stage=stage).exists():
            raise Refusal(
                f"{stages[stage].name} of {worker.name} has begun already. Open it under Reviews.",
                field="stage",
                code="begun",
            )
        review = begin(
            Review(
                worker=worker,
                manager=manager,
                second_manager=second_manager,
                edition=edition,
                stage=stage,
                year=year,
                starts_on=starts_on,
                ends_on=ends_on,
                begun_at=at,
                meeting_on=meeting_on,
            ),
            "begin",
            by=by,
            at=at,
        )
        people: list[tuple[Any, str]] = [(worker, Part.WORKER), *((each, Part.MANAGER) for each in review.managers)]
        ReviewPerson.objects.bulk_create(
            [ReviewPerson(review=review, person=person, part=part) for person, part in people]
        )
        if time is not None:
            agreeing.plan_meeting(review, meeting_on, second_manager, time=time, by=by, at=at)
    return review
