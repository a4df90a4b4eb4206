"""Two faces after the answer (H3): given once by the school, in nobody's way, and opened by nobody of the council."""

from __future__ import annotations

import pytest

from supervision.actions.sessions import finish
from supervision.models import Session, SessionOpinion
from teams.models import AuditEvent
from tests.supervision.stories import AFTER, finishing, said
from tests.supervision.test_record_link import clock, opened, prove, sent  # noqa: F401  (fixtures)

ANSWER = {"press": "answer", "answer": "accurate"}
FACES = {"press": "opinion", "worth": "yes", "expected": "partly"}


def test_asked_after_the_answer_and_kept_once(opened, client, sent):  # noqa: F811
    prove(client, opened)
    assert "Worth your time?" not in client.get(opened).content.decode(), "first the answer"
    client.post(opened, FACES)
    assert not SessionOpinion.objects.exists(), "nothing before the answer"
    client.post(opened, ANSWER)
    sent.refresh_from_db()
    assert sent.status == Session.Status.FINAL, "the faces block nothing"
    page = client.get(opened).content.decode()
    assert page.count('type="radio"') == 6
    assert "You need not answer" in page
    none = client.post(opened, {"press": "opinion"})
    assert none.status_code == 422
    assert "nobody has to answer this" in none.content.decode()
    assert client.post(opened, FACES).status_code == 302
    assert "Worth your time?" not in client.get(opened).content.decode()
    client.post(opened, FACES | {"worth": "no"})
    row = SessionOpinion.objects.get()
    assert (row.worth, row.expected) == ("yes", "partly")
    assert AuditEvent.objects.filter(verb="sessionopinion.give").count() == 1


def test_a_device_without_the_code_gives_no_face(opened, client, sent):  # noqa: F811
    prove(client, opened)
    client.post(opened, ANSWER)
    stranger = client.__class__()
    page = stranger.post(opened, FACES).content.decode()
    assert not SessionOpinion.objects.exists()
    assert 'type="radio"' not in page


@pytest.mark.parametrize("who", ["head", "lead"])
def test_in_the_product_for_the_school_that_agreed_in_the_room(county, client_for, clock, who):  # noqa: F811
    made = finish(county.visit, finishing(said(county)), by=county.as_("manager"), at=AFTER)
    clock(AFTER)
    client, where = client_for(county, who), f"/fenshire/supervision/records/{made.public_id}/"
    assert "Worth your time?" in client.get(where).content.decode()
    assert client.post(f"{where}faces/", {"expected": "no"}).status_code == 302
    row = SessionOpinion.objects.get()
    assert (row.worth, row.expected) == ("", "no")
    assert client.post(f"{where}faces/", {"expected": "yes"}).status_code == 422


def test_nobody_of_the_council_gives_or_opens_one(county, client_for, clock):  # noqa: F811
    made = finish(county.visit, finishing(said(county)), by=county.as_("manager"), at=AFTER)
    clock(AFTER)
    where = f"/fenshire/supervision/records/{made.public_id}/"
    for who in ("manager", "worker"):
        client = client_for(county, who)
        assert "Worth your time?" not in client.get(where).content.decode()
        assert client.post(f"{where}faces/", {"worth": "yes"}).status_code == 403
    SessionOpinion.objects.create(session=made, worth="yes", given_at=AFTER)
    for who, role in county.roles.items():
        seen = SessionOpinion.objects.visible_to(county.as_(who)).count()
        assert seen == (1 if who in ("head", "lead", "two_hats") else 0), (who, role)
