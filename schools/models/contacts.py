"""Who speaks for a school."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, move


class Contacts(VisibleQuerySet):
    def on(self, day: date) -> Contacts:
        """Who speaks for a school on this day."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def current(self, day: date) -> Contacts:
        """Who speaks for a school on this day, or will from a later one on."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def bounced(self) -> Contacts:
        """Mail to them came back, and nobody has put it right yet."""
        return self.exclude(bounced_at=None)

    def unconfirmed(self) -> Contacts:
        """Nobody has checked yet that this is the right person at the right address."""
        return self.filter(confirmed_at=None)

    def named_like(self, words: str) -> Contacts:
        """Part of the name of person or school, or the school's URN."""
        return self.filter(Q(person__name__icontains=words) | Q(school__name__icontains=words) | Q(school__urn=words))

    def are_several_for(self, principal: Principal) -> bool:
        """Does this person speak for more than one school today, as head or as in-school lead?"""
        kinds = (SchoolContact.Kind.HEAD, SchoolContact.Kind.LEAD)
        mine = self.on(principal.today).filter(person=principal.person_id, kind__in=kinds)
        return mine.order_by().values("school").distinct()[:2].count() > 1

    def heads(self) -> Contacts:
        """The people who can sign for a school."""
        return self.filter(kind=SchoolContact.Kind.HEAD)


class SchoolContact(Root):
    """Who speaks for a school. No government file has their addresses: unconfirmed until a manager has confirmed."""

    class Kind(models.TextChoices):
        HEAD = "head", "Headteacher"
        LEAD = "lead", "In-school lead"
        BUSINESS = "business", "School business manager"
        CHAIR = "chair", "Chair of governors"
        SAFEGUARDING = "safety", "Safeguarding lead"  # is asked where a young person is worried; sees nothing else

    school = tenant_key("schools.School", related_name="contacts")
    person = tenant_key("teams.Person", related_name="school_contacts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)

    MOVES = {
        "add": move(),
        "change": move(),
        "confirm": move(),
        "unconfirm": move(),
        "bounce": move(),
        "end": move(),
    }

    objects = Contacts.as_manager()

    class Meta:
        ordering = ["kind", "starts_on", "pk"]
        constraints = [
            *wall("schools_schoolcontact", "school", "person"),
            public_ids("schools_schoolcontact"),
            models.UniqueConstraint(
                fields=["authority", "school", "person", "kind", "starts_on"], name="schools_schoolcontact_once"
            ),
            models.UniqueConstraint(
                fields=["authority", "school"],
                condition=Q(kind="head", ends_on=None),
                name="schools_schoolcontact_one_head",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="schools_schoolcontact_dates"
            ),
        ]
        indexes = [models.Index(fields=["authority", "person"], name="schools_contact_by_person")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.school_id}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def state_in_words(self) -> str:
        """What a person reads: "Confirmed", "Not confirmed" or "Mail came back"."""
        if self.bounced_at is not None:
            return "Mail came back"
        return "Confirmed" if self.is_confirmed else "Not confirmed"

    def confirm(self, *, by: Principal, at: datetime) -> None:
        """Somebody has checked that this is the right person at the right address."""
        with self.moving("confirm", by=by, at=at):
            if self.ends_on is not None and self.ends_on < timezone.localdate(at):
                raise Refusal(f"{self.person.name} speaks for this school no longer. Add the person who does.")
            if not self.person.email:
                raise Refusal(f"Add an e-mail address for {self.person.name} first.", field="email")
            self.confirmed_at, self.bounced_at = at, None

    def unconfirm(self, *, by: Principal, at: datetime) -> None:
        """The address is another one: somebody has to check again."""
        with self.moving("unconfirm", by=by, at=at):
            self.confirmed_at = self.bounced_at = None

    def bounce(self, *, by: Principal, at: datetime) -> None:
        """Mail came back: it is on the administrator's list until somebody has put it right."""
        with self.moving("bounce", by=by, at=at):
            self.bounced_at, self.confirmed_at = at, None

    def end(self, *, on: date, by: Principal, at: datetime) -> None:
        """They no longer speak for this school. What they signed keeps their name."""
        with self.moving("end", by=by, at=at):
            self.ends_on = on
