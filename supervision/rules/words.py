"""From the boxes of the room to what was said: pure, and nothing that somebody typed is ever refused or dropped.

Names of boxes carry the record that they are about: `young-HEX-best` where HEX is a public id without hyphens. What
does not fit its box (a day that is none) is kept as it was typed, as something to finish.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

MOST_LINES = 15  # actions, and things to sort out, that the page has room for
OF_YOUNG = ("best", "works", "worries", "next", "scale", "decision")
OF_PROMISE = ("outcome", "until", "reason")
OUTCOMES = ("kept", "new_date", "not_kept", "dropped")
SERVICE = ("as_expected", "mostly", "no")
TWO_BLOCKS = ("wellbeing", "workload", "practice", "training", "home", "elsewhere")  # after the school has left
ONE_TO_ONE_BLOCKS = ("wellbeing", "workload", "cases", "practice", "training")
JOINT_BLOCKS = ("seen", "practice", "wellbeing", "training")
REASONS = ("planned", "safety", "difficulty")  # why a manager goes along (H79)
PARTS = ("manager", "worker", "school")
NAMED = re.compile(r"(young|promise)-([0-9a-f]{32})-([a-z]+)")

Words = dict[str, Any]
Pairs = Iterable[Sequence[str]]  # (name, value) of each box


@dataclass(frozen=True)
class Known:
    """What the page was about: promises and young people by the hexadecimal of their public ids."""

    promises: Mapping[str, Words]
    young: Mapping[str, Words]


def gather_shared(pairs: Pairs, known: Known) -> Words:
    """All three of us: promises, young people, the service, things to sort out, actions."""
    typed = _last(pairs)
    return {
        "promises": [_promise(each, known.promises, typed) for each in _named(typed, "promise", known.promises)],
        "young": [found for each in _named(typed, "young", known.young) if (found := _young(each, known.young, typed))],
        "service": {"answer": _one_of(typed.get("service"), SERVICE), "why": _text(typed, "service-why")},
        "sort_out": [
            {"text": text, "sorted": bool(typed.get(f"sort-{line}-sorted"))}
            for line in range(1, MOST_LINES + 1)
            if (text := _text(typed, f"sort-{line}-text"))
        ],
        "actions": _actions(typed),
    }


def gather_two(pairs: Pairs, known: Known) -> Words:
    """Just the two of us: promises of before, the boxes that the page had, and actions of their own.

    A joint visit says why the manager went along: "reason".
    """
    typed = _last(pairs)
    names = dict.fromkeys([*TWO_BLOCKS, *(name for name in (*ONE_TO_ONE_BLOCKS, *JOINT_BLOCKS) if name in typed)])
    found = {
        "promises": [_promise(each, known.promises, typed) for each in _named(typed, "promise", known.promises)],
        "blocks": {name: _text(typed, name) for name in names},
        "actions": _actions(typed),
    }
    reason = _one_of(typed.get("reason"), REASONS)
    return found | {"reason": reason} if reason else found


def sentences(pairs: Pairs) -> list[str]:
    """What somebody wrote, without what was only chosen: ticks, answers, names and days of an action."""
    shared = "school-person|elsewhere|service"  # between two, "elsewhere" is a box of words
    chosen = re.compile(rf"{shared}|(two )?(reason|.*-(outcome|until|scale|decision|sorted|by|due)|said-[a-z]+)")
    return [value for name, value in pairs if value.strip() and not chosen.fullmatch(name)]


def not_said(pairs: Pairs, said: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each of these boxes once, without those whose words stand in a record: `said` is what `boxes` answers of it."""
    known = set(said)
    return [
        (name, value) for name, value in dict.fromkeys(map(tuple, pairs)) if (_box(name), value.strip()) not in known
    ]


def boxes(words: Words) -> list[tuple[str, str]]:
    """(box, text) of what was gathered, the way back. Lines moved up when they were gathered: no number stands here."""
    return [
        *((f"promise-{each['id']}-reason", each["reason"]) for each in words.get("promises", ())),
        *((f"young-{each['id']}-{name}", str(each[name])) for each in words.get("young", ()) for name in OF_YOUNG),
        ("service-why", words.get("service", {}).get("why", "")),
        *(("sort-text", each["text"]) for each in words.get("sort_out", ())),
        *(("action-text", each["text"]) for each in words.get("actions", ())),
        *words.get("blocks", {}).items(),
    ]


def _box(name: str) -> str:
    return re.sub(r"\b(sort|action)-\d+-text$", r"\1-text", name)


def has_words(words: Words) -> bool:
    """Did anybody say anything?"""
    if any(words.get("blocks", {}).values()) or words.get("actions") or words.get("sort_out") or words.get("young"):
        return True
    told = any(promise["outcome"] for promise in words.get("promises", ()))
    return told or any(words.get("service", {}).values())


def loose_ends(words: Words) -> list[Words]:
    """Actions without a name or a day (BR-13): kept, and asked for when the record is finished."""
    return [action for action in words.get("actions", ()) if not (action["by"] and action["due"])]


def added(action: Words, *, by: str, due: str) -> str:
    """What this name and day put to what was said: "name", "day", "both", or "" for nothing."""
    named, dated = action["by"] != by, action["due"] != due
    return "both" if named and dated else "name" if named else "day" if dated else ""


def beside(people: Iterable[tuple[str, Mapping[str, str]]]) -> dict[str, list[tuple[str, str]]]:
    """What people say beside single lines, by line: {"action-1": [("V. Eliot", "We said Thursday")]}."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, lines in people:
        for line, words in lines.items():
            found.setdefault(line, []).append((name, words))
    return found


def agreed(pairs: Pairs) -> dict[str, Words]:
    """Who said what of the record in the room: {part: {"said": ticked, "words": beside it}}."""
    typed = _last(pairs)
    return {
        part: {"said": bool(typed.get(f"said-{part}")), "words": _text(typed, f"said-{part}-words")} for part in PARTS
    }


def day_of(text: str) -> date | None:
    """A day as the box sends it ("2026-11-11"); None for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _actions(typed: Mapping[str, str]) -> list[Words]:
    found = []
    for line in range(1, MOST_LINES + 1):
        text = _text(typed, f"action-{line}-text")
        if text:
            due = _text(typed, f"action-{line}-due")
            day = day_of(due)
            action = {"line": f"action-{line}", "text": text, "by": _one_of(typed.get(f"action-{line}-by"), PARTS)}
            found.append(action | {"due": day.isoformat() if day else "", "due_typed": "" if day else due})
    return found


def _promise(each: str, known: Mapping[str, Words], typed: Mapping[str, str]) -> Words:
    said = {name: _text(typed, f"promise-{each}-{name}") for name in OF_PROMISE}
    day = day_of(said["until"])
    return {"id": each, **known.get(each, {}), "outcome": _one_of(said["outcome"], OUTCOMES),
            "until": day.isoformat() if day else "", "reason": said["reason"]}  # fmt: skip


def _young(each: str, known: Mapping[str, Words], typed: Mapping[str, str]) -> Words | None:
    """None where nobody spoke of them."""
    said: Words = {name: _text(typed, f"young-{each}-{name}") for name in OF_YOUNG}
    if not any(said.values()):
        return None
    scale = said["scale"]
    said["scale"] = int(scale) if scale.isascii() and scale.isdigit() and int(scale) <= 10 else None
    return {"id": each, **known.get(each, {}), **said, "decision": bool(said["decision"])}


def _named(typed: Mapping[str, str], kind: str, known: Mapping[str, Words]) -> list[str]:
    """Those that the page had, in its order; then what is named in a box and is not known any more."""
    others = {found[2]: None for name in typed if (found := NAMED.fullmatch(name)) and found[1] == kind}
    return [*known, *(each for each in others if each not in known)]


def _last(pairs: Pairs) -> dict[str, str]:
    return {name: value for name, value in pairs}  # noqa: C416  (pairs may be lists, as JSON has them)


def _text(typed: Mapping[str, str], name: str) -> str:
    return typed.get(name, "").strip()


def _one_of(value: str | None, choices: tuple[str, ...]) -> str:
    return value if value in choices else ""
