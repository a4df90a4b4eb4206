"""Yearly reviews of a made-up county: a scheme, and three that have begun, each with its schools at another point."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from performance.actions import head_parts
from performance.actions.beginning import begin_review
from performance.models import HeadPart, Scheme
from performance.models.meetings import Time
from performance.rules.schemes import COUNTY
from schools.demo.agreements import Stage, as_system
from schools.models import Placement, SchoolContact
from teams.models import Employment

BEGUN, READ_IN, MEETING_IN = 12, 3, 9  # days ago, and days from now
# What the schools of the first placements said; "" has not answered yet.
SAID = (
    ("keep", "Mornings at the gate: three come in by themselves now.", "A group for the youngest."),
    ("", "", ""),
    ("unknown", "She knows every family of the mornings.", ""),
)


def play(stage: Stage) -> None:
    """The county's own scheme for everybody, and one review for each of the first workers with one school."""
    at = stage.ago(BEGUN)
    by = as_system(at)
    for employer in sorted(set(Employment.objects.values_list("employer", flat=True))):
        name = f"Yearly review of {employer}" if employer else "Yearly review"
        Scheme.add(name, COUNTY, employer=employer, profession=None, by=by, at=at)
    for number, (placement, said) in enumerate(zip(_placed(stage), SAID, strict=False)):
        _begin(stage, placement, said, at_half_past_three=number == 0)


def _placed(stage: Stage) -> list[Placement]:
    """The first placements of workers in a single school that has a head."""
    today = timezone.localdate(stage.now)
    rows = Placement.objects.filter(status=Placement.Status.ACTIVE, starts_on__lte=today)
    rows = rows.select_related("school", "manager", "post").prefetch_related("post__employments__person")
    found: dict[int, list[Placement]] = {}
    for placement in rows.order_by("pk"):
        found.setdefault(placement.post_id, []).append(placement)
    return [each[0] for each in found.values() if len(each) == 1 and _worker(each[0], stage) is not None]


def _worker(placement: Placement, stage: Stage) -> object:
    return placement.post.holder_on(timezone.localdate(stage.now))


def _begin(stage: Stage, placement: Placement, said: tuple[str, str, str], *, at_half_past_three: bool) -> None:
    asked_at, given_at = stage.ago(BEGUN), stage.ago(2)
    today = timezone.localdate(stage.now)
    head = SchoolContact.objects.heads().on(today).filter(school=placement.school).select_related("person").first()
    worker = placement.post.holder_on(today)
    if head is None or worker is None:
        return
    starts_at = timezone.make_aware(datetime.combine(today + timedelta(days=MEETING_IN), time(15, 30)))
    review = begin_review(
        worker,
        "yearly",
        manager=placement.manager,
        meeting_on=today + timedelta(days=MEETING_IN),
        time=Time(starts_at, starts_at + timedelta(hours=1), placement.school.name) if at_half_past_three else None,
        by=as_system(asked_at),
        at=asked_at,
    )
    part = HeadPart.ask(
        review,
        placement,
        head.person,
        read_on=today + timedelta(days=READ_IN),
        by=as_system(asked_at),
        at=asked_at,
    )
    answer, difference, wishes = said
    if answer:
        words = {"difference": difference, "wishes": wishes, "expected": "yes", "expected_why": "", "comes": "yes"}
        year = review.ends_on.year
        head_parts.give(
            part,
            words | {"next_year": answer, "next_words": "", "school_year": year},
            person=head.person,
            by=as_system(given_at),
            at=given_at,
        )
