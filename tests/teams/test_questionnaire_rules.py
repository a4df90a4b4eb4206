"""What may be shown of what people said: no figure, and no sum or difference of figures, is about fewer than five."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.questionnaires import rules
from teams.questionnaires.rules import Block, NotAnAnswer, Question, Tallied
from teams.questionnaires.shipped import SHIPPED

QUESTIONS = rules.questions_of(SHIPPED["young-person"].questions)
TEAMS, SCHOOLS = st.integers(0, 4), st.integers(0, 5)
CELLS = st.dictionaries(st.tuples(TEAMS, SCHOOLS), st.integers(1, 9), max_size=20)
ANSWERS = st.fixed_dictionaries(
    {}, optional={question.code: st.sampled_from(question.options) for question in QUESTIONS if question.is_counted}
)
SHEETS = st.lists(st.tuples(st.tuples(TEAMS, SCHOOLS), ANSWERS), max_size=60)


def members(sizes: dict) -> dict[Block | None, set]:
    """Every answer by the block that it is counted in: (cell, its number in the cell)."""
    found: dict[Block | None, set] = {}
    for cell, block in rules.blocks(sizes).items():
        found.setdefault(block, set()).update((cell, number) for number in range(sizes[cell]))
    return found


@given(CELLS)
def test_every_answer_is_in_one_block_of_five_or_more_or_in_none(sizes):
    found = members(sizes)
    shown = {block: held for block, held in found.items() if block is not None}
    assert all(len(held) >= rules.SMALLEST_GROUP for held in shown.values())
    assert sum(map(len, found.values())) == sum(sizes.values())
    assert all(not one & other for one, other in combinations(found.values(), 2))


@given(CELLS)
def test_a_block_holds_what_its_name_says_and_stands_in_one_grouping_alone(sizes):
    """Nothing is counted under a school and again under its team: a school that has its own block is not in the rest."""
    into = rules.blocks(sizes)
    for cell, block in into.items():
        alone, of_team, of_county = Block(*cell), Block(cell[0]), Block()
        assert block in (alone, of_team, of_county, None)
        assert (block == alone) == (sizes[cell] >= rules.SMALLEST_GROUP)
        assert block is not None or sum(size for each, size in sizes.items() if into[each] is None) < 5


@given(CELLS, st.data())
def test_no_sum_and_no_difference_of_figures_is_about_fewer_than_five(sizes, data):
    """A figure is a sum of blocks. Whatever is added and taken away, each block comes out whole or not at all."""
    shown = {block: held for block, held in members(sizes).items() if block is not None}
    weights: Counter = Counter()
    for _ in range(data.draw(st.integers(1, 6))):  # so many figures, each of some blocks, each added or taken away
        figure = data.draw(st.lists(st.sampled_from(sorted(shown, key=str)), unique=True)) if shown else []
        sign = data.draw(st.sampled_from([1, -1]))
        for block in figure:
            for answer in shown[block]:
                weights[answer] += sign
    isolated = Counter(weights.values())
    isolated.pop(0, None)
    assert all(number >= rules.SMALLEST_GROUP for number in isolated.values())


@given(SHEETS)
def test_what_is_tallied_is_what_was_answered_and_nothing_of_fewer_than_five(sheets):
    found = rules.tallied(QUESTIONS, sheets)
    assert len({each.block for each in found}) == len(found)
    for each in found:
        assert each.answers >= 5
        for counts in each.counts.values():
            assert sum(counts.values()) >= 5, "of a question that most skipped there is nothing"
            assert sum(counts.values()) <= each.answers
            assert sum(map(bool, counts.values())) >= 2, "where all said the same, it would say what each of them said"
    whole = rules.added(found)
    assert whole.answers <= len(sheets)
    said = Counter((code, answer) for _, answers in sheets for code, answer in answers.items())
    assert all(
        number <= said[code, option] for code, counts in whole.counts.items() for option, number in counts.items()
    )


@given(SHEETS)
def test_the_order_of_the_sheets_tells_nothing(sheets):
    key = lambda each: str(each.block)  # noqa: E731
    assert sorted(rules.tallied(QUESTIONS, sheets), key=key) == sorted(rules.tallied(QUESTIONS, sheets[::-1]), key=key)


def test_a_group_of_four_is_shown_with_others_or_not_at_all():
    assert rules.blocks({("west", "oak"): 4}) == {("west", "oak"): None}
    two = rules.blocks({("west", "oak"): 4, ("west", "elm"): 2, ("west", "ash"): 7})
    assert two == {
        ("west", "oak"): Block("west"), ("west", "elm"): Block("west"), ("west", "ash"): Block("west", "ash"),
    }  # fmt: skip
    county = rules.blocks({("west", "oak"): 4, ("east", "elm"): 1, ("east", "ash"): 7})
    assert county[("west", "oak")] == county[("east", "elm")] == Block()


def test_sums_are_sums():
    one = Tallied(Block(1, 1), 5, {"heard": {"yes": 4, "no": 1}})
    other = Tallied(Block(1, 2), 6, {"heard": {"yes": 6, "no": 0}, "safe": {"yes": 5, "no": 0}})
    whole = rules.added([one, other])
    assert (whole.answers, whole.counts) == (11, {"heard": {"yes": 10, "no": 1}, "safe": {"yes": 5, "no": 0}})
    assert rules.added([]).counts == {}


class TestAnswers:
    def test_what_is_no_answer_is_refused_in_words(self):
        heard, words = QUESTIONS[0], QUESTIONS[-1]
        assert heard.taken(" yes ") == "yes"
        assert heard.taken(None) == ""
        for wrong in ("maybe", "yes; drop table", ["yes"]):
            with pytest.raises(NotAnAnswer, match="Choose one of the answers"):
                heard.taken(wrong)
        assert words.taken("x" * 1000)
        with pytest.raises(NotAnAnswer, match="more than 1,000 letters"):
            words.taken("x" * 1001)

    def test_without_a_name_there_are_no_words(self):
        said = {"heard": "yes", "useful": "", "words": "I like the room", "other": "x"}
        assert rules.taken(QUESTIONS, said, named=True) == {"heard": "yes", "words": "I like the room"}
        assert rules.taken(QUESTIONS, said, named=False) == {"heard": "yes"}

    @pytest.mark.parametrize(
        "wrong",
        [
            [],
            [{"code": "a", "kind": "text"}, {"code": "a", "kind": "text"}],
            [{"code": "a", "kind": "stars", "options": ["1", "2"]}],
            [{"code": "a", "kind": "scale", "options": ["1"]}],
            [{"code": "a", "kind": "choice", "options": ["1", "1"]}],
            [{"code": "a", "kind": "text", "options": ["1", "2"]}],
        ],
    )
    def test_what_is_no_questionnaire_cannot_be_one(self, wrong):
        with pytest.raises(ValueError):
            rules.questions_of(wrong)

    @pytest.mark.parametrize("code", sorted(SHIPPED))
    def test_every_shipped_questionnaire_has_all_its_words(self, code):
        questions = rules.questions_of(SHIPPED[code].questions)
        assert rules.missing_words(questions, SHIPPED[code].words) == []
        assert {question.kind for question in questions} <= {"pictures", "scale", "text"}
        assert Question("a", "choice", ("b", "c")).is_counted
