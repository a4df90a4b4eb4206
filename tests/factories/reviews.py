"""Reviews of Wanda with Mira, and of Wilf with Otto, under the county's own scheme. The school year is not over yet."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from performance.actions.beginning import begin_review
from performance.models import Review, Scheme
from performance.rules.schemes import COUNTY
from teams.models import LineManagement
from tests.factories.authorities import LONDON, County

JUNE = date(2027, 6, 1)
IN_JUNE = datetime(2027, 6, 1, 10, 0, tzinfo=LONDON)


def make_scheme(county: County, **changes: Any) -> Scheme:
    """The county's own, for every profession. Call inside the county."""
    chosen: dict[str, Any] = {"employer": "", "profession": None} | changes
    return Scheme.add("Our yearly review", COUNTY, **chosen, by=county.as_("admin", JUNE), at=IN_JUNE)


def make_review(county: County, *, stage: str = "yearly", who: str = "worker", manager: str = "manager") -> Review:
    """Begun in June 2027. Needs a scheme; call inside the county."""
    LineManagement.objects.get_or_create(
        person=county.people[who], manager=county.people[manager], defaults={"starts_on": date(2024, 9, 1)}
    )
    return begin_review(
        county.people[who],
        stage,
        manager=county.people[manager],
        meeting_on=date(2027, 6, 22),
        by=county.as_(manager, JUNE),
        at=IN_JUNE,
    )
