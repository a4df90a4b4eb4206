"""Schools as the government knows them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import Case, Q, When

from schools.files.values import LONGEST_POSTCODE, LONGEST_TEXT
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.matching import begins_a_word
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, move


def is_open_on(day: date) -> Q:
    """For counting open ones beside closed ones."""
    return Q(status__in=School.OPEN) & (Q(closed_on=None) | Q(closed_on__gte=day))


class SchoolQuerySet(VisibleQuerySet):
    def open_on(self, day: date) -> SchoolQuerySet:
        """Schools with children in them on this day: open, or open and proposed to close."""
        return self.filter(is_open_on(day))

    def was_open_on(self, day: date) -> SchoolQuerySet:
        """The same of an earlier day: one that has shut since was open, one that has opened since was not there."""
        shut_since = Q(status=School.Status.CLOSED, closed_on__gte=day)
        return self.filter(is_open_on(day) | shut_since).exclude(opened_on__gt=day)

    def named_like(self, words: str) -> SchoolQuerySet:
        """Name, URN or LAESTAB. A small county's list: no index is needed for it."""
        return self.filter(Q(name__icontains=words) | Q(urn__startswith=words) | Q(laestab=words.replace("/", "")))

    def matching(self, words: list[str]) -> SchoolQuerySet:
        """Where each word begins a word of name, town or postcode, or is the URN or LAESTAB; open ones first."""
        rows = self
        for word in words:
            numbers = Q(urn__startswith=word) | Q(laestab=word.replace("/", "").replace("-", ""))
            rows = rows.filter(begins_a_word(word, "name", "town", "postcode") | numbers)
        return rows.order_by(
            Case(When(status__in=School.OPEN, then=0), default=1),
            Case(When(name__istartswith=" ".join(words), then=0), default=1),
            "name",
            "pk",
        )


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
    name = models.CharField(max_length=LONGEST_TEXT)
    la_code = models.CharField("authority's code", max_length=3, blank=True)
    la_name = models.CharField("authority", max_length=LONGEST_TEXT, blank=True)
    laestab = models.CharField("LAESTAB", max_length=7, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    type = models.CharField("type", max_length=LONGEST_TEXT, blank=True)
    type_group = models.CharField("group of types", max_length=LONGEST_TEXT, blank=True)  # "Academies", ...
    phase = models.CharField("phase", max_length=LONGEST_TEXT, blank=True)
    low_age = models.PositiveSmallIntegerField("lowest age", null=True)
    high_age = models.PositiveSmallIntegerField("highest age", null=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    trust = models.CharField(max_length=LONGEST_TEXT, blank=True)
    street = models.CharField(max_length=LONGEST_TEXT, blank=True)
    locality = models.CharField(max_length=LONGEST_TEXT, blank=True)
    town = models.CharField(max_length=LONGEST_TEXT, blank=True)
    county = models.CharField(max_length=LONGEST_TEXT, blank=True)
    postcode = models.CharField(max_length=LONGEST_POSTCODE, blank=True)
    easting = models.PositiveIntegerField(null=True)
    northing = models.PositiveIntegerField(null=True)
    # Today's head as the register publishes it: refreshed with each register, never a list of those before.
    head_in_register = models.CharField("headteacher in the register", max_length=LONGEST_TEXT, blank=True)
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

    @staticmethod
    def unnamed(urn: str) -> str:
        """What a school is called as long as no file has named it."""
        return f"School {urn}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def position(self) -> tuple[int, int] | None:
        """Metres east and north on the national grid; None where no file has placed it."""
        return None if self.easting is None or self.northing is None else (self.easting, self.northing)

    @property
    def address_lines(self) -> list[str]:
        return [line for line in (self.street, self.locality, self.town, self.county, self.postcode) if line]

    def set_area(self, area: models.Model | None, *, by: Principal, at: datetime) -> None:
        with self.moving("set_area", by=by, at=at):
            self.area = area
