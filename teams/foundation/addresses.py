"""The address of a page by its URL name, worked out once a process.

Django looks through all addresses of the product for each link: twenty of them stand around every page, and fifty in
a list, where that took longer than drawing the rows. What changes from request to request, the authority's prefix and
the record's public id, is put in here.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse


def address(name: str, *args: Any, **kwargs: Any) -> str:
    """As Django's `reverse`, inside the authority of this request. Raises NoReverseMatch."""
    if not args and not kwargs:
        return get_script_prefix() + _after(name, get_urlconf() or settings.ROOT_URLCONF)
    if len(args) + len(kwargs) == 1:
        ((key, given),) = kwargs.items() if kwargs else ((None, args[0]),)
        if isinstance(given, UUID):
            before, after = _around(name, key, get_urlconf() or settings.ROOT_URLCONF)
            return f"{get_script_prefix()}{before}{given}{after}"
    return reverse(name, args=args, kwargs=kwargs)


def address_of_each(name: str, key: str | None = None) -> str:
    """For a long list: the address with `%s` where each record's public id goes. `key` is its name in the URLconf."""
    before, after = _around(name, key, get_urlconf() or settings.ROOT_URLCONF)
    return f"{get_script_prefix()}{before}%s{after}"


def address_outside(name: str, *args: Any, **kwargs: Any) -> str:
    """Of a page that stands outside every authority: signing in and out, the sign-in settings."""
    return "/" + address(name, *args, **kwargs).removeprefix(get_script_prefix())


@cache
def _after(name: str, urlconf: Any) -> str:
    """What stands after the prefix of an address without a record in it."""
    return reverse(name, urlconf).removeprefix(get_script_prefix())


@cache
def _around(name: str, key: str | None, urlconf: Any) -> tuple[str, str]:
    """What stands before and after the one public id of an address, which has a name for it or none."""
    stand_in = UUID(int=0)
    found = reverse(name, urlconf, args=None if key else [stand_in], kwargs={key: stand_in} if key else None)
    before, after = found.removeprefix(get_script_prefix()).split(str(stand_in))
    return before, after
