"""Schemes of reviews: for whom, and what each edition says. The steps of a review are the same under all of them."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q

from performance.rules import schemes as rules
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.errors import Refusal
from teams.foundation.models import PublicModel, public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move

WITHDRAWN = "This scheme is no longer used. Make a new one."


class SchemeQuerySet(VisibleQuerySet):
    def in_use(self) -> SchemeQuerySet:
        return self.filter(status=Scheme.Status.IN_USE)

    def for_work(self, employer: str, profession: Any) -> SchemeQuerySet:
        """What holds for somebody of this employer ("" is the council) and profession, the nearest first.

        Another employer's people have their employer's scheme or none: the council's is not put over them (I32, M14).
        """
        fits = Q(profession=profession) | Q(profession=None)
        return self.in_use().filter(fits, employer=employer).order_by(models.F("profession").asc(nulls_last=True))


class Scheme(Root):
    """For the people of one employer, of one profession or of all. What it says stands in its editions."""

    class Status(models.TextChoices):
        IN_USE = "in_use", "Used"
        WITHDRAWN = "withdrawn", "No longer used"

    MOVES = {
        "add": move(),
        "change": move(Status.IN_USE, refusal=WITHDRAWN),
        "withdraw": move(Status.IN_USE, to=Status.WITHDRAWN, refusal=WITHDRAWN),
    }

    name = models.CharField(max_length=120)
    employer = models.CharField(max_length=100, blank=True)  # as teams.Employment has it; empty: the council itself
    profession = tenant_key("teams.Profession", null=True, related_name="schemes")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.IN_USE)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        ordering = ["employer", "name", "pk"]
        constraints = [
            *wall("performance_scheme", "profession"),
            public_ids("performance_scheme"),
            models.UniqueConstraint(
                fields=["authority", "employer", "profession"],
                condition=Q(status="in_use"),
                nulls_distinct=False,
                name="performance_scheme_one_for_each",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def add(
        cls, name: str, content: rules.Content, *, employer: str, profession: Any, by: Principal, at: datetime
    ) -> Scheme:
        """A scheme with its first edition. Raises Refusal, field "content", for what cannot be used."""
        made = begin(cls(name=name, employer=employer, profession=profession), "add", by=by, at=at)
        made._write(content, at)
        return made

    def change(self, name: str, content: rules.Content, *, by: Principal, at: datetime) -> None:
        """A new edition, for reviews that begin from now on. Those that run keep theirs."""
        with self.moving("change", by=by, at=at):
            self.name = name
            self._write(content, at)

    def withdraw(self, *, by: Principal, at: datetime) -> None:
        """No review begins under it any more."""
        with self.moving("withdraw", by=by, at=at):
            pass

    def latest(self) -> SchemeEdition:
        """What a review that begins now goes by."""
        return self.editions.latest("number")

    def _write(self, content: rules.Content, at: datetime) -> None:
        wrong = rules.problems(content)
        if wrong:
            raise Refusal(" ".join(wrong), field="content", code="not_a_scheme")
        number = self.editions.count() + 1
        SchemeEdition(scheme=self, number=number, content=content.as_json(), made_at=at).save(force_insert=True)


class SchemeEdition(PublicModel):
    """What a scheme says from a day on. Written once: a review points at the one that it began with."""

    scheme = tenant_key(Scheme, related_name="editions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    made_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["scheme", "number"]
        constraints = [
            *wall("performance_schemeedition", "scheme"),
            public_ids("performance_schemeedition"),
            AppendOnly(name="performance_schemeedition_once"),
            models.UniqueConstraint(fields=["authority", "scheme", "number"], name="performance_schemeedition_number"),
        ]

    def __str__(self) -> str:
        return f"edition {self.number}"

    @cached_property
    def says(self) -> rules.Content:
        return rules.read(self.content)
