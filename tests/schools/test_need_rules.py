"""The level of need: percentiles, points, the score, the ranking, and what is said where a part is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schools.rules import need
from schools.rules.need import Engaged, Standing, Weights, Working, balances

# A busy machine is no reason to fail.
unhurried = settings(deadline=None)

per_cents = st.decimals(min_value=0, max_value=100, places=1)
many = st.lists(per_cents, min_size=1, max_size=60)


@st.composite
def weightings(draw):
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=3, max_size=3)))
    return Weights(cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 100 - cuts[2])


def test_the_example_comes_to_a_hundred():
    assert need.EXAMPLE.total == 100
    assert set(need.EXAMPLE._asdict()) == set(need.PARTS)


def test_a_figure_earns_by_the_schools_with_less_and_half_of_those_with_as_much():
    place = need.standing(Decimal("12.0"), [Decimal(each) for each in ("5.0", "12.0", "12.0", "30.0")])
    assert place == Standing(below=1, same=2, of=4)
    assert place.above == 1
    assert place.percentile == Fraction(1, 2)
    assert need.points(place, 40) == Decimal("20.0")


def test_points_are_rounded_half_up_to_a_tenth():
    assert need.points(Standing(0, 1, 20), 30) == Decimal("0.8")  # 0.75
    assert need.points(Standing(2, 1, 3), 40) == Decimal("33.3")


@given(many, st.integers(0, 100))
@unhurried
def test_more_need_never_earns_less_and_the_same_earns_the_same(values, weight):
    earned = [need.points(need.standing(value, values), weight) for value in values]
    for value, mine in zip(values, earned, strict=True):
        for other, theirs in zip(values, earned, strict=True):
            assert value != other or mine == theirs
            assert value <= other or mine >= theirs
        assert 0 <= mine <= weight


@given(many)
@unhurried
def test_percentiles_come_to_a_half_on_average_whatever_the_ties(values):
    places = [need.standing(value, values).percentile for value in values]
    assert sum(places) / len(places) == Fraction(1, 2)
    assert all(0 < each < 1 for each in places)


@given(weightings(), st.data())
@unhurried
def test_a_missing_part_is_weighed_anew_and_never_counts_as_nothing(weights, data):
    known = data.draw(st.sets(st.sampled_from(list(need.PARTS))))
    share = data.draw(st.fractions(min_value=Fraction(1, 100), max_value=Fraction(99, 100), max_denominator=100))
    place = Standing(share.numerator * 2 - 1, 1, share.denominator * 2)
    earned = {part: need.points(place, weights.of(part)) for part in known}
    found = need.score(earned, weights)
    counted = sum(weights.of(part) for part in known)
    if not counted:
        assert found is None
    else:
        # The same place in every part that is known is that place, however many parts are missing: but for roundings.
        assert abs(Fraction(found) - 100 * place.percentile) <= Fraction(5 * len(known), counted) + Fraction(1, 20)


def test_nothing_known_is_no_score_and_a_weight_of_nothing_is_not_known():
    assert need.score({}, need.EXAMPLE) is None
    assert need.score({"plans": Decimal("0.0")}, Weights(50, 50, 0, 0)) is None
    assert need.score({"absence": Decimal("0.0")}, need.EXAMPLE) == Decimal("0.0")


def test_the_score_is_worked_out_from_the_points_that_are_shown():
    earned = {"absence": Decimal("31.2"), "free_meals": Decimal("22.0")}
    assert need.score(earned, need.EXAMPLE) == Decimal("76.0")  # 53.2 of 70


@given(st.lists(st.tuples(st.none() | per_cents, st.none() | st.integers(0, 2000), st.integers(100000, 999999))))
@unhurried
def test_the_ranking_is_by_score_then_roll_then_urn_and_without_a_score_last(schools):
    ranked = sorted(((score, roll, str(urn)) for score, roll, urn in schools), key=lambda row: need.place(*row))
    for (score, roll, urn), (after, its_roll, its_urn) in zip(ranked, ranked[1:], strict=False):
        if score is None:
            assert after is None
        elif after is not None:
            assert (-score, -(roll or 0), int(urn)) <= (-after, -(its_roll or 0), int(its_urn))


@given(st.integers(1, 700))
@unhurried
def test_bands_are_fifths_as_even_as_can_be(of):
    bands = [need.band(rank, of) for rank in range(1, of + 1)]
    assert bands == sorted(bands)
    assert set(bands) <= {1, 2, 3, 4, 5}
    sizes = [bands.count(number) for number in range(1, 6)]
    assert max(sizes) - min(sizes) <= 1


def test_a_working_reads_as_the_journey_says():
    known = [
        Working("absence", 40, Decimal("31.2")),
        Working("free_meals", 30, Decimal("22.0")),
        Working("sen_support", 30, None, "not published"),
        Working("plans", 0, Decimal("0.0")),
    ]
    assert need.in_words(known) == (
        "Persistent absence 31.2 of 40, free meals 22.0 of 30, SEN support not published: counted on the other two."
    )
    assert need.as_a_sum(known, Decimal("76.0")) == "53.2 points of 70, which is 76.0 of 100."
    assert need.in_words(known[:2]) == "Persistent absence 31.2 of 40, free meals 22.0 of 30."
    assert need.in_words(known[2:3]) == "SEN support not published: no figure."
    assert need.as_a_sum(known[2:3], None) == ""


@pytest.mark.parametrize(
    ("year", "today", "says"),
    [
        (2025, date(2026, 11, 23), ""),
        (None, date(2026, 11, 23), ""),
        (2024, date(2026, 11, 23), "Figures for 2025/26 are not out until January 2027. You see 2024/25."),
        (2024, date(2027, 1, 31), "Figures for 2025/26 are not out until January 2027. You see 2024/25."),
        (
            2024,
            date(2027, 2, 1),
            "You see 2024/25, and newer figures should be out. Ask the administrator to load the newest files about "
            "schools.",
        ),
        (
            2018,
            date(2026, 11, 23),
            "You see 2018/19, and newer figures should be out. Ask the administrator to load the newest files about "
            "schools.",
        ),
    ],
)
def test_old_figures_are_said(year, today, says):
    assert need.how_old(year, today) == says


def test_a_second_worker_is_flagged_while_a_school_of_higher_need_has_none():
    schools = [
        Engaged(1, 1, 0), Engaged(2, 2, 1), Engaged(3, 3, 0, coming=1), Engaged(4, 4, 2), Engaged(5, 5, 0),
        Engaged(6, 6, 1, coming=1), Engaged(7, None, 0), Engaged(8, None, 2),
    ]  # fmt: skip
    assert need.second_workers(schools) == {4: 1, 6: 2, 8: 2}
    assert need.second_workers(schools[1:4]) == {}, "nobody of higher need is without"


def test_an_area_with_more_hours_than_need_is_said_in_words():
    east, west = balances([(Decimal(300), Decimal(120)), (Decimal(700), Decimal(80))])
    assert (east.need_share, east.hours_share, east.apart) == (Decimal("30.0"), Decimal("60.0"), Decimal("30.0"))
    assert east.in_words == (
        "30.0 % of the county’s need and 60.0 % of the hours: 30.0 points more. A share like its need would be 60 hours "
        "a week; it has 120."
    )
    assert "30.0 points less" in west.in_words
    fair, _ = balances([(Decimal(500), Decimal(100)), (Decimal(500), Decimal(100))])
    assert fair.in_words.endswith(": as much as its share.")
    nobody, _ = balances([(Decimal(0), Decimal(9)), (Decimal(2), Decimal(0))])
    assert nobody.in_words == "Not known: no school here has a score."
    assert (nobody.need_share, nobody.hours_share) == (None, Decimal("100.0")), "what is not known is not 0 %"
    no_hours, _ = balances([(Decimal(1), Decimal(0)), (Decimal(1), Decimal(0))])
    assert no_hours.in_words == "Not known: no hours in schools yet."
    assert balances([(Decimal(0), Decimal(9))])[0].in_words == "Not known: no school has a score."


@given(st.lists(st.decimals(0, 10**6, places=1), min_size=1, max_size=12))
def test_the_shares_of_all_areas_come_to_a_hundred_and_none_is_a_tenth_off(parts):
    """25.2, 22.3, 30.6 and 22.0 stood on a paper: whoever added them up found 100.1."""
    found, whole = need.shares(parts), sum(parts)
    if not whole:
        assert found == [None] * len(parts)
        return
    assert sum(found) == 100
    assert all(abs(share - 100 * part / whole) < Decimal("0.1001") for share, part in zip(found, parts, strict=True))
    assert all(share == 0 for share, part in zip(found, parts, strict=True) if not part)
