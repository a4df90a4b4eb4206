"""One authority from nothing to its last row."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time

from django.utils import timezone

from reports.benchmark.agreements import make_agreements
from reports.benchmark.casework import make_young_people
from reports.benchmark.council import make_council
from reports.benchmark.county import make_county
from reports.benchmark.history import make_history
from reports.benchmark.making import Making
from reports.benchmark.papers import make_papers
from reports.benchmark.reviews import make_reviews
from reports.benchmark.said import make_said
from reports.benchmark.schools import make_schools
from reports.benchmark.sizes import size_of
from reports.benchmark.supervision import make_supervision
from teams.models import Authority

SLUG = "benchmark-{:03d}"
FLOORS = (
    make_council, make_schools, make_agreements, make_young_people, make_supervision, make_reviews, make_said,
    make_papers, make_county, make_history,
)  # fmt: skip


def slug_of(number: int) -> str:
    return SLUG.format(number)


def found(number: int, *, today: date) -> Authority:
    """Marked as a demo, so that `purge_demo` deletes it, and with its doors closed, so that nothing is ever mailed."""
    return Authority.objects.create(
        slug=slug_of(number),
        name=f"Benchmark {number} Council",
        la_code=f"{number:03d}",  # no real council has a number below 200
        is_demo=True,
        made_at=timezone.make_aware(datetime.combine(today, time(7))),
    )


def fill(authority: Authority, number: int, *, of: int, years: int, today: date) -> Making:
    """The nth of so many, in its own open scope."""
    making = Making(
        number=number, size=size_of(number, of), today=today, years=years, authority=authority,
        counts=Counter({"teams_authority": 1}),
    )  # fmt: skip
    for make in FLOORS:
        make(making)
    return making
