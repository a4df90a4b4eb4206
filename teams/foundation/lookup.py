"""Before the wall: which authority an address names, and what this user is there."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from teams.foundation.access import Principal
from teams.foundation.tenancy import current_authority_id, identity_scope


def authority_at(slug: str) -> Any | None:
    """The authority of this name. One that was closed is not there."""
    return apps.get_model("teams", "Authority").objects.filter(slug=slug, closed_at=None).first()


def memberships_of(user: Any) -> list[Any]:
    """Everything this user is today, in every authority. Read by the memberships' own SELECT policy."""
    with identity_scope(user.pk):
        return list(
            _current(user)
            .filter(authority__closed_at=None)
            .select_related("authority")
            .order_by("authority__name", "pk")
        )


def principal_of(user: Any) -> Principal | None:
    """The principal that this user is inside the open scope, today; None when they have no business there."""
    here = _current(user).filter(authority_id=current_authority_id())
    hats = list(here.select_related("person").order_by("pk"))
    if not hats:
        return None
    return Principal(
        kind="membership",
        user_id=user.pk,
        person_id=hats[0].person_id,
        name=hats[0].person.name,
        roles=frozenset(hat.role for hat in hats),
        today=timezone.localdate(),
    )


def _current(user: Any) -> Any:
    today = timezone.localdate()
    memberships = apps.get_model("teams", "Membership").objects.filter(user=user, starts_on__lte=today)
    return memberships.filter(Q(ends_on=None) | Q(ends_on__gte=today))
