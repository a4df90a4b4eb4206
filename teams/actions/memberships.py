"""What somebody is in an authority: given, changed, ended, from a day on.

Each change is a new row: the old role ends the day before the new one, and the past is never edited.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from teams.actions.authorities import administrator_only
from teams.actions.sessions import end_sessions
from teams.foundation import audit
from teams.foundation.access import COUNCIL_ROLES, Principal, Role
from teams.foundation.errors import Refusal
from teams.foundation.words import day as day_in_words
from teams.models import Authority, LineManagement, Membership, Person, Team, User

DAY = timedelta(days=1)


def council_roles_of(person: Person, *, on: date) -> list[Membership]:
    """What they are at the council on this day, or will be from a later one on."""
    held = Membership.objects.not_over_by(on).filter(person=person, role__in=COUNCIL_ROLES)
    return list(held.select_related("team").order_by("starts_on", "pk"))


def give_role(
    person: Person,
    *,
    role: str,
    starts_on: date,
    by: Principal,
    at: datetime,
    team: Team | None = None,
    instead_of: Membership | None = None,
) -> Membership:
    """A role from a day on, as a further one or in place of another, which ends the day before.

    Whoever has left comes in again by it. Raises Refusal, by field, where it cannot be.
    """
    administrator_only(by, "membership.change")
    with transaction.atomic():
        Authority.one_at_a_time()
        person.refresh_from_db()
        if not person.email:
            raise Refusal(f"We have no e-mail address for {person.name}. Add one first, then the role.", field="role")
        if instead_of is not None:
            _refuse_losing(instead_of, role, by=by, today=timezone.localdate(at))
            if starts_on < instead_of.starts_on:
                raise Refusal(
                    f"{person.name} has been {instead_of.get_role_display().lower()} only since "
                    f"{day_in_words(instead_of.starts_on)}. Type that day or a later one.",
                    field="starts_on",
                    code="before_the_first_day",
                )
        _refuse_twice(person, role, starts_on, instead_of)
        let_in_again(person, by=by, at=at)
        ends_on = instead_of.ends_on if instead_of is not None else None
        if instead_of is not None:
            _end(instead_of, last_day=starts_on - DAY)
        held, _ = Membership.objects.update_or_create(
            user=person.user,
            role=role,
            starts_on=starts_on,
            defaults={"person": person, "team": team, "ends_on": ends_on},
        )
        verb = "membership.change" if instead_of is not None else "membership.add"
        audit.record(verb, by=by, at=at, subjects=[person], changed=["role", "team"], reason=role)
    return held


def end_role(held: Membership, *, on: date, by: Principal, at: datetime) -> None:
    """Their last day in this role. Raises Refusal where the day is before the first one, or nobody would be left."""
    administrator_only(by, "membership.end")
    person, today = held.person, timezone.localdate(at)
    with transaction.atomic():
        Authority.one_at_a_time()
        held.refresh_from_db()
        if held.ends_on is not None and held.ends_on < today:
            raise Refusal(f"{person.name} is {held.get_role_display().lower()} no longer.", code="ended")
        _refuse_losing(held, "", by=by, today=today)
        if on < held.starts_on:
            raise Refusal(
                f"{person.name} is {held.get_role_display().lower()} from {day_in_words(held.starts_on)} on. Type that "
                "day or a later one.",
                field="ends_on",
                code="before_the_first_day",
            )
        held.ends_on = on
        held.save(update_fields=["ends_on"])
        audit.record("membership.end", by=by, at=at, subjects=[person], changed=["ends_on"], reason=held.role)
        if person.user is not None and not Membership.objects.on(today).filter(person=person).exists():
            end_sessions(person.user, by=by, at=at)


def set_manager(person: Person, manager: Person | None, *, starts_on: date, by: Principal, at: datetime) -> None:
    """Who manages them from a day on; None for nobody. Raises Refusal, field "manager", where it would go in a ring."""
    administrator_only(by, "person.manage")
    with transaction.atomic():
        Authority.one_at_a_time()
        if manager is not None and person.pk in _above(manager, starts_on):
            raise Refusal(
                f"{person.name} manages {manager.name}, so it cannot be the other way round. Choose somebody else.",
                field="manager",
                code="in_a_ring",
            )
        hand_to(person, manager, starts_on=starts_on)
        audit.record("person.manage", by=by, at=at, subjects=[person], changed=["manager"])


def hand_to(person: Person, manager: Person | None, *, starts_on: date) -> None:
    """The rows of `set_manager`: who was to manage them from this day on no longer does."""
    lines = LineManagement.objects.filter(person=person)
    lines.filter(starts_on__gte=starts_on).delete()
    lines.not_over_by(starts_on).update(ends_on=starts_on - DAY)
    if manager is not None:
        LineManagement.objects.create(person=person, manager=manager, starts_on=starts_on)


def let_in_again(person: Person, *, by: Principal, at: datetime) -> None:
    """Here again: an account that was closed opens, and mails may go."""
    if person.left_at is not None or person.leaves_on is not None:
        person.come_back(by=by, at=at)
    account = person.user
    if account is None or (not account.is_active and account.email != person.email):
        person.give_account(User.objects.for_address(person.email), by=by, at=at)
    elif not account.is_active:
        account.is_active = True
        account.save(update_fields=["is_active"])


def refuse_leaving_nobody(person: Person, *, today: date) -> None:
    """There is always an administrator: nobody else could let one in."""
    is_one = Membership.objects.on(today).filter(person=person, role=Role.ADMINISTRATOR).exists()
    others = Membership.objects.on(today).filter(role=Role.ADMINISTRATOR, ends_on=None, user__is_active=True)
    if is_one and not others.exclude(person=person).exists():
        raise Refusal(
            f"{person.name} is the only administrator. Make a colleague administrator first, then do this.",
            code="last_administrator",
        )


def refuse_oneself(person: Person, *, by: Principal) -> None:
    if by.person_id == person.pk:
        raise Refusal("You cannot end your own access. Ask another administrator to do it.", code="oneself")


def _refuse_losing(held: Membership, role: str, *, by: Principal, today: date) -> None:
    """An administrator's role is not lost by accident: neither the last one nor one's own."""
    if held.role == Role.ADMINISTRATOR != role:
        refuse_oneself(held.person, by=by)
        refuse_leaving_nobody(held.person, today=today)


def _refuse_twice(person: Person, role: str, starts_on: date, instead_of: Membership | None) -> None:
    others = [each for each in council_roles_of(person, on=starts_on) if instead_of is None or each.pk != instead_of.pk]
    if any(each.role == role for each in others):
        raise Refusal(
            f"{person.name} is {Role(role).label.lower()} already. Choose what that changes into, or another role.",
            field="role",
            code="twice",
        )


def _end(held: Membership, *, last_day: date) -> None:
    """One that would end before it began never was."""
    if last_day < held.starts_on:
        held.delete()
    else:
        held.ends_on = last_day if held.ends_on is None else min(last_day, held.ends_on)
        held.save(update_fields=["ends_on"])


def _above(person: Person, day: date) -> set[int]:
    """Themselves and everybody above them on this day."""
    found, above = {person.pk}, dict(LineManagement.objects.on(day).values_list("person", "manager"))
    here = above.get(person.pk)
    while here is not None and here not in found:
        found.add(here)
        here = above.get(here)
    return found
