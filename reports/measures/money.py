"""What the funds pay this school year, to the penny, from the posts' own grades, hours and shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import NamedTuple

from reports.measures.agreements import COUNTY
from reports.measures.measure import Answer, Line, Measure, Reader, Slice
from schools.actions.books import Book
from schools.models import FundingStream, Share
from teams.foundation.words import counted, day, percent
from teams.foundation.words import money as in_pounds
from teams.models import Post

ZERO = Decimal("0.00")
DAY = timedelta(days=1)


class FundLine(NamedTuple):
    """One fund's part of one post. Without an amount, `problem` says why."""

    fund: FundingStream | None
    post: Post
    shares: str  # in words, with the dates on which they change in the year
    amount: Decimal | None
    problem: str = ""
    late: Decimal = ZERO


def _shares_in_words(held: Iterable[Share], first: date, last: date) -> str:
    """ "59 %, 65 % from 1 December 2026": one payer's shares of a post within these dates."""
    within = [share for share in held if share.starts_on <= last and first <= (share.ends_on or last)]
    words = []
    for share, following in zip_longest(within, within[1:]):
        said = percent(share.percent)
        if share.starts_on > first:
            said += f" from {day(share.starts_on)}"
        if share.ends_on and share.ends_on < last and (not following or following.starts_on > share.ends_on + DAY):
            said += f" until {day(share.ends_on)}"
        words.append(said)
    return ", ".join(words)


def book_of(reader: Reader) -> Book:
    """The book of this reader, read once however many figures ask for it."""
    if "book" not in reader.kept:
        starts_on, ends_on = reader.year_dates
        reader.kept["book"] = Book(reader.principal, reader.authority, starts_on=starts_on, ends_on=ends_on)
    return reader.kept["book"]


def funds_of(reader: Reader) -> list[FundingStream]:
    """The funds that this reader may see, read once too."""
    if "funds" not in reader.kept:
        reader.kept["funds"] = list(FundingStream.objects.visible_to(reader.principal))
    return reader.kept["funds"]


class MoneyByFund(Measure):
    code = "money-by-fund"
    words = "from our funds"
    name = "Money from our funds"
    why = "A fund that ends leaves posts behind it: who pays for them next must be known before notice has to be given."
    counted = (
        "What each fund pays for posts in this school year: a year's cost of the post by grade, hours and on-costs, "
        "month by month, times the fund's share on each date. Posts with nobody in them are counted as if filled, "
        "changes that are sent to sign as if signed. Shares that go on after their fund has ended are counted, and how "
        "much that is stands beside them."
    )
    out_of = "What all payers together pay for the same posts, the schools among them."
    source = "Posts, pay rates and shares in Alongside"
    by = "fund"
    audience = COUNTY
    heads = ("Fund", "Post", "Share", "This school year")
    numeric = frozenset({"Share", "This school year"})

    def period(self, reader: Reader) -> str:
        return f"School year {reader.year_label}, 1 September to 31 August"

    def in_words(self, number: int | Decimal) -> str:
        return in_pounds(number)

    def look(self, reader: Reader) -> Answer:
        funds = funds_of(reader)
        if not funds:
            return Answer(unknown="Not known: no fund has been added yet.")
        book = book_of(reader)
        if not book.posts:
            return Answer(unknown="Not known: no posts have been added yet.")
        posts = book.posts_money
        whole = sum((amount for each in posts for amount in each.amounts.values()), ZERO)
        slices = tuple(
            Slice(
                fund.name,
                sum((each.amounts.get(fund, ZERO) for each in posts), ZERO),
                whole,
                note=f"ends {fund.ends_on:%B %Y}" if fund.ends_on else "no end date",
                more=_late_in_words(sum((each.late.get(fund, ZERO) for each in posts), ZERO)),
            )
            for fund in funds
        )
        problems = sum(bool(each.problem) for each in posts)
        if problems == len(posts):
            return Answer(unknown=f"Not known: {posts[0].problem}")
        late = {fund: sum((each.late.get(fund, ZERO) for each in posts), ZERO) for fund in funds}
        return Answer(sum((each.number for each in slices), ZERO), whole, slices, _since(late, problems, reader))

    def rows(self, reader: Reader) -> list[FundLine]:
        """What could not be worked out first, then fund by fund, post by post."""
        seen = set(funds_of(reader))
        lines: list[FundLine] = []
        book = book_of(reader)
        for each in book.posts_money:
            if each.problem:
                lines.append(FundLine(None, each.post, "", None, each.problem))
            held = book.shares[each.post.pk]
            lines += [
                FundLine(
                    payer,
                    each.post,
                    _shares_in_words((share for share in held if share.fund_id == payer.pk), *reader.year_dates),
                    amount,
                    late=each.late.get(payer, ZERO),
                )
                for payer, amount in each.amounts.items()
                if payer in seen
            ]
        return sorted(lines, key=lambda line: (line.fund.name if line.fund else "", line.post.name))

    def line(self, row: FundLine, reader: Reader) -> Line:
        if row.fund is None or row.amount is None:
            return Line(["Not known", {"text": row.post.name, "more": row.problem}, "", ""])
        amount = {"text": in_pounds(row.amount), "more": _late_in_words(row.late)}
        return Line([row.fund.name, row.post.name, row.shares, amount])


def _late_in_words(late: Decimal) -> str:
    return f"{in_pounds(late)} of it after the fund has ended" if late else ""


def _since(late: Mapping[FundingStream, Decimal], problems: int, reader: Reader) -> str:
    if problems:
        return f"without {counted(problems, 'post', 'posts')} that could not be worked out"
    if any(late.values()):
        said = _late_in_words(sum(late.values(), ZERO)).replace("the fund has", "its fund has")
        names = ", ".join(f"{fund.name}, {fund.ends_on:%B %Y}" for fund, amount in late.items() if amount)
        return f"in {reader.year_label}; {said}: {names}"
    funds = list(late)
    ending = [fund for fund in funds if fund.ends_on and fund.ends_on >= reader.today]
    if not ending:
        return f"in {reader.year_label}; no fund has an end date"
    first = min(ending, key=lambda fund: fund.ends_on or date.max)
    return f"in {reader.year_label}; the first to end: {first.name}, {first.ends_on:%B %Y}"
