"""What the records refuse, and what REST framework refuses, as the one shape of `teams.foundation.problems`."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from rest_framework import exceptions

from teams.foundation import audit
from teams.foundation.api.files import FORMAT, CsvFile, XlsxFile
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.problems import problem
from teams.foundation.views import page_before

logger = logging.getLogger(__name__)

SENTENCES = {
    404: "There is nothing here that you may see.",
    405: "This address does not take this method.",
    406: "This is not given in the format that you asked for.",
    415: "Send JSON, with the header “Content-Type: application/json”.",
    429: "Too many requests. Wait as long as the header “Retry-After” says, then go on.",
}


class Changed(Exception):
    """The record is no longer what the asker has read (If-Match)."""


def answer_to(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """REST framework's EXCEPTION_HANDLER. From 400 up the door rolls back whatever had begun.

    Somebody at a browser who pressed a list's "CSV" reads the same sentence on a page.
    """
    answer = _problem_for(error, context)
    asked = context["request"]
    wants_file = asked.query_params.get(FORMAT) in (CsvFile.format, XlsxFile.format)
    if answer.status_code < 400 or not wants_file or not _is_somebody_at_a_browser(asked._request):
        return answer
    facts = {"sentence": json.loads(answer.content)["detail"], "page_before": page_before(asked._request)}
    page = render(asked._request, "errors/no_file.html", facts, status=answer.status_code)
    if "Retry-After" in answer:
        page["Retry-After"] = answer["Retry-After"]
    return page


def _problem_for(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    request = context["request"]._request
    if isinstance(error, NotAllowed):
        audit.denied(error.verb, by=request.principal, at=timezone.now(), reason=error.subject)
        return problem(403, _not_allowed(error), code="not_allowed")
    if isinstance(error, Refusal):
        if error.field is None:
            return problem(409, error.message, code=error.code)
        return problem(422, error.message, code=error.code, errors=[{"field": error.field, "detail": error.message}])
    if isinstance(error, Changed):
        return problem(412, "Somebody has changed this since you read it. Read it again, then decide.", code="changed")
    if isinstance(error, Http404):
        return problem(404, SENTENCES[404])
    if isinstance(error, PermissionDenied):
        return problem(403, "You may not do this.", code="not_allowed")
    if isinstance(error, exceptions.ValidationError):
        errors = list(_said(error.detail))
        detail = " ".join(dict.fromkeys(each["detail"] for each in errors))
        return problem(400 if request.method in ("GET", "HEAD") else 422, detail, code="invalid", errors=errors)
    if isinstance(error, exceptions.NotAuthenticated) and _is_somebody_at_a_browser(request):
        return redirect_to_login(
            request.get_full_path(), settings.LOGIN_URL
        )  # a page's link to a file, the morning after
    if isinstance(error, exceptions.APIException):
        return _problem_of(error, context)
    logger.error("the API failed at %s", request.path, exc_info=error)
    return problem(500, "Something went wrong here. It is written down; nothing was changed.")


def _is_somebody_at_a_browser(request: HttpRequest) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("Accept", "")


def _not_allowed(error: NotAllowed) -> str:
    if error.verb.startswith("token."):
        family, _, act = error.verb.removeprefix("token.").partition(":")
        return f"This token may not {act} {family}. Make one that may on the page “Tokens”."
    return "You may not do this."


def _problem_of(error: exceptions.APIException, context: Mapping[str, Any]) -> HttpResponse:
    headers: dict[str, str] = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(int(error.wait or 1))
    if isinstance(error, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    sentence = SENTENCES.get(error.status_code, str(error.detail))
    return problem(error.status_code, sentence, headers=headers)


def _said(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    """Every sentence with the field that it is about: "days.0.starts"."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            here = "" if name == "non_field_errors" else str(name)
            yield from _said(inner, ".".join(part for part in (field, here) if part))
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            yield from _said(inner, f"{field}.{number}" if isinstance(inner, Mapping | list) else field)
    else:
        yield {"field": field, "detail": str(detail)}
