"""Who works in which school, on which days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import Prefetch
from rest_framework import serializers

from schools.api.schools import Named
from schools.models import Placement
from schools.rules.timetable import WEEKDAYS
from teams.foundation.access import COUNCIL_ROLES
from teams.foundation.api.views import ApiView, ListApi, Record, RecordApi
from teams.models import Employment


class DayInSchool(serializers.Serializer):
    """One day of the week in school."""

    weekday = serializers.IntegerField(min_value=0, max_value=len(WEEKDAYS) - 1, help_text="Monday is 0")
    starts = serializers.RegexField(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", help_text="On the clock: 08:30")
    ends = serializers.RegexField(r"^([01][0-9]|2[0-3]):[0-5][0-9]$")


class PlacementRecord(Record):
    """A worker in a school. `post` is told to the council alone."""

    id = serializers.UUIDField(source="public_id")
    school = Named()
    worker = Named(allow_null=True, help_text="Who holds the post; null where it is vacant")
    post = Named(required=False)
    manager = Named()
    lead = Named(allow_null=True, help_text="Who looks after the worker in the school")
    days = DayInSchool(source="timetable", many=True)
    hours_per_week = serializers.DecimalField(max_digits=4, decimal_places=2)
    focus = serializers.CharField()
    room_is_ready = serializers.BooleanField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(Placement.Status.choices)

    def hidden(self, record: Any) -> Iterable[str]:
        return () if self.principal.has(*COUNCIL_ROLES) else ("post",)


class PlacementFilters(django_filters.FilterSet):
    school = django_filters.UUIDFilter("school__public_id")
    status = django_filters.ChoiceFilter(choices=Placement.Status.choices)


class PlacementRows(ApiView):
    family = "placements"
    model = Placement
    serializer_class = PlacementRecord

    def rows(self) -> Any:
        held = Prefetch("post__employments", Employment.objects.select_related("person"))
        found = Placement.objects.visible_to(self.principal).select_related("school", "post", "manager", "lead")
        return found.prefetch_related(held)

    def dressed(self, records: list[Any]) -> list[Any]:
        for placement in records:
            placement.worker = placement.post.holder_on(max(self.today, placement.starts_on))
        return records


class PlacementListApi(PlacementRows, ListApi):
    says = "Who works in which school, as far as this reader's agreements reach."
    filterset_class = PlacementFilters


class PlacementApi(PlacementRows, RecordApi):
    says = "One worker in one school."
