"""Who sets a county up."""

from __future__ import annotations

import pytest


@pytest.fixture
def admin(fenshire, client_for):
    """The administrator of a county whose doors are still shut."""
    fenshire.authority.refresh_from_db()
    with fenshire.inside():
        fenshire.authority.doors_opened_at = None
        fenshire.authority.save()
    return client_for(fenshire, "admin")
