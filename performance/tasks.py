"""Performance's work in the background: reminders, reviews that become final where a school is silent, and rounds of
questions that open and close by themselves.
"""

from __future__ import annotations

import logging
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from performance.actions import agreeing, head_parts, rounds, words_mail
from performance.models import Review, TermReport
from teams.foundation.access import Principal, system
from teams.foundation.tenancy import authority_scope
from teams.models import Authority

logger = logging.getLogger(__name__)


@shared_task(name="performance.tasks.follow_up")
def follow_up(**_: object) -> None:
    """Every morning, for every authority: one reminder after five school days, final after ten without a school; and
    who heads a school no longer leaves the calendar of its meeting."""
    now = timezone.now()
    by = system("follow_up", today=timezone.localdate(now))
    for authority in Authority.objects.filter(closed_at=None):
        try:
            with authority_scope(authority.pk):
                head_parts.keep_calendars(at=now)
                waiting = Review.objects.filter(status=Review.Status.TO_AGREE).order_by("sent_at", "pk")
                for review in list(waiting):
                    _follow_up_one(review, by=by, at=now)
        except Exception:  # one authority's trouble is not the others'
            logger.exception("reviews were not followed up for authority %s", authority.pk)


def _follow_up_one(review: Review, *, by: Principal, at: datetime) -> None:
    try:
        agreeing.follow_up(review, by=by, at=at)
    except Exception:  # one review's trouble is not the others'
        logger.exception("review %s was not followed up", review.public_id)


@shared_task(name="performance.tasks.turn_rounds")
def turn_rounds(**_: object) -> None:
    """Every morning, for every authority."""
    now = timezone.now()
    today = timezone.localdate(now)
    by = system("turn_rounds", today=today)
    for authority in Authority.objects.filter(closed_at=None):
        try:
            with authority_scope(authority.pk):
                rounds.turn(today, by=by, at=now)
        except Exception:  # one authority's trouble is not the others'
            logger.exception("rounds of questions did not turn for authority %s", authority.pk)


@shared_task(name="performance.tasks.remind_of_words")
def remind_of_words(**_: object) -> None:
    """Every morning, for every authority: managers whose words for a term's report are missing, near the day."""
    now = timezone.now()
    for authority in Authority.objects.filter(closed_at=None):
        try:
            with authority_scope(authority.pk):
                drafts = TermReport.objects.filter(status=TermReport.Status.DRAFT).select_related("begun_by")
                for report in drafts.order_by("begun_at", "pk"):
                    words_mail.TERM_REPORT.remind(report, at=now)
        except Exception:  # one authority's trouble is not the others'
            logger.exception("managers were not reminded of their words for authority %s", authority.pk)
