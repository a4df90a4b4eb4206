"""How much each part of a school's need counts, decided by a senior manager, with the reason (H94)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F

from schools.rules.need import WHOLE, Weights
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.errors import Refusal
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.models import Authority


class NeedWeightsQuerySet(VisibleQuerySet):
    def latest_by(self, day: date) -> NeedWeightsQuerySet:
        """What had been decided by this day, the newest first: the first of them holds on it."""
        return self.filter(starts_on__lte=day).order_by("-starts_on", "-pk")


class NeedWeights(Root):
    """Whole points that come to 100, from a day on. Never edited: a new row takes the place of the one before."""

    MOVES = {"decide": move()}

    free_meals = models.PositiveSmallIntegerField("free meals")
    absence = models.PositiveSmallIntegerField("persistent absence")
    sen_support = models.PositiveSmallIntegerField("SEN support")
    plans = models.PositiveSmallIntegerField("EHC plans")
    starts_on = models.DateField()
    why = models.CharField(max_length=200)
    set_by = tenant_key("teams.Person", related_name="+")
    set_at = models.DateTimeField()

    objects = NeedWeightsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "need weights"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            *wall("schools_needweights", "set_by"),
            public_ids("schools_needweights"),
            AppendOnly(name="schools_needweights_once"),
            models.CheckConstraint(
                condition=models.Q(free_meals=WHOLE - F("absence") - F("sen_support") - F("plans")),
                name="schools_needweights_whole",
            ),
        ]
        indexes = [models.Index(fields=["authority", "-starts_on"], name="schools_needweights_by_day")]

    def __str__(self) -> str:
        return f"weights of need from {self.starts_on}"

    @property
    def value(self) -> Weights:
        """As the rules read it."""
        return Weights(self.free_meals, self.absence, self.sen_support, self.plans)

    @staticmethod
    def not_whole(weights: Weights) -> str:
        """What to say of weights that do not come to 100."""
        return f"The weights come to {weights.total}. They must come to {WHOLE}."

    @classmethod
    def decide(cls, weights: Weights, *, why: str, person: Any, by: Principal, at: datetime) -> NeedWeights:
        """These weights count from today on. Raises Refusal where they do not come to 100 (field "plans"), or nobody
        says why (field "why")."""
        if min(weights) < 0 or weights.total != WHOLE:
            raise Refusal(cls.not_whole(weights), field="plans", code="not_100")
        if not why.strip():
            raise Refusal(
                "Say in one line why the weights are these. Readers of the list see it.", field="why", code="why"
            )
        made = cls(**weights._asdict(), starts_on=by.today, why=why.strip(), set_by=person, set_at=at)
        with transaction.atomic():
            Authority.one_at_a_time()  # the same press twice decides once
            last = cls.objects.latest_by(by.today).first()
            if last is not None and _says(last) == _says(made):
                return last
            return begin(made, "decide", by=by, at=at)


def _says(decided: NeedWeights) -> tuple[Any, ...]:
    return decided.value, decided.why, decided.starts_on, decided.set_by_id
