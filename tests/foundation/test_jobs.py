"""Work in the background: a task knows no authority until it opens one, and a dead broker fails nobody."""

from __future__ import annotations

import time

import pytest
from celery import Celery
from django.conf import settings
from django.db import DatabaseError

from teams.foundation.jobs import AuthorityTask
from teams.foundation.tenancy import authority_scope
from teams.models import Area
from tests.factories.authorities import make_county

# A broker that nobody has started: nothing listens on this port.
DEAD = "redis://127.0.0.1:9/0"


@pytest.fixture
def dead_broker():
    """The product's own settings for sending, in front of a broker that is down."""
    app = Celery("dead", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url=DEAD, broker_read_url=DEAD, broker_write_url=DEAD)
    yield app
    app.close()


@pytest.fixture
def names(dead_broker):
    """A task that reads rows: inside the scope when `opens`, as if it had forgotten when not."""

    @dead_broker.task(base=AuthorityTask, name="tests.names")
    def names(authority_id: int, *, opens: bool = True) -> list[str]:
        if not opens:
            return list(Area.objects.values_list("name", flat=True))
        with authority_scope(authority_id):
            return list(Area.objects.values_list("name", flat=True))

    return names


@pytest.mark.django_db(transaction=True)
def test_a_task_that_forgets_its_authority_fails_loudly(names):
    fenshire = make_county()
    with pytest.raises(DatabaseError):
        names.apply(args=[fenshire.authority.pk], kwargs={"opens": False}, throw=True)


@pytest.mark.django_db(transaction=True)
def test_a_task_reads_the_authority_it_was_given(names):
    fenshire, moorland = make_county("fenshire"), make_county("moorland")
    for county, word in ((fenshire, "Fenshire"), (moorland, "Moorland")):
        assert names.apply(args=[county.authority.pk], throw=True).get() == [f"East 1 {word}"]


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_does_not_fail_what_was_committed(names):
    county, started = make_county(), time.monotonic()
    with county.inside():
        Area.objects.create(name="kept")
        names.nudge(county.authority.pk)
    assert time.monotonic() - started < 5, "Publishing must give up quickly: a request waits for it."
    with county.inside():
        assert Area.objects.filter(name="kept").exists()


@pytest.mark.django_db(transaction=True)
def test_the_dead_broker_of_this_test_is_dead(names):
    """Without `nudge` the same message is an error: the test above would pass for no reason otherwise."""
    with pytest.raises(names.OperationalError):
        names.delay(1)


@pytest.mark.django_db(transaction=True)
def test_a_nudge_waits_for_the_commit_and_dies_with_a_rollback(names, monkeypatch):
    sent: list[tuple[int, ...]] = []
    monkeypatch.setattr(names, "delay", lambda *ids: sent.append(ids))
    county = make_county()
    with county.inside():
        names.nudge(1)
        assert sent == []
    assert sent == [(1,)]

    def nudge_and_fail() -> None:
        with county.inside():
            names.nudge(2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        nudge_and_fail()
    assert sent == [(1,)]


def test_nothing_runs_in_the_request_and_nothing_is_kept_in_the_queue():
    assert not getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False), "A task in the request holds its transaction."
    assert settings.CELERY_TASK_IGNORE_RESULT, "The row is the truth; Valkey holds no result."
    assert settings.CELERY_TASK_ACKS_LATE
    assert settings.CELERY_TASK_REJECT_ON_WORKER_LOST
    assert settings.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
