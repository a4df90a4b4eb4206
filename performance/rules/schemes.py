"""What a scheme of reviews says: stages, headings, scale and the month in which its year starts. Values alone.

An employer's scheme changes names and dates. The steps are ours, and so is who may read: a heading's side decides that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

ACCOUNTABILITY, DEVELOPMENT = "accountability", "development"
CAREER, WELLBEING, DROPPED = "career", "wellbeing", "dropped"
# In the order in which a meeting goes through them (journeys M8).
SIDES = {
    ACCOUNTABILITY: "Accountability",
    DEVELOPMENT: "Development",
    CAREER: "Career",
    WELLBEING: "Wellbeing",
    DROPPED: "What we dropped this year",
}
# What the school reads and agrees too; everything else is between the two of us (D.5).
SHARED = frozenset({ACCOUNTABILITY, DEVELOPMENT})
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_HEADINGS, MOST_STAGES, MOST_STEPS = 20, 6, 7
LONGEST_NAME, LONGEST_HELP = 120, 300


@dataclass(frozen=True)
class Stage:
    """One conversation of the year. `month` (1 to 12) is when it is due; `with_school`: the head is asked (H46)."""

    code: str
    name: str
    month: int
    with_school: bool = False


@dataclass(frozen=True)
class Heading:
    """One box of the meeting, in the employer's words. `rated`: the scale is asked beside it."""

    code: str
    name: str
    side: str
    help: str = ""
    rated: bool = False

    @property
    def is_shared(self) -> bool:
        return self.side in SHARED


@dataclass(frozen=True)
class Content:
    """A scheme as one edition of it says. `scale` is empty where the employer has no ratings."""

    stages: tuple[Stage, ...]
    headings: tuple[Heading, ...]
    scale: tuple[str, ...] = ()
    year_starts: int = 9  # the month

    def stage(self, code: str) -> Stage:
        """Raises KeyError for a stage that this edition does not have."""
        return {stage.code: stage for stage in self.stages}[code]

    def of(self, *, shared: bool) -> list[Heading]:
        """What is asked in one part, side by side, in the scheme's order."""
        order = list(SIDES)
        return sorted(
            (each for each in self.headings if each.is_shared == shared), key=lambda each: order.index(each.side)
        )

    def year_of(self, day: date) -> int:
        """The year of the scheme that this day lies in, by the calendar year in which it started."""
        return day.year if day.month >= self.year_starts else day.year - 1

    def year(self, start: int) -> tuple[date, date]:
        """First and last day of the scheme's year that starts in this calendar year."""
        following = date(start + 1, self.year_starts, 1)
        return date(start, self.year_starts, 1), date.fromordinal(following.toordinal() - 1)

    def due_on(self, stage: Stage, start: int) -> date:
        """The last day of the stage's month in the year that starts in this calendar year."""
        year = start if stage.month >= self.year_starts else start + 1
        following = date(year + stage.month // 12, stage.month % 12 + 1, 1)
        return date.fromordinal(following.toordinal() - 1)

    def as_json(self) -> dict[str, Any]:
        return {
            "stages": [asdict(each) for each in self.stages],
            "headings": [asdict(each) for each in self.headings],
            "scale": list(self.scale),
            "year_starts": self.year_starts,
        }


def read(content: Mapping[str, Any]) -> Content:
    """From what an edition keeps. Raises KeyError or TypeError where it is not one: ask `problems` first."""
    return Content(
        tuple(Stage(**each) for each in content["stages"]),
        tuple(Heading(**each) for each in content["headings"]),
        tuple(content["scale"]),
        content["year_starts"],
    )


def problems(content: Content) -> list[str]:
    """What keeps this from being a scheme, each with what to do; none where it can be used."""
    return [sentence for sentences in problems_of(content).values() for sentence in sentences]


def problems_of(content: Content) -> dict[str, list[str]]:
    """The same, by what each is about: "stages", "headings", "scale" and "year_starts"."""
    return {
        "stages": _of_stages(content.stages),
        "headings": _of_headings(content.headings),
        "scale": _of_scale(content),
        "year_starts": [] if 1 <= content.year_starts <= 12 else ["Choose the month in which the year starts."],
    }


def _of_stages(stages: Sequence[Stage]) -> list[str]:
    found = _of_codes([stage.code for stage in stages], "stage") + _of_names([each.name for each in stages], "stage")
    if not 1 <= len(stages) <= MOST_STAGES:
        found.append(f"Give between 1 and {MOST_STAGES} stages.")
    if any(not 1 <= stage.month <= 12 for stage in stages):
        found.append("Give each stage the month in which it is due.")
    if not any(stage.with_school for stage in stages):
        found.append("Say at which stage the school is asked: one at least (BR-14).")
    return found


def _of_headings(headings: Sequence[Heading]) -> list[str]:
    found = _of_codes([each.code for each in headings], "heading")
    found += _of_names([each.name for each in headings], "heading")
    if len(headings) > MOST_HEADINGS:
        found.append(f"Give at most {MOST_HEADINGS} headings: more than that nobody fills in.")
    if any(len(each.help) > LONGEST_HELP for each in headings):
        found.append(f"Shorten the help of a heading to {LONGEST_HELP} letters.")
    given = {each.side for each in headings}
    if given - SIDES.keys():
        found.append("Choose for each heading what it is about.")
    found += [f"Add a heading about “{SIDES[side]}”. Every scheme has one." for side in SIDES if side not in given]
    return found


def _of_scale(content: Content) -> list[str]:
    found = []
    if content.scale and not 2 <= len(content.scale) <= MOST_STEPS:
        found.append(f"Give the scale between 2 and {MOST_STEPS} steps, or none.")
    if len(set(content.scale)) != len(content.scale):
        found.append("Name each step of the scale differently.")
    if any(each.rated for each in content.headings) and not content.scale:
        found.append("Give the scale its steps, or ask for no rating.")
    if any(each.rated and each.is_shared for each in content.headings):
        found.append("Ask for a rating under a heading that the school does not read: ratings are between two (D.5).")
    return found


def _of_codes(codes: Sequence[str], what: str) -> list[str]:
    if any(not CODE.fullmatch(code) for code in codes) or any(n > 1 for n in Counter(codes).values()):
        return [f"Name each {what} differently."]
    return []


def _of_names(names: Sequence[str], what: str) -> list[str]:
    if any(not name.strip() or len(name) > LONGEST_NAME for name in names):
        return [f"Give each {what} a name of at most {LONGEST_NAME} letters."]
    return []


# What an authority starts with: the county's own, as the first source describes it (H46, H51, H78, H82).
COUNTY = Content(
    stages=(
        Stage("mid_year", "Mid-year talk", 2),
        Stage("yearly", "Yearly review", 6, with_school=True),
    ),
    headings=(
        Heading("results", "What was achieved this year", ACCOUNTABILITY, "Against what was agreed with the school."),
        Heading("service", "The service to the school", ACCOUNTABILITY, "Time in school, actions, what pupils say."),
        Heading("strengths", "What went well, and should go on", DEVELOPMENT),
        Heading("learning", "Training and learning", DEVELOPMENT, "What was learned, and what comes next."),
        Heading("career", "Where the work leads", CAREER, "Wishes for the next years. “Not now” is an answer."),
        Heading("wellbeing", "How the worker is", WELLBEING, "Workload, support, working alone."),
        Heading("dropped", "What we dropped this year", DROPPED, "What was left undone, and whether that was right."),
    ),
)
