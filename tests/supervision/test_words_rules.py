"""What is typed in the room is never dropped, whatever it is (journeys 0, rule 4)."""

from __future__ import annotations

import json

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from supervision.rules.words import Known, added, boxes, gather_shared, gather_two, loose_ends, not_said, sentences

HEX = "0123456789abcdef" * 2
OTHER = "f" * 32
KNOWN = Known(promises={HEX: {"text": "Ring"}}, young={HEX: {"initials": "J. B."}})
NAMES = [
    *(f"young-{each}-{box}" for each in (HEX, OTHER) for box in ("best", "works", "worries", "next")),
    "service-why", "sort-1-text", "sort-3-text", "action-1-text", "action-15-text",
    *(f"promise-{HEX}-{box}" for box in ("reason",)),
]  # fmt: skip
BOXES = st.dictionaries(st.sampled_from(NAMES), st.text(min_size=1, max_size=40))


@pytest.mark.parametrize(("said", "what", "words"), [
    (("", "2026-11-20"), "name", "(the name was added afterwards)"), (("worker", ""), "day", "(the day was added afterwards)"),
    (("", ""), "both", "(name and day were added afterwards)"), (("worker", "2026-11-20"), "", ""),
])  # fmt: skip
def test_a_record_says_what_was_added_afterwards(said, what, words):
    action = {"line": "action-1", "text": "Ring", "by": said[0], "due": said[1]}
    action["afterwards"] = added(action, by="worker", due="2026-11-20")
    assert action["afterwards"] == what
    macro = engines["jinja2"].env.get_template("supervision/said.html").module.actions_of
    text = macro([action | {"by": "worker", "due": "2026-11-20"}], [("worker", "Ann")])
    assert words in text
    assert ("added afterwards" in text) is bool(words)
    old = macro([action | {"due": "2026-11-20", "afterwards": True}], [("worker", "Ann")])
    assert "(name and day were added afterwards)" in old, "as records that are sealed already have it"


@given(BOXES, st.sampled_from(["", "2026-11-20", "Friday", "2026-02-30"]))
def test_every_word_that_was_typed_is_in_what_was_said(typed, due):
    words = gather_shared([*typed.items(), ("action-1-due", due)], KNOWN)
    kept = json.dumps(words, ensure_ascii=False)
    for name, text in typed.items():
        assert json.dumps(text.strip(), ensure_ascii=False)[1:-1] in kept, name
    if typed.get("action-1-text", "").strip() and due:
        assert due in kept


@given(
    st.dictionaries(
        st.sampled_from(["wellbeing", "workload", "practice", "training", "home", "elsewhere", "action-2-text"]),
        st.text(max_size=40),
    )
)
def test_between_two_nothing_is_dropped_either(boxes):
    kept = json.dumps(gather_two(boxes.items(), Known({}, {})), ensure_ascii=False)
    for text in boxes.values():
        assert json.dumps(text.strip(), ensure_ascii=False)[1:-1] in kept


@given(st.text(max_size=12), st.text(max_size=12))
def test_an_action_is_whole_only_with_one_of_the_room_and_a_real_day(by, due):
    words = gather_shared([("action-1-text", "Ring"), ("action-1-by", by), ("action-1-due", due)], KNOWN)
    assert len(loose_ends(words)) == 1


def test_a_whole_action_is_no_loose_end():
    words = gather_shared([("action-1-text", "Ring"), ("action-1-by", "worker"), ("action-1-due", "2026-11-20")], KNOWN)
    assert loose_ends(words) == []


@given(BOXES, BOXES)
def test_beside_a_record_stands_what_it_does_not_say_and_nothing_else(said, late):
    """Of what came late: the same words in the same box are the record's own, in another box they are not."""
    known = boxes(gather_shared(said.items(), KNOWN))
    assert sentences(not_said(said.items(), known)) == []
    found = not_said([*late.items(), *late.items()], known)
    for name, text in late.items():
        is_new = bool(text.strip()) and text.strip() not in [old.strip() for old in said.values()]
        assert ((name, text) in found) or not is_new, f"{name} is lost"
        if said.get(name, "").strip() != text.strip() and name.endswith(("best", "works", "worries", "next", "reason")):
            assert (name, text) in found
    assert len(found) == len(set(found)), "each once"
