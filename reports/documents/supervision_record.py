"""What was said at a supervision, in two copies of two snapshots: the school's was made without the private part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reports.documents.colour import on_paper
from supervision.rules.words import beside

COPIES = {"school": "School copy", "council": "Council copy"}


def context(snapshot: Mapping[str, Any], copy: str) -> dict[str, Any]:
    """What the template prints. Raises KeyError for another copy, or a snapshot that lacks something."""
    started = datetime.fromisoformat(snapshot["started_at"])
    parts = snapshot["parts"]
    worker, school = snapshot["worker"], snapshot["school"]  # no school: it was between two
    return {
        "title": f"{snapshot['kind']}: {worker}{f' at {school}' if school else ''}, {COPIES[copy].lower()}",
        "whose": f"{worker} at {school}" if school else f"{snapshot['kind']} with {worker}",
        "place": snapshot.get("place", ""),
        "copy": COPIES[copy],
        "accent": on_paper(snapshot["authority"]["colour"]),
        "authority": snapshot["authority"]["name"],
        "service": snapshot["authority"]["service"],
        "kind": snapshot["kind"],
        "school": school,
        "started_at": started,
        "finished_at": datetime.fromisoformat(snapshot["finished_at"]),
        "final_at": datetime.fromisoformat(snapshot["final_at"]),
        "final_because": snapshot["final_because"],
        "in_school": snapshot["in_school"],
        "without_school": snapshot["without_school"],
        "people": snapshot["people"],
        "names": snapshot["names"],
        "shared": parts["shared"] if school else None,
        "beside": beside((person["name"], person["lines"]) for person in snapshot["people"]),
        "two": parts.get("two") if copy == "council" else None,
        "corrections": [each | {"at": datetime.fromisoformat(each["at"])} for each in snapshot["corrections"]],
    }
