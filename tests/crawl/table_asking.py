"""Asking young people and parents, and what they said: the worker, and who manages her (domain D.5)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SIGNED_IN, Row, form, of, page, people, press

ASKERS = people("worker other_worker peer practitioner manager other_manager")
OF_OAKFIELD = people("worker practitioner manager")


def asking_rows() -> Iterator[Row]:
    closed = SIGNED_IN - ASKERS
    where = of("oakfield young person")
    yield page("feedback_ask", OF_OAKFIELD, refused=closed, where=where)
    yield press("feedback_ask", OF_OAKFIELD, 422, refused=closed, where=where)
    ring = of("ticket parent")
    yield page("feedback_rung", ASKERS, refused=closed, where=ring, answer=405)
    yield press("feedback_rung", OF_OAKFIELD, 302, refused=closed, where=ring)
    sums = people("worker other_worker peer practitioner manager other_manager senior")
    yield page("people_said", sums)
    leads = people("manager other_manager")
    for name, where in (("we_did", of("round over")),):
        yield page(name, leads, where=where)
        yield press(name, leads, where=where)
    yield page("we_did_back", leads, where=of("we did"), answer=405)
    yield press("we_did_back", people("manager"), 302, refused=SIGNED_IN, where=of("we did"))
    workers = people("worker other_worker peer practitioner")
    yield page("my_feedback", workers)
    managers = people("manager other_manager practitioner")
    wanda = lambda county: {"public_id": county.people["worker"].public_id}  # noqa: E731
    yield page("person_feedback", people("manager practitioner"), refused=SIGNED_IN - managers, where=wanda)
    # There is no safeguarding lead at Oakfield, so the head was asked.
    yield page("worry", OF_OAKFIELD | people("head"), refused=frozenset(), where=of("worry"))
    owns = people("manager practitioner head")
    yield press("worry", owns, 302, refused=people("worker"), where=of("worry"))
    yield page("pulse", SIGNED_IN)
    yield press("pulse", SIGNED_IN)  # nothing was chosen
    yield page("pulse_ask", leads)
    yield press("pulse_ask", leads, 302)
    yield page("agency_people", leads)
    yield from form("agency_person_add", leads)
    nurse = of("nurse")
    yield page("agency_person_end", people("manager"), refused=SIGNED_IN - leads, where=nurse)
    yield press("agency_person_end", people("manager"), 302, refused=SIGNED_IN - leads, where=nurse)
