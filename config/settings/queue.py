"""Celery and Valkey. The rows in PostgreSQL are the truth; a message is only a nudge (docs/decisions/0006)."""

import os

from celery.schedules import crontab

from .storage import DATA

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")

_VALKEY = {
    "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
    "KEY_PREFIX": "alongside",
    "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},  # in seconds: a request waits for it
}
CACHES = {
    # What allauth counts (config/caches.py). Without Valkey people still sign in.
    "default": {"BACKEND": "config.caches.CacheWithASpare", **_VALKEY},
    # Signs of life (config/celery.py). Without Valkey this one says so, and `/ready` answers 503.
    "signs": {"BACKEND": "django.core.cache.backends.redis.RedisCache", **_VALKEY},
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = int(os.environ.get("WORKER_CONCURRENCY", "2"))
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60  # seconds: a process of the worker reads fonts before it says that it is up
CELERY_TIMEZONE = "Europe/London"
# A broker that is down must not hold a request: two quick tries, then the sweep finds the row.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5, "max_retries": 1}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

SWEEP_SECONDS = float(os.environ.get("SWEEP_SECONDS", "30"))
# How long a worker has a paper to itself. One that is killed is replaced by the sweep after this.
DOCUMENT_LEASE_SECONDS = float(os.environ.get("DOCUMENT_LEASE_SECONDS", "180"))
CELERY_BEAT_SCHEDULER = "config.celery:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "reports.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": max(SWEEP_SECONDS, 5)},  # sweeps do not pile up behind a busy worker
    },
    "digests": {
        "task": "reports.tasks.write_digests",
        "schedule": crontab(minute="*/5", hour="7-10"),  # of Europe/London, in summer and in winter
        "options": {"expires": 4 * 60},
    },
    "follow up": {
        "task": "supervision.tasks.follow_up",
        "schedule": crontab(hour=6, minute=40),
        "options": {"expires": 60 * 60},
    },
    "follow up reviews": {
        "task": "performance.tasks.follow_up",
        "schedule": crontab(hour=6, minute=50),
        "options": {"expires": 60 * 60},
    },
    "words of packs": {
        "task": "reports.tasks.remind_of_words",
        "schedule": crontab(hour=7, minute=25),
        "options": {"expires": 60 * 60},
    },
    "remind of words": {
        "task": "performance.tasks.remind_of_words",
        "schedule": crontab(hour=7, minute=20),
        "options": {"expires": 60 * 60},
    },
    "ask again": {
        "task": "casework.tasks.ask_again",
        "schedule": crontab(minute="*/5", hour="8-15"),
        "options": {"expires": 4 * 60},
    },
    "turn rounds": {
        "task": "performance.tasks.turn_rounds",
        "schedule": crontab(hour=5, minute=20),
        "options": {"expires": 60 * 60},
    },
    "take readings": {
        "task": "reports.tasks.take_readings",
        "schedule": crontab(hour=4, minute=40),
        "options": {"expires": 60 * 60},
    },
    "ask Notify": {
        "task": "teams.tasks.ask_notify",
        "schedule": crontab(minute=41),
        "options": {"expires": 30 * 60},
    },
    "clear sessions": {
        "task": "teams.tasks.clear_sessions",
        "schedule": crontab(hour=3, minute=17),
        "options": {"expires": 60 * 60},
    },
}
