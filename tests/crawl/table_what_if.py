"""What is tried out with money: whoever reads all money reads it; makers and proposers are fewer (journeys 7)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SENIOR, SIGNED_IN, Row, of, page, people, press
from tests.factories.authorities import County

READS = people("senior finance auditor")
MAKES = people("senior finance")


def what_if_rows() -> Iterator[Row]:
    yield page("what_ifs", READS)
    yield page("what_if_begin", MAKES, answer=405)
    yield press("what_if_begin", MAKES)
    draft, sealed = of("what if"), of("proposal")
    yield page("what_if", READS, where=draft, what="draft")
    yield page("what_if", READS, where=sealed, what="proposal")
    yield page("what_if_add", MAKES, where=adding)
    yield press("what_if_add", MAKES, where=adding)
    for name in ("what_if_copy", "what_if_put_away"):
        yield page(name, MAKES, answer=405, where=draft)
        yield press(name, MAKES, 302, where=draft)
    yield press("what_if_put_away", MAKES, 409, where=sealed, what="sealed")
    yield page("what_if_take_out", MAKES, answer=405, where=taking_out)
    yield press("what_if_take_out", MAKES, 302, where=taking_out)
    yield page("what_if_propose", SENIOR, where=draft)
    # Nothing was read: asked to read it as it is now.
    yield press("what_if_propose", SENIOR, 409, where=draft)
    for kind, readers, about in (
        ("what-if", MAKES, lambda county: "new"),
        ("what-if-change", MAKES, lambda county: f"{county.rows['what if'].public_id}-share"),
        ("what-if-proposal", SENIOR, lambda county: str(county.rows["what if"].public_id)),
    ):
        typed = lambda county, kind=kind, about=about: {"form": kind, "about": about(county)}  # noqa: E731
        yield Row("draft_words", "GET", readers, where=typed, signed_out=401, what=kind)
    for copy, readers in (("whole", "senior auditor"), ("finance", "finance")):
        yield page("proposal_copy", people(readers), refused=frozenset(), where=of(f"{copy} proposal copy"), what=copy)
    for kind in ("", "csv", "xlsx"):
        asked = {"format": kind} if kind else {}
        yield Row(
            "api_what_if", "GET", READS, SIGNED_IN - READS, signed_out=401, data=lambda _, asked=asked: asked, what=kind
        )


def adding(county: County) -> dict[str, object]:
    return {"public_id": county.rows["what if"].public_id, "kind": "award"}


def taking_out(county: County) -> dict[str, object]:
    return {"public_id": county.rows["what if"].public_id, "change": county.rows["change"].public_id}
