"""Languages of questionnaires: the administrator alone. What is asked is no secret; who may change it is."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import ADMIN, Row, form, page, press


def language_rows() -> list[Row]:
    return list(_rows())


def _rows() -> Iterator[Row]:
    yield page("languages", ADMIN)
    young = lambda _: {"code": "young-person"}  # noqa: E731
    yield from form("language_add", ADMIN, where=young)
    yield page("language_words", ADMIN, where=young)
    yield page("language_check", ADMIN, answer=302, where=young)
    yield press("language_check", ADMIN, 302, where=young)
    off = lambda _: {"code": "young-person", "language": "pl"}  # noqa: E731
    yield page("language_off", ADMIN, answer=405, where=off)
    yield press("language_off", ADMIN, 302, where=off)
