"""`/metrics`: closed to strangers, of bounded size, and true for all authorities without looking past a wall."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from config import task_lines
from config.celery import app
from reports.tasks import sweep
from teams.foundation import figures, mail
from teams.foundation.mail import Notice
from teams.tasks import clear_sessions
from tests.factories.authorities import PASSWORD

TOKEN = "a token that only Prometheus knows"


@pytest.fixture
def own_signs(settings):
    settings.METRICS_TOKEN = TOKEN
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "figures"}
    settings.CACHES = {"default": settings.CACHES["default"], "signs": memory}
    caches["signs"].clear()


def read(**headers) -> dict[tuple, float]:
    """{(name, labels): value} of everything that is told."""
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"} | headers)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for each in families
        for sample in each.samples
    }


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}x"])
def test_without_the_token_there_is_no_such_page(settings, db, given):
    settings.METRICS_TOKEN = TOKEN
    assert Client().get("/metrics", headers={"Authorization": given}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong"])
def test_while_no_token_is_set_nobody_reads_them(settings, db, given):
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"Authorization": given}).status_code == 404


def test_requests_are_counted_by_the_name_of_the_address(own_signs, fenshire, client_for):
    labels = (("method", "GET"), ("route", "people"), ("status", "2xx"))
    before = read().get(("alongside_requests_total", labels), 0)
    client_for(fenshire, "admin").get("/fenshire/people/", {"page": "2"})
    now = read()
    assert now["alongside_requests_total", labels] == before + 1
    assert now["alongside_request_seconds_count", (("route", "people"),)] >= 1


def test_what_somebody_types_makes_no_new_label(own_signs, fenshire, client_for):
    inside = client_for(fenshire, "manager")
    for path in ("/canary/", "/fenshire/l/canary/", "/fenshire/canary", "/accounts/canary"):
        inside.get(path, {"canary": "1"})
        inside.generic("CANARY", path)
    told = read()
    assert "canary" not in str(told).lower()
    assert "fenshire" not in str(told)
    names = {label for _, labels in told for label, _ in labels}
    assert names == {"route", "method", "status", "le", "ended", "task", "state", "generation", "implementation"} | (
        names & {"major", "minor", "patchlevel", "version"}
    )


def test_the_sweep_adds_up_what_waits_in_all_authorities(own_signs, fenshire, moorland, monkeypatch):
    monkeypatch.setattr("reports.tasks.STEPS", ())
    now = timezone.now()
    for county, waits in ((fenshire, (10, 70)), (moorland, (300,))):
        with county.inside():
            for minutes in waits:
                Notice.objects.create(
                    kind=next(iter(mail.kinds())),
                    person=county.people["manager"],
                    matter="a matter",
                    made_at=now,
                    due_at=now - timedelta(minutes=minutes),
                )
            Notice.objects.create(
                kind=next(iter(mail.kinds())), person=county.people["manager"], matter="b", made_at=now, due_at=now,
                state=Notice.State.FAILED,
            )  # fmt: skip
    sweep()
    told = read()
    assert told["alongside_notices_waiting", ()] == 3
    assert told["alongside_notices_failed", ()] == 2
    assert 300 * 60 <= told["alongside_notices_oldest_seconds", ()] < 300 * 60 + 60
    assert told["alongside_papers_waiting", ()] == 0
    assert abs(told["alongside_sweep_timestamp_seconds", ()] - now.timestamp()) < 60


def test_reading_them_asks_the_database_nothing(own_signs, db):
    with connection.execute_wrapper(lambda *_: pytest.fail("a query")):
        read()


def test_what_workers_do_is_counted_for_all_of_them(own_signs, db):
    ran = ("alongside_tasks_total", (("state", "success"), ("task", "teams.tasks.clear_sessions")))
    assert read()[ran] == 0
    for _ in range(2):
        clear_sessions.apply(throw=True)
    assert read()[ran] == 2
    assert task_lines.HEADER not in app.tasks


def test_sign_ins_are_counted_by_how_they_ended(own_signs, fenshire):
    key = {ended: ("alongside_sign_ins_total", (("ended", ended),)) for ended in ("succeeded", "failed")}
    before = read()
    address = fenshire.users["manager"].email
    for password in ("wrong", PASSWORD):
        Client().post("/accounts/login/", {"login": address, "password": password})
    now = read()
    assert {ended: now[key[ended]] - before.get(key[ended], 0) for ended in key} == {"succeeded": 1, "failed": 1}


def test_without_valkey_it_says_so_and_tells_the_rest(own_signs, db, monkeypatch):
    def away(*_):
        raise figures.RedisError

    monkeypatch.setattr("config.metrics.figures.waiting", away)
    told = read()
    assert told["alongside_queue_up", ()] == 0
    assert any(name == "alongside_requests_total" for name, _ in told)


def test_counting_never_fails_the_work(settings, db):
    settings.CACHES = settings.CACHES | {
        "signs": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9/0"}
    }
    figures.count("mails:sent")
    figures.note_waiting({"sessions": 1})


def test_every_figure_is_in_the_operators_book(own_signs, db):
    book = (settings_root() / "docs" / "operations.md").read_text(encoding="utf-8")
    told = {re.sub(r"_(total|bucket|count|sum|created)$", "", name) for name, _ in read()}
    ours = {name for name in told if name.startswith("alongside_")}
    assert not {name for name in ours if f"`{name}" not in book}


def settings_root():
    from django.conf import settings

    return settings.BASE_DIR
