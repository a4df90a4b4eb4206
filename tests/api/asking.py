"""A program that asks: one token, JSON out and in."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from teams.foundation.tokens import READS, SCOPES, Token
from tests.factories.authorities import County

EVERYTHING, READING = SCOPES, READS


class Program:
    """`Program(token).get("/fenshire/api/v1/schools/")`; without a token it is a stranger."""

    def __init__(self, token: str | None, slug: str = "fenshire") -> None:
        self.client = Client(raise_request_exception=False)
        self.slug = slug
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, data: Any = None, **headers: str) -> HttpResponse:
        return self.client.get(self._at(path), data or {}, headers=self.headers | _headers(headers))

    def post(self, path: str, data: Any = None, **headers: str) -> HttpResponse:
        return self.client.post(
            self._at(path),
            json.dumps({} if data is None else data),
            content_type="application/json",
            headers=self.headers | _headers(headers),
        )

    def _at(self, path: str) -> str:
        return path if path.startswith("/") else f"/{self.slug}/api/v1/{path}"


def _headers(said: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in said.items()}


def token_of(
    county: County, name: str, scopes: Any = EVERYTHING, *, days: int = 30, at: Any = None, for_what: str = "A program"
) -> str:
    """A new token of this person, made as the page makes it."""
    at = at or timezone.now()
    with county.inside():
        _, text = Token.make(
            name=for_what,
            scopes=scopes,
            until=timezone.localdate(at) + timedelta(days=days),
            user=county.users[name],
            by=county.as_(name),
            at=at,
        )
    return text


def program_of(county: County, name: str, scopes: Any = EVERYTHING, **more: Any) -> Program:
    return Program(token_of(county, name, scopes, **more), county.authority.slug)


def sentence(response: HttpResponse) -> str:
    """The problem's sentence; fails where the answer has another shape."""
    assert response["Content-Type"] == "application/problem+json", response.content[:500]
    said = response.json()
    assert said["status"] == response.status_code
    assert said.keys() == {"type", "title", "status", "detail", "code", "errors", "request"}
    return said["detail"]
