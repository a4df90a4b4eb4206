"""Can a school keep its share next year? The question as it went to the school's head (journey S3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move


class ShareQuestion(Root):
    """One school, asked about the school year that starts in September of `school_year`. What it says are `NextYear`
    rows, a post each.

    `person` is the head who was asked last, and `asked_by` who asked.
    """

    MOVES = {"ask": move(), "ask_again": move(), "answer": move()}

    school = tenant_key("schools.School", related_name="share_questions")
    school_year = models.PositiveSmallIntegerField()
    person = tenant_key("teams.Person", related_name="+")
    asked_by = tenant_key("teams.Person", related_name="+")
    asked_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            *wall("schools_sharequestion", "school", "person", "asked_by"),
            public_ids("schools_sharequestion"),
            models.UniqueConstraint(fields=["authority", "school", "school_year"], name="schools_sharequestion_once"),
        ]

    def __str__(self) -> str:
        return f"question about {self.school_year}"

    @classmethod
    def ask(
        cls, school: Any, school_year: int, person: Any, *, asked_by: Any, by: Principal, at: datetime
    ) -> ShareQuestion:
        made = cls(school=school, school_year=school_year, person=person, asked_by=asked_by, asked_at=at)
        return begin(made, "ask", by=by, at=at)

    def ask_again(self, person: Any, *, asked_by: Any, by: Principal, at: datetime) -> None:
        """A reminder, or the question to somebody who heads the school only now."""
        with self.moving("ask_again", by=by, at=at):
            self.person, self.asked_by, self.asked_at = person, asked_by, at

    def answer(self, *, by: Principal, at: datetime, reason: str = "") -> None:
        """What the school said is written down with its posts; this is the event that somebody said it here."""
        with self.moving("answer", by=by, at=at, reason=reason):
            pass
