"""Every address says who may come in (architecture 4): closed by default, twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from teams.foundation.access import Role
from teams.foundation.api.doors import Declared
from teams.foundation.api.views import ApiView
from teams.foundation.middleware import OPEN_TO_STRANGERS, RESERVED
from teams.foundation.views import OpenPage, Page
from tests.architecture.source import SHIPPED

# The addresses of our own that open without signing in, each with its reason. A longer list is a decision.
OPEN = {
    "front_door": "sends on: to the one authority, or to sign-in",
    "council_accounts": "a way to sign in",
    "council_account": "a way to sign in",
    "council_account_back": "the provider's answer is the sign-in",
    "health": "asked by the machine",
    "ready": "asked by the machine",
    "mail_status": "GOV.UK Notify, which has a token of its own",
    "metrics": "asked by the machine, with a token; without it, it is not there",
    "security_txt": "where to report a fault",
    "kept_mail": "on a developer's machine alone",
    "brand": "a colour",
    "link": "the token is the sign-in",
    "asked": "the questions of one person: the token is the sign-in",
    "asked_safe": "numbers to ring",
    "asked_ring": "as asked: ring me instead",
    "feed_file": "a calendar of one person: the secret address is the sign-in, as a link's",
    "document_check": "a printed paper's code: current, superseded or unknown, and nothing else",
    "document_check_form": "the same, with the code typed by hand",
    "service_worker": "answers 401 without a sign-in, for a script cannot follow to a form",
    **{
        name + where: "what anybody may read"
        for name in ("privacy", "accessibility", "cookies")
        for where in ("", "_outside")
    },
    "session_time": "answers 401 as JSON, for a script cannot follow to a form",
    "draft_token": "answers 401 as JSON, for a script cannot follow to a form",
    "draft_words": "answers 401 as JSON, for a script cannot follow to a form",
    "room_finish": "answers 401 as JSON, for a script cannot follow to a form",
}

OUTSIDE = {"health", "ready", "metrics", "security_txt", "mail_status", "kept_mail"}


def addresses() -> Iterator[tuple[str, str, Any]]:
    """(name, route, view) of everything in the URLconf that we wrote ourselves."""

    def walk(patterns: list[Any], before: str) -> Iterator[tuple[str, str, Any]]:
        for entry in patterns:
            route = before + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, route)
            elif isinstance(entry, URLPattern) and view_of(entry.callback).__module__.startswith(SHIPPED):
                yield entry.name, route, entry.callback

    yield from walk(get_resolver().url_patterns, "")


def view_of(callback: Any) -> Any:
    return getattr(callback, "view_class", callback)


ALL = list(addresses())
ids = [name or route for name, route, _ in ALL]


@pytest.mark.parametrize(("name", "route", "callback"), ALL, ids=ids)
def test_an_address_has_a_name_of_its_own(name, route, callback):
    assert name, f"{route} has no name: reverse and the crawl find it by its name."
    assert [each for each, *_ in ALL].count(name) == 1, f"Two addresses are called {name}."


@pytest.mark.parametrize(("name", "route", "callback"), ALL, ids=ids)
def test_an_address_says_who_may_come_in(name, route, callback):
    view = view_of(callback)
    is_open = not getattr(callback, "login_required", True)
    if isinstance(view, type) and issubclass(view, ApiView):  # it answers 401 by itself
        assert route.startswith("api/"), f"{name} is no page: it stands under api/ (config/api.py)."
        assert view.__name__.endswith("Api"), f"Call it {view.__name__}Api, so that it cannot forget its roles."
        assert view.permission_classes == [Declared], f"{view.__name__} has a way in of its own."
        assert view.family or name == "api_nothing", (
            f"{view.__name__} belongs to no family of scopes: any token opens it."
        )
        return
    if is_open and not keeps_words(view):
        assert name in OPEN, f"{name} opens without signing in: take login_not_required off, or defend it in OPEN."
        return
    is_page = isinstance(view, type) and issubclass(view, Page)
    assert is_page, f"{name} is no Page: a view that can forget to say who may come in will forget it."
    assert view.__name__.endswith("Page"), f"Call it {view.__name__}Page, so that it cannot forget its roles."
    assert view.roles is not None or view.by_policy, f"{view.__name__} must say roles or by_policy."
    assert (view.roles or frozenset()) <= set(Role.values), f"{view.__name__}.roles names a role that is not there."


def keeps_words(view: Any) -> bool:
    """A long form asks for the sign-in itself, so that an expired one loses no word (teams/views/drafts.py)."""
    return "KeepsWords" in {each.__name__ for each in getattr(view, "__mro__", ())}


@pytest.mark.parametrize(("name", "route", "callback"), ALL, ids=ids)
def test_nobody_signed_out_gets_into_a_page_that_asks_for_its_own_sign_in(name, route, callback):
    """The one door beside the middleware's: who mixes KeepsWords in must not be open to strangers as well."""
    view = view_of(callback)
    if keeps_words(view):
        assert not issubclass(view, OpenPage)
        assert route.partition("/")[0] not in OPEN_TO_STRANGERS


def test_the_list_of_open_addresses_is_not_longer_than_the_truth():
    gone = OPEN.keys() - {name for name, *_ in ALL}
    assert not gone, f"{sorted(gone)}: no such address any more, take it off OPEN."


def test_the_words_before_which_no_authority_stands_can_be_no_slug():
    """Every address outside the authorities starts with a reserved word, or a council of that name could shadow it."""
    outside = {route.partition("/")[0] for name, route, _ in ALL if name in OUTSIDE}
    assert outside <= RESERVED, f"{sorted(outside - RESERVED)}: add it to RESERVED in teams/foundation/middleware.py."
    assert {"accounts", "static", "admin", "api"} <= RESERVED
