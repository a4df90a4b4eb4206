"""The Jinja2 environment of every page, mail and paper: strict, escaped, with GOV.UK's macros beside our own."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import get_script_prefix
from jinja2 import (
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateRuntimeError,
    Undefined,
    UndefinedError,
    select_autoescape,
)
from jinja2.runtime import Macro
from jinja2.utils import missing

from teams.foundation import hats, providers, words
from teams.foundation.addresses import address, address_of_each, address_outside
from teams.foundation.breaks import breaks
from teams.foundation.panels import panels
from teams.navigation import navigation, trail

# Names that GOV.UK's page template asks about and does not expect to be given, and two of Nunjucks's own.
GOVUK_NAMES = (
    "assetUrl",
    "bodyAttributes",
    "bodyClasses",
    "containerAttributes",
    "containerClasses",
    "cspNonce",
    "footerAttributes",
    "footerClasses",
    "headerAttributes",
    "headerClasses",
    "htmlClasses",
    "mainAttributes",
    "mainClasses",
    "mainLang",
    "opengraphImageUrl",
    "pageTitleLang",
    "serviceName",
    "serviceUrl",
    "undefined",
)


class Strict(StrictUndefined):
    """A name that a page was not given, or a field that a record does not have, is a mistake and says so.

    A missing key of a dict, an `if` without its `else` and a macro called without a body are only "not given": GOV.UK's
    macros are built on all three.
    """

    def __new__(
        cls,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[TemplateRuntimeError] = UndefinedError,
    ) -> Any:
        not_given = isinstance(obj, Mapping) or (obj is missing and name in (None, "caller"))
        return Undefined(hint, obj, name, exc) if not_given else super().__new__(cls)


class Pages(Environment):
    """Templates that were given no names of their own share the environment's, as they are.

    Jinja lays a chain of two dicts over them, and goes through all its keys at each `import` of a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def environment(**options: Any) -> Environment:
    """Made by Django once a process (settings: TEMPLATES)."""
    options |= {
        "loader": ChoiceLoader(
            [options["loader"], PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})]
        ),
        # Mails are plain text: an apostrophe in them stays one.
        "autoescape": select_autoescape(disabled_extensions=("txt",), default=True),
        "undefined": Strict,
        "trim_blocks": True,
        "lstrip_blocks": True,
        # Jinja keeps 400 by itself, and there are more: what falls out is compiled again for tens of milliseconds.
        "cache_size": -1,
    }
    made = Pages(**options)  # noqa: S701 the option above
    made.globals.update({name: Undefined(name=name) for name in GOVUK_NAMES}, null=None)
    made.globals.update(
        static=static,
        url=address,
        url_of_each=address_of_each,
        outside_url=address_outside,
        kept=kept,
        front_page=get_script_prefix,
        get_messages=get_messages,
        navigation=navigation,
        hat_band=hats.band,
        offered_providers=providers.offered,
        all_providers=providers.all_providers,
        trail_of=trail,
        panels=panels,
    )
    made.filters.update(words.FILTERS, breaks=breaks)
    return made


def kept(macro: Macro, *words: Any) -> str:
    """What a macro draws of these words, drawn once a process: the furniture that is the same on page after page.

    A macro that is kept says nothing but what it is given, so that no page shows another reader's or authority's words.
    Words that are equal are not always drawn alike: Markup is not escaped again, and True is no 1.
    """
    return _drawn(macro, words, _kinds(words))


@lru_cache(maxsize=4_000)
def _drawn(macro: Macro, words: tuple[Any, ...], kinds: tuple[Any, ...]) -> str:
    return macro(*words)


def _kinds(words: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_kinds(each) if isinstance(each, tuple) else type(each) for each in words)
