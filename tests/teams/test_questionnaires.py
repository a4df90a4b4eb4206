"""The engine: editions written once, wordings of any language and direction, and one question as a form."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from performance.actions.rounds import open_round
from performance.models import Wave
from teams.actions.terms import keep_terms
from teams.models import Questionnaire, Term, Wording
from teams.questionnaires.forms import QuestionForm
from teams.questionnaires.newest import newest, start_questionnaires
from teams.questionnaires.rules import Question
from teams.questionnaires.shipped import SHIPPED
from teams.rules.terms import offered_terms
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


# SHA-256 of the questions and words of each edition: what has been asked is never changed.
AS_SHIPPED = {
    ("young-person", 2): "7ef01cf87eb0702f20dff270dd905c932935810dbdb68645afe186656ad887b7",
    ("parent", 2): "23c696794a0658e7f87890fa9dc22064787a1bd15fed68b9a6c88a69be17c0c0",
    ("pulse", 2): "bc003767279f0c4b523235bccd198c737d7f54a866520d8e402d4ddab00cb9aa",
}


def test_other_words_are_another_edition():
    now = {
        (each.code, each.edition): hashlib.sha256(
            json.dumps([each.questions, each.words], sort_keys=True, ensure_ascii=False).encode()
        ).hexdigest()
        for each in SHIPPED.values()
    }
    assert now == AS_SHIPPED, "Words or questions were changed: raise the edition, and write its digest down here."


def test_an_authority_with_the_words_of_before_gets_the_new_ones_in_its_next_round_and_runs_on_with_its_own(county):
    shipped = SHIPPED["young-person"]
    old = Questionnaire.objects.create(code=shipped.code, edition=1, questions=shipped.questions, made_at=NOW)
    without = {name: words for name, words in shipped.words.items() if not name.startswith("find")}
    Wording.write(old, "en", "English", without | {"closed_named": "Send it with my name on"})
    keep_terms(2026, offered_terms(2026), by=county.as_("admin"), at=NOW)
    autumn, spring, _ = Term.objects.order_by("starts_on")[:3]
    running = Wave.objects.create(
        kind="young-person", questionnaire=old, school_year=2026, season="autumn", opens_on=autumn.starts_on,
        closes_on=autumn.ends_on,
    )  # fmt: skip
    assert open_round("young-person", autumn, by=county.clock, at=NOW) == running
    assert running.questionnaire.in_language("en").words["closed_named"] == "Send it with my name on"
    later = open_round("young-person", spring, by=county.clock, at=NOW)
    assert later.questionnaire.in_language("en").words == shipped.words


def test_an_authoritys_own_edition_is_the_one_that_is_asked(county):
    first = newest("parent", by=county.clock, at=NOW)
    edition = first.edition + 1
    own = Questionnaire.objects.create(code="parent", edition=edition, questions=first.questions[:1], made_at=NOW)
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
