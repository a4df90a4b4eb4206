"""The meeting's page of peer supervision: words on the device first, one Finish, and the axe at both widths."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from supervision.models import PeerSupervision
from teams.foundation.drafts import Draft
from teams.foundation.transitions import begin
from tests.factories.authorities import make_county

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def county(site):
    county = make_county("fenshire")
    with county.inside():
        today = timezone.localdate()
        peer = PeerSupervision(
            manager=county.people["manager"], month=today.replace(day=1), group="A", due_on=today,
            why="Peer supervision for set A: set B is in school.",
        )  # fmt: skip
        begin(peer, "plan", by=county.as_("manager"), at=timezone.now())
        peer.name_people([county.people["worker"], county.people["other_worker"]])
        county.rows["peer"] = peer
    county.rows["here"] = f"{site}/fenshire/supervision/peer/{peer.public_id}/"
    return county


def test_a_peer_supervision_is_written_kept_and_finished(county, visitor):
    manager = visitor().sign_in(county, "manager").goto(county.here)
    manager.press("Ask Wanda Fenshire for a question").reads("was asked for a question")
    manager.check("peer-to-come")
    manager.goto(f"{county.here}meeting/")
    page = manager.page
    page.fill("[name=question]", "How do I go on with a parent who says nothing?")
    page.fill("[name=will_do]", "Write a card")
    page.wait_for_function(
        "() => document.getElementById('saved-line').textContent.startsWith('Saved')", timeout=15_000
    )
    manager.check("peer-meeting")
    page.fill("[name=due]", "")
    manager.press("Finish").reads("Enter the day by which it is done", "What each takes away")
    manager.check("peer-meeting-refused")
    page.fill("[name=due]", date(2027, 1, 12).isoformat())
    manager.press("Finish").reads("Write a card", "Read by those who were there")
    manager.check("peer-held")
    with county.inside():
        assert PeerSupervision.objects.get().is_held
        assert not Draft.objects.exists()
