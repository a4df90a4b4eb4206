"""Peer supervision at Oakfield and Beech: those who are to come, then those who were there; of a group no manager."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SIGNED_IN, Row, of, page, people, press

HOLDS, PRESENTS = people("manager"), people("worker")
THERE, TO_COME = people("manager worker"), people("manager worker peer")
GROUP, WORKERS = people("worker peer"), people("worker peer other_worker")
SUPERVISORS, DEPUTIES = (
    people("manager other_manager practitioner"),
    people("manager other_manager practitioner senior"),
)


def with_the_manager() -> Iterator[Row]:
    booked, due, held = of("oakfield peer booked"), of("oakfield peer due"), of("oakfield peer held")
    yield page("peer", TO_COME, refused=frozenset(), where=booked, what="booked")
    yield page("peer", TO_COME, refused=frozenset(), where=due, what="due")
    yield page("peer", THERE, refused=frozenset(), where=held, what="held")
    at_beech = people("other_manager other_worker")
    yield page("peer", at_beech, refused=frozenset(), where=of("beech peer booked"), what="beech booked")
    yield page("peer", at_beech, refused=frozenset(), where=of("beech peer due"), what="beech due")
    yield page("peer", at_beech, refused=frozenset(), where=of("beech peer held"), what="beech held")
    yield page("peer_time", HOLDS, refused=TO_COME, where=booked)
    yield press("peer_time", HOLDS, refused=TO_COME, where=booked)
    for name in ("peer_ask", "peer_call_off"):
        yield page(name, SIGNED_IN, answer=405, where=booked)
    yield press("peer_ask", HOLDS, 302, refused=TO_COME, where=due)
    yield press("peer_call_off", HOLDS, 302, refused=TO_COME, where=booked)
    yield page("peer_question", PRESENTS, refused=TO_COME, where=booked)
    yield press("peer_question", PRESENTS, refused=TO_COME, where=booked)
    yield page("peer_meeting", HOLDS, refused=TO_COME, where=booked)
    yield press("peer_meeting", HOLDS, 302, refused=TO_COME, where=booked)
    yield page("peer_takes", people("worker peer"), refused=TO_COME, where=booked)
    yield press("peer_takes", people("worker peer"), refused=TO_COME, where=booked)
    # October's rows are there already, so the page leads to them; of February nothing is written.
    october = lambda _: {"year": 2026, "month": 10, "group": "A"}  # noqa: E731
    february = lambda _: {"year": 2027, "month": 2, "group": "A"}  # noqa: E731
    managers, closed = people("manager other_manager"), SIGNED_IN - SUPERVISORS
    yield page("peer_due", managers, refused=closed, answer=302, where=october)
    yield page("peer_due", HOLDS, refused=closed, where=february, what="not written down")
    nobody_in_a_set = {"practitioner": 409, "other_manager": 409}  # Otto has set B
    yield press("peer_due", SUPERVISORS, 302, refused=closed, where=february, differs=nobody_in_a_set)


def alone() -> Iterator[Row]:
    yield page("peer_groups", WORKERS, refused=frozenset())
    yield page("peer_group_new", WORKERS, refused=frozenset())
    yield press("peer_group_new", WORKERS, refused=frozenset())
    for state in ("open", "held"):
        yield page("peer_group", GROUP, refused=frozenset(), where=of(f"oakfield group {state}"), what=state)
        at_beech, where = people("other_worker"), of(f"beech group {state}")
        yield page("peer_group", at_beech, refused=frozenset(), where=where, what=f"beech {state}")
    for name, answer in (("peer_group_meeting", 302), ("peer_group_takes", 422), ("peer_group_time", 422)):
        yield page(name, GROUP, refused=frozenset(), where=of("oakfield group open"))
        yield press(name, GROUP, answer, refused=frozenset(), where=of("oakfield group open"))


def promises_and_practice() -> Iterator[Row]:
    for what, readers in (("oakfield peer promise", THERE), ("oakfield group promise", GROUP)):
        yield page("action", readers, refused=frozenset(), where=of(what), what=what)
    readers = people("worker peer other_worker manager other_manager practitioner senior")
    yield page("good_practice", readers)
    put = of("oakfield peer held")
    yield page("practice_put", PRESENTS, refused=THERE, where=put)
    yield press("practice_put", PRESENTS, refused=THERE, where=put)
    yield page("practice_back", readers, answer=405, where=of("oakfield practice"))
    nobody = SIGNED_IN - readers
    yield press("practice_back", PRESENTS, 302, refused=nobody | people("manager"), where=of("oakfield practice"))


def drafts() -> Iterator[Row]:
    for draft, may, record in (
        ("supervision-peer", HOLDS, "oakfield peer booked"),
        ("supervision-group", GROUP, "oakfield group open"),
    ):
        words = lambda county, draft=draft, record=record: {  # noqa: E731
            "form": draft, "about": str(county.rows[record].public_id),
        }  # fmt: skip
        yield Row("draft_words", "GET", may, where=words, signed_out=401, what=draft)
        yield Row("draft_words", "PUT", may, where=words, signed_out=401, answer=400, what=draft)


def peer_rows() -> list[Row]:
    return [*with_the_manager(), *alone(), *promises_and_practice(), *drafts()]
