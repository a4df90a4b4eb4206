"""Long lists in pages. A cursor is the public id of the last row: nothing is counted, and no number inside is told."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

ROWS, MOST_ROWS = 50, 200


class CursorPages(BasePagination):
    """`?cursor=` and `?limit=`; the answer's `next` is the address of the next page, or null."""

    following: str | None = None

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        limit = _limit(request.query_params.get("limit"))
        after = request.query_params.get("cursor")
        if after:
            queryset = queryset.filter(public_id__gt=_read(after))
        found = list(queryset.order_by("public_id")[: limit + 1])
        if len(found) > limit:
            found = found[:limit]
            cursor = urlsafe_b64encode(found[-1].public_id.bytes).decode().rstrip("=")
            self.following = replace_query_param(request.build_absolute_uri(), "cursor", cursor)
        return found

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.following})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {
            "type": "string",
            "format": "uri",
            "nullable": True,
            "description": "The next page, or null on the last one",
        }
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {"results": schema, "next": address},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": "Where the page begins: take it from `next`",
                "schema": {"type": "string"},
            },
            {
                "name": "limit",
                "in": "query",
                "description": "How many rows a page has",
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": ROWS},
            },
        ]


def _limit(said: str | None) -> int:
    if not said:
        return ROWS
    if not (said.isascii() and said.isdigit() and len(said) < 6 and 1 <= int(said) <= MOST_ROWS):
        raise ValidationError({"limit": [f"Ask for 1 to {MOST_ROWS} rows."]})
    return int(said)


def _read(cursor: str) -> UUID:
    try:
        return UUID(bytes=urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        raise ValidationError({"cursor": ["This is no cursor. Take the address of “next” as it is."]}) from None
