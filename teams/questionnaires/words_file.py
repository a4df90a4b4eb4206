"""The words of a questionnaire as a list for whoever translates them: English beside the other language, a line each.

Values in, values out. A line that is missing, or that has not the same names in braces, would be a hole or an error on
the page of somebody who can read no other language, so nothing of the list is used while there is one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, NamedTuple

from teams.foundation.errors import Refusal
from teams.foundation.spreadsheets import BYTE_ORDER_MARK, harmless, meant, rows_of
from teams.questionnaires.rules import Question

HEADINGS = ("Line", "English", "Translation", "What to know")
QUESTION = "question."  # before its code: a screen may be called as a question is
TWICE = "It stands in the list twice, with different words. Leave one."
LONGEST_TRANSLATION = 400  # letters: the longest English line has half of them
LOST_LETTERS = re.compile(r"\?\?|\ufffd|[A-Za-z]\?[a-z]")  # what is left where a program could not write a letter
IN_BRACES = re.compile(r"\{[^{}]*\}")
# What stands in braces, for people who translate.
NAMES = {
    "worker": "the worker’s name",
    "manager": "the manager’s name",
    "school": "the school’s name",
    "lead": "the safeguarding lead’s name",
    "owner": "who said that they have it",
    "day": "a day",
    "time": "a time of day",
    "number": "the number of the question",
    "all": "how many questions there are",
    **dict.fromkeys(("found_at", "asked_at"), "a time of day"),
    **dict.fromkeys(("found_on", "asked_on"), "a day"),
}


class Line(NamedTuple):
    """One line: its place in the words ("send", "question.heard", "question.heard.yes"), and its English."""

    path: str
    english: str

    @property
    def hint(self) -> str:
        """What stands in braces, for who translates: "Keep {worker}: the worker’s name"."""
        return "; ".join(f"Keep {{{name}}}: {NAMES.get(name, name)}" for name in names_in(self.english) or ())


class Problem(NamedTuple):
    """Why a line cannot be used, and what to do. `path` says which."""

    path: str
    english: str
    sentence: str


@dataclass(frozen=True)
class Translation:
    """What a list says. `words` are whole where there are no problems; `pairs` are English beside it, line by line."""

    words: dict[str, Any]
    pairs: list[tuple[Line, str]]
    problems: list[Problem] = field(default_factory=list)


def names_in(text: str) -> tuple[str, ...] | None:
    """The names in braces, sorted. None: the braces are not names, and nothing could be put in their place."""
    try:
        parsed = list(Formatter().parse(text))
    except ValueError:
        return None
    found = [(name, spec, conversion) for _, name, spec, conversion in parsed if name is not None]
    if any(spec or conversion or not name.isidentifier() for name, spec, conversion in found):
        return None
    return tuple(sorted({name for name, _, _ in found}))


def lines_of(questions: Sequence[Question], english: Mapping[str, Any]) -> list[Line]:
    """Every line that a wording has: the questions with their answers first, as they are asked, then the screens."""
    lines = []
    for question in questions:
        asked = english["questions"][question.code]
        lines.append(Line(f"{QUESTION}{question.code}", asked["ask"]))
        lines += [Line(f"{QUESTION}{question.code}.{option}", asked["options"][option]) for option in question.options]
    return lines + [Line(name, words) for name, words in english.items() if isinstance(words, str)]


def said_in(words: Mapping[str, Any], path: str) -> str:
    """What a wording says on this line; "" where it has no such line."""
    if not path.startswith(QUESTION):
        return str(words.get(path, ""))
    code, _, option = path.removeprefix(QUESTION).partition(".")
    asked = words.get("questions", {}).get(code, {})
    return str(asked.get("options", {}).get(option, "") if option else asked.get("ask", ""))


def as_csv(lines: Sequence[Line], translated: Mapping[str, Any]) -> str:
    """The list for whoever translates, with what there is already."""
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    for line in lines:
        writer.writerow([line.path, harmless(line.english), harmless(said_in(translated, line.path)), line.hint])
    return file.getvalue()


def read(text: str, lines: Sequence[Line]) -> Translation:
    """A list that came back. Raises Refusal where it is no such list at all; what is wrong with a line is a problem."""
    rows = rows_of(text)
    head = next(rows, None)
    columns = [cell.strip().lower() for cell in head[1]] if head is not None else []
    if not {"line", "translation"} <= set(columns):
        raise Refusal(
            "We found no columns “Line” and “Translation”. Get the list of words from “Languages”, fill in its third "
            "column and leave the headings as they are.",
            code="no_headings",
        )
    at, there = columns.index("line"), columns.index("translation")
    said: dict[str, list[str]] = {}
    for _, cells in rows:
        if len(cells) > max(at, there):
            words, known = " ".join(meant(cells[there].strip()).split()), said.setdefault(cells[at].strip(), [])
            if words and words not in known:
                known.append(words)
    pairs = [(line, said[line.path][0] if said.get(line.path) else "") for line in lines]
    problems = [
        Problem(line.path, line.english, wrong)
        for line, words in pairs
        if (wrong := TWICE if len(said.get(line.path, ())) > 1 else _what_is_wrong(line, words))
    ]
    return Translation(words_in(pairs), pairs, problems)


def still_right(lines: Sequence[Line], english: Mapping[str, Any], words: Mapping[str, Any]) -> Translation:
    """What of an earlier translation holds for these lines: that of which `english`, beside which it was written, says
    the same. The others are problems, with no words."""
    holds = [said_in(english, line.path) == line.english for line in lines]
    pairs = [(line, said_in(words, line.path) if same else "") for line, same in zip(lines, holds, strict=True)]
    new = "It says something new in English."
    changed = [Problem(line.path, line.english, new) for line, said in pairs if not said]
    return Translation(words_in(pairs), pairs, changed)


def _what_is_wrong(line: Line, words: str) -> str:
    if LOST_LETTERS.search(words):
        return "Letters were lost when the list was saved. Save it as “CSV UTF-8”, or copy the rows and paste them."
    if not any(letter.isalnum() for letter in IN_BRACES.sub("", words)):  # what cannot be seen is no word either
        return "There are no words for it. Add them."
    if len(words) > LONGEST_TRANSLATION:
        return f"It has more than {LONGEST_TRANSLATION} letters. Make it shorter."
    wanted, found = names_in(line.english) or (), names_in(words)
    if found is None or set(found) != set(wanted):
        keep = " and ".join(f"{{{name}}}" for name in wanted)
        return f"Write {keep} in it as it stands in English." if wanted else "Take the braces { } out of it."
    return ""


def words_in(pairs: Sequence[tuple[Line, str]]) -> dict[str, Any]:
    """As a wording keeps them: the other way round than `lines_of`."""
    words: dict[str, Any] = {"questions": {}}
    for line, said in pairs:
        code, _, option = line.path.removeprefix(QUESTION).partition(".")
        if not line.path.startswith(QUESTION):
            words[line.path] = said
        elif option:
            words["questions"][code].setdefault("options", {})[option] = said
        else:
            words["questions"][code] = {"ask": said}
    return words
