"""What if: the four figures of what there is and of what is tried out; as a file, every line that they come from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from schools.actions.ahead import years_ahead
from schools.actions.what_if import MOST_BESIDE, Tried, Trying, day_of_workers
from schools.actions.what_if_lines import lines_of
from schools.models import WhatIf
from schools.permissions import EVERY_AGREEMENT
from teams.foundation.api.files import Column, CsvFile, Kind, XlsxFile, in_file
from teams.foundation.api.views import ApiView, Record
from teams.foundation.errors import NotAllowed
from teams.rules.calendar import school_year_label

THERE_IS = "What there is"


class WhatIfRecord(Record):
    """The four figures of a plan in one school year."""

    name = serializers.CharField(help_text="“What there is”, or the name of a what-if")
    school_year = serializers.CharField()
    county = serializers.DecimalField(max_digits=12, decimal_places=2, help_text="What funds pay, in pounds")
    nobody = serializers.DecimalField(max_digits=12, decimal_places=2, help_text="What nobody pays yet, in pounds")
    schools = serializers.DecimalField(max_digits=12, decimal_places=2, help_text="What schools pay, in pounds")
    with_worker = serializers.IntegerField(help_text="Schools with a worker")
    highest_without = serializers.IntegerField(
        allow_null=True, help_text="Schools of highest need without a worker; null where it is not known to the asker"
    )
    workers_on = serializers.DateField(help_text="The day on which schools are counted")


COLUMNS = (
    Column("Plan", "plan"),
    Column("School year", "school_year"),
    Column("Month", "month", Kind.DAY),
    Column("Post", "post"),
    Column("Who pays", "kind"),
    Column("Payer", "payer"),
    Column("Pounds", "amount", Kind.MONEY),
    Column("Grade", "grade"),
    Column("Pay point", "point", Kind.NUMBER),
    Column("Hours a week", "hours", Kind.NUMBER),
    Column("Term time only", "term_time"),
    Column("Whole-time salary", "salary", Kind.MONEY),
    Column("Rate since", "rate_since", Kind.DAY),
    Column("On-costs in per cent", "on_costs", Kind.NUMBER),
    Column("What the post costs", "working"),
)


class WhatIfApi(ApiView):
    says = "Up to four what-ifs beside what there is. As a file: every post, month and payer, with pay point and rate."
    family = "agreements"
    roles = frozenset(EVERY_AGREEMENT)
    serializer_class = WhatIfRecord
    is_list = True
    takes = frozenset({"school_year", "what_if"})

    def get_renderers(self) -> list[Any]:
        return [*super().get_renderers(), CsvFile(), XlsxFile()]

    def get(self, request: Any) -> HttpResponseBase:
        if not self.may_read_costs:
            raise NotAllowed("whatif.read", "costs")
        year = self.year()
        trying = Trying(self.principal, self.authority, self.today, since=year, only=year)
        plans: list[tuple[str, Tried]] = [(THERE_IS, trying.there_is)]
        for each in self.chosen():
            plans.append((each.name, trying.with_changes(list(each.changes.all()))))
        if request.accepted_renderer.format in (CsvFile.format, XlsxFile.format):
            lines = (line for name, tried in plans for line in lines_of(name, tried, trying.county, year))
            table = [[getattr(line, column.path) for column in COLUMNS] for line in lines]
            return in_file(self, COLUMNS, table, title="what if", verb="whatif.export")
        found = [
            {"name": name, "school_year": school_year_label(year), "workers_on": day_of_workers(year)}
            | trying.figures(tried, year)._asdict()
            for name, tried in plans
        ]
        return Response(self.get_serializer(found, many=True).data)

    def year(self) -> int:
        """Raises ValidationError."""
        known = years_ahead(self.today)
        asked = self.request.query_params.get("school_year", str(known[1]))
        kept = WhatIf.objects.visible_to(self.principal).kept().values_list("school_year", flat=True)
        if asked not in {str(each) for each in (*known, *kept)}:
            raise ValidationError({"school_year": ["Give the year in which it starts, like 2027."]})
        return int(asked)

    def chosen(self) -> list[WhatIf]:
        """Raises ValidationError for more than four, or one that is not there for this asker."""
        asked = self.request.query_params.getlist("what_if")
        wrong = ValidationError({"what_if": [f"Give at most {MOST_BESIDE} ids of what-ifs that you may read."]})
        if len(asked) > MOST_BESIDE:
            raise wrong
        try:
            keys = [UUID(each) for each in asked]
        except ValueError:
            raise wrong from None
        found = WhatIf.objects.visible_to(self.principal).kept().filter(public_id__in=keys).for_page() if keys else ()
        rows = {each.public_id: each for each in found}
        if any(key not in rows for key in keys):
            raise wrong
        return [rows[key] for key in keys]
