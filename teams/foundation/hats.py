"""One person, several schools or hats: whose work is looked at now (journeys 0, rule 11). Never a merged list.

What was chosen is remembered in the session for each authority, and the principal is narrowed to it: to the roles of
that hat, and to that school. Nothing is asked of the database for it. Who has chosen none yet is asked before a list
would mix two of them (`must_choose`), and then led on to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from teams.foundation.access import COUNCIL_ROLES, SCHOOL_ROLES, Principal

KEY = "hats"  # in the session: {slug: [school's number or None, words]}
PLACES = "several_places"  # in the session: works in more than one authority
NEXT = "next"  # in the address of the choice: the list that was asked for
COUNCIL_WORK = "Your work for the council"
# Does somebody speak for several schools? The floor that knows schools puts its answer here.
_several_schools: list[Callable[[Principal], bool]] = []


def declare(several_schools: Callable[[Principal], bool]) -> None:
    _several_schools.append(several_schools)


def must_choose(principal: Principal) -> bool:
    """Has somebody several hats and wears none yet? Then a list would be one of all of them."""
    is_person = principal.kind == "membership" and principal.token is None
    if not is_person or principal.whole is not None or not principal.has(*SCHOOL_ROLES):
        return False
    return principal.has(*COUNCIL_ROLES) or any(several(principal) for several in _several_schools)


def choice_before(request: HttpRequest) -> str:
    """The address of the choice, which leads on to what was asked for."""
    return reverse("first_page") + "?" + urlencode({"choose": 1, NEXT: request.get_full_path()})


def onward(request: HttpRequest) -> str:
    """What was asked for before the choice: an address inside this authority, or nothing."""
    asked = request.GET.get(NEXT, "")
    is_ours = url_has_allowed_host_and_scheme(asked, None) and asked.startswith(get_script_prefix())
    return asked if is_ours else ""


def look_at(request: HttpRequest, words: str, school_id: int | None = None) -> None:
    """From now on, the council's side (no school) or this school's."""
    slug = request.authority.slug  # type: ignore[attr-defined]
    chosen = request.session.get(KEY, {})
    if chosen.get(slug) != [school_id, words]:
        request.session[KEY] = chosen | {slug: [school_id, words]}


def chosen(request: HttpRequest, slug: str) -> tuple[int | None, str] | None:
    found = request.session.get(KEY, {}).get(slug)
    return (found[0], found[1]) if found else None


def narrowed(principal: Principal, hat: tuple[int | None, str] | None) -> Principal:
    """The principal under this hat; `whole` is the person with all of them. A hat that is not theirs is none."""
    if hat is None:
        return principal
    school_id = hat[0]
    roles = principal.roles & (COUNCIL_ROLES if school_id is None else SCHOOL_ROLES)
    covers = principal.covers if school_id is None else frozenset()
    return replace(principal, roles=roles, school_id=school_id, whole=principal, covers=covers) if roles else principal


def band(request: HttpRequest) -> dict[str, Any] | None:
    """For the line at the top: what is looked at, and where to change it."""
    principal, authority = getattr(request, "principal", None), getattr(request, "authority", None)
    if principal is None or authority is None or principal.kind != "membership":
        return None
    hat = chosen(request, authority.slug)
    if hat is not None:
        return {"text": hat[1], "href": reverse("first_page") + "?choose=1", "change": "Change"}
    if request.session.get(PLACES):
        return {"text": authority.name, "href": "/", "change": "Change"}
    return None
