"""The Jinja2 environment of every page, mail and paper: strict, escaped, with GOV.UK's macros beside our own."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import get_script_prefix, get_urlconf, reverse
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
from jinja2.utils import missing

from teams.foundation import hats, providers, words
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
    }
    made = Pages(**options)  # noqa: S701 the option above
    made.globals.update({name: Undefined(name=name) for name in GOVUK_NAMES}, null=None)
    made.globals.update(
        static=static,
        url=url,
        outside_url=outside_url,
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


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page by its URL name, inside the authority of this request."""
    if len(args) == 1 and isinstance(args[0], UUID) and not kwargs:
        before, after = _around(name, get_urlconf())
        return f"{get_script_prefix()}{before}{args[0]}{after}"
    return reverse(name, args=args, kwargs=kwargs)


@cache
def _around(name: str, urlconf: Any) -> tuple[str, str]:
    """What stands before and after the one public id of an address. Django looks through all addresses at each link of
    a list: with fifty of them that took longer than drawing its rows.
    """
    stand_in = UUID(int=0)
    address = reverse(name, urlconf, args=[stand_in]).removeprefix(get_script_prefix())
    before, after = address.split(str(stand_in))
    return before, after


def outside_url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page that stands outside every authority: signing in and out, the sign-in settings."""
    return "/" + reverse(name, args=args, kwargs=kwargs).removeprefix(get_script_prefix())
