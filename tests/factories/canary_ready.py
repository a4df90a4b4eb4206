"""What each worker brings to the visit of canary_supervision: hers, and whoever supervises her reads it."""

from __future__ import annotations

from supervision.actions.bringing import bring
from tests.factories.authorities import NOW, County
from tests.factories.canary_supervision import PEOPLE, SIDE_OF


def brought(county: County) -> None:
    for school, (_, worker, _) in PEOPLE.items():
        word = county.canaries.plant(f"{school} brought", SIDE_OF[school])
        bring(
            county.rows[f"{school} visit"], young=[county.rows[f"{school} young person"]], text=f"Also {word}",
            by=county.as_(worker), at=NOW,
        )  # fmt: skip
