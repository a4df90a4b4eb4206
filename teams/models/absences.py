"""Somebody is away, from a day until known or not (journey M6.3). No reason is asked, and no medical word is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.foundation.words import day as day_in_words
from teams.models.people import Person

FURTHEST = timedelta(days=366)


class AbsenceQuerySet(VisibleQuerySet):
    def on(self, day: date) -> AbsenceQuerySet:
        """Who is away on this day."""
        return self.not_over_by(day).filter(starts_on__lte=day)

    def not_over_by(self, day: date) -> AbsenceQuerySet:
        """Who is away on this day or from a later one on."""
        last = Q(ends_on=None) | Q(ends_on__gte=day)
        return self.filter(last & (Q(back_on=None) | Q(back_on__gt=day)))


class Absence(Root):
    """On screens: "Away". `ends_on` is the last day as it is known; `back_on` the day of the press that ended it."""

    class Status(models.TextChoices):
        AWAY = "away", "Away"
        BACK = "back", "Back"

    MOVES = {
        "start": move(),
        "say_until": move(Status.AWAY, refusal="This absence is over."),
        "come_back": move(Status.AWAY, to=Status.BACK, refusal="This absence is over already."),
    }

    person = tenant_key(Person, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    back_on = models.DateField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.AWAY)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            *wall("teams_absence", "person"),
            public_ids("teams_absence"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="teams_absence_dates"
            ),
        ]
        indexes = [models.Index(fields=["authority", "person", "starts_on"], name="teams_absence_by_person")]

    def __str__(self) -> str:
        return f"absence {self.public_id}"

    @classmethod
    def start(cls, person: Person, *, starts_on: date, ends_on: date | None, by: Principal, at: datetime) -> Absence:
        """Away from a day on, past days too; the last day where it is known. Raises Refusal with the field's name."""
        with transaction.atomic():
            Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # two presses at once make one absence
            _refuse_days(starts_on, ends_on, timezone.localdate(at))
            known = cls.objects.not_over_by(starts_on).filter(person=person)
            if ends_on is not None:
                known = known.filter(starts_on__lte=ends_on)
            other = known.first()
            if other is not None:
                raise Refusal(
                    f"{person.name} is down as away from {day_in_words(other.starts_on)} already. "
                    "Change that, or choose other days.",
                    field="starts_on",
                    code="away_already",
                )
            return begin(cls(person=person, starts_on=starts_on, ends_on=ends_on), "start", by=by, at=at)

    def say_until(self, ends_on: date | None, *, by: Principal, at: datetime) -> None:
        """The last day is known now, or not any more."""
        _refuse_days(self.starts_on, ends_on, timezone.localdate(at))
        with self.moving("say_until", by=by, at=at):
            self.ends_on = ends_on

    def come_back(self, *, by: Principal, at: datetime) -> None:
        """Here again from this day on."""
        with self.moving("come_back", by=by, at=at):
            self.back_on = timezone.localdate(at)

    def covers_day(self, day: date) -> bool:
        """Was or is this person away on the day?"""
        is_back = self.back_on is not None and day >= self.back_on
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on) and not is_back


def _refuse_days(starts_on: date, ends_on: date | None, today: date) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise Refusal(
            f"The last day must be {day_in_words(starts_on)} or later.", field="ends_on", code="ends_before_it_starts"
        )
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if day is not None and abs(day - today) > FURTHEST:
            raise Refusal("Choose a day within a year of today.", field=field, code="too_far")
