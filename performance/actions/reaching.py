"""Whom the mails about a review's words have reached: schools that are silent, and those that nobody has asked yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from performance.models import HeadPart, Review, ReviewPerson
from schools.models import SchoolContact
from supervision.actions import silence
from supervision.actions.silence import FINAL_AFTER, school_days_since
from teams.foundation.mail import Notice
from teams.models import Part


def matter_of(review: Review, row: ReviewPerson) -> str:
    """What the mails about these words are about: other words or another school, other mails."""
    school = f":s{row.placement_id}" if row.part == Part.SCHOOL else ""
    return f"{_matter(review)}{school}"


def _matter(review: Review) -> str:
    return f"review:{review.public_id}:{review.sent_times}"


@dataclass(frozen=True)
class Reach:
    """Of one review, as it stands on a day."""

    review: Review
    today: date
    notices: list[Notice]  # all about these words, with those to an address that was put right since
    parts: dict[int | None, Any]  # by placement: the public id of the head's part, which a school's mails are about
    heads: dict[int | None, Any]  # by placement: who heads the school on this day
    is_school_day: silence.IsSchoolDay

    @classmethod
    def of(cls, review: Review, *, today: date) -> Reach:
        """Four queries, however many schools there are."""
        own = _matter(review)
        notices = Notice.objects.filter(Q(matter=own) | Q(matter__startswith=f"{own}:")).order_by("pk")
        parts = dict(HeadPart.objects.filter(review=review.pk).values_list("placement", "public_id"))
        contacts = SchoolContact.objects.on(today).heads().filter(school__placements__in=list(parts))
        named = (
            contacts.select_related("person").annotate(placement=F("school__placements")).order_by("-starts_on", "-pk")
        )
        heads = {each.placement: each.person for each in named if each.placement in parts}
        since = review.sent_at or review.begun_at
        return cls(review, today, list(notices), parts, heads, silence.calendar_from(since))

    def mails(self, row: ReviewPerson) -> list[Notice]:
        """To one of those who agree; where one person heads two schools, those about this one."""
        mails = [each for each in self.notices if each.person_id == row.person_id]
        if row.part != Part.SCHOOL:
            return mails
        return [each for each in mails if each.subject_id == self.parts.get(row.placement_id)]

    def head(self, row: ReviewPerson) -> Any:
        """Who speaks for this row's school now. None where nobody is known to."""
        return self.heads.get(row.placement_id)

    def is_silent(self, row: ReviewPerson) -> bool:
        """Written to for ten school days, and still who speaks for the school."""
        if row.part != Part.SCHOOL or self.head(row) != row.person:
            return False
        sent = [
            each.sent_at for each in self.mails(row) if each.state == Notice.State.SENT and each.sent_at is not None
        ]
        return silence.is_silent(row, min(sent, default=None), self.today, self.is_school_day)

    def to_ring(self) -> list[tuple[ReviewPerson, int]]:
        """Schools that no mail has reached, each with how many school days it has waited.

        At once where no mail can go; after five school days where one still waits.
        """
        found: list[tuple[ReviewPerson, int]] = []
        if self.review.status != Review.Status.TO_AGREE or self.review.sent_at is None:
            return found
        for row in self.review.people.all():
            if row.part != Part.SCHOOL or row.has_answered:
                continue
            mails = self.mails(row)
            waits = [each.made_at for each in mails if each.state == Notice.State.WAITING]
            since = max([self.review.sent_at, *waits])
            reached = any(each.state == Notice.State.SENT for each in mails) and self.head(row) == row.person
            if silence.is_to_be_rung(
                reached=reached, waits=bool(waits), sent_at=since, today=self.today, is_school_day=self.is_school_day
            ):
                found.append((row, school_days_since(since, self.today, self.is_school_day)))
        return found

    def never(self) -> list[ReviewPerson]:
        """Schools that no mail has reached for ten school days: they are not waited for any more."""
        return [row for row, days in self.to_ring() if days >= FINAL_AFTER]
