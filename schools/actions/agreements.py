"""Drawing up what people read and sign: placement, post, money, wording and contacts become one text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from schools.actions.agreement_mail import FINAL, send_answered, send_to_head
from schools.actions.heads import head_of
from schools.actions.money import PostCost, cost_of_post, is_paid_as_sealed, payers_of
from schools.models import Agreement, Charge, Clause, Placement, Question
from schools.models.signatures import SignedPart
from schools.models.wording import Part
from schools.rules import shares
from schools.rules.money import Month, Schedule
from schools.rules.wording import OWN_LINES
from teams.foundation import audit
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.mail import Notice
from teams.foundation.transitions import begin
from teams.foundation.words import day as day_in_words
from teams.models import Person
from teams.rules.calendar import school_year_dates, school_year_label

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Text:
    """The two parts that people sign, and the money in its two views."""

    way: dict[str, Any]
    cost: dict[str, Any]
    cost_sheet: dict[str, Any]
    money: PostCost


def plan(placement: Placement, *, by: Principal, at: datetime) -> Placement:
    """A worker is to work in a school. BR-02 keeps it planned until school and worker have accepted."""
    if not placement.timetable:
        raise Refusal("Choose at least one day in school.", field="days", code="no_days")
    return begin(placement, "plan", by=by, at=at)


def draw_up(
    placement: Placement, *, school_year: int, own_lines: dict[str, str], by: Principal, at: datetime
) -> Agreement:
    """The agreement of a placement for one school year, not finished yet."""
    first, last = school_year_dates(school_year)
    starts_on = max(first, placement.starts_on)
    ends_on = min(last, placement.ends_on or last)
    if starts_on > ends_on:
        raise Refusal("The placement does not run in that school year.", field="school_year", code="not_that_year")
    return Agreement.draw_up(
        placement, school_year=school_year, starts_on=starts_on, ends_on=ends_on, own_lines=own_lines, by=by, at=at
    )


def text_of(agreement: Agreement, *, authority: Any, on: date | None = None) -> Text:
    """What the three will read, from the rows as they stand. Raises Refusal where something is missing.

    `on` is the day whose people are named: worker and head as they are then, the first day of the agreement at the
    earliest. Without it, the first day. Months before it have been charged, and stay as they were printed.
    """
    placement = agreement.placement
    people_on = max(agreement.starts_on, on or agreement.starts_on)
    worker = placement.post.holder_on(people_on)
    head = head_of(placement.school, on=people_on)
    clauses = list(Clause.objects.on(agreement.starts_on))
    own = agreement.latest.own_lines
    way = {
        "authority": authority.name,
        "service": authority.service_name,
        "telephone": authority.telephone,
        "school": {
            "name": placement.school.name,
            "urn": placement.school.urn,
            "laestab": placement.school.laestab,
            "address": placement.school.address_lines,
            "trust": placement.school.trust,
        },
        "worker": worker.name if worker else "",
        "title": placement.post.profession.title_on(agreement.starts_on),
        "manager": {
            "name": placement.manager.name,
            "email": placement.manager.email,
            "telephone": placement.manager.telephone,
        },
        "head": {"name": head.person.name, "job": head.person.job or head.get_kind_display()},
        "lead": placement.lead.name if placement.lead else "",
        "period": {
            "starts_on": agreement.starts_on,
            "ends_on": agreement.ends_on,
            "school_year": school_year_label(agreement.school_year),
        },
        "days": [
            {"day": WEEKDAYS[day["weekday"]], "starts": day["starts"], "ends": day["ends"]}
            for day in sorted(placement.timetable, key=lambda day: (day["weekday"], day["starts"]))
        ],
        "hours_per_week": placement.hours_per_week,
        "focus": placement.focus,
        "parts": [
            {
                "part": part.value,
                "title": part.label,
                "clauses": [clause.text for clause in clauses if clause.part == part],
                "own": [
                    {"label": box.label, "text": own[box.name]}
                    for box in OWN_LINES
                    if box.part == part and own.get(box.name)
                ],
            }
            for part in Part
            if part != Part.COST
        ],
    }
    payers = payers_of(placement.post)
    post_cost = cost_of_post(
        placement.post,
        authority=authority,
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        payers=payers,
        before=printed_schedule(agreement, payers),
        change_from=on,
    )
    return Text(way, *_cost_views(agreement, post_cost, payers, clauses), post_cost)


def printed_schedule(agreement: Agreement, payers: list[shares.Share]) -> Schedule | None:
    """The schedule of the version in force, as it was printed; None before the first, or when a payer is not known."""
    cost = agreement.in_force.cost if agreement.in_force_id else None
    if cost is None:
        return None
    known = {str(share.payer.public_id): share.payer for share in payers}  # type: ignore[attr-defined]
    printed = [known.get(payer.get("payer", "")) for payer in cost["payers"]]
    if None in printed:
        return None
    months = tuple(
        Month(date.fromisoformat(month["month"]), dict(zip(printed, map(Decimal, month["amounts"]), strict=True)))
        for month in cost["months"]
    )
    return Schedule(agreement.starts_on, agreement.ends_on, months)


def _cost_views(
    agreement: Agreement, cost: PostCost, payers: list[shares.Share], clauses: list[Clause]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The council's view with every payer, and the school's with its own line alone."""
    schedule, school = cost.schedule, agreement.placement.school
    on_first_day = {share.payer: share.percent for share in shares.shares_on(payers, agreement.starts_on)}
    both = {
        "whole_year": cost.a_year,
        "working": [{"line": step.sentence, "number": step.number, "unit": step.unit} for step in cost.working.steps],
        "clauses": [clause.text for clause in clauses if clause.part == Part.COST],
    }
    totals: dict[Any, Decimal] = {**schedule.payers()}
    council = both | {
        "payers": [
            {
                "payer": payer.public_id,
                "name": payer.name,
                "is_school": payer == school,
                "percent": on_first_day.get(payer, ZERO),
                "total": total,
                "changes": _changes(agreement, payers, payer),
            }
            for payer, total in totals.items()
        ],
        "months": [
            {"month": month.starts_on, "amounts": [month.amounts[payer] for payer in totals]}
            for month in schedule.months
        ],
        "terms": [
            {
                "label": each.term.label,
                "season": each.term.season,
                "amounts": [each.amounts.get(payer, ZERO) for payer in totals],
            }
            for each in schedule.terms()
        ],
        "total": schedule.total,
    }
    sheet = both | {
        "percent": on_first_day.get(school, ZERO),
        "changes": _changes(agreement, payers, school),
        "total": totals.get(school, ZERO),
        "rest_by_others": True,
        "months": [{"month": month.starts_on, "amount": month.amounts.get(school, ZERO)} for month in schedule.months],
        "terms": [
            {"label": each.term.label, "season": each.term.season, "amount": each.amounts.get(school, ZERO)}
            for each in schedule.terms()
        ],
    }
    return council, sheet


def _changes(agreement: Agreement, payers: list[shares.Share], payer: Any) -> list[dict[str, Any]]:
    """Where a payer's share changes within the period: from which day, to how many per cent."""
    days = shares.change_days(payers, agreement.starts_on, agreement.ends_on)
    held = [sum((each.percent for each in shares.shares_on(payers, day) if each.payer == payer), ZERO) for day in days]
    return [
        {"from": day, "percent": now}
        for day, before, now in zip(days[1:], held, held[1:], strict=False)
        if now != before
    ]


def offer(agreement: Agreement, *, authority: Any, by: Principal, at: datetime, reason: str = "") -> None:
    """Seal the text and send it to sign: the head by link, the worker and the council's signatory in the product.

    `reason` says what went before, for the history: who rang or met the head. Raises Refusal when the head is not
    confirmed, there is no address, nobody is in post, or money and wording are not complete.
    """
    today = timezone.localdate(at)
    placement = agreement.placement
    # Locked before the text is composed: a line written in between would be kept, and not be in what people sign.
    agreement.refresh_from_db(fields=["latest"], from_queryset=Agreement.objects.select_for_update(of=("self",)))
    head = head_of(placement.school, on=max(agreement.starts_on, today))
    if not head.is_confirmed:
        raise Refusal(
            f"Nobody has confirmed yet that {head.person.name} is the head at {head.person.email or 'an address'}. "
            "Ring the school, then confirm the contact.",
            code="not_confirmed",
        )
    text = text_of(agreement, authority=authority, on=today)
    if not text.way["worker"]:
        first = day_in_words(max(agreement.starts_on, today))
        raise Refusal(
            f"Nobody is in the post {placement.post.name} on {first}, so nobody can sign as the worker. "
            "Appoint somebody first.",
            code="no_worker",
        )
    school = placement.school
    agreement.offer(
        way=text.way,
        cost=text.cost,
        cost_sheet=text.cost_sheet,
        charges=[
            Charge(month=month.starts_on, amount=month.amounts.get(school, ZERO))
            for month in text.money.schedule.months
        ],
        whole_cost=text.money.a_year,
        school_cost=text.cost_sheet["total"],
        by=by,
        at=at,
        reason=reason,
    )
    send_to_head(agreement, at=at)


def sign(
    agreement: Agreement,
    *,
    party: str,
    parts: list[str],
    person: Any,
    how: str,
    by: Principal,
    at: datetime,
    read: str | None = None,
) -> None:
    """Sign, and tell the head when the last signature has made the agreement final.

    A signature never waits for that mail: where it cannot be written now, the agreement's history says so. Raises
    Refusal, code "shares_moved", when the post's shares were said anew, through another school's agreement say, since
    this cost was sealed: nobody signs a share that is no longer true.
    """
    if SignedPart.COST in parts and agreement.latest and not is_paid_as_sealed(agreement, agreement.latest):
        raise Refusal(
            f"Who pays for this post has changed since this was sent. {agreement.placement.manager.name} sends it "
            "again with the new shares.",
            code="shares_moved",
        )
    was_active = agreement.in_force_id == agreement.latest_id
    agreement.sign(party, parts, person=person, job=person.job, how=how, by=by, at=at, read=read)
    if agreement.in_force_id == agreement.latest_id and not was_active:
        try:
            with transaction.atomic():
                send_to_head(agreement, at=at, kind=FINAL)
        except Refusal:
            audit.record("agreement.final_copy_not_sent", by=by, at=at, subjects=[agreement])


def answer(
    agreement: Agreement, question: Question, text: str, *, person: Person, by: Principal, at: datetime
) -> Notice | None:
    """Answer a question, and tell the head who asked it. Returns that mail, or None where none was written.

    An answer never waits for it: where it cannot be written now, the agreement's history says so. Raises Refusal, field
    "text", when a colleague has answered before.
    """
    agreement.answer(question, text, person=person, by=by, at=at)
    try:
        with transaction.atomic():
            return send_answered(agreement, question, at=at)
    except Refusal:
        audit.record("agreement.answer_not_sent", by=by, at=at, subjects=[agreement])
        return None
