"""The list of words for whoever translates: it comes back whole, or says line by line what is wrong."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.foundation.errors import Refusal
from teams.foundation.spreadsheets import text_of
from teams.questionnaires.rules import missing_words, questions_of
from teams.questionnaires.shipped import SHIPPED
from teams.questionnaires.words_file import (
    HEADINGS,
    LONGEST_TRANSLATION,
    NAMES,
    as_csv,
    lines_of,
    names_in,
    read,
    said_in,
    still_right,
)

ALL = {code: (questions_of(each.questions), each.words) for code, each in SHIPPED.items()}
YOUNG, ENGLISH = ALL["young-person"]
LINES = lines_of(YOUNG, ENGLISH)


def filled(said: dict[str, str], delimiter: str = ",") -> str:
    """A list that came back, with these words; the others as English has them."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(HEADINGS)
    for line in LINES:
        writer.writerow([line.path, line.english, said.get(line.path, line.english), line.hint])
    return file.getvalue()


@pytest.mark.parametrize("code", SHIPPED)
def test_every_word_that_is_shipped_stands_on_a_line_of_its_own_and_comes_back(code):
    questions, words = ALL[code]
    lines = lines_of(questions, words)
    assert len({line.path for line in lines}) == len(lines)
    back = read(as_csv(lines, words), lines)
    assert back.problems == []
    assert back.words == words
    assert missing_words(questions, back.words, besides=words) == []


def test_whoever_translates_is_told_what_stands_in_braces():
    known = {name for _, words in ALL.values() for line in lines_of([], words) for name in names_in(line.english) or ()}
    assert known <= NAMES.keys()
    assert next(line for line in LINES if line.path == "find").hint == "Keep {lead}: the safeguarding lead’s name"


@given(
    st.dictionaries(
        st.sampled_from([line.path for line in LINES if not names_in(line.english)]),
        st.text(
            st.characters(exclude_characters="{}?\ufffd\x00", exclude_categories=["C", "Z"]), min_size=1, max_size=60
        ),
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_any_words_in_any_letters_come_back_as_they_were_written(said, delimiter):
    back = read(filled(said, delimiter), LINES)
    if not back.problems:
        for path, words in said.items():
            assert said_in(back.words, path) == words.removeprefix("'" if words[1:2] in "=+-@" else "")


@given(st.text(max_size=40), st.sampled_from(LINES))
def test_nothing_that_is_used_can_break_a_page(words, line):
    """Whatever is typed: with the names filled in, it is a sentence, or it is refused."""
    back = read(filled({line.path: words}), LINES)
    if not any(problem.path == line.path for problem in back.problems):
        assert said_in(back.words, line.path).format_map(dict.fromkeys(names_in(line.english) or (), "x"))


@pytest.mark.parametrize(
    ("path", "said", "wrong"),
    [
        ("send", " ", "There are no words for it. Add them."),
        ("named_promise", "They read it.", "Write {manager} and {worker} in it as it stands in English."),
        ("find", "Ask {worker}", "Write {lead} in it as it stands in English."),
        ("find", "Ask {lead.__class__}", "Write {lead} in it as it stands in English."),
        ("find", "Ask {lead", "Write {lead} in it as it stands in English."),
        ("send", "Send {worker}", "Take the braces { } out of it."),
        ("send", "????", "Letters were lost when the list was saved. Save it as “CSV UTF-8”, or copy the rows and paste them."),
        ("send", "Wy?lij", "Letters were lost when the list was saved. Save it as “CSV UTF-8”, or copy the rows and paste them."),
        ("send", "\u200b\u2060", "There are no words for it. Add them."),
        ("find", "{lead}", "There are no words for it. Add them."),
        ("send", "x" * (LONGEST_TRANSLATION + 1), "It has more than 400 letters. Make it shorter."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_line_is_said_and_nothing_else_is(path, said, wrong):
    back = read(filled({path: said}), LINES)
    assert [(problem.path, problem.sentence) for problem in back.problems] == [(path, wrong)]


@pytest.mark.parametrize("text", ["", "Name,E-mail\nNora,n@x.example", "Line\nsend"])
def test_what_is_no_such_list_is_refused(text):
    with pytest.raises(Refusal, match="no columns “Line” and “Translation”"):
        read(text, LINES)


def test_a_file_that_lost_its_letters_is_refused():
    with pytest.raises(Refusal, match="Save it as “CSV UTF-8”"):
        text_of("Wyślij".encode("cp1250"), every_letter=True)
    assert text_of("\ufeffWyślij".encode(), every_letter=True) == "Wyślij"


def test_of_an_earlier_translation_holds_what_english_still_says():
    before = ENGLISH | {"send": "Send it off"}
    found = still_right(LINES, before, ENGLISH | {"send": "Wyślij", "back": "Wróć"})
    assert [problem.path for problem in found.problems] == ["send"]
    assert (found.words["back"], found.words["send"]) == ("Wróć", "")


@pytest.mark.parametrize("between", ["\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85", "\r", "\r\n"])
def test_a_line_end_of_another_program_in_the_middle_of_a_promise_loses_nothing_of_it(between):
    """What Word puts in for a new line is no new row: the second half of a promise would be gone without a word."""
    row = f"closed,English,Half of it.{between}And the other half. {{day}},x"
    if between.startswith("\r"):
        row = row.replace(
            f"Half of it.{between}And the other half. {{day}}", f'"Half of it.{between}And the other half. {{day}}"'
        )
    back = read(f"Line,English,Translation,What to know\r\n{row}\r\n", LINES)
    found = {line.path: said for line, said in back.pairs}
    assert found["closed"] == "Half of it. And the other half. {day}"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_end_as_any_program_ends_them(end):
    assert read(filled({}).replace("\r\n", end), LINES).problems == []


def test_a_line_that_stands_twice_with_other_words_is_asked_about_and_not_chosen_by_chance():
    list_of_words = filled({"send": "Wyślij"}) + "send,Send,Wyślij to,\r\n"
    (problem,) = read(list_of_words, LINES).problems
    assert (problem.path, problem.sentence) == ("send", "It stands in the list twice, with different words. Leave one.")
    assert read(filled({"send": "Wyślij"}) + "send,Send,Wyślij,\r\nsend,Send,,\r\n", LINES).problems == []
