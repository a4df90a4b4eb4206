"""Where a line may break inside an address or a number: on a phone neither is cut in the middle of a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

FOUND = re.compile(
    r"(?P<name>[^\s@<>(),;:\"'&]+)@(?P<house>[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<number>(?<![\w.])\+?\d{3,5}(?: \d{3,6}){1,3}(?![\w.,]?\d))"
)
MAYBE = re.compile(r"@|\d{3}")


def breaks(text: Any) -> Any:
    """An e-mail address may break before its "@" and its dots, a telephone number nowhere. Markup stays as it is."""
    if hasattr(text, "__html__"):
        return text
    words = str(text)
    # Most cells of most tables have nothing to put together, and there are hundreds on a page: a look, and no more.
    if MAYBE.search(words) is None or FOUND.search(words) is None:
        return SafeString(escape(words))
    return format_html_join("", "{}", ((part,) for part in _parts(words)))


def _parts(text: str) -> Iterator[str]:
    end = 0
    for found in FOUND.finditer(text):
        yield text[end : found.start()]
        end = found.end()
        if found["number"]:
            yield format_html('<span class="alongside-whole">{}</span>', found["number"])
        else:
            dot = format_html("<wbr>{}", ".")
            house = format_html_join(dot, "{}", ((part,) for part in found["house"].split(".")))
            yield format_html("{}<wbr>@{}", found["name"], house)
    yield text[end:]
