"""How often a six-figure code may be tried: counted outside the session, one by one.

Requests of the same moment all read the same session, and each writes back one more than it read: counted in there,
five tries become as many as a guesser can send at once. The count of a link's code stands in its row (links.py).
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest

TRIES = {"code": "5/10m/key"}  # as long as a code lives


def one_more(request: HttpRequest, code: str) -> bool:
    """May this code be tried once more? `code` names it and no other, and tells nobody what it is."""
    return ratelimit.consume(request, app="alongside", action="code", config=TRIES, key=code) is not None
