"""Asking about a figure (S1): senior managers ask, who was asked answers, and the two alone read it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SENIOR, SIGNED_IN, Row, of, page, people, press

OF_TWO = people("senior manager")


def figure_question_rows() -> Iterator[Row]:
    signed = lambda _: {"code": "agreements-signed"}  # noqa: E731
    yield press("figure", SENIOR, where=signed, what="asked about")
    for name in ("open", "answered", "late"):
        about = {"where": of(f"{name} question promise"), "what": f"{name} question"}
        yield page("action", OF_TWO, refused=frozenset(), **about)
        yield press("action", people("manager"), refused=OF_TWO, **about)
    for name, record in (("figure_question_read", "answered"), ("figure_question_back", "open")):
        where = of(f"{record} figure question")
        yield Row(name, "GET", frozenset(SIGNED_IN), answer=405, where=where, what="looked at")
        yield press(name, SENIOR, 302, refused=OF_TWO, where=where)
