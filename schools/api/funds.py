"""The funds that pay for posts beside the schools."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from schools.models import FundingStream
from schools.permissions import FUND_READERS
from teams.foundation.api.files import Column, Kind
from teams.foundation.api.views import ListApi, Record


class FundRecord(Record):
    """A fund of the council: its own budget, or a grant that ends."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    funder = serializers.CharField()
    ends_on = serializers.DateField(allow_null=True)
    posts_paid = serializers.DecimalField(
        max_digits=9, decimal_places=2, help_text="How many whole posts it pays for today"
    )


class FundListApi(ListApi):
    says = "Funds, when each ends, and how many posts it pays for."
    family = "agreements"
    roles = FUND_READERS
    model = FundingStream
    serializer_class = FundRecord
    order = ("name", "pk")
    columns = (
        Column("Fund", "name"),
        Column("Funder", "funder"),
        Column("Ends", "ends_on", Kind.DAY),
        Column("Whole posts it pays for now", "posts_paid", Kind.NUMBER),
    )

    def rows(self) -> Any:
        return FundingStream.objects.visible_to(self.principal).with_posts_paid(self.today)
