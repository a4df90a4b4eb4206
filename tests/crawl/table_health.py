"""How supervision is going, and what a school thought of one (journeys H3, S1)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import Row, of, page, people, press
from tests.crawl.table_room import READS, SCHOOL


def faces() -> Iterator[Row]:
    """Who was there for the school, and its head: nobody of the council, and no school's person who was not there."""
    theirs, others = people("head lead"), READS | SCHOOL
    for state in ("sent", "final"):
        where = {"where": of(f"oakfield {state} session"), "what": state}
        yield page("session_opinion", theirs, refused=others, answer=302, **where)
        yield press("session_opinion", theirs, 422, refused=others, **where)


def health_rows() -> list[Row]:
    return [*faces()]
