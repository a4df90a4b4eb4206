"""Whatever is sent, no answer is a failure of ours, and none is outside of what docs/openapi.yaml describes.

Every address is asked as a manager, an administrator and a head, by a program that makes requests from the description:
right ones, wrong ones, huge numbers, odd letters; half of them about records that are there.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import yaml
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from schools.models import School
from teams.models import Term
from teams.rules.terms import offered_terms
from tests.api.asking import token_of
from tests.api.test_openapi import CHECKED_IN
from tests.crawl.conftest import undone
from tests.factories.agreements import fresh, make_agreement, offered
from tests.factories.authorities import NOW, make_county
from tests.factories.canary_county import make_canary_county

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ROLES = ("manager", "admin", "head")
ODD = [
    "\x00",
    "%00",
    "\ud7ff\u202e\U0001f9ff",
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "' OR 1=1 --",
    "../../etc",
    " ",
    "é" * 300,
]


@pytest.fixture(scope="module")
def _at_one_moment(django_db_setup, django_db_blocker) -> Iterator[None]:
    """One transaction that is never committed, on a day that never changes."""
    patch = pytest.MonkeyPatch()
    patch.setattr(timezone, "now", lambda: NOW)
    cache.clear()
    # A real request closes the connection, and our transaction with it; Django's own test client does the same.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), undone():
        yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    patch.undo()


@pytest.fixture(scope="module")
def small(_at_one_moment) -> Any:
    county = make_county("fenshire")
    with county.inside():
        for term in offered_terms(2026):
            Term.objects.create(
                school_year=2026, season=term.season, starts_on=term.starts_on, ends_on=term.ends_on,
                half_term_starts_on=term.half_term_starts_on, half_term_ends_on=term.half_term_ends_on,
            )  # fmt: skip
        agreement = offered(make_agreement(county), county)
        question = fresh(agreement).ask("Which days?", person=county.people["head"], by=county.as_("head"), at=NOW)
        county.rows |= {"agreement": agreement, "placement": agreement.placement, "question": question}
        county.rows["contact"] = county.oakfield.contacts.first()
    return county


@pytest.fixture(scope="module")
def everything(_at_one_moment) -> Any:
    return make_canary_county("fenshire", "f")


def operations() -> list[Any]:
    described = yaml.safe_load(CHECKED_IN.read_text(encoding="utf-8"))
    described["servers"] = [{"url": "/fenshire"}]
    schema = schemathesis.openapi.from_dict(described)
    schema.app = get_wsgi_application()
    return [found.ok() for found in schema.get_all_operations()]


OPERATIONS = operations()


def attack(county: Any, *, examples: int, roles: tuple[str, ...] = ROLES) -> dict[str, int]:
    """Every operation as every role; returns how often each status was answered."""
    tokens = {role: token_of(county, role, at=NOW) for role in roles}
    with county.inside():
        ids = [str(row.public_id) for row in county.rows.values() if hasattr(row, "public_id")]
        ids += [str(person.public_id) for person in county.people.values()]
        ids += [str(each) for each in School.objects.values_list("public_id", flat=True)]
    seen: dict[str, int] = {}
    for operation in OPERATIONS:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _attack(operation, mode, tokens, ids, examples, seen)
    return seen


def _attack(
    operation: Any, mode: Any, tokens: dict[str, str], ids: list[str], examples: int, seen: dict[str, int]
) -> None:
    dice = random.Random(f"{operation.label} {mode}")  # noqa: S311

    @seed(7)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if "public_id" in (case.path_parameters or {}) and dice.random() < 0.7:
            case.path_parameters["public_id"] = dice.choice(ids)
        if isinstance(case.query, dict) and case.query and dice.random() < 0.3:
            case.query[dice.choice(sorted(case.query))] = dice.choice(ODD)
        if isinstance(case.body, dict) and case.body and dice.random() < 0.3:
            case.body[dice.choice(sorted(case.body))] = dice.choice([*ODD, 10**400, -1, None, [], {}, ids[0]])
        for token in tokens.values():
            with undone():
                response = case.call(headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"})
            seen[str(response.status_code)] = seen.get(str(response.status_code), 0) + 1
            case.validate_response(response, checks=CHECKS)

    ask()


def test_no_answer_fails_or_is_outside_the_description(small):
    seen = attack(small, examples=2, roles=("manager", "admin"))
    assert seen["200"] > 30, seen
    assert {"400", "403", "404", "422"} <= seen.keys(), seen
    assert "500" not in seen


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_no_answer_fails_or_is_outside_the_description_at_length(everything, aloud):
    seen = attack(everything, examples=20, roles=ROLES)
    with aloud():
        print(f"\nanswers by status: {dict(sorted(seen.items()))}")
    assert seen["200"] > 200, seen
    assert "500" not in seen
