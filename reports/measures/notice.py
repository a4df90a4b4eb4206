"""What ends, and by when somebody must be told: one school term's notice (agreement, part 8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from reports.measures.agreements import COUNTY
from reports.measures.measure import Answer, Line, Measure, Reader, terms_of
from reports.measures.money import ahead_of, book_of, funds_of
from schools.models import Share
from schools.rules.money import notice_date
from teams.foundation.errors import Refusal
from teams.foundation.words import counted, day

DAY = timedelta(days=1)


class Ending(NamedTuple):
    """Something that ends. `notice_on` is the last day to give notice, or None where the school terms are not known."""

    what: str
    ends_on: date
    notice_on: date | None
    school: UUID | None = None

    def days_left(self, today: date) -> int | None:
        return (self.notice_on - today).days if self.notice_on else None


class NextNotice(Measure):
    code = "next-notice-date"
    words = "days to the next notice date"
    why = "After this day it is too late to end an agreement with the fund or share that pays for it."
    counted = (
        "Days from today to the last day on which one full school term's notice can be given for the next fund, share "
        "or placement that ends."
    )
    source = "Funds, shares, placements and school terms in Alongside"
    grain = ()
    asked_as = ("notice", "notice dates", "notice date", "what ends")
    audience = COUNTY
    heads = ("What ends", "Ends on", "Last day for notice", "Days left")
    numeric = frozenset({"Days left"})

    def look(self, reader: Reader) -> Answer:
        endings = self.rows(reader)
        if not endings:
            return Answer(
                unknown="No fund, share or placement has an end date, so there is no notice to give.",
                instead="None ahead",
            )
        if all(each.notice_on is None for each in endings):
            return Answer(
                unknown=f"Not known: {counted(len(endings), 'thing ends', 'things end')}, but the school terms before "
                "are not known. An administrator adds the terms."
            )
        passed = sum(each.notice_on is not None and each.notice_on < reader.today for each in endings)
        ahead = [
            (each, each.notice_on) for each in endings if each.notice_on is not None and each.notice_on >= reader.today
        ]
        if not ahead:
            words = counted(passed, "notice date has passed", "notice dates have all passed")
            return Answer(unknown=f"{words}. Look at what ends, and who must still be told.", instead="None ahead")
        first, notice_on = ahead[0]
        since = f"{day(notice_on)}: {first.what} ends on {day(first.ends_on)}"
        if passed:
            since += f". {counted(passed, 'notice date has', 'notice dates have')} passed"
        return Answer((notice_on - reader.today).days, since=since)

    def rows(self, reader: Reader) -> list[Ending]:
        """Everything that ends from today on, the earliest notice date first; those without one at the end."""
        if "endings" not in reader.kept:
            reader.kept["endings"] = self._endings(reader)
        return reader.kept["endings"]

    def _endings(self, reader: Reader) -> list[Ending]:
        terms = [(term.starts_on, term.ends_on) for term in terms_of(reader)]
        found = [*_funds(reader), *_shares(reader), *_placements(reader)]
        endings = [each._replace(notice_on=_notice(each.ends_on, terms)) for each in found]
        return sorted(endings, key=lambda each: (each.notice_on or date.max, each.ends_on, each.what))

    def line(self, row: Ending, reader: Reader) -> Line:
        left = row.days_left(reader.today)
        words = "Not known" if left is None else "Passed" if left < 0 else f"{left:,}"
        notice = day(row.notice_on) if row.notice_on else "The school terms before are not known"
        return Line([row.what, day(row.ends_on), notice, words], "school" if row.school else "", row.school)


def _notice(ends_on: date, terms: list[tuple[date, date]]) -> date | None:
    try:
        return notice_date(ends_on, terms=terms)
    except Refusal:
        return None


def _funds(reader: Reader) -> list[Ending]:
    """Funds that end while they still pay for a post."""
    held = [share for shares in book_of(reader).shares.values() for share in shares]
    paying = {share.fund_id for share in held if share.ends_on is None or share.ends_on >= reader.today}
    return [
        Ending(fund.name, fund.ends_on, None)
        for fund in funds_of(reader)
        if fund.ends_on is not None and fund.ends_on >= reader.today and fund.pk in paying
    ]


def _shares(reader: Reader) -> list[Ending]:
    """Payers who stop paying for a post: nothing of theirs follows on the next day. A fund's own end is said once."""
    book, endings = book_of(reader), []
    for post in book.posts:
        shares = book.shares[post.pk]
        for share in shares:
            if share.ends_on is None or share.ends_on < reader.today or _goes_on(share, shares):
                continue
            if share.fund and share.fund.ends_on == share.ends_on:
                continue
            payer: Any = share.fund or share.school
            school = share.school.public_id if share.school else None
            endings.append(Ending(f"{payer}'s share of {post.name}", share.ends_on, None, school))
    return endings


def _goes_on(share: Share, shares: list[Share]) -> bool:
    return any(
        (other.fund_id, other.school_id) == (share.fund_id, share.school_id)
        and other.starts_on == (share.ends_on or date.max) + DAY
        for other in shares
    )


def _placements(reader: Reader) -> list[Ending]:
    county = ahead_of(reader).county
    ending = [each for each in county.placements if each.ends_on and each.ends_on >= reader.today]
    return [
        Ending(
            f"{county.posts[placement.post_id]} at {placement.school}",
            placement.ends_on,
            None,
            placement.school.public_id,
        )
        for placement in ending
        if placement.ends_on
    ]
