"""Supervisions of Wanda with Mira at Oakfield, and of Wilf with Otto at Beech: planned, agreed, held; and promises."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from supervision.actions import visits
from supervision.models import Visit
from teams.foundation.transitions import begin
from teams.models import Audience, Commitment, Occasion, Part
from tests.factories.authorities import NOW, County

# For each school who manages, who works there, and who comes for it.
PEOPLE = {"oakfield": ("manager", "worker", "head"), "beech": ("other_manager", "other_worker", "other_head")}
SIDES = {"manager": Part.MANAGER, "other_manager": Part.MANAGER, "worker": Part.WORKER, "other_worker": Part.WORKER}
LAST = NOW - timedelta(days=49)


def text(response: Any) -> str:
    """The words between header and footer."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main.replace("<wbr>", "")))
    return words.replace("\N{NO-BREAK SPACE}", " ").replace("&#39;", "'")


def make_visit(
    county: County, starts_at: datetime, *, school: str = "oakfield", held: bool = False, kind: str = "in_school"
) -> Visit:
    """Agreed for this time; or held then."""
    manager, worker, for_school = PEOPLE[school]
    by = county.as_(manager)
    visit = visits.plan(
        county.rows["agreement" if school == "oakfield" else "other_agreement"].placement,
        worker=county.people[worker],
        manager=county.people[manager],
        due_on=starts_at.date(),
        why="In school this time because last month was peer supervision.",
        by=by,
        at=NOW,
        kind=kind,
        school_person=county.people[for_school],
    )
    visit.agree(starts_at, starts_at + timedelta(minutes=45), place="Library", by=by, at=NOW)
    if kind == "one_to_one":
        Occasion.objects.filter(pk=visit.occasion_id).update(audience=Audience.TWO)
    if held:
        visit.hold({visit.manager_id, visit.worker_id}, by=by, at=NOW)
    return visit


def promise(
    county: County,
    words: str,
    *,
    visit: Visit,
    who: str = "worker",
    due: date = date(2026, 9, 30),
    audience: str = Audience.SHARED,
    at: datetime = NOW,
) -> Commitment:
    made = Commitment(
        text=words,
        promised_by=county.people[who],
        side=SIDES.get(who, Part.SCHOOL),
        due_on=due,
        occasion=visit.occasion,
        audience=audience,
        made_at=at,
    )
    return begin(made, "promise", by=county.as_("manager"), at=at)
