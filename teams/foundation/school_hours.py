"""Which days are worked, and when school people may get mail: school days, 07:00 to 18:00 (journeys 0, rule 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from django.apps import apps
from django.conf import settings
from django.utils import timezone

FIRST_MAIL, LAST_MAIL = time(7, 0), time(18, 0)


def next_school_moment(now: datetime, *, days: Callable[[date], bool]) -> datetime:
    """The first moment from `now` on at which school people may get mail. `days` says what a school day is."""
    if not getattr(settings, "SCHOOL_MAIL_HOURS", True):
        return now
    moment = timezone.localtime(now)
    if days(moment.date()) and FIRST_MAIL <= moment.time() < LAST_MAIL:
        return now
    day = moment.date() if moment.time() < FIRST_MAIL else moment.date() + timedelta(days=1)
    while not days(day):
        day += timedelta(days=1)
    return datetime.combine(day, FIRST_MAIL, tzinfo=moment.tzinfo)


def school_days(near: date) -> Callable[[date], bool]:
    """Is this a school day of the open authority? Where its terms are not known, every working day is."""
    terms = list(apps.get_model("teams", "Term").objects.filter(ends_on__gte=near).order_by("starts_on"))

    def is_school_day(day: date) -> bool:
        if not is_working_day(day):
            return False
        if not terms or day > terms[-1].ends_on:
            return True
        return any(
            term.starts_on <= day <= term.ends_on and not term.half_term_starts_on <= day <= term.half_term_ends_on
            for term in terms
        )

    return is_school_day


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no bank holiday."""
    return day.weekday() <= 4 and day not in _bank_holidays()


@lru_cache(maxsize=1)
def _bank_holidays() -> holidays.HolidayBase:
    """Each year is worked out when it is first asked about."""
    return holidays.country_holidays("GB", subdiv="ENG")
