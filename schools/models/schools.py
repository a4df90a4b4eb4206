"""Schools as the government knows them, who speaks for them, and their published figures."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, move


class SchoolQuerySet(VisibleQuerySet):
    def open_on(self, day: date) -> SchoolQuerySet:
        """Schools with children in them on this day: open, or open and proposed to close."""
        return self.filter(status__in=School.OPEN).exclude(closed_on__lt=day)

    def named_like(self, words: str) -> SchoolQuerySet:
        """Name, URN or LAESTAB. A small county's list: no index is needed for it."""
        return self.filter(Q(name__icontains=words) | Q(urn__startswith=words) | Q(laestab=words.replace("/", "")))


class School(Root):
    """One establishment under one URN. An academy gets a new URN; `SchoolLink` leads from the old one to it."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSING = "closing", "Open, proposed to close"
        OPENING = "opening", "Proposed to open"
        CLOSED = "closed", "Closed"

    OPEN = (Status.OPEN, Status.CLOSING)
    MOVES = {"add": move(), "set_area": move()}

    urn = models.CharField("URN", max_length=8)
    name = models.CharField(max_length=200)
    la_code = models.CharField(max_length=3, blank=True)
    la_name = models.CharField(max_length=100, blank=True)
    laestab = models.CharField("LAESTAB", max_length=7, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    type = models.CharField(max_length=120, blank=True)
    phase = models.CharField(max_length=60, blank=True)
    low_age = models.PositiveSmallIntegerField(null=True)
    high_age = models.PositiveSmallIntegerField(null=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    trust = models.CharField(max_length=200, blank=True)
    street = models.CharField(max_length=200, blank=True)
    locality = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=100, blank=True)
    county = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    easting = models.PositiveIntegerField(null=True)
    northing = models.PositiveIntegerField(null=True)
    area = tenant_key("teams.Area", null=True, blank=True, related_name="schools")
    source = models.CharField(max_length=20, blank=True)  # which kind of file said so last

    objects = SchoolQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            *wall("schools_school", "area"),
            public_ids("schools_school"),
            models.UniqueConstraint(fields=["authority", "urn"], name="schools_school_urn"),
            models.CheckConstraint(condition=Q(urn__regex=r"^\d{5,8}$"), name="schools_school_urn_figures"),
        ]
        indexes = [
            models.Index(fields=["authority", "name", "id"], name="schools_school_by_name"),
            models.Index(fields=["authority", "area"], name="schools_school_by_area"),
            models.Index(fields=["authority", "laestab"], name="schools_school_by_laestab"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def address_lines(self) -> list[str]:
        return [line for line in (self.street, self.locality, self.town, self.county, self.postcode) if line]

    def set_area(self, area: models.Model | None, *, by: Principal, at: datetime) -> None:
        with self.moving("set_area", by=by, at=at):
            self.area = area


class SchoolLink(TenantModel):
    """What became of a school: successor, predecessor, merged, split. By URN, for the other may not be loaded yet."""

    class Kind(models.TextChoices):
        SUCCESSOR = "successor", "Successor"
        PREDECESSOR = "predecessor", "Predecessor"
        OTHER = "other", "Other"

    urn = models.CharField(max_length=8)
    other_urn = models.CharField(max_length=8)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    words = models.CharField(max_length=80)  # as the file says it: "Successor - merged"
    since = models.DateField(null=True)

    class Meta:
        constraints = [
            *wall("schools_schoollink"),
            models.UniqueConstraint(fields=["authority", "urn", "other_urn", "words"], name="schools_schoollink_once"),
        ]
        indexes = [models.Index(fields=["authority", "other_urn"], name="schools_schoollink_back")]

    def __str__(self) -> str:
        return f"{self.urn} {self.words} {self.other_urn}"


class Figures(TenantModel):
    """What one source says of one school for one year.

    A column without a number has its mark in `marks` ("SUPP", "NA", "x", "z", "c"): a mark is never 0. `definitions`
    says how a column is counted where that has changed over the years; figures of two definitions are never compared.
    `year` is the calendar year in which the school year began: 2018 for 2018/19.
    """

    school = tenant_key(School, related_name="figures", on_delete=models.CASCADE)
    source = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    number_on_roll = models.PositiveIntegerField(null=True)
    girls = models.PositiveIntegerField(null=True)
    boys = models.PositiveIntegerField(null=True)
    free_meals = models.PositiveIntegerField(null=True)
    free_meals_percent = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    free_meals_ever_6 = models.PositiveIntegerField(null=True)
    free_meals_ever_6_percent = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    sen_support = models.PositiveIntegerField(null=True)
    sen_support_percent = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    ehc_plans = models.PositiveIntegerField(null=True)
    ehc_plans_percent = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    english_additional = models.PositiveIntegerField(null=True)
    english_additional_percent = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    absence_percent = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    persistent_absence_percent = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    severe_absence_percent = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    enrolments = models.PositiveIntegerField(null=True)
    marks = models.JSONField(default=dict)
    definitions = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "figures"
        ordering = ["-year", "source"]
        constraints = [
            *wall("schools_figures", "school"),
            models.UniqueConstraint(fields=["authority", "school", "source", "year"], name="schools_figures_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.year}"


class Contacts(VisibleQuerySet):
    def on(self, day: date) -> Contacts:
        """Who speaks for a school on this day."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

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

    school = tenant_key(School, related_name="contacts")
    person = tenant_key("teams.Person", related_name="school_contacts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)

    MOVES = {"add": move(), "confirm": move(), "bounce": move(), "end": move()}

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

    def confirm(self, *, by: Principal, at: datetime) -> None:
        """Somebody has checked that this is the right person at the right address."""
        with self.moving("confirm", by=by, at=at):
            if not self.person.email:
                raise Refusal(f"Add an e-mail address for {self.person.name} first.", field="email")
            self.confirmed_at, self.bounced_at = at, None

    def bounce(self, *, by: Principal, at: datetime) -> None:
        """Mail came back: it is on the administrator's list until somebody has put it right."""
        with self.moving("bounce", by=by, at=at):
            self.bounced_at, self.confirmed_at = at, None

    def end(self, *, on: date, by: Principal, at: datetime) -> None:
        """They no longer speak for this school. What they signed keeps their name."""
        with self.moving("end", by=by, at=at):
            self.ends_on = on
