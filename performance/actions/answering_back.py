""" "You said, we did": a team's answer to a round, for whoever is asked next and for the schools."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from performance.models import Wave, WeDid
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.kept import Kept
from teams.foundation.transitions import begin
from teams.models import Team

MOST = 4


def write(wave: Wave, team: Team, *, said: str, did: str, by: Principal, at: datetime) -> WeDid:
    """Raises Refusal where there are four already: more would be read by nobody."""
    if WeDid.objects.filter(wave=wave, team=team, status=WeDid.Status.SHOWN).count() >= MOST:
        raise Refusal(f"There are {MOST} already. Take one back first.", code="enough")
    new = WeDid(wave=wave, team=team, said=said, did=did, written_by_id=by.person_id or 0, written_at=at)
    return begin(new, "write", by=by, at=at)


def _done_at(school: Any, day: Any) -> Any:
    teams = Team.objects.filter(
        Q(posts__placements__ends_on=None) | Q(posts__placements__ends_on__gte=day),
        posts__placements__school=school,
        posts__placements__starts_on__lte=day,
    )
    return WeDid.objects.filter(team__in=teams.values("pk"), status=WeDid.Status.SHOWN)


LAST_AT = Kept(lambda *, school, day: _done_at(school, day).order_by("-wave__opens_on", "-pk")[:1])
DONE_AT = Kept(lambda *, school, day, wave: _done_at(school, day).filter(wave=wave).select_related("team")[:MOST])


def at_school(school: Any, principal: Principal) -> list[WeDid]:
    """What the teams that work in this school did after the last round that they wrote about."""
    asked = {"school": school.pk, "day": principal.today}
    last = LAST_AT.visible_to(principal, **asked)
    return DONE_AT.visible_to(principal, wave=last[0].wave_id, **asked) if last else []
