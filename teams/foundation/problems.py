"""How the API says no: one shape for every refusal, from whichever floor it comes (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from django.http import JsonResponse

from teams.foundation.numbering import request_number

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    detail: str,
    *,
    code: str = "",
    errors: Iterable[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """`detail` says what is wrong and what to do; `errors` name the field that each sentence is about."""
    phrase = HTTPStatus(status).phrase
    said = {
        "type": "about:blank",
        "title": phrase,
        "status": status,
        "detail": detail,
        "code": code or phrase.lower().replace(" ", "_").replace("-", "_"),
        "errors": [dict(each) for each in errors],
        "request": str(request_number.get() or ""),
    }
    return JsonResponse(said, status=status, content_type=MEDIA_TYPE, headers=headers)
