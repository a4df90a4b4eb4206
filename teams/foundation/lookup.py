"""Before the wall: which authority an address names, and what this user is there."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.utils import timezone

from teams.foundation.access import DEPUTIES, Principal
from teams.foundation.kept import Kept
from teams.foundation.tenancy import asking_about, current_authority_id, identity_scope


def authority_at(slug: str) -> Any | None:
    """The authority of this name. One that was closed is not there."""
    return next(iter(_authorities(slug=slug)), None)


@Kept
def _authorities(*, slug: Any) -> Any:
    """At most one: a slug is an authority's own."""
    return apps.get_model("teams", "Authority").objects.filter(slug=slug, closed_at=None).order_by()


def memberships_of(user: Any) -> list[Any]:
    """Everything this user is today, in every authority. Read by the memberships' own SELECT policy."""
    with identity_scope(user.pk):
        return list(
            _current(user)
            .filter(authority__closed_at=None)
            .select_related("authority")
            .order_by("authority__name", "pk")
        )


def principal_of(user: Any, *, since: date | None = None) -> Principal | None:
    """The principal that this user is inside the open scope, today; None when they have no business there.

    With `since`, by the memberships alone that had begun by that day.
    """
    hats = [hat for hat in _hats_of(user) if since is None or hat.starts_on <= since]
    if not hats or waits_for_second_person(hats):
        return None
    return Principal(
        kind="membership",
        user_id=user.pk,
        person_id=hats[0].person_id,
        name=hats[0].person.name,
        roles=frozenset(hat.role for hat in hats),
        today=timezone.localdate(),
        covers=_covered(hats),
        hats=frozenset((hat.role, hat.team_id) for hat in hats),
    )


def _covered(hats: list[Any]) -> frozenset[int]:
    """The managers that these hats act for today; nobody's where none of them may be a deputy."""
    may = any(hat.role in DEPUTIES for hat in hats)
    return frozenset(hats[0].covers) - {hats[0].person_id} if may else frozenset()


def waiting_colleague(user: Any) -> Any | None:
    """The person that this user would be here, were their new address not to be looked at first."""
    hats = _hats_of(user)
    return hats[0].person if hats and waits_for_second_person(hats) else None


def _hats_of(user: Any) -> list[Any]:
    """With `covers`, whom they act for today, in the same statement."""
    return _hats(user=user.pk, authority=current_authority_id(), today=timezone.localdate())


@Kept
def _hats(*, user: Any, authority: Any, today: Any) -> Any:
    here = apps.get_model("teams", "Membership").objects.on(today).filter(user=user, authority=authority)
    grants = apps.get_model("teams", "CoverGrant").objects.on(today).filter(user=user)
    covers = ArraySubquery(grants.values("content_object_id"))
    return here.select_related("person").annotate(covers=covers).order_by("pk")


def waits_for_second_person(hats: list[Any]) -> bool:
    """Was the address of this person typed a moment ago, and has no second person looked at it yet?

    Else an administrator could put her own mailbox in a colleague's place, and a manager hers in a head's, and come in
    as them: an agreement is signed after signing in just as by a link.
    """
    return any(hat.person.address_is_fresh(timezone.now()) for hat in hats)


def opens_another_authority(user: Any) -> bool:
    """Does this account open another authority as well, or will it? Yes or no, and nothing of what it is there.

    An account is global: who leaves one authority keeps the other, and an address that is changed in one must not
    become the way into the other.
    """
    memberships = apps.get_model("teams", "Membership").objects.filter(user=user)
    still = memberships.not_over_by(timezone.localdate())
    with asking_about(user.pk):
        return bool(still.exclude(authority_id=current_authority_id() or 0).exists())


def _current(user: Any) -> Any:
    return apps.get_model("teams", "Membership").objects.on(timezone.localdate()).filter(user=user)
