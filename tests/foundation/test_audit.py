"""The one history: who, which role, which record, which fields. Never a value and never a name (architecture 5)."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schools.models import School
from teams.foundation import audit
from teams.foundation.access import Principal, Role, system
from teams.foundation.audit import AuditEvent
from teams.foundation.transitions import Root
from tests.factories.authorities import NOW, TODAY

pytestmark = pytest.mark.django_db

ROOTS = [model for model in apps.get_models() if issubclass(model, Root)]
LINK = SimpleNamespace(purpose="agreement.sign")


@pytest.fixture
def county(fenshire):
    with fenshire.inside():
        yield fenshire


def text_of_events() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(e)::text, '') FROM teams_auditevent e")
        return cursor.fetchone()[0] or ""


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.from_regex(r"[A-Z][a-z]{6,12}ia", fullmatch=True), min_size=4, max_size=4, unique=True))
def test_no_value_that_a_verb_writes_gets_into_its_event(county, words):
    """Any words, into four columns at once: the event names the columns."""
    columns = ["name", "street", "town", "trust"]
    with transaction.atomic():
        school = School.objects.get(pk=county.oakfield.pk)
        with school.moving("set_area", by=county.as_("admin"), at=NOW):
            for column, word in zip(columns, words, strict=True):
                setattr(school, column, word)
        assert AuditEvent.objects.latest("pk").changed == columns
        written = text_of_events()
        assert not [word for word in (*words, county.people["admin"].name, "Fenshire", "@") if word in written]
        transaction.set_rollback(True)


@pytest.mark.parametrize("model", ROOTS, ids=lambda model: model.__name__)
def test_an_event_has_no_room_for_a_value(model):
    """`changed` holds names of fields, so none may be so long that it is cut, nor look like a value."""
    for field in model._meta.concrete_fields:
        assert len(field.name) <= AuditEvent._meta.get_field("changed").base_field.max_length
    for act in model.MOVES:
        assert len(f"{model._meta.model_name}.{act}") <= AuditEvent._meta.get_field("verb").max_length


@pytest.mark.parametrize(
    ("principal", "role"),
    [
        (
            Principal(kind="membership", name="Hetty Fenshire", roles=frozenset({Role.WORKER, Role.TEAM_MANAGER})),
            "team_manager, worker",
        ),
        (Principal(kind="membership", name="Hetty Fenshire"), "membership"),
        (Principal(kind="nobody", name="Hetty Fenshire"), "nobody"),
        (Principal(kind="link", name="Hetty Fenshire", link=LINK), "link: agreement.sign"),
        (system("add_authority", today=TODAY), "system: add_authority"),
    ],
)  # fmt: skip
def test_a_role_is_written_and_a_name_is_not(principal, role):
    assert audit.event("x", by=principal, at=NOW).role == role


def test_an_event_carries_the_number_of_its_request(fenshire, client_for):
    answer = client_for(fenshire, "head").get(f"/fenshire/set-up/?{uuid.uuid4()}")
    assert answer.status_code == 403
    with fenshire.inside():
        event = AuditEvent.objects.get()
    assert str(event.request) == answer["X-Request-Number"]
    assert (event.verb, event.denied, event.user) == ("page.SetUpPage", True, fenshire.users["head"])


def test_the_history_of_a_record_is_what_happened_to_it_newest_first(county):
    manager = county.as_("manager")
    for act in ("first", "second"):
        audit.record(f"school.{act}", by=manager, at=NOW, subjects=[county.oakfield])
    audit.record("school.other", by=manager, at=NOW, subjects=[county.beech])
    audit.record("school.both", by=manager, at=NOW, subjects=[county.oakfield, county.beech])
    audit.event("school.read", by=manager, at=NOW, subjects=[county.oakfield], denied=True).save()
    assert [event.verb for event in audit.history_of(county.oakfield)] == [
        "school.both",
        "school.second",
        "school.first",
    ]


def test_a_denied_attempt_outside_every_scope_is_a_mistake_of_ours(db):
    with pytest.raises(RuntimeError, match="outside"):
        audit.denied("x", by=system("x", today=TODAY), at=NOW)


def test_the_audit_of_another_authority_cannot_be_read_or_written(fenshire, moorland):
    with moorland.inside():
        audit.record("school.read", by=moorland.as_("manager"), at=NOW)
    with fenshire.inside():
        assert not AuditEvent.objects.exists()
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            AuditEvent.objects.create(at=NOW, role="x", verb="x", authority_id=moorland.authority.pk)
