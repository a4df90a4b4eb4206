"""Pages about agreements, without scripts: from an unfinished one to the right person."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from schools.models import Agreement
from teams.foundation.links import Link
from teams.foundation.mail import Notice
from teams.models import Person
from tests.factories.agreements import fresh
from tests.factories.authorities import NOW
from tests.schools.agreement_pages.page import at, now, words

pytestmark = pytest.mark.django_db


# Not finished


def test_while_it_is_not_finished_the_page_leads_through_the_steps(county, client_for):
    html = words(client_for(county, "manager").get(at(county)))
    for page in ("days/", "shares/", "lines/", "send/"):
        assert f'href="{at(county, page)}"' in html
    assert "Not asked yet" in html


def test_locked_clauses_are_shown_and_own_lines_asked_for(county, client_for):
    html = words(client_for(county, "manager").get(at(county, "lines/")))
    assert html.count("The county’s clauses, locked") == 8
    assert "the worker gives only support that fits the worker's own role" in html
    assert "Behaviour at break times" in html
    assert html.count("<textarea") == 3


def test_locked_clauses_cannot_be_posted(county, client_for):
    """BR-22."""
    with county.inside():
        before = list(county.agreement.latest.own_lines)
    client_for(county, "manager").post(
        at(county, "lines/"), {"focus": "A", "room": "B", "other": "C", "1-parties": "X"}
    )
    assert now(county).latest.own_lines == dict(zip(before, "ABC", strict=True))


def test_the_preview_is_what_will_be_sealed(county, client_for):
    html = words(client_for(county, "manager").get(at(county, "preview/")))
    for text in (
        "Your share: <strong>£14,145</strong>",
        "Behaviour at break times",
        "The rest is paid by others",
        "What it does not",
    ):
        assert text in html, text
    assert "County budget" not in html


def test_sending_waits_for_the_tick_that_the_head_was_rung(county, client_for):
    manager = client_for(county, "manager")
    response = manager.post(at(county, "send/"))
    assert response.status_code == 422
    assert "Ring or meet Hetty Fenshire first, then tick this box" in words(response)
    assert now(county).status == Agreement.Status.NOT_FINISHED

    page = manager.post(at(county, "send/"), {"rung": "on"}, follow=True)
    assert "Sent to sign. Hetty Fenshire gets an e-mail with a link." in words(page)
    assert "the head was rung or met first" in words(page)
    with county.inside():
        assert Notice.objects.get().person == county.people["head"]


def test_an_unconfirmed_head_is_confirmed_with_the_same_press(county, client_for):
    with county.inside():
        county.oakfield.contacts.filter(kind="head").update(confirmed_at=None)
    manager = client_for(county, "manager")
    assert "Not confirmed yet" in words(manager.get(at(county, "send/")))
    refused = manager.post(at(county, "send/"), {"rung": "on"})
    assert "Check the address of Hetty Fenshire, then tick this box" in words(refused)
    manager.post(at(county, "send/"), {"rung": "on", "confirmed": "on"})
    assert now(county).status == Agreement.Status.OFFERED
    with county.inside():
        assert county.oakfield.contacts.get(kind="head").is_confirmed


def test_what_is_missing_is_said_before_the_press_with_the_way_on(county, client_for):
    manager = client_for(county, "manager")
    with county.inside():
        county.oakfield.contacts.filter(kind="head").update(ends_on=date(2026, 8, 31))
    html = words(manager.get(at(county, "send/")))
    assert "We do not know who the headteacher of Oakfield Primary School Fenshire is" in html
    assert f'href="{at(county, "person/")}"' in html
    assert manager.post(at(county, "send/"), {"rung": "on"}).status_code in (200, 422)
    assert now(county).status == Agreement.Status.NOT_FINISHED


def test_an_address_of_today_waits_a_day_or_for_a_colleague(county, client_for):
    manager = client_for(county, "manager")
    manager.post(at(county, "person/"), {"what": "address", "address": "New.Head@fenshire.example"})
    html = words(manager.get(at(county, "send/")))
    assert "new.head@fenshire.example" in html
    assert "Links wait a day after a change, or until a colleague has confirmed it as well" in html
    refused = manager.post(at(county, "send/"), {"rung": "on", "confirmed": "on"})
    assert refused.status_code == 422
    assert "was changed less than 24 hours ago" in words(refused)

    client_for(county, "senior").post(at(county, "confirm/"))
    manager.post(at(county, "send/"), {"rung": "on"})
    assert now(county).status == Agreement.Status.OFFERED


def test_who_changed_an_address_does_not_stand_in_for_a_second_person(county, client_for):
    manager = client_for(county, "manager")
    manager.post(at(county, "person/"), {"what": "address", "address": "mine@fenshire.example"})
    manager.post(at(county, "confirm/"))
    with county.inside():
        assert Person.objects.get(email="mine@fenshire.example").address_is_fresh(timezone.now())


# Wrong person


def test_another_head_gets_a_text_with_the_right_name_and_old_links_die(on_offer, client_for):
    with on_offer.inside():
        link, _ = Link.make(
            purpose="agreement.sign", subject=on_offer.agreement, person=on_offer.people["head"], at=timezone.now()
        )
    manager = client_for(on_offer, "manager")
    page = manager.post(
        at(on_offer, "person/"),
        {"what": "person", "name": "Nora Neu", "job": "Headteacher", "email": "nora@fenshire.example"},
        follow=True,
    )
    assert "Nora Neu is the head now. Old links are void" in words(page)
    assert "Nora Neu, headteacher" in words(page)
    with on_offer.inside():
        link.refresh_from_db()
        assert link.voided_at is not None
        contact = on_offer.oakfield.contacts.get(kind="head", ends_on=None)
        assert not contact.is_confirmed
        assert contact.person.address_is_fresh(timezone.now()), "typed just now"
        assert fresh(on_offer.agreement).status == Agreement.Status.NOT_FINISHED


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, "Select what is wrong"),
        ({"what": "address"}, "Enter the right e-mail address"),
        ({"what": "address", "address": "no"}, "Enter an e-mail address in the correct format"),
        ({"what": "address", "address": "head@fenshire.example"}, "has this address already"),
        (
            {"what": "address", "address": "worker@fenshire.example"},
            "worker@fenshire.example is the address of Wanda Fenshire",
        ),
        ({"what": "person", "name": ""}, "Enter the head's name"),
        (
            {"what": "person", "name": "Nora", "email": "worker@fenshire.example"},
            "worker@fenshire.example is the address of Wanda Fenshire",
        ),
    ],
)
def test_a_wrong_answer_about_the_person_is_said_beside_its_box(on_offer, client_for, said, message):
    response = client_for(on_offer, "manager").post(at(on_offer, "person/"), said)
    assert response.status_code == 422
    assert message in words(response)


def test_sent_again_once_and_then_please_ring(on_offer, client_for):
    manager = client_for(on_offer, "manager")
    early = manager.post(at(on_offer, "again/"))
    assert early.status_code == 422
    assert "The e-mail has not gone yet" in words(early)
    with on_offer.inside():
        Notice.objects.update(state="sent", sent_at=NOW, address="head@fenshire.example")
    assert "E-mail sent to head@fenshire.example on 8 September 2026 at 9:30am" in words(manager.get(at(on_offer)))
    assert manager.post(at(on_offer, "again/")).status_code == 302
    with on_offer.inside():
        Notice.objects.update(state="sent", sent_at=NOW)
    late = manager.post(at(on_offer, "again/"))
    assert late.status_code == 422
    assert "Please ring" in words(late)
