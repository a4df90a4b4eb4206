"""A paper as one web page: the same words from the same snapshot, in one file that needs nothing else.

It opens in a browser, is read aloud, grows with the reader's own letters, and may be kept: no script, no picture, no
address to fetch from. Drawn when it is asked for; it takes a few milliseconds and is kept nowhere.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any, NamedTuple, cast

from django.template import engines
from django.template.backends.jinja2 import Jinja2
from jinja2 import Environment
from markupsafe import Markup

from reports.pdf import KINDS

STYLESHEET = "documents/web.css"
WEB = "web"


class WebPage(NamedTuple):
    """The page, and the digest of its style, which the browser is told to allow."""

    text: str
    style_digest: str


def draw(kind: str, snapshot: dict[str, Any], copy: str) -> WebPage:
    """One copy of one paper. Raises KeyError for an unknown kind or copy, or a snapshot that lacks something."""
    context = KINDS[kind].context(snapshot, copy)
    style = f":root {{ --accent: {context['accent']} }}\n{_style()}"
    # Safe: the colour is a number that reports/documents/colour.py has put together, and the rest is ours.
    text = _environment().get_template(f"documents/{kind}.html").render(context, form=WEB, style=Markup(style))  # noqa: S704
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return WebPage(text, f"sha256-{digest}")


@cache
def _style() -> str:
    loader = _environment().loader
    assert loader is not None  # noqa: S101  Django always gives one
    return loader.get_source(_environment(), STYLESHEET)[0]


def _environment() -> Environment:
    return cast(Jinja2, engines["jinja2"]).env
