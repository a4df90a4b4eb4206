"""One person, several schools or hats: one at a time, remembered, with its name on every page (journeys 0, rule 11)."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest

from schools.models import SchoolContact
from teams.foundation.access import Role
from teams.models import Membership
from tests.architecture.test_addresses import ALL
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import NOW, contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def heads_two(fenshire):
    """Hetty is head of Oakfield and of Beech, with an offered agreement at each; and a senior manager besides."""
    with fenshire.inside():
        SchoolContact.objects.filter(school=fenshire.beech).update(ends_on="2026-01-01")
        contact(fenshire, fenshire.beech, "head", SchoolContact.Kind.HEAD)
        fenshire.rows["at_oakfield"] = make_agreement(fenshire)
        offered(fenshire.at_oakfield, fenshire)
    return fenshire


def _head(county, school: str) -> str:
    return f"/fenshire/home/{county.rows[school].public_id}/"


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_what_was_chosen_is_remembered_and_nothing_of_the_other_school_is_shown(heads_two, client_for):
    client = client_for(heads_two, "head")
    choice = page(client, "/fenshire/home/")
    assert heads_two.oakfield.name in choice
    assert heads_two.beech.name in choice
    page(client, _head(heads_two, "beech"))
    for address in ("/fenshire/home/", "/fenshire/agreements/", "/fenshire/profile/"):
        text = page(client, address)
        assert f"You are looking at: <strong>{heads_two.beech.name}</strong>" in text
        assert heads_two.oakfield.name not in text
        assert "?choose=1" in text
    there = client.get(f"/fenshire/agreements/{heads_two.at_oakfield.public_id}/")
    assert there.status_code == 409
    assert "another part of your work" in there.content.decode()
    assert heads_two.oakfield.name not in there.content.decode()
    page(client, "/fenshire/home/?choose=1")
    page(client, _head(heads_two, "oakfield"))
    assert heads_two.oakfield.name in page(client, "/fenshire/home/")
    assert client.get(f"/fenshire/agreements/{heads_two.at_oakfield.public_id}/").status_code == 200


def test_the_councils_side_and_the_schools_side_are_two(heads_two, client_for):
    with heads_two.inside():
        Membership.objects.create(
            user=heads_two.users["head"], person=heads_two.people["head"], role=Role.SENIOR_MANAGER,
            starts_on=NOW.date(),
        )  # fmt: skip
    client = client_for(heads_two, "head")
    client.get("/fenshire/home/council/")
    assert client.get("/fenshire/funds/").status_code == 200
    page(client, _head(heads_two, "oakfield"))
    assert client.get("/fenshire/funds/").status_code == 409, "as the head of Oakfield there are no funds"
    client.get("/fenshire/home/council/")
    assert client.get("/fenshire/funds/").status_code == 200


def test_a_list_of_both_schools_is_never_shown_and_the_choice_leads_on_to_it(heads_two, client_for):
    client = client_for(heads_two, "head")
    both = {heads_two.oakfield.name, heads_two.beech.name}
    for address in ("/fenshire/agreements/?status=to-sign", "/fenshire/search/?q=primary"):
        asked = client.get(address)
        assert asked.status_code == 302, "a merged list"
        choice = page(client, asked["Location"])
        assert all(name in choice for name in both)
        assert urlencode({"next": address}) in choice
    there = _head(heads_two, "beech") + "?next=" + quote(address)
    assert client.get(there)["Location"] == address
    for address in ("/fenshire/agreements/", "/fenshire/search/?q=primary"):
        assert heads_two.oakfield.name not in page(client, address)


def test_no_page_shows_both_schools_but_the_choice_and_what_waits_under_a_heading_for_each(heads_two, client_for):
    """Every page that needs no record, as somebody who has chosen neither: a new list says `one_hat`. Programs are told
    which school each line is about, and read a file of one alone."""
    client, seen = client_for(heads_two, "head"), 0
    for name, route, _ in ALL:
        if "<" in route or name in ("first_page", "waiting") or route.startswith(("accounts/", "dev/", "api/")):
            continue
        answer = client.get(f"/fenshire/{route}")
        if answer.status_code == 200 and not answer.streaming:
            text, seen = answer.content.decode(), seen + 1
            assert heads_two.oakfield.name not in text or heads_two.beech.name not in text, f"{name} is a merged list"
    assert seen >= 10, "the pages were looked at"


def test_the_choice_leads_nowhere_but_into_this_authority(heads_two, client_for):
    client = client_for(heads_two, "head")
    for address in ("https://example.org/", "//example.org/fenshire/", "/moorland/home/", "/accounts/logout/"):
        assert client.get(_head(heads_two, "beech") + "?next=" + quote(address)).status_code == 200


def test_a_file_of_both_schools_is_refused_with_the_way_on(heads_two, client_for):
    client = client_for(heads_two, "head")
    refused = client.get("/fenshire/api/v1/agreements/?format=csv")
    assert refused.status_code == 409
    assert "Choose on your first page" in refused.content.decode()
    page(client, _head(heads_two, "beech"))
    rows = client.get("/fenshire/api/v1/agreements/?format=csv")
    assert rows.status_code == 200
    assert heads_two.oakfield.name not in rows.content.decode()


def test_somebody_with_one_hat_sees_no_switch(fenshire, client_for):
    client = client_for(fenshire, "other_head")
    for address in ("/fenshire/home/", "/fenshire/agreements/"):
        assert "You are looking at" not in page(client, address)


def test_a_hat_that_was_never_theirs_narrows_to_nothing_more(heads_two, client_for):
    """A session that names another school: the policies ask who speaks for it, as ever."""
    client = client_for(heads_two, "lead")
    session = client.session
    session["hats"] = {"fenshire": [heads_two.beech.pk, "Beech"]}
    session.save()
    assert heads_two.beech.name not in client.get("/fenshire/agreements/").content.decode().replace(
        "Beech</strong>", ""
    )


def test_somebody_in_two_councils_finds_the_way_to_the_other(fenshire, moorland, client_for):
    with moorland.inside():
        person = moorland.people["worker"]
        Membership.objects.filter(person=person).update(user=fenshire.users["worker"])
        type(person).objects.filter(pk=person.pk).update(user=fenshire.users["worker"])
    client = client_for(fenshire, "worker")
    places = page(client, "/")
    assert 'href="/moorland/"' in places
    text = page(client, "/fenshire/home/")
    assert f"You are looking at: <strong>{fenshire.authority.name}</strong>" in text
    assert "Go to another council" in page(client, "/fenshire/profile/")
