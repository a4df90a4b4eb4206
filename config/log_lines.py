"""How a line of the log is written: what happened, in which request and where, and nothing that anybody typed.

Two ways of writing the same line: JSON for machines that collect it, plain lines for people (LOG_FORMAT). Neither holds
a name, an e-mail address, a token, an address with what stands behind its "?", or the words of an error, which quote
what was typed. What may stand in a line is listed here; everything else stays out, whoever logs it.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterator, Mapping
from copy import copy
from datetime import UTC, date, datetime
from http import HTTPStatus
from traceback import format_tb
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from teams.foundation.numbering import circumstances, request_number

# The token of a link (`/<authority>/l/<token>/`) or of a question (`/<authority>/q/<token>/`), the key of a new
# password or of an invitation, a program's token, and the words of a search, which may be a name. What is left of an
# address in a line that others wrote: it is the finished line that is cleaned.
SECRETS = re.compile(r"(?P<before>/l/|/q/|/password/reset/key/|/check/|[?&]q=|\bals_)[^/\s\"'?&#\\]+")
ADDRESSES = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
# "py" is "py.warnings": written by programmers, about programs.
OURS = ("py", "config", "teams", "schools", "casework", "supervision", "performance", "reports")
# All that a line may carry beside its words: where it happened, and how it ended.
FACTS = ("authority", "route", "method", "status", "milliseconds", "user", "task", "task_id", "state")
PLAIN = (bool, int, float, type(None), uuid.UUID, date)


class DiscreetFormatter(logging.Formatter):
    """Plain lines. `quotes_errors` adds what an error says: for a developer's machine with made-up people only."""

    def __init__(self, *arguments: Any, quotes_errors: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.quotes_errors = quotes_errors

    def format(self, record: logging.LogRecord) -> str:
        return cleaned(super().format(discreet(record)))

    def formatException(self, ei: Any) -> str:
        return super().formatException(ei) if self.quotes_errors else where_it_broke(ei[1])


class DiscreetJsonFormatter(JsonFormatter):
    """One JSON object a line, of facts that are listed."""

    def format(self, record: logging.LogRecord) -> str:
        return cleaned(super().format(discreet(record)))

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        log_data["time"] = datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname
        log_data["logger"] = record.name
        log_data["message"] = record.message
        log_data["request"] = vars(record)["request_number"]
        log_data |= {fact: vars(record)[fact] for fact in FACTS if vars(record).get(fact) is not None}
        if message_dict.get("exc_info"):
            log_data["error"] = message_dict["exc_info"]

    def formatException(self, ei: Any) -> str:
        return where_it_broke(ei[1])


def discreet(record: logging.LogRecord) -> logging.LogRecord:
    """A copy of the record that holds no words of anybody's; other handlers keep the one they were given."""
    told = copy(record)
    told.msg, told.args, told.exc_text, told.stack_info = words_of(record), None, None, None
    # Django writes its own line about a failed request when our middleware has left: the request still knows.
    asked = getattr(record, "request", None)
    told.request_number = str(request_number.get() or getattr(asked, "number", None) or "-")
    for name, value in {**circumstances.get(), **_asked(asked, record)}.items():
        vars(told).setdefault(name, value)
    return told


def words_of(record: logging.LogRecord) -> str:
    """What happened. Of an address only its route's name is told, of others' words only their fixed part."""
    status = getattr(record, "status_code", None)
    if hasattr(record, "request") and status:
        return f"{HTTPStatus(status).phrase}: {route_of(record.request)}"
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    is_ours = record.name.partition(".")[0] in OURS
    if not record.args:
        return record.msg
    arguments: Any
    if isinstance(record.args, Mapping):
        arguments = {name: harmless(value, is_ours) for name, value in record.args.items()}
    else:
        arguments = tuple(harmless(value, is_ours) for value in record.args)
    try:
        return record.msg % arguments
    except (TypeError, ValueError):  # a number was asked for, and we have put a dash in its place
        return record.msg


def harmless(value: object, is_ours: bool) -> object:
    """Numbers as they are; an error by its kind; our own words, for we know what we log; of others' words none."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, str):
        return value if is_ours else "-"
    return type(value).__name__


def where_it_broke(error: BaseException | None) -> str:
    """A traceback without what the errors say: a failed insert quotes its row, a failed conversion what was typed."""
    return "\n".join(
        "".join(["Traceback (most recent call last):\n", *format_tb(each.__traceback__), kind_of(each)])
        for each in _chain(error)
    )


def kind_of(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """From the first cause to the error itself."""
    causes: list[BaseException] = []
    while error is not None and error not in causes:
        causes.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    yield from reversed(causes)


def route_of(request: Any) -> str:
    """The name of the address in our list of addresses: bounded, and without what was typed into it."""
    return getattr(getattr(request, "resolver_match", None), "view_name", "") or "no such address"


def _asked(request: Any, record: logging.LogRecord) -> dict[str, object]:
    if request is None or not hasattr(request, "META"):
        return {}
    authority = getattr(request, "authority", None)
    return {
        "authority": authority.slug if authority is not None else None,
        "route": route_of(request),
        "status": getattr(record, "status_code", None),
    }


def cleaned(line: str) -> str:
    """The last look: no token and no e-mail address, however it came into the line."""
    return ADDRESSES.sub("-", SECRETS.sub(r"\g<before>-", line))
