"""People of the council: one by one, or from the list of the personnel system (journey A1).

A list is compared with what is here and only the differences are written. Nobody is removed by a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from teams.actions.addresses import make_free
from teams.actions.authorities import add_member, administrator_only
from teams.actions.memberships import let_in_again
from teams.actions.people_comparison import Comparison, Writing, compare
from teams.actions.posts import Places, add_posts
from teams.foundation import audit
from teams.foundation.access import COUNCIL_ROLES, Principal, Role
from teams.foundation.errors import Refusal
from teams.models import Authority, LineManagement, Membership, Person, Team, User
from teams.rules.people_file import PeopleFile, PersonRow


def add_person(
    *,
    name: str,
    email: str,
    role: str,
    starts_on: date,
    by: Principal,
    at: datetime,
    job: str = "",
    telephone: str = "",
    team: Team | None = None,
    manager: Person | None = None,
) -> Person:
    """One more colleague, with an account and a role from a day on. Somebody of the same name and address comes back;
    somebody of another name begins anew, and the account that the address opened before opens nothing.

    Raises Refusal, field "email", where a colleague has the address already.
    """
    administrator_only(by, "person.add")
    with transaction.atomic():
        Authority.one_at_a_time()
        here = Membership.objects.not_over_by(timezone.localdate(at))
        there = here.filter(person__email=email.lower(), role__in=COUNCIL_ROLES)
        colleague = there.select_related("person").first()
        if colleague is not None:
            raise Refusal(
                f"{colleague.person.name} has this address already. Use another one.", field="email", code="taken"
            )
        known = Person.objects.filter(email=email.lower()).select_related("user").first()
        if known is not None and same_name(known.name, name):
            let_in_again(known, by=by, at=at)
        elif known is not None:
            make_free(email.lower(), for_whom=None, by=by, at=at)
        person = add_member(
            User.objects.for_address(email),
            name=name,
            role=role,
            job=job,
            telephone=telephone,
            team=team,
            starts_on=starts_on,
            by=by,
            at=at,
        )
        if manager is not None:
            LineManagement.objects.update_or_create(
                person=person, starts_on=starts_on, defaults={"manager": manager, "ends_on": None}
            )
    return person


def same_name(one: str, other: str) -> bool:
    """The same words, in large or small letters."""
    return one.casefold().split() == other.casefold().split()


def load_people(file: PeopleFile, *, by: Principal, at: datetime, today: date) -> Comparison:
    """Write what a list says otherwise, in one transaction, and return it. The same list again writes nothing."""
    administrator_only(by, "people.load")
    with transaction.atomic():
        Authority.one_at_a_time()
        found = compare(file, today=today)
        people = {person.email: person for person in Person.objects.exclude(email="")}
        added = _add_all(found.new, people, today=today)
        writing = Writing(by, at, today, people | {person.email: person for person in added})
        for each in found.changed:
            for change in each.changes:
                change.write(writing)
        if not found.is_empty:
            reason = f"{len(found.new)} new, {len(found.changed)} changed, {found.unchanged} unchanged"
            audit.record("people.load", by=by, at=at, subjects=added, reason=reason)
    return found


def _add_all(rows: list[PersonRow], people: dict[str, Person], *, today: date) -> list[Person]:
    """New people with account, role, manager and post: a few statements at any size."""
    if not rows:
        return []
    places = Places()
    users = _accounts(row.email for row in rows)
    added = Person.objects.bulk_create(
        Person(name=row.name, email=row.email, job=row.job, user=users[row.email]) for row in rows
    )
    both = list(zip(added, rows, strict=True))
    people = people | {person.email: person for person in added}
    Membership.objects.bulk_create(
        Membership(
            user=person.user,
            person=person,
            role=row.role or Role.WORKER,
            team=places.team(row),
            starts_on=row.starts_on or today,
        )
        for person, row in both
    )
    LineManagement.objects.bulk_create(
        LineManagement(person=person, manager=people[row.manager_email], starts_on=row.starts_on or today)
        for person, row in both
        if row.manager_email
    )
    add_posts(both, places, today=today)
    return added


def _accounts(addresses: Iterable[str]) -> dict[str, User]:
    """The accounts of these addresses, made where there are none. Nobody has a password that they did not choose."""
    wanted = set(addresses)
    there = set(User.objects.filter(email__in=wanted).values_list("email", flat=True))
    User.objects.bulk_create(
        [User(email=address, password=make_password(None)) for address in sorted(wanted - there)],
        ignore_conflicts=True,
    )
    return {user.email: user for user in User.objects.filter(email__in=wanted)}
