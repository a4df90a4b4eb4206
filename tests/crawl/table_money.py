"""Money ahead and what is tried out: senior managers, who read it besides, and nobody else (journeys 7)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import Row, page, people


def money_rows() -> Iterator[Row]:
    yield page("money_ahead", people("senior finance auditor"))
