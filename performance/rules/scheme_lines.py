"""A scheme of reviews as an administrator types it, one thing a line, and back again. Values alone.

Mid-year talk, February
Yearly review, June, with the school

The service to the school: Time in school, actions, what pupils say.
How the worker is (rated): Workload, support, working alone.
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterable, Mapping, Sequence

from performance.rules.schemes import SIDES, Content, Heading, Stage, problems_of

MONTHS = list(month_name)[1:]
WITH_SCHOOL, RATED = "with the school", "(rated)"
Problem = tuple[str, str]  # the box, and what to do


def read(
    stages: Sequence[str], headings: Mapping[str, Sequence[str]], scale: Sequence[str], year_starts: int
) -> tuple[Content, list[Problem]]:
    """What the lines say, and what is wrong with them, each beside its box: "stages", a side's own, "scale"."""
    wrong: list[Problem] = []
    content = Content(tuple(_stages(stages, wrong)), tuple(_headings(headings, wrong)), tuple(scale), year_starts)
    if wrong:
        return content, wrong
    boxes = {"headings": next(iter(SIDES))}
    return content, [
        (boxes.get(box, box), sentence) for box, sentences in problems_of(content).items() for sentence in sentences
    ]


def stage_lines(content: Content) -> list[str]:
    """As they are typed."""
    return [
        ", ".join([each.name, MONTHS[each.month - 1], *([WITH_SCHOOL] if each.with_school else [])])
        for each in content.stages
    ]


def heading_lines(content: Content, side: str) -> list[str]:
    return [
        f"{each.name}{f' {RATED}' if each.rated else ''}{f': {each.help}' if each.help else ''}"
        for each in content.headings
        if each.side == side
    ]


def code_of(name: str, taken: Iterable[str], otherwise: str) -> str:
    """Letters, figures and low lines from a name, unlike those that are taken; `otherwise` where nothing is left."""
    letters = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    start = (letters if letters[:1].isalpha() else f"{otherwise}_{letters}".strip("_"))[:36]
    found, number = start, 1
    while found in set(taken):
        number += 1
        found = f"{start}_{number}"
    return found


def _stages(lines: Sequence[str], wrong: list[Problem]) -> list[Stage]:
    found: list[Stage] = []
    for number, line in enumerate(lines, start=1):
        name, *more = [part.strip() for part in line.split(",")]
        said = [part.lower() for part in more]
        months = [index for index, month in enumerate(MONTHS, start=1) if month.lower() in said]
        others = [part for part in said if part != WITH_SCHOOL and part.capitalize() not in MONTHS]
        if len(months) != 1 or others:
            wrong.append(
                ("stages", f"Line {number}: write a name, the month, and “{WITH_SCHOOL}” if the school is asked.")
            )
        else:
            code = code_of(name, [each.code for each in found], "stage")
            found.append(Stage(code, name, months[0], WITH_SCHOOL in said))
    return found


def _headings(lines: Mapping[str, Sequence[str]], wrong: list[Problem]) -> list[Heading]:
    found: list[Heading] = []
    for side, name in SIDES.items():
        if not lines.get(side):
            wrong.append((side, f"Give one heading about “{name}” at least. Every scheme has one."))
        for line in lines.get(side, ()):
            title, _, words = line.partition(":")
            is_rated = title.rstrip().lower().endswith(RATED)
            title = title.rstrip()[: -len(RATED)].rstrip() if is_rated else title.strip()
            code = code_of(title, [each.code for each in found], "heading")
            found.append(Heading(code, title, side, words.strip(), is_rated))
    return found
