"""What a young person reads is read by a nine-year-old (journeys Y1)."""

from __future__ import annotations

import pytest

from teams.questionnaires.shipped import PARENTS, YOUNG_PERSONS
from tests.performance.reading_age import grade, syllables

NAMES = {"worker": "Wanda", "manager": "Mira", "school": "Oakfield", "day": "4 June", "number": "1", "all": "4"}
NAMES |= {"lead": "Mrs Brown", "owner": "Mrs Brown", "time": "10am", "asked_at": "9am"}
NAMES |= {"found_at": "9am", "found_on": "Monday 4 June", "asked_on": "Monday 4 June"}
FOR_THE_WORKER = {"step_away", "hand_back", "sign_in"}


def strings(words: object) -> list[str]:
    if isinstance(words, str):
        return [words.format_map(NAMES)]
    assert isinstance(words, dict)
    return [text for key, value in words.items() if key not in FOR_THE_WORKER for text in strings(value)]


@pytest.mark.parametrize(
    ("word", "number"),
    [
        *(("cat", 1), ("like", 1), ("open", 2), ("wanted", 2), ("asked", 1), ("table", 2), ("school", 1), ("answers", 2)),
        *(("manager", 3), ("feedback", 2), ("education", 4), ("worried", 2), ("pictures", 2), ("added", 2), ("999", 1)),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_spoken(word, number):
    assert syllables(word) == number


def test_known_texts_have_their_grades():
    """The counter is honest: hard words come out hard."""
    assert grade(["The cat sat on the mat.", "It is a big cat."]) < 1
    hard = "Participation in multidisciplinary evaluation arrangements necessitates considerable organisational commitment."
    assert grade([hard]) > 20


def test_the_young_persons_words_are_of_grade_four_or_below(aloud):
    texts, parents = (
        [text for text in strings(each.words) if len(text.split()) > 3] for each in (YOUNG_PERSONS, PARENTS)
    )  # a button's one word is no sentence, and would make the whole look easier than it is
    with aloud():
        print(f"\nYoung person: grade {grade(texts):.1f} over {len(texts)} texts; parent: grade {grade(parents):.1f}")
    assert grade(texts) <= 4
    hard = {text: round(grade([text]), 1) for text in texts if len(text.split()) > 4 and grade([text]) > 4}
    assert not hard, "also text by text, wherever there is a sentence"
