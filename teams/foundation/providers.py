"""The councils' own accounts that are a way in, as configured (config/sign_in.py): never from the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class Provider:
    """One provider of one authority."""

    authority: str
    id: str
    name: str
    kind: str
    server_url: str
    client_id: str
    secret: str
    tenant: str = ""

    @property
    def scope(self) -> list[str]:
        # No e-mail address and no profile: who it is, is said by the key alone.
        return ["openid", "organisation"] if self.kind == "dfe" else ["openid"]

    def key_of(self, claims: dict[str, Any]) -> str:
        """Who somebody is at this provider. Entra: tenant and object, which outlive names and addresses.

        Raises KeyError where the answer lacks it.
        """
        if self.kind == "entra":
            return f"{claims['tid']} {claims['oid']}"
        return f"{claims['iss']} {claims['sub']}"


def all_providers() -> list[Provider]:
    return [Provider(**each) for each in settings.SIGN_IN_PROVIDERS]


def by_id(provider_id: str) -> Provider | None:
    return next((each for each in all_providers() if each.id == provider_id), None)


def of_authority(slug: str) -> list[Provider]:
    return [each for each in all_providers() if each.authority == slug]


def offered(request: HttpRequest, onward: str) -> list[Provider]:
    """Whose buttons stand on the sign-in page: of the authority that is asked for, or of the only one there is.

    A council without its own accounts and an address that is nobody's get the same page.
    """
    slug = urlsplit(onward or "").path.lstrip("/").partition("/")[0]
    everybody = all_providers()
    alone = everybody if len({each.authority for each in everybody}) == 1 else []
    return [each for each in everybody if each.authority == slug] or alone
