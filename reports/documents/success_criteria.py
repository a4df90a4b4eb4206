"""The report of a term on its success criteria: its snapshot becomes what page and paper show (H89 to H91, S5).

One paper for each team and one for the county, in one copy. Page and paper are drawn from the same context, so that no
figure can stand differently on one of them. Nothing here reads a row or the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from performance.rules.asked_words import AskedWords, note
from performance.rules.criteria import GROUPS
from reports.documents.colour import on_paper
from reports.documents.qr import qr

COPIES = {"report": "Report"}
TOO_FEW, NOT_ASKED = "Too few to show", "Not asked"
WHY_TOO_FEW = (
    "Fewer than 5 have answered. We show answers when there are 5, so that nobody can be picked out. Groups that are "
    "too small go together into “Other groups together”, where they are 5 or more."
)
TOGETHER = "Other groups together"
LEVELS = {"met": 3, "on_the_way": 2, "not_yet": 1, "cannot_say": 0}
LEVEL_WORDS = {"met": "Met", "on_the_way": "On the way", "not_yet": "Not yet", "cannot_say": "Cannot say"}
STEPS = 3
EDITIONS = {2: "Second", 3: "Third", 4: "Fourth", 5: "Fifth"}
# What each figure is, in small print on page and paper.
DEFINITIONS = (
    ("Judgement", "How far the criterion was at the end of the term, as its manager judged it, with the reason."),
    (
        "What the groups say",
        "Answers to the statements of the term’s pulse, given without a name. Those who “agree” or “mostly agree”, out "
        "of all of the group who answered the statement. Only groups of 5 or more are shown.",
    ),
    (
        "Joint work",
        "Joint visits and peer supervisions that were held in the term with people of the team; in the county’s "
        "report each counts once.",
    ),
    (
        "What we said we’d do",
        "Actions of supervisions in school that were kept, by any side. Out of all that were kept, not kept or dropped,"
        " or whose day is over. Each counts in the term in which it ended or fell due, whichever was first; fewer than "
        "5 are not shown.",
    ),
)


class Bar(NamedTuple):
    """One line of a picture: `part` of `whole` is drawn, `says` stands beside it; `before`: of the last term."""

    label: str
    says: str
    part: int = 0
    whole: int = 0
    before: str = ""

    @property
    def percent(self) -> int:
        """Whole per cent, halves up; 0 where nothing is drawn."""
        return (200 * self.part + self.whole) // (2 * self.whole) if self.whole else 0


def context(snapshot: Mapping[str, Any], copy: str) -> dict[str, Any]:
    """What the template prints. Dates come as dates. Raises KeyError where something is missing."""
    term, check = snapshot["term"], snapshot["check"].get(copy)
    edition = edition_in_words(snapshot["edition"], snapshot["why"])
    whose = snapshot["team"] or snapshot["authority"]["name"]
    return {
        "title": f"Success criteria: {whose}, {term['label']}",
        "copy": COPIES[copy],
        "whose": whose,
        "is_county": not snapshot["team"],
        "accent": on_paper(snapshot["authority"]["colour"]),
        "authority": snapshot["authority"]["name"],
        "service": snapshot["authority"]["service"],
        "telephone": snapshot["authority"]["telephone"],
        "term": term["label"],
        "last_term": snapshot["last_term"],
        "edition": edition,
        "number": snapshot["edition"],
        "reference": f"Success criteria, {term['label']}" + (f", edition {snapshot['edition']}" if edition else ""),
        "issued_on": date.fromisoformat(snapshot["issued_on"]),
        "figures_on": date.fromisoformat(snapshot["figures_on"]),
        "approved_by": snapshot["approved_by"],
        "criteria": [_criterion(each) for each in snapshot["criteria"]],
        "indicators": [_indicator(each) for each in snapshot["indicators"]],
        "indicator_notes": [
            f"“{each['text']}”: {said[0].lower()}{said[1:]}"
            for each in snapshot["indicators"]
            if (said := _reworded(each, snapshot["last_term"]))
        ],
        "pulse": _pulse(snapshot["pulse"], snapshot["last_term"]),
        "promises": _promises(snapshot["promises"], term["label"], snapshot["last_term"]),
        "words": snapshot["words"],
        "definitions": DEFINITIONS,
        "check_code": check["code"] if check else "",
        "check_address": check["address"] if check else "",
        "qr": qr(check["address"]) if check else "",
    }


def edition_in_words(number: int, why: str) -> str:
    """ "Second edition: A figure was wrong." Nothing for the first."""
    return f"{EDITIONS.get(number, f'{number}th')} edition: {why}" if number > 1 else ""


def _criterion(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "text": kept["text"],
        "deadline": date.fromisoformat(kept["deadline"]),
        "groups": ", ".join(GROUPS[group] for group in GROUPS if group in kept["groups"]),
        "judgement": LEVEL_WORDS[kept["judgement"]["level"]] if kept["judgement"] else "Not judged",
        "reason": kept["judgement"]["reason"] if kept["judgement"] else "",
        "trend": [_step(each) for each in kept["trend"]],
        "evidence": [each | {"on": date.fromisoformat(each["on"])} for each in kept["evidence"]],
    }


def _step(judged: Mapping[str, Any]) -> Bar:
    level = judged["level"]
    if not level:
        return Bar(judged["term"], "Not judged")
    return Bar(judged["term"], LEVEL_WORDS[level], LEVELS[level], STEPS if LEVELS[level] else 0)


def _indicator(kept: Mapping[str, Any]) -> Bar:
    """This term's figure with the last one's beside it. What is counted in times has no bar: there is no whole."""
    now, before = kept["now"], kept["before"]
    return Bar(kept["text"], now["says"], now["number"] or 0, now["of"] or 0, before["says"] if before else NOT_ASKED)


def _reworded(kept: Mapping[str, Any], last_term: str) -> str:
    """A short note where the term before was asked in other words. Snapshots of before that was kept have none."""
    before = kept.get("changed")
    if before is None:
        return ""
    return note(AskedWords(before["ask"], tuple(before["answers"])), f"{last_term[0].lower()}{last_term[1:]}")


def _pulse(kept: Mapping[str, Any], last_term: str) -> dict[str, Any]:
    """`unknown` says why there are no bars; else a picture for each statement, with a note where its words changed."""
    questions = [
        {
            "ask": each["ask"],
            "rows": [_said(row, was_asked=each.get("asked_before", kept["asked_before"])) for row in each["rows"]],
            "note": _reworded(each, last_term),
        }
        for each in kept["questions"]
    ]
    is_hidden = any(row.says == TOO_FEW for each in questions for row in each["rows"])
    return {
        "unknown": kept["unknown"],
        "questions": questions,
        "asked_before": kept["asked_before"],
        "why_too_few": WHY_TOO_FEW if is_hidden else "",
    }


def _said(row: Mapping[str, Any], *, was_asked: bool) -> Bar:
    part, whole = row["now"] or (0, 0)
    before = _share(row["before"]) if was_asked else NOT_ASKED
    return Bar(GROUPS.get(row["group"], TOGETHER), _share(row["now"]), part, whole, before)


def _share(found: Any) -> str:
    return f"{found[0]:,} of {found[1]:,}" if found else TOO_FEW


def _promises(kept: Mapping[str, Any], term: str, last_term: str) -> list[Bar]:
    lines = [(term, kept["now"])] + ([(last_term, kept["before"])] if last_term else [])
    found = []
    for label, each in lines:
        if each["is_hidden"]:
            found.append(Bar(label, TOO_FEW))
        elif not each["of"]:
            found.append(Bar(label, "None fell due"))
        else:
            found.append(Bar(label, f"{each['number']:,} of {each['of']:,} kept", each["number"], each["of"]))
    return found
