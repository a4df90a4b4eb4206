"""What a deputy did for a manager, in words: it comes back with her (journey M6.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from schools.views.agreement_facts import EVENTS
from teams.actions.covering import Handed
from teams.foundation.audit import AuditEvent
from teams.foundation.words import moment

# Where one opens what an event is about, by the kind of its subject.
PAGES = {"schools.agreement": "agreement", "supervision.peersupervision": "peer"}
WORDS = {
    "placement.change": "Days or dates in a school changed",
    "placement.plan": "A worker put into a school",
    "placement.end": "A placement ended",
    "placement.hand_over": "A placement handed over",
    "peersupervision.agree": "A time for peer supervision agreed",
    "peersupervision.ask": "Somebody asked for a question for peer supervision",
    "peersupervision.finish": "Peer supervision held",
    "handover.finish": "Something a leaver left open dealt with",
}


@dataclass(frozen=True)
class Done:
    """The rows of one cover, for `data_table`."""

    deputy: str
    until: date
    rows: list[list[Any]]

    @classmethod
    def of(cls, handed: Handed) -> Done:
        return cls(handed.cover.deputy.name, handed.cover.ends_on, [_row(event) for event in handed.events])


def _row(event: AuditEvent) -> list[Any]:
    words = EVENTS.get(event.verb) or WORDS.get(event.verb) or event.verb.replace(".", ": ").replace("_", " ")
    page = PAGES.get(event.subject_type)
    cell: dict[str, Any] = {"text": words}
    if page and event.subject_ids:
        cell["href"] = reverse(page, kwargs={"public_id": event.subject_ids[0]})
    return [cell, moment(event.at)]
