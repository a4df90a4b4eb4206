"""What became of a school: an academy gets a new number, two schools become one, one becomes two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models.expressions import RawSQL

from schools.files.values import LONGEST_TEXT
from teams.foundation.constraints import wall
from teams.foundation.models import TenantModel

# The URNs that links lead to from one URN, itself included. A link is told from either side: "B is the successor of A"
# or "A is the predecessor of B". UNION drops what was reached before, so that a circle ends.
ONWARD = """
WITH RECURSIVE path (urn) AS (
    SELECT %s::varchar
    UNION
    SELECT CASE WHEN link.kind = 'successor' THEN link.other_urn ELSE link.urn END
    FROM path JOIN schools_schoollink link
    ON (link.kind = 'successor' AND link.urn = path.urn) OR (link.kind = 'predecessor' AND link.other_urn = path.urn)
) SELECT urn FROM path
"""
BACK = """
WITH RECURSIVE path (urn) AS (
    SELECT %s::varchar
    UNION
    SELECT CASE WHEN link.kind = 'successor' THEN link.urn ELSE link.other_urn END
    FROM path JOIN schools_schoollink link
    ON (link.kind = 'successor' AND link.other_urn = path.urn) OR (link.kind = 'predecessor' AND link.urn = path.urn)
) SELECT urn FROM path
"""


@dataclass(frozen=True)
class Step:
    """One school became another. Either may not be loaded here; `since` is None where no file gives the day."""

    before: str
    after: str
    since: date | None


class SchoolLinkQuerySet(models.QuerySet["SchoolLink"]):
    def steps_after(self, urn: str) -> list[Step]:
        """What became of a school, step by step, the nearest first. One query; a circle in the links does no harm."""
        return self._steps(urn, ONWARD, lambda step: (step.before, step.after))

    def steps_before(self, urn: str) -> list[Step]:
        """What a school was before, step by step, the nearest first."""
        return self._steps(urn, BACK, lambda step: (step.after, step.before))

    def _steps(self, urn: str, path: str, ends: Callable[[Step], tuple[str, str]]) -> list[Step]:
        reached = RawSQL(path, [urn])  # noqa: S611  a constant of this module
        leading = self.exclude(kind=SchoolLink.Kind.OTHER).filter(urn__in=reached, other_urn__in=reached)
        # The same step may be told from both sides, and only one of them may know the day.
        known: dict[tuple[str, str], date | None] = {}
        for link in leading.order_by("since", "pk"):
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
