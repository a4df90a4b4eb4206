"""In the room, and what was said there: the council's side of one school, and that school once it has been sent."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SIGNED_IN, Row, form, of, page, people, press

SUPERVISORS = people("manager other_manager practitioner")
# At Oakfield: her manager holds it; her supervisor reads it.
HOLDS, READS = people("manager"), people("manager practitioner worker")
SCHOOL = people("head lead two_hats")
NOT_SUPERVISORS = SIGNED_IN - SUPERVISORS
DRAFTS = ("supervision-shared", "supervision-two")


def room() -> Iterator[Row]:
    where = of("oakfield visit")
    closed = NOT_SUPERVISORS | people("practitioner")  # by role, and who sees the visit and does not hold it
    for name in ("room", "room_read", "room_two"):
        yield page(name, HOLDS, refused=closed, where=where)
        yield press(name, HOLDS, 302, refused=closed, where=where)
    yield Row("room_finish", "GET", frozenset(SIGNED_IN), answer=405, where=where, signed_out=401)
    yield Row("room_finish", "POST", HOLDS, answer=400, where=where, signed_out=401)
    for draft in DRAFTS:
        words = lambda county, draft=draft: {"form": draft, "about": str(county.rows["oakfield visit"].public_id)}  # noqa: E731
        yield Row("draft_words", "GET", HOLDS, where=words, signed_out=401, what=draft)
        yield Row("draft_words", "PUT", HOLDS, where=words, signed_out=401, answer=400, what=draft)


def records() -> Iterator[Row]:
    for state in ("sent", "final"):
        where = of(f"oakfield {state} session")
        yield page("session", READS | SCHOOL, refused=frozenset(), where=where, what=state)
        at_beech = people("other_manager other_worker other_head")
        where = of(f"beech {state} session")
        yield page("session", at_beech, refused=frozenset(), where=where, what=f"beech {state}")
    for copy, may in (("school", READS | SCHOOL), ("council", READS)):
        yield page("record_copy", may, refused=frozenset(), where=of(f"oakfield final {copy}"), what=copy)
    sent, final = of("oakfield sent session"), of("oakfield final session")
    others = READS | SCHOOL
    yield page("session_finish", HOLDS, refused=others, where=sent, answer=302)
    yield press("session_finish", HOLDS, 422, refused=others, where=sent)
    yield from form("session_rung", HOLDS, refused=others, where=sent)
    yield from form("own_note", HOLDS, refused=others, where=final)
    yield from form("session_correct", HOLDS, refused=others, where=final)
    answers = people("manager worker head lead")
    yield page("session_answer", answers, refused=others, where=sent, answer=302)
    yield press("session_answer", answers, 422, refused=others, where=sent)


def room_rows() -> Iterator[Row]:
    yield from room()
    yield from records()
