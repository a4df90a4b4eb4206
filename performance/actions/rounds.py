"""Rounds of asking turn with the terms: opened on the first day of one, counted on the day after its last."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from performance.models import Ticket, Wave
from performance.models.waves import SHEETS_ARE_KEPT
from teams.foundation.access import Principal
from teams.foundation.tenancy import alone
from teams.foundation.transitions import begin
from teams.models import Authority, Term
from teams.questionnaires.newest import newest

ASKED_EACH_TERM = (Wave.Kind.YOUNG, Wave.Kind.PARENT, Wave.Kind.PULSE)


def turn(today: date, *, by: Principal, at: datetime) -> None:
    """Whatever of it is due, each round by itself: one that fails is not the others' trouble, and is due again on the
    next day. Again on the same day changes nothing.
    """
    here = Authority.here().pk
    for over in Wave.objects.over_by(today).select_related("questionnaire"):
        with alone(here, f"round {over.public_id} was not closed"):
            over.close(by=by, at=at)
    with alone(here, "answers that were begun and can be sent no more were not forgotten"):
        Ticket.objects.forget_begun(at)
    for old in Wave.objects.answered().filter(forgotten_at=None, closed_at__lt=at - SHEETS_ARE_KEPT):
        with alone(here, f"the sheets of round {old.public_id} were not forgotten"):
            old.forget(by=by, at=at)
    term = Term.objects.filter(starts_on__lte=today, ends_on__gte=today).first()
    if term is not None:
        for kind in ASKED_EACH_TERM:
            with alone(here, f"a round ({kind}) was not opened"):
                open_round(kind, term, by=by, at=at)


def open_round(kind: str, term: Term, *, by: Principal, at: datetime) -> Wave:
    """One for each kind and term: the one that is there already, or a new one with the newest questions."""
    with transaction.atomic():
        Authority.one_at_a_time()
        found = Wave.objects.filter(kind=kind, school_year=term.school_year, season=term.season).first()
        if found is not None:
            return found
        wave = Wave(
            kind=kind,
            questionnaire=newest(kind, by=by, at=at),
            school_year=term.school_year,
            season=term.season,
            opens_on=term.starts_on,
            closes_on=term.ends_on,
        )
        return begin(wave, "open", by=by, at=at)
