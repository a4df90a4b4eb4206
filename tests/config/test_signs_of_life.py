"""What `/ready` can say about worker and beat."""

import pytest

from config import celery
from config.celery import cache


@pytest.fixture(autouse=True)
def _own_cache(settings):
    settings.CACHES = {
        "default": {},
        "signs": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "signs"},
    }
    cache.clear()


@pytest.fixture
def clock(monkeypatch):
    """Seconds as this process counts them; each new test starts in silence."""
    now = [1000.0]
    monkeypatch.setattr(celery.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(celery, "_last_sign", float("-inf"))
    return now


def test_nobody_has_given_a_sign():
    assert celery.living() == {"worker": None, "beat": None}


def test_workers_are_named_until_they_have_been_silent_for_a_minute(clock):
    celery.sign_of_worker("celery@one")
    clock[0] += 10
    celery.sign_of_worker("celery@two")
    assert celery.living()["worker"] == ["celery@one", "celery@two"]
    cache.delete(celery.WORKER.format("celery@one"))  # what the time-out does
    assert celery.living()["worker"] == ["celery@two"]


def test_a_sign_is_given_at_most_every_five_seconds(clock):
    celery.sign_of_worker("celery@one")
    cache.clear()
    clock[0] += 4
    celery.sign_of_worker("celery@one")
    assert celery.living()["worker"] is None
    clock[0] += 1
    celery.sign_of_worker("celery@one")
    assert celery.living()["worker"] == ["celery@one"]


def test_beat_gives_its_sign_and_never_sleeps_past_the_next(clock, tmp_path, monkeypatch):
    monkeypatch.setattr(
        celery, "refuse_bypassing_credentials", lambda: None
    )  # a test run does hold the owner's address
    scheduler = celery.Scheduler(app=celery.app, schedule_filename=str(tmp_path / "beat"))
    assert scheduler.tick() <= celery.SIGN_EVERY
    scheduler.close()
    assert celery.living()["beat"]
