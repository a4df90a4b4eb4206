"""A head's part of a review, and next year's answer: no other school, no deputy, no senior manager reads the one."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SIGNED_IN, Row, of, page, people, press

LEADS = people("manager practitioner")
MONEY = people("senior finance auditor manager")


def head_part_rows() -> Iterator[Row]:
    asked = of("oakfield asked part")
    yield page("head_part", LEADS | people("head"), refused=frozenset(), where=asked, what="asked")
    # Pressed on a page without what was saved since: both are shown, and nothing is decided.
    yield press("head_part", people("head"), 409, refused=LEADS, where=asked, what="asked")
    given = of("oakfield part")
    yield page("head_part", LEADS | people("head worker"), refused=frozenset(), where=given, what="given")
    yield press("head_part", people("head"), 302, refused=LEADS | people("worker"), where=given, what="given")
    later = people("other_manager other_head")
    yield page("head_part", later, refused=frozenset(), where=of("beech part"), what="not to be read yet")
    draft = lambda county: {"form": "head_part", "about": str(county.rows["oakfield asked part"].public_id)}  # noqa: E731
    yield Row("draft_words", "GET", people("head"), where=draft, signed_out=401, what="head_part")
    # Closed to the worker too: her review is there for her, and asking the schools is not hers.
    schools, mine = of("oakfield mid-year review"), people("worker")
    yield page("review_schools", LEADS, refused=mine, where=schools)
    yield press("review_schools", LEADS, 422, refused=mine, where=schools)
    yield page("review_schools", LEADS, refused=mine, where=of("oakfield review"), what="answered")
    yield page("review_schools", LEADS, refused=mine, where=of("oakfield given review"), what="held without")
    reads = people("head") | LEADS
    yield Row("head_part_again", "GET", frozenset(SIGNED_IN), answer=405, where=given, what="looked at")
    yield press("head_part_again", LEADS, 302, refused=reads, where=asked)
    without = lambda county: schools(county) | {"school": county.oakfield.public_id}  # noqa: E731
    yield page("review_without", LEADS, refused=mine, where=without)
    yield press("review_without", LEADS, 422, refused=mine, where=without)
    said, head = of("oakfield next year"), people("head")
    yield page("next_year", MONEY, refused=head, where=said)
    yield press("next_year", people("senior manager"), 422, refused=MONEY | head, where=said)
    yield page("next_year", MONEY, refused=head, where=of("oakfield rung"), what="rung")
