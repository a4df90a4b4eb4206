"""What is between two: who comes, who is supervised and who manages her. No school, although its placement is there."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SIGNED_IN, Row, of, page, people, press

HOLDS, READS = people("manager practitioner"), people("manager practitioner worker")
DEPUTIES = people("manager other_manager practitioner senior")
SUPERVISORS = people("manager other_manager practitioner")


def between_two_rows() -> Iterator[Row]:
    yield from booking()
    yield from room()
    for state in ("sent", "final"):
        yield page(
            "session", READS, refused=frozenset(), where=of(f"oakfield joint {state} session"), what=f"joint {state}"
        )
    yield page("record_copy", READS, refused=frozenset(), where=of("oakfield joint final council"), what="joint")
    answers = people("manager worker")
    where = of("oakfield joint sent session")
    yield press("session_answer", answers, 422, refused=READS, where=where, what="joint")
    yield page("session_finish", HOLDS, refused=READS, where=where, answer=302, what="joint")


def booking() -> Iterator[Row]:
    september = lambda county: {  # noqa: E731
        "year": 2026, "month": 9, "kind": "joint", "worker": county.people["worker"].public_id,
    }  # fmt: skip
    hers, closed = people("manager"), SIGNED_IN - SUPERVISORS - people("senior")
    refused = closed | people("senior")  # she covers for nobody
    yield page("between_two", hers, refused=refused, answer=302, where=september)
    yield press("between_two", hers, 422, refused=refused, where=september)
    where, others = of("oakfield joint booked"), SIGNED_IN - DEPUTIES
    yield page("visit_agreed", HOLDS, refused=others, where=where, what="joint")
    yield press("visit_call_off", HOLDS, refused=others, where=where, what="joint")
    yield press("visit_again", frozenset(), refused=others, where=where, what="joint")
    yield press("visit_leave_out", HOLDS, 409, refused=others, where=where, what="joint")
    yield page("get_ready", HOLDS, refused=others, where=where, what="joint")
    yield page("get_ready_print", frozenset(), refused=others, where=where, what="joint")
    brings = SIGNED_IN - people("worker other_worker peer")  # another worker does not find it at all
    yield page("bring", people("worker"), refused=brings, where=where, what="joint")


def room() -> Iterator[Row]:
    where, closed = of("oakfield joint booked"), SIGNED_IN - SUPERVISORS
    yield page("room", HOLDS, answer=302, refused=closed, where=where, what="joint")
    yield page("room_two", HOLDS, refused=closed, where=where, what="joint")
