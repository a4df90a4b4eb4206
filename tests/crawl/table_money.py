"""Money ahead and what is tried out: senior managers, who read it besides, and nobody else (journeys 7)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import OWN_FIGURES, SIGNED_IN, Row, form, of, page, people, press
from tests.factories.canaries import COUNCIL


def money_rows() -> Iterator[Row]:
    readers, senior, head = people("senior finance auditor"), people("senior"), people("head")
    yield page("money_ahead", readers)
    yield page("share_ask", readers)
    yield press("share_ask", senior)
    yield from form("share_rung", senior, where=of("oakfield"))
    here = lambda county: {"public_id": county.agreement.placement.public_id}  # noqa: E731
    see_it = people("senior manager finance auditor head")
    for name in ("share_buys", "share_buys_paper"):
        yield page(name, see_it, refused=people("worker practitioner lead two_hats"), where=here)
    whole = people("senior finance auditor head")
    for name in ("school_share_buys", "school_share_buys_paper"):
        yield page(name, whole, refused=COUNCIL | people("head lead two_hats"), where=of("oakfield"))
    counts = people("senior finance")
    yield page("county_keep", counts, answer=405)
    yield press("county_keep", counts, 302)
    yield page("sheet_paper", readers, refused=SIGNED_IN - OWN_FIGURES - readers, where=of("sheet"))
    question = of("oakfield question")
    yield page("share_question", readers | head, refused=frozenset(), where=question)
    yield press("share_question", head, 422, refused=readers, where=question)
    beech = of("beech question")
    yield page("share_question", readers | people("other_head"), refused=frozenset(), where=beech, what="another's")
