"""Time away from school: what for, and what the school has from it (H41, H48, BR-10, journey W4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from schools.rules.whereabouts import OWN, PURPOSES, Away, overlaps, span_in_words
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.foundation.words import day as day_in_words

LONGEST = timedelta(days=14)


class TimeAwayQuerySet(VisibleQuerySet):
    def told(self) -> TimeAwayQuerySet:
        """What holds: everything that was not taken back."""
        return self.filter(status=TimeAway.Status.TOLD)

    def touching(self, start: datetime, end: datetime) -> TimeAwayQuerySet:
        """With any moment from `start` to before `end` in it."""
        back = Coalesce("came_back_at", "back_at")
        return self.annotate(until=back).filter(starts_at__lt=end, until__gt=start).order_by("starts_at", "pk")


class TimeAway(Root):
    """On screens: "Time away from school; benefit to the school". No place: nobody is followed."""

    class Status(models.TextChoices):
        TOLD = "told", "Told"
        WITHDRAWN = "withdrawn", "Taken back"

    class Purpose(models.TextChoices):
        TEAM = "team", "Team meeting"
        TRAINING = "training", "Training"
        PEER = "peer", "Peer group"
        CAMHS = "camhs", "CAMHS visit"
        HOME = "home", "Home visits"
        ELSEWHERE = "elsewhere", "Meeting elsewhere"
        OWN = "own", "My own reasons"

    MOVES = {
        "tell": move(),
        "come_back": move(Status.TOLD, refusal="This was taken back. There is nothing to come back from."),
        "withdraw": move(Status.TOLD, to=Status.WITHDRAWN, refusal="This was taken back already."),
    }

    placement = tenant_key("schools.Placement", related_name="times_away")
    person = tenant_key("teams.Person", related_name="times_away")  # who is away
    written_by = tenant_key("teams.Person", related_name="+")
    starts_at = models.DateTimeField()
    back_at = models.DateTimeField()
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    benefit = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField()
    came_back_at = models.DateTimeField(null=True)  # earlier than was said
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.TOLD)

    objects = TimeAwayQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            *wall("schools_timeaway", "placement", "person", "written_by"),
            public_ids("schools_timeaway"),
            models.CheckConstraint(condition=Q(back_at__gt=F("starts_at")), name="schools_timeaway_in_order"),
            models.CheckConstraint(
                condition=Q(purpose=OWN, benefit="") | (~Q(purpose=OWN) & ~Q(benefit="")),
                name="schools_timeaway_benefit",
            ),
            models.CheckConstraint(
                condition=Q(came_back_at=None) | Q(came_back_at__gte=F("starts_at"), came_back_at__lte=F("back_at")),
                name="schools_timeaway_back_early",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "placement", "starts_at"], name="schools_timeaway_by_place"),
            models.Index(fields=["authority", "person", "starts_at"], name="schools_timeaway_by_person"),
        ]

    def __str__(self) -> str:
        return f"time away {self.public_id}"

    @property
    def value(self) -> Away:
        """As the rules read it."""
        return Away(self.purpose, self.starts_at, self.came_back_at or self.back_at, self.benefit)

    @property
    def span(self) -> str:
        """ "8 September 2026, 09:00 to 13:00"."""
        return span_in_words(self.value)

    @classmethod
    def tell(
        cls,
        placement: Any,
        person: Any,
        *,
        purpose: str,
        starts_at: datetime,
        back_at: datetime,
        benefit: str = "",
        by: Principal,
        at: datetime,
    ) -> TimeAway:
        """The school is told. What is over is kept as it was; a plan that cannot be is refused, with the field's name.

        Without a benefit it is the one that its purpose has (BR-10).
        """
        words = PURPOSES[purpose]
        made = cls(
            placement=placement, person=person, written_by_id=by.person_id or person.pk, purpose=purpose,
            starts_at=starts_at, back_at=back_at, told_at=at,
            benefit=(benefit.strip() if words.may_be_changed else "") or words.benefit,
        )  # fmt: skip
        if back_at <= starts_at:
            raise Refusal("The time back must be later than the time away.", field="back_at", code="in_order")
        with transaction.atomic():
            # Two presses at once would both find nothing that overlaps.
            type(person).objects.select_for_update(no_key=True).get(pk=person.pk)
            if back_at > at:
                _refuse_plan(made)
            return begin(made, "tell", by=by, at=at)

    def come_back(self, *, by: Principal, at: datetime) -> None:
        """Back earlier than was said. Raises Refusal before it began and when it is over."""
        with self.moving("come_back", by=by, at=at):
            if not self.value.runs_at(at):
                raise Refusal("This time away is not now. There is nothing to come back from.", code="not_now")
            self.came_back_at = at

    def withdraw(self, *, by: Principal, at: datetime) -> None:
        """It did not happen, or was told by mistake."""
        with self.moving("withdraw", by=by, at=at):
            pass


def _refuse_plan(made: TimeAway) -> None:
    first, last = made.value.starts_at.date(), made.value.back_at.date()
    placement = made.placement
    if placement.status == placement.Status.ENDED or (placement.ends_on is not None and first > placement.ends_on):
        ended = f" on {day_in_words(placement.ends_on)}" if placement.ends_on else ""
        raise Refusal(
            f"The work at {placement.school.name} ended{ended}. Choose another school.", field="school", code="ended"
        )
    if last - first > LONGEST:
        raise Refusal(
            "That is longer than two weeks. Say “I am away” on your first page instead.",
            field="back_at",
            code="too_long",
        )
    others = TimeAway.objects.told().filter(person=made.person).touching(made.starts_at, made.back_at)
    other = next((each for each in others if overlaps(each.value, made.value)), None)
    if other is not None:
        raise Refusal(
            f"You have told a school of {span_in_words(other.value)} already. Take that back, or choose another time.",
            field="back_at",
            code="overlaps",
        )
