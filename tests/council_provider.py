"""A real provider program of OpenID Connect on a real port, for tests of signing in with a council account."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from oidc_provider_mock import User, run_server_in_thread

from tests.factories.authorities import County

TENANT = "11111111-2222-3333-4444-555555555555"
# Who can sign in there: by their name at the provider, with what it tells of them.
ACCOUNTS = {
    "wanda": {"tid": TENANT, "oid": "oid-of-wanda", "email": "worker@fenshire.example", "name": "Wanda"},
    "renamed": {"tid": TENANT, "oid": "oid-of-wanda", "email": "married@fenshire.example"},
    "mira": {"tid": TENANT, "oid": "oid-of-mira", "email": "manager@fenshire.example", "email_verified": True},
    "guest": {"tid": "99999999-0000-0000-0000-000000000000", "oid": "oid-of-wanda"},
    "mira of old": {"tid": TENANT, "oid": "oid-of-mira", "auth_time": 1_500_000_000},
    "mira to come": {"tid": TENANT, "oid": "oid-of-mira", "auth_time": 4_000_000_000},
    "mira at no time": {"tid": TENANT, "oid": "oid-of-mira", "auth_time": "soon"},
    "plain": {},
}


@dataclass
class CouncilProvider:
    url: str

    def settings(self, authority: str = "fenshire", *, kind: str = "entra", **more: str) -> dict[str, str]:
        said = {
            "authority": authority, "id": authority, "name": f"{authority.title()} account", "kind": kind,
            "server_url": self.url, "client_id": "alongside", "secret": "a secret",
        }  # fmt: skip
        return said | ({"tenant": TENANT} if kind == "entra" else {}) | more

    def answer(self, asked: str, who: str) -> str:
        """Sign in there as `who`, or "" to deny: the address that the browser is sent back to, without its host."""
        data = {"sub": who} if who else {"action": "deny"}
        response = requests.post(asked, data=data, allow_redirects=False, timeout=30)
        assert response.status_code == 302, response.text
        parts = urlsplit(response.headers["Location"])
        return f"{parts.path}?{parts.query}"

    def walk(self, client: Any, who: str, county: County | str = "fenshire", **asked: str) -> Any:
        """From our button through the provider and back: our answer to it."""
        slug = county if isinstance(county, str) else county.authority.slug
        out = client.get(f"/accounts/council/{slug}/", asked)
        assert out.status_code == 302, out.content.decode()
        return client.get(self.answer(out.url, who))


@contextmanager
def council_provider() -> Iterator[CouncilProvider]:
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the provider's own: it speaks HTTP, as nothing real does
    users = [User(sub=sub, claims=claims) for sub, claims in ACCOUNTS.items()]
    with run_server_in_thread(user_claims=users) as server:
        yield CouncilProvider(f"http://localhost:{server.server_port}")


def heading(response: Any) -> str:
    """The first line under the heading: the one sentence."""
    found = re.search(r'class="alongside-heading__now">(.*?)</p>', response.content.decode(), re.DOTALL)
    return found[1] if found else ""
