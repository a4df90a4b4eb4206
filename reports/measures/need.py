"""Need beside workers: the schools of the highest fifth in which nobody works (M10, BR-16)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reports.measures.measure import Cell, Counted, Line, Reader
from schools.actions.need import Need, SchoolNeed, highest_without_worker, need_of
from teams.foundation.access import Role


def need_seen_by(reader: Reader) -> Need:
    """Every school's score, read once however many figures and pictures ask for it."""
    if "need" not in reader.kept:
        reader.kept["need"] = need_of(reader.principal, today=reader.today, figures_of=())
    return reader.kept["need"]


class HighestNeedWithoutWorker(Counted):
    code = "highest-need-without-worker"
    words = "schools with the highest need and nobody there"
    name = "Highest need, and no worker"
    why = "Where the next worker goes is decided here first."
    counted = "Schools of the highest fifth by level of need in which nobody works today."
    out_of = (
        "All schools of the highest fifth. A fifth of the open state-funded primary and secondary schools that have a "
        "level of need; the page Schools and need shows how each was worked out."
    )
    source = "The census and absence figures of schools, the county’s own weights, and placements in Alongside"
    audience = frozenset({Role.SENIOR_MANAGER})
    grain = ("area",)
    heads = ("School", "Area", "Level of need", "Worker")
    asked_as = ("highest need", "need", "schools with need", "schools without a worker and with need")
    goes_back = False  # of today: which figures were there on an earlier day is not kept

    def schools(self, reader: Reader) -> list[SchoolNeed]:
        return [each for each in need_seen_by(reader).schools if each.is_highest]

    def cells(self, reader: Reader) -> list[Cell]:
        of = Counter(each.area_id for each in self.schools(reader))
        without = Counter(each.area_id for each in highest_without_worker(need_seen_by(reader)))
        return [Cell(area, None, without[area], of[area]) for area in of]

    def nothing(self, reader: Reader) -> str:
        return "Not known: no school has a level of need yet. An administrator loads census and absence figures."

    def rows(self, reader: Reader) -> list[SchoolNeed]:
        here = [each for each in self.schools(reader) if self._is_here(Cell(each.area_id, None, 0), reader)]
        return sorted(here, key=lambda each: (each.workers > 0, each.rank or 0))

    def line(self, row: SchoolNeed, reader: Reader) -> Line:
        score: Any = f"{row.score} of 100"
        works = "Nobody" if not row.workers else "One" if row.workers == 1 else f"{row.workers}"
        return Line([row.name, reader.grain.area_name(row.area_id), score, works], "school", row.public_id)
