"""Where the county's need is and where its workers are, as a briefing on two sides of A4 (H93, L13, M10).

Every figure comes from `schools.actions.need` and `need_areas`, as on the pages about need; none is counted here.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from reports.actions.kinds import NEED_BRIEFING
from reports.actions.snapshots import check_of
from reports.models import DocumentItem, DocumentRun
from schools.actions import need as actions
from schools.actions import need_areas
from schools.actions.need import Need, SchoolNeed
from schools.permissions import NEED_DECIDERS
from schools.rules import need as rules
from teams.foundation import sealing
from teams.foundation.access import Principal
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.transitions import begin
from teams.foundation.words import day
from teams.models import Area, Authority
from teams.models.places import NO_AREA
from teams.rules.calendar import school_year_of

TOP = 10
# Months of the terms by which papers are kept; a briefing of a holiday belongs to the term before it.
SEASONS = {**dict.fromkeys((9, 10, 11, 12), "autumn"), **dict.fromkeys((1, 2, 3, 4), "spring")}


def print_briefing(authority: Any, *, by: Principal, at: datetime) -> DocumentRun:
    """What stands today is frozen and waits to be drawn; a briefing made before in this term stays, and is marked.

    Raises NotAllowed for everybody but a senior manager, Refusal while no school has a score.
    """
    if not (by.is_system or by.has(*NEED_DECIDERS)):
        raise NotAllowed("need.brief", "")
    snapshot = snapshot_of(authority, by=by)
    if not snapshot["ranked"]:
        raise Refusal(
            "No school has a score yet. The administrator loads the census and absence files first.", code="no_scores"
        )
    kept = dict(sealing.plain(snapshot | {"check": {"council": check_of(authority.slug)}}))
    about = {
        "kind": NEED_BRIEFING,
        "school_year": school_year_of(by.today),
        "season": SEASONS.get(by.today.month, "summer"),
    }
    with transaction.atomic():
        Authority.one_at_a_time()  # two presses open one run
        run = DocumentRun.objects.filter(**about).first()
        if run is None:
            run = DocumentRun(**about, opened_at=at)
            begin(run, "open", by=by, at=at)
        else:
            run.reopen(by=by, at=at)
        title = f"Need and workers, {day(by.today)}"
        DocumentItem.objects.create(
            run=run, subject_id=uuid.uuid4(), title=title, snapshot=kept, digest=sealing.digest(kept)
        )
    return run


def snapshot_of(authority: Any, *, by: Principal) -> dict[str, Any]:
    """Plain values, all that the briefing says but its check code."""
    need = actions.need_of(by, today=by.today)
    areas = list(Area.objects.visible_to(by))
    names = {area.pk: area.name for area in areas}
    money, unknown = need_areas.money_by_area(need, by, authority)
    rows = need_areas.by_area(need, areas, money)
    elsewhere = actions.elsewhere(today=by.today)
    return {
        "kind": NEED_BRIEFING,
        "authority": authority.letterhead,
        "figures_on": by.today,
        "made_by": by.name,
        "ranked": need.ranked,
        "schools": len(need.schools),
        "how_old": need.how_old,
        "weights": [[words, need.weights.of(part)] for part, words in rules.PARTS.items()],
        "decided": (
            {"by": need.decided.set_by.name, "on": need.decided.starts_on, "why": need.decided.why}
            if need.decided is not None
            else None
        ),
        "bases": [
            [rules.PARTS[part], each.year_in_words, ", ".join(each.sources), each.definition]
            for part, each in need.bases.items()
        ],
        "points": [
            [each.name, each.easting, each.northing, each.band, each.workers > 0]
            for each in need.schools
            if each.position is not None
        ],
        "placeless": sum(each.position is None for each in need.schools),
        "areas": [_area(row) for row in rows],
        "unknown": len(unknown),
        "elsewhere": elsewhere.workers,
        "highest": sum(each.is_highest for each in need.schools),
        "highest_without": len(actions.highest_without_worker(need)),
        "first_without": [_school(need, each, names) for each in actions.highest_without_worker(need, TOP)],
        "two": [_school(need, each, names) for each in actions.with_two_workers(need)],
        "second": [
            [each.name, each.workers + each.coming, need.second_workers[each.school_id]]
            for each in need.schools
            if each.school_id in need.second_workers
        ],
        "without_room": [each.name for each in actions.without_room(need)],
    }


def _area(row: need_areas.AreaNeed) -> dict[str, Any]:
    return {
        "name": row.name,
        "schools": row.schools,
        "scored": row.scored,
        "highest": row.highest,
        "highest_without": row.highest_without,
        "without": row.without,
        "two": row.two,
        "workers": row.workers,
        "hours": rules.hours_in_words(row.hours),
        "need_share": row.balance.need_share,
        "hours_share": row.balance.hours_share,
        "says": row.balance.in_words,
        "schools_pay": row.money.schools if row.money is not None and row.money.is_known else None,
        "council_pays": row.money.council if row.money is not None and row.money.is_known else None,
    }


def _school(need: Need, each: SchoolNeed, areas: dict[int, str]) -> dict[str, Any]:
    return {
        "name": each.name,
        "area": areas.get(each.area_id or 0, NO_AREA),
        "rank": each.rank,
        "score": each.score,
        "workers": each.workers,
        "working": need.in_words(each),
    }
