"""The terms of a school year, as the county sets them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from teams.actions.authorities import administrator_only
from teams.foundation import audit
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.kept import Kept
from teams.models import Term
from teams.rules import terms as rules


def terms_of(school_year: int) -> list[rules.Term]:
    """The year's terms as plain values, in order; those offered by the usual pattern are in teams.rules.terms."""
    return _values(Term.objects.filter(school_year=school_year).order_by("starts_on"))


def all_terms() -> list[rules.Term]:
    """Every term that is known, as plain values in order."""
    return _values(_all())


@Kept
def _all() -> Any:
    return Term.objects.order_by("starts_on")


def _values(terms: Iterable[Term]) -> list[rules.Term]:
    return [
        rules.Term(
            rules.Season(term.season), term.starts_on, term.half_term_starts_on, term.half_term_ends_on, term.ends_on
        )
        for term in terms
    ]


def keep_terms(school_year: int, terms: Sequence[rules.Term], *, by: Principal, at: datetime) -> None:
    """The three terms of a year, new or changed. Raises Refusal with the first thing that is wrong with them."""
    administrator_only(by, "term.keep")
    wrong = rules.problems(terms, school_year=school_year)
    if wrong:
        raise Refusal(wrong[0], code="terms")
    with transaction.atomic():
        for term in terms:
            Term.objects.update_or_create(
                school_year=school_year,
                season=term.season.value,
                defaults={
                    "starts_on": term.starts_on,
                    "half_term_starts_on": term.half_term_starts_on,
                    "half_term_ends_on": term.half_term_ends_on,
                    "ends_on": term.ends_on,
                },
            )
        audit.record("term.keep", by=by, at=at, reason=str(school_year))
