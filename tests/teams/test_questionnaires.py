"""The engine: editions written once, wordings of any language and direction, and one question as a form."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from teams.models import Questionnaire, Wording
from teams.questionnaires.forms import QuestionForm
from teams.questionnaires.newest import newest, start_questionnaires
from teams.questionnaires.rules import Question
from teams.questionnaires.shipped import SHIPPED
from tests.factories.authorities import NOW

pytestmark = pytest.mark.django_db
NAMES = {"worker": "Wanda", "manager": "Mira", "school": "Oakfield"}


def other_words(words: Any) -> Any:
    """Invented words of no language, with the same names in them."""
    if isinstance(words, dict):
        return {key: other_words(value) for key, value in words.items()}
    return "".join(f"{{{part}" if at else part[::-1] for at, part in enumerate(words.split("{")))


@pytest.fixture
def county(fenshire):
    with fenshire.inside():
        yield fenshire


def test_what_is_shipped_is_written_down_once(county):
    start_questionnaires(by=county.clock, at=NOW)
    start_questionnaires(by=county.clock, at=NOW)
    assert Questionnaire.objects.count() == len(SHIPPED) == Wording.objects.count()
    assert newest("pulse", by=county.clock, at=NOW).asked[0] == Question("one_team", "scale", ("4", "3", "2", "1"))


def test_an_authoritys_own_edition_is_the_one_that_is_asked(county):
    first = newest("parent", by=county.clock, at=NOW)
    own = Questionnaire.objects.create(code="parent", edition=2, questions=first.questions[:1], made_at=NOW)
    assert newest("parent", by=county.clock, at=NOW) == own


def test_what_was_asked_stays_as_it_was_asked(county):
    made = newest("young-person", by=county.clock, at=NOW)
    for row in (made, made.in_language("en")):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()


def test_another_language_has_every_word_or_is_not_taken(county):
    made = newest("young-person", by=county.clock, at=NOW)
    words = other_words(SHIPPED["young-person"].words)
    heard = {"ask": "?", "options": {"partly": "p", "no": "n"}}
    lacking = words | {"send": "", "questions": words["questions"] | {"heard": heard}}
    with pytest.raises(ValueError, match=r"No words in xx for send, heard\.yes"):
        Wording.write(made, "xx", "Xxish", lacking)
    Wording.write(made, "xx", "Xxish", words, "rtl")
    found = newest("young-person", by=county.clock, at=NOW)
    assert found.in_language("xx").direction == "rtl"
    assert found.in_language("none").language == "en"
    form = QuestionForm(found.asked[0], found.in_language("xx"), NAMES)
    assert form.fields["answer"].label == other_words("Does {worker} listen to you?").format_map(NAMES)
    assert "Wanda" in form.fields["answer"].label


def test_one_question_is_a_form_whatever_its_kind(county):
    made = newest("young-person", by=county.clock, at=NOW)
    english = made.in_language("en")
    heard, words = made.asked[0], made.asked[-1]
    said = QuestionForm(heard, english, NAMES, {"answer": "yes"})
    assert (said.is_valid(), said.answer) == (True, "yes")
    skipped = QuestionForm(heard, english, NAMES, {})
    assert (skipped.is_valid(), skipped.answer) == (True, "")
    wrong = QuestionForm(heard, english, NAMES, {"answer": "never"})
    assert not wrong.is_valid()
    assert wrong.error_list()[0]["text"] == "Press one of the pictures, or press Skip."
    long = QuestionForm(words, english, NAMES, {"answer": "x" * 1001})
    assert not long.is_valid()
    assert "Your words are still here" in long.error_list()[0]["text"]
    assert long["answer"].typed == "x" * 1001
