"""One line of what waits for somebody, and the button that it has on "Waiting for you"."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


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


BUTTONS = {
    "action": "Open the action",
    "agreement": "Open the agreement",
    "agreement_person": "Name the head",
    "agreement_sign": "Read and sign",
    "cover": "Say who covers",
    "file_import": "Open the file",
    "hand_over": "Open what is left",
    "head_part": "Write your part",
    "next_year": "Open what was said",
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
    "set_up": "Open the set-up",
    "worry": "Ring, and say that you have it",
    "term_report": "Read and approve",
}
