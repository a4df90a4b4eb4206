"""What was typed for a review is kept as it was typed, and no private box ever comes into the part that a school reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from performance.rules import words as rules
from performance.rules.schemes import CAREER, COUNTY, WELLBEING, Heading

RATED = replace(
    COUNTY, headings=(*COUNTY.headings, Heading("rated", "Rated", WELLBEING, rated=True)), scale=("No", "Yes")
)
KEYS = ("a" * 32, "b" * 32)
LAST = {key: {"text": "Groups", "by_when": "2027-06-01"} for key in KEYS}
PRIVATE = [each.code for each in RATED.of(shared=False)]
BOXES = [
    *(f"{start}-{each.code}" for each in RATED.headings for start in ("h", "rating", "not-now")),
    *(f"last-{key}-{what}" for key in KEYS for what in ("became", "words")),
    *(f"next-{line}-{what}" for line in range(1, rules.NEXT_ROWS + 1) for what in ("text", "by")),
    "press", "h-nowhere", "next-99-text", f"last-{'c' * 32}-became",
]  # fmt: skip
words = st.one_of(
    st.text(max_size=40), st.sampled_from(["on", "Yes", "No", "met", "dropped", "2027-12-17", "2027-02-31", " "])
)
typed = st.dictionaries(st.sampled_from(BOXES), words, max_size=len(BOXES))


@given(typed)
def test_no_private_word_comes_into_the_part_that_the_school_reads(boxes):
    shared = rules.gather_shared(boxes.items(), RATED)
    assert set(shared) == {"headings"}
    assert not set(shared["headings"]) & set(PRIVATE)
    assert "headings" in shared


@given(typed)
def test_what_is_under_a_heading_is_in_exactly_one_of_the_two_parts(boxes):
    shared, two = rules.gather_shared(boxes.items(), RATED), rules.gather_two(boxes.items(), RATED, LAST)
    for heading in RATED.headings:
        text = boxes.get(f"h-{heading.code}", "").strip()
        here = [part["headings"][heading.code] for part in (shared, two) if heading.code in part["headings"]]
        assert here == ([text] if text else [])


@given(typed)
def test_what_was_written_comes_back_into_its_boxes_to_be_changed(boxes):
    for part in (rules.gather_shared(boxes.items(), RATED), rules.gather_two(boxes.items(), RATED, LAST)):
        again = rules.as_boxes(part)
        gather = (
            rules.gather_two(again.items(), RATED, LAST)
            if "next" in part
            else rules.gather_shared(again.items(), RATED)
        )
        assert gather == part


@given(typed)
def test_what_goes_round_has_an_answer_about_career_and_a_day_for_each_objective(boxes):
    shared, two = rules.gather_shared(boxes.items(), RATED), rules.gather_two(boxes.items(), RATED, LAST)
    if rules.wrong_in_meeting(shared, two, RATED, with_school=True):
        return
    assert shared["headings"]
    for each in RATED.headings:
        if each.side == CAREER:
            assert each.code in two["headings"] or each.code in two["not_now"]
    assert all(each["became"] in rules.BECAME for each in two["last"])
    assert all(each["words"] for each in two["last"] if each["became"] == "dropped")
    assert all(each["text"] and date.fromisoformat(each["by"]) for each in two["next"])
    assert set(two["ratings"].values()) <= set(RATED.scale)


@given(typed)
def test_every_refusal_is_beside_a_box_of_the_page_or_above_them_all(boxes):
    shared, two = rules.gather_shared(boxes.items(), RATED), rules.gather_two(boxes.items(), RATED, LAST)
    found = rules.wrong_in_meeting(shared, two, RATED, with_school=True)
    assert all(not box or box in BOXES for box, _ in found)
    assert all(sentence for _, sentence in found)


def test_a_full_meeting_has_nothing_wrong_and_reads_in_the_order_of_the_sides():
    boxes = {"h-results": "All", "not-now-career": "on", "h-wellbeing": "Well", "rating-rated": "Yes"}
    shared, two = rules.gather_shared(boxes.items(), RATED), rules.gather_two(boxes.items(), RATED, {})
    assert not rules.wrong_in_meeting(shared, two, RATED, with_school=True)
    assert [(each["name"], each["words"], each["rating"]) for each in rules.lines(two, RATED)] == [
        ("Where the work leads", "Not now", ""), ("How the worker is", "Well", ""), ("Rated", "", "Yes"),
    ]  # fmt: skip


def test_a_meeting_without_a_school_may_leave_the_shared_part_empty():
    two = rules.gather_two({"h-career": "On"}.items(), COUNTY, {})
    assert not rules.wrong_in_meeting({"headings": {}}, two, COUNTY, with_school=False)
    assert rules.wrong_in_meeting({"headings": {}}, two, COUNTY, with_school=True)
