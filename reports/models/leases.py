"""Work that a worker takes for a while: the row is the truth, and says who has it until when (decision 0006)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from teams.foundation.models import TenantModel

ATTEMPTS = 5
DIED_EACH_TIME = "The printing stopped in the middle of this paper, each time. Please tell whoever runs Alongside."


def lease_from(now: datetime) -> datetime:
    """Until when somebody who starts work now has it to themselves: longer than the longest paper or pack takes."""
    return now + timedelta(seconds=settings.DOCUMENT_LEASE_SECONDS)


class LeasedQuerySet(models.QuerySet):
    def claimable(self, now: datetime) -> Self:
        """Waiting, or taken by somebody whose lease has run out; not tried too often."""
        return self._not_held(now).filter(attempts__lt=ATTEMPTS)

    def given_up(self, now: datetime) -> Self:
        """Whoever drew it has died each time: nobody will take it again."""
        return self._not_held(now).filter(attempts__gte=ATTEMPTS)

    def _not_held(self, now: datetime) -> Self:
        return self.filter(Q(state=Leased.State.WAITING) | Q(state=Leased.State.WORKING, lease_until__lt=now))

    def unsettled(self) -> Self:
        """Neither done nor failed."""
        return self.filter(state__in=[Leased.State.WAITING, Leased.State.WORKING])

    def fail_given_up(self, now: datetime) -> int:
        """Those that killed their worker each time are failed, with the reason. Returns how many."""
        return self.given_up(now).update(state=Leased.State.FAILED, lease_until=None, problem=DIED_EACH_TIME)


class Leased(TenantModel):
    """One piece of drawing. `DRAWN_FROM` are the rows that come along when it is taken."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        WORKING = "working", "Being printed"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    DRAWN_FROM: ClassVar[tuple[str, ...]] = ()

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    objects = LeasedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def claim(cls, number: int, *, at: datetime) -> Self | None:
        """Take it for a lease, in one UPDATE. None when it is done, failed, or somebody else's just now."""
        taken = (
            cls.objects.filter(pk=number)
            .claimable(at)
            .update(state=cls.State.WORKING, lease_until=lease_from(at), attempts=F("attempts") + 1)
        )
        return cls.objects.select_related(*cls.DRAWN_FROM).get(pk=number) if taken else None

    def ours(self) -> LeasedQuerySet:
        """This row as long as it is still ours: not when our lease ran out and another took it."""
        found: LeasedQuerySet = type(self).objects.filter(pk=self.pk, state=self.State.WORKING, attempts=self.attempts)
        return found

    def try_again_or_fail(self, problem: str) -> None:
        """It could not be drawn: to be tried again, or failed with its reason when it was tried often enough."""
        state = self.State.FAILED if self.attempts >= ATTEMPTS else self.State.WAITING
        self.ours().update(state=state, lease_until=None, problem=problem[:300])

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def has_failed(self) -> bool:
        return self.state == self.State.FAILED
