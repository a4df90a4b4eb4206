"""What Prometheus reads at `/metrics`: how many requests, how long, what waits, what was sent. Only bounded labels.

A label is the name of an address, a method, a class of answers, a task or a state: never an authority, a person or an
address. Web processes share files in PROMETHEUS_MULTIPROC_DIR (config/gunicorn.py); what workers count comes through
Valkey (teams/foundation/figures.py), so that one address tells of all.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from redis.exceptions import RedisError

from config.celery import living
from teams.foundation import figures

REQUESTS = Counter("alongside_requests", "Requests answered.", ["route", "method", "status"])
SECONDS = Histogram(
    "alongside_request_seconds",
    "Seconds until the answer began.",
    ["route"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
SIGN_INS = Counter("alongside_sign_ins", "Sign-ins with a password or a code, by how they ended.", ["ended"])

# What a sweep notes (reports/tasks.py), and what it means.
WAITING = {
    "notices_waiting": "Mails whose time has come and that have not gone.",
    "notices_oldest_seconds": "How long the mail that waits longest has been due.",
    "notices_failed": "Mails that could not be delivered and wait for a person.",
    "papers_waiting": "Papers that wait to be drawn, or are being drawn.",
    "papers_failed": "Papers that could not be drawn and wait for a person.",
    "papers_oldest_seconds": "How long ago the oldest run began that still waits for a paper.",
    "sessions": "Sessions that are open.",
    "sweep_timestamp_seconds": "When the last sweep ended: work that waits is sent again by it.",
}
MAILS = ("sent", "failed")
STATES = ("success", "failure", "retry")


def note(route: str, method: str, status: int, seconds: float) -> None:
    """One request into the figures."""
    REQUESTS.labels(route, method, f"{status // 100}xx").inc()
    SECONDS.labels(route).observe(seconds)


def _note_sign_in(sender: object, **_: object) -> None:
    SIGN_INS.labels("succeeded").inc()


def _note_failed_sign_in(sender: object, **_: object) -> None:
    SIGN_INS.labels("failed").inc()


user_logged_in.connect(_note_sign_in, dispatch_uid="config.metrics")
user_login_failed.connect(_note_failed_sign_in, dispatch_uid="config.metrics")


class Shared:
    """What stands in Valkey, for a registry to collect. Without Valkey one figure says so."""

    def collect(self) -> Iterator[Metric]:
        try:
            waiting, alive = figures.waiting(), living()
            tasks = sorted(name for name in current_app.tasks if not name.startswith("celery."))
            names = [f"{what}:{task}" for task in tasks for what in (*STATES, "milliseconds")]
            counted = figures.counted([*names, *(f"mails:{ended}" for ended in MAILS)])
        except (RedisError, OSError):
            yield GaugeMetricFamily("alongside_queue_up", "Whether Valkey answers.", value=0)
            return
        yield GaugeMetricFamily("alongside_queue_up", "Whether Valkey answers.", value=1)
        yield GaugeMetricFamily("alongside_workers", "Workers alive.", value=len(alive["worker"] or ()))
        yield GaugeMetricFamily("alongside_beat", "Whether beat is alive.", value=int(bool(alive["beat"])))
        for name, what in WAITING.items():
            if name in waiting:
                yield GaugeMetricFamily(f"alongside_{name}", what, value=waiting[name])
        mails = CounterMetricFamily("alongside_mails", "Mails handed to the mail server.", labels=["ended"])
        for ended in MAILS:
            mails.add_metric([ended], counted[f"mails:{ended}"])
        yield mails
        runs = CounterMetricFamily("alongside_tasks", "Tasks run by workers.", labels=["task", "state"])
        spent = CounterMetricFamily("alongside_task_seconds", "Seconds that workers spent.", labels=["task"])
        for task in tasks:
            for state in STATES:
                runs.add_metric([task, state], counted[f"{state}:{task}"])
            spent.add_metric([task], counted[f"milliseconds:{task}"] / 1000)
        yield runs
        yield spent


def written() -> bytes:
    """All figures, as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(Shared())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)
        return generate_latest(registry)
    return generate_latest(REGISTRY) + generate_latest(registry)


@login_not_required
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Closed: without METRICS_TOKEN, or with another token, there is nothing here."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not secrets.compare_digest(given.encode(), token.encode()):
        raise Http404
    return HttpResponse(written(), content_type=CONTENT_TYPE_LATEST)
