"""What anybody may read about the product, help by role, and what people say is wrong or hard to use."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.conf import settings
from django.test import Client

from teams.foundation.access import Role
from teams.models import AuditEvent, Remark
from tests.architecture.source import lines

pytestmark = pytest.mark.django_db
OPEN = ("privacy", "accessibility", "cookies")


def main_of(response, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return " ".join(unescape(response.content.decode().partition("<main")[2].partition("</main>")[0]).split())


def test_strangers_read_them_inside_and_outside_an_authority_and_find_them_at_the_foot_of_each_page(fenshire, client):
    for name in OPEN:
        assert main_of(client.get(f"/accounts/about/{name}/"))
        assert "01632 960000" in main_of(client.get(f"/fenshire/about/{name}/")) or name == "cookies"
        assert f'href="/accounts/about/{name}/"' in client.get("/accounts/login/").content.decode()
        assert f'href="/fenshire/about/{name}/"' in client.get("/fenshire/check/").content.decode()
    assert client.get("/nowhere/about/privacy/").status_code == 404


def test_somebody_who_is_signed_in_finds_name_bar_and_search_on_them_and_nobody_else_does(
    fenshire, moorland, client_for
):
    client, stranger = client_for(fenshire, "manager"), client_for(moorland, "manager")
    name = fenshire.people["manager"].name
    for page in OPEN:
        html = client.get(f"/fenshire/about/{page}/").content.decode()
        assert f'href="/fenshire/profile/">{name}</a>' in html
        assert 'href="/fenshire/agreements/"' in html
        assert 'action="/fenshire/search/"' in html
        other = stranger.get(f"/fenshire/about/{page}/").content.decode()
        assert "/fenshire/profile/" not in other
        assert "/fenshire/agreements/" not in other
    with fenshire.inside():
        type(fenshire.authority).objects.filter(pk=fenshire.authority.pk).update(second_step_roles=["team_manager"])
    assert name not in client.get("/fenshire/about/privacy/").content.decode(), "codes are not set up yet"


def test_the_page_of_cookies_names_each_one_that_is_really_set(fenshire, client_for):
    """A cookie that comes with a new line of code comes onto the page first."""
    page = main_of(Client().get("/accounts/about/cookies/"))
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.DEVICE_COOKIE_NAME, "draft_done"):
        assert name in page
    set_in = {place.rpartition(":")[0] for place, line in lines() if ".set_cookie(" in line}
    assert set_in == {"teams/views/drafts.py", "teams/foundation/links.py"}, "name the new cookie on the page"
    client = client_for(fenshire, "admin")
    client.get("/fenshire/people/add/")
    client.post("/fenshire/feedback/", {"words": "Too small"})
    assert all(name in page for name in client.cookies), client.cookies.keys()


def test_help_is_about_the_hats_that_its_reader_wears(fenshire, client_for):
    said = {
        "worker": "You work in schools",
        "manager": "You manage a team",
        "senior": "You are a senior manager",
        "head": "You are a headteacher",
        "lead": "You are an in-school lead",
        "admin": "You look after the set-up",
        "finance": "You read and check",
        "auditor": "You read and check",
    }
    for who, words in said.items():
        client = client_for(fenshire, who)
        page = main_of(client.get("/fenshire/help/"))
        assert words in page, who
        assert not [other for other in set(said.values()) - {words} if other in page], who
        for address in set(re.findall(r'href="(/fenshire/[^"]*)"', page)):
            assert client.get(address).status_code in (200, 302), f"{address} is not open to {who}"


def test_what_is_told_reaches_the_administrator_with_page_and_role_and_no_word_of_it_the_audit(fenshire, client_for):
    worker, admin = client_for(fenshire, "worker"), client_for(fenshire, "admin")
    form = worker.get("/fenshire/feedback/", headers={"referer": "http://testserver/fenshire/agreements/?school=Hetty"})
    assert 'value="/fenshire/agreements/"' in form.content.decode()
    told = {"words": "The box is <b>too</b> small", "page": "/fenshire/agreements/"}
    assert worker.post("/fenshire/feedback/", told).status_code == 302
    page = main_of(admin.get("/fenshire/feedback/list/"))
    for words in ("The box is <b>too</b> small", "/fenshire/agreements/", "Wanda Fenshire", "worker", "Dealt with"):
        assert words in page
    assert "told us of 1 thing wrong or hard to use" in main_of(admin.get("/fenshire/home/"))
    with fenshire.inside():
        [remark] = Remark.objects.all()
        [event] = AuditEvent.objects.filter(verb="remark.tell")
        assert event.role == Role.WORKER
        assert "small" not in str(vars(event))
    settle = f"/fenshire/feedback/{remark.public_id}/settle/"
    assert worker.post(settle).status_code == 403
    assert "It is dealt with" in admin.post(settle, follow=True).content.decode()
    assert "Somebody has dealt with this already" in admin.post(settle, follow=True).content.decode()
    assert "told us of" not in main_of(admin.get("/fenshire/home/"))


def test_a_refused_remark_keeps_its_words_and_a_page_is_only_an_address(fenshire, client_for):
    worker = client_for(fenshire, "worker")
    assert "Say what is wrong, or hard to use" in main_of(worker.post("/fenshire/feedback/", {"words": " "}), 422)
    long = "word " * 300
    assert long.strip() in main_of(worker.post("/fenshire/feedback/", {"words": long}), 422)
    for page in ("javascript:alert(1)", "//elsewhere.example/", "/fenshire/search/?q=Hetty"):
        worker.post("/fenshire/feedback/", {"words": "Small", "page": page})
    with fenshire.inside():
        kept = set(Remark.objects.values_list("page", flat=True))
    assert kept <= {"", "/fenshire/search/", "//elsewhere.example/"}
    assert "Hetty" not in str(kept)


def test_the_list_asks_the_same_at_any_size(fenshire, client_for, queries):
    admin, counts = client_for(fenshire, "admin"), []
    for many in (1, 9):
        with fenshire.inside():
            for number in range(many):
                Remark.tell(f"Small {number}", page="/", by=fenshire.as_("worker"), at=fenshire.authority.made_at)
        with queries() as seen:
            admin.get("/fenshire/feedback/list/")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12
