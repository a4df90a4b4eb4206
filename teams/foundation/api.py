"""Bases of the API. Closed unless opened: the first routes come with the front door."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission


class Nobody(BasePermission):
    """The default permission: a view that does not say who may come in lets nobody in."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return False
