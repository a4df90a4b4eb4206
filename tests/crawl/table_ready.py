"""Rows of the table for young people, what was said, and getting ready for a supervision (domain D.5)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SIGNED_IN, Row, form, of, page, people, press

# Whoever has a page of young people at all; a record of Oakfield's is read by its worker and who leads her.
KEEPERS = people("worker other_worker peer practitioner manager other_manager")
OF_OAKFIELD = people("worker practitioner manager")
AT_BEECH = people("other_worker other_manager")
BY_ROLE = SIGNED_IN - KEEPERS


def young_people() -> Iterator[Row]:
    yield page("young_people", KEEPERS)
    yield from form("young_person_new", people("worker other_worker peer practitioner"))
    about = {"refused": BY_ROLE, "where": of("oakfield young person"), "what": "oakfield"}
    yield page("young_person", OF_OAKFIELD, **about)
    for name in ("young_person_change", "young_person_end"):
        yield page(name, OF_OAKFIELD, **about)
        yield press(name, OF_OAKFIELD, **about)
    at_beech = {"refused": BY_ROLE, "where": of("beech young person"), "what": "beech"}
    yield page("young_person", AT_BEECH, **at_beech)
    yield page("young_people_hand_over", KEEPERS, where=of("oakfield"))
    yield press("young_people_hand_over", KEEPERS, where=of("oakfield"))


def promises() -> Iterator[Row]:
    """Who reads where it was said reads it; who promised, or manages, says what became of it."""
    for school, side, for_school in (
        ("oakfield", OF_OAKFIELD, people("head lead two_hats")),
        ("beech", AT_BEECH, people("other_head")),
    ):
        for audience, readers in (("shared", side | for_school), ("two", side)):
            name = f"{school} promise {audience}"
            yield page("action", readers, refused=frozenset(), where=of(name), what=name)
            yield press("action", readers, 422, refused=frozenset(), where=of(name), what=name)


def before_a_supervision() -> Iterator[Row]:
    workers, deputies = (
        people("worker other_worker peer practitioner"),
        people("manager other_manager practitioner senior"),
    )
    yield page("my_supervision", workers)
    for name, school, hers in (("oakfield", "oakfield", people("worker")), ("beech", "beech", people("other_worker"))):
        may_read = people("practitioner") if name == "oakfield" else frozenset()
        where = {"where": of(f"{school} visit"), "what": name}
        refused = (SIGNED_IN - workers) | may_read
        yield page("bring", hers, refused=refused, **where)
        yield press("bring", hers, 302, refused=refused, **where)
    for name in ("get_ready", "get_ready_print"):
        for school, hers in (("oakfield", people("manager")), ("beech", people("other_manager"))):
            refused = (SIGNED_IN - deputies) | (people("practitioner") if school == "oakfield" else frozenset())
            yield page(name, hers, refused=refused, where=of(f"{school} visit"), what=school)


def ready_rows() -> list[Row]:
    return [*young_people(), *promises(), *before_a_supervision()]
