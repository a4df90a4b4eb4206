"""Who asks the API, how often they may, and whether this view is for them. Closed unless opened."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, Throttled
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.throttling import BaseThrottle

from teams.foundation import audit, tokens
from teams.foundation.access import NOBODY, Principal
from teams.foundation.errors import NotAllowed

MINUTE = 60
NO_TOKEN = "Say who asks: send a token of this authority in the header “Authorization: Bearer …”."  # noqa: S105


class Nobody(BasePermission):
    """The default permission: a view that does not say who may come in lets nobody in."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return False


class Declared(BasePermission):
    """What the view declares: roles where it names some, and for a token the scope of the view's family."""

    def has_permission(self, request: Any, view: Any) -> bool:
        principal: Principal = request._request.principal
        if principal.kind != "membership":
            raise NotAuthenticated(NO_TOKEN)
        if view.roles is not None and not principal.has(*view.roles):
            raise NotAllowed(f"api.{type(view).__name__}", request.path)
        if principal.token is not None and view.family is not None:
            scope = f"{view.family}:{'read' if request.method in SAFE_METHODS else 'write'}"
            if not principal.token.allows(scope):
                raise NotAllowed(f"token.{scope}", str(principal.token.public_id))
        return True


class ByToken(BaseAuthentication):
    """A token in the header. It is looked up inside the scope that the door has opened from the address."""

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        said = request.headers.get("Authorization")
        if said is None:
            return None
        asked = request._request
        scheme, _, text = said.strip().partition(" ")
        if scheme.lower() != "bearer":
            raise AuthenticationFailed(NO_TOKEN)
        now = timezone.now()
        try:
            if asked.authority is None or not tokens.SHAPE.fullmatch(text.strip()):
                raise tokens.TokenRefused(tokens.UNKNOWN)
            principal = tokens.speak(text.strip(), at=now)
        except tokens.TokenRefused as refused:
            # Only now: a right token speaks, whoever else tries wrong ones from behind the same address.
            by_address = Rate.of_refused(request)
            by_address.check()
            by_address.count()
            if asked.authority is not None:
                _tell_authority(refused, at=now)
            raise AuthenticationFailed(refused.sentence) from None
        asked.principal = principal
        return principal.token.user, principal.token

    def authenticate_header(self, request: Any) -> str:
        return 'Bearer realm="Alongside"'


def _tell_authority(refused: tokens.TokenRefused, *, at: Any) -> None:
    """The authority that was asked hears of it, and whose token it was where it is one of its own."""
    known = refused.token
    who = Principal(kind="nobody", user_id=known.user_id if known else None)
    audit.denied("token.enter", by=who, at=at, reason=refused.sentence, subjects=[known] if known else [])


class BySession(SessionAuthentication):
    """Somebody signed in at a browser: what they read is theirs, and a change needs the page's own token (CSRF)."""

    def authenticate(self, request: Any) -> tuple[Any, None] | None:
        asked = request._request
        if asked.principal == NOBODY or asked.principal.kind != "membership" or not asked.user.is_active:
            return None
        self.enforce_csrf(request)
        return asked.user, None


class Rate:
    """So many requests a minute, counted in the cache under a name."""

    def __init__(self, name: str, most: int) -> None:
        now = time.time()
        self.key, self.most, self.left = f"api:{name}:{int(now // MINUTE)}", most, MINUTE - int(now % MINUTE)

    def check(self) -> None:
        """Raises Throttled when there were too many in this minute."""
        if int(cache.get(self.key, 0)) >= self.most:
            raise Throttled(wait=self.left)

    def count(self) -> None:
        if not cache.add(self.key, 1, 2 * MINUTE):
            try:
                cache.incr(self.key)
            except ValueError:  # its minute has just ended
                cache.set(self.key, 1, 2 * MINUTE)

    @classmethod
    def of_address(cls, request: Any) -> Rate:
        return cls(f"address:{_address_of(request)}", settings.API_RATES["address"])

    @classmethod
    def of_refused(cls, request: Any) -> Rate:
        """Whoever tries tokens: far fewer than may be asked with a right one."""
        return cls(f"refused:{_address_of(request)}", settings.API_RATES["refused"])

    @classmethod
    def of_asker(cls, request: Any) -> Rate:
        principal = request._request.principal
        asker = f"token:{principal.token.public_id}" if principal.token is not None else f"user:{principal.user_id}"
        return cls(f"{request._request.authority.pk}:{asker}", settings.API_RATES["asker"])


def _address_of(request: Any) -> str:
    """REST framework's way through the proxies that are trusted (NUM_PROXIES)."""
    return str(BaseThrottle().get_ident(request))
