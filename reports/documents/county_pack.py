"""A county's pack or two-monthly report: its snapshot becomes what page and paper show (S5, L16).

Page and paper are drawn from the same context, so that no figure can stand differently on one of them. Nothing here
reads a row or the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from reports.documents.colour import on_paper
from reports.documents.success_criteria import Bar, edition_in_words

COPIES = {"whole": "Whole copy", "managers": "Managers’ copy", "finance": "Finance copy"}
WHO_READS = {
    "whole": "For senior managers and auditors.",
    "managers": "For team managers: it has the figures that they may open.",
    "finance": "For finance: it has the figures that finance may open.",
}


def context(snapshot: Mapping[str, Any], copy: str) -> dict[str, Any]:
    """What the template prints. Dates come as dates. Raises KeyError where something is missing."""
    beside = [title for title in snapshot["beside"] if title]
    authority, approved_by = snapshot["authority"], snapshot["approved_by"]
    sections = [_section(each, snapshot["beside"]) for each in snapshot["sections"]]
    edition = edition_in_words(snapshot["edition"], snapshot["why"])
    return {
        "title": f"{snapshot['title']}, {authority['name']}, {COPIES[copy].lower()}",
        "copy": COPIES[copy],
        "who_reads": WHO_READS[copy],
        "name": snapshot["title"],
        "accent": on_paper(authority["colour"]),
        "authority": authority["name"],
        "service": authority["service"],
        "telephone": authority["telephone"],
        "starts_on": date.fromisoformat(snapshot["period"]["starts_on"]),
        "ends_on": date.fromisoformat(snapshot["period"]["ends_on"]),
        "edition": edition,
        "reference": snapshot["title"] + (f", edition {snapshot['edition']}" if edition else ""),
        "figures_on": date.fromisoformat(snapshot["figures_on"]),
        "approved_by": approved_by,
        "beside": beside,
        "sections": sections,
        "teams": snapshot["teams"],
        "is_numbered": any(figure["printed"] for section in sections for figure in section["figures"]),
        "annex": [figure for section in sections for figure in section["figures"]],
    }


def _section(kept: Mapping[str, Any], beside: list[str]) -> dict[str, Any]:
    return {
        "code": kept["code"],
        "title": kept["title"],
        "words": kept["words"],
        "see": kept["see"],
        "figures": [_figure(each, beside) for each in kept["figures"]],
    }


def _figure(kept: Mapping[str, Any], beside: list[str]) -> dict[str, Any]:
    return {
        **kept,
        "printed": kept.get("printed"),  # a draft has none, nor has a pack from before there were any
        "now": now_in_words(kept),
        "rows": [_part(each) for each in kept["parts"]],
        "before": [text for text, title in zip(kept["before"], beside, strict=True) if title],
    }


def now_in_words(kept: Mapping[str, Any]) -> str:
    """The number and what stands under it, in one line: "4 of 9"; "1, the oldest since 8 September 2026"."""
    if not kept["since"]:
        return str(kept["text"])
    joined = " " if kept["since"].startswith(("of ", "in ")) else ", "
    return f"{kept['text']}{joined}{kept['since']}"


def _part(kept: Mapping[str, Any]) -> Bar:
    """A part of a figure as a bar: how much of its own whole. What has no whole is drawn as no bar."""
    number, of = (int(Decimal(kept[name]) * 100) for name in ("number", "of"))
    label = f"{kept['label']} ({kept['more']})" if kept["more"] else kept["label"]
    return Bar(label, kept["text"], number, of)
