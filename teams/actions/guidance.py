"""Answering managers as county guidance, putting a newer one in its place, and withdrawing it (journey S6)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.school_hours import is_working_day
from teams.models import Authority, CountyQuestion, Guidance, GuidanceWithdrawn, Person
from teams.rules import asked

OVER = "The county does not say this any more: it was withdrawn, or something newer stands in its place."


def answer_for_all(
    question: CountyQuestion, text: str, *, place: str, starts_on: date, by: Principal, at: datetime
) -> Guidance:
    """Publish the answer as guidance. Raises Refusal, fields "text" and "starts_on"."""
    person = Person.objects.get(pk=by.person_id or 0)
    with transaction.atomic():
        made = Guidance.publish(text, place=place, starts_on=starts_on, follows=None, person=person, by=by, at=at)
        question.answer(person=person, guidance=made, by=by, at=at)
    return made


def put_newer(guidance: Guidance, text: str, *, starts_on: date, by: Principal, at: datetime) -> Guidance:
    """From its day the newer one stands in the place of this one; both stay to be read. Raises Refusal."""
    person = Person.objects.get(pk=by.person_id or 0)
    with transaction.atomic():
        _still_stands(guidance, by.today)
        return Guidance.publish(
            text, place=guidance.place, starts_on=starts_on, follows=guidance, person=person, by=by, at=at
        )


def withdraw(guidance: Guidance, because: str, *, by: Principal, at: datetime) -> GuidanceWithdrawn:
    """Nothing takes its place. Raises Refusal, field "because", and where it does not stand any more."""
    person = Person.objects.get(pk=by.person_id or 0)
    with transaction.atomic():
        _still_stands(guidance, by.today)
        return GuidanceWithdrawn.withdraw(guidance, because, person=person, by=by, at=at)


def stands(guidance: Guidance, today: date) -> bool:
    """Is it said today or from a later day, and is nothing newer on its way?"""
    here = Guidance.objects.filter(pk=guidance.pk)
    has_newer = Guidance.objects.filter(follows=guidance, withdrawn=None).exists()
    return not has_newer and (here.holding(today) | here.coming(today)).exists()


def _still_stands(guidance: Guidance, today: date) -> None:
    """Of two presses at once the second sees the first."""
    Authority.one_at_a_time()
    if not stands(guidance, today):
        raise Refusal(OVER, code="over")


def usual_days(at: datetime) -> Decimal | None:
    """The median of the working days to an answer, of those answered in the last year; None where there is none."""
    answered = CountyQuestion.objects.answered_since(at - asked.LOOKED_BACK)
    moments = answered.order_by().values_list("asked_at", "answered_at")
    days = [
        asked.working_days(timezone.localdate(first), timezone.localdate(last), is_working_day)
        for first, last in moments
        if last is not None
    ]
    return asked.median(days)


def waited(question: CountyQuestion, today: date) -> int:
    """For how many working days somebody waits, or waited."""
    last = timezone.localdate(question.answered_at) if question.answered_at else today
    return asked.working_days(timezone.localdate(question.asked_at), last, is_working_day)
