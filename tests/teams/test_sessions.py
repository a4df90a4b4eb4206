"""How long somebody stays signed in, where, and that ending it ends it (architecture 4, journeys A4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from teams.actions.sessions import end_sessions
from teams.foundation import sessions
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import NotAllowed
from tests.factories.authorities import PASSWORD, County

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tries_from_nothing")]


def signed_in(county: County, name: str) -> Client:
    client = Client()
    answer = client.post("/accounts/login/", {"login": county.users[name].email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/fenshire/home/").status_code == 200


def test_everywhere_at_once(fenshire):
    """Somebody leaves today: the laptop, the phone and the browser that was left open at a school."""
    devices = [signed_in(fenshire, "worker") for _ in range(3)]
    colleague = signed_in(fenshire, "manager")
    assert all(is_in(device) for device in devices)
    with fenshire.inside():
        ended = end_sessions(fenshire.users["worker"], by=fenshire.as_("admin"), at=timezone.now())
        event = AuditEvent.objects.get(verb="sessions.end")
    assert ended == 3
    assert not any(is_in(device) for device in devices)
    assert is_in(colleague)
    assert (event.subject_ids, event.reason) == ([fenshire.people["worker"].public_id], "3 ended")
    assert not UserSession.objects.filter(user=fenshire.users["worker"]).exists()


@pytest.mark.parametrize("address", ["drafts/blank/agreement-lines/", "no-signal/", "brand.css", "home/"])
def test_what_asks_by_itself_with_an_old_cookie_takes_no_newer_one_away(fenshire, monkeypatch, address):
    """The service worker fills its store, and somebody signs in again meanwhile, in another tab."""
    client, now = signed_in(fenshire, "worker"), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=13))
    for mode, takes in (("cors", False), ("no-cors", False), ("navigate", True), ("", True)):
        old = Client(headers={"Sec-Fetch-Mode": mode} if mode else {})
        old.cookies["sessionid"] = client.cookies["sessionid"].value
        answer = old.get(f"/fenshire/{address}")
        assert answer.status_code in (200, 302)
        assert ("sessionid" in answer.cookies) == takes, f"{address} {mode}"


def test_nobody_ends_somebody_elses_session_without_being_asked_to_keep_people(fenshire, moorland):
    stays = signed_in(fenshire, "manager")
    for who in ("worker", "head", "auditor"):
        with fenshire.inside(), pytest.raises(NotAllowed):
            end_sessions(fenshire.users["manager"], by=fenshire.as_(who), at=timezone.now())
    with moorland.inside(), pytest.raises(NotAllowed):
        end_sessions(fenshire.users["manager"], by=moorland.as_("admin"), at=timezone.now())
    assert is_in(stays)


def test_a_session_ends_some_hours_after_signing_in_whatever_is_done(fenshire, settings, monkeypatch):
    client, now = signed_in(fenshire, "worker"), timezone.now()
    settings.SESSION_COOKIE_AGE, settings.SESSION_IDLE_SECONDS = 3 * 3600, 2 * 3600
    for hours in (1, 2, 2.9):
        monkeypatch.setattr(timezone, "now", lambda hours=hours: now + timedelta(hours=hours))
        assert is_in(client)
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=3, minutes=1))
    assert not is_in(client)


def test_a_session_that_is_left_alone_ends_sooner(fenshire, settings, monkeypatch):
    settings.SESSION_IDLE_SECONDS = 3600
    client, now = signed_in(fenshire, "worker"), timezone.now()
    ends = sessions.ends_at(client.session)
    assert timedelta(minutes=59) < ends - now <= timedelta(minutes=60)
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=50))
    assert is_in(client)
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=105))
    assert is_in(client), "it was used 55 minutes ago"
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=170))
    answer = client.get("/fenshire/home/")
    assert answer.url == "/accounts/login/?next=/fenshire/home/"


def test_when_it_was_last_used_is_noted_now_and_then_and_not_by_every_request(fenshire, monkeypatch, queries):
    client, now = signed_in(fenshire, "worker"), timezone.now()
    is_in(client)
    with queries() as soon:
        is_in(client)
    assert not [sql for sql in soon if "usersessions" in sql or sql.startswith("UPDATE")]
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=6))
    is_in(client)
    seen = UserSession.objects.get(user=fenshire.users["worker"]).last_seen_at
    assert seen == now + timedelta(minutes=6)
