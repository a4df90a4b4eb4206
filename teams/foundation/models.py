"""The abstract rows that everything stands on."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from teams.foundation.tenancy import current_authority_id


class TenantModel(models.Model):
    """A row of one authority. Each concrete model repeats its wall: `constraints = [*wall("teams_area", "parent")]`."""

    authority = models.ForeignKey(
        "teams.Authority",
        on_delete=models.PROTECT,
        db_index=False,  # every index leads with it instead
        editable=False,
        default=current_authority_id,
        related_name="+",
    )

    class Meta:
        abstract = True


class PublicModel(TenantModel):
    """A row that has an address of its own: the number inside is never shown, the public id is."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


def tenant_key(to: Any, **options: Any) -> models.ForeignKey[Any, Any]:
    """A foreign key to another tenant row. The database's key is the composite one of `wall`, so Django makes none."""
    options.setdefault("on_delete", models.PROTECT)
    return models.ForeignKey(to, db_constraint=False, **options)


def public_ids(table: str) -> models.UniqueConstraint:
    """`public_id` is unique inside an authority, as demo counties of one shape have to show."""
    return models.UniqueConstraint(fields=["authority", "public_id"], name=f"{table}_public_id")
