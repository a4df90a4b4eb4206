"""The rows of calendar, rhythm and booking."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import ADMIN, PLANNERS, Row, form, of, page, press


def own_days() -> Iterator[Row]:
    yield page("school_day_list", PLANNERS)
    yield from form("school_days", PLANNERS, where=of("oakfield"))
    yield page("school_day_withdraw", PLANNERS, answer=405, where=of("oakfield day"))
    yield press("school_day_withdraw", PLANNERS, 302, where=of("oakfield day"))


def how_often() -> Iterator[Row]:
    yield from form("how_often", ADMIN)


def rhythm_rows() -> list[Row]:
    return [*own_days(), *how_often()]
