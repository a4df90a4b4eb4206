"""Rate limits without Valkey: nobody is shut out, and a guesser is still counted."""

from __future__ import annotations

import logging

import pytest
from django.core.cache import caches
from redis.exceptions import RedisError

from config.caches import CacheWithASpare
from teams.models import User
from tests.config.running import free_port

PASSWORD = "a long password of a test"


@pytest.fixture
def no_valkey(settings, monkeypatch):
    """The product's own settings, with a port on which nobody answers."""
    settings.CACHES = {
        alias: {**cache, "LOCATION": f"redis://127.0.0.1:{free_port()}/0"} for alias, cache in settings.CACHES.items()
    }
    monkeypatch.setattr(CacheWithASpare, "ask_again_at", 0.0)
    caches["default"].spare.clear()


@pytest.fixture
def staff(db):
    return User.objects.create_user("someone@fenshire.example", PASSWORD)


def sign_in(client, password):
    return client.post("/accounts/login/", {"login": "someone@fenshire.example", "password": password})


def test_people_sign_in_while_valkey_is_down(no_valkey, client, staff):
    assert sign_in(client, PASSWORD).status_code == 302
    assert client.session["_auth_user_id"] == str(staff.pk)


def test_wrong_passwords_are_counted_while_valkey_is_down(no_valkey, client, staff):
    for _ in range(5):
        assert "_auth_user_id" not in client.session
        sign_in(client, "wrong")
    assert sign_in(client, PASSWORD).status_code == 200, "after five wrong ones the right one waits too"
    assert "_auth_user_id" not in client.session


def test_it_is_logged_once_and_not_asked_again_at_each_call(no_valkey, caplog):
    with caplog.at_level(logging.WARNING, logger="config.caches"):
        caches["default"].set("a", 1)
        assert caches["default"].get("a") == 1
        assert caches["default"].add("a", 2) is False
        assert caches["default"].get_many(["a", "b"]) == {"a": 1}
        assert caches["default"].incr("a") == 2
        caches["default"].delete("a")
        assert caches["default"].has_key("a") is False
    assert [record.getMessage()[:25] for record in caplog.records] == ["Valkey does not answer (E"]


def test_valkey_is_asked_again_soon(no_valkey, settings, monkeypatch):
    caches["default"].set("who", "memory")
    monkeypatch.setattr(CacheWithASpare, "ask_again_at", 0.0)
    monkeypatch.setattr("config.caches.RedisCache.get", lambda *_: "valkey")
    assert caches["default"].get("who") == "valkey"


def test_signs_of_life_say_that_valkey_is_down(no_valkey):
    with pytest.raises(RedisError):
        caches["signs"].get("ready")


@pytest.mark.django_db
def test_ready_answers_that_the_queue_is_missing(no_valkey, client):
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["queue"] is False
