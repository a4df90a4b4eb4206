"""Figures, from the one registry that the pages count by."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.response import Response

from reports.measures.measure import Measure, Reader
from reports.measures.registry import BY_CODE, MEASURES
from teams.foundation.api.views import ApiView, Record
from teams.foundation.errors import NotAllowed


class SliceRecord(serializers.Serializer):
    label = serializers.CharField()
    number = serializers.CharField(help_text="A count, or pounds to the penny")
    of = serializers.CharField()


class MeasureRecord(Record):
    """One figure: its words, how it is counted, and today's number. Where it is not known, `unknown` says why."""

    code = serializers.CharField()
    words = serializers.CharField(help_text="What stands under the number")
    why = serializers.CharField()
    counted = serializers.CharField(help_text="What is counted")
    out_of = serializers.CharField(help_text="Out of what, or empty")
    source = serializers.CharField()
    period = serializers.CharField()
    number = serializers.CharField(allow_null=True, help_text="A count, or pounds to the penny; null when unknown")
    of = serializers.CharField(allow_null=True)
    unknown = serializers.CharField(help_text="Why there is no number, and what to do; else empty")
    by = serializers.CharField(help_text="What its parts are: areas or funds")
    parts = SliceRecord(many=True)


class MeasureRows(ApiView):
    family = "measures"
    by_policy = True
    serializer_class = MeasureRecord

    def may_read(self, measure: Measure) -> bool:
        return measure.may_be_read_by(self.principal) and (measure.by != "fund" or self.may_read_costs)

    def counted(self, measure: Measure, reader: Reader) -> dict[str, Any]:
        answer = measure.look(reader)
        is_known = not answer.unknown
        words = {name: getattr(measure, name) for name in ("code", "words", "why", "counted", "out_of", "source", "by")}
        return words | {
            "period": measure.period(reader),
            "number": str(answer.number) if is_known else None,
            "of": str(answer.of) if is_known and answer.of is not None else None,
            "unknown": answer.unknown,
            "parts": [{"label": each.label, "number": str(each.number), "of": str(each.of)} for each in answer.slices],
        }

    def reader(self) -> Reader:
        return Reader(self.principal, self.authority, self.today)


class MeasureListApi(MeasureRows):
    says = "Every figure that this reader may read, counted over what they may see."
    is_list = True

    def get(self, request: Any) -> Response:
        reader = self.reader()
        found = [self.counted(measure, reader) for measure in MEASURES if self.may_read(measure)]
        return Response(self.get_serializer(found, many=True).data)


class MeasureApi(MeasureRows):
    says = "One figure."

    def get(self, request: Any, code: str) -> Response:
        measure = BY_CODE.get(code)
        if measure is None:
            raise Http404
        if not self.may_read(measure):
            raise NotAllowed("figure.read", code)
        return Response(self.get_serializer(self.counted(measure, self.reader())).data)
