"""Runs of papers, and who opens which copy of a paper."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import COPIES, SENIOR, WATCHERS, Row, of, page, people, press


def paper_rows() -> Iterator[Row]:
    yield page("run_list", WATCHERS)
    yield page("run_start", people("admin senior"), answer=302)
    yield press("run_start", people("admin senior"))
    yield page("run", WATCHERS, where=of("run"))
    yield page("run_retry", people("admin senior"), answer=302, where=of("run"))
    yield press("run_retry", people("admin senior"), 302, where=of("run"))
    yield page("run_pack", people("senior finance auditor"), where=of("run"))
    yield press("run_pack", SENIOR, 302, where=of("run"))
    for paper, copies in COPIES.items():
        for copy, may in copies.items():
            where = {"refused": frozenset(), "where": of(f"{paper} {copy}"), "what": f"{paper} {copy}"}
            for name in ("document", "document_web", "document_large"):
                yield page(name, may, **where)
            yield press("document_large", may, 302, **where)
            # At Oakfield somebody has asked for it (conftest.py).
            yield page("document_large_file", may, answer=200 if paper == "paper" else 404, **where)
