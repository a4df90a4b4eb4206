"""Asking young people and parents, and what they said: the worker, and who manages her (domain D.5)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SIGNED_IN, Row, of, page, people, press

ASKERS = people("worker other_worker peer practitioner manager other_manager")
OF_OAKFIELD = people("worker practitioner manager")


def asking_rows() -> Iterator[Row]:
    closed = SIGNED_IN - ASKERS
    where = of("oakfield young person")
    yield page("feedback_ask", OF_OAKFIELD, refused=closed, where=where)
    yield press("feedback_ask", OF_OAKFIELD, 422, refused=closed, where=where)
    ring = of("ticket parent")
    yield page("feedback_rung", ASKERS, refused=closed, where=ring, answer=405)
    yield press("feedback_rung", OF_OAKFIELD, 302, refused=closed, where=ring)
