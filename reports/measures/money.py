"""What the funds pay this school year, to the penny, from the posts' own grades, hours and shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q

from reports.measures.agreements import COUNTY
from reports.measures.measure import Answer, Line, Measure, Reader, Slice
from schools.models import FundingStream, Share
from schools.rules import money, pay, shares
from teams.foundation.errors import Refusal
from teams.foundation.words import counted, percent
from teams.foundation.words import money as in_pounds
from teams.models import PayRate, Post, PostTerms

ZERO = Decimal("0.00")


class PostMoney(NamedTuple):
    """What every payer pays for one post this school year; or `problem`, why that cannot be said."""

    post: Post
    amounts: dict[Any, Decimal]
    problem: str = ""


class FundLine(NamedTuple):
    """One fund's part of one post. Without an amount, `problem` says why."""

    fund: FundingStream | None
    post: Post
    percent: Decimal | None
    amount: Decimal | None
    problem: str = ""


class Book:
    """Posts with their terms, shares and rates, read once for all figures about money: four queries at any size."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        first, last = reader.year_dates
        self.posts = list(
            Post.objects.visible_to(reader.principal)
            .filter(starts_on__lte=last)
            .filter(Q(ends_on=None) | Q(ends_on__gte=first))
            .select_related("team")
            .prefetch_related("terms")
            .order_by("name", "pk")
        )
        by_post: dict[int, list[Share]] = {post.pk: [] for post in self.posts}
        held = Share.objects.filter(post__in=by_post).select_related("fund", "school")
        for share in sorted(held, key=_payers_order):
            by_post[share.post_id].append(share)
        self.shares = by_post
        self.rates = list(PayRate.objects.order_by("starts_on"))

    @cached_property
    def posts_money(self) -> list[PostMoney]:
        return [self._post_money(post) for post in self.posts]

    def _post_money(self, post: Post) -> PostMoney:
        first, last = self.reader.year_dates
        first, last = max(first, post.starts_on), min(last, post.ends_on or last)
        payers = [
            shares.Share(each.fund or each.school, each.percent, each.starts_on, each.ends_on)
            for each in self.shares[post.pk]
        ]
        try:
            costs = self._yearly_costs(post, first, last)
            schedule = money.schedule(starts_on=first, ends_on=last, costs=costs, shares=payers)
        except Refusal as refusal:
            return PostMoney(post, {}, refusal.message)
        except ValueError as error:  # more hours than whole time: the figures of post and council do not fit together
            return PostMoney(post, {}, f"{post.name}: {error}")
        return PostMoney(post, schedule.payers())

    def _yearly_costs(self, post: Post, first: date, last: date) -> list[money.YearlyCost]:
        """What the post costs a year, by date: a new row each time its grade, its hours or the rate changes."""
        terms = list(post.terms.all())
        dated: Sequence[PostTerms | PayRate] = [*terms, *self.rates]
        days = sorted({first} | {row.starts_on for row in dated if first < row.starts_on <= last})
        ends = [*(following - timedelta(days=1) for following in days[1:]), last]
        return [
            money.YearlyCost(self._a_year(post, terms, start), start, end)
            for start, end in zip(days, ends, strict=True)
        ]

    def _a_year(self, post: Post, terms: Iterable[PostTerms], day: date) -> Decimal:
        held = [each for each in terms if each.starts_on <= day]
        if not held:
            raise Refusal(f"{post.name} has no grade and hours yet.", code="no_grade")
        now = held[-1]
        rates = [
            rate for rate in self.rates if (rate.grade, rate.point) == (now.grade, now.point) and rate.starts_on <= day
        ]
        if not rates:
            raise Refusal(f"There is no pay rate for grade {now.grade} point {now.point}.", code="no_rate")
        authority = self.reader.authority
        term_time = (
            pay.TermTime(authority.term_time_weeks, authority.term_time_days_off) if now.term_time_only else None
        )
        return pay.yearly_pay(
            pay_point=f"grade {now.grade}, point {now.point}",
            salary=rates[-1].salary,
            hours=now.hours_per_week,
            whole_time_hours=authority.whole_time_hours,
            on_costs=rates[-1].on_costs_percent,
            term_time=term_time,
        ).cost


def _payers_order(share: Share) -> tuple[bool, int, date]:
    """Funds first, as in the agreements' schedules (schools.actions.money.payers_of): it decides who gets a penny."""
    return (share.fund_id is None, share.fund_id or share.school_id or 0, share.starts_on)


def book_of(reader: Reader) -> Book:
    """The book of this reader, read once however many figures ask for it."""
    if "book" not in reader.kept:
        reader.kept["book"] = Book(reader)
    return reader.kept["book"]


class MoneyByFund(Measure):
    code = "money-by-fund"
    words = "from our funds"
    name = "Money from our funds"
    why = "A fund that ends leaves posts behind it: who pays for them next must be known before notice has to be given."
    counted = (
        "What each fund pays for posts in this school year: a year's cost of the post by grade, hours and on-costs, "
        "month by month, times the fund's share on each date. Posts with nobody in them are counted as if filled."
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
        funds = list(FundingStream.objects.visible_to(reader.principal))
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
            )
            for fund in funds
        )
        problems = sum(bool(each.problem) for each in posts)
        if problems == len(posts):
            return Answer(unknown=f"Not known: {posts[0].problem}")
        return Answer(sum((each.number for each in slices), ZERO), whole, slices, _since(funds, problems, reader))

    def rows(self, reader: Reader) -> list[FundLine]:
        """What could not be worked out first, then fund by fund, post by post."""
        seen = set(FundingStream.objects.visible_to(reader.principal))
        lines: list[FundLine] = []
        book = book_of(reader)
        for each in book.posts_money:
            if each.problem:
                lines.append(FundLine(None, each.post, None, None, each.problem))
            on_last_day = {share.fund_id: share.percent for share in book.shares[each.post.pk]}
            lines += [
                FundLine(payer, each.post, on_last_day[payer.pk], amount)
                for payer, amount in each.amounts.items()
                if payer in seen
            ]
        return sorted(lines, key=lambda line: (line.fund.name if line.fund else "", line.post.name))

    def line(self, row: FundLine, reader: Reader) -> Line:
        if row.fund is None or row.amount is None or row.percent is None:
            return Line(["Not known", {"text": row.post.name, "more": row.problem}, "", ""])
        return Line([row.fund.name, row.post.name, percent(row.percent), in_pounds(row.amount)])


def _since(funds: list[FundingStream], problems: int, reader: Reader) -> str:
    if problems:
        return f"without {counted(problems, 'post', 'posts')} that could not be worked out"
    ending = [fund for fund in funds if fund.ends_on and fund.ends_on >= reader.today]
    if not ending:
        return f"in {reader.year_label}; no fund has an end date"
    first = min(ending, key=lambda fund: fund.ends_on or date.max)
    return f"in {reader.year_label}; the first to end: {first.name}, {first.ends_on:%B %Y}"
