"""What a person reads when something goes wrong: what happened, what to do, that nothing is lost, a number to quote."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client

from teams.models import Person
from tests.factories.authorities import County

pytestmark = pytest.mark.django_db


def page_of(response) -> str:
    whole = response.content.decode().replace('<span class="alongside-whole">01632 960000</span>', "01632 960000")
    return " ".join(unescape(whole).split())


def refuse(*_):
    raise OperationalError("connection to server failed")


@pytest.mark.parametrize("path", ["/fenshire/home/", "/", "/accounts/login/?next=/", "/fenshire/search/?q=oak"])
def test_without_a_database_every_page_says_that_it_will_be_back(fenshire, client_for, path):
    """Every statement is refused, so the page itself can have asked nothing."""
    client = client_for(fenshire, "manager")
    client.raise_request_exception = False
    with connection.execute_wrapper(refuse):
        answer = client.get(path)
    page = page_of(answer)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "<title>Alongside is not open just now - Alongside</title>" in page
    assert "What you saved before is safe." in page
    assert f"quote the number <strong>{answer['X-Request-Number'][:8]}</strong>" in page


def test_while_a_new_version_is_brought_in_nothing_is_asked_of_the_database(settings, fenshire, client_for):
    client = client_for(fenshire, "manager")
    settings.MAINTENANCE = True
    with connection.execute_wrapper(refuse):
        for answer in (client.get("/fenshire/home/"), client.post("/fenshire/home/"), client.get("/")):
            assert answer.status_code == 503
            assert "a new version is being brought in" in page_of(answer)
        assert Client().get("/health").status_code == 200


def test_a_fault_of_ours_is_no_maintenance(fenshire, client_for, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    client = client_for(fenshire, "manager")
    client.raise_request_exception = False
    with connection.execute_wrapper(
        lambda execute, sql, *rest: broken() if "schools_school" in sql else execute(sql, *rest)
    ):
        answer = client.get("/fenshire/schools/")
    page = page_of(answer)
    assert answer.status_code == 500
    assert "Sorry, something went wrong" in page
    assert "at Fenshire County Council: 01632 960000" in page, "whom to ask, where the authority is known"
    assert answer["X-Request-Number"][:8] in page


def test_too_much_is_said_to_be_too_much(fenshire, client_for, settings):
    admin = client_for(fenshire, "admin")
    for answer in (
        admin.post("/fenshire/people/add/", {"name": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}),
        admin.post("/fenshire/school-files/new/", {}, headers={"content-length": str(2 * 1024**3)}),
        Client().post("/fenshire/people/add/", {"name": "x"}, headers={"content-length": str(2 * 1024**3)}),
    ):
        assert answer.status_code == 413
        assert "That is too large to send" in page_of(answer)


class Browser:
    """A browser without scripts, held to the forgery check."""

    def __init__(self, county: County, who: str) -> None:
        self.county, self.who = county, who
        self.client = Client(enforce_csrf_checks=True)
        self.sign_in()

    def sign_in(self) -> None:
        user = self.county.users[self.who]
        self.client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

    def token(self, path: str) -> str:
        return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.client.get(path).content.decode())[1]


def test_a_plain_form_that_is_sent_too_late_gives_its_words_back_and_can_be_sent_again(fenshire):
    browser, path = Browser(fenshire, "admin"), "/fenshire/people/add/"
    typed = {"name": 'Nora "Nell" Newing', "job": "Family worker", "role": "worker", "email": "nora@fenshire.example"}
    day = {"starts_on_day": "1", "starts_on_month": "9", "starts_on_year": "2026"}
    sent = typed | day | {"csrfmiddlewaretoken": browser.token(path)}
    Session.objects.all().delete()
    answer = browser.client.post(path, sent)
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "You were signed out. Your words are here" in page
    assert "Nora &#34;Nell&#34; Newing</p>" in page
    browser.sign_in()
    fields = {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    }
    assert fields.keys() >= typed.keys() | day.keys()
    assert browser.client.post(path, fields).status_code == 302
    with fenshire.inside():
        assert Person.objects.get(email="nora@fenshire.example").name == 'Nora "Nell" Newing'


def test_a_button_that_is_pressed_too_late_can_be_pressed_again(fenshire, client_for):
    answer = Client().post("/fenshire/contacts/0b7ce2c4-0000-4000-8000-000000000000/confirm/")
    assert answer.status_code == 401
    assert "You were signed out. Nothing was changed" in page_of(answer)
    assert "Press it again" in page_of(answer)


def test_neither_a_password_nor_a_file_is_written_into_the_page(fenshire, tmp_path):
    secret = Client().post("/fenshire/people/add/", {"password": "correct horse", "name": "Some Words"})
    assert "correct horse" not in secret.content.decode()
    (tmp_path / "list.csv").write_text("a,b")
    with (tmp_path / "list.csv").open() as file:
        answer = Client().post("/fenshire/people/list/", {"file": file, "words": "Typed beside it"})
    assert "choose your file once more" in page_of(answer)
    assert "Typed beside it" in page_of(answer)


def test_it_is_the_same_for_every_authority_real_or_not(fenshire):
    there, not_there = (
        Client().post(f"/{slug}/people/add/", {"name": "Some Words"}) for slug in ("fenshire", "nowhere")
    )
    assert there.status_code == not_there.status_code == 401
    tokens = re.compile(r'value="[A-Za-z0-9]{64}"')
    said = [tokens.sub("", answer.content.decode()).replace("/nowhere/", "/fenshire/") for answer in (there, not_there)]
    assert said[0] == said[1]
