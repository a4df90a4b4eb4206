"""People of other agencies with whom a team works: a nurse, somebody of CAMHS, a youth worker (H59, H89).

Such a person has no account and no role, and this row gives none: what they may do is asked of their link alone. It
says whom a team may write to, at which agency, from when until when; nothing is ever read by it.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from teams.foundation.access import COUNCIL_ROLES, Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, move
from teams.models.people import Membership, Person
from teams.models.places import Team

OVER = "This is over already: they no longer work with this team."


class AgencyPeople(VisibleQuerySet):
    def with_us(self, day: date) -> AgencyPeople:
        """Who works with a team on this day from outside. Whoever has a role at the council since is a colleague."""
        colleagues = Membership.objects.on(day).filter(role__in=COUNCIL_ROLES, person=models.OuterRef("person"))
        here = self.filter(status=AgencyPerson.Status.WITH_US, starts_on__lte=day)
        return here.exclude(models.Exists(colleagues))

    def for_page(self) -> AgencyPeople:
        """With the names that stand beside them, by agency and name."""
        return self.select_related("person", "team").order_by("agency", "person__name", "pk")


class AgencyPerson(Root):
    """One person of another agency and one team: who works with two teams has two rows. The address is in `person`."""

    class Status(models.TextChoices):
        WITH_US = "with_us", "Works with us"
        GONE = "gone", "No longer works with us"

    MOVES = {
        "add": move(),
        "bounce": move(Status.WITH_US, refusal=OVER),
        "end": move(Status.WITH_US, to=Status.GONE, refusal=OVER),
        "say_gone": move(Status.WITH_US, to=Status.GONE, refusal=OVER),
    }

    team = tenant_key(Team, related_name="agency_people")
    person = tenant_key(Person, related_name="agencies")
    agency = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # the day of the press that ended it
    said_so = models.BooleanField(default=False)  # ended by themselves, by a link
    bounced_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WITH_US)

    objects = AgencyPeople.as_manager()

    class Meta:
        ordering = ["agency", "pk"]
        verbose_name_plural = "people of other agencies"
        constraints = [
            *wall("teams_agencyperson", "team", "person"),
            public_ids("teams_agencyperson"),
            models.UniqueConstraint(
                fields=["authority", "team", "person"],
                condition=Q(status="with_us"),
                name="teams_agencyperson_once_a_team",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None, status="with_us") | Q(ends_on__gte=F("starts_on"), status="gone"),
                name="teams_agencyperson_dates",
            ),
        ]
        indexes = [models.Index(fields=["authority", "person"], name="teams_agencyperson_by_person")]

    def __str__(self) -> str:
        return f"{self.agency}, team {self.team_id}"

    def bounce(self, *, by: Principal, at: datetime) -> None:
        """Mail came back: nobody writes there again. Right is whoever is added with another address."""
        with self.moving("bounce", by=by, at=at):
            self.bounced_at = at

    def end(self, *, by: Principal, at: datetime) -> None:
        """The team's manager says so: from this moment nobody asks them, and their link opens no question."""
        with self.moving("end", by=by, at=at):
            self.ends_on = timezone.localdate(at)

    def say_gone(self, *, by: Principal, at: datetime) -> None:
        """They say so themselves, or whoever reads that mailbox: "I do not work with this team"."""
        with self.moving("say_gone", by=by, at=at):
            self.ends_on, self.said_so = timezone.localdate(at), True
