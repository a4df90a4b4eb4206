"""What was measured, in lines of one table; a line with a mark is met or missed."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measurement beside its floor. `ratio` may be at most `most`, or must be at least `least`; or has no mark."""

    what: str
    measured: str
    floor: str
    ratio: float
    most: float | None = None
    least: float | None = None
    aim: float | None = None
    note: str = ""

    @property
    def is_met(self) -> bool:
        return (self.most is None or self.ratio <= self.most) and (self.least is None or self.ratio >= self.least)

    @property
    def mark(self) -> str:
        if self.most is None and self.least is None:
            return "no mark"
        mark = f"at most {self.most:g}" if self.most is not None else f"at least {self.least:g}"
        return f"{mark} (aim {self.aim:g})" if self.aim is not None else mark

    @property
    def answer(self) -> str:
        if self.most is None and self.least is None:
            return ""
        return "met" if self.is_met else "MISSED"

    def __str__(self) -> str:
        row = f"{self.what:<46}{self.measured:>22}{self.floor:>24}{self.ratio:>8.2f}  {self.mark:<20}{self.answer:<8}"
        return f"{row}{self.note}".rstrip()


HEAD = f"{'what':<46}{'measured':>22}{'beside':>24}{'ratio':>8}  {'mark':<20}{'':<8}"


def heading(text: str) -> None:
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"\n{text} (load of the machine: {load})\n{HEAD}", flush=True)


def shown(line: Line) -> Line:
    print(line, flush=True)
    return line
