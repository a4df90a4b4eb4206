"""What the rules of the house are read from: the database's own catalogue, and the source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def catalogue(db) -> Ask:
    """`catalogue("SELECT ... FROM pg_class ...")`: rows, as the app role reads them."""

    def ask(question: str, *values: object) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(question, values or None)
            return cursor.fetchall()

    return ask
