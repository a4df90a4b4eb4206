"""The rows of calendar, rhythm and booking."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from tests.crawl.table import ADMIN, PLANNERS, SIGNED_IN, Row, form, of, page, people, press


def own_days() -> Iterator[Row]:
    yield page("school_day_list", PLANNERS)
    yield from form("school_days", PLANNERS, where=of("oakfield"))
    yield page("school_day_withdraw", PLANNERS, answer=405, where=of("oakfield day"))
    yield press("school_day_withdraw", PLANNERS, 302, where=of("oakfield day"))


def how_often() -> Iterator[Row]:
    yield from form("how_often", ADMIN)


def months() -> Iterator[Row]:
    """Whoever supervises sees her own workers' month; every other role is refused."""
    month = lambda _: {"year": timezone.localdate().year, "month": timezone.localdate().month}  # noqa: E731
    yield page("supervision", SUPERVISORS)
    yield page("supervision_month", SUPERVISORS, where=lambda _: {"year": 2026, "month": 9}, what="with a visit")
    yield page("supervision_month", SUPERVISORS, where=month)
    yield page("supervision_month", SUPERVISORS, where=lambda _: {"year": 2026, "month": 10}, what="with offers")
    yield page("supervision_offer", DEPUTIES, answer=405, where=month)
    yield press("supervision_offer", SUPERVISORS, 302, where=month)
    yield page("supervision_sets", SUPERVISORS)
    yield press("supervision_sets", SUPERVISORS, differs={"practitioner": 302})  # she has nobody in a set


def booking() -> Iterator[Row]:
    """One visit at Oakfield: Mira books it. Petra, who supervises the worker, sees it and does not."""
    mira, others = people("manager"), SIGNED_IN - people("other_manager senior")
    december = lambda county: {  # noqa: E731
        "year": 2026, "month": 12, "placement": county.agreement.placement.public_id,
    }  # fmt: skip
    nothing_to_book = SIGNED_IN - people("other_manager practitioner")
    yield page("visit_pin", mira, refused=nothing_to_book, where=december)
    yield press("visit_pin", mira, refused=nothing_to_book, where=december)
    for name in ("visit_agreed", "visit_call_off"):
        yield page(name, mira, refused=others, where=of("oakfield booking"))
        yield press(name, mira, refused=others, where=of("oakfield booking"))
    for name in ("visit_again", "visit_leave_out"):
        yield page(name, DEPUTIES, answer=405, where=of("oakfield booking"))
        yield press(name, mira, 302, refused=others, where=of("oakfield booking"))


def calendars() -> Iterator[Row]:
    """Everybody has an address of their own; what is behind one is read in test_rhythm.py."""
    yield page("feed", SIGNED_IN)
    yield press("feed", SIGNED_IN, 200)
    yield Row("feed_file", "GET", frozenset(), signed_out=404, where=lambda _: {"token": "none"})


DEPUTIES = people("manager other_manager practitioner senior")
SUPERVISORS = people("manager other_manager practitioner")


def rhythm_rows() -> list[Row]:
    return [*own_days(), *how_often(), *months(), *booking(), *calendars()]
