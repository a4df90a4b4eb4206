"""In which words a question was asked, and whether they were the same the time before. Values alone (0011).

An authority may word a question anew with another edition. What was answered stays counted as it was asked, so page and
paper show the words of the round, and a trend over two rounds says where they differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from teams.questionnaires.rules import Question


@dataclass(frozen=True)
class AskedWords:
    """One question of one round: its words, and those of its answers in their order."""

    ask: str
    answers: tuple[str, ...] = ()


def words_asked(
    questions: Iterable[Question], words: Mapping[str, Any], names: Mapping[str, str] | None = None
) -> dict[str, AskedWords]:
    """Of every question that is counted, by its code. `words` are a wording's ("questions" in it); `names` fill {}."""
    found = {}
    for question in questions:
        mine = words.get("questions", {}).get(question.code)
        if question.is_counted and mine is not None:
            filled = [mine["ask"], *(mine["options"][option] for option in question.options)]
            ask, *answers = (each.format_map(names) if names is not None else each for each in filled)
            found[question.code] = AskedWords(ask, tuple(answers))
    return found


def changed(now: AskedWords | None, before: AskedWords | None) -> AskedWords | None:
    """What was asked before, where it was other words; empty where a part is the same. None: nothing differs."""
    if now is None or before is None or now == before:
        return None
    return AskedWords(
        "" if now.ask == before.ask else before.ask, () if now.answers == before.answers else before.answers
    )


def note(before: AskedWords | None, when: str) -> str:
    """ "In the autumn term 2026/27 the words were “We are one team.”" for what `changed` found; else nothing."""
    if before is None:
        return ""
    answers = ", ".join(f"“{each}”" for each in before.answers)
    if not before.ask:
        said = f"In the {when} the answers to choose from were {answers}"
    else:
        said = f"In the {when} the words were “{before.ask}”"
        said += f", and the answers to choose from {answers}" if answers else ""
    return said if said.endswith((".”", "?”", "!”")) else f"{said}."
