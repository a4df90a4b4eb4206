"""People of one authority, what they are there, and who manages whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, When

from teams.foundation import audit
from teams.foundation.access import COUNCIL_ROLES, Principal, Role, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.matching import begins_a_word
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, move
from teams.models.places import Team

# An address changed so recently gets no link without a second person (architecture 4, Links).
FRESH_ADDRESS = timedelta(hours=24)
TAKERS = (Role.TEAM_MANAGER, Role.SENIOR_MANAGER, Role.ADMINISTRATOR)


class Dated(models.QuerySet):
    def on(self, day: date) -> Dated:
        """The rows that hold on this day; dates are inclusive."""
        return self.filter(starts_on__lte=day).not_over_by(day)

    def not_over_by(self, day: date) -> Dated:
        """The rows that hold on this day, or will from a later one on."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day))


class PersonQuerySet(VisibleQuerySet):
    def at_council(self, day: date) -> PersonQuerySet:
        """People with a role of the council on this day or from a later one on."""
        return self.filter(self._with_council_role(day))

    def elsewhere(self, day: date) -> PersonQuerySet:
        """Everybody else: people of schools, and colleagues who have left."""
        return self.exclude(self._with_council_role(day))

    def with_roles(self, day: date) -> PersonQuerySet:
        """With account, and the day's roles and managers as `hats` and `managers`: three queries at any size."""
        return self.select_related("user").prefetch_related(
            models.Prefetch("memberships", Membership.objects.on(day).select_related("team"), to_attr="hats"),
            models.Prefetch("managed_by", LineManagement.objects.on(day).select_related("manager"), to_attr="managers"),
        )

    def matching(self, words: list[str]) -> PersonQuerySet:
        """Where each word begins a word of the name, or is the beginning of the e-mail address."""
        rows = self
        for word in words:
            rows = rows.filter(begins_a_word(word, "name") | Q(email__istartswith=word))
        return rows.order_by(Case(When(name__istartswith=" ".join(words), then=0), default=1), "name", "pk")

    def managing(self, day: date) -> PersonQuerySet:
        """Who may take over what a colleague leaves behind: managers of people, and administrators."""
        held = Membership.objects.on(day).filter(role__in=TAKERS, person=models.OuterRef("pk"))
        return self.filter(models.Exists(held), left_at=None)

    @staticmethod
    def _with_council_role(day: date) -> models.Exists:
        held = Membership.objects.not_over_by(day).filter(role__in=COUNCIL_ROLES)
        return models.Exists(held.filter(person=models.OuterRef("pk")))


class Person(Root):
    """Anybody the authority knows by name: with or without an account, at the council or at a school."""

    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    job = models.CharField(max_length=120, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    address_changed_at = models.DateTimeField(null=True, blank=True)
    # What they chose for their own mail (teams/views/mail.py).
    large_print = models.BooleanField(default=False)
    digests_off = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    leaves_on = models.DateField(null=True, blank=True)  # the last day, where it is known
    left_at = models.DateTimeField(null=True, blank=True)  # access has ended; the name stays on what they wrote

    MOVES = {
        "add": move(),
        "change": move(),
        "change_address": move(),
        "vouch_for_address": move(),
        "give_account": move(),
        "choose_mail": move(),
        "leave": move(),
        "end_access": move(),
        "come_back": move(),
    }

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "people"
        permissions = [("cover_for", "Acts for this manager while she is away")]  # teams.models.covers
        constraints = [
            *wall("teams_person"),
            public_ids("teams_person"),
            models.UniqueConstraint(
                fields=["authority", "email"], condition=~Q(email=""), name="teams_person_one_mailbox"
            ),
            models.UniqueConstraint(fields=["authority", "user"], name="teams_person_one_account"),
        ]

    def __str__(self) -> str:
        return self.name

    def change_address(self, email: str, *, by: Principal, at: datetime) -> None:
        """A new mailbox. Links wait a day for it, or for a second person."""
        with self.moving("change_address", by=by, at=at):
            self.email, self.address_changed_at = email.lower(), at

    def vouch_for_address(self, *, by: Principal, at: datetime) -> None:
        """A second person has checked a new mailbox, so links need not wait a day. Raises Refusal to who changed it."""
        with self.moving("vouch_for_address", by=by, at=at):
            if not self.may_be_vouched_for_by(by):
                raise Refusal(
                    f"You changed the address of {self.name} yourself. Ask a colleague to check it, or wait a day.",
                    code="second_person",
                )
            self.address_changed_at = None

    def may_be_vouched_for_by(self, by: Principal) -> bool:
        """Is this a second person: somebody else than whoever gave the address?"""
        changes = audit.history_of(self).filter(verb__in=("person.add", "person.change_address"))
        return by.user_id is not None and by.user_id != changes.values_list("user_id", flat=True).first()

    def give_account(self, user: Any, *, by: Principal, at: datetime) -> None:
        with self.moving("give_account", by=by, at=at):
            self.user = user

    def choose_mail(self, *, digests_off: list[str], large_print: bool, by: Principal, at: datetime) -> None:
        """Their own choice alone (permissions: nobody else's)."""
        with self.moving("choose_mail", by=by, at=at):
            self.digests_off, self.large_print = sorted(digests_off), large_print

    def leave(self, *, on: date, by: Principal, at: datetime) -> None:
        """This is their last day. Access ends by itself with it, or before by `end_access`."""
        with self.moving("leave", by=by, at=at):
            self.leaves_on = on

    def end_access(self, *, by: Principal, at: datetime) -> None:
        """They are gone. Upper floors hear of it by `record_moved`, and end what is theirs to end."""
        with self.moving("end_access", by=by, at=at):
            if self.left_at is not None:
                raise Refusal(f"{self.name} has left already.", code="left")
            self.left_at = at

    def come_back(self, *, by: Principal, at: datetime) -> None:
        """Here again, or not leaving after all."""
        with self.moving("come_back", by=by, at=at):
            self.leaves_on = self.left_at = None

    def address_is_fresh(self, now: datetime) -> bool:
        return self.address_changed_at is not None and now - self.address_changed_at < FRESH_ADDRESS


class Membership(TenantModel):
    """A user's role in an authority, from a date to a date. Read before the scope is open, by its own SELECT policy."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    person = tenant_key(Person, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role.choices)
    team = tenant_key(Team, null=True, blank=True, related_name="memberships")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        constraints = [
            *wall(
                "teams_membership",
                "person",
                "team",
                also_select="user_id = nullif(current_setting('app.user'), '')::int",
            ),
            models.UniqueConstraint(
                fields=["authority", "user", "role", "starts_on"], name="teams_membership_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="teams_membership_dates"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="teams_membership_role"),
        ]
        indexes = [models.Index(fields=["user", "authority"], name="teams_membership_by_user")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} from {self.starts_on}"


class LineManagement(TenantModel):
    """Who manages whom, from a date to a date."""

    person = tenant_key(Person, related_name="managed_by")
    manager = tenant_key(Person, related_name="manages")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        constraints = [
            *wall("teams_linemanagement", "person", "manager"),
            models.UniqueConstraint(
                fields=["authority", "person", "starts_on"], name="teams_linemanagement_once_a_day"
            ),
            models.CheckConstraint(condition=~Q(person=F("manager")), name="teams_linemanagement_not_herself"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="teams_linemanagement_dates"
            ),
        ]
        indexes = [models.Index(fields=["authority", "manager"], name="teams_linemanagement_by_mgr")]

    def __str__(self) -> str:
        return f"{self.person_id} under {self.manager_id}"
