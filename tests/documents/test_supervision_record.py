"""The record of a supervision as a paper: two copies, tagged, and no private word in the school's, hidden or not."""

from __future__ import annotations

import pytest

from reports import pdf
from tests.documents.reading import hidden_words, opened, tag_tree, words

SECRET = "She is looking for another post"
SAID = {
    "promises": [{"id": "a", "text": "Ring the bus company", "by": "Wanda Fen", "due": "2026-10-20", "outcome": "kept", "until": "", "reason": ""}],
    "young": [{"id": "b", "initials": "J. B.", "need": "Mornings", "best": "Comes in by the front door", "works": "Breakfast club", "worries": "", "next": "Meet at the gate", "scale": 4, "decision": True}],
    "service": {"answer": "mostly", "why": "Two days were lost to training"},
    "sort_out": [{"text": "A key to the blue room", "sorted": True}],
    "actions": [{"line": "action-1", "text": "Give the key", "by": "school", "due": "2026-11-17", "due_typed": ""}],
}  # fmt: skip
TWO = {"promises": [], "blocks": {name: SECRET if name == "wellbeing" else "" for name in ("wellbeing", "workload", "practice", "training", "home", "elsewhere")}, "actions": []}  # fmt: skip


def snapshot(copy: str) -> dict:
    person = {"answer": "Accurate", "words": "", "lines": {}, "answered_at": "", "how": "room"}
    return {
        "authority": {"name": "Fenshire County Council", "service": "Pupil Support", "colour": "#1d70b8"},
        "kind": "Supervision in school", "worker": "Wanda Fen", "school": "Oakfield Primary School",
        "started_at": "2026-11-10T10:00:00+00:00", "finished_at": "2026-11-10T10:45:00+00:00", "in_school": True,
        "without_school": "", "final_at": "2026-11-10T10:50:00+00:00", "final_because": "All agreed it in the room",
        "people": [person | {"name": "Mira Fen", "part": "Manager"}, person | {"name": "Lena Fen", "part": "School", "lines": {"action-1": "The spare key"}}],
        "names": [["manager", "Mira Fen"], ["worker", "Wanda Fen"], ["school", "Lena Fen"]],
        "parts": {"shared": SAID} | ({"two": TWO} if copy == "council" else {}),
        "corrections": [{"text": "The key is blue", "by": "Mira Fen", "at": "2026-11-12T09:00:00+00:00"}],
    }  # fmt: skip


@pytest.fixture(scope="module")
def papers():
    return {copy: pdf.draw("supervision_record", snapshot(copy), copy) for copy in ("school", "council")}


def test_both_copies_say_what_was_said_and_only_the_councils_what_was_said_between_two(papers):
    for copy, drawn in papers.items():
        text = words(drawn)
        for part in (
            "Comes in by the front door",
            "Give the key, by 17 November 2026",
            "Kept: Ring the bus company",
            "Correction by Mira Fen",
            "All agreed it in the room",
            "Accurate, in the room, beside a line below",
            "Lena Fen: “The spare key”",
        ):
            assert part in text, part
        assert drawn.pages <= 2
        assert (SECRET in text) is (copy == "council")
    assert SECRET not in hidden_words(papers["school"])
    assert "two of us" not in words(papers["school"])


def test_they_are_tagged_with_headings_in_order_and_headers_that_look_somewhere(papers):
    for drawn in papers.values():
        document = opened(drawn)
        assert str(document.Root.Lang) == "en-GB"
        headings = [int(tag.name[1:]) for tag in tag_tree(document).all() if tag.name in ("H1", "H2", "H3")]
        assert headings[0] == 1
        assert all(later - earlier <= 1 for earlier, later in zip(headings, headings[1:], strict=False))
        assert all(str(tag.attribute("/Scope")) in ("/Row", "/Column") for tag in tag_tree(document).named("TH"))
