"""Who accepted what, and what was asked before: the yes of three parties to two parts of one text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from schools.models.versions import AgreementVersion
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.models import PublicModel, TenantModel, public_ids, tenant_key


class Party(models.TextChoices):
    SCHOOL = "school", "School"
    WORKER = "worker", "Worker"
    COUNCIL = "council", "Council"


class SignedPart(models.TextChoices):
    WAY = "way", "Way of working"
    COST = "cost", "Cost"


# The worker accepts the way of working and confidentiality, never the money (features.md, Decided).
NEEDED = frozenset(
    {
        (Party.SCHOOL, SignedPart.WAY),
        (Party.SCHOOL, SignedPart.COST),
        (Party.WORKER, SignedPart.WAY),
        (Party.COUNCIL, SignedPart.WAY),
        (Party.COUNCIL, SignedPart.COST),
    }
)
# BR-02: with these two the worker may start.
NEEDED_TO_START = frozenset({(Party.SCHOOL, SignedPart.WAY), (Party.WORKER, SignedPart.WAY)})


class Signature(TenantModel):
    """One person's yes to one part of one text. It binds the digest of what was read, and is written once."""

    agreement = tenant_key("schools.Agreement", related_name="signatures")
    version = tenant_key(AgreementVersion, related_name="signatures")
    party = models.CharField(max_length=10, choices=Party.choices)
    part = models.CharField(max_length=5, choices=SignedPart.choices)
    digest = models.CharField(max_length=64)
    person = tenant_key("teams.Person", related_name="signatures")
    name = models.CharField(max_length=120)
    job = models.CharField(max_length=120)
    address = models.EmailField()  # empty for a worker without a mailbox, who signs in the product
    how = models.CharField(max_length=20)  # "link" or "account"
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["signed_at", "pk"]
        constraints = [
            *wall("schools_signature", "agreement", "version", "person"),
            AppendOnly(name="schools_signature_once"),
            models.UniqueConstraint(
                fields=["authority", "agreement", "party", "part", "digest"], name="schools_signature_each_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.part}"

    def is_by(self, person: Any) -> bool:
        """The same person, or the same mailbox. Two people without one are not the same."""
        same_mailbox = bool(person.email) and self.address.lower() == person.email.lower()
        return self.person_id == person.pk or same_mailbox


class Question(PublicModel):
    """Asked about an agreement, answered by the manager. Both stay."""

    agreement = tenant_key("schools.Agreement", related_name="questions")
    asked_by = tenant_key("teams.Person", related_name="+")
    text = models.TextField(max_length=2000)
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=2000, blank=True)
    answered_by = tenant_key("teams.Person", null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            *wall("schools_question", "agreement", "asked_by", "answered_by"),
            public_ids("schools_question"),
        ]

    def __str__(self) -> str:
        return f"question {self.public_id}"


def holding(signatures: Iterable[Signature], version: AgreementVersion | None) -> list[Signature]:
    """Those of these signatures that were given on exactly this version's texts, whichever version was on the table."""
    if version is None or not version.is_sealed:
        return []
    return [signature for signature in signatures if signature.digest == version.digest_of(signature.part)]


def signed_parts(signatures: Iterable[Signature], version: AgreementVersion | None) -> set[tuple[str, str]]:
    """The (party, part) pairs of the signatures that hold for this version."""
    return {(signature.party, signature.part) for signature in holding(signatures, version)}
