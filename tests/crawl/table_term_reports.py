"""Reports of a term: a draft for who is asked and who approves, an approved one for the readers of criteria (S5)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SENIOR, SIGNED_IN, Row, of, page, people, press
from tests.factories.canary_criteria import READERS

EVERY = READERS["county"]
DRAFT = people("senior auditor manager other_manager")  # who is asked, and who reads every team's


def term_report_rows() -> Iterator[Row]:
    yield page("term_reports", EVERY)
    yield page("term_report_begin", SENIOR, answer=405)
    yield press("term_report_begin", SENIOR)
    approved, draft = of("approved report"), of("draft report")
    yield page("term_report", EVERY, refused=frozenset(), where=approved, what="approved")
    yield page("term_report", DRAFT, refused=frozenset(), where=draft, what="draft")
    for name in ("term_report_approve", "term_report_again"):
        yield Row(name, "GET", frozenset(SIGNED_IN), answer=405, where=draft, what="looked at")
    yield press("term_report_approve", SENIOR, 302, refused=DRAFT, where=draft)
    yield press("term_report_approve", SENIOR, 409, refused=EVERY, where=approved, what="approved already")
    # There is a draft already: she is led to what there is.
    yield press("term_report_again", SENIOR, 302, refused=EVERY, where=approved)
    team, reads = of("asked words"), people("senior auditor manager")
    yield page("report_words", reads, refused=frozenset(), where=team, differs={"auditor": 302})
    # Her manager typed meanwhile: both are shown. Pressed without a word it is kept, and nothing is given.
    yield press("report_words", people("senior manager"), 302, refused=reads, where=team, differs={"manager": 409})
    other, county = of("elsewhere words"), of("county words")
    yield page(
        "report_words", people("senior auditor other_manager"), refused=frozenset(), where=other,
        differs={"auditor": 302}, what="another team's",
    )  # fmt: skip
    yield page("report_words", people("senior auditor"), refused=frozenset(), where=county, differs={"auditor": 302}, what="county's")  # fmt: skip
    for name, readers in READERS.items():
        where = {"refused": frozenset(), "where": of(f"{name} report paper"), "what": f"{name}'s report"}
        for form in ("document", "document_web", "document_large"):
            yield page(form, readers, **where)
    typed = lambda county: {"form": "report_words", "about": str(county.rows["asked words"].public_id)}  # noqa: E731
    yield Row("draft_words", "GET", people("manager senior"), where=typed, signed_out=401, what="report_words")
