"""Somebody leaves (journey A4). Access ends first and in one press; what is left open waits in the lists of others.

The name stays on what they wrote: nothing that has happened is touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from teams.actions import covering, left_open
from teams.actions.authorities import administrator_only
from teams.actions.left_open import Item, Kind
from teams.actions.memberships import hand_to, refuse_leaving_nobody, refuse_oneself
from teams.actions.sessions import end_sessions
from teams.foundation import audit, mail
from teams.foundation.access import Principal, Role
from teams.foundation.drafts import Draft
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link
from teams.foundation.lookup import opens_another_authority
from teams.foundation.tenancy import alone
from teams.foundation.words import day as day_in_words
from teams.models import Authority, Employment, HandOver, LineManagement, Membership, Person

DAY = timedelta(days=1)
MAIL = "mail"
Takers = Mapping[tuple[str, UUID], Person | None]


def proposed_taker(person: Person, *, today: date) -> Person | None:
    """Their manager, where she may take things over; else the manager of their team; else nobody is proposed."""
    taking = Person.objects.managing(today).exclude(pk=person.pk)
    line = LineManagement.objects.filter(person=person).order_by("-starts_on").first()
    if line is not None:
        manager = taking.filter(pk=line.manager_id).first()
        if manager is not None:
            return manager
    teams = Membership.objects.filter(person=person).exclude(team=None).values("team")
    theirs = Membership.objects.on(today).filter(team__in=teams, role=Role.TEAM_MANAGER)
    found: Person | None = taking.filter(pk__in=theirs.values("person")).first()
    return found


def leave(
    person: Person, *, on: date | None, taker: Person | None, others: Takers, by: Principal, at: datetime
) -> list[HandOver]:
    """Their last day; None: now, and access ends at this press. Returns what waits for others.

    `taker` takes everything but `others`; where nobody is named it waits for an administrator. Raises Refusal
    where the day cannot be, and for the last administrator and oneself.
    """
    administrator_only(by, "person.leave")
    today = timezone.localdate(at)
    with transaction.atomic():
        Authority.one_at_a_time()
        person.refresh_from_db()
        if person.left_at is not None:
            raise Refusal(
                f"{person.name} left on {day_in_words(person.left_at)}. What is still open stands on the page of "
                f"{person.name}.",
                code="left",
            )
        refuse_oneself(person, by=by)
        refuse_leaving_nobody(person, today=today)
        _refuse_day(person, on, today)
        waiting = _leave_behind(person, taker, others, by=by, at=at)
        person.leave(on=on or today, by=by, at=at)
        _end_dated_rows(person, last_day=on or today)
        if on is None:
            waiting += end_access(person, taker=taker, by=by, at=at)
    return waiting


def end_access(person: Person, *, taker: Person | None, by: Principal, at: datetime) -> list[HandOver]:
    """From this moment they open nothing here: roles, sessions, links and mails end, and the account where it opened
    nothing else. Returns the mails that do not go, for somebody to look at.
    """
    today = timezone.localdate(at)
    with transaction.atomic():
        # Whatever ends today would open doors until midnight.
        held = Membership.objects.not_over_by(today).filter(person=person)
        roles = sorted(set(held.values_list("role", flat=True)))
        held.filter(starts_on__gte=today).delete()
        held.update(ends_on=today - DAY)
        if roles:
            audit.record("membership.end", by=by, at=at, subjects=[person], reason=", ".join(roles))
        covering.end_with(person, by=by, at=at)
        Link.objects.filter(person=person, voided_at=None, answered_at=None).update(voided_at=at)
        waiting = _stop_mails(person, taker, by=by, at=at)
        Draft.objects.filter(person=person).delete()  # nobody else may read them, and nobody can finish them
        person.end_access(by=by, at=at)
        close_account(person, by=by, at=at)
    return waiting


def close_account(person: Person, *, by: Principal, at: datetime) -> None:
    """Signed out everywhere; and closed, unless another authority is opened by it."""
    account = person.user
    if account is None:
        return
    end_sessions(account, by=by, at=at)
    still = Membership.objects.not_over_by(timezone.localdate(at)).filter(person=person)
    if not opens_another_authority(account) and not still.exists():
        account.is_active = False
        account.save(update_fields=["is_active"])


def end_access_of_leavers(*, by: Principal, at: datetime) -> int:
    """Whose last day is past: what their date has ended already is put away. Returns how many."""
    gone = list(Person.objects.filter(left_at=None, leaves_on__lt=timezone.localdate(at)).select_related("user"))
    ended = 0
    for person in gone:
        with alone(person.authority_id or 0, f"what is left of the access of person {person.public_id} did not end"):
            rows = HandOver.objects.filter(person=person).exclude(taker=None).select_related("taker")
            row = rows.order_by("-made_at").first()
            end_access(person, taker=row.taker if row else None, by=by, at=at)
            ended += 1
    return ended


def take_over(rows: Iterable[HandOver], *, by: Principal, at: datetime) -> int:
    """These are with their taker now. Returns how many; what was taken before is passed over."""
    done = 0
    with transaction.atomic():
        for row in rows:
            row.refresh_from_db(from_queryset=HandOver.objects.select_for_update(of=("self",)))
            if row.status != HandOver.Status.OPEN:
                continue
            if not row.may("finish", by):
                raise NotAllowed("handover.finish", str(row.public_id))
            take = left_open.kind_of(row).take
            if take is not None:
                take(row, by, at)
            row.finish(by=by, at=at)
            done += 1
    return done


def name_taker(rows: Iterable[HandOver], taker: Person, *, by: Principal, at: datetime) -> int:
    """Somebody else is to take these. Raises Refusal, field "taker", where they may not."""
    done = 0
    with transaction.atomic():
        for row in rows:
            _refuse_taker(left_open.kind_of(row), taker, timezone.localdate(at))
            if row.taker_id != taker.pk:
                row.name_taker(taker, by=by, at=at)
                done += 1
    return done


def _leave_behind(
    person: Person, taker: Person | None, others: Takers, *, by: Principal, at: datetime
) -> list[HandOver]:
    """A row for each thing that is open; what waits from before, when a later day was said, is put right."""
    today = timezone.localdate(at)
    HandOver.objects.still_open().filter(person=person).delete()
    rows = []
    for kind, items in left_open.left_open_by(person, today=today):
        for item in items:
            takes = others.get((kind.name, item.item_id)) or taker
            if takes is not None:
                _refuse_taker(kind, takes, today)
            rows.append(_row(person, takes, kind.name, item, at))
    return _write(rows, by=by, at=at)


def _row(person: Person, taker: Person | None, kind: str, item: Item, at: datetime) -> HandOver:
    return HandOver(person=person, taker=taker, kind=kind, item_id=item.item_id, words=item.words[:250], made_at=at)


def _write(rows: list[HandOver], *, by: Principal, at: datetime) -> list[HandOver]:
    written = HandOver.objects.bulk_create(rows)
    if written:
        kinds = ", ".join(sorted({row.kind for row in written}))
        audit.record("handover.leave_behind", by=by, at=at, subjects=written, reason=kinds)
    return written


def _refuse_day(person: Person, on: date | None, today: date) -> None:
    if on is None:
        return
    if on < today:
        raise Refusal("This day is past. Choose today or a later day, or end access at once.", field="on", code="past")
    first = Membership.objects.filter(person=person).order_by("starts_on").first()
    if first is not None and on < first.starts_on:
        raise Refusal(
            f"{person.name} begins on {day_in_words(first.starts_on)}. Type that day or a later one.",
            field="on",
            code="before_the_first_day",
        )


def _refuse_taker(kind: Kind, taker: Person, today: date) -> None:
    """Raises Refusal, field "taker", where this person cannot take over this kind of thing."""
    held = set(Membership.objects.on(today).filter(person=taker).values_list("role", flat=True))
    if taker.left_at is not None or not held:
        raise Refusal(f"{taker.name} has left too. Choose somebody who is here.", field="taker", code="left")
    if kind.roles and held.isdisjoint(kind.roles):
        names = " or ".join(sorted(Role(role).label.lower() for role in kind.roles))
        raise Refusal(
            f"{taker.name} cannot take over “{kind.title.lower()}”: that takes a {names}. Choose somebody else.",
            field="taker",
            code="wrong_role",
        )


def _end_dated_rows(person: Person, *, last_day: date) -> None:
    """Roles, posts and line management end with the last day. What was to begin later does not."""
    for rows in (
        Membership.objects.filter(person=person),
        Employment.objects.filter(person=person),
        LineManagement.objects.filter(Q(person=person) | Q(manager=person)),
    ):
        rows.filter(starts_on__gt=last_day).delete()
        rows.filter(Q(ends_on=None) | Q(ends_on__gt=last_day)).update(ends_on=last_day)


def _stop_mails(person: Person, taker: Person | None, *, by: Principal, at: datetime) -> list[HandOver]:
    """Nobody reads that mailbox any more: what waits goes to nobody, and somebody looks whether it mattered."""
    waiting = list(
        mail.Notice.objects.filter(person=person, state=mail.Notice.State.WAITING).select_related("authority")
    )
    mail.Notice.objects.filter(pk__in=[each.pk for each in waiting]).update(state=mail.Notice.State.NOT_NEEDED)
    rows = [_row(person, taker, MAIL, Item(each.public_id, mail.subject_of(each)), at) for each in waiting]
    return _write(rows, by=by, at=at)


def _people_managed(person: Person, today: date) -> list[Item]:
    lines = LineManagement.objects.not_over_by(today).filter(manager=person)
    return [Item(line.person.public_id, line.person.name) for line in lines.select_related("person").order_by("pk")]


def _take_people(row: HandOver, by: Principal, at: datetime) -> None:
    managed = Person.objects.get(public_id=row.item_id)
    if row.taker is None or managed.pk == row.taker_id:
        raise Refusal(f"{managed.name} cannot manage themselves. Ask an administrator to name somebody else.")
    hand_to(managed, row.taker, starts_on=timezone.localdate(at))
    audit.record("person.manage", by=by, at=at, subjects=[managed], changed=["manager"])


def _posts_held(person: Person, today: date) -> list[Item]:
    held = Employment.objects.not_over_by(today).filter(person=person).select_related("post")
    return [Item(each.post.public_id, each.post.name) for each in held.order_by("pk")]


left_open.declare(
    Kind(
        "management",
        "People they manage",
        "Whoever takes them over is their manager.",
        _people_managed,
        30,
        take=_take_people,
    )
)
left_open.declare(
    Kind("post", "Posts they hold", "The post stands empty. Press when you know who fills it.", _posts_held, 40)
)
left_open.declare(
    Kind(
        MAIL,
        "E-mails that did not go",
        "Nobody got these. Press when you have looked whether they mattered.",
        lambda person, today: [],  # known only when access ends
        90,
    )
)
