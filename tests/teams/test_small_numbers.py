"""BR-19: whoever asks for every pair of filters learns no small number by subtraction."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from teams.rules.small_numbers import PUPILS, WORKERS, SmallNumbers

RULE = SmallNumbers(6, "")
AREAS, TEAMS, PHASES = ("north", "south"), ("one", "two", "three"), ("primary", "secondary")
PATHS = list(product(AREAS, TEAMS, PHASES))
FILTERS = [dict(zip(("area", "team", "phase"), each, strict=True)) for each in product(
    (None, *AREAS), (None, *TEAMS), (None, *PHASES)
)]  # fmt: skip

counties = st.fixed_dictionaries({path: st.tuples(st.integers(0, 12), st.integers(0, 12)) for path in PATHS})


def wants(asked):
    return lambda path: all(wanted is None or part == wanted for part, wanted in zip(path, asked.values(), strict=True))


def everything_told(told, place):
    """Every filter's answer: which parts it added up, and to what."""
    for asked in FILTERS:
        wanted = wants(asked)
        answer = told.sum(wanted)
        if answer is not None:
            yield frozenset(filter(wanted, PATHS)), answer[place]


@given(counties)
def test_no_pair_of_filters_gives_a_small_number_by_subtraction(cells):
    told = RULE.told(cells)
    for place in (0, 1):
        answers = list(everything_told(told, place))
        for (wide, many), (narrow, few) in product(answers, answers):
            if narrow < wide:
                assert many - few == 0 or many - few >= RULE.smallest


@given(counties)
def test_no_sum_of_any_number_of_answers_gives_a_part_that_is_small(cells):
    """Not two answers alone: all of them, added and taken away as one likes."""
    told = RULE.told(cells)
    for place in (0, 1):
        rows = [[Fraction(path in asked) for path in PATHS] for asked, _ in everything_told(told, place)]
        for path in PATHS:
            if 0 < cells[path][place] < RULE.smallest:
                assert not in_span(rows, [Fraction(each == path) for each in PATHS]), path


def in_span(rows, vector):
    """Can the vector be had from the rows by adding and taking away?"""
    basis = []
    for row in rows:
        left = reduced(row, basis)
        if any(left):
            basis.append(left)
    return not any(reduced(vector, basis))


def reduced(row, basis):
    for each in basis:
        lead = next(at for at, value in enumerate(each) if value)
        if row[lead]:
            times = row[lead] / each[lead]
            row = [value - times * taken for value, taken in zip(row, each, strict=True)]
    return row


@given(counties)
def test_who_knows_one_team_learns_no_small_number_of_the_others(cells):
    """A manager takes her own counts, which she has anyway, from every number that she is told."""
    told = RULE.told(cells, known_by=lambda path: path[1])
    for place in (0, 1):
        answers = list(everything_told(told, place))
        for (wide, many), (narrow, few) in product(answers, [*answers, (frozenset(), 0)]):
            if narrow < wide:
                for team in TEAMS:
                    hers = sum(cells[path][place] for path in wide - narrow if path[1] == team)
                    rest = many - few - hers
                    assert rest == 0 or rest >= RULE.smallest, (team, wide - narrow)


@given(counties)
def test_what_is_told_is_the_truth(cells):
    told = RULE.told(cells)
    for asked in FILTERS:
        answer = told.sum(wants(asked))
        if answer is not None:
            truth = [sum(cells[path][place] for path in filter(wants(asked), PATHS)) for place in (0, 1)]
            assert list(answer) == truth
            assert RULE.is_fine(answer)


@given(counties)
def test_a_whole_that_is_large_enough_is_told(cells):
    whole = tuple(sum(each) for each in zip(*cells.values(), strict=True))
    assert (RULE.told(cells).sum() is not None) == RULE.is_fine(whole)


def test_a_small_area_takes_the_next_smallest_along_and_the_whole_stands():
    told = PUPILS.told({("north", "a"): (3,), ("south", "b"): (9,), ("west", "c"): (40,)})
    answers = {area: told.sum(lambda path, area=area: path[0] == area) for area in ("north", "south", "west")}
    assert answers == {"north": None, "south": None, "west": (40,)}
    assert told.sum() == (52,)
    assert told.is_beside(lambda path: path[0] == "north")
    assert told.is_beside(lambda path: path[0] == "south"), "nothing says which of the two is the small one"


def test_a_small_team_is_hidden_inside_its_area_and_the_area_stands():
    told = PUPILS.told({("north", "a"): (3,), ("north", "b"): (9,), ("south", "c"): (40,)})
    assert told.sum(lambda path: path[0] == "north") == (12,)
    assert told.sum(lambda path: path[1] == "b") is None


def test_too_few_in_all_are_told_nowhere():
    told = PUPILS.told({("north", "a"): (2,), ("south", "b"): (0,)})
    assert told.sum() is None
    assert not told.is_beside(), "no sum is told, so it may be said that they are too few"
    assert told.sum(lambda path: path[0] == "south") == (0,)


def test_nothing_counted_is_nought():
    assert WORKERS.told({}).sum() == ()
    assert PUPILS.told({("north", "a"): (0,)}).sum() == (0,)
