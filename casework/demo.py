"""Young people of a made-up county: by initials alone, three to five with each worker in a school."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from casework.models import YoungPerson
from schools.demo.agreements import Stage, as_system
from schools.models import Placement
from teams.foundation import audit

INITIALS = [
    "A.B.",
    "C.D.",
    "E.M.",
    "F.O.",
    "G.H.",
    "I.K.",
    "J.S.",
    "K.T.",
    "L.W.",
    "M.A.",
    "N.P.",
    "O.R.",
    "R.E.",
    "S.L.",
    "T.Y.",
]
NEEDS = (
    "Coming in on Monday mornings",
    "Break times, and finding somebody to be with",
    "The move to this school",
    "Homework, and a place to do it",
    "Part-time timetable: back to whole days step by step",
    "Talking with the school when things go wrong at home",
)


def play(stage: Stage) -> None:
    """In every placement that has begun; one of them new since last week, so that a page can say so."""
    by, today = as_system(stage.now), timezone.localdate(stage.now)
    active = Placement.objects.filter(status=Placement.Status.ACTIVE, starts_on__lte=today).select_related("school")
    young = []
    for place, placement in enumerate(active.prefetch_related("post__employments__person").order_by("pk")):
        worker = placement.post.holder_on(today)
        if worker is None:
            continue
        for number in range(3 + place % 3):
            weeks = 1 if number == 2 else 20
            young.append(
                YoungPerson(
                    initials=INITIALS[(place * 4 + number) % len(INITIALS)],
                    school=placement.school,
                    worker=worker,
                    need=NEEDS[(place + number) % len(NEEDS)],
                    starts_on=max(placement.starts_on, today - timedelta(weeks=weeks, days=-2)),
                )
            )
    YoungPerson.objects.bulk_create(young)
    audit.record("youngperson.load", by=by, at=stage.now, subjects=young)
