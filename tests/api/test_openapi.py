"""The description that is checked in is the one that the views give, and it leaves no address and no answer out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

from config.api import version_1
from tests.architecture.source import ROOT

CHECKED_IN = ROOT / "docs" / "openapi.yaml"
AGAIN = "manage.py spectacular --file docs/openapi.yaml"


@pytest.fixture(scope="module")
def described() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_what_is_checked_in_is_what_the_views_say(described):
    assert Path(CHECKED_IN).read_bytes() == OpenApiYamlRenderer().render(described), f"Write it again: {AGAIN}"
    validate_schema(described)


def test_every_address_is_described_with_a_sentence(described):
    asked = {
        f"/api/v1/{route.pattern}".replace("<uuid:", "{").replace("<slug:", "{").replace(">", "}")
        for route in version_1
    }
    assert set(described["paths"]) == asked
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description", "").endswith("."), f"{method} {path} says nothing."
            assert operation["security"] == [{"token": []}, {"session": []}]


def test_every_answer_is_described(described):
    always = {"400", "401", "403", "404", "406", "409", "429", "500"}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            missing = (always | ({"412", "413", "415", "422"} if method == "post" else set())) - set(
                operation["responses"]
            )
            assert not missing, f"{method} {path} does not describe {missing}."


def test_the_file_can_be_read_by_others():
    read = yaml.safe_load(CHECKED_IN.read_text(encoding="utf-8"))
    assert read["openapi"].startswith("3.")
