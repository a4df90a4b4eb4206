"""One figure in full, as every page, paper, file and program tells it: the same number in the same words.

A figure is made of a measure and a reader (`figure_of`), and can be kept as plain values and read back (`as_kept`,
`Figure.kept`): what is printed is what was kept, never counted again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from reports.measures.measure import Answer, Cell, Counted, Measure, Reader, Slice, count_together
from reports.models import Reading
from teams.foundation.words import day, percent
from teams.foundation.words import money as in_pounds

ZERO = Decimal(0)


@dataclass(frozen=True)
class Part:
    """One part: an area, a team or a fund. `text` is what stands there, a number or why there is none."""

    label: str
    text: str
    number: Decimal | None
    of: Decimal | None
    also: Decimal
    note: str = ""
    more: str = ""
    place: str = ""  # the public id of the area or team

    @property
    def length(self) -> float:
        """For a bar."""
        return float(self.number or 0)


class OutOf:
    """A number as it is read, today's or an earlier one, beside what it is out of."""

    number: Decimal | None
    of: Decimal | None
    text: str

    @property
    def per_cent(self) -> Decimal | None:
        """Of its denominator; None where it has none, or for sums of money."""
        if self.number is None or not self.of or self.is_money:
            return None
        return self.number * 100 / self.of

    @property
    def is_money(self) -> bool:
        return self.text.startswith(("£", "-£"))

    @property
    def of_in_words(self) -> str:
        return (in_pounds(self.of) if self.is_money else f"{self.of:,}") if self.of is not None else ""

    @property
    def with_of(self) -> str:
        """ "11 of 17", or the number alone where it is out of nothing."""
        return f"{self.text} of {self.of_in_words}" if self.of is not None else self.text


@dataclass(frozen=True)
class Figure(OutOf):
    """Numbers are exact; `number` None where there is none, and `unknown` says why. `on` is the day that is counted."""

    code: str
    words: str
    name: str
    why: str
    counted: str
    out_of: str
    source: str
    period: str
    by: str
    suppression: str
    target: int | None
    target_words: str
    where: str
    on: date
    number: Decimal | None
    of: Decimal | None
    text: str  # the number as it is read, or what stands instead of it
    since: str
    unknown: str
    parts: tuple[Part, ...]

    @property
    def title(self) -> str:
        return self.name or self.words[:1].upper() + self.words[1:]

    @property
    def why_unknown(self) -> str:
        """What stands under the words in place of a number, which it does not say again; "" where there is one."""
        why = self.unknown.removeprefix("Not known: ").removeprefix(f"{self.text}. ")
        return why[:1].upper() + why[1:]

    @property
    def misses_target(self) -> bool:
        return self.target is not None and self.per_cent is not None and self.per_cent < self.target

    @property
    def sentence(self) -> str:
        """The number with its definition, to be copied whole: nobody quotes the one without the other (journey S2)."""
        if self.unknown:
            return f"{self.title}, {self.where}, {day(self.on)}: {self.unknown}"
        of = f" of {self.of_in_words}" if self.of is not None else ""
        share = f" ({percent(self.per_cent)})" if self.per_cent is not None else ""
        parts = [
            f"{self.text}{of}{share} {self.words}, {self.where}, {day(self.on)}.",
            self.counted,
            self.out_of,
            f"{self.period}." if self.period not in ("Today", f"On {day(self.on)}") else "",
            f"Source: {self.source}. Figure “{self.code}”.",
        ]
        return " ".join(part for part in parts if part)

    def of_the_others(self, words: str) -> Figure:
        """Those of the denominator that this figure does not count, in these words. Raises ValueError without one."""
        if self.number is None or self.of is None:
            raise ValueError("What is not known, or out of nothing, has no others.")
        number = self.of - self.number
        return replace(
            self, words=words, name="", counted=f"All but these: {self.counted}", number=number, text=f"{number:,}",
            since="", target=None, target_words="", parts=(),
        )  # fmt: skip

    def as_kept(self) -> dict[str, Any]:
        """As JSON: dates and numbers as text, so that a penny stays a penny."""
        facts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return facts | {
            "on": self.on.isoformat(),
            "number": _kept(self.number),
            "of": _kept(self.of),
            "parts": [
                {name: getattr(part, name) for name in part.__dataclass_fields__}
                | {name: _kept(getattr(part, name)) for name in ("number", "of", "also")}
                for part in self.parts
            ],
        }

    @classmethod
    def kept(cls, facts: Mapping[str, Any]) -> Figure:
        """Read back."""
        parts = tuple(
            Part(**{**part, **{name: _read(part[name]) for name in ("number", "of", "also")}})
            for part in facts["parts"]
        )
        numbers = {name: _read(facts[name]) for name in ("number", "of")}
        return cls(**{**facts, **numbers, "on": date.fromisoformat(facts["on"]), "parts": parts})


def figure_of(measure: Measure, reader: Reader) -> Figure:
    """Count it, for this reader, day and place. A figure of the whole county alone is told for the county."""
    reader = measure.asked_by(reader)
    answer = _kept_then(measure, reader) if is_a_reading(measure, reader) else measure.look(reader)
    is_known = not answer.unknown
    return Figure(
        code=measure.code,
        words=measure.words,
        name=measure.name,
        why=measure.why,
        counted=measure.counted,
        out_of=measure.out_of,
        source=measure.source,
        period=measure.period(reader),
        by=_by(measure, answer),
        suppression=measure.suppression,
        target=measure.target,
        target_words=measure.target_words,
        where=reader.where,
        on=reader.today,
        number=Decimal(answer.number) if is_known else None,
        of=Decimal(answer.of) if is_known and answer.of is not None else None,
        text=measure.in_words(answer.number) if is_known else answer.instead,
        since=answer.since,
        unknown=answer.unknown,
        parts=tuple(_part(measure, each) for each in answer.slices),
    )


def figures_of(measures: Sequence[Measure], reader: Reader) -> list[Figure]:
    """Several at once: those that are counts of rows in one query."""
    count_together([each for each in measures if each.goes_back or not reader.looks_back], reader)
    return [figure_of(each, reader) for each in measures]


def _by(measure: Measure, answer: Answer) -> str:
    """What the parts are: areas, or inside one area its teams."""
    kinds = {each.place.kind for each in answer.slices if each.place}
    return "team" if kinds == {"team"} else measure.by


def is_a_reading(measure: Measure, reader: Reader) -> bool:
    """Is it told from what was kept on the day, and not counted? Then nobody knows its rows any more."""
    return reader.looks_back and not measure.goes_back


def _kept_then(measure: Measure, reader: Reader) -> Answer:
    """What was kept of the county on that day, as it stands beside today's number too: else nothing was."""
    rows = readings_of(reader).get(measure.code) if reader.counts_county else None
    cells = [Cell(area, team, as_counted(number), as_counted(of or ZERO)) for area, team, number, of in rows or ()]
    if not cells:
        return _not_kept(reader)
    if isinstance(measure, Counted):
        return measure.tell(cells, reader, are_kept=True)
    return Answer(cells[0].number, cells[0].of or None) if reader.place is None else _not_kept(reader)


def readings_of(reader: Reader) -> dict[str, list[tuple[Any, ...]]]:
    """By code, what was kept on the reader's day and is known. Read once however many figures ask for it."""
    if "readings" not in reader.kept:
        found: dict[str, list[tuple[Any, ...]]] = {}
        rows = Reading.objects.filter(taken_on=reader.today, number__isnull=False)
        for code, *cell in rows.order_by().values_list("code", "area", "team", "number", "of"):
            found.setdefault(code, []).append(tuple(cell))
        reader.kept["readings"] = found
    return reader.kept["readings"]


def as_counted(number: Decimal) -> int | Decimal:
    """A count as a count: what is kept has two decimal places, for money's sake."""
    return int(number) if number == number.to_integral_value() else number


def _not_kept(reader: Reader) -> Answer:
    return Answer(
        unknown=f"Not known: this figure can be counted for today alone, and was not kept on {day(reader.today)}.",
        instead="Not kept",
    )


def _part(measure: Measure, each: Slice) -> Part:
    if each.instead:
        number = of = None
        text = each.instead
    else:
        number, of = Decimal(each.number), Decimal(each.of)
        text = measure.in_words(each.number)
        if measure.out_of and measure.by != "fund":
            text = f"{text} of {measure.in_words(each.of)}"
    place = str(each.place.public_id) if each.place else ""
    return Part(each.label, text, number, of, Decimal(each.also), each.note, each.more, place)


def _kept(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _read(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
