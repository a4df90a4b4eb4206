"""Weights of need with a word in their reason, read by whoever reads need (D.5, Need scores)."""

from __future__ import annotations

from schools.models import NeedWeights
from schools.rules.need import Weights
from tests.factories.authorities import NOW, County

NEED = frozenset({"senior", "auditor", "admin", "manager", "other_manager", "practitioner"})


def need(county: County) -> None:
    why = f"Because {county.canaries.plant('why these weights', NEED)}"
    by = county.as_("senior")
    NeedWeights.decide(Weights(35, 35, 15, 15), why=why, person=county.people["senior"], by=by, at=NOW)
