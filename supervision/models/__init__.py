"""Supervision's records. The one module that gathers names, because Django looks here."""

from supervision.models.visits import Visit

__all__ = ["Visit"]
