"""Performance's work in the background: reminders, reviews that become final where a school is silent, and rounds of
questions that open and close by themselves.
"""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from performance.actions import agreeing, head_parts, rounds, words_mail
from performance.models import Review, TermReport
from teams.foundation.access import system
from teams.foundation.tenancy import alone
from teams.models import Authority


@shared_task(name="performance.tasks.follow_up")
def follow_up(**_: object) -> None:
    """Every morning, for every authority: one reminder after five school days, final after ten without a school; and
    who heads a school no longer leaves the calendar of its meeting."""
    now = timezone.now()
    by = system("follow_up", today=timezone.localdate(now))
    for authority in Authority.objects.filter(closed_at=None):
        with alone(authority.pk, "calendars of reviews were not kept"):
            head_parts.keep_calendars(at=now)
        waiting: list[Review] = []
        with alone(authority.pk, "reviews were not followed up"):
            waiting = list(Review.objects.filter(status=Review.Status.TO_AGREE).order_by("sent_at", "pk"))
        for review in waiting:  # each by itself: what fails when it is kept is not the others' either
            with alone(authority.pk, f"review {review.public_id} was not followed up"):
                agreeing.follow_up(review, by=by, at=now)


@shared_task(name="performance.tasks.turn_rounds")
def turn_rounds(**_: object) -> None:
    """Every morning, for every authority."""
    now = timezone.now()
    today = timezone.localdate(now)
    by = system("turn_rounds", today=today)
    for authority in Authority.objects.filter(closed_at=None):
        with alone(authority.pk, "rounds of questions did not turn"):
            rounds.turn(today, by=by, at=now)


@shared_task(name="performance.tasks.remind_of_words")
def remind_of_words(**_: object) -> None:
    """Every morning, for every authority: managers whose words for a term's report are missing, near the day."""
    now = timezone.now()
    for authority in Authority.objects.filter(closed_at=None):
        with alone(authority.pk, "managers were not reminded of their words"):
            drafts = TermReport.objects.filter(status=TermReport.Status.DRAFT).select_related("begun_by")
            for report in drafts.order_by("begun_at", "pk"):
                with alone(authority.pk, f"managers were not reminded of report {report.public_id}"):
                    words_mail.TERM_REPORT.remind(report, at=now)
