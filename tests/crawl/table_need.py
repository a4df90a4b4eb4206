"""Schools and need: read by who sees need scores (D.5), decided by a senior manager."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SENIOR, Row, page, press
from tests.factories.canary_need import NEED


def need_rows() -> Iterator[Row]:
    for name in ("need", "need_areas", "need_weights"):
        yield page(name, NEED)
    # Nothing was typed: asked again, by who may decide.
    yield press("need_weights", SENIOR, 422)
