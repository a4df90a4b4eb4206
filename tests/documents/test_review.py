"""The yearly review as a paper: a school's copy has the shared part and its own words, and nothing else of anybody."""

from __future__ import annotations

import pytest

from reports import pdf
from tests.documents.reading import hidden_words, opened, tag_tree, words

SECRET = "She is worn out by the drive"
OF_ALL = {
    "authority": {"name": "Fenshire County Council", "service": "Pupil Support", "colour": "#1d70b8"},
    "scheme": "Our yearly review", "stage": "Yearly review", "worker": "Wanda Fen", "managers": ["Mira Fen"],
    "starts_on": "2026-09-01", "ends_on": "2027-08-31", "meeting_on": "2027-06-22",
    "final_at": "2027-07-01T10:50:00+01:00", "final_because": "All have agreed",
    "shared": [{"name": "What was achieved this year", "words": "Mornings at the gate\nand lunch", "rating": ""}],
    "comments": [{"text": "The gate stays", "by": "Wanda Fen", "at": "2027-07-02T09:00:00+01:00"}],
    "not_used": ["Hugo Fen, Beech"],
}  # fmt: skip
HEAD = {"title": "Hetty Fen, Oakfield", "lines": [["What made a difference here?", "The breakfast club"]]}


def person(name: str, part: str, school: str = "", **more: str) -> dict:
    return {
        "name": name,
        "part": part,
        "school": school,
        "answer": "Agreed",
        "words": "",
        "answered_at": "",
        "how": "",
    } | more


def snapshot(copy: str) -> dict:
    people = [person("Mira Fen", "Manager"), person("Wanda Fen", "Worker"), person("Hetty Fen", "School", "Oakfield")]
    if copy == "school":
        return OF_ALL | {
            "school": "Oakfield", "people": people, "evidence": [HEAD], "not_used": [],
            "said_before": [{"name": "Hetty Fen", "sending": 1, "answer": "Not agreed", "words": "Not the gate", "at": "2027-06-25T09:00:00+01:00"}],
        }  # fmt: skip
    return OF_ALL | {
        "school": "", "people": [*people, person("Hugo Fen", "School", "Beech", answer="")], "evidence": [HEAD],
        "said_before": [], "year": [
            ["Time in school: Oakfield", "92 %: 300 hours of 326 hours"],
            ["Young people: Oakfield", "24 answers without a name. Does the worker listen to you? Yes 19 of 24. Does it help you? Yes 15 of 24. Can you say what you think? Yes 20 of 24. How are things now? Better 14 of 24."],
            ["Parents: Oakfield", "Too few to show"],
        ],
        "worker_part": [{"name": "How the worker is", "words": "Tired", "rating": ""}],
        "two": [{"name": "How the worker is", "words": SECRET, "rating": "Good"}, {"name": "Career", "words": "Not now", "rating": ""}],
        "without": [
            {"school": "Elm", "because": "Nobody knows the head", "by": "Mira Fen", "on": "2027-06-01"},
            {"school": "Beech", "because": "", "by": "", "on": ""},
        ],
        "objectives": {
            "last": [{"text": "One group", "became": "Met", "words": "In spring"}],
            "next": [{"text": "Two groups", "by": "2027-12-17"}],
        },
    }  # fmt: skip


@pytest.fixture(scope="module")
def papers():
    return {copy: pdf.draw("review", snapshot(copy), copy) for copy in ("school", "council")}


def test_both_copies_say_what_schools_read_and_only_the_councils_what_was_said_between_two(papers):
    for copy, drawn in papers.items():
        text = words(drawn)
        for part in (
            "Mornings at the gate",
            "Comment by Wanda Fen",
            "All have agreed",
            "22 June 2027",
            "The breakfast club",
        ):
            assert part in text, part
        for private in (SECRET, "Two groups", "Met: One group", "92 %", "Yes 19 of 24", "Tired", "Not now", "Beech"):
            assert (private in text) is (copy == "council"), private
    assert SECRET not in hidden_words(papers["school"])
    assert "two of us" not in words(papers["school"])


def test_the_council_copy_names_what_was_not_read_and_who_did_not_answer(papers):
    text = words(papers["council"])
    assert "Not read by Wanda Fen before the meeting, so not used: Hugo Fen, Beech." in text
    assert "No answer" in text
    assert "Elm: “Nobody knows the head” (Mira Fen, 1 June 2027)" in text
    assert "Beech: it was asked, and had not written when the words went round" in text
    assert "Nobody knows the head" not in words(papers["school"])
    before = {name: value for name, value in snapshot("council").items() if name != "without"}
    assert "Held without" not in words(pdf.draw("review", before, "council")), "A copy from before says nothing of it."


def test_they_are_tagged_with_headings_in_order(papers):
    for drawn in papers.values():
        document = opened(drawn)
        assert str(document.Root.Lang) == "en-GB"
        headings = [int(tag.name[1:]) for tag in tag_tree(document).all() if tag.name in ("H1", "H2", "H3")]
        assert headings[0] == 1
        assert all(later - earlier <= 1 for earlier, later in zip(headings, headings[1:], strict=False))
        assert all(str(tag.attribute("/Scope")) in ("/Row", "/Column") for tag in tag_tree(document).named("TH"))
