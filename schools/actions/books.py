"""Posts with who pays for them and what they cost, read once: whatever counts money over many posts counts it here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q

from schools.actions.money import yearly_costs
from schools.models import Share
from schools.rules import money, shares
from schools.rules.plans import Payer, Rate, Terms
from teams.foundation.access import OneOf, Principal
from teams.foundation.errors import Refusal
from teams.foundation.kept import Kept
from teams.models import Employment, PayRate, Post, PostTerms

ZERO = Decimal("0.00")
# A share's payer by its place among the post's payers, with its per cent and its dates.
Placed = tuple[int, Decimal, date, date | None]


class PostMoney(NamedTuple):
    """What every payer pays for one post in a period; or `problem`, why that cannot be said.

    `late` is the part of it that falls on days after the fund's own end, where its share was left to go on.
    """

    post: Post
    amounts: dict[Payer, Decimal]
    problem: str = ""
    late: Mapping[Payer, Decimal] = {}


class Held(NamedTuple):
    """What part of a post a payer pays, in per cent: the plain values of a Share, with the last day of its fund."""

    post_id: int
    fund_id: int | None
    school_id: int | None
    percent: Decimal
    starts_on: date
    ends_on: date | None
    fund_ends_on: date | None

    @property
    def payer(self) -> Payer:
        return Payer("school", self.school_id or 0) if self.fund_id is None else Payer("fund", self.fund_id)


class Scale(NamedTuple):
    """How a county pays by hours and weeks, by the names of its authority's columns."""

    whole_time_hours: Decimal
    term_time_weeks: Decimal
    term_time_days_off: Decimal


class Nameless(NamedTuple):
    """A post that is only priced."""

    name: str = ""


class Paid(NamedTuple):
    """What each payer pays, by place among the post's payers; and of funds that end before, what is late."""

    amounts: tuple[tuple[int, Decimal], ...]
    late: tuple[tuple[int, Decimal], ...]


class Book:
    """The posts of a period that a reader may see, both dates inclusive, with terms, shares and rates.

    Four queries at any size. Posts know their `area_id` and `area_name`, those of their team, and whether somebody
    `is_held` in them. `shares` and `terms` are plain values by the post's key, shares in the order of the agreements'
    schedules: whole records of two hundred posts took longer to make than their money to count.
    """

    def __init__(
        self,
        principal: Principal,
        authority: Any,
        *,
        starts_on: date,
        ends_on: date,
        only: Collection[int] | None = None,  # these posts, by their keys; else all
    ) -> None:
        self.authority, self.starts_on, self.ends_on = authority, starts_on, ends_on
        self.scale = Scale(authority.whole_time_hours, authority.term_time_weeks, authority.term_time_days_off)
        asked = {"starts_on": starts_on, "ends_on": ends_on, "today": principal.today}
        if only is None:
            self.posts: list[Any] = _posts.visible_to(principal, **asked)
        else:
            these: Any = _posts.build(**asked).filter(pk__in=only)
            self.posts = list(these.visible_to(principal))
        keys = [post.pk for post in self.posts]
        self.shares: dict[int, list[Held]] = {key: [] for key in keys}
        for held in sorted(map(Held._make, _shares(posts=keys)), key=_payers_order):
            self.shares[held.post_id].append(held)
        self._terms: dict[int, tuple[tuple[Any, ...], ...]] = dict.fromkeys(keys, ())
        for key, *terms in _terms(posts=keys):
            self._terms[key] += (tuple(terms),)
        self._rates = _rates()

    @cached_property
    def rates(self) -> tuple[Rate, ...]:
        return tuple(Rate(*each) for each in self._rates)

    @cached_property
    def posts_money(self) -> list[PostMoney]:
        """For the whole period, or that part of it in which there is the post."""
        return [self.money_of(post, self.starts_on, self.ends_on) for post in self.posts]

    def terms_of(self, post: Post) -> tuple[Terms, ...]:
        """In the order of their dates."""
        return tuple(Terms(*each) for each in self._terms[post.pk])

    def payers_of(self, post: Post) -> list[shares.Share]:
        """The post's shares as they are reckoned with."""
        return [shares.Share(each.payer, each.percent, each.starts_on, each.ends_on) for each in self.shares[post.pk]]

    def money_of(self, post: Post, starts_on: date, ends_on: date) -> PostMoney:
        """One post in a part of the period."""
        first, last = max(starts_on, post.starts_on), min(ends_on, post.ends_on or ends_on)
        places: dict[Payer, int] = {}
        held: list[Placed] = []
        ends: list[date | None] = []
        for share in self.shares[post.pk]:
            place = places.setdefault(share.payer, len(places))
            if place == len(ends):
                ends.append(share.fund_ends_on if share.fund_ends_on and share.fund_ends_on < last else None)
            held.append((place, share.percent, share.starts_on, share.ends_on))
        terms = self._terms[post.pk]
        try:
            paid = _paid(first, last, terms, self._rates_of(terms), self.scale, tuple(held), tuple(ends))
        except Refusal as refusal:
            return PostMoney(post, {}, self._problem(post, first, last) or refusal.message)
        payers = list(places)
        return PostMoney(
            post,
            {payers[place]: amount for place, amount in paid.amounts},
            late={payers[place]: amount for place, amount in paid.late},
        )

    def _rates_of(self, terms: tuple[tuple[Any, ...], ...]) -> tuple[tuple[Any, ...], ...]:
        """Those of the points of pay that a post is or was on: a rate of another point changes nothing in it."""
        found: tuple[tuple[Any, ...], ...] = ()
        for point in dict.fromkeys((each[1], each[2]) for each in terms):
            found += self._rates_by_point.get(point, ())
        return found

    @cached_property
    def _rates_by_point(self) -> dict[tuple[str, int], tuple[tuple[Any, ...], ...]]:
        found: dict[tuple[str, int], tuple[tuple[Any, ...], ...]] = {}
        for each in self._rates:
            found[each[:2]] = (*found.get(each[:2], ()), each)
        return found

    def _problem(self, post: Post, starts_on: date, ends_on: date) -> str:
        """Why the post has no price, with its name; "" where it has one."""
        try:
            yearly_costs(
                post, self.terms_of(post), self.rates, authority=self.scale, starts_on=starts_on, ends_on=ends_on
            )
        except Refusal as refusal:
            return refusal.message
        return ""


@lru_cache(maxsize=4096)
def _paid(
    starts_on: date,
    ends_on: date,
    terms: tuple[tuple[Any, ...], ...],
    rates: tuple[tuple[Any, ...], ...],
    scale: Scale,
    held: tuple[Placed, ...],
    ends: tuple[date | None, ...],
) -> Paid:
    """Worked out once for all posts that are paid and shared out alike, whoever their payers are: nothing but these
    values is looked at. Raises Refusal, which is not kept.
    """
    costs, _ = yearly_costs(
        Nameless(),
        [Terms(*each) for each in terms],
        # By date, whichever point they are of, as the costs are made.
        sorted((Rate(*each) for each in rates), key=lambda each: each.starts_on),
        authority=scale,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    sharing = [shares.Share(*each) for each in held]
    schedule = money.schedule(starts_on=starts_on, ends_on=ends_on, costs=costs, shares=sharing)
    amounts: dict[Any, Decimal] = schedule.payers()
    over = {place: last for place, last in enumerate(ends) if last is not None and place in amounts}
    late = dict.fromkeys(over, ZERO)
    for (_, place), amount in money.late_in(schedule, over, costs=costs, shares=sharing).items():  # type: ignore[arg-type]
        late[place] += amount  # type: ignore[index]
    return Paid(tuple(amounts.items()), tuple(late.items()))


def _payers_order(share: Held) -> tuple[bool, int, date]:
    """Funds first, as in the agreements' schedules (schools.actions.money.payers_of): it decides who gets a penny."""
    return (share.fund_id is None, share.fund_id or share.school_id or 0, share.starts_on)


@Kept
def _posts(*, starts_on: Any, ends_on: Any, today: Any) -> Any:
    # Held, too, by who is still to begin: the post is given away.
    lasts = Q(ends_on=None) | Q(ends_on__gte=today)
    in_post = Employment.objects.filter(lasts, post=OuterRef("pk"), person__left_at=None)
    return (
        Post.objects.filter(starts_on__lte=ends_on)
        .filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
        .annotate(is_held=Exists(in_post), area_id=F("team__area_id"), area_name=F("team__area__name"))
        .order_by("name", "pk")
    )


@Kept
def _shares(*, posts: Any) -> Any:
    rows = Share.objects.filter(OneOf("post_id", posts)).order_by("starts_on", "pk")
    return rows.values_list("post_id", "fund_id", "school_id", "percent", "starts_on", "ends_on", "fund__ends_on")


@Kept
def _terms(*, posts: Any) -> Any:
    rows = PostTerms.objects.filter(OneOf("post_id", posts)).order_by("starts_on", "pk")
    return rows.values_list("post_id", "starts_on", "grade", "point", "hours_per_week", "term_time_only")


@Kept
def _rates() -> Any:
    rows = PayRate.objects.order_by("starts_on", "pk")
    return rows.values_list("grade", "point", "starts_on", "salary", "on_costs_percent")
