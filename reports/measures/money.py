"""What the funds pay this school year, to the penny, from the posts' own grades, hours and shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import Any, NamedTuple

from reports.measures.agreements import COUNTY
from reports.measures.measure import NO_AREA, Answer, Cell, Counted, Line, Measure, Reader, Slice, terms_of
from schools.actions.ahead import Ahead, RiskLine, schools_in
from schools.actions.books import Book, Held, PostMoney
from schools.models import FundingStream
from schools.rules.ahead import posts_in_words
from schools.rules.plans import Payer
from teams.foundation.words import counted, day, percent
from teams.foundation.words import money as in_pounds
from teams.models import Post

ZERO = Decimal("0.00")
DAY = timedelta(days=1)


class FundLine(NamedTuple):
    """One fund's part of one post. Without an amount, `problem` says why."""

    fund: FundingStream | None
    post: Post
    held: Sequence[Held] = ()  # the fund's shares of the post
    amount: Decimal | None = None
    problem: str = ""
    late: Decimal = ZERO


def _shares_in_words(held: Iterable[Held], first: date, last: date) -> str:
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
    """The book of this reader: of three years, for whatever asks about money."""
    return ahead_of(reader).county.book


def posts_money(reader: Reader) -> list[PostMoney]:
    """What every payer pays for every post of this school year, worked out once however many figures ask for it."""
    if "posts money" not in reader.kept:
        book, (first, last) = book_of(reader), reader.year_dates
        reader.kept["posts money"] = [
            book.money_of(post, first, last)
            for post in book.posts
            if post.starts_on <= last and (post.ends_on is None or post.ends_on >= first)
        ]
    return reader.kept["posts money"]


def ahead_of(reader: Reader) -> Ahead:
    """Money ahead, read once too."""
    if "ahead" not in reader.kept:
        terms = [(term.starts_on, term.ends_on) for term in terms_of(reader)]
        reader.kept["ahead"] = Ahead(reader.principal, reader.authority, reader.today, terms=terms)
    return reader.kept["ahead"]


def is_here(post: Any, reader: Reader) -> bool:
    """Is it a post (of a Book) of the place that is asked about?"""
    place = reader.place
    if place is None:
        return True
    return post.team_id == place.pk if place.is_team else post.area_id in place.areas


def funds_of(reader: Reader) -> list[FundingStream]:
    """The funds that this reader may see, by name."""
    return sorted(ahead_of(reader).county.funds.values(), key=lambda fund: (fund.name, fund.pk))


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
    asked_as = ("money", "funds", "money by fund", "what funds pay", "grant")
    audience = COUNTY
    costs = True
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
        posts = [each for each in posts_money(reader) if is_here(each.post, reader)]
        if not posts:
            return Answer(unknown="Not known: no posts have been added here yet.")
        problems = sum(bool(each.problem) for each in posts)
        if problems == len(posts):
            return Answer(unknown=f"Not known: {posts[0].problem}")
        paid, late_by_payer = _added_up(each.amounts for each in posts), _added_up(each.late for each in posts)
        late = {fund: late_by_payer.get(Payer("fund", fund.pk), ZERO) for fund in funds}
        whole = sum(paid.values(), ZERO)
        slices = tuple(
            Slice(
                fund.name,
                paid.get(Payer("fund", fund.pk), ZERO),
                whole,
                note=f"ends {fund.ends_on:%B %Y}" if fund.ends_on else "no end date",
                more=_late_in_words(late[fund]),
            )
            for fund in funds
        )
        return Answer(sum((each.number for each in slices), ZERO), whole, slices, _since(late, problems, reader))

    def rows(self, reader: Reader) -> list[FundLine]:
        """What could not be worked out first, then fund by fund, post by post."""
        funds = {Payer("fund", fund.pk): fund for fund in funds_of(reader)}
        lines: list[FundLine] = []
        book = book_of(reader)
        for each in posts_money(reader):
            if not is_here(each.post, reader):
                continue
            if each.problem:
                lines.append(FundLine(None, each.post, problem=each.problem))
            for payer, amount in each.amounts.items():
                if payer in funds:
                    held = [share for share in book.shares[each.post.pk] if share.payer == payer]
                    lines.append(FundLine(funds[payer], each.post, held, amount, late=each.late.get(payer, ZERO)))
        return sorted(lines, key=lambda line: (line.fund.name if line.fund else "", line.post.name))

    def line(self, row: FundLine, reader: Reader) -> Line:
        if row.fund is None or row.amount is None:
            return Line(["Not known", {"text": row.post.name, "more": row.problem}, "", ""])
        amount = {"text": in_pounds(row.amount), "more": _late_in_words(row.late)}
        return Line([row.fund.name, row.post.name, _shares_in_words(row.held, *reader.year_dates), amount])


def _added_up(each_post: Iterable[Mapping[Payer, Decimal]]) -> dict[Payer, Decimal]:
    """By payer, over all posts."""
    sums: dict[Payer, Decimal] = {}
    for amounts in each_post:
        for payer, amount in amounts.items():
            sums[payer] = sums.get(payer, ZERO) + amount
    return sums


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


class MoneyAtRisk(Counted):
    code = "money-at-risk"
    words = "a year for posts whose money has ended or may end within 12 months"
    name = "Money at risk in 12 months"
    why = "Notice takes a whole school term: what nobody will pay for must be known long before it ends."
    counted = (
        "What parts of posts cost, in pounds a year at today’s pay: those whose fund or share has ended or ends within "
        "the next 12 months with nobody following, and those whose school has said that it cannot keep its worker or "
        "does not know yet. A post that goes on after its money has ended counts until somebody pays for it. Each part "
        "counts once, and no more of it than is at risk then."
    )
    source = "Posts, pay rates, shares, funds and the schools’ answers in Alongside"
    audience = COUNTY
    costs = True
    heads = ("Post", "Paid by", "Area", "Why", "A year")
    numeric = frozenset({"A year"})
    asked_as = ("money at risk", "posts at risk", "at risk")
    goes_back = False  # since when an end or an answer was known is not kept

    def in_words(self, number: int | Decimal) -> str:
        return in_pounds(number)

    def lines(self, reader: Reader) -> list[RiskLine]:
        if "risks" not in reader.kept:
            reader.kept["risks"] = ahead_of(reader).money_at_risk()
        return reader.kept["risks"]

    def cells(self, reader: Reader) -> list[Cell]:
        """Of each area and team, and one of nothing for each where nothing is at risk: that is known."""
        areas = reader.grain.area_keys
        found = {(post.area_id, post.team_id): ZERO for post in ahead_of(reader).county.book.posts}
        for line in self.lines(reader):
            key = (areas.get(line.area), line.part.post.team)
            found[key] = found.get(key, ZERO) + (line.a_year or ZERO)
        return [Cell(area, team, amount) for (area, team), amount in found.items()]

    def look(self, reader: Reader) -> Answer:
        """Where no cost of what is at risk can be worked out, it is not known: never £0.00."""
        if self._is_unknown(reader):
            return Answer(
                unknown="Not known: posts are at risk whose cost cannot be worked out. The page Money says why."
            )
        answer = super().look(reader)
        slices = [
            each._replace(instead="Not known") if self._has_no_cost(each, reader) else each for each in answer.slices
        ]
        return replace(answer, slices=tuple(slices))

    def _has_no_cost(self, part: Slice, reader: Reader) -> bool:
        return part.place is not None and self._is_unknown(reader.at(part.place))

    def _is_unknown(self, reader: Reader) -> bool:
        lines = [line for line in self.lines(reader) if self._is_of(line, reader)]
        return bool(lines) and all(line.a_year is None for line in lines)

    def since(self, number: Any, of: Any, cells: Sequence[Cell], reader: Reader) -> str:
        lines = [line for line in self.lines(reader) if self._is_of(line, reader)]
        if not lines:
            return "nothing has ended or ends, and no school has said that it cannot keep its worker"
        posts = sum((line.part.posts for line in lines), ZERO)
        in_words = posts_in_words(posts)
        said = (
            f"{in_words} {'post' if in_words == '1' else 'posts'}, in {counted(schools_in(lines), 'school', 'schools')}"
        )
        unknown = sum(line.a_year is None for line in lines)
        return f"{said}; without {counted(unknown, 'part', 'parts')} whose cost is not known" if unknown else said

    def nothing(self, reader: Reader) -> str:
        return "Not known: no posts have been added yet."

    def rows(self, reader: Reader) -> list[RiskLine]:
        here = [line for line in self.lines(reader) if self._is_of(line, reader)]
        return sorted(here, key=lambda line: (line.part.since, line.payer, line.part.post.name))

    def line(self, row: RiskLine, reader: Reader) -> Line:
        ends = "ended" if row.part.since < reader.today else "ends"
        why = {
            "fund": f"The fund {ends} on {day(row.part.since)}",
            "ends": f"The share {ends} on {day(row.part.since)}, and nobody follows",
            "cannot": "The school cannot keep it",
            "unknown": "The school does not know yet",
        }[row.part.why]
        amount = in_pounds(row.a_year) if row.a_year is not None else "Not known"
        return Line([row.part.post.name, row.payer, row.area or NO_AREA, why, amount])

    def _is_of(self, line: RiskLine, reader: Reader) -> bool:
        return self._is_here(Cell(reader.grain.area_keys.get(line.area), line.part.post.team, ZERO), reader)
