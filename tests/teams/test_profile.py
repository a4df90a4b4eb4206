"""One's own page: what others see, the ways in, and where one is signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from teams.rules.devices import in_words
from tests.factories.authorities import PASSWORD, County
from tests.teams.test_sessions import is_in, signed_in

pytestmark = pytest.mark.django_db

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"


def on(county: County, name: str, agent: str) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/accounts/login/", {"login": county.users[name].email, "password": PASSWORD})
    return client


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome on Windows"),
        (CHROME + " Edg/126.0", "Edge on Windows"),
        (IPHONE, "Safari on an iPhone"),
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
            "Firefox on an Android phone or tablet",
        ),
        ("", "A browser"),
        ("curl/8", "A browser"),
    ],
)
def test_a_device_in_words(agent, words):
    assert in_words(agent) == words


@pytest.mark.parametrize("who", ["manager", "head", "lead", "admin"])
def test_the_profile_says_who_one_is_here_and_who_changes_it(fenshire, client_for, queries, who):
    client = client_for(fenshire, who)
    with queries() as seen:
        page = client.get("/fenshire/profile/").content.decode().replace("<wbr>", "")
    assert len(seen) <= 20
    person = fenshire.people[who]
    for words in (person.name, person.job, person.email, "changes it", "Where you are signed in"):
        assert words in page


def test_somebody_at_a_school_reads_of_no_password_to_change_and_no_council_account(fenshire, client_for):
    user = fenshire.users["head"]
    user.set_unusable_password()
    user.save()
    client = client_for(fenshire, "head")
    page = client.get("/fenshire/profile/").content.decode()
    assert "we e-mail you a code each time" in page
    for words in ("Council account", "Codes from an app", "Change password"):
        assert words not in page
    sessions = client.get("/fenshire/profile/sessions/").content.decode()
    assert "change your password" not in sessions
    assert "ring Fenshire County Council" in sessions
    assert "Codes from an app" in client_for(fenshire, "worker").get("/fenshire/profile/").content.decode()


def test_each_sign_in_is_listed_and_any_can_be_ended(fenshire, queries):
    laptop, phone, third = on(fenshire, "worker", CHROME), on(fenshire, "worker", IPHONE), on(fenshire, "worker", "")
    other = signed_in(fenshire, "manager")
    page = laptop.get("/fenshire/profile/sessions/").content.decode()
    for words in ("Chrome on Windows (this one)", "Safari on an iPhone", "First seen", "Last seen"):
        assert words in page
    number = page.split("Sign out there: Safari")[0].rpartition('name="number" value="')[2].partition('"')[0]
    laptop.post("/fenshire/profile/sessions/", {"number": number})
    assert (is_in(laptop), is_in(phone), is_in(third)) == (True, False, True)
    laptop.post("/fenshire/profile/sessions/", {"press": "others"})
    assert (is_in(laptop), is_in(third), is_in(other)) == (True, False, True)


def test_nobody_ends_a_session_of_somebody_else_by_its_number(fenshire):
    from allauth.usersessions.models import UserSession

    victim, other = signed_in(fenshire, "manager"), signed_in(fenshire, "worker")
    number = UserSession.objects.get(user=fenshire.users["manager"]).pk
    for wrong in (number, "9" * 17, "-1", "x", "9" * 40):
        assert other.post("/fenshire/profile/sessions/", {"number": wrong}).status_code == 302
    assert is_in(victim)


def test_the_list_costs_the_same_with_many_sessions(fenshire, queries):
    client = signed_in(fenshire, "worker")
    client.get("/fenshire/profile/sessions/")
    with queries() as few:
        client.get("/fenshire/profile/sessions/")
    for _ in range(8):
        signed_in(fenshire, "worker")
    with queries() as many:
        client.get("/fenshire/profile/sessions/")
    assert len(few) == len(many) <= 12
