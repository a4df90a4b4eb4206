"""How supervision is going, and what a school thought of one (journeys H3, S1)."""

from __future__ import annotations

from collections.abc import Iterator

from supervision.rules.health import BY_CODE
from tests.crawl.table import Row, of, page, people, press
from tests.crawl.table_room import READS, SCHOOL


def faces() -> Iterator[Row]:
    """Who was there for the school, and its head: nobody of the council, and no school's person who was not there."""
    theirs, others = people("head lead"), READS | SCHOOL
    for state in ("sent", "final"):
        where = {"where": of(f"oakfield {state} session"), "what": state}
        yield page("session_opinion", theirs, refused=others, answer=302, **where)
        yield press("session_opinion", theirs, 422, refused=others, **where)


def measures() -> Iterator[Row]:
    """Whoever supervises counts her own workers', senior managers everybody's."""
    readers = people("manager other_manager practitioner senior")
    yield page("supervision_health", readers)
    for code in BY_CODE:
        yield page("health_measure", readers, where=lambda _, code=code: {"code": code}, what=code)


def miles() -> Iterator[Row]:
    """Everybody who may hold a supervision, and each their own."""
    drivers = people("manager other_manager practitioner senior")
    month = lambda _: {"year": 2026, "month": 9}  # noqa: E731
    yield page("mileage_month", drivers, where=month)
    yield press("mileage_month", drivers, 302, where=month)
    yield page("mileage_file", drivers, where=month)
    yield press("mileage_file", drivers, 405, where=month)


def health_rows() -> list[Row]:
    return [*faces(), *measures(), *miles()]
