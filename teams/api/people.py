"""People: everybody by name for the council, and how to reach them for those who write to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
from rest_framework import serializers

from teams.actions import people
from teams.actions.authorities import administrator_only
from teams.foundation.access import COUNCIL_ROLES, Role
from teams.foundation.api.fields import Day, OneLine
from teams.foundation.api.files import Column
from teams.foundation.api.views import ActApi, ApiView, ListApi, Record, RecordApi
from teams.models import Person, Team
from teams.permissions import PLANNERS

ROLES = [(role.value, role.label) for role in Role if role in COUNCIL_ROLES]


class HatRecord(serializers.Serializer):
    role = serializers.ChoiceField(Role.choices)
    team = serializers.CharField(source="team.name", allow_null=True, default=None)


class PersonRecord(Record):
    """Somebody. How to reach them is told to managers and administrators, and what they are here to administrators."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    job = serializers.CharField()
    email = serializers.CharField(required=False, help_text="Empty where none is known")
    telephone = serializers.CharField(required=False)
    roles = HatRecord(source="hats", many=True, required=False, help_text="Today's")
    manager = serializers.CharField(source="manager_name", required=False, help_text="Today's line manager")

    def hidden(self, record: Any) -> Iterable[str]:
        is_me = record.pk == self.principal.person_id
        if not (is_me or self.principal.has(*PLANNERS)):
            yield from ("email", "telephone")
        if not self.principal.has(Role.ADMINISTRATOR):
            yield from ("roles", "manager")


class PersonFilters(django_filters.FilterSet):
    at = django_filters.ChoiceFilter(
        method="by_place", choices=[("council", "At the council"), ("schools", "At schools and elsewhere")]
    )
    words = django_filters.CharFilter("name", lookup_expr="icontains", max_length=100, help_text="Part of the name")

    def by_place(self, rows: Any, name: str, value: str) -> Any:
        today = self.request.parser_context["view"].today
        return rows.at_council(today) if value == "council" else rows.elsewhere(today)


class PersonRows(ApiView):
    family = "people"
    model = Person
    serializer_class = PersonRecord

    def rows(self) -> Any:
        return Person.objects.with_roles(self.today).visible_to(self.principal)

    def dressed(self, records: list[Any]) -> list[Any]:
        for person in records:
            person.manager_name = person.managers[0].manager.name if person.managers else ""
        return records


class PersonBody(serializers.Serializer):
    name = OneLine(max_length=120)
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(ROLES)
    starts_on = Day(help_text="The first day of the role")
    job = OneLine(max_length=120, required=False, default="", allow_blank=True)
    telephone = OneLine(max_length=40, required=False, default="", allow_blank=True)
    team = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="A team's id")
    manager = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="A person's id")


class PersonListApi(PersonRows, ListApi, ActApi):
    says = "People: the council's own see everybody, people of schools themselves."
    says_of_post = "One more colleague, with an account and a role from a day on. For administrators."
    http_method_names = ["get", "head", "post"]
    filterset_class = PersonFilters
    body_class = PersonBody
    status_of_success = 201
    order = ("name", "pk")
    columns = (
        Column("Name", "name"),
        Column("Job", "job"),
        Column("Roles", "role_words"),
        Column("Manager", "manager"),
        Column("E-mail address", "email"),
        Column("Telephone number", "telephone"),
    )

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        administrator_only(self.principal, "person.add")
        said = self.said()
        said["team"] = self.choice(Team.objects.all(), "team", said["team"])
        said["manager"] = self.choice(Person.objects.all(), "manager", said["manager"])
        person = people.add_person(**said, by=self.principal, at=self.now)
        return self.tell(self.again(person), 201)

    def choice(self, rows: Any, name: str, public_id: Any) -> Any:
        if public_id is None:
            return None
        found = rows.visible_to(self.principal).filter(public_id=public_id).first()
        if found is None:
            raise serializers.ValidationError({name: [f"There is no such {name}."]})
        return found

    def in_file(self, said: dict[str, Any]) -> dict[str, Any]:
        labels = dict(Role.choices)
        return said | {"role_words": [labels[hat["role"]] for hat in said.get("roles", ())]}


class PersonApi(PersonRows, RecordApi):
    says = "One person."
