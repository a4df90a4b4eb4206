"""The rows of calendar, rhythm and booking."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from tests.crawl.table import ADMIN, PLANNERS, Row, form, of, page, people, press


def own_days() -> Iterator[Row]:
    yield page("school_day_list", PLANNERS)
    yield from form("school_days", PLANNERS, where=of("oakfield"))
    yield page("school_day_withdraw", PLANNERS, answer=405, where=of("oakfield day"))
    yield press("school_day_withdraw", PLANNERS, 302, where=of("oakfield day"))


def how_often() -> Iterator[Row]:
    yield from form("how_often", ADMIN)


def months() -> Iterator[Row]:
    """Whoever supervises sees her own workers' month; every other role is refused."""
    month = lambda _: {"year": timezone.localdate().year, "month": timezone.localdate().month}  # noqa: E731
    yield page("supervision", SUPERVISORS)
    yield page("supervision_month", SUPERVISORS, where=lambda _: {"year": 2026, "month": 9}, what="with a visit")
    yield page("supervision_month", SUPERVISORS, where=month)
    yield page("supervision_plan", SUPERVISORS, answer=405, where=month)
    yield press("supervision_plan", SUPERVISORS, 302, where=month)
    yield page("supervision_sets", SUPERVISORS)
    yield press("supervision_sets", SUPERVISORS, differs={"practitioner": 302})  # she has nobody in a set


SUPERVISORS = people("manager other_manager practitioner")


def rhythm_rows() -> list[Row]:
    return [*own_days(), *how_often(), *months()]
