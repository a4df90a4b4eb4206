"""Posts with who pays for them and what they cost, read once: whatever counts money over many posts counts it here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q

from schools.actions.money import yearly_costs
from schools.models import Share
from schools.rules import money, shares
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.models import Employment, PayRate, Post

ZERO = Decimal("0.00")
DAY = timedelta(days=1)


class PostMoney(NamedTuple):
    """What every payer pays for one post in a period; or `problem`, why that cannot be said.

    `late` is the part of it that falls on days after the fund's own end, where its share was left to go on.
    """

    post: Post
    amounts: dict[Any, Decimal]
    problem: str = ""
    late: Mapping[Any, Decimal] = {}


class Book:
    """The posts of a period that a reader may see, both dates inclusive, with terms, shares and rates.

    Four queries at any size. `shares` are the rows by the post's key, in the order of the agreements' schedules.
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
        # Held, too, by who is still to begin: the post is given away.
        lasts = Q(ends_on=None) | Q(ends_on__gte=principal.today)
        in_post = Employment.objects.filter(lasts, post=OuterRef("pk"), person__left_at=None)
        self.posts = list(
            Post.objects.visible_to(principal)
            .filter(Q() if only is None else Q(pk__in=only), starts_on__lte=ends_on)
            .filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
            .select_related("team__area")
            .annotate(is_held=Exists(in_post))
            .prefetch_related("terms")
            .order_by("name", "pk")
        )
        by_post: dict[int, list[Share]] = {post.pk: [] for post in self.posts}
        held = Share.objects.filter(post__in=by_post).select_related("fund", "school__area")
        for share in sorted(held, key=_payers_order):
            by_post[share.post_id].append(share)
        self.shares = by_post
        self.rates = list(PayRate.objects.order_by("starts_on"))

    @cached_property
    def posts_money(self) -> list[PostMoney]:
        """For the whole period, or that part of it in which there is the post."""
        return [self.money_of(post, self.starts_on, self.ends_on) for post in self.posts]

    def payers_of(self, post: Post) -> list[shares.Share]:
        """The post's shares as plain values; the payer is a FundingStream or a School."""
        return [
            shares.Share(each.fund or each.school, each.percent, each.starts_on, each.ends_on)
            for each in self.shares[post.pk]
        ]

    def costs_of(self, post: Post, starts_on: date, ends_on: date) -> list[money.YearlyCost]:
        """What the post costs a year, by date. Raises Refusal where a grade or a rate is missing."""
        costs, _ = yearly_costs(
            post, list(post.terms.all()), self.rates, authority=self.authority, starts_on=starts_on, ends_on=ends_on
        )
        return costs

    def money_of(self, post: Post, starts_on: date, ends_on: date) -> PostMoney:
        """One post in a part of the period."""
        first, last = max(starts_on, post.starts_on), min(ends_on, post.ends_on or ends_on)
        payers = self.payers_of(post)
        try:
            costs = self.costs_of(post, first, last)
            schedule = money.schedule(starts_on=first, ends_on=last, costs=costs, shares=payers)
        except Refusal as refusal:
            return PostMoney(post, {}, refusal.message)
        return PostMoney(post, schedule.payers(), late=_late(schedule, costs, payers))


def _payers_order(share: Share) -> tuple[bool, int, date]:
    """Funds first, as in the agreements' schedules (schools.actions.money.payers_of): it decides who gets a penny."""
    return (share.fund_id is None, share.fund_id or share.school_id or 0, share.starts_on)


def _late(schedule: money.Schedule, costs: list[money.YearlyCost], payers: list[shares.Share]) -> dict[Any, Decimal]:
    """By fund that ends before the schedule does: what stands in it for the days after. The schedule's own pennies."""
    ends = {payer: payer.ends_on for payer in schedule.payers() if getattr(payer, "ends_on", None)}  # type: ignore[attr-defined]
    late = dict.fromkeys((fund for fund, ends_on in ends.items() if ends_on < schedule.ends_on), ZERO)
    for (_, fund), amount in money.late_in(schedule, ends, costs=costs, shares=payers).items():
        late[fund] += amount
    return late
