"""How long a sign-in lasts: asking does not prolong it, a press does, and not for ever."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from teams.foundation.sessions import BEGAN, SEEN

pytestmark = pytest.mark.django_db
ADDRESS = "/accounts/session/"
EIGHT_HOURS, TWO_HOURS = 8 * 60 * 60, 2 * 60 * 60


def left_alone(client: Client, seconds: int, *, since_sign_in: int = 0) -> None:
    """As if nobody had pressed anything for so long."""
    session, now = client.session, timezone.now().timestamp()
    session[SEEN], session[BEGAN] = now - seconds, now - max(seconds, since_sign_in)
    session.save()


def test_asking_tells_the_seconds_that_are_left_and_does_not_prolong_them(fenshire, client_for):
    client = client_for(fenshire, "manager")
    assert TWO_HOURS - 60 < client.get(ADDRESS).json()["seconds"] <= TWO_HOURS
    left_alone(client, TWO_HOURS - 90)
    for _ in range(2):
        answer = client.get(ADDRESS)
        assert 80 < answer.json()["seconds"] <= 90
        assert "sessionid" not in answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_staying_signed_in_is_a_press_until_the_hours_since_the_sign_in_are_over(fenshire, client_for):
    client = client_for(fenshire, "manager")
    left_alone(client, TWO_HOURS - 90)
    assert client.get(ADDRESS).json()["can_stay"] is True
    assert client.post(ADDRESS).json()["seconds"] == pytest.approx(TWO_HOURS, abs=60)
    assert client.get(ADDRESS).json()["seconds"] == pytest.approx(TWO_HOURS, abs=60), "as it is kept, too"
    left_alone(client, 60, since_sign_in=EIGHT_HOURS - 120)
    for answer in (client.get(ADDRESS).json(), client.post(ADDRESS).json()):
        assert answer["seconds"] <= 120
        assert answer["can_stay"] is False


def test_the_forgery_check_stands_before_it_and_the_answer_brings_the_token(fenshire):
    client = Client(enforce_csrf_checks=True)
    client.force_login(fenshire.users["manager"], backend="allauth.account.auth_backends.AuthenticationBackend")
    token = client.get(ADDRESS).json()["token"]
    assert client.post(ADDRESS).status_code == 403
    assert client.post(ADDRESS, headers={"X-CSRFToken": token}).status_code == 200


def test_it_says_when_somebody_else_has_signed_in_and_names_nobody(fenshire, client_for):
    mine, again, other = (client_for(fenshire, who).get(ADDRESS).json()["who"] for who in ("head", "head", "manager"))
    assert mine == again != other
    assert mine != str(fenshire.users["head"].pk)


def test_signed_out_is_said_and_not_redirected(fenshire, client_for):
    over = client_for(fenshire, "manager")
    left_alone(over, TWO_HOURS + 1)
    for client in (Client(), over):
        for answer in (client.get(ADDRESS), client.post(ADDRESS)):
            assert answer.status_code == 401
            assert answer.json() == {"error": "signed_out"}


def test_an_account_that_was_closed_meanwhile_is_signed_out(fenshire, client_for):
    client = client_for(fenshire, "head")
    left_alone(client, 600)
    type(fenshire.users["head"]).objects.filter(pk=fenshire.users["head"].pk).update(is_active=False)
    answer = client.get("/fenshire/home/")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/fenshire/home/")
    assert BEGAN not in client.session
