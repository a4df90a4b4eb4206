"""Who has answered about a team without a name: that they have, and nothing of what they said."""

from __future__ import annotations

from django.db import models

from performance.models.waves import Wave
from teams.foundation.access import VisibleQuerySet
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.models import TenantModel, tenant_key


class Group(models.TextChoices):
    """From where somebody looks at a team: the groups of performance.rules.criteria, in their order."""

    MEMBERS = "members", "People of the team"
    COLLEAGUES = "colleagues", "Colleagues at the council"
    AGENCIES = "agencies", "Outside agencies"
    SCHOOLS = "schools", "Schools"


class PulseAnswered(TenantModel):
    """One answer each: the day, not the moment, and no key to the sheet (performance.models.waves)."""

    wave = tenant_key(Wave, related_name="answered")
    person = tenant_key("teams.Person", related_name="+")
    answered_on = models.DateField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        constraints = [
            *wall("performance_pulseanswered", "wave", "person"),
            AppendOnly(name="performance_pulseanswered_once"),
            models.UniqueConstraint(fields=["authority", "wave", "person"], name="performance_pulseanswered_one_each"),
        ]

    def __str__(self) -> str:
        return f"answered {self.answered_on:%Y-%m-%d}"
