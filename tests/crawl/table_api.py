"""The API's rows of the table: who reads and changes what by a session. By a token nobody gets more (test_api.py)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reports.measures.registry import BY_CODE
from tests.crawl.table import (
    ADMIN,
    COPIES,
    FIGURES,
    MANAGERS,
    PLANNERS,
    READERS,
    READERS_AT_BEECH,
    SIGNED_IN,
    WATCHERS,
    Row,
    of,
    people,
)
from tests.factories.canaries import COUNCIL


def reads(name: str, may: frozenset[str] = SIGNED_IN, *, refused: frozenset[str] | None = None, **more: Any) -> Row:
    """A list or a record. Closed by role unless `refused` says otherwise."""
    refused_here = SIGNED_IN - may if refused is None else refused - may
    return Row(name, "GET", may, refused_here, signed_out=401, by_role=refused is None, **more)


def acts(
    name: str, may: frozenset[str], answer: int = 422, *, refused: frozenset[str] | None = None, **more: Any
) -> Iterator[Row]:
    """A verb, sent without a word: 422 where words are needed. Looked at it is 405 to whoever the role lets in."""
    refused_here = SIGNED_IN - may if refused is None else refused - may
    role_lets_in = may if refused is None else SIGNED_IN
    yield Row(name, "POST", may, refused_here, answer, signed_out=401, by_role=refused is None, **more)
    yield Row(name, "GET", role_lets_in, SIGNED_IN - role_lets_in, 405, signed_out=401, by_role=refused is None, **more)


# Who has several schools and looks at none yet is asked which, before a file would mix them.
ASKED_WHICH = {"two_hats": 409}


def schools() -> Iterator[Row]:
    yield reads("api_schools")
    for format in ("csv", "xlsx"):
        yield reads("api_schools", data=lambda _, format=format: {"format": format}, what=format, differs=ASKED_WHICH)
    at_oakfield, at_beech = COUNCIL | people("head lead two_hats"), COUNCIL | people("other_head")
    yield reads("api_school", at_oakfield, refused=frozenset(), where=of("oakfield"), what="oakfield")
    yield reads("api_school", at_beech, refused=frozenset(), where=of("beech"), what="beech")
    yield from acts("api_school_area", ADMIN, where=of("oakfield"))
    yield reads("api_contacts", PLANNERS)
    yield reads("api_contacts", PLANNERS, data=lambda _: {"format": "csv"}, what="csv")
    yield reads("api_contact", PLANNERS, where=of("contact"))
    yield from acts("api_contact_add", PLANNERS, where=of("oakfield"))
    yield from acts("api_contact_change", PLANNERS, where=of("contact"))
    for name in ("api_contact_confirm", "api_contact_end"):
        yield from acts(name, PLANNERS, 200, where=of("contact"))


def people_and_placements() -> Iterator[Row]:
    yield reads("api_people")
    yield reads("api_people", data=lambda _: {"format": "xlsx"}, what="xlsx", differs=ASKED_WHICH)
    yield Row("api_people", "POST", ADMIN, SIGNED_IN - ADMIN, 422, signed_out=401)
    for reader in ("manager", "other_head"):
        who = lambda county, reader=reader: {"public_id": county.people[reader].public_id}  # noqa: E731
        yield reads("api_person", COUNCIL | people(reader), refused=frozenset(), where=who, what=reader)
    yield reads("api_placements")
    placement = lambda county: {"public_id": county.agreement.placement.public_id}  # noqa: E731
    yield reads("api_placement", READERS, refused=frozenset(), where=placement)


def agreements() -> Iterator[Row]:
    yield reads("api_agreements", SIGNED_IN - ADMIN)
    yield reads(
        "api_agreements",
        SIGNED_IN - ADMIN,
        differs={"two_hats": 409},  # a file of both schools would be a merged one
        data=lambda _: {"format": "csv"},
        what="csv",
    )
    for state in ("", "offered_", "unfinished_", "declined_", "ended_", "varied_"):
        name = f"{state}agreement"
        yield reads("api_agreement", READERS, refused=ADMIN, where=of(name), what=name)
    yield reads("api_agreement", READERS_AT_BEECH, refused=ADMIN, where=of("other_agreement"), what="other_agreement")
    for name, on, answer in (("again", "offered_agreement", 409), ("end", "agreement", 422)):
        yield from agreement_acts(name, on, answer)
    yield from agreement_acts("answer", "offered_agreement", 422)
    yield from agreement_acts("days", "unfinished_agreement", 422)
    yield reads("api_funds", people("senior manager other_manager finance auditor"))
    yield reads(
        "api_funds",
        people("senior manager other_manager finance auditor"),
        data=lambda _: {"format": "csv"},
        what="csv",
    )


def agreement_acts(name: str, on: str, answer: int) -> Iterator[Row]:
    """Sent without a word: what is missing is said before who may, to whoever may read it."""
    words_first = READERS if answer == 422 else MANAGERS
    where = of(on)
    yield Row(f"api_agreement_{name}", "POST", words_first, READERS | ADMIN, answer, signed_out=401, where=where)
    yield Row(f"api_agreement_{name}", "GET", SIGNED_IN - ADMIN, ADMIN, 405, signed_out=401, where=where)


def papers() -> Iterator[Row]:
    yield reads("api_runs", WATCHERS)
    yield reads("api_runs", WATCHERS, data=lambda _: {"format": "xlsx"}, what="xlsx")
    printers = people("admin senior")
    yield Row("api_runs", "POST", printers, SIGNED_IN - printers, 422, signed_out=401)
    yield reads("api_run", WATCHERS, where=of("run"))
    yield from acts("api_run_retry", printers, 200, where=of("run"))
    yield Row("api_run_pack", "POST", people("senior"), SIGNED_IN - people("senior"), signed_out=401, where=of("run"))
    yield Row("api_run_pack", "GET", WATCHERS, SIGNED_IN - WATCHERS, 405, signed_out=401, where=of("run"))
    yield reads("api_documents")
    for paper, copies in COPIES.items():
        for copy, may in copies.items():
            for name in ("api_document", "api_document_file"):
                yield reads(name, may, refused=frozenset(), where=of(f"{paper} {copy}"), what=f"{paper} {copy}")


def measures() -> Iterator[Row]:
    yield reads("api_measures")
    for format in ("csv", "xlsx"):
        yield reads("api_measures", data=lambda _, format=format: {"format": format}, what=format)
    for code in BY_CODE:
        may = FIGURES.get(code, people("senior finance"))
        yield reads("api_measure", may, where=lambda _, code=code: {"code": code}, what=code)
    yield reads("api_measure", frozenset(), refused=frozenset(), where=lambda _: {"code": "no-such"}, what="unknown")


def nothing() -> Iterator[Row]:
    for method in ("GET", "POST"):
        yield Row("api_nothing", method, frozenset(), signed_out=401, where=lambda _: {"rest": "v1/nothing/"})


def api_rows() -> list[Row]:
    return [*schools(), *people_and_placements(), *agreements(), *papers(), *measures(), *nothing()]
