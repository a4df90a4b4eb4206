"""The county's packs: who begins, who writes, who approves, who reads which copy (S5)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SENIOR, SIGNED_IN, Row, of, page, people, press

READS = people("senior auditor manager other_manager finance")
ASKED = people("senior auditor manager other_manager")
LIST = READS | people("practitioner")


def pack_rows() -> Iterator[Row]:
    yield page("packs", LIST)
    yield page("pack_begin", SENIOR, answer=405)
    yield press("pack_begin", SENIOR)
    approved, draft = of("approved pack"), of("draft pack")
    yield page("pack", READS, refused=frozenset(), where=approved, what="approved")
    yield page("pack", ASKED, refused=frozenset(), where=draft, what="draft")
    yield page("pack", ASKED, refused=frozenset(), where=of("second pack"), what="second edition")
    for name in ("pack_approve", "pack_again", "pack_count"):
        yield Row(name, "GET", frozenset(SIGNED_IN), answer=405, where=draft, what="looked at")
    yield press("pack_approve", SENIOR, refused=ASKED, where=draft)
    yield press("pack_approve", SENIOR, 409, refused=READS, where=approved, what="approved already")
    yield press("pack_count", SENIOR, 302, refused=ASKED, where=draft)
    yield press("pack_count", SENIOR, 409, refused=READS, where=approved, what="approved already")
    # There is a draft already: she is led to what there is.
    yield press("pack_again", SENIOR, 302, refused=READS, where=approved)
    writers = people("senior manager other_manager")
    yield page("pack_words", ASKED, refused=frozenset(), where=draft, differs={"auditor": 302}, what="draft")
    # Her manager typed meanwhile: both are shown. Pressed without a word it is kept, and nothing is given.
    yield press("pack_words", writers, 302, refused=ASKED, where=draft, differs={"manager": 409})
    for name, readers in (("whole", "senior auditor"), ("managers", "manager other_manager"), ("finance", "finance")):
        yield page("pack_copy", people(readers), refused=frozenset(), where=of(f"{name} pack copy"), what=name)
    for code, readers in (
        ("agreements-signed", READS),
        ("money-by-fund", people("senior auditor finance")),
        ("supervision-in-date", people("senior auditor manager other_manager")),
    ):
        printed = lambda county, code=code: {"number": county.rows[f"{code} of the pack"]}  # noqa: E731
        yield page("printed_figure", readers, refused=SIGNED_IN - LIST, where=printed, what=f"{code} of a pack")
    typed = lambda county: {"form": "pack-words", "about": str(county.rows["draft pack"].public_id)}  # noqa: E731
    yield Row("draft_words", "GET", writers, where=typed, signed_out=401, what="pack-words")
