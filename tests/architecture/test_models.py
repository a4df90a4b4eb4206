"""Rules of records (architecture 2, 3, 5): the wall in every Meta, verbs for every move, a policy for every list."""

from __future__ import annotations

import ast
import inspect
from functools import cache

import pytest
from django.apps import apps
from django.db import models

from teams.foundation import access
from teams.foundation.access import Policy, VisibleQuerySet
from teams.foundation.constraints import TenantForeignKey, TenantKey, TenantPolicy
from teams.foundation.models import PublicModel, TenantModel
from teams.foundation.transitions import Root
from tests.architecture.source import APPS, modules

OURS = [model for model in apps.get_models() if model._meta.app_label in APPS]
TENANT = [model for model in OURS if issubclass(model, TenantModel)]
ROOTS = [model for model in OURS if issubclass(model, Root)]
GLOBAL = {"teams.Authority", "teams.User"}


def named(model) -> str:
    return model._meta.label


@pytest.mark.parametrize("model", OURS, ids=named)
def test_a_model_belongs_to_an_authority(model):
    assert issubclass(model, TenantModel) or model._meta.label in GLOBAL, (
        f"{model._meta.label} belongs to no authority: make it a TenantModel (docs/decisions/0002)."
    )


@pytest.mark.parametrize("model", TENANT, ids=named)
def test_a_models_meta_repeats_the_wall(model):
    """Django replaces the abstract list of constraints, so each model says `constraints = [*wall(...), ...]`."""
    constraints = model._meta.constraints
    assert sum(isinstance(each, TenantKey) for each in constraints) == 1, f"{model.__name__}: [*wall(...)] is missing."
    assert sum(isinstance(each, TenantPolicy) for each in constraints) == 1, (
        f"{model.__name__}: [*wall(...)] is missing."
    )
    keyed = {each.field for each in constraints if isinstance(each, TenantForeignKey)}
    references = {
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation and issubclass(field.related_model, TenantModel)
    }
    assert keyed == references, (
        f"{model.__name__}: wall(...) must name {sorted(references)}, and names {sorted(keyed)}."
    )
    assert not model._meta.many_to_many, f"{model.__name__}: a many-to-many table has no authority. Make a model of it."


@pytest.mark.parametrize("model", TENANT, ids=named)
def test_every_constraint_starts_with_its_table(model):
    """So that a message of the database says by itself which record it is about."""
    for constraint in model._meta.constraints:
        assert constraint.name.startswith(model._meta.db_table), f"Call {constraint.name} {model._meta.db_table}_..."


@pytest.mark.parametrize("model", [model for model in TENANT if issubclass(model, PublicModel)], ids=named)
def test_a_public_id_is_shown_and_is_the_authoritys_own(model):
    """Two demo counties of one shape hold the same public ids, so none may be unique over all authorities."""
    field = model._meta.get_field("public_id")
    assert not field.unique, f"{model.__name__}.public_id is unique over all authorities: use public_ids(...)."


@pytest.mark.parametrize("model", ROOTS, ids=named)
def test_a_root_has_a_policy_and_its_lists_go_through_it(model):
    assert type(access.policy_of(model)) is not Policy, (
        f"{model._meta.label} is closed to everybody: register its policy in the app's permissions.py."
    )
    assert isinstance(model._default_manager.all(), VisibleQuerySet), (
        f"{model._meta.label} cannot be asked visible_to: its queryset must be a VisibleQuerySet."
    )


@pytest.mark.parametrize("model", [model for model in ROOTS if hasattr(model, "Status")], ids=named)
def test_a_status_is_text_with_choices(model):
    """An enum of PostgreSQL is not leakproof and could not use an index under the wall."""
    field = model._meta.get_field("status")
    assert isinstance(field, models.CharField)
    assert field.choices == model.Status.choices
    for act, declared in model.MOVES.items():
        named = (declared.sources or frozenset()) | ({declared.target} - {None})
        assert named <= set(model.Status.values), f"{model.__name__}.MOVES[{act!r}] names a status that is not there."


@cache
def acts() -> dict[str, set[str]]:
    """Which acts are named in `begin(..., "act")` and in `x.moving("act")`, by the apps they stand in."""
    found: dict[str, set[str]] = {}
    for name, _, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if called in ("moving", "begin") and words:
                found.setdefault(words[0], set()).add(name)
    return found


@pytest.mark.parametrize("model", ROOTS, ids=named)
def test_every_move_has_its_verb(model):
    """A method of the root, or a function of actions.py: it takes `by` and `at` by name and goes through the guard."""
    assert model.MOVES, f"{model.__name__} has no MOVES: a record without verbs is a PublicModel."
    used = acts()
    for act in model.MOVES:
        method = getattr(model, act, None)
        assert act in used, (
            f"{model.__name__}.MOVES[{act!r}] is used by nobody: write the verb with self.moving({act!r}), or drop it."
        )
        if inspect.isfunction(method):
            parameters = inspect.signature(method).parameters
            for name in ("by", "at"):
                assert name in parameters, f"{model.__name__}.{act} must take {name}=."
                assert parameters[name].kind is inspect.Parameter.KEYWORD_ONLY, f"{name} of {act} must be keyword-only."


def test_no_verb_goes_through_a_move_that_nobody_declared():
    declared = {act for model in ROOTS for act in model.MOVES}
    strangers = {act: sorted(names) for act, names in acts().items() if act not in declared}
    assert not strangers, f"{strangers}: declare the move in MOVES, with its statuses and its refusal."


@pytest.mark.parametrize("model", TENANT, ids=named)
def test_nothing_can_be_told_of_a_row_but_by_its_foreign_keys(model):
    """A generic key names a table and a number, and no composite key of the database can hold it."""
    assert not model._meta.private_fields, f"{model.__name__}: no GenericForeignKey. Hold the row, or its public id."
