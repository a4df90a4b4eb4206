"""A refusal that no page has caught: two pressed at once, or a page stood open too long (views.Page)."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from schools.models import Agreement
from teams.foundation.errors import Refusal
from teams.foundation.views import Page
from teams.models import Area, AuditEvent
from tests.factories.agreements import make_agreement, offered, signed

pytestmark = pytest.mark.django_db


class PressPage(Page):
    """Writes half of something, and is then refused."""

    by_policy = True

    def post(self, request: HttpRequest) -> HttpResponse:
        Area.objects.create(name="half")
        raise Refusal("Somebody <b>else</b> has signed it. Read it again.")


urlpatterns = [path("tests/press", PressPage.as_view()), path("", include("config.urls"))]


@pytest.mark.urls(__name__)
class TestPage:
    def press(self, fenshire, client_for, **headers):
        typed = {"text": "Words that took <i>long</i>", "press": "send", "draft_owner": "0b7ce2"}
        return client_for(fenshire, "manager").post("/fenshire/tests/press", typed, headers=headers)

    def test_it_says_the_sentence_and_shows_what_was_typed(self, fenshire, client_for):
        answer = self.press(fenshire, client_for)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Somebody &lt;b&gt;else&lt;/b&gt; has signed it. Read it again." in page
        assert "Words that took &lt;i&gt;long&lt;/i&gt;" in page
        assert "0b7ce2" not in page

    def test_nothing_of_it_is_kept(self, fenshire, client_for):
        self.press(fenshire, client_for)
        with fenshire.inside():
            assert not Area.objects.filter(name="half").exists()

    @pytest.mark.parametrize(
        ("referer", "back"),
        [
            ("http://testserver/fenshire/agreements/?page=2", "/fenshire/agreements/?page=2"),
            ("https://elsewhere.example/fenshire/", "/fenshire/tests/press"),
            ("http://testserver/", "/fenshire/tests/press"),
            ("", "/fenshire/tests/press"),
        ],
    )
    def test_it_leads_back_to_the_page_that_was_pressed_on(self, fenshire, client_for, referer, back):
        page = self.press(fenshire, client_for, referer=referer).content.decode()
        assert f'href="{back}">Go back to the page' in page


@pytest.mark.parametrize("press", [("change/", {}), ("ask/", {"text": "When does it start?"})])
def test_an_agreement_that_has_moved_on_meanwhile_is_no_broken_page(fenshire, client_for, monkeypatch, press):
    """The page looks whether it is time, and somebody is quicker between that look and the press."""
    where, typed = press
    with fenshire.inside():
        agreement = signed(offered(make_agreement(fenshire), fenshire), fenshire)
        before = AuditEvent.objects.filter(denied=False).count()
        Agreement.objects.filter(pk=agreement.pk).update(status=Agreement.Status.ENDED)
    monkeypatch.setattr(Agreement, "may", lambda *_: True)
    who = "manager" if where == "change/" else "head"
    address = f"/fenshire/agreements/{agreement.public_id}/{where}"
    answer = client_for(fenshire, who).post(address, typed)
    assert answer.status_code == 409
    assert Agreement.MOVES["revise" if who == "manager" else "ask"].refusal in answer.content.decode()
    with fenshire.inside():
        assert AuditEvent.objects.filter(denied=False).count() == before
