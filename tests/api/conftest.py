from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    """Requests are counted in Valkey, which no transaction rolls back."""
    cache.clear()
