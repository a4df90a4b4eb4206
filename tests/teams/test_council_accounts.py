"""Signing in with the council's own account, against a real provider: who comes in, where to, and who does not."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from config.sign_in import providers
from teams.foundation.audit import AuditEvent
from teams.models import Membership
from tests.council_provider import TENANT, council_provider, heading
from tests.factories.authorities import County
from tests.teams.test_invitations import invited

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def provider():
    with council_provider() as running:
        yield running


@pytest.fixture(autouse=True)
def configured(provider, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": __name__}}
    cache.clear()
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 30  # a loaded machine is not a provider that is down
    settings.SIGN_IN_PROVIDERS = [provider.settings("fenshire")]


def denied(county: County) -> list[str]:
    with county.inside():
        found = AuditEvent.objects.filter(verb="sign_in.council_account", denied=True).order_by("pk")
        return list(found.values_list("reason", flat=True))


def let_in(provider, county: County, sub: str = "wanda", who: str = "worker") -> Client:
    """Through an invitation, as a person would."""
    client, address = Client(), invited(county, who)
    going = client.post(address, {"press": "council", "provider": county.authority.slug})
    assert f'content="0; url=/accounts/council/{county.authority.slug}/"' in going.content.decode()
    answer = provider.walk(client, sub, county)
    assert (answer.status_code, answer.url) == (302, f"/{county.authority.slug}/"), answer.content.decode()
    return client


def test_nobody_comes_in_without_an_invitation_not_even_with_the_same_address(provider, fenshire, client):
    """Mira's address at the provider is that of the manager's account, and "verified": it counts for nothing."""
    EmailAddress.objects.create(user=fenshire.users["manager"], email="manager@fenshire.example", verified=True)
    answer = provider.walk(client, "mira")
    assert answer.status_code == 403
    assert "We do not know this account yet" in heading(answer)
    assert "_auth_user_id" not in client.session
    assert denied(fenshire) == ["unknown"]
    assert not SocialAccount.objects.exists()


def test_after_an_invitation_the_account_is_linked_by_tenant_and_object_and_nothing_else_is_kept(provider, fenshire):
    client = let_in(provider, fenshire)
    assert client.get("/fenshire/home/").status_code == 200
    linked = SocialAccount.objects.get()
    assert (linked.user, linked.uid, linked.extra_data) == (
        fenshire.users["worker"], f"{TENANT} oid-of-wanda", {},
    )  # fmt: skip
    again = Client()
    answer = provider.walk(again, "renamed", next="/fenshire/agreements/")
    assert answer.url == "/fenshire/agreements/", "another address and another subject: the same object in the tenant"
    assert again.session["_auth_user_id"] == str(fenshire.users["worker"].pk)
    with fenshire.inside():
        assert AuditEvent.objects.filter(verb="sign_in.council_account", denied=False).count() == 2
        assert AuditEvent.objects.filter(verb="invitation.accept", denied=False).count() == 1


def test_it_opens_its_own_authority_and_no_other(provider, fenshire, moorland, client_for):
    """Wanda works for both councils. Fenshire's account is Fenshire's word alone."""
    user = fenshire.users["worker"]
    with moorland.inside():
        person = moorland.people["worker"]
        Membership.objects.filter(person=person).update(user=user)
        type(person).objects.filter(pk=person.pk).update(user=user)
    assert client_for(fenshire, "worker").get("/moorland/home/").status_code == 200, "by her password she is in both"
    client = let_in(provider, fenshire)
    assert client.get("/fenshire/home/").status_code == 200
    for address in ("/moorland/", "/moorland/home/", "/moorland/agreements/", "/moorland/no-such/"):
        assert client.get(address).status_code == 404
    with moorland.inside():
        events = AuditEvent.objects.filter(verb="authority.enter", denied=True)
        assert {event.user_id for event in events} == {user.pk}
    assert client.get("/").url == "/fenshire/home/", "the front door does not offer the other either"
    for address in ("/accounts/password/set/", "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/email/"):
        assert client.get(address).status_code == 403, "nor may it make itself a key to the other"


def test_another_way_in_afterwards_opens_all_that_it_opened_before(provider, fenshire):
    client = let_in(provider, fenshire)
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": fenshire.users["worker"].email, "password": "correct horse battery"})
    assert "only_authority" not in client.session


def test_somebody_who_has_left_is_known_and_not_let_in(provider, fenshire):
    let_in(provider, fenshire)
    with fenshire.inside():
        Membership.objects.filter(person=fenshire.people["worker"]).update(ends_on="2025-01-01")
    client = Client()
    answer = provider.walk(client, "wanda")
    assert (answer.status_code, denied(fenshire)) == (403, ["no_place"])
    assert "_auth_user_id" not in client.session


def test_an_account_that_is_somebody_elses_way_in_is_not_linked_twice(provider, fenshire):
    let_in(provider, fenshire)
    client = Client()
    client.post(invited(fenshire, "manager"), {"press": "council", "provider": "fenshire"})
    answer = provider.walk(client, "wanda")
    assert (answer.status_code, denied(fenshire)) == (403, ["taken"])
    assert SocialAccount.objects.count() == 1


def test_an_invitation_whose_mailbox_changed_hands_on_the_way_lets_nobody_in(provider, fenshire, client):
    client.post(invited(fenshire), {"press": "council", "provider": "fenshire"})
    with fenshire.inside():
        fenshire.people["worker"].change_address("x@fenshire.example", by=fenshire.as_("admin"), at=timezone.now())
    answer = provider.walk(client, "wanda")
    assert (answer.status_code, denied(fenshire)) == (403, ["invitation"])
    assert not SocialAccount.objects.exists()


def test_an_invitation_of_one_council_links_no_account_of_another(provider, fenshire, moorland, settings, client):
    settings.SIGN_IN_PROVIDERS = [provider.settings("fenshire"), provider.settings("moorland")]
    client.post(invited(fenshire), {"press": "council", "provider": "moorland"})
    assert client.post(invited(fenshire), {"press": "council", "provider": "fenshire"}).status_code == 200
    answer = provider.walk(client, "wanda", moorland)
    assert (answer.status_code, denied(moorland), denied(fenshire)) == (403, ["unknown"], [])


@pytest.mark.parametrize(
    ("who", "sentence", "code"),
    [("", "You did not allow", "denied"), ("guest", "the account of another organisation", "tenant")],
)
def test_a_refusal_is_one_sentence_and_the_invitation_waits(provider, fenshire, client, who, sentence, code):
    client.post(invited(fenshire), {"press": "council", "provider": "fenshire"})
    answer = provider.walk(client, who)
    assert answer.status_code == 403
    assert sentence in heading(answer)
    assert denied(fenshire) == [code]
    assert provider.walk(client, "wanda").url == "/fenshire/", "nothing is lost: the next try is good"


def test_a_provider_that_lacks_what_identifies_somebody_lets_nobody_in(provider, fenshire, client):
    answer = provider.walk(client, "plain")
    assert (answer.status_code, denied(fenshire)) == (403, ["answer"])


@pytest.mark.parametrize("asked", ["", "?code=x&state=y", "?error=server_error", "?code=x"])
def test_an_answer_that_nobody_here_has_asked_for_is_told_to_begin_again(fenshire, client, asked):
    answer = client.get(f"/accounts/council/fenshire/back/{asked}")
    assert answer.status_code == 403
    assert "Begin again" in heading(answer)
    assert denied(fenshire) == ["state"]


def test_an_answer_serves_once_and_in_its_own_browser_alone(provider, fenshire, client):
    let_in(provider, fenshire)
    out = client.get("/accounts/council/fenshire/")
    back = provider.answer(out.url, "wanda")
    assert "Begin again" in heading(Client().get(back))
    assert client.get(back).status_code == 302
    client.post("/accounts/logout/")
    assert "Begin again" in heading(client.get(back))


@pytest.mark.parametrize("other", ["&nonce=of-somebody-else", ""])
def test_what_was_signed_for_another_way_out_lets_nobody_in(provider, fenshire, client, other):
    let_in(provider, fenshire)
    out = client.get("/accounts/council/fenshire/").url
    assert "&nonce=" in out
    back = provider.answer(re.sub(r"&nonce=[\w-]+", other, out), "wanda")
    answer = client.get(back)
    assert (answer.status_code, denied(fenshire)) == (403, ["answer"])
    assert "_auth_user_id" not in client.session


def test_several_windows_may_be_on_their_way_at_once(provider, fenshire, client):
    let_in(provider, fenshire)
    first, second = (client.get("/accounts/council/fenshire/").url for _ in range(2))
    assert client.get(provider.answer(second, "wanda")).status_code == 302
    assert client.get(provider.answer(first, "wanda")).status_code == 302


def test_a_provider_that_is_down_is_said_to_be_down(provider, fenshire, client, settings):
    address = provider.answer(client.get("/accounts/council/fenshire/").url, "wanda")
    settings.SIGN_IN_PROVIDERS = [provider.settings("fenshire", server_url="http://localhost:9")]
    for asked in ("/accounts/council/fenshire/", address):
        answer = client.get(asked)
        assert answer.status_code == 503
        assert "does not answer at the moment" in heading(answer)
    assert denied(fenshire) == ["down", "down"]
    assert client.get("/accounts/login/").status_code == 200


def test_another_issuer_than_the_configured_one_is_not_believed(provider, fenshire, client, settings):
    settings.SIGN_IN_PROVIDERS = [
        provider.settings("fenshire", server_url=provider.url.replace("localhost", "127.0.0.1"))
    ]
    out = client.get("/accounts/council/fenshire/")
    asked = out.url.replace("127.0.0.1", "localhost") if "127.0.0.1" in out.url else out.url
    settings.SIGN_IN_PROVIDERS = [provider.settings("fenshire", server_url=provider.url + "/other")]
    answer = client.get(provider.answer(asked, "wanda"))
    assert answer.status_code in (403, 503)
    assert "_auth_user_id" not in client.session


def test_the_request_goes_out_with_a_state_a_challenge_and_no_wish_for_an_address(fenshire, client):
    out = client.get("/accounts/council/fenshire/?process=connect&scope=email&next=https://evil.example/")
    asked = parse_qs(urlsplit(out.url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid"]
    assert len(asked["state"][0]) >= 16
    assert "prompt" not in asked
    assert asked["redirect_uri"] == ["http://testserver/accounts/council/fenshire/back/"]
    again = parse_qs(urlsplit(client.get("/accounts/council/fenshire/?again=1").url).query)
    assert (again["prompt"], again["max_age"]) == (["login"], ["0"])


def test_other_providers_are_keyed_by_issuer_and_subject(provider, fenshire, settings):
    settings.SIGN_IN_PROVIDERS = [provider.settings("fenshire", kind="openid")]
    let_in(provider, fenshire, "plain")
    assert SocialAccount.objects.get().uid == f"{provider.url} plain"


def test_too_many_tries_from_one_place_wait(fenshire, client):
    statuses = [client.get("/accounts/council/fenshire/").status_code for _ in range(31)]
    assert set(statuses[:30]) == {302}
    assert statuses[30] == 429


def test_the_sign_in_page_shows_the_button_of_the_authority_that_was_asked_for(provider, fenshire, settings, client):
    settings.SIGN_IN_PROVIDERS = [provider.settings("fenshire"), provider.settings("farshire")]

    def page(slug: str) -> str:
        return client.get(f"/accounts/login/?next=/{slug}/agreements/").content.decode().replace(slug, "SLUG")

    assert "Sign in with Fenshire account" in client.get("/accounts/login/?next=/fenshire/home/").content.decode()
    assert "Farshire" not in page("fenshire")
    strip = lambda text: text.split("<main")[1].split("csrfmiddlewaretoken")[0]  # noqa: E731
    assert strip(page("moorland")) == strip(page("nowhere")), "an authority without a provider and none are one page"
    both = client.get("/accounts/council/?next=/fenshire/home/").content.decode()
    assert "Fenshire account" in both
    assert "Farshire account" in both


def test_a_wrong_setting_stops_the_start_with_one_sentence(tmp_path):
    good = {
        "authority": "fenshire", "id": "fenshire", "name": "Fenshire account", "kind": "entra", "tenant": "t",
        "client_id": "c", "secret_variable": "FENSHIRE_SECRET",
    }  # fmt: skip
    environment = {"FENSHIRE_SECRET": "s"}
    (found,) = providers(json.dumps([good]), environment)
    assert found["server_url"] == "https://login.microsoftonline.com/t/v2.0"
    assert found["secret"] == "s"
    (tmp_path / "providers.json").write_text(json.dumps([good | {"kind": "dfe"}]))
    assert providers(str(tmp_path / "providers.json"), environment)[0]["server_url"].endswith("education.gov.uk")
    assert providers("", {}) == []
    for wrong in ({"tenant": ""}, {"kind": "saml"}, {"authority": "Fen Shire"}, {"colour": "red"}, {"client_id": ""}):
        with pytest.raises(ImproperlyConfigured, match="SIGN_IN_PROVIDERS, fenshire"):
            providers(json.dumps([good | wrong]), environment)
    with pytest.raises(ImproperlyConfigured, match="secret is missing"):
        providers(json.dumps([good]), {})
    with pytest.raises(ImproperlyConfigured, match="neither"):
        providers("[{", {})
