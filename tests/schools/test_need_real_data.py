"""The need of real schools: the ranking of two counties against one worked out by hand, and England's in one go."""

from __future__ import annotations

import csv
import warnings
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from time import perf_counter

import pytest

from schools.actions import need as actions
from schools.actions.imports import import_file
from schools.models import School
from tests.factories.authorities import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.realdata, pytest.mark.heavy]

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
ENGLAND = "derived/england_schools_2019_joined.csv"
COLUMNS = {"absence": "PPERSABS10", "free_meals": "PNUMFSMEVER", "sen_support": "PSENELK", "plans": "PSENELSE"}
WEIGHTS = {"absence": 40, "free_meals": 30, "sen_support": 15, "plans": 15}
STATE = ("State-funded primary", "State-funded secondary")
LIMIT = 60  # seconds for England (domain E)


@pytest.fixture
def data() -> Path:
    if not DATA.is_dir():
        warnings.warn(f"The government's files are not at {DATA}: no real school's need is worked out.", stacklevel=1)
        pytest.skip("shared/data is not there")
    return DATA


def load(county, path, **options):
    with county.inside():
        School.objects.all().filter(urn__in=("900100", "900101")).update(phase="")  # the made-up ones are not ranked
        return import_file(path, by=county.clock, at=NOW, **options)


def by_hand(path, la):
    """Score and rank by URN, straight from the file: no row of ours, no statement, no rule."""
    with path.open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["LA_CODE"] == la and row["SCHOOLTYPE"] in STATE]
    values = {
        part: {row["URN"]: Decimal(row[column]) for row in rows if row[column].replace(".", "", 1).isdigit()}
        for part, column in COLUMNS.items()
    }
    found = {}
    for row in rows:
        earned, counted = Decimal(0), 0
        for part, weight in WEIGHTS.items():
            if row["URN"] not in values[part]:
                continue
            mine, all_of_them = values[part][row["URN"]], list(values[part].values())
            less = sum(1 for each in all_of_them if each < mine)
            alike = sum(1 for each in all_of_them if each == mine)
            exact = Fraction(2 * less + alike, 2 * len(all_of_them)) * weight
            earned += rounded(exact)
            counted += weight
        found[row["URN"]] = rounded(Fraction(earned) * 100 / counted) if counted else None
    rolls = {row["URN"]: int(row["NOR"]) if row["NOR"].isdigit() else 0 for row in rows}
    scored = sorted((urn for urn in found if found[urn] is not None), key=lambda urn: (-found[urn], -rolls[urn], urn))
    return {urn: (found[urn], scored.index(urn) + 1 if found[urn] is not None else None) for urn in found}


def rounded(exact: Fraction) -> Decimal:
    """To a tenth, halves up; a fraction of a division has more digits than anybody needs."""
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.1"), ROUND_HALF_UP)


@pytest.mark.parametrize(("la", "name", "schools"), [("919", "Hertfordshire", 486), ("936", "Surrey", 359)])
def test_a_countys_ranking_is_the_one_worked_out_by_hand(fenshire, data, capsys, la, name, schools):
    load(fenshire, data / ENGLAND, la=la)
    expected = by_hand(data / ENGLAND, la)
    with fenshire.inside():
        started = perf_counter()
        found = actions.need_of(None, today=TODAY)
        seconds = perf_counter() - started
        assert {each.urn: (each.score, each.rank) for each in found.schools} == expected
        assert len(expected) == schools
        missing = sum(each.rank is None for each in found.schools)
        partial = sum(0 < sum(f.standing is not None for f in each.figures.values()) < 4 for each in found.schools)
        with capsys.disabled():
            print(
                f"\n{name}: {len(found.schools)} schools in {seconds:.2f} s, {partial} without a part, {missing} without a score"
            )
            print(found.how_old)
            for each in found.schools[:10]:
                print(
                    f"{each.rank:2} {each.urn} {each.name}, {each.phase}, {each.roll} pupils: {each.score}. {found.in_words(each)}"
                )
                print("   ", "; ".join(_raw(figure) for figure in each.figures.values() if figure.value is not None))


def _raw(figure):
    place = figure.standing
    if place is None:
        return f"{figure.part} {figure.value} %, not ranked"
    return f"{figure.part} {figure.value.normalize():f} %: {place.below} less, {place.same} alike, of {place.of}"


def test_hertfordshires_suppressed_schools_are_weighed_anew(fenshire, data):
    load(fenshire, data / ENGLAND, la="919")
    with fenshire.inside():
        found = actions.need_of(None, today=TODAY)
        hidden = [
            each for each in found.schools if "absence" in each.figures and each.figures["absence"].mark == "SUPP"
        ]
        assert len(hidden) == 14
        for each in hidden:
            assert each.score is not None
            assert "persistent absence not published (SUPP" in found.in_words(each)


def test_england_in_one_authority_is_scored_in_seconds(fenshire, data, capsys, queries):
    """Right after the load, when PostgreSQL knows nothing of the tables yet, and once more when it does."""
    load(fenshire, data / ENGLAND)
    with fenshire.inside():
        took = []
        for _ in range(2):
            started = perf_counter()
            with queries() as seen:
                found = actions.need_of(None, today=TODAY)
            took.append(perf_counter() - started)
        assert len(found.schools) == 20_217
        assert len(seen) == 1
        assert max(took) < LIMIT
        ranks = [each.rank for each in found.schools if each.rank is not None]
        assert ranks == list(range(1, len(ranks) + 1))
        with capsys.disabled():
            print(
                f"\nEngland: {len(found.schools):,} schools scored in {took[0]:.2f} s, again {took[1]:.2f} s; one query"
            )
