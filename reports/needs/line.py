"""One line of what waits for somebody, and the button that it has on "Waiting for you"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import JSONObject

from teams.foundation.access import Principal


class Need(NamedTuple):
    """One line. `page` and `of` name the page where it is done: a URL name, and a public id where it takes one."""

    what: str
    why: str
    kind: str
    page: str
    of: UUID | None = None
    since: datetime | None = None

    @property
    def button(self) -> str:
        """What its button says on "Waiting for you": the words of the page that it leads to."""
        return BUTTONS.get(self.page, "Open")


class Kind(NamedTuple):
    """One kind of what waits: what is asked of the database, and the lines that are made of what came."""

    asked: Callable[[Principal], QuerySet[Any]]
    lines: Callable[[list[dict[str, Any]], Principal], list[Need]]


BUTTONS = {
    "action": "Open the action",
    "agency_people": "Open the list",
    "agreement": "Open the agreement",
    "agreement_person": "Name the head",
    "agreement_sign": "Read and sign",
    "county_question": "Read the answer",
    "asked_of_us": "Open what is asked",
    "cover": "Say who covers",
    "file_import": "Open the file",
    "hand_over": "Open what is left",
    "head_part": "Write your part",
    "next_year": "Open what was said",
    "pack": "Write and approve",
    "pack_words": "Write your words",
    "peer": "Open peer supervision",
    "peer_question": "Bring a question",
    "people": "Open people",
    "appeal": "Read and answer",
    "review": "Open the review",
    "review_mine": "Write your part",
    "report_words": "Write your words",
    "run": "Open the papers",
    "school": "Open the school",
    "session": "Read and agree",
    "session_finish": "Finish it",
    "session_rung": "Write down what they say",
    "set_up": "Open the set-up",
    "share_question": "Answer",
    "worry": "Open what was asked",
    "young_person": "Open the page with the number",
    "term_report": "Read and approve",
}


def as_json(rows: QuerySet[Any], **columns: str) -> QuerySet[Any]:
    """One JSON object a row, {name: column or lookup}: to be asked together with others (reports.needs.together)."""
    return rows.values(found=JSONObject(**{name: F(column) for name, column in columns.items()}))


def moment(text: str | None) -> datetime | None:
    """A moment as JSON has it."""
    return datetime.fromisoformat(text) if text else None
