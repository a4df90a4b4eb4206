"""Somebody acts for a manager who is away, from a day to a day (journeys M6.4, docs/decisions/0004).

The grants are django-guardian's, by direct keys: the deputy's account may act for this person. They carry their dates,
and the policies ask for today (`Principal.covers`), so that beginning and end need no job.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from teams.foundation.access import DEPUTIES, Principal, Role, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.foundation.words import day as day_in_words
from teams.models.people import Dated, Membership, Person

LONGEST = timedelta(days=366)


class CoverQuerySet(VisibleQuerySet):
    def on(self, day: date) -> CoverQuerySet:
        """The covers that hold on this day."""
        return self.not_over_by(day).filter(starts_on__lte=day)

    def not_over_by(self, day: date) -> CoverQuerySet:
        """Those that hold on this day or from a later one on."""
        return self.filter(status=Cover.Status.ARRANGED, ends_on__gte=day)


class Cover(Root):
    """On screens: "Covering for … until". `ends_on` is the last day as it was arranged; `stopped_at` an earlier end."""

    class Status(models.TextChoices):
        ARRANGED = "arranged", "Arranged"
        STOPPED = "stopped", "Ended early"

    MOVES = {
        "start": move(),
        "stop": move(Status.ARRANGED, to=Status.STOPPED, refusal="This cover has ended already."),
    }

    manager = tenant_key(Person, related_name="covered_by")
    deputy = tenant_key(Person, related_name="covering")
    starts_on = models.DateField()
    ends_on = models.DateField()
    stopped_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ARRANGED)

    objects = CoverQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            *wall("teams_cover", "manager", "deputy"),
            public_ids("teams_cover"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="teams_cover_dates"),
            models.CheckConstraint(condition=~Q(manager=F("deputy")), name="teams_cover_not_herself"),
        ]
        indexes = [models.Index(fields=["authority", "manager", "ends_on"], name="teams_cover_by_manager")]

    def __str__(self) -> str:
        return f"cover {self.public_id}"

    @classmethod
    def start(
        cls, manager: Person, deputy: Person, *, starts_on: date, ends_on: date, by: Principal, at: datetime
    ) -> Cover:
        """The deputy acts for the manager from a day to a day, both inclusive. Raises Refusal with the field's name."""
        today = timezone.localdate(at)
        with transaction.atomic():
            # Two presses at once would both find that nobody covers yet.
            Person.objects.select_for_update(no_key=True).get(pk=manager.pk)
            _refuse_days(starts_on, ends_on, today)
            _refuse_manager(manager, starts_on, ends_on)
            user = _account_of(deputy, manager, starts_on, ends_on)
            made = begin(
                cls(manager=manager, deputy=deputy, starts_on=starts_on, ends_on=ends_on), "start", by=by, at=at
            )
            CoverGrant.objects.create(
                cover=made,
                user_id=user,
                permission=Permission.objects.get(content_type__app_label="teams", codename="cover_for"),
                content_object=manager,
                starts_on=starts_on,
                ends_on=ends_on,
            )
        return made

    def stop(self, *, by: Principal, at: datetime) -> None:
        """It ends at this press: the grant is withdrawn, and the deputy's next page knows nothing of it."""
        with self.moving("stop", by=by, at=at):
            self.stopped_at = at
            self.grants.all().delete()

    def is_over(self, today: date) -> bool:
        return self.status == self.Status.STOPPED or self.ends_on < today


class GrantQuerySet(models.QuerySet["CoverGrant"]):
    def on(self, day: date) -> GrantQuerySet:
        """The grants that hold on this day: its dates say so, and whoever is covered is a manager still."""
        managing = Dated(Membership).on(day).filter(role=Role.TEAM_MANAGER, person=OuterRef("content_object"))
        return self.filter(Exists(managing), starts_on__lte=day, ends_on__gte=day)


class CoverGrant(UserObjectPermissionBase, TenantModel):
    """This account may act for this manager, from a day to a day. A row of the cover that made it.

    guardian itself is not asked: it knows no dates. Placements are never mirrored into grants.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False, related_name="cover_grants"
    )
    permission = models.ForeignKey(Permission, on_delete=models.PROTECT, db_index=False, related_name="+")
    content_object = tenant_key(Person, related_name="cover_grants")
    cover = tenant_key(Cover, related_name="grants")
    starts_on = models.DateField()
    ends_on = models.DateField()

    objects = GrantQuerySet.as_manager()  # type: ignore[assignment, misc]  # not guardian's own: it knows no dates

    class Meta:
        constraints = [
            *wall("teams_covergrant", "content_object", "cover"),
            models.UniqueConstraint(fields=["authority", "cover"], name="teams_covergrant_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="teams_covergrant_dates"),
        ]
        indexes = [models.Index(fields=["authority", "user", "ends_on"], name="teams_covergrant_by_user")]

    def __str__(self) -> str:
        return f"grant {self.pk}"


class CoverGroupGrant(GroupObjectPermissionBase, TenantModel):
    """Always empty: without it guardian asks its generic table, which has no authority. Grants are for people."""

    content_object = tenant_key(Person, related_name="+")

    class Meta:
        constraints = [
            *wall("teams_covergroupgrant", "content_object"),
            models.CheckConstraint(condition=Q(pk__isnull=True), name="teams_covergroupgrant_empty"),
        ]

    def __str__(self) -> str:
        return f"group grant {self.pk}"


def _refuse_days(starts_on: date, ends_on: date, today: date) -> None:
    if starts_on < today:
        raise Refusal("Cover starts today or on a later day. What is past needs none.", field="starts_on", code="past")
    if ends_on < starts_on:
        raise Refusal(
            f"The last day must be {day_in_words(starts_on)} or later.", field="ends_on", code="ends_before_it_starts"
        )
    if ends_on - starts_on > LONGEST:
        raise Refusal(
            "Cover lasts a year at most. Choose an earlier last day; it can be arranged again.",
            field="ends_on",
            code="too_long",
        )


def _refuse_manager(manager: Person, starts_on: date, ends_on: date) -> None:
    if not Membership.objects.on(starts_on).filter(person=manager, role=Role.TEAM_MANAGER).exists():
        raise Refusal(
            f"{manager.name} is no team manager then, so there is nothing to cover.",
            field="manager",
            code="no_manager",
        )
    taken = Cover.objects.not_over_by(starts_on).filter(manager=manager, starts_on__lte=ends_on)
    other = taken.select_related("deputy").first()
    if other is not None:
        raise Refusal(
            f"{other.deputy.name} covers for {manager.name} from {day_in_words(other.starts_on)} until "
            f"{day_in_words(other.ends_on)} already. End that first, or choose other days.",
            field="starts_on",
            code="covered_already",
        )


def _account_of(deputy: Person, manager: Person, starts_on: date, ends_on: date) -> int:
    """The account that gets the grant. Raises Refusal, field "deputy", where this person cannot cover."""
    if deputy.pk == manager.pk:
        raise Refusal("Choose somebody else than who is away.", field="deputy", code="herself")
    held = Membership.objects.on(starts_on).filter(person=deputy, role__in=DEPUTIES).order_by("pk").first()
    if held is None or deputy.left_at is not None:
        words = "a team manager, a senior practitioner or a senior manager"
        raise Refusal(f"{deputy.name} cannot cover: that takes {words}.", field="deputy", code="no_deputy")
    if deputy.leaves_on is not None and deputy.leaves_on < ends_on:
        raise Refusal(
            f"The last day of {deputy.name} is {day_in_words(deputy.leaves_on)}. Choose somebody else, or that day.",
            field="deputy",
            code="leaves",
        )
    away = Cover.objects.not_over_by(starts_on).filter(manager=deputy, starts_on__lte=ends_on).first()
    if away is not None:
        raise Refusal(
            f"{deputy.name} is covered from {day_in_words(away.starts_on)} until {day_in_words(away.ends_on)}. "
            "Choose somebody who is here.",
            field="deputy",
            code="away_too",
        )
    return held.user_id
