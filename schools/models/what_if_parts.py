"""Who pays which part of a post that a what-if adds, where somebody has said it (S3)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from schools.rules.plans import Payer
from teams.foundation import words
from teams.foundation.constraints import SealedWith, wall
from teams.foundation.models import TenantModel, tenant_key


class WhatIfPart(TenantModel):
    """A fund or a school, and its per cent. The parts of one change come to 100.00 (what_if.are_whole of the rules)."""

    what_if = tenant_key("schools.WhatIf", related_name="+")
    change = tenant_key("schools.WhatIfChange", related_name="parts", on_delete=models.CASCADE)
    fund = tenant_key("schools.FundingStream", null=True, related_name="+")
    school = tenant_key("schools.School", null=True, related_name="+")
    percent = models.DecimalField(max_digits=5, decimal_places=2)

    objects = models.Manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            *wall("schools_whatifpart", "what_if", "change", "fund", "school"),
            SealedWith(name="schools_whatifpart_sealed", field="what_if"),
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="schools_whatifpart_percent"),
            models.CheckConstraint(
                condition=Q(fund=None, school__isnull=False) | Q(fund__isnull=False, school=None),
                name="schools_whatifpart_one_payer",
            ),
            models.UniqueConstraint(fields=["authority", "change", "fund"], name="schools_whatifpart_fund_once"),
            models.UniqueConstraint(fields=["authority", "change", "school"], name="schools_whatifpart_school_once"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} per cent"

    @property
    def payer(self) -> Payer:
        """As the rules read it."""
        return Payer("fund", self.fund_id) if self.fund_id is not None else Payer("school", self.school_id or 0)

    @property
    def row(self) -> Any:
        return self.fund or self.school

    @property
    def in_words(self) -> str:
        return f"{self.row.name} {words.percent(self.percent)}"

    def copy_for(self, change: Any) -> WhatIfPart:
        return WhatIfPart(
            what_if=change.what_if, change=change, fund=self.fund, school=self.school, percent=self.percent
        )
