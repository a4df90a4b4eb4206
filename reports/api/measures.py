"""Figures, from the one registry that the pages count by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from reports.measures.figure import Figure, figure_of, figures_of
from reports.measures.measure import EARLIEST, Measure, Reader
from reports.measures.registry import BY_CODE, MEASURES
from teams.foundation.api.files import Column, CsvFile, Kind, XlsxFile, in_file
from teams.foundation.api.views import ApiView, Record
from teams.foundation.errors import NotAllowed


class PartRecord(serializers.Serializer):
    label = serializers.CharField(help_text="An area, a team or a fund")
    text = serializers.CharField(help_text="As it is read; where there is no number, why")
    number = serializers.CharField(allow_null=True, help_text="A count, or pounds to the penny")
    of = serializers.CharField(allow_null=True)


class MeasureRecord(Record):
    """One figure: its words, how it is counted, and its number. Where it is not known, `unknown` says why."""

    code = serializers.CharField()
    words = serializers.CharField(help_text="What stands under the number")
    title = serializers.CharField()
    why = serializers.CharField()
    counted = serializers.CharField(help_text="What is counted")
    out_of = serializers.CharField(help_text="Out of what, or empty")
    source = serializers.CharField()
    period = serializers.CharField()
    suppression = serializers.CharField(help_text="What is too small to be told, or empty")
    target = serializers.IntegerField(allow_null=True, help_text="Per cent that are aimed at")
    where = serializers.CharField(help_text="The authority, an area or a team")
    on = serializers.DateField(help_text="The day that is counted")
    number = serializers.CharField(allow_null=True, help_text="A count, or pounds to the penny; null when unknown")
    of = serializers.CharField(allow_null=True)
    text = serializers.CharField(help_text="As it is read; where there is no number, what stands instead")
    unknown = serializers.CharField(help_text="Why there is no number, and what to do; else empty")
    by = serializers.CharField(help_text="What its parts are: area, team or fund")
    parts = PartRecord(many=True)


class MeasureRows(ApiView):
    family = "measures"
    by_policy = True
    serializer_class = MeasureRecord
    takes = frozenset({"place", "on"})

    def may_read(self, measure: Measure) -> bool:
        return measure.may_be_read_by(self.principal) and (not measure.costs or self.may_read_costs)

    def reader(self) -> Reader:
        """Of the place and the day that the address names. Raises ValidationError."""
        asked, reader = self.request.query_params, Reader(self.principal, self.authority, self.today)
        if asked.get("on"):
            try:
                reader = reader.on(date.fromisoformat(asked["on"]))
            except ValueError:
                raise ValidationError({"on": ["Give a day like 2026-09-04."]}) from None
            if reader.today < EARLIEST:
                raise ValidationError({"on": [f"Give a day from {EARLIEST.isoformat()} on."]})
            if reader.today > self.today:
                raise ValidationError({"on": ["This day is still to come."]})
        if asked.get("place"):
            place = reader.grain.place(asked["place"])
            if place is None:
                raise ValidationError({"place": ["There is no such area or team."]})
            reader = reader.at(place)
        return reader


class MeasureListApi(MeasureRows):
    says = "Every figure that this reader may read, counted over what they may see. As a file: a row for each part."
    is_list = True

    def get_renderers(self) -> list[Any]:
        return [*super().get_renderers(), CsvFile(), XlsxFile()]

    def get(self, request: Any) -> HttpResponseBase:
        reader = self.reader()
        found = figures_of([measure for measure in MEASURES if self.may_read(measure)], reader)
        if request.accepted_renderer.format in (CsvFile.format, XlsxFile.format):
            table = [row for figure in found for row in _in_file(figure)]
            return in_file(self, COLUMNS, table, title="figures")
        return Response(self.get_serializer(found, many=True).data)


class MeasureApi(MeasureRows):
    says = "One figure."

    def get(self, request: Any, code: str) -> Response:
        measure = BY_CODE.get(code)
        if measure is None:
            raise Http404
        if not self.may_read(measure):
            raise NotAllowed("figure.read", code)
        return Response(self.get_serializer(figure_of(measure, self.reader())).data)


COLUMNS = (
    Column("Figure", "code"),
    Column("Words", "words"),
    Column("Where", "where"),
    Column("Day", "on", Kind.DAY),
    Column("Number", "number", Kind.NUMBER),
    Column("Out of", "of", Kind.NUMBER),
    Column("Where there is no number", "unknown"),
    Column("Period", "period"),
    Column("How it is counted", "counted"),
    Column("Out of what", "out_of"),
    Column("Source", "source"),
    Column("Not shown", "suppression"),
)


def _in_file(figure: Figure) -> Iterator[list[Any]]:
    """The figure, then a row for each of its parts: numbers as numbers, in a sheet that can be added up."""
    words = [figure.period, figure.counted, figure.out_of, figure.source, figure.suppression]
    yield [figure.code, figure.words, figure.where, figure.on, figure.number, figure.of, figure.unknown, *words]
    for part in figure.parts:
        why = part.text if part.number is None else ""
        of = part.of if figure.out_of else None
        yield [figure.code, figure.words, part.label, figure.on, part.number, of, why, *words]
