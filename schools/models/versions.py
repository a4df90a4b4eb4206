"""The text of an agreement, version by version. Once offered, a version is sealed: what was read is what was signed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from teams.foundation.constraints import Sealed, SealedWith, wall
from teams.foundation.models import PublicModel, TenantModel, public_ids, tenant_key


class AgreementVersion(PublicModel):
    """One wording and one price.

    Until it is sealed it holds only the school's own lines. Sealing fills `way` (way of working, with the waiting-list
    rule and confidentiality) and `cost` (what the council sees) and `cost_sheet` (what the school sees of it), with a
    digest for each of the two parts that people sign. `cost_digest` covers both views of the money.
    """

    agreement = tenant_key("schools.Agreement", related_name="versions")
    number = models.PositiveSmallIntegerField()
    supersedes = tenant_key("self", null=True, related_name="superseded_by")
    own_lines = models.JSONField(default=dict)  # {part: text}, the boxes that are the school's own
    way = models.JSONField(null=True)
    cost = models.JSONField(null=True)
    cost_sheet = models.JSONField(null=True)
    way_digest = models.CharField(max_length=64, blank=True)
    cost_digest = models.CharField(max_length=64, blank=True)
    whole_cost = models.DecimalField(max_digits=10, decimal_places=2, null=True)  # pounds a year, all payers
    school_cost = models.DecimalField(max_digits=10, decimal_places=2, null=True)  # pounds in this period, this school
    made_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            *wall("schools_agreementversion", "agreement", "supersedes"),
            public_ids("schools_agreementversion"),
            Sealed(name="schools_agreementversion_sealed"),
            models.UniqueConstraint(
                fields=["authority", "agreement", "number"], name="schools_agreementversion_number"
            ),
            models.UniqueConstraint(fields=["authority", "supersedes"], name="schools_agreementversion_one_next"),
            models.CheckConstraint(
                condition=Q(sealed_at=None) | (Q(way__isnull=False) & Q(cost__isnull=False) & ~Q(way_digest="")),
                name="schools_agreementversion_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None

    def digest_of(self, part: str) -> str:
        """The check code of a part: "way" or "cost"."""
        return self.way_digest if part == "way" else self.cost_digest


def version_shown(agreement: Any) -> AgreementVersion:
    """What is told of an agreement: while a change is being written, still what is in force."""
    is_being_changed = agreement.status == "not_finished" and agreement.in_force_id is not None
    version: AgreementVersion = agreement.in_force if is_being_changed else agreement.readable
    return version


class Charge(TenantModel):
    """What the school pays for one month of one version, to the penny. Written with the version, sealed with it."""

    version = tenant_key(AgreementVersion, related_name="charges")
    month = models.DateField()  # the first of the month
    amount = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        ordering = ["month", "pk"]
        constraints = [
            *wall("schools_charge", "version"),
            SealedWith(name="schools_charge_sealed", field="version"),
            models.UniqueConstraint(fields=["authority", "version", "month"], name="schools_charge_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="schools_charge_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.amount}"
