"""What people say about Alongside itself: wrong, or hard to use."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.models.people import Person

LONGEST_REMARK = 1200


class RemarkQuerySet(VisibleQuerySet):
    def open(self) -> RemarkQuerySet:
        """Nobody has dealt with them yet."""
        return self.filter(status=Remark.Status.OPEN)


class Remark(Root):
    """One thing that somebody told us, about which page and in which role."""

    class Status(models.TextChoices):
        OPEN = "open", "Not dealt with"
        SETTLED = "settled", "Dealt with"

    MOVES = {
        "tell": move(),
        "settle": move(Status.OPEN, to=Status.SETTLED, refusal="Somebody has dealt with this already."),
    }

    person = tenant_key(Person, related_name="remarks")
    role = models.CharField(max_length=120)
    page = models.CharField(max_length=200, blank=True)
    words = models.CharField(max_length=LONGEST_REMARK)
    told_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["-told_at", "-pk"]
        constraints = [*wall("teams_remark", "person"), public_ids("teams_remark")]
        indexes = [models.Index(fields=["authority", "status", "-told_at"], name="teams_remark_by_status")]

    def __str__(self) -> str:
        return f"remark {self.public_id}"

    @classmethod
    def tell(cls, words: str, *, page: str, by: Principal, at: datetime) -> Remark:
        person = Person.objects.get(pk=by.person_id or 0)
        remark = cls(person=person, role=by.role_in_words[:120], page=page[:200], words=words, told_at=at)
        return begin(remark, "tell", by=by, at=at)

    def settle(self, *, by: Principal, at: datetime) -> None:
        """The administrator has answered it, mended it, or passed it on."""
        with self.moving("settle", by=by, at=at):
            pass
