"""Who is asking, and what they may see and do.

A principal is a membership, a link or the system. A policy answers three questions about one kind of record: may this
principal do this, which rows may they see, who may do this. The same policy serves page, list, form choice, API, mail
and paper, so that they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Q
from django.db.models.expressions import ResolvedOuterRef
from django.db.models.sql import Query

from teams.foundation.reach import Keys, keys_within, with_gaps

NOTHING = Q(pk__in=[])
EVERYTHING = Q()


class Role(models.TextChoices):
    """The roles of a membership (architecture: Owners). D.5 says what each may see."""

    WORKER = "worker", "Worker"
    SENIOR_PRACTITIONER = "senior_practitioner", "Senior practitioner"
    TEAM_MANAGER = "team_manager", "Team manager"
    SENIOR_MANAGER = "senior_manager", "Senior manager"
    HEADTEACHER = "headteacher", "Headteacher"
    IN_SCHOOL_LEAD = "in_school_lead", "In-school lead"
    FINANCE_READER = "finance_reader", "Finance"
    ADMINISTRATOR = "administrator", "Administrator"
    AUDITOR = "auditor", "Auditor"


COUNCIL_ROLES = frozenset(
    {
        Role.WORKER,
        Role.SENIOR_PRACTITIONER,
        Role.TEAM_MANAGER,
        Role.SENIOR_MANAGER,
        Role.FINANCE_READER,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
    }
)
SCHOOL_ROLES = frozenset({Role.HEADTEACHER, Role.IN_SCHOOL_LEAD})
# Who may act for a team manager who is away (teams.models.covers). A senior practitioner needs nobody: her team manager
# sees and manages what she does.
DEPUTIES = frozenset({Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER, Role.SENIOR_MANAGER})


@dataclass(frozen=True)
class Principal:
    """Somebody who asks, inside one authority.

    `person_id` is the authority's row for them; None for the system and for a stranger. A link speaks for one person,
    for one purpose, about one subject, and has no roles. A `token` is in the hand of a program: it speaks as the person
    who made it (teams.foundation.tokens).
    """

    kind: str  # "membership", "link", "system" or "nobody"
    user_id: int | None = None
    person_id: int | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    link: Any = None
    today: date = field(default=date.min)
    token: Any = None
    school_id: int | None = None  # the one school that is looked at, for who speaks for several
    whole: Principal | None = None  # the same person with all hats, where one was chosen (teams.foundation.hats)
    # The managers that a deputy acts for today, by their person ids (docs/decisions/0004): a policy reads them beside
    # `person_id`. Empty for everybody else. `on_behalf_of`: the one of them for whom something is done now.
    covers: frozenset[int] = frozenset()
    # Each role with the key of the team for which it is held, or None: for what is readable only while it is.
    hats: frozenset[tuple[str, int | None]] = frozenset()
    on_behalf_of: int | None = None

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    @property
    def role_in_words(self) -> str:
        """For the audit: the hats worn, the link's purpose, or the name of the command. Never a person's name."""
        if self.kind == "link":
            return f"link: {self.link.purpose}"
        if self.is_system:
            return f"system: {self.name}"
        hats = ", ".join(sorted(self.roles)) or self.kind
        if self.on_behalf_of is not None:
            hats += ", covering"
        return f"{hats}, by token {str(self.token.public_id)[:8]}" if self.token is not None else hats

    @property
    def stands_for(self) -> frozenset[int]:
        """Herself and the managers that she covers for today, by their person ids."""
        return self.covers if self.person_id is None else self.covers | {self.person_id}

    def acting_for(self, person_id: int | None) -> Principal:
        """The same principal, doing something for a manager whom she covers; herself where there is none."""
        return self if person_id is None else replace(self, on_behalf_of=person_id)

    def holds_link(self, purpose: str, subject: Any) -> bool:
        """Does the link in hand open this subject for this purpose?"""
        return (
            self.kind == "link" and self.link.purpose == purpose and str(self.link.subject_id) == str(subject.public_id)
        )


NOBODY = Principal(kind="nobody")


def system(name: str, *, today: date) -> Principal:
    """A named command or schedule. Policies let it do what its own verb is for."""
    return Principal(kind="system", name=name, today=today)


class Policy:
    """Closed unless a subclass opens it."""

    def rows(self, principal: Principal) -> Q:
        """Which rows this principal may see, as lookups on the record's model."""
        return EVERYTHING if principal.is_system else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        """May this principal do this to this record?"""
        return principal.is_system

    def who(self, act: str, record: Any) -> Q:
        """Who may do this to this record, as lookups on Membership."""
        return NOTHING

    def for_whom(self, principal: Principal, record: Any) -> int | None:
        """The covered manager for whom a deputy does what she does to this record; None where it is her own work."""
        return None


_policies: dict[str, Policy] = {}


def register(label: str, policy: Policy) -> None:
    """Give `app.Model` its policy. Called from an app's `ready`."""
    _policies[label.lower()] = policy


def policy_of(model: Any) -> Policy:
    """The policy of a record or its model. A record without one is closed to everybody."""
    return _policies.get(model._meta.label_lower, Policy())


class OneOf(models.Func):
    """`column = ANY (ARRAY(SELECT …))`: what stands in the array is looked for once, whatever the planner expects.

    `column IN (SELECT …)` is joined. Where a table has grown since it was last counted, PostgreSQL expects one row and
    looks through the whole subquery again for each of them: sixty agreements made in one press took minutes.
    """

    template = "(%(expressions)s))"
    arg_joiner = " = ANY ("
    output_field = models.BooleanField()


def _leads_elsewhere(condition: Any) -> bool:
    """Is there a query in it, or a column of one around it? One level further in, that would be another query's."""
    if isinstance(condition, models.OuterRef | ResolvedOuterRef | Query | models.Subquery | Keys):
        return True
    parts: list[Any] = getattr(condition, "get_source_expressions", list)()
    asked = [*parts, getattr(condition, "rhs", None)]
    return any(_leads_elsewhere(part) for part in asked if part is not None)


class VisibleQuerySet(models.QuerySet[Any]):
    """A queryset with the wall's second half: what this principal may see of what the authority has."""

    def visible_to(self, principal: Principal) -> Self:
        """The rows this principal may see. A subquery, so that a rule over many rows never doubles or widens a list.

        What was asked before is asked inside it too: for a page about one record say which one first, and then this,
        else all that its reader may see is looked for, and that grows with the years.
        """
        rows = policy_of(self.model).rows(principal)
        if rows == EVERYTHING:
            return self
        if rows == NOTHING:
            return self.filter(NOTHING)
        asked = self._asked_for()
        theirs = keys_within(self.model, rows, asked)
        return self.filter(OneOf("pk", theirs if theirs is not None else self._keys_of(rows, asked)))

    def visible_in_form(self, rows: Q) -> Self:
        """The same for everybody whose policy has the form of `rows`, with gaps for their values (foundation.reach)."""
        asked = self._asked_for()
        theirs = keys_within(self.model, rows, asked, with_gaps=True)
        return self.filter(OneOf("pk", theirs if theirs is not None else self._keys_of(with_gaps(rows), asked)))

    def _keys_of(self, rows: Q, asked: models.QuerySet[Any] | None) -> ArraySubquery:
        """The same as `keys_within`, in a statement that is written for this once."""
        theirs = (self.model._base_manager.all() if asked is None else asked).filter(rows)
        return ArraySubquery(theirs.order_by().values("pk"))  # else all of them are sorted, for nobody

    def _asked_for(self) -> models.QuerySet[Any] | None:
        """What the conditions so far leave, to be narrowed further; None where they are more than conditions."""
        query = self.query
        is_more = query.is_sliced or query.combinator or query.distinct or query.annotations or query.extra
        if is_more or _leads_elsewhere(query.where):
            return None
        asked = self.all()
        asked.query.select_for_update = False
        return asked
