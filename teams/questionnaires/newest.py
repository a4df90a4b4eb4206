"""The edition that is asked now. What is shipped is written down the first time that an authority needs it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from teams.foundation import audit
from teams.foundation.access import Principal
from teams.questionnaires.models import Questionnaire, Wording
from teams.questionnaires.shipped import SHIPPED, Shipped
from teams.questionnaires.words_file import lines_of, still_right


def newest(code: str, *, by: Principal, at: datetime) -> Questionnaire:
    """The newest edition that the authority has, its own or what is shipped. Raises KeyError for no such code."""
    found = Questionnaire.objects.filter(code=code).order_by("-edition").first()
    shipped = SHIPPED[code]
    if found is None or found.edition < shipped.edition:
        found = _write(shipped, by=by, at=at)
    return found


def start_questionnaires(*, by: Principal, at: datetime) -> None:
    """All that are shipped, for a new authority. Again changes nothing."""
    for code in SHIPPED:
        newest(code, by=by, at=at)


def _write(shipped: Shipped, *, by: Principal, at: datetime) -> Questionnaire:
    with transaction.atomic():
        made, is_new = Questionnaire.objects.get_or_create(
            code=shipped.code, edition=shipped.edition, defaults={"questions": shipped.questions, "made_at": at}
        )
        if is_new:
            Wording.write(made, "en", "English", shipped.words)
            _carry(made, shipped)
            audit.record("questionnaire.start", by=by, at=at)
    return made


class Held(NamedTuple):
    """A wording of an earlier edition that is in use there, and the English beside which it stands."""

    wording: Wording
    english: Mapping[str, Any]


def held_before(questionnaire: Questionnaire) -> dict[str, Held]:
    """By language, of the newest earlier edition that has it: one between that lacks it loses nothing. Two queries."""
    earlier = Questionnaire.objects.filter(code=questionnaire.code, edition__lt=questionnaire.edition)
    found: dict[str, Held] = {}
    for each in earlier.order_by("-edition").prefetch_related("wordings"):
        english = each.in_language("en").words
        for language, wording in each.in_use.items():
            if language != "en":
                found.setdefault(language, Held(wording, english))
    return found


def _carry(made: Questionnaire, shipped: Shipped) -> None:
    """A language in which every line still holds goes on; of the others the page of languages says what they lack."""
    lines = lines_of(made.asked, shipped.words)
    for wording, english in held_before(made).values():
        found = still_right(lines, english, wording.words)
        if not found.problems:
            Wording.write(
                made, wording.language, wording.name, found.words, wording.direction, checked_by=wording.checked_by,
                at=wording.written_at,
            )  # fmt: skip
