"""What became of a school: an academy gets a new number, two schools become one, one becomes two."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Value

from schools.files.values import LONGEST_TEXT
from teams.foundation.constraints import wall
from teams.foundation.models import TenantModel


class Together(models.Func):
    """The URNs that links lead to from one URN, in both directions, itself included.

    A link is told from either side: "B is the successor of A" or "A is the predecessor of B". UNION drops what was
    reached before, so that a circle ends.
    """

    output_field = models.CharField()
    template = """(
        WITH RECURSIVE reached (urn) AS (
            SELECT %(expressions)s::varchar
            UNION
            SELECT CASE WHEN link.urn = reached.urn THEN link.other_urn ELSE link.urn END
            FROM reached JOIN schools_schoollink link
            ON link.kind <> 'other' AND (link.urn = reached.urn OR link.other_urn = reached.urn)
        ) SELECT urn FROM reached
    )"""


@dataclass(frozen=True)
class Step:
    """One school became another. Either may not be loaded here; `since` is None where no file gives the day."""

    before: str
    after: str
    since: date | None


class SchoolLinkQuerySet(models.QuerySet["SchoolLink"]):
    def around(self, urn: Any) -> SchoolLinkQuerySet:
        """Every step of the story that this school is part of."""
        return self.exclude(kind=SchoolLink.Kind.OTHER).filter(urn__in=Together(urn)).order_by("since", "pk")

    def steps_after(self, urn: str) -> list[Step]:
        """What became of a school, step by step, the nearest first. One query; a circle in the links does no harm."""
        return steps_after(urn, self.around(Value(urn)))

    def steps_before(self, urn: str) -> list[Step]:
        """What a school was before, step by step, the nearest first."""
        return steps_before(urn, self.around(Value(urn)))


def steps_after(urn: str, links: Iterable[SchoolLink]) -> list[Step]:
    return _steps(urn, links, lambda step: (step.before, step.after))


def steps_before(urn: str, links: Iterable[SchoolLink]) -> list[Step]:
    return _steps(urn, links, lambda step: (step.after, step.before))


def _steps(urn: str, links: Iterable[SchoolLink], ends: Callable[[Step], tuple[str, str]]) -> list[Step]:
    # The same step may be told from both sides, and only one of them may know the day.
    known: dict[tuple[str, str], date | None] = {}
    for link in links:
        known.setdefault((link.before, link.after), link.since)
    steps = [Step(before, after, since) for (before, after), since in known.items()]
    found: list[Step] = []
    here, seen = [urn], {urn}
    while here:
        nearest = [step for step in steps if ends(step)[0] in here and ends(step)[1] not in seen]
        found += nearest
        here = list(dict.fromkeys(ends(step)[1] for step in nearest))
        seen.update(here)
    return found


class SchoolLink(TenantModel):
    """What became of a school: successor, predecessor, merged, split. By URN, for the other may not be loaded yet."""

    class Kind(models.TextChoices):
        SUCCESSOR = "successor", "Successor"
        PREDECESSOR = "predecessor", "Predecessor"
        OTHER = "other", "Other"

    urn = models.CharField(max_length=8)
    other_urn = models.CharField(max_length=8)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    words = models.CharField(max_length=LONGEST_TEXT)  # as the file says it: "Successor - merged"
    since = models.DateField(null=True)

    objects = SchoolLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            *wall("schools_schoollink"),
            models.UniqueConstraint(fields=["authority", "urn", "other_urn", "words"], name="schools_schoollink_once"),
        ]
        indexes = [models.Index(fields=["authority", "other_urn"], name="schools_schoollink_back")]

    def __str__(self) -> str:
        return f"{self.urn} {self.words} {self.other_urn}"

    @property
    def before(self) -> str:
        """The URN that was there first."""
        return self.other_urn if self.kind == self.Kind.PREDECESSOR else self.urn

    @property
    def after(self) -> str:
        """The URN that took its place."""
        return self.urn if self.kind == self.Kind.PREDECESSOR else self.other_urn
