"""Two counties of one shape in one open transaction, and everybody who may ask: made once for the whole crawl."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from reports.actions import large_print, record_papers
from reports.models import RecordPaper, ReviewPaper
from reports.tasks import draw_large_print, draw_record_paper, draw_review_paper
from tests.factories.authorities import NOW, County
from tests.factories.canaries import COUNCIL, SCHOOLS
from tests.factories.canary_county import make_canary_county


@dataclass
class World:
    """Fenshire is asked; whatever shows of Moorland is a leak."""

    fenshire: County
    moorland: County
    clients: dict[tuple[str, str], Client] = field(default_factory=dict)

    def ask(self, reader: str, method: str, path: str, data: Any = None, *, home: str = "fenshire") -> HttpResponse:
        """One request as this reader, undone afterwards: nobody's press changes what the next one sees.

        `home` is the authority where the reader works; links and strangers are not signed in.
        """
        client = self.clients.get((home, reader)) or Client(raise_request_exception=False)
        with undone():
            if method == "PUT" or (method == "POST" and "/api/" in path):
                send = client.put if method == "PUT" else client.post
                response = send(path, json.dumps(data), content_type="application/json")
            else:
                response = client.post(path, data or {}) if method == "POST" else client.get(path, data or {})
            response.everything = _everything_of(response)
            response.events = [] if method == "GET" else self._events_of(response, home)
        return response

    def _events_of(self, response: HttpResponse, home: str) -> list[str]:
        """What the audit holds of this request, as text."""
        with getattr(self, home).inside(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT row_to_json(e)::text FROM teams_auditevent e WHERE request = %s", [response["X-Request-Number"]]
            )
            return [text for (text,) in cursor.fetchall()]


def _everything_of(response: HttpResponse) -> bytes:
    """What reached the reader: headers, cookies and body. A file is read as long as it is there."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    head = "\n".join([*(f"{name}: {value}" for name, value in response.items()), str(response.cookies)])
    return head.encode() + b"\n\n" + body


def large_prints(county: County) -> None:
    """Oakfield's papers in large print, drawn as a worker draws them; in one county, for each takes a second."""
    with county.inside():
        for copy in ("school", "council", "way"):
            wanted = large_print.ask(county.rows[f"paper {copy}"], by=county.as_("senior"), at=NOW)
            draw_large_print.run(county.authority.pk, wanted.pk)


def record_papers_of(county: County) -> None:
    """The papers of the records that are final, made as the sweep and a worker make them."""
    with county.inside():
        record_papers.put_down(at=NOW, most=100)
        for number in RecordPaper.objects.claimable(NOW).values_list("pk", flat=True):
            draw_record_paper.run(county.authority.pk, number)
        for number in ReviewPaper.objects.claimable(NOW).values_list("pk", flat=True):
            draw_review_paper.run(county.authority.pk, number)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """In one transaction that is never committed, on a day that never changes."""
    patch = pytest.MonkeyPatch()
    patch.setattr(timezone, "now", lambda: NOW)
    cache.clear()
    with django_db_blocker.unblock(), undone():
        made = World(make_canary_county("fenshire", "f"), make_canary_county("moorland", "m", dearer_by="411.19"))
        large_prints(made.fenshire)
        record_papers_of(made.fenshire)
        for county in (made.fenshire, made.moorland):
            for key in COUNCIL | SCHOOLS:
                client = Client(raise_request_exception=False)
                client.force_login(county.users[key], backend="allauth.account.auth_backends.AuthenticationBackend")
                made.clients[county.authority.slug, key] = client
        yield made
    patch.undo()
