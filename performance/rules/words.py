"""From the boxes of a review's three forms to what was said: pure; nothing that somebody typed is dropped.

Names of boxes: `h-CODE` for a heading's words, `rating-CODE`, `not-now-CODE` (career), `last-HEX-became` and
`last-HEX-words` for an objective of last time by the hexadecimal of its public id, `next-N-text` and `next-N-by`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from performance.rules.schemes import CAREER, Content

NEXT_ROWS = 5  # new objectives that a page has room for
BECAME = {"met": "Met", "partly": "Partly met", "not_met": "Not met", "dropped": "Dropped"}
LONGEST_LINE = 300

Words = dict[str, Any]
Pairs = Iterable[tuple[str, str]]  # (name, value) of each box
Problem = tuple[str, str]  # the box, and what to do


def gather_mine(pairs: Pairs, content: Content) -> Words:
    """The worker's own part, under any heading of the scheme: {code: words}."""
    return {"headings": _headings(dict(pairs), [each.code for each in content.headings])}


def gather_shared(pairs: Pairs, content: Content) -> Words:
    """What the school reads too, and nothing else, whatever was sent along."""
    return {"headings": _headings(dict(pairs), [each.code for each in content.of(shared=True)])}


def gather_two(pairs: Pairs, content: Content, last: Mapping[str, Words]) -> Words:
    """Between two. `last` are the open objectives: {hexadecimal: {"text", "by_when"}}."""
    typed = dict(pairs)
    headings = content.of(shared=False)
    return {
        "headings": _headings(typed, [each.code for each in headings]),
        "ratings": {
            each.code: typed[f"rating-{each.code}"]
            for each in headings
            if each.rated and typed.get(f"rating-{each.code}") in content.scale
        },
        "not_now": [each.code for each in headings if each.side == CAREER and typed.get(f"not-now-{each.code}")],
        "last": [
            {
                "id": key,
                **known,
                "became": became if (became := typed.get(f"last-{key}-became", "")) in BECAME else "",
                "words": _text(typed, f"last-{key}-words"),
            }
            for key, known in last.items()
        ],
        "next": [
            {"line": line, "text": _text(typed, f"next-{line}-text"), "by": _text(typed, f"next-{line}-by")}
            for line in range(1, NEXT_ROWS + 1)
            if _text(typed, f"next-{line}-text") or _text(typed, f"next-{line}-by")
        ],
    }


def wrong_in_mine(words: Words) -> list[Problem]:
    """A part without a word is no part."""
    return [] if words["headings"] else [("", "Write under one heading at least, then give your part.")]


def wrong_in_meeting(shared: Words, two: Words, content: Content, *, with_school: bool) -> list[Problem]:
    """What keeps the words from going round: boxes of the part between two, and "" for what has no box there."""
    found: list[Problem] = []
    if with_school and not shared["headings"]:
        found.append(("", "Nothing is written yet in the part that the school reads. Go back to it first."))
    for each in content.of(shared=False):
        answered = each.code in two["headings"] or each.code in two["not_now"]
        if each.side == CAREER and not answered:
            found.append((f"h-{each.code}", f"Write something under “{each.name}”, or tick “Not now”."))
    for each in two["last"]:
        found += _wrong_in_last(each)
    for each in two["next"]:
        found += _wrong_in_next(each)
    return found


def _wrong_in_last(each: Words) -> list[Problem]:
    if not each["became"]:
        return [(f"last-{each['id']}-became", f"Choose what became of “{each['text']}”.")]
    if each["became"] == "dropped" and not each["words"]:
        return [(f"last-{each['id']}-words", "Say in a few words why it was dropped.")]
    if len(each["words"]) > LONGEST_LINE:
        return [(f"last-{each['id']}-words", f"Shorten this to {LONGEST_LINE} letters.")]
    return []


def _wrong_in_next(each: Words) -> list[Problem]:
    if not each["text"]:
        return [(f"next-{each['line']}-text", "Write what is to be reached, or empty its day.")]
    if len(each["text"]) > LONGEST_LINE:
        return [(f"next-{each['line']}-text", f"Shorten this to {LONGEST_LINE} letters.")]
    if day_of(each["by"]) is None:
        return [(f"next-{each['line']}-by", "Enter the day by which it is reached, like 2027-07-20.")]
    return []


def day_of(text: str) -> date | None:
    """None for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def as_boxes(words: Words) -> dict[str, str]:
    """The other way round, to change what was written."""
    boxes = {f"h-{code}": text for code, text in words.get("headings", {}).items()}
    boxes |= {f"rating-{code}": step for code, step in words.get("ratings", {}).items()}
    boxes |= {f"not-now-{code}": "on" for code in words.get("not_now", [])}
    for each in words.get("last", []):
        boxes |= {f"last-{each['id']}-became": each["became"], f"last-{each['id']}-words": each["words"]}
    for each in words.get("next", []):
        boxes |= {f"next-{each['line']}-text": each["text"], f"next-{each['line']}-by": each["by"]}
    return boxes


def lines(words: Words, content: Content) -> list[Words]:
    """One line for each heading with words, a rating or "not now", in the order of the sides: for pages and copies."""
    texts, ratings, not_now = words.get("headings", {}), words.get("ratings", {}), words.get("not_now", [])
    found = []
    for each in [*content.of(shared=True), *content.of(shared=False)]:
        text = texts.get(each.code) or ("Not now" if each.code in not_now else "")
        if text or each.code in ratings:
            found.append({"name": each.name, "words": text, "rating": ratings.get(each.code, "")})
    return found


def _headings(typed: Mapping[str, str], codes: Iterable[str]) -> dict[str, str]:
    return {code: text for code in codes if (text := _text(typed, f"h-{code}"))}


def _text(typed: Mapping[str, str], name: str) -> str:
    return typed.get(name, "").strip()
