"""Where a line may break inside an address or a number: on a phone neither is cut in the middle of a word."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

ADDRESS = re.compile(r"[^\s@<>(),;:\"'&]+@[\w-]+(?:\.[\w-]+)+")
TELEPHONE = re.compile(r"(?<![\w.])\+?\d{3,5}(?: \d{3,6}){1,3}(?![\w.,]?\d)")


def breaks(text: Any) -> Markup:
    """An e-mail address may break before its "@" and its dots, a telephone number nowhere. Markup stays as it is."""
    if isinstance(text, Markup):
        return text
    said = ADDRESS.sub(_address, str(escape(text)))
    return Markup(TELEPHONE.sub(r'<span class="alongside-whole">\g<0></span>', said))  # noqa: S704 escaped above


def _address(found: re.Match[str]) -> str:
    name, _, house = found[0].rpartition("@")
    return f"{name}<wbr>@{house.replace('.', '<wbr>.')}"
