"""What schools have said about next year: to be rung by the manager; to be known by the senior managers (H5, S1)."""

from __future__ import annotations

from datetime import date

from reports.needs.line import Need
from schools.actions import next_year
from schools.models import NextYear
from teams.foundation.access import Principal
from teams.foundation.words import day
from teams.models import Term


def to_ring(principal: Principal) -> list[Need]:
    """ "Cannot keep" and "don't know yet" of the placements that she manages, or covers. One query."""
    rows = (
        NextYear.objects.visible_to(principal)
        .to_ring()
        .filter(placement__manager__in=sorted(principal.stands_for))
        .select_related("placement__school", "said_by")
        .order_by("answered_at", "pk")
    )
    return [
        Need(
            f"Ring {each.said_by.name} about next year at {each.placement.school.name}",
            f"They said: {each.get_answer_display().lower()}. Ring by {day(each.ring_by)}.",
            "To ring",
            "next_year",
            each.public_id,
            each.answered_at,
        )
        for each in rows
        if each.ring_by is not None
    ]


def for_senior_managers(principal: Principal) -> list[Need]:
    """A school that cannot keep its worker, at once; one that does not know, when its budget date is near."""
    found = next_year.for_senior_managers(principal.today)
    terms = list(Term.objects.values_list("starts_on", "ends_on")) if found else []
    return [_line(each, terms) for each in found]


def _line(said: NextYear, terms: list[tuple[date, date]]) -> Need:
    school = said.placement.school.name
    if said.answer == NextYear.Answer.CANNOT:
        notice_on = next_year.last_day_for_notice(said.school_year, terms)
        what = f"{school} cannot keep its worker next year"
        why = f"Last day for notice: {day(notice_on)}." if notice_on else "The terms before are not known yet."
    else:
        what = f"{school} does not know about next year yet"
        why = f"Its budget date is {day(next_year.budget_date_of(said))}."
    return Need(what, why, "Next year", "next_year", said.public_id, said.answered_at)
