"""A final yearly review, in one copy for the council and one for each school: a school's was made without the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from reports.documents.colour import on_paper

COPIES = {"school": "School copy", "council": "Council copy"}


def context(snapshot: Mapping[str, Any], copy: str) -> dict[str, Any]:
    """What the template prints. Raises KeyError for another copy, or a snapshot that lacks something."""
    worker, school = snapshot["worker"], snapshot["school"]
    is_council = copy == "council"
    return {
        "title": f"{snapshot['stage']}: {worker}{f' at {school}' if school else ''}, {COPIES[copy].lower()}",
        "copy": COPIES[copy],
        "accent": on_paper(snapshot["authority"]["colour"]),
        "authority": snapshot["authority"]["name"],
        "service": snapshot["authority"]["service"],
        "worker": worker,
        "school": school,
        "is_council": is_council,
        "managers": snapshot["managers"],
        "scheme": snapshot["scheme"],
        "stage": snapshot["stage"],
        "starts_on": date.fromisoformat(snapshot["starts_on"]),
        "ends_on": date.fromisoformat(snapshot["ends_on"]),
        "meeting_on": date.fromisoformat(snapshot["meeting_on"]) if snapshot["meeting_on"] else None,
        "final_at": datetime.fromisoformat(snapshot["final_at"]),
        "final_because": snapshot["final_because"],
        "people": snapshot["people"],
        "said_before": [each | {"at": datetime.fromisoformat(each["at"])} for each in snapshot["said_before"]],
        "shared": snapshot["shared"],
        "evidence": snapshot["evidence"],
        "not_used": snapshot["not_used"],
        "comments": [each | {"at": datetime.fromisoformat(each["at"])} for each in snapshot["comments"]],
        # Copies from before 23 November 2026 do not say it.
        "without": snapshot.get("without", []) if is_council else [],
        "year": snapshot["year"] if is_council else [],
        "worker_part": snapshot["worker_part"] if is_council else [],
        "two": snapshot["two"] if is_council else [],
        "objectives": snapshot["objectives"] if is_council else {"last": [], "next": []},
    }
