"""In which words a question was asked, and what is said where they were others the time before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from performance.rules.asked_words import AskedWords, changed, note, words_asked
from teams.questionnaires.rules import SCALE, TEXT, Question, questions_of
from teams.questionnaires.shipped import PULSES, SHIPPED

text = st.text(st.characters(codec="ascii", exclude_characters="{}"), min_size=1, max_size=20)
asked = st.builds(AskedWords, text, st.lists(text, min_size=2, max_size=4).map(tuple))


@given(asked)
def test_the_same_words_are_no_change_and_no_note(words):
    assert changed(words, words) is None
    assert note(changed(words, words), "autumn term 2026/27") == ""


@given(asked, asked)
def test_a_note_names_all_that_was_other_and_nothing_that_was_the_same(now, before):
    found = note(changed(now, before), "autumn term 2026/27")
    assert (found == "") is (now == before)
    assert (f"“{before.ask}”" in found.partition("answers")[0]) is (now.ask != before.ask)
    assert ("the answers to choose from" in found) is (now.answers != before.answers)
    if found:
        assert found.startswith("In the autumn term 2026/27 the ")
        assert found.rstrip("”").endswith((".", "?", "!"))
        assert not found.endswith(".”.")


@given(asked)
def test_what_was_not_asked_one_of_the_times_has_not_changed(words):
    assert changed(words, None) is changed(None, words) is changed(None, None) is None


def test_words_are_those_of_the_wording_with_its_answers_in_their_order():
    questions = [Question("one", SCALE, ("4", "1")), Question("more", TEXT), Question("lost", SCALE, ("4", "1"))]
    words = {
        "questions": {
            "one": {"ask": "Is {worker} there?", "options": {"1": "No", "4": "Yes"}},
            "more": {"ask": "More?"},
        }
    }
    assert words_asked(questions, words, {"worker": "the worker"}) == {
        "one": AskedWords("Is the worker there?", ("Yes", "No"))
    }
    assert words_asked(questions, {}) == {}


def test_what_is_shipped_has_words_for_each_question_that_is_counted():
    for each in SHIPPED.values():
        counted = [question.code for question in questions_of(each.questions) if question.is_counted]
        names = None if each is PULSES else {"worker": "W", "manager": "M", "school": "S", "day": ""}
        assert list(words_asked(questions_of(each.questions), each.words, names)) == counted
