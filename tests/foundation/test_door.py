"""The door in HTTP: what a failed request leaves, what a foreign one sees, and what one connection carries over."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client

from teams.foundation.access import Role
from teams.foundation.lookup import memberships_of
from teams.foundation.middleware import LARGEST_BODY
from teams.models import Area, AuditEvent, Membership, Person
from tests.factories.authorities import make_county

pytestmark = pytest.mark.urls("tests.foundation.pages")

COMMITTED = pytest.param(True, marks=pytest.mark.django_db(transaction=True), id="committed")
IN_A_TEST = pytest.param(False, marks=pytest.mark.django_db, id="in a test's transaction")
both = pytest.mark.parametrize("committed", [COMMITTED, IN_A_TEST])


@pytest.fixture
def visitor(client_for):
    """A manager of Fenshire, whose server answers 500 instead of raising."""

    def make(county, who: str = "manager") -> Client:
        client = client_for(county, who)
        client.raise_request_exception = False
        return client

    return make


def areas(county) -> list[str]:
    with county.inside():
        return sorted(Area.objects.exclude(name__startswith="East").values_list("name", flat=True))


def events(county) -> list[tuple[str, bool]]:
    with county.inside():
        return list(AuditEvent.objects.order_by("pk").values_list("verb", "denied"))


@both
def test_a_request_that_went_well_is_kept_with_its_event(committed, visitor, db):
    county = make_county()
    assert visitor(county).get("/fenshire/tests/writes/fine").status_code == 200
    assert areas(county) == ["fine"]
    assert events(county) == [("area.add", False)]


@both
@pytest.mark.parametrize(
    ("how", "status"),
    [("breaks", 500), ("template_breaks", 500), ("streams", 500), ("refused", 422), ("conflict", 409)],
)
def test_a_request_that_failed_leaves_nothing(committed, visitor, db, how, status):
    county = make_county()
    assert visitor(county).get(f"/fenshire/tests/writes/{how}").status_code == status
    assert areas(county) == []
    assert events(county) == []


@both
def test_a_denied_attempt_leaves_its_one_event_and_nothing_else(committed, visitor, db):
    county = make_county()
    assert visitor(county).get("/fenshire/tests/writes/not_allowed").status_code == 403
    assert areas(county) == []
    assert events(county) == [("area.add", True)]


@both
@pytest.mark.parametrize("who", ["manager", "head"])
def test_a_record_that_is_not_there_or_not_theirs_is_the_same_404_with_one_event(committed, visitor, db, who):
    county, foreign = make_county(), make_county("moorland")
    hidden = county.people["worker"] if who == "head" else foreign.people["worker"]
    answer = visitor(county, who).get(f"/fenshire/tests/people/{hidden.public_id}")
    nothing = visitor(county, who).get("/fenshire/tests/people/00000000-0000-4000-8000-000000000000")
    assert answer.status_code == nothing.status_code == 404
    assert bytes_of(answer) == bytes_of(nothing)
    assert events(county) == [("person.read", True)] * 2
    with county.inside():
        # An id from beyond the wall is no subject of ours; it stands as the reason alone.
        assert [len(event.subject_ids) for event in AuditEvent.objects.order_by("pk")] == [int(who == "head"), 0]


@pytest.mark.django_db(transaction=True)
def test_a_key_that_fails_at_commit_is_an_honest_500(visitor):
    county = make_county()
    assert visitor(county).get("/fenshire/tests/writes/foreign_key").status_code == 500
    assert areas(county) == []
    assert events(county) == []


@pytest.mark.django_db
def test_a_file_may_be_sent(fenshire, visitor):
    answer = visitor(fenshire).get("/fenshire/tests/writes/sends_file")
    assert answer.status_code == 200
    assert b"on purpose" in b"".join(answer.streaming_content)


@both
@pytest.mark.parametrize("rest", ["", "tests/names", "no/such/page", "tests/writes/fine"])
def test_a_foreign_authority_looks_like_none(committed, visitor, db, rest):
    county, foreign = make_county(), make_county("moorland")
    client = visitor(county)
    there, nowhere = client.get(f"/moorland/{rest}"), client.get(f"/nowhere/{rest}")
    assert there.status_code == nowhere.status_code == 404
    assert bytes_of(there) == bytes_of(nowhere)
    assert headers_of(there) == headers_of(nowhere)
    assert events(foreign) == [("authority.enter", True)]
    assert events(county) == areas(foreign) == []


@both
def test_a_closed_authority_looks_like_none(committed, visitor, db):
    county = make_county()
    client = visitor(county)
    with county.inside():
        county.authority.closed_at = county.authority.made_at
        county.authority.save()
    assert bytes_of(client.get("/fenshire/")) == bytes_of(client.get("/nowhere/"))


def bytes_of(answer) -> bytes:
    """The page, without what is random in every page."""
    return re.sub(rb"[0-9a-f-]{36}|<strong>[0-9a-f]{8}</strong>", b"", answer.content)


def headers_of(answer) -> dict[str, str]:
    return {name: value for name, value in answer.items() if name != "X-Request-Number"}


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["fenshire", "nowhere"])
def test_signed_out_every_address_asks_to_sign_in_alike(fenshire, client, slug):
    answer = client.get(f"/{slug}/tests/names")
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next=/{slug}/tests/names")
    assert events(fenshire) == []


@pytest.mark.django_db(transaction=True)
def test_one_connection_serves_two_authorities_and_then_nobody(visitor):
    fenshire, moorland = make_county("fenshire"), make_county("moorland")
    first, second = visitor(fenshire), visitor(moorland)
    for _ in range(2):
        assert all("Fenshire" in name for name in first.get("/fenshire/tests/names").json())
        assert all("Moorland" in name for name in second.get("/moorland/tests/names").json())
        with pytest.raises(DatabaseError):
            Person.objects.exists()


@pytest.mark.django_db
def test_who_works_in_two_authorities_is_in_each_only_what_they_are_there(fenshire, moorland, client_for):
    """An administrator of one who is a worker in the other: no role may come along, not even their own."""
    user = fenshire.users["admin"]
    with moorland.inside():
        person = Person.objects.create(name="Ada Moorland", email="elsewhere@moorland.example", user=user)
        Membership.objects.create(user=user, person=person, role=Role.WORKER, starts_on=date(2024, 9, 1))
    client = client_for(fenshire, "admin")
    for county, role in ((fenshire, Role.ADMINISTRATOR), (moorland, Role.WORKER)):
        answer = client.get(f"/{county.authority.slug}/tests/hats")
        assert answer.wsgi_request.principal.roles == {role}
        assert answer.json() == [county.authority.pk]
    assert {hat.authority.slug for hat in memberships_of(user)} == {"fenshire", "moorland"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/fen%00shire/", "/fen%00shire/check/", "/fenshire/l/a%00b/", "/a%00b/l/x/"])
@pytest.mark.parametrize("who", [None, "manager"])
def test_a_nul_in_an_address_is_no_page(fenshire, visitor, client, path, who):
    """PostgreSQL takes none: as a parameter it was a 500 for anybody who cared to type it."""
    browser = visitor(fenshire, who) if who else client
    browser.raise_request_exception = False
    assert browser.get(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["agreements/?school=%00", "contacts/?words=%00", "placements/new/?school=%00", "?%00"]
)
def test_a_nul_in_a_question_is_refused(fenshire, visitor, path):
    assert visitor(fenshire).get(f"/fenshire/{path}").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["home/", "agreements/", "schools/", "no/such/page", "tests/writes/refused"])
def test_no_cache_keeps_what_was_seen_after_signing_in(fenshire, visitor, page):
    """The school's office has one computer: "back" after signing out shows nothing."""
    kept = visitor(fenshire).get(f"/fenshire/{page}")["Cache-Control"]
    assert "no-store" in kept
    assert "private" in kept


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["2fa/", "2fa/totp/activate/", "email/", "password/change/", "code/"])
def test_no_cache_keeps_what_stands_about_ones_own_account(fenshire, visitor, page):
    """The seed of an app and the spare codes stand outside every authority, and open the account to who finds them."""
    kept = visitor(fenshire).get(f"/accounts/{page}")["Cache-Control"]
    assert "no-store" in kept
    assert "private" in kept


@pytest.mark.django_db
def test_a_stranger_sends_no_file(fenshire, visitor, client):
    """Read to its end, a stranger's upload would fill the disk before any page has seen it."""

    def send(browser: Client, path: str, **headers: str) -> int:
        large = SimpleUploadedFile("large.csv", b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
        return browser.post(path, {"file": large}, **headers).status_code

    for path in ("/accounts/login/", "/fenshire/check/", "/fenshire/contacts/list/"):
        assert send(client, path) == 413
    manager = visitor(fenshire)
    assert send(manager, "/fenshire/contacts/list/") == 422
    assert send(manager, "/accounts/login/", CONTENT_LENGTH=str(LARGEST_BODY + 1)) == 413
    assert send(manager, "/fenshire/contacts/list/", CONTENT_LENGTH=str(LARGEST_BODY + 1)) == 413
    with fenshire.inside():
        tried = AuditEvent.objects.filter(verb="upload", denied=True).order_by("pk")
        assert [event.reason for event in tried] == ["not taken: /contacts/list/", "too large"]
        assert {event.user_id for event in tried} == {fenshire.users["manager"].pk}
