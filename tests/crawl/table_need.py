"""Schools and need: read by who sees need scores (D.5), decided by a senior manager."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SENIOR, Row, page, press
from tests.factories.canary_need import NEED


def need_rows() -> Iterator[Row]:
    for name in ("need", "need_areas", "need_weights"):
        yield page(name, NEED)
    # A button's address: looked at, there is nothing; pressed, it leads to the papers of the term.
    yield page("need_briefing", SENIOR, answer=405)
    yield press("need_briefing", SENIOR, 302)
    # Nothing was typed: asked again, by who may decide.
    yield press("need_weights", SENIOR, 422)
