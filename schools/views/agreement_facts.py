"""What pages say about an agreement, as plain values: who has signed, what has happened, what is left to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from schools.models import Agreement, AgreementVersion, Question, SchoolContact, Signature
from schools.models.signatures import NEEDED, Party, SignedPart, holding
from schools.models.versions import version_shown
from teams.foundation import audit
from teams.foundation.access import OneOf
from teams.foundation.kept import Kept
from teams.foundation.mail import Notice
from teams.foundation.words import day, moment
from teams.models import Person
from teams.rules.calendar import school_year_dates, school_year_of

MOST_EVENTS = 40
PENNY = Decimal("0.01")

EVENTS = {
    "agreement.draw_up": "Drawn up",
    "agreement.write": "The school’s own lines were written",
    "agreement.redate": "The dates were changed",
    "agreement.offer": "Sent to sign",
    "agreement.send_again": "The e-mail was sent again",
    "agreement.ask": "A question was asked",
    "agreement.answer": "The question was answered",
    "agreement.sign": "Signed",
    "agreement.decline": "Not agreed",
    "agreement.revise": "A change was begun",
    "agreement.keep": "The change was taken back",
    "agreement.end": "Ended, or notice given",
    "agreement.answer_not_sent": "No e-mail about the answer could be written to the head. Ring",
    "agreement.final_copy_not_sent": "No final copy could be mailed to the head. Print it, or ring",
}
PARTS = {SignedPart.WAY: "way of working and confidentiality", SignedPart.COST: "cost"}


@dataclass
class History:
    """The audit's events of one agreement with the names of who did them. Two queries."""

    events: list[Any]
    people: dict[int, Person]
    why_ended: str

    @classmethod
    def of(cls, agreement: Agreement) -> History:
        events = list(audit.history_of(agreement)[:MOST_EVENTS])
        users = {event.user_id for event in events if event.user_id is not None}
        people = {person.user_id: person for person in _people(users=list(users))}
        return cls(events, people, agreement.ended_because)

    def in_words(self, *, with_reasons: bool) -> list[dict[str, Any]]:
        return [
            {
                "title": EVENTS.get(event.verb, event.verb),
                "by": self.name_of(event),
                "at": event.at,
                "text": self.reason_of(event) if with_reasons else "",
            }
            for event in self.events
        ]

    def reason_of(self, event: Any) -> str:
        """Words that somebody typed stand in the record; in the audit only our own."""
        if event.verb == "agreement.end":
            return self.why_ended
        return "" if event.verb == "agreement.sign" else event.reason

    def name_of(self, event: Any) -> str:
        if event.user_id in self.people:
            return self.people[event.user_id].name
        return "the headteacher, by link" if event.role.startswith("link") else ""

    def who_declined(self) -> Any:
        """The newest "not agreed": a Person, "link", or None."""
        newest = next((event for event in self.events if event.verb == "agreement.decline"), None)
        if newest is None:
            return None
        return self.people.get(newest.user_id) or "link"


@Kept
def _people(*, users: Any) -> Any:
    return Person.objects.filter(OneOf("user_id", users)).order_by()


def signature_rows(
    agreement: Agreement,
    *,
    worker: Person | None,
    head: SchoolContact | None,
    council: Sequence[str],
    notices: Iterable[Notice],
    questions: Iterable[Question],
    history: History,
    sees_cost: bool,
) -> list[dict[str, Any]]:
    """For the macro `signatures`: school, worker, council, with a state, a moment and what is left."""
    version = version_shown(agreement)
    found = holding(agreement.signatures.all(), version)
    school = agreement.placement.school
    named = {
        Party.SCHOOL: (f"Headteacher of {school.name}", head.person.name if head else ""),
        Party.WORKER: (agreement.placement.post.profession.name, worker.name if worker else ""),
        Party.COUNCIL: ("The council", " or ".join(council[:3])),
    }
    rows = []
    for party, (role, name) in named.items():
        mine = [signature for signature in found if signature.party == party]
        row = {"party": party.value, "role": role, "name": mine[0].name if mine else name}
        rows.append(row | _state(agreement, party, mine, sees_cost=sees_cost))
    if agreement.status == Agreement.Status.DECLINED:
        _mark_decline(rows, agreement, history, worker, head, sees_cost=sees_cost)
    elif agreement.status == Agreement.Status.OFFERED and rows[0]["state"] == "waiting":
        _mark_mail(rows[0], notices)
        if head is not None and any(not each.answer and each.asked_by_id == head.person_id for each in questions):
            rows[0] |= {"state": "question"}
    return rows


def readable_texts(agreement: Agreement) -> dict[str, Any]:
    """The sealed texts that a page may show: way, the school's sheet, everybody's money; None before sealing."""
    version = version_shown(agreement)
    nothing = {"way": None, "sheet": None, "share": None, "table": None}
    return {"version": version, **(texts_of(version) if version.is_sealed else nothing)}


def texts_of(version: AgreementVersion) -> dict[str, Any]:
    """A sealed version as pages show it. Who may see which part of it is the page's question."""
    way, sheet, cost = version.way or {}, version.cost_sheet or {}, version.cost or {}
    return {"way": way, "sheet": sheet, "share": share_of(sheet, way["period"]), "table": money_of_all(cost)}


def money_of_all(cost: dict[str, Any]) -> dict[str, Any]:
    """Every payer's line, term and month from the council's sealed view, as `funding.money_table` gives fresh ones."""
    payers = cost["payers"]
    return {
        "parts": [
            {"name": payer["name"], "percent": Decimal(payer["percent"]), "amount": ""}
            for payer in payers
            if Decimal(payer["percent"])
        ],
        "changes": [
            (payer["name"], date.fromisoformat(change["from"]), Decimal(change["percent"]))
            for payer in payers
            for change in payer.get("changes", ())
        ],
        "payers": [payer["name"] for payer in payers],
        "terms": [(term["label"], [Decimal(amount) for amount in term["amounts"]]) for term in cost["terms"]],
        "months": [
            (date.fromisoformat(month["month"]), [Decimal(amount) for amount in month["amounts"]])
            for month in cost["months"]
        ],
        "totals": [Decimal(payer["total"]) for payer in payers],
        "a_year": Decimal(cost["whole_year"]),
        "working": [
            {"sentence": step["line"], "number": Decimal(step["number"]), "unit": step["unit"]}
            for step in cost["working"]
        ],
    }


def share_of(sheet: dict[str, Any], period: dict[str, str]) -> dict[str, Any]:
    """ "Your share: £14,145 a year, £4,715 a term, 41 % of £34,500", from a sealed cost sheet and its period."""
    first, last = date.fromisoformat(period["starts_on"]), date.fromisoformat(period["ends_on"])
    is_year = (first, last) == school_year_dates(school_year_of(first))
    percent, total, whole = Decimal(sheet["percent"]), Decimal(sheet["total"]), Decimal(sheet["whole_year"])
    return {
        # Can a reader repeat it? Not where the period is part of a year, or the post has another cost later in it.
        "is_plain": is_year and abs(whole * percent / 100 - total) < PENNY,
        "from": day(first),
        "period": "a year" if is_year else f"from {day(first)} to {day(last)}",
        "total": total,
        "terms": [(term["label"], Decimal(term["amount"])) for term in sheet["terms"]],
        "percent": percent,
        "changes": [(change["from"], Decimal(change["percent"])) for change in sheet.get("changes", ())],
        "whole": whole,
    }


def steps(agreement: Agreement) -> list[dict[str, Any]]:
    """The four steps while it is being written: what each is called and where it is."""
    if agreement.status != Agreement.Status.NOT_FINISHED:
        return []
    return [
        {"text": "Days in the school", "name": "agreement_days"},
        {"text": "Who pays what", "name": "agreement_shares"},
        {"text": "The school’s own lines", "name": "agreement_lines"},
        {"text": "Send to sign", "name": "agreement_send"},
    ]


def _state(agreement: Agreement, party: Party, mine: list[Signature], *, sees_cost: bool) -> dict[str, Any]:
    needed = {part for who, part in NEEDED if who == party}
    given = {SignedPart(signature.part) for signature in mine}
    note = _parts(given, sees_cost=sees_cost)
    if given >= needed:
        return {"state": "signed", "when": moment(max(signature.signed_at for signature in mine)), "note": note}
    if agreement.status == Agreement.Status.OFFERED and agreement.offered_at is not None:
        left = _parts(needed - given, sees_cost=sees_cost)
        note = f"Signed: {note}. Still to sign: {left}" if given and left else note
        return {"state": "waiting", "when": f"since {day(agreement.offered_at)}", "note": note}
    if agreement.status == Agreement.Status.DECLINED:
        return {"state": "waiting", "when": "", "note": "Had not signed when it was declined"}
    return {"state": "later", "when": "", "note": ""}


def _parts(parts: Iterable[SignedPart], *, sees_cost: bool) -> str:
    words = [PARTS[part] for part in sorted(parts, reverse=True) if sees_cost or part == SignedPart.WAY]
    return ", and ".join(words).capitalize()


def _mark_decline(
    rows: list[dict[str, Any]],
    agreement: Agreement,
    history: History,
    worker: Person | None,
    head: SchoolContact | None,
    *,
    sees_cost: bool,
) -> None:
    who = history.who_declined()
    party = Party.COUNCIL
    if who == "link" or (head is not None and who == head.person):
        party = Party.SCHOOL
    elif worker is not None and who == worker:
        party = Party.WORKER
    row = next(row for row in rows if row["party"] == party)
    row |= {"state": "declined", "when": "", "note": agreement.declined_because if sees_cost else ""}


def _mark_mail(row: dict[str, Any], notices: Iterable[Notice]) -> None:
    """What became of the e-mail to the head: gone, on its way, or come back."""
    mails = sorted((each for each in notices if each.kind == "agreement_to_sign"), key=lambda each: each.made_at)
    if not mails:
        return
    last = mails[-1]
    words = {
        Notice.State.SENT: f"E-mail sent to {last.address} on {moment(last.sent_at)}" if last.sent_at else "",
        Notice.State.WAITING: f"The e-mail goes on {moment(last.due_at)}",
        Notice.State.FAILED: f"The e-mail to {last.address} could not be delivered",
    }.get(Notice.State(last.state), "")
    row["note"] = ". ".join(each for each in (row["note"], words) if each)
