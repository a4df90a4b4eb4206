"""Supervision in date: the one figure of a manager's week, and the first of the county's six (journeys 7, S1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reports.measures.measure import NO_AREA, Answer, Line, Measure, Reader, Slice, terms_of
from supervision.actions.health import InDate, Scope
from supervision.rules import health as rules
from supervision.rules.health import BY_CODE, Item
from teams.foundation.access import Role
from teams.foundation.words import day

DECLARED = BY_CODE["in-date"]


class SupervisionInDate(Measure):
    code = "supervision-in-date"
    words = "workers with supervision in date"
    name = "Supervision in date"
    why = "Who is not seen for more than nine school weeks is left alone with what is hard."
    counted = DECLARED.counted
    out_of = f"All workers in a school whose rhythm has visits in school. Left out: {DECLARED.left_out}"
    source = "Supervisions in school in Alongside, and each school’s own days"
    audience = frozenset({Role.SENIOR_MANAGER, Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER})
    heads = ("School", "Area", "Last held", "State")

    def look(self, reader: Reader) -> Answer:
        items, minimum = self._items(reader), self._scope(reader).minimum
        number, of = sum(item.number for item in items), len(items)
        if not of:
            return Answer(unknown="Not known: no worker with a rhythm of visits in school works in a school yet.")
        if of < minimum:
            return Answer(unknown=f"Fewer than {minimum} workers: too few to show.", instead="Too few to show")
        return Answer(number, of, self._by_area(items, minimum), since=f"of {of:,}")

    def _by_area(self, items: Sequence[Item], minimum: int) -> tuple[Slice, ...]:
        """Areas by name; those too small to stand alone, and whatever would give them away, are one together."""
        sizes, good = Counter(item.area for item in items), Counter(item.area for item in items if item.number)
        shown = rules.shown(sizes, minimum)
        slices = [Slice(area or NO_AREA, good[area], sizes[area]) for area in sorted(shown, key=lambda a: (not a, a))]
        hidden = sizes.keys() - shown
        if hidden:
            small = (sum(good[area] for area in hidden), sum(sizes[area] for area in hidden))
            slices.append(Slice("Small areas together", *small))
        return tuple(slices)

    def rows(self, reader: Reader) -> Sequence[Item]:
        """By school. No row where they are too few to show."""
        items = self._items(reader)
        if len(items) < self._scope(reader).minimum:
            return []
        return sorted(items, key=lambda item: (item.school, item.on or reader.today))

    def line(self, row: Item, reader: Reader) -> Line:
        if row.on is None:
            last = "Not yet"
        else:
            last = f"{row.on:%B %Y}" if self._scope(reader).is_county else day(row.on)
        return Line([row.school, row.area or NO_AREA, last, row.says])

    def _scope(self, reader: Reader) -> Scope:
        if "supervision" not in reader.kept:
            reader.kept["supervision"] = Scope(reader.principal, reader.today, terms=terms_of(reader))
        return reader.kept["supervision"]

    def _items(self, reader: Reader) -> list[Item]:
        if "supervision in date" not in reader.kept:
            reader.kept["supervision in date"] = InDate(self._scope(reader)).today
        return reader.kept["supervision in date"]
