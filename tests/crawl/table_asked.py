"""Asked of us, and what the county says: who asks, who answers, who reads (S6)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SENIOR, SIGNED_IN, Row, form, of, page, people, press
from tests.factories.canaries import COUNCIL

ASKERS = people("manager other_manager practitioner")


def asked_rows() -> Iterator[Row]:
    yield page("asked_of_us", people("senior auditor"))
    yield from form("ask_county", ASKERS)
    mine = people("manager senior")
    for name in ("open question", "answered question", "guided question"):
        yield page("county_question", mine, refused=frozenset(), where=of(name), what=name)
    yield press("county_question", SENIOR, refused=mine, where=of("open question"))
    for name, record in (("county_question_back", "open question"), ("county_question_read", "answered question")):
        yield Row(name, "GET", frozenset(SIGNED_IN), answer=405, where=of(record), what="looked at")
        yield press(name, people("manager"), 302, refused=mine, where=of(record))
    yield page("guidance_list", COUNCIL)
    for name in ("guidance before", "guidance withdrawn", "guidance on money"):
        yield page("guidance", COUNCIL, refused=frozenset(), where=of(name), what=name)
    for name in ("guidance_newer", "guidance_withdraw"):
        yield from form(name, SENIOR, where=of("guidance on money"))
    for kind, readers, about in (
        ("ask-county", ASKERS, lambda county: "new"),
        ("answer-county", SENIOR, lambda county: str(county.rows["open question"].public_id)),
        ("guidance-newer", SENIOR, lambda county: str(county.rows["guidance on money"].public_id)),
    ):
        typed = lambda county, kind=kind, about=about: {"form": kind, "about": about(county)}  # noqa: E731
        yield Row("draft_words", "GET", readers, where=typed, signed_out=401, what=kind)
