"""A morning in September on which people are asked what they think."""

from __future__ import annotations

import pytest

from tests.factories.authorities import NOW


@pytest.fixture
def tuesday(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
