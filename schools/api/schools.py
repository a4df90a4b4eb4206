"""Schools and who speaks for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef
from rest_framework import serializers

from schools.actions import contacts
from schools.models import Placement, School, SchoolContact
from schools.models.schools import is_open_on
from schools.permissions import ContactPolicy
from teams.foundation.access import COUNCIL_ROLES, Role
from teams.foundation.api.fields import OneLine
from teams.foundation.api.files import Column, Kind
from teams.foundation.api.views import ActApi, ApiView, ListApi, Record, RecordApi
from teams.models import Area

CONTACTS = ContactPolicy()
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.TEAM_MANAGER, Role.SENIOR_MANAGER})
NO_AREA = "none"


class Named(serializers.Serializer):
    """Another record, by its id and its name."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


class SchoolRecord(Record):
    """A school as the government knows it. Areas are the council's own."""

    id = serializers.UUIDField(source="public_id")
    urn = serializers.CharField(help_text="Its number in the government's register")
    name = serializers.CharField()
    laestab = serializers.CharField(help_text="Seven figures, or empty")
    phase = serializers.CharField()
    type = serializers.CharField()
    status = serializers.ChoiceField(School.Status.choices)
    is_open = serializers.BooleanField(help_text="Open, also where it is proposed to close")
    opened_on = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)
    lowest_age = serializers.IntegerField(source="low_age", allow_null=True)
    highest_age = serializers.IntegerField(source="high_age", allow_null=True)
    trust = serializers.CharField()
    address = serializers.ListField(source="address_lines", child=serializers.CharField())
    town = serializers.CharField()
    postcode = serializers.CharField()
    easting = serializers.IntegerField(allow_null=True)
    northing = serializers.IntegerField(allow_null=True)
    area = Named(allow_null=True, required=False)

    def hidden(self, record: Any) -> Iterable[str]:
        return () if self.principal.has(*COUNCIL_ROLES) else ("area",)


class ContactRecord(Record):
    """Somebody who speaks for a school."""

    id = serializers.UUIDField(source="public_id")
    school = Named()
    person = Named()
    kind = serializers.ChoiceField(SchoolContact.Kind.choices)
    job = serializers.CharField(source="person.job")
    email = serializers.CharField(source="person.email", help_text="Empty where none is known")
    telephone = serializers.CharField(source="person.telephone")
    state = serializers.CharField(source="state_in_words", help_text="Confirmed, Not confirmed or Mail came back")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class SchoolFilters(django_filters.FilterSet):
    urn = django_filters.CharFilter(max_length=8, help_text="Exactly this number")
    words = django_filters.CharFilter(method="by_words", max_length=100, help_text="Part of the name, or a number")
    phase = django_filters.CharFilter(max_length=100)
    area = django_filters.CharFilter(method="by_area", max_length=36, help_text="An area's id, or “none”")
    open = django_filters.BooleanFilter(method="by_open", help_text="Open today")
    worker = django_filters.BooleanFilter(method="by_worker", help_text="With a worker in it today")

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        return rows.named_like(value)

    def by_area(self, rows: Any, name: str, value: str) -> Any:
        if value == NO_AREA:
            return rows.filter(area=None)
        return rows.filter(area__public_id=serializers.UUIDField().run_validation(value))

    def by_open(self, rows: Any, name: str, value: bool) -> Any:
        is_open = is_open_on(self.request.parser_context["view"].today)
        return rows.filter(is_open if value else ~is_open)

    def by_worker(self, rows: Any, name: str, value: bool) -> Any:
        today = self.request.parser_context["view"].today
        has_worker = Exists(Placement.objects.on(today).filter(school=OuterRef("pk")))
        return rows.filter(has_worker if value else ~has_worker)


class SchoolRows(ApiView):
    family = "schools"
    model = School
    serializer_class = SchoolRecord

    def rows(self) -> Any:
        return School.objects.visible_to(self.principal).select_related("area")


class SchoolListApi(SchoolRows, ListApi):
    says = "Schools: the council's own people see all of them, a headteacher or in-school lead their own."
    filterset_class = SchoolFilters
    order = ("name", "pk")
    columns = (
        Column("URN", "urn"),
        Column("LAESTAB", "laestab"),
        Column("School", "name"),
        Column("Phase", "phase"),
        Column("Type", "type"),
        Column("Status", "status"),
        Column("Open", "is_open"),
        Column("Opened", "opened_on", Kind.DAY),
        Column("Closed", "closed_on", Kind.DAY),
        Column("Lowest age", "lowest_age", Kind.NUMBER),
        Column("Highest age", "highest_age", Kind.NUMBER),
        Column("Area", "area.name"),
        Column("Town", "town"),
        Column("Postcode", "postcode"),
        Column("Trust", "trust"),
    )


class SchoolApi(SchoolRows, RecordApi):
    says = "One school."


class AreaBody(serializers.Serializer):
    area = serializers.UUIDField(allow_null=True, help_text="An area's id, or null for none")


class SchoolAreaApi(SchoolRows, ActApi):
    says = "Put a school into an area, or into none."
    roles = frozenset({Role.ADMINISTRATOR})
    body_class = AreaBody

    def act(self, record: School, **said: Any) -> School:
        area = None
        if said["area"] is not None:
            area = Area.objects.visible_to(self.principal).filter(public_id=said["area"]).first()
            if area is None:
                raise serializers.ValidationError({"area": ["There is no such area."]})
        record.set_area(area, by=self.principal, at=self.now)
        return record


class ContactFilters(django_filters.FilterSet):
    school = django_filters.UUIDFilter("school__public_id")
    kind = django_filters.ChoiceFilter(choices=SchoolContact.Kind.choices)
    state = django_filters.ChoiceFilter(
        method="by_state", choices=[("unconfirmed", "Not confirmed"), ("bounced", "Mail came back")]
    )
    words = django_filters.CharFilter(
        method="by_words", max_length=100, help_text="Part of the name of person or school, or a URN"
    )

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        return rows.unconfirmed().filter(bounced_at=None) if value == "unconfirmed" else rows.bounced()

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        return rows.named_like(value)


class ContactRows(ApiView):
    family = "schools"
    model = SchoolContact
    serializer_class = ContactRecord
    roles = KEEPERS

    def rows(self) -> Any:
        current = SchoolContact.objects.visible_to(self.principal).current(self.today)
        return current.select_related("person", "school")


class ContactListApi(ContactRows, ListApi):
    says = "Who speaks for the schools, today or from a later day on."
    filterset_class = ContactFilters
    order = ("school__name", "kind", "pk")
    columns = (
        Column("School", "school.name"),
        Column("Name", "person.name"),
        Column("What they are to the school", "kind"),
        Column("Job", "job"),
        Column("E-mail address", "email"),
        Column("Telephone number", "telephone"),
        Column("State", "state"),
        Column("From", "starts_on", Kind.DAY),
        Column("To", "ends_on", Kind.DAY),
    )


class ContactApi(ContactRows, RecordApi):
    says = "One contact."


class ContactBody(serializers.Serializer):
    name = OneLine(max_length=120)
    email = serializers.EmailField(max_length=254)
    job = OneLine(max_length=120, required=False, default="", allow_blank=True)
    telephone = OneLine(max_length=40, required=False, default="", allow_blank=True)


class NewContactBody(ContactBody):
    kind = serializers.ChoiceField(SchoolContact.Kind.choices)


class ContactAddApi(ContactRows, ActApi):
    says = (
        "Somebody speaks for a school from today on, unconfirmed. The same name again adds nothing; at another address "
        "it is a change of address; a new headteacher takes the place of the one before."
    )
    body_class = NewContactBody
    status_of_success = 201

    def post(self, request: Any, public_id: Any) -> Any:
        school = self.fetch(School.objects.all(), public_id)
        contact, _ = contacts.add(school, **self.said(), by=self.principal, at=self.now)
        return self.tell(self.again(contact), 201)


class ContactChangeApi(ContactRows, ActApi):
    says = "The same person with another name, address, job or number. A new address is to be confirmed again."
    body_class = ContactBody

    def act(self, record: SchoolContact, **said: Any) -> SchoolContact:
        contacts.change(record, **said, by=self.principal, at=self.now)
        return record


class ContactConfirmApi(ContactRows, ActApi):
    says = "Somebody has rung or met them, and the address is right."

    def act(self, record: SchoolContact, **said: Any) -> SchoolContact:
        contacts.confirm(record, by=self.principal, at=self.now)
        return record


class ContactEndApi(ContactRows, ActApi):
    says = "They speak for the school no longer: access and open links end at this moment. Tells of them as they were."

    def act(self, record: SchoolContact, **said: Any) -> SchoolContact:
        contacts.end(record, by=self.principal, at=self.now)
        return record

    def again(self, record: Any) -> Any:
        return record  # it has left the list by now
