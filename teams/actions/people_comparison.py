"""What a list of people says otherwise than the rows that are here: for a person to read first, then to be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from teams.actions.posts import Places, Terms, add_posts
from teams.foundation import audit
from teams.foundation.access import COUNCIL_ROLES, Principal, Role
from teams.models import Employment, LineManagement, Membership, Person, PostTerms, User
from teams.rules.people_file import Odd, PeopleFile, PersonRow, checked

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Writing:
    """Who writes, when, from which day on it holds, and everybody by address."""

    by: Principal
    at: datetime
    today: date
    people: dict[str, Person]


@dataclass(frozen=True)
class Change:
    """One thing that the list says otherwise, in words, and how it is written."""

    what: str
    before: str
    after: str
    write: Callable[[Writing], None] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Changed:
    person: Person
    row: PersonRow
    changes: list[Change]


@dataclass(frozen=True)
class Comparison:
    """What loading a list would do. `missing` are colleagues who are here and not in it: nothing happens to them."""

    new: list[PersonRow]
    changed: list[Changed]
    unchanged: int
    missing: list[Person]
    odd: list[Odd]
    file: PeopleFile
    names: dict[str, str]  # of everybody who is here or in the list, by address

    @property
    def is_empty(self) -> bool:
        return not self.new and not self.changed


def compare(file: PeopleFile, *, today: date) -> Comparison:
    """Read the list against what is here. A fixed number of queries at any size; nothing is written."""
    here = {person.email: person for person in _everybody(today)}
    file = checked(_with_known_managers(file, here), known=here)
    names = {address: person.name for address, person in here.items()} | {row.email: row.name for row in file.rows}
    places = Places()
    new, changed, unchanged = [], [], 0
    for row in file.rows:
        person = here.get(row.email)
        changes = _changes(person, row, names, places, today=today) if person else []
        if person is None:
            new.append(row)
        elif changes:
            changed.append(Changed(person, row, changes))
        else:
            unchanged += 1
    named = {row.email for row in file.rows}
    missing = [person for person in here.values() if person.email not in named and person.roles_held]
    odd = [*file.odd, *(each for row in file.rows for each in _odd_places(row, places))]
    return Comparison(
        new=new,
        changed=changed,
        unchanged=unchanged,
        missing=sorted(missing, key=lambda person: person.name),
        odd=sorted(odd, key=lambda each: each.line),
        file=file,
        names=names,
    )


def _with_known_managers(file: PeopleFile, here: dict[str, Any]) -> PeopleFile:
    """Whose manager the list does not say, and who has one here, keeps that one: nothing is odd about it."""
    known = {email: person.managers[0].manager.email for email, person in here.items() if person.managers}
    rows = [replace(row, manager_email=row.manager_email or known.get(row.email, "")) for row in file.rows]
    return replace(file, rows=rows)


def _everybody(today: date) -> list[Any]:
    """Everybody who can be reached, with the roles, manager and post of today."""
    employments = Employment.objects.on(today).select_related("post").prefetch_related("post__terms")
    return list(
        Person.objects.exclude(email="").prefetch_related(
            Prefetch(
                "memberships",
                Membership.objects.on(today).filter(role__in=COUNCIL_ROLES).select_related("team"),
                to_attr="roles_held",
            ),
            Prefetch("managed_by", LineManagement.objects.on(today).select_related("manager"), to_attr="managers"),
            Prefetch("employments", employments, to_attr="jobs_held"),
        )
    )


def _odd_places(row: PersonRow, places: Places) -> list[Odd]:
    found = []
    if places.is_more_than_whole_time(row):
        hours, whole = (f"{each.normalize():f}" for each in (row.hours or Decimal(0), places.whole_time_hours))
        found.append(
            f"{hours} hours a week are more than whole time, which is {whole} here. No post is made or changed from it."
        )
    if row.team and places.team(row) is None:
        found.append(f"The team “{row.team}” is not in your list of teams. Loaded without a team.")
    if row.profession and places.profession(row) is None:
        found.append(f"The profession “{row.profession}” is not known. Loaded without a post.")
    elif row.profession and places.terms(row) is None and not places.is_more_than_whole_time(row):
        found.append("Loaded without a post: a post takes a team, hours, a grade and a point.")
    return [Odd(row.line, row.name, sentence) for sentence in found]


def _changes(person: Any, row: PersonRow, names: dict[str, str], places: Places, *, today: date) -> list[Change]:
    """A column that the list does not have says nothing, and neither does an empty cell."""
    return [
        *_change_of_words(person, "name", "Name", row.name),
        *_change_of_words(person, "job", "Job", row.job),
        *_change_of_role(person, row, places),
        *_change_of_manager(person, row, names),
        *_change_of_post(person, row, places, today=today),
    ]


def _change_of_words(person: Person, name: str, what: str, after: str) -> list[Change]:
    before = getattr(person, name)
    if not after or after == before:
        return []

    def write(writing: Writing) -> None:
        with person.moving("change", by=writing.by, at=writing.at):
            setattr(person, name, after)

    return [Change(what, before, after, write)]


def _change_of_role(person: Any, row: PersonRow, places: Places) -> list[Change]:
    """A list gives and changes a role and its team. It never takes an administrator's role away."""
    others = [each for each in person.roles_held if each.role != Role.ADMINISTRATOR]
    same = next((each for each in person.roles_held if each.role == row.role), None)
    now = same or (others[0] if len(others) == 1 else None)
    if now is None and person.roles_held and not row.role:
        return []
    role = row.role or (now.role if now else Role.WORKER)
    team = places.team(row) or (now.team if now else None)
    before = _role_in_words(now.role, now.team) if now else ""
    after = _role_in_words(role, team)
    if before == after:
        return []

    def write(writing: Writing) -> None:
        _hold_from(Membership, now, writing.today, user=_account_of(person), person=person, role=role, team=team)
        audit.record("membership.change", by=writing.by, at=writing.at, subjects=[person], reason=role)

    return [Change("Role", before, after, write)]


def _role_in_words(role: str, team: Any) -> str:
    return ", ".join(filter(None, (str(Role(role).label), team.name if team else "")))


def _change_of_manager(person: Any, row: PersonRow, names: dict[str, str]) -> list[Change]:
    now = person.managers[0] if person.managers else None
    if not row.manager_email or (now is not None and row.manager_email == now.manager.email):
        return []

    def write(writing: Writing) -> None:
        _hold_from(LineManagement, now, writing.today, person=person, manager=writing.people[row.manager_email])
        audit.record("person.manage", by=writing.by, at=writing.at, subjects=[person])

    return [Change("Manager", now.manager.name if now else "", names[row.manager_email], write)]


def _change_of_post(person: Any, row: PersonRow, places: Places, *, today: date) -> list[Change]:
    """A first post where there is none; another grade, point or hours for the one that is held.

    A list says what holds today: a regrade that is planned for a later day stays planned.
    """
    post = person.jobs_held[0].post if person.jobs_held else None
    held = _terms_on(post, today) if post else None
    after = places.terms(row, held)
    if after is None or (held is not None and Terms.of(held) == after):
        return []

    def appoint(writing: Writing) -> None:
        add_posts([(person, row)], places, today=writing.today)
        audit.record("post.appoint", by=writing.by, at=writing.at, subjects=[person])

    if post is None:
        return [Change("Post", "", f"{places.profession(row)}, {places.team(row)}: {after}", appoint)]

    def pay(writing: Writing) -> None:
        from_day = max(writing.today, held.starts_on) if held else writing.today
        with post.moving("pay", by=writing.by, at=writing.at):
            PostTerms.objects.update_or_create(post=post, starts_on=from_day, defaults=after._asdict())

    return [Change("Grade and hours", str(Terms.of(held)) if held else "", str(after), pay)]


def _terms_on(post: Any, day: date) -> PostTerms | None:
    """The post's terms of this day, or its first ones where they are still to come. Reads prefetched terms."""
    dated = sorted(post.terms.all(), key=lambda each: each.starts_on)
    return next((each for each in reversed(dated) if each.starts_on <= day), dated[0] if dated else None)


def _hold_from(model: Any, now: Any, day: date, **values: Any) -> None:
    """A dated row from a day on, in place of `now`: one that began today is put right, an older one is ended.

    What was to end on a later day still does: a list says who and what, not until when.
    """
    ends_on = now.ends_on if now is not None else None
    if now is not None and now.starts_on >= day:
        for name, value in values.items():
            setattr(now, name, value)
        now.save(update_fields=list(values))
        return
    if now is not None:
        now.ends_on = day - DAY
        now.save(update_fields=["ends_on"])
    model.objects.create(starts_on=day, ends_on=ends_on, **values)


def _account_of(person: Person) -> User:
    if person.user is None:
        person.user = User.objects.for_address(person.email)
        person.save(update_fields=["user"])
    return person.user
