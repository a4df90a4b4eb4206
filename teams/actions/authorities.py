"""A new authority, ready for its administrator."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from teams.foundation import audit
from teams.foundation.access import Principal, Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.tenancy import authority_scope
from teams.models import Authority, Membership, Person, Profession, ProfessionTitle, Team, User
from teams.models.authorities import not_reserved

# The merged professions (H02, H09, L04), with the titles papers carried before.
PROFESSIONS = (
    ("attendance-officer", "Attendance officer", (("Education welfare officer", 1996), ("Attendance officer", 2007))),
    ("pupil-support", "Pupil support worker", (("CSF worker", 2003), ("Pupil support worker", 2007))),
    ("family-worker", "Family worker", (("Family worker", 2004),)),
)


def administrator_only(by: Principal, verb: str) -> None:
    """Who may come in, as what, and where people belong is the administrator's alone. Raises NotAllowed."""
    if not (by.is_system or by.has(Role.ADMINISTRATOR)):
        raise NotAllowed(verb, "")


def add_authority(
    slug: str, name: str, *, administrator: str, by: Principal, at: datetime, is_demo: bool = False, **values: object
) -> tuple[Authority, User]:
    """Make an authority with one administrator and the three professions. Call outside every scope.

    `administrator` is an e-mail address. Raises Refusal when the name is taken or cannot be part of an address.
    """
    try:
        not_reserved(slug)
    except ValidationError as wrong:
        raise Refusal(f'"{slug}" cannot be part of an address. {wrong.messages[0]}', code="slug") from wrong
    if Authority.objects.filter(slug=slug).exists():
        raise Refusal(f'There is an authority "{slug}" already. Choose another name.', code="taken")
    authority = Authority.objects.create(slug=slug, name=name, made_at=at, is_demo=is_demo, **values)
    user = User.objects.for_address(administrator)
    with authority_scope(authority.pk):
        audit.record("authority.add", by=by, at=at, reason=slug)
        add_member(user, name=administrator.partition("@")[0], role=Role.ADMINISTRATOR, by=by, at=at)
        add_professions()
    return authority, user


def add_member(
    user: User,
    *,
    name: str,
    role: str,
    by: Principal,
    at: datetime,
    job: str = "",
    starts_on: date | None = None,
    team: Team | None = None,
    telephone: str = "",
) -> Person:
    """A person with an account and a role from a day on. The same person may get several roles."""
    person = Person.objects.filter(email=user.email).first()
    if person is None:
        person = Person.objects.create(name=name, email=user.email, user=user, job=job, telephone=telephone)
    elif person.user_id is None:
        person.user = user
        person.save(update_fields=["user"])
    # Somebody who comes back to the role and first day that they had before: the same row, open again.
    Membership.objects.update_or_create(
        user=user,
        role=role,
        starts_on=starts_on or timezone.localdate(at),
        defaults={"person": person, "team": team, "ends_on": None},
    )
    audit.record("membership.add", by=by, at=at, subjects=[person], reason=role)
    return person


def add_professions() -> None:
    for code, name, titles in PROFESSIONS:
        profession = Profession.objects.create(code=code, name=name)
        ProfessionTitle.objects.bulk_create(
            ProfessionTitle(profession=profession, title=title, starts_on=date(year, 9, 1)) for title, year in titles
        )
