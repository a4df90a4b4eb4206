"""Who pays what for a post from a day on, and whose signed share that leaves behind."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from schools.actions import agreements
from schools.actions.money import Payer, PostCost, cost_of_post, in_order, is_paid_as_sealed, payers_of, share_out
from schools.actions.placements import being_written
from schools.models import Agreement, School, Share
from schools.rules import shares
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.words import day as day_in_words
from teams.models import Post


def say_who_pays(
    agreement: Agreement, new: list[tuple[Payer, Decimal]], *, from_day: date, by: Principal, at: datetime
) -> list[School]:
    """Who pays what for the post from a day on. Returns the other schools whose agreed share this is no longer.

    Those whose agreement is being signed are among them: it can no longer be, until it is sent anew.

    Raises Refusal when it does not come to 100.00, or would change what has been signed for days that are over.
    """
    being_written(agreement, by)
    post, today = agreement.placement.post, timezone.localdate(at)
    if total_is_wrong := explain_total(new, from_day):
        raise Refusal(total_is_wrong, field="shares", code="not_100")
    held = {share.payer: share.percent for share in shares.shares_on(payers_of(post), from_day)}
    later = post.shares.filter(starts_on__gt=from_day).exists()
    if held == dict(new) and not later:
        return []
    if from_day < post.starts_on:
        raise Refusal(
            f"The post starts on {day_in_words(post.starts_on)}. Choose that day or a later one.", field="from_day"
        )
    if from_day < today and Agreement.objects.in_force_after(from_day).filter(placement__post=post).exists():
        raise Refusal(
            "What has been signed and charged is never changed afterwards. Choose today or a later day.",
            field="from_day",
            code="in_the_past",
        )
    with transaction.atomic():
        share_out(post, new, from_day=from_day, by=by, at=at)
        others = Agreement.objects.filter(placement__post=post).exclude(placement=agreement.placement)
        there = others.select_related("placement__school", "placement__post", "in_force", "latest")
        return [
            *(other.placement.school for other in there.active() if pays_otherwise(other, today)),
            *(
                other.placement.school
                for other in there.waiting_for_signature()
                if not is_paid_as_sealed(other, other.latest)
            ),
        ]


def explain_total(new: list[tuple[Payer, Decimal]], from_day: date) -> str:
    """The sentence for shares that do not come to 100.00; "" when they do."""
    total = sum((percent for _, percent in new), Decimal("0.00"))
    return "" if total == shares.WHOLE else shares.explain(shares.WrongDates(from_day, None, total))


def price(agreement: Agreement, new: list[tuple[Payer, Decimal]], *, from_day: date, today: date) -> PostCost:
    """What the agreement's period would cost with these shares from that day on. Saves nothing. Raises Refusal."""
    post = agreement.placement.post
    held = payers_of(post)
    starts_on = agreement.starts_on
    if not shares.shares_on(held, min(starts_on, from_day)):
        from_day, held = min(starts_on, from_day), []  # nobody has paid yet: these are the first
    after = in_order(shares.change_from(held, from_day, dict(new)))
    return cost_of_post(
        post,
        authority=agreement.authority,
        starts_on=starts_on,
        ends_on=agreement.ends_on,
        payers=after,
        before=agreements.printed_schedule(agreement, after),
        change_from=today,
    )


def usual_split(post: Post) -> tuple[Payer, Decimal] | None:
    """What a fund pays of the newest post of this profession that one fund and one school share; None if there is none.

    A start for a post that nobody has paid for yet: shown in the boxes, never saved by itself.
    """
    newest = Share.objects.filter(post__profession=post.profession, ends_on=None).order_by("-starts_on", "-post_id")
    rows = list(newest.select_related("fund")[:20])
    for row in rows:
        others = [other for other in rows if other.post_id == row.post_id and other.pk != row.pk]
        if row.fund is not None and len(others) == 1 and others[0].school_id is not None:
            return row.fund, row.percent
    return None


def pays_otherwise(agreement: Agreement, today: date) -> bool:
    """Would this school pay another sum than the one that it signed?"""
    payers = payers_of(agreement.placement.post)
    printed = agreements.printed_schedule(agreement, payers)
    authority = agreement.authority
    try:
        cost = cost_of_post(
            agreement.placement.post,
            authority=authority,
            starts_on=agreement.starts_on,
            ends_on=agreement.ends_on,
            payers=payers,
            before=printed,
            change_from=today,
        )
    except Refusal:
        return True
    now = cost.schedule.payers().get(agreement.placement.school, Decimal("0.00"))
    return now != agreement.in_force.school_cost
