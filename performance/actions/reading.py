"""Reading what was said with a name: each answer beside its question, in English."""

from __future__ import annotations

from typing import NamedTuple

from performance.actions.asking import first_name
from performance.models import Feedback
from teams.foundation.words import day


class Said(NamedTuple):
    """One feedback for a page. `answers` are (question, answer)."""

    feedback: Feedback
    who: str
    answers: list[tuple[str, str]]


def in_words(feedback: Feedback) -> Said:
    """From rows that `for_page` has loaded: no query."""
    questionnaire = feedback.wave.questionnaire
    asked = questionnaire.in_language("en").words["questions"]
    names = {
        "worker": first_name(feedback.worker),
        "manager": "",
        "school": feedback.school.name,
        "day": day(feedback.said_on),
    }
    answers = [
        (
            asked[question.code]["ask"].format_map(names),
            asked[question.code]["options"][feedback.answers[question.code]],
        )
        for question in questionnaire.asked
        if question.code in feedback.answers
    ]
    initials = feedback.young_person.initials
    who = initials if feedback.side == Feedback.Side.YOUNG else f"A parent of {initials}"
    return Said(feedback, who, answers)
