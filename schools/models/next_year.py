"""Can the school keep its worker next year? What it said, and whether it was rung where it could not say yes (H47)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move

HEARD = "This has been talked about already."


class NextYearQuerySet(VisibleQuerySet):
    def latest_of_each(self) -> NextYearQuerySet:
        """What each placement's school said last about each year."""
        later = NextYear.objects.filter(
            placement=models.OuterRef("placement"),
            school_year=models.OuterRef("school_year"),
            pk__gt=models.OuterRef("pk"),
        )
        return self.filter(~models.Exists(later))

    def to_ring(self) -> NextYearQuerySet:
        """What asks for a call that nobody has made."""
        return self.filter(status=NextYear.Status.TO_RING)

    def for_senior_managers(self, today: date) -> NextYearQuerySet:
        """What they have to know today, of years that have not begun: each "cannot" at once, each "don't know" from
        some weeks before the school's budget date (schools.rules.next_year)."""
        return self.latest_of_each().filter(told_from__lte=today, begins_on__gt=today)


class NextYear(Root):
    """One school's answer about one placement and the school year that starts in September of `school_year`.

    "Cannot keep" and "don't know yet" open no form: the manager rings (H5). A later answer is a new row.
    """

    class Answer(models.TextChoices):
        KEEP = "keep", "Keep as it is"
        CHANGE = "change", "Change the days"
        CANNOT = "cannot", "Cannot keep"
        UNKNOWN = "unknown", "Don’t know yet"

    class Status(models.TextChoices):
        HEARD = "heard", "Heard"
        TO_RING = "to_ring", "To be rung"
        RUNG = "rung", "Rung"

    MOVES = {
        "say": move(),
        "ring": move(Status.TO_RING, to=Status.RUNG, refusal=HEARD),
    }

    placement = tenant_key("schools.Placement", related_name="next_years")
    school_year = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=8, choices=Answer.choices)
    words = models.TextField(max_length=1000, blank=True)
    said_by = tenant_key("teams.Person", related_name="+")
    # Who wrote it down, where the school said it on the telephone and not by its own hand.
    written_by = tenant_key("teams.Person", null=True, related_name="+")
    answered_at = models.DateTimeField()
    ring_by = models.DateField(null=True)
    # Worked out when it was said: from when the senior managers are told (never, where the school keeps its worker), by
    # when the school must know, the last day for notice where the terms are known, and when the year begins.
    told_from = models.DateField(null=True)
    budget_on = models.DateField()
    notice_on = models.DateField(null=True)
    begins_on = models.DateField()
    rung_by = tenant_key("teams.Person", null=True, related_name="+")
    rung_at = models.DateTimeField(null=True)
    heard = models.TextField(max_length=1000, blank=True)  # what was said on the telephone
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.HEARD)

    objects = NextYearQuerySet.as_manager()

    class Meta:
        ordering = ["-answered_at", "-pk"]
        constraints = [
            *wall("schools_nextyear", "placement", "said_by", "written_by", "rung_by"),
            public_ids("schools_nextyear"),
            models.CheckConstraint(
                condition=Q(answer__in=("keep", "change"), ring_by=None)
                | Q(answer__in=("cannot", "unknown"), ring_by__isnull=False),
                name="schools_nextyear_ring",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "placement", "-answered_at"], name="schools_nextyear_by_place"),
            models.Index(fields=["authority", "status"], name="schools_nextyear_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.answer} for {self.school_year}"

    @classmethod
    def say(
        cls,
        placement: Any,
        school_year: int,
        answer: str,
        *,
        words: str,
        person: Any,
        ring_by: date,
        told_from: date,
        budget_on: date,
        notice_on: date | None,
        begins_on: date,
        by: Principal,
        at: datetime,
        written_by: Any = None,
    ) -> NextYear:
        """The school's answer, in its own words. Raises Refusal, field "next_year", where nothing was chosen."""
        if answer not in cls.Answer.values:
            raise Refusal("Choose what next year looks like from here.", field="next_year", code="choose")
        rings = answer in (cls.Answer.CANNOT, cls.Answer.UNKNOWN)
        made = cls(
            placement=placement,
            school_year=school_year,
            answer=answer,
            words=words.strip(),
            said_by=person,
            written_by=written_by,
            answered_at=at,
            ring_by=ring_by if rings else None,
            told_from=told_from if rings else None,
            budget_on=budget_on,
            notice_on=notice_on,
            begins_on=begins_on,
            status=cls.Status.TO_RING if rings else cls.Status.HEARD,
        )
        return begin(made, "say", by=by, at=at)

    def ring(self, heard: str, *, person: Any, by: Principal, at: datetime) -> None:
        """The manager has rung. Raises Refusal, field "heard", without a word of what was said."""
        with self.moving("ring", by=by, at=at):
            if not heard.strip():
                raise Refusal("Write in a few words what you heard.", field="heard", code="no_words")
            self.heard, self.rung_by, self.rung_at = heard.strip(), person, at
