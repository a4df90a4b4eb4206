"""The arithmetic of how supervision is going: no share beyond its whole, no small group, and nothing by subtraction."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from supervision.rules.health import MEASURES, MINIMUM, Cell, Item, Team, cell, faces, periods, rows, shown
from teams.rules.terms import offered_terms

TEAMS = {key: Team(key, f"Team {key}", area) for key, area in enumerate(["North", "North", "North", "South", ""])}
counted = st.integers(1, 4).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
items = st.lists(
    st.builds(
        lambda term, team, share: Item(term, team, share[0], share[1]),
        st.integers(0, 1), st.sampled_from(sorted(TEAMS)), counted,
    ),
    max_size=40,
)  # fmt: skip


@given(items)
def test_a_share_lies_between_nothing_and_all_and_nothing_is_not_0(found):
    whole = cell(found)
    assert 0 <= whole.number <= whole.of
    assert (whole.percent is None) == (not found)
    if found:
        assert 0 <= whole.percent <= 100
        assert abs(Decimal(100 * whole.number) / whole.of - whole.percent) <= Decimal("0.5")


@given(st.dictionaries(st.integers(), st.integers(0, 30), max_size=8), st.integers(1, 8))
def test_what_is_hidden_beside_a_total_cannot_be_worked_out(sizes, minimum):
    may = shown(sizes, minimum)
    hidden = [sizes[key] for key in sizes.keys() - may]
    assert all(sizes[key] >= minimum or not sizes[key] for key in may)
    assert not hidden or sum(hidden) >= minimum or all(not sizes[key] for key in may)


@given(items)
def test_no_row_shows_a_small_group_nor_lets_one_be_found_by_subtraction(found):
    table = rows(found, TEAMS, minimum=MINIMUM)
    for cells in ([row.this for row in table], [row.last for row in table]):
        assert all(each.of == 0 or each.of >= MINIMUM for each in cells)
    for term, of in ((0, lambda row: row.this), (1, lambda row: row.last)):
        sizes = {key: sum(item.of for item in found if (item.term, item.team) == (term, key)) for key in TEAMS}
        seen = {row.key: of(row) for row in table if row.level == "team"}
        areas = {row.name: of(row) for row in table if row.level == "area"}
        for name, whole in areas.items():
            inside = [key for key, team in TEAMS.items() if (team.area or "No area yet") == name]
            left = sum(sizes[key] for key in inside if seen[key].is_hidden)
            assert whole.is_hidden or not left or left >= MINIMUM
            assert not whole.is_hidden or not any(seen[key].of for key in inside)
        top = of(table[0])
        left = sum(
            sizes[key] for key, team in TEAMS.items() if areas[team.area or "No area yet"].is_hidden
        )  # fmt: skip
        assert top.is_hidden or not left or left >= MINIMUM


@given(items)
def test_whoever_opens_every_row_anyway_is_shown_every_number(found):
    whole, *others = rows(found, TEAMS, minimum=0)
    assert not any(row.this.is_hidden or row.last.is_hidden for row in [whole, *others])
    teams = [row for row in others if row.level == "team"]
    assert sum(row.this.of for row in teams) == whole.this.of
    assert sum(row.this.number for row in teams) == whole.this.number
    assert [row.name for row in others if row.level == "area"] == ["North", "South", "No area yet"], "by name, no rank"


answers = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["yes", "partly", "no", ""])), max_size=40)


@given(answers, st.data())
def test_faces_come_in_fives_and_one_more_answer_tells_nobody_whose_it_is(given_so_far, data):
    whole = faces(given_so_far)
    assert sum(whole.values()) % MINIMUM == 0
    one_more = faces([*given_so_far, (data.draw(st.sampled_from("ab")), data.draw(st.sampled_from(["yes", "no"])))])
    assert sum(one_more.values()) - sum(whole.values()) in (0, MINIMUM)
    assert all(one_more.get(face, 0) >= number for face, number in whole.items()), "what was counted stays counted"


@given(st.dates(date(2026, 9, 1), date(2028, 8, 31)))
def test_every_day_lies_in_the_term_that_began_last_and_no_two_overlap(today):
    terms = [term for year in (2026, 2027) for term in offered_terms(year)]
    found = periods(terms, today)
    if today < terms[0].starts_on:
        assert found == ()
        return
    assert found[0].holds(today)
    for before in found[1:]:
        assert before.ends_on + timedelta(days=1) == found[0].starts_on
        assert not before.holds(today)


def test_the_middle_of_the_days_and_words_for_every_measure():
    took = [Item(0, "a", days=days) for days in (0, 3, 10, 12)]
    assert cell(took) == Cell(0, 4, Decimal("6.5"))
    assert cell([]) == Cell()
    assert len({measure.code for measure in MEASURES}) == 7
    assert all(measure.counted and measure.left_out for measure in MEASURES)
