"""When a review's meeting is: a day alone, or a time that stands in the calendars of all who come (0010, 0011)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils import timezone

from teams.foundation.words import day, moment
from teams.models import Attendee, Audience, Occasion, Part

KIND = "review"


class Time(NamedTuple):
    """From when until when, and where."""

    starts_at: datetime
    ends_at: datetime
    place: str = ""


class Meets:
    """What a review does with its occasion, inside its own verbs: it has no other hands.

    `meeting_on` is the day, with a time or without one; where there is a time it is the day of the occasion.
    """

    pk: Any
    meeting_on: date | None
    occasion: Occasion | None
    worker: Any
    head_parts: Any

    @property
    def managers(self) -> list[Any]:
        raise NotImplementedError

    @property
    def meets(self) -> str:
        """ "22 June 2027 at 2pm, Library", or the day alone; "" where no day is agreed."""
        if self.meeting_on is None:
            return ""
        if self.occasion is None:
            return day(self.meeting_on)
        where = f", {self.occasion.place}" if self.occasion.place else ""
        return f"{moment(self.occasion.starts_at)}{where}"

    @property
    def time(self) -> Time | None:
        """None where only the day is agreed."""
        if self.occasion is None:
            return None
        return Time(self.occasion.starts_at, self.occasion.ends_at, self.occasion.place)

    def meet(self, on: date | None, time: Time | None, *, at: datetime) -> None:
        """On this day; at this time where there is one. A time that is left out again leaves the calendars."""
        if time is None:
            self.call_off_meeting(at)
            self.meeting_on = on
            return
        occasion = self.occasion or Occasion(kind=KIND, title=self._title())
        if occasion.pk is not None and self.time != time:
            occasion.edition += 1
        occasion.starts_at, occasion.ends_at, occasion.place = time
        occasion.save()
        self.occasion, self.meeting_on = occasion, timezone.localdate(time.starts_at)

    def call_off_meeting(self, at: datetime) -> None:
        """It stays in calendars as called off; the next time is an occasion of its own. One that was held stays."""
        if self.occasion is not None and self.occasion.starts_at <= at:
            self.occasion = None
        elif self.occasion is not None:
            self.occasion.called_off_at = at
            self.occasion.edition += 1
            self.occasion.save(update_fields=["called_off_at", "edition"])
            self.occasion = None

    def name_attendees(self, on: date) -> None:
        """Who is to be there: the worker, who leads it, and each head of this day who has said that she comes."""
        occasion = self.occasion
        if occasion is None or timezone.localdate(occasion.starts_at) < on:
            return  # who was there is not changed by who leads it later
        heads = [part.person for part in self.head_parts.coming(on).select_related("person")]
        people = {person.pk: (person, Part.SCHOOL) for person in heads}
        people |= {person.pk: (person, Part.MANAGER) for person in self.managers}
        people[self.worker.pk] = (self.worker, Part.WORKER)
        there = {row.person_id: row.part for row in occasion.attendees.all()}
        title, audience = self._title(), Audience.SHARED if heads else Audience.TWO
        if (occasion.title, occasion.audience) == (title, audience) and there == {
            key: part for key, (_, part) in people.items()
        }:
            return
        occasion.attendees.all().delete()
        Attendee.objects.bulk_create(
            Attendee(occasion=occasion, person=person, part=part) for person, part in people.values()
        )
        if occasion.title != title:
            occasion.edition += 1  # else some calendars keep the name of who led it before
        occasion.title, occasion.audience = title, audience
        occasion.save(update_fields=["title", "audience", "edition"])

    def _title(self) -> str:
        """What stands in calendars: first names, and nothing of what it is about."""
        return "Yearly review: " + ", ".join(each.name.split()[0] for each in (self.worker, *self.managers))
