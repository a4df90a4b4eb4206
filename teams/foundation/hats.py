"""One person, several schools or hats: whose work is looked at now (journeys 0, rule 11). Never a merged list.

What was chosen is remembered in the session for each authority, and the principal is narrowed to it: to the roles of
that hat, and to that school. Nothing is asked of the database for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from teams.foundation.access import COUNCIL_ROLES, SCHOOL_ROLES, Principal

KEY = "hats"  # in the session: {slug: [school's number or None, words]}
PLACES = "several_places"  # in the session: works in more than one authority
COUNCIL_WORK = "Your work for the council"


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
    return replace(principal, roles=roles, school_id=school_id, whole=principal) if roles else principal


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
