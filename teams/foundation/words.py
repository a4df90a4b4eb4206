"""How days, moments, money and counts are written on a page, in a mail and on paper: one way each, in British English.

All take plain values and give plain text; `config/jinja2.py` offers each as a filter of its own name. None of them
knows what to write for nothing: a page that may have no date says so in words of its own.
"""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
PENNY = Decimal("0.01")


def midnight(value: date) -> datetime:
    """The moment at which the day begins in London: the days from one to another are `midnight(one) <= at <
    midnight(the day after the other)`, summer time or not.
    """
    return datetime.combine(value, time(), tzinfo=LONDON)


def day(value: date) -> str:
    """ "4 September 2026". A moment is given as the day it falls on in London."""
    there = _day_in_london(value)
    return f"{there.day} {there:%B %Y}"


def short_day(value: date) -> str:
    """ "4 Sep 2026", for the narrow columns of a table."""
    there = _day_in_london(value)
    return f"{there.day} {there:%b %Y}"


def moment(value: datetime) -> str:
    """ "3 September 2026 at 7:12am", by the clocks of London; whole hours as "7am", and midday and midnight by name.

    Raises ValueError for a moment without a time zone: nobody could say which clock it was read from.
    """
    there = _in_london(value)
    return f"{day(there)} at {clock(there)}"


def money(value: Decimal | int) -> str:
    """ "£14,145.00". Pounds, to the penny, halves away from zero; a minus stands before the pound sign."""
    pounds = Decimal(value).quantize(PENNY, rounding=ROUND_HALF_UP)
    return f"{'-' if pounds < 0 else ''}£{abs(pounds):,.2f}"


def whole_money(value: Decimal | int) -> str:
    """ "£14,145", or "£14,145.50" where there are pence: never rounded to the pound."""
    return money(value).removesuffix(".00")


def percent(value: Decimal | int) -> str:
    """ "59 %", or "33.33 %" where the share is not a whole number; the space does not break at the end of a line."""
    number = Decimal(value).quantize(PENNY, rounding=ROUND_HALF_UP)
    return f"{number:,.2f}".removesuffix(".00") + NO_BREAK_SPACE + "%"


def counted(number: int, one: str, many: str) -> str:
    """ "1 school", "1,096 schools", "0 schools"."""
    return f"{number:,} {one if number == 1 else many}"


def iso_day(value: str) -> str:
    """ "2026-09-04" as "4 September 2026": sealed texts hold dates as ISO text."""
    return day(date.fromisoformat(value[:10]))


def iso_month(value: str) -> str:
    """ "2026-09-01" as "September 2026"."""
    return f"{date.fromisoformat(value[:10]):%B %Y}"


def iso_money(value: str) -> str:
    """ "14145.00" as "£14,145.00": sealed texts hold money as text with its pennies."""
    return money(Decimal(value))


FILTERS = {
    words.__name__: words
    for words in (day, short_day, moment, money, whole_money, percent, counted, iso_day, iso_month, iso_money)
}


def _in_london(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone, so its day and hour are not known.")
    return value.astimezone(LONDON)


def _day_in_london(value: date) -> date:
    return _in_london(value).date() if isinstance(value, datetime) else value


def clock(there: datetime) -> str:
    """ "7:12am", by the clock on the wall: nothing is asked about its time zone."""
    if (there.hour, there.minute) == (0, 0):
        return "midnight"
    if (there.hour, there.minute) == (12, 0):
        return "midday"
    minutes = f":{there.minute:02d}" if there.minute else ""
    return f"{there.hour % 12 or 12}{minutes}{'am' if there.hour < 12 else 'pm'}"
