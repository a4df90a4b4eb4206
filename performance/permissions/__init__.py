"""Who may see and do what on this floor (domain D.5): one module a topic. Lookups only: no model is imported."""

from __future__ import annotations

from performance.permissions import criteria, reviews, waves


def register() -> None:
    """Give each record its policy."""
    reviews.register()
    waves.register()
    criteria.register()
