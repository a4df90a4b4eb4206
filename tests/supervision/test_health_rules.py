"""The arithmetic of how supervision is going: no share beyond its whole, no small group, and nothing by subtraction."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from supervision.rules.health import MEASURES, MINIMUM, Cell, Item, Team, cell, faces, listed, periods, rows, shown
from teams.rules.terms import offered_terms
from tests.reports.test_pairs_of_filters import Heard

AREAS = {"North": 1, "South": 2}
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


@given(st.lists(st.builds(
    lambda team, area, share: Item(0, team, share[0], share[1], school=f"School {team} {area}", area=area),
    st.sampled_from([0, 3, 4]), st.sampled_from(["North", "South"]), counted,
), max_size=24))  # fmt: skip
def test_rows_and_list_together_show_no_small_group_nor_let_one_be_found_by_subtraction(found):
    """Every number of the table and every line of the list: what can be worked out of them is about five or none."""
    cells: dict = {}
    for item in found:
        path = (AREAS[item.area], item.team)
        cells[path] = (cells.get(path, (0,))[0] + item.of,)
    heard = Heard(cells, MINIMUM)
    for row in rows(found, TEAMS, minimum=MINIMUM, areas=AREAS):
        assert row.this.is_hidden or row.this.of == 0 or row.this.of >= MINIMUM
        here = {
            "all": lambda path: True,
            "area": lambda path, row=row: (TEAMS[path[1]].area or "No area yet") == row.name,
            "team": lambda path, row=row: path[1] == row.key,
        }[row.level]
        if not row.this.is_hidden:
            heard.add(frozenset(path for path in cells if here(path)), row.this.of)
    shown_of = listed(found, TEAMS, minimum=MINIMUM, areas=AREAS)
    for path in {(AREAS[item.area], item.team) for item in shown_of}:
        of = sum(item.of for item in shown_of if (AREAS[item.area], item.team) == path)
        assert of == cells[path][0], "all of a group, or none of it"
        heard.add(frozenset([path]), of)
    assert heard.learned() == []


@given(items)
def test_whoever_opens_every_row_anyway_is_shown_every_number(found):
    whole, *others = rows(found, TEAMS, minimum=0, areas=AREAS)
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
