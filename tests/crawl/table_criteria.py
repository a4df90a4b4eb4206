"""Success criteria: a team's for its people and its manager, the county's for all of them; no school, no other team."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SIGNED_IN, Row, of, page, people, press

READERS = people("worker other_worker peer practitioner manager other_manager senior auditor")
CLOSED = SIGNED_IN - READERS  # by role
TEAM = people("manager worker practitioner senior auditor")
SETS = people("manager senior")


def criteria_rows() -> Iterator[Row]:
    yield page("criteria", READERS)
    own = lambda county: {"whose": str(county.team.public_id)}  # noqa: E731
    whole = lambda county: {"whose": "county"}  # noqa: E731
    for where, may, what in ((own, SETS, "team"), (whole, people("senior"), "county")):
        refused = SIGNED_IN - may
        yield Row("criteria_start", "GET", READERS, CLOSED, answer=405, where=where, what=what)
        yield press("criteria_start", may, 302, refused=refused, where=where, what=what)
        yield page("criterion_new", may, refused=refused, where=where, what=what)
        yield press("criterion_new", may, refused=refused, where=where, what=what)
    mine, others = of("team criterion"), CLOSED | TEAM
    yield page("criterion", TEAM, refused=CLOSED, where=mine)
    yield press("criterion", SETS, refused=others, where=mine)
    yield page("criterion", TEAM, refused=CLOSED, where=of("team dropped"), what="dropped")
    at_other = people("other_manager other_worker senior auditor")
    yield page("criterion", at_other, refused=CLOSED, where=of("elsewhere criterion"), what="another team's")
    yield page("criterion", READERS, refused=CLOSED, where=of("county criterion"), what="county's")
    yield page("criterion_drop", READERS, refused=CLOSED, where=mine, answer=302)
    yield press("criterion_drop", SETS, refused=others, where=mine)
    brings = people("manager senior worker")
    yield page("evidence_new", brings, refused=others, where=mine)
    yield press("evidence_new", brings, refused=others, where=mine)
    where = of("team evidence")
    yield Row("evidence_take_back", "GET", frozenset(SIGNED_IN), answer=405, where=where)
    yield press("evidence_take_back", SETS, 302, refused=TEAM, where=where)
