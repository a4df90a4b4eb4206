"""Service agreements: where they stand, what they say and cost, and what their manager does about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import Prefetch, Q
from rest_framework import serializers

from schools.actions import agreement_mail, agreements, changes, placements
from schools.api.placements import DayInSchool
from schools.api.schools import Named
from schools.models import Agreement, SchoolContact
from schools.models.signatures import Party, SignedPart, holding
from schools.models.versions import version_shown
from schools.permissions import AGREEMENT_READERS, manages, sees_cost
from teams.foundation.api.fields import Day, OneLine
from teams.foundation.api.files import Column, Kind
from teams.foundation.api.views import ActApi, ApiView, ListApi, Record, RecordApi
from teams.models import Person


class MoneyField(serializers.DecimalField):
    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **more)


class SchoolNamed(Named):
    urn = serializers.CharField()


class VersionRecord(serializers.Serializer):
    """Which text this is. Once sent to sign it is sealed, and never changes."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    sealed_at = serializers.DateTimeField(allow_null=True)


class PriceRecord(serializers.Serializer):
    """What it costs in this period. Told to the council's readers of money, and to the school's own head."""

    whole_year = MoneyField(help_text="The post for a year, all payers together, in pounds")
    percent = serializers.DecimalField(max_digits=5, decimal_places=2, help_text="This school's share on the first day")
    total = MoneyField(help_text="What this school pays in the period, in pounds")


class MonthRecord(serializers.Serializer):
    month = serializers.DateField(help_text="The first of the month")
    amount = MoneyField()


class TermRecord(serializers.Serializer):
    term = serializers.CharField(source="label")
    amount = MoneyField()


class PayerRecord(serializers.Serializer):
    name = serializers.CharField()
    is_school = serializers.BooleanField(help_text="Is it the school of this agreement?")
    percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    total = MoneyField()


class CostRecord(PriceRecord):
    """The same by month and term; `payers` is told to the council alone."""

    months = MonthRecord(many=True)
    terms = TermRecord(many=True)
    payers = PayerRecord(many=True, required=False)


class SignatureRecord(serializers.Serializer):
    party = serializers.ChoiceField(Party.choices)
    part = serializers.ChoiceField(SignedPart.choices)
    name = serializers.CharField()
    signed_at = serializers.DateTimeField()


class QuestionRecord(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    asked_by = Named()
    asked_at = serializers.DateTimeField()
    text = serializers.CharField()
    answer = serializers.CharField(help_text="Empty until somebody has answered")
    answered_at = serializers.DateTimeField(allow_null=True)


class AgreementRecord(Record):
    """Where an agreement stands. `cost` is left out for whoever may not see it."""

    id = serializers.UUIDField(source="public_id")
    school = SchoolNamed(source="placement.school")
    placement = serializers.UUIDField(source="placement.public_id")
    worker = Named(allow_null=True, help_text="Who holds the post; null where it is vacant")
    profession = serializers.CharField(source="placement.post.profession.name")
    manager = Named(source="placement.manager")
    school_year = serializers.IntegerField(help_text="The year in which it begins: 2026 for 2026/27")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(source="last_day")
    status = serializers.ChoiceField(Agreement.Status.choices)
    status_in_words = serializers.CharField()
    is_active = serializers.BooleanField(help_text="Signed by all three and not ended, also while it is changed")
    waits_for = serializers.ListField(child=serializers.ChoiceField(Party.choices))
    sent_on = serializers.DateTimeField(source="offered_at", allow_null=True)
    version = VersionRecord(source="shown")
    cost = PriceRecord(required=False)

    def hidden(self, record: Any) -> Iterable[str]:
        if not record.view_of_cost or not self.may_read_costs or record.cost is None:
            yield "cost"


class AgreementDetail(AgreementRecord):
    """One agreement with what was signed, asked and said."""

    signatures = SignatureRecord(source="held_signatures", many=True)
    questions = QuestionRecord(source="told_questions", many=True)
    declined_because = serializers.CharField(required=False, help_text="Left out for whoever sees no money")
    ended_because = serializers.CharField(required=False, help_text="Left out for whoever sees no money")
    cost = CostRecord(required=False)

    def hidden(self, record: Any) -> Iterable[str]:
        yield from super().hidden(record)
        if not record.view_of_cost:
            yield from ("declined_because", "ended_because")


class AgreementFilters(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(choices=Agreement.Status.choices)
    active = django_filters.BooleanFilter(method="by_active", help_text="Signed by all three and not ended")
    school = django_filters.UUIDFilter("placement__school__public_id")
    school_year = django_filters.NumberFilter(
        field_name="school_year", min_value=2000, max_value=2100, help_text="2026 for 2026/27"
    )
    words = django_filters.CharFilter(
        "placement__school__name", lookup_expr="icontains", max_length=100, help_text="Part of the school's name"
    )

    def by_active(self, rows: Any, name: str, value: bool) -> Any:
        is_active = Q(in_force__isnull=False) & ~Q(status=Agreement.Status.ENDED)
        return rows.filter(is_active if value else ~is_active)


class AgreementRows(ApiView):
    family = "agreements"
    roles = AGREEMENT_READERS
    model = Agreement
    serializer_class: Any = AgreementDetail

    def rows(self) -> Any:
        contacts = Prefetch("placement__school__contacts", SchoolContact.objects.select_related("person"))
        return Agreement.objects.visible_to(self.principal).for_page().prefetch_related(contacts)

    def dressed(self, records: list[Any]) -> list[Any]:
        for agreement in records:
            agreement.worker = agreement.placement.post.holder_on(max(self.today, agreement.starts_on))
            agreement.view_of_cost = sees_cost(self.principal, agreement)
            agreement.shown = version_shown(agreement)
            agreement.cost = cost_in(agreement.shown, agreement.view_of_cost)
        return records

    def fetch(self, rows: Any, public_id: Any) -> Any:
        found = super().fetch(rows, public_id)
        found.authority = self.authority
        return found


def cost_in(version: Any, view: str) -> dict[str, Any] | None:
    """A sealed version's money as this reader may see it; None before it was sent."""
    if not version.is_sealed:
        return None
    sheet, council = version.cost_sheet, version.cost
    money = {name: sheet[name] for name in ("whole_year", "percent", "total", "months", "terms")}
    return money | ({"payers": council["payers"]} if view == "council" else {})


class AgreementListApi(AgreementRows, ListApi):
    says = "Agreements within reach: a manager's own and their team's, a school's own, all of them for those who audit."
    serializer_class = AgreementRecord
    filterset_class = AgreementFilters
    order = ("-school_year", "placement__school__name", "pk")
    columns = (
        Column("School", "school.name"),
        Column("URN", "school.urn"),
        Column("Worker", "worker.name"),
        Column("Profession", "profession"),
        Column("Manager", "manager.name"),
        Column("School year", "school_year", Kind.NUMBER),
        Column("First day", "starts_on", Kind.DAY),
        Column("Last day", "ends_on", Kind.DAY),
        Column("Status", "status_in_words"),
        Column("Waits for", "waits_for"),
        Column("Sent", "sent_on", Kind.MOMENT),
    )


class OneAgreement(AgreementRows):
    """With its signatures and questions, as far as this reader may read them."""

    def dressed(self, records: list[Any]) -> list[Any]:
        for agreement in super().dressed(records):
            sees = agreement.view_of_cost
            held = holding(agreement.signatures.all(), agreement.shown)
            agreement.held_signatures = [each for each in held if sees or each.part == SignedPart.WAY]
            reads_all = sees or manages(self.principal, agreement.placement)
            asked = agreement.questions.select_related("asked_by")
            agreement.told_questions = [
                each for each in asked if reads_all or each.asked_by_id == self.principal.person_id
            ]
        return records


class AgreementApi(OneAgreement, RecordApi):
    says = "One agreement, with what was signed, asked and said."


class AgreementAgainApi(OneAgreement, ActApi):
    says = "Send the link to the headteacher once more. It is the one reminder."

    def act(self, record: Agreement, **said: Any) -> Agreement:
        agreement_mail.send_again(record, by=self.principal, at=self.now)
        return record


class AnswerBody(serializers.Serializer):
    question = serializers.UUIDField()
    text = serializers.CharField(max_length=2000)


class AgreementAnswerApi(OneAgreement, ActApi):
    says = "Answer a question. It is answered once, and whoever asked is told that there is an answer."
    body_class = AnswerBody

    def act(self, record: Agreement, **said: Any) -> Agreement:
        question = record.questions.select_related("asked_by").filter(public_id=said["question"]).first()
        if question is None:
            raise serializers.ValidationError({"question": ["No such question was asked about this agreement."]})
        me = Person.objects.get(pk=self.principal.person_id or 0)
        agreements.answer(record, question, said["text"], person=me, by=self.principal, at=self.now)
        return record


class EndBody(serializers.Serializer):
    on = Day(help_text="The last day")
    reason = OneLine(max_length=300, help_text="In a few words, without the name of a child")


class AgreementEndApi(OneAgreement, ActApi):
    says = "It ends on a day: today or before it is over, later it is notice. With the last one the worker's time ends."
    body_class = EndBody

    def act(self, record: Agreement, **said: Any) -> Agreement:
        changes.end(record, on=said["on"], reason=said["reason"], by=self.principal, at=self.now)
        return record


class DaysBody(serializers.Serializer):
    days = DayInSchool(many=True, max_length=20, help_text="All days of a week in this school")
    starts_on = Day(required=False, help_text="Left out, the first day stays as it is")
    focus = OneLine(max_length=300, required=False, allow_blank=True)
    room_is_ready = serializers.BooleanField(required=False)

    def validate_days(self, days: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if any(day["starts"] >= day["ends"] for day in days):
            raise serializers.ValidationError("Each day must end after it starts.")
        if len({day["weekday"] for day in days}) < len(days):
            raise serializers.ValidationError("Say each weekday once.")
        return days


class AgreementDaysApi(OneAgreement, ActApi):
    says = "Other days in school, while the agreement is being written."
    body_class = DaysBody

    def act(self, record: Agreement, **said: Any) -> Agreement:
        placement = record.placement
        days = placements.Days(
            timetable=said["days"],
            starts_on=said.get("starts_on", placement.starts_on),
            focus=said.get("focus", placement.focus),
            room_is_ready=said.get("room_is_ready", placement.room_is_ready),
            lead=placement.lead,
        )
        placements.change_days(record, days, by=self.principal, at=self.now)
        return record
