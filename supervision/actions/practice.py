"""Good practice of a team: written by who brought a question, and by nobody else."""

from __future__ import annotations

from datetime import date, datetime

from supervision.models import GoodPractice, PeerSupervision
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.models import Employment, Person


def put(peer: PeerSupervision, text: str, *, person: Person, by: Principal, at: datetime, today: date) -> GoodPractice:
    """Into her team's list. Raises Refusal before it was held, and for somebody who is in no team."""
    if not peer.is_held:
        raise Refusal("Write it down once you have met.", field="text", code="not_held")
    held = Employment.objects.on(today).filter(person=person).select_related("post__team").first()
    if held is None:
        raise Refusal("You are in no team today, so nobody would read it.", field="text", code="no_team")
    practice = GoodPractice(peer=peer, team=held.post.team, written_by=person, text=text, written_at=at)
    return begin(practice, "put", by=by, at=at)
