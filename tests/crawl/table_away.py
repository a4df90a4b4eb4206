"""Away, cover and time away from school: who says it, and who reads it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SIGNED_IN, Row, form, of, page, people, press
from tests.factories.canaries import COUNCIL, SCHOOLS

# Who manages Wanda, and she herself; the auditor reads and does nothing.
MANAGERS_OF_WANDA = people("admin senior manager practitioner worker")
LOOKS_AFTER = people("manager other_manager practitioner senior")
ARRANGERS = people("admin senior manager other_manager")


def away() -> Iterator[Row]:
    wanda = lambda county: {"public_id": county.people["worker"].public_id}  # noqa: E731
    yield page("away_list", LOOKS_AFTER)
    yield from form("away", MANAGERS_OF_WANDA, where=wanda, refused=COUNCIL)
    yield page("away_back", COUNCIL, answer=405, where=of("absence"))
    yield press("away_back", MANAGERS_OF_WANDA, 302, where=of("absence"), refused=SCHOOLS | people("auditor"))
    yield from form("cover", ARRANGERS)
    yield page("cover_stop", LOOKS_AFTER | ARRANGERS, answer=405, where=of("cover"))
    yield press("cover_stop", ARRANGERS, 302, where=of("cover"), refused=SIGNED_IN - ARRANGERS - people("practitioner"))


# Who reads the time of Wanda at Oakfield; the head of service reads sums alone.
READS_TIME = people("auditor senior manager practitioner worker head lead two_hats")
READ_ROLES = SIGNED_IN - people("admin finance")
WORK_IN_SCHOOLS = people("worker other_worker peer practitioner")


def time_away() -> Iterator[Row]:
    placement = lambda county: {"public_id": county.agreement.placement.public_id}  # noqa: E731
    yield from form("time_away", WORK_IN_SCHOOLS)
    yield page("time_in_school", READS_TIME, refused=SIGNED_IN - READ_ROLES, where=placement)
    wanda = people("worker")
    for name in ("time_away_back", "time_away_withdraw"):
        yield page(name, WORK_IN_SCHOOLS, answer=405, where=of("agreement time away"))
        yield press(name, wanda, 302, refused=SIGNED_IN - WORK_IN_SCHOOLS, where=of("agreement time away"))


def away_rows() -> list[Row]:
    return [*away(), *time_away()]
