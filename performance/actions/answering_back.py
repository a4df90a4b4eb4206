""" "You said, we did": a team's answer to a round, for whoever is asked next and for the schools."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from performance.models import Wave, WeDid
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.models import Team

MOST = 4


def write(wave: Wave, team: Team, *, said: str, did: str, by: Principal, at: datetime) -> WeDid:
    """Raises Refusal where there are four already: more would be read by nobody."""
    if WeDid.objects.filter(wave=wave, team=team, status=WeDid.Status.SHOWN).count() >= MOST:
        raise Refusal(f"There are {MOST} already. Take one back first.", code="enough")
    new = WeDid(wave=wave, team=team, said=said, did=did, written_by_id=by.person_id or 0, written_at=at)
    return begin(new, "write", by=by, at=at)


def at_school(school: Any, principal: Principal) -> list[WeDid]:
    """What the teams that work in this school did after the last round that they wrote about."""
    teams = Team.objects.filter(
        Q(posts__placements__ends_on=None) | Q(posts__placements__ends_on__gte=principal.today),
        posts__placements__school=school,
        posts__placements__starts_on__lte=principal.today,
    )
    shown = WeDid.objects.visible_to(principal).filter(team__in=teams.values("pk"), status=WeDid.Status.SHOWN)
    last = shown.order_by("-wave__opens_on", "-pk").first()
    return list(shown.filter(wave=last.wave_id).select_related("team")[:MOST]) if last is not None else []
