"""Money ahead and what is tried out: senior managers, who read it besides, and nobody else (journeys 7)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import Row, form, of, page, people, press


def money_rows() -> Iterator[Row]:
    readers, senior, head = people("senior finance auditor"), people("senior"), people("head")
    yield page("money_ahead", readers)
    yield page("share_ask", readers)
    yield press("share_ask", senior)
    yield from form("share_rung", senior, where=of("oakfield"))
    question = of("oakfield question")
    yield page("share_question", readers | head, refused=frozenset(), where=question)
    yield press("share_question", head, 422, refused=readers, where=question)
    beech = of("beech question")
    yield page("share_question", readers | people("other_head"), refused=frozenset(), where=beech, what="another's")
