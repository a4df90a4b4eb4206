"""Who pays for a post: funds and schools, by per cent, by date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Sum

from teams.foundation.access import VisibleQuerySet
from teams.foundation.constraints import HundredPerCent, wall
from teams.foundation.models import PublicModel, TenantModel, public_ids, tenant_key


class FundQuerySet(VisibleQuerySet):
    def with_posts_paid(self, day: date) -> FundQuerySet:
        """`posts_paid`: how many whole posts each pays for on this day."""
        held = Q(shares__starts_on__lte=day) & (Q(shares__ends_on=None) | Q(shares__ends_on__gte=day))
        return self.annotate(posts_paid=Sum("shares__percent", filter=held, default=Decimal("0.00")) / 100)


class FundingStream(PublicModel):
    """A fund of the council: its own budget or a grant that ends (L09, L31)."""

    name = models.CharField(max_length=100)
    funder = models.CharField(max_length=100, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = FundQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            *wall("schools_fundingstream"),
            public_ids("schools_fundingstream"),
            models.UniqueConstraint(fields=["authority", "name"], name="schools_fundingstream_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ShareQuerySet(models.QuerySet):
    def on(self, day: date) -> ShareQuerySet:
        """The shares that hold on this day."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))


class Share(TenantModel):
    """What part of a post a payer pays, from a date to a date (BR-07).

    The payer is a fund of the council or a school, never both. All shares of a post come to 100.00 on every date: the
    database holds that when the transaction ends, and the form says it first.
    """

    post = tenant_key("teams.Post", related_name="shares")
    fund = tenant_key(FundingStream, null=True, blank=True, related_name="shares")
    school = tenant_key("schools.School", null=True, blank=True, related_name="shares")
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            *wall("schools_share", "post", "fund", "school"),
            HundredPerCent(name="schools_share_hundred", field="post"),
            models.CheckConstraint(
                condition=Q(fund=None, school__isnull=False) | Q(fund__isnull=False, school=None),
                name="schools_share_one_payer",
            ),
            models.CheckConstraint(condition=Q(percent__gt=0) & Q(percent__lte=100), name="schools_share_percent"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="schools_share_dates"
            ),
            models.UniqueConstraint(
                fields=["authority", "post", "fund", "school", "starts_on"],
                name="schools_share_once_a_day",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "school"], name="schools_share_by_school"),
            models.Index(fields=["authority", "fund"], name="schools_share_by_fund"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % from {self.starts_on}"
