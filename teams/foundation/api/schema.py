"""The OpenAPI description: every address with every answer that it can give, written from the views themselves."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from teams.foundation.api.files import FORMAT, XlsxFile
from teams.foundation.problems import MEDIA_TYPE

# Every answer but the good one, and when it is given.
REFUSALS = {
    "400": "Not understood: what stands in the address, or a body that is no JSON",
    "401": "Nobody is signed in, or the token opens nothing here",
    "403": "This asker, or this token, may not do this",
    "404": "Nothing here that this asker may see",
    "406": "Not given in the format that was asked for",
    "409": "The record stands where this cannot be done; or there are more rows than a file holds",
    "429": "Too many requests in this minute: wait as the header says",
    "500": "Something went wrong; nothing was changed",
}
REFUSALS_OF_VERBS = {
    "412": "The record is no longer what If-Match names",
    "413": "The body is too large",
    "415": "The body is not JSON",
    "422": "Not well-formed, or refused: `errors` names the fields",
}
PROBLEM = {
    "type": "object",
    "description": "Why the answer is no, in one shape everywhere (RFC 9457)",
    "required": ["type", "title", "status", "detail", "code", "errors", "request"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "The status in words"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and what to do, for people"},
        "code": {"type": "string", "description": "The same for programs"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "additionalProperties": False,
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
        "request": {"type": "string", "description": "The request's number in the logs and in the audit"},
    },
}
FILES = ("text/csv", XlsxFile.media_type, "application/pdf")
ETAG = {"description": "What If-None-Match and If-Match compare", "schema": {"type": "string"}}
RETRY_AFTER = {"description": "In seconds", "required": True, "schema": {"type": "integer"}}


class Schema(AutoSchema):
    """What REST framework's views do not say by themselves."""

    def get_operation_id(self) -> str:
        parts = [part for part in self.path.removeprefix("/api/v1/").split("/") if part and not part.startswith("{")]
        kind = "list" if self._is_list_view() else "read"
        return "_".join([*parts, "write" if self.method == "POST" else kind])

    def get_tags(self) -> list[str]:
        return [str(self.view.family)]

    def get_description(self) -> str:
        return str((self.method == "POST" and self.view.says_of_post) or self.view.says)

    def get_summary(self) -> str:
        return self.get_description().partition(". ")[0].rstrip(".")

    def _is_list_view(self, serializer: Any = None) -> bool:
        return bool(self.view.is_list) and self.method == "GET"

    def get_request_serializer(self) -> Any:
        return self.view.body_class if self.method == "POST" else None

    def get_response_serializers(self) -> Any:
        if self.method == "POST":
            return {str(self.view.status_of_success): self.view.serializer_class}
        return self.view.serializer_class

    def get_override_parameters(self) -> list[Any]:
        return []

    def _get_parameters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super()._get_parameters()
        found = [each for each in found if each["name"] != FORMAT]
        if self._is_list_view() and getattr(self.view, "columns", None):
            words = "JSON in pages, or all rows in one file for a spreadsheet"
            found.append(_parameter(FORMAT, "query", words, {"type": "string", "enum": ["json", "csv", "xlsx"]}))
        name, words = ("If-None-Match", "304 to whoever has read this") if self.method == "GET" else ("If-Match", "")
        words = words or "412 where the record is no longer what was read"
        if self.method == "GET" or "{" in self.path:
            found.append(_parameter(name, "header", words, {"type": "string"}))
        return found


def _parameter(name: str, where: str, words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": where, "description": words, "schema": schema}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "teams.foundation.api.doors.ByToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "Made on the page “Tokens”; for one authority"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "teams.foundation.api.doors.BySession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        words = "Somebody signed in at a browser; a change needs the page's own token as well"
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": words}


def finish(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Every operation gets its refusals, its headers, and files where it gives files."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for path in result["paths"].values():
        for method, operation in path.items():
            _finish(operation, is_verb=method == "post")
    return result


def _finish(operation: dict[str, Any], *, is_verb: bool) -> None:
    answers = operation["responses"]
    for status, answer in answers.items():
        content = answer.get("content", {})
        for media_type in content.keys() & set(FILES):
            content[media_type] = {"schema": {"type": "string", "format": "binary"}}
        answer["description"] = answer.get("description") or ("Made" if status == "201" else "As asked")
    if not is_verb and "application/pdf" not in answers["200"]["content"]:
        answers["200"]["headers"] = {"ETag": ETAG}
        answers["304"] = {"description": "It is what If-None-Match names", "headers": {"ETag": ETAG}}
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, words in {**REFUSALS, **(REFUSALS_OF_VERBS if is_verb else {})}.items():
        answers[status] = {"description": words, "content": problem}
    answers["429"] = answers["429"] | {"headers": {"Retry-After": RETRY_AFTER}}
    operation["responses"] = dict(sorted(answers.items()))
