"""Councils' own accounts as a way in: SIGN_IN_PROVIDERS is a list in JSON, or the path of a file with one.

    [{"authority": "hollinshire", "id": "hollinshire", "name": "Hollinshire account", "kind": "entra",
      "tenant": "11111111-...", "client_id": "...", "secret_variable": "HOLLINSHIRE_SECRET"}]

`kind` is "entra" (Microsoft), "dfe" (DfE Sign-in) or "openid" (any other). `server_url` is the issuer's address; Entra
and DfE Sign-in know their own. The secret stands in the variable that `secret_variable` names, or as `secret`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KINDS = ("entra", "dfe", "openid")
KNOWN = {"authority", "id", "name", "kind", "server_url", "client_id", "secret", "secret_variable", "tenant"}
WORD = re.compile(r"[a-z][a-z0-9-]{1,39}")
DFE = "https://oidc.signin.education.gov.uk"


def providers(text: str, environment: Mapping[str, str]) -> list[dict[str, str]]:
    """What the setting says, checked: a wrong word stops the start with one sentence."""
    text = text.strip()
    if not text:
        return []
    try:
        said = json.loads(text if text.startswith("[") else Path(text).read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        raise ImproperlyConfigured(
            f"SIGN_IN_PROVIDERS is neither a list in JSON nor a file with one: {wrong}"
        ) from None
    found = [_one(each, environment) for each in said]
    ids = [each["id"] for each in found]
    if len(set(ids)) < len(ids):
        raise ImproperlyConfigured("SIGN_IN_PROVIDERS names one id twice: each provider has its own.")
    return found


def _one(said: dict[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    where = f"SIGN_IN_PROVIDERS, {said.get('id', 'a provider without id')}"
    strange = said.keys() - KNOWN
    if strange:
        raise ImproperlyConfigured(f"{where}: nobody knows {', '.join(sorted(strange))}.")
    for name in ("authority", "id"):
        if not WORD.fullmatch(said.get(name, "")):
            raise ImproperlyConfigured(f"{where}: {name} must be small letters, figures and hyphens.")
    if said.get("kind") not in KINDS:
        raise ImproperlyConfigured(f"{where}: kind must be one of {', '.join(KINDS)}.")
    tenant = said.get("tenant", "")
    known = {"entra": f"https://login.microsoftonline.com/{tenant}/v2.0", "dfe": DFE}
    found = {name: said.get(name, "") for name in ("authority", "id", "name", "kind", "client_id")} | {
        "server_url": (said.get("server_url") or known.get(said["kind"], "")).rstrip("/"),
        "secret": said.get("secret") or environment.get(said.get("secret_variable", ""), ""),
    }
    if said["kind"] == "entra":  # without its tenant every Microsoft account of the world would be asked in
        found["tenant"] = tenant
    missing = [name for name, value in found.items() if not value]
    if missing:
        raise ImproperlyConfigured(f"{where}: {', '.join(missing)} is missing.")
    return found
