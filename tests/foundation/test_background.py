"""What the ground floor's tasks do when something goes wrong, and each night."""

from __future__ import annotations

import logging
from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.celery import app
from teams.foundation import mail
from teams.foundation.links import Link
from teams.foundation.mail import ATTEMPTS, LEASE, Notice
from teams.tasks import clear_sessions, send_notice
from tests.factories.authorities import NOW

pytestmark = pytest.mark.django_db

KIND, SECRET = "tests_broken", "Hetty Ash, 4 The Green"


@pytest.fixture
def notice(fenshire, monkeypatch):
    monkeypatch.setitem(mail._kinds, KIND, mail.Kind(KIND, "Your code: {code}"))
    monkeypatch.setattr(mail, "_nudges", [])
    with fenshire.inside():
        yield mail.write(
            KIND,
            to=fenshire.people["manager"],
            matter="broken",
            at=NOW,
            words={"code": "123456"},
            purpose="tests.see",
            subject=fenshire.oakfield,
            asked_for=True,
        )


def test_a_mail_that_cannot_be_written_is_noted_and_given_up(fenshire, notice, monkeypatch, caplog):
    """Any error counts as a try; what it says is kept out of the log, for it may quote a name."""

    def broken(*_):
        raise ValueError(SECRET)

    monkeypatch.setattr(mail, "render_to_string", broken)
    with caplog.at_level(logging.ERROR, logger="teams.tasks"):
        for _ in range(ATTEMPTS + 3):
            Notice.objects.update(due_at=NOW, lease_until=None)
            send_notice.run(fenshire.authority.pk, notice.pk)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == (Notice.State.FAILED, ATTEMPTS)
    assert notice.problem.startswith("The e-mail could not be written.")
    assert notice.words == {}
    assert Link.objects.count() == ATTEMPTS
    assert len(caplog.records) == ATTEMPTS
    assert "in broken" in caplog.text
    assert SECRET not in caplog.text


def test_a_mail_whose_worker_dies_each_time_is_given_up(notice):
    at = NOW
    for _ in range(ATTEMPTS):
        assert mail.claim(notice.pk, at=at)
        at += LEASE + timedelta(seconds=1)
    assert mail.claim(notice.pk, at=at) is None
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.words) == (Notice.State.FAILED, ATTEMPTS, {})
    assert notice.problem == "Sending was broken off each time."
    assert Link.objects.count() == ATTEMPTS
    assert not Notice.objects.due(at + timedelta(days=1)).exists()


def test_sessions_that_are_over_are_thrown_away_and_others_kept():
    for hours in (-1, 1):
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session["hours"] = hours
        session.save()
        Session.objects.filter(pk=session.session_key).update(expire_date=timezone.now() + timedelta(hours=hours))
    clear_sessions.run()
    assert [each.get_decoded()["hours"] for each in Session.objects.all()] == [1]


def test_beat_sends_what_it_is_to_send_by_names_that_there_are():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled == {
        "casework.tasks.ask_again",
        "performance.tasks.follow_up",
        "performance.tasks.remind_of_words",
        "performance.tasks.turn_rounds",
        "reports.tasks.remind_of_words",
        "reports.tasks.sweep",
        "reports.tasks.take_readings",
        "reports.tasks.write_digests",
        "teams.tasks.ask_notify",
        "supervision.tasks.follow_up",
        "teams.tasks.clear_sessions",
    }
    assert scheduled <= set(app.tasks)
