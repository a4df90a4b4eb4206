"""Links for people without an account (architecture 4, Links): what is stored, what a look costs, who may answer."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone

from teams import codes
from teams.foundation import links, mail
from teams.foundation.errors import Refusal
from teams.foundation.links import CODE_LIVES, CODE_TRIES, DEVICE_REMEMBERED, LIVES, Link
from tests.factories.authorities import NOW, County, make_county

PURPOSE = "tests.see"


def see(request: HttpRequest, link: Link) -> HttpResponse:
    """A page as a purpose declares it: looking is free, a press wants the code, and answers once."""
    if request.method != "POST":
        if "break" in request.GET:
            raise ZeroDivisionError("on purpose")
        return HttpResponse("open" if link.is_open(timezone.now()) else f"closed: {link.answer}")
    now = timezone.now()
    if not codes.passed(request, link):
        if "code" not in request.POST:
            return codes.ask(request, link, at=now)
        wrong = codes.check(request, link, at=now)
        if wrong is not None:
            return codes.ask(request, link, at=now, form=wrong)
    try:
        link.mark_answered(answer="you agreed", at=now)
    except Refusal as refusal:
        return HttpResponse(refusal.message, status=409)
    response = HttpResponse("thank you")
    links.remember_device(response, link, secure=False)
    return response


@pytest.fixture(autouse=True)
def purpose(monkeypatch):
    monkeypatch.setitem(links._purposes, PURPOSE, links.Purpose(PURPOSE, see))


def make_link(county: County, who: str = "head", subject: str = "oakfield", **made) -> tuple[Link, str]:
    with county.inside():
        return Link.make(
            purpose=PURPOSE, subject=county.rows[subject], person=county.people[who], **({"at": timezone.now()} | made)
        )


def again(county: County, link: Link) -> Link:
    with county.inside():
        return Link.objects.select_related("person").get(pk=link.pk)


def address(token: str, slug: str = "fenshire") -> str:
    return f"/{slug}/l/{token}/"


@pytest.mark.django_db(transaction=True)
def test_the_token_is_known_to_the_mail_alone(settings):
    """Sent for real, then looked for in the text of every row of every table."""
    settings.SCHOOL_MAIL_HOURS = False
    county = make_county()
    mail.declare(mail.Kind("tests_link", "Yours"))
    with county.inside():
        head = county.people["head"]
        notice = mail.write(
            "tests_link", to=head, matter="m", at=timezone.now(), words={}, purpose=PURPOSE, subject=county.oakfield
        )
        claimed, token = mail.claim(notice.pk, at=timezone.now())
        assert len(token) >= 43, "256 bits"
        assert everything().count(token) == 0
        assert everything().count(links.hash_of(token)) == 1
        mail.settle(notice.pk, at=timezone.now())
        assert everything().count(token) == 0


OPENED = re.compile(r',"(first|last)_opened_at":(null|"[^"]*")')


def everything() -> str:
    """The text of all rows that can be read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'guardian%'")
        tables = [name for (name,) in cursor.fetchall()]
        texts = []
        for table in tables:
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            texts += [text for (text,) in cursor.fetchall()]
    return "\n".join(texts)


def test_looking_changes_nothing_and_uses_nothing_up(fenshire, client):
    """Mail filters open every link, and some of them many times. Only when it was opened is noted, outside the page."""
    link, token = make_link(fenshire)
    with fenshire.inside():
        before = everything()
    for method in ("get", "head", "options"):
        for _ in range(3):
            getattr(client, method)(address(token))
    with fenshire.inside():
        assert OPENED.sub("", everything()) == OPENED.sub("", before)
    assert client.get(address(token)).content == b"open"


def test_an_unknown_token_is_told_nothing_and_leaks_nothing_to_the_next_site(fenshire, moorland, client):
    _, theirs = make_link(moorland)
    for token in ("x" * 43, theirs):
        answer = client.get(address(token))
        assert answer.status_code == 404
        assert "Moorland" not in answer.content.decode()
        assert answer["Referrer-Policy"] == "strict-origin"


def test_the_pages_of_a_link_tell_no_other_site_where_the_reader_came_from(fenshire):
    _, token = make_link(fenshire)
    client = Client(raise_request_exception=False)
    for page, status in (("", 200), ("?break=1", 500), ("no/such/", 404)):
        answer = client.get(address(token) + page)
        assert (answer.status_code, answer["Referrer-Policy"]) == (status, "strict-origin")


def test_a_link_speaks_for_its_person_and_has_no_roles(fenshire, client, client_for):
    link, token = make_link(fenshire)
    for browser in (client, client_for(fenshire, "admin")):
        principal = browser.get(address(token)).wsgi_request.principal
        assert (principal.kind, principal.person_id, principal.roles) == ("link", link.person_id, frozenset())
        assert principal.holds_link(PURPOSE, fenshire.oakfield)
        assert not principal.holds_link(PURPOSE, fenshire.beech)
        assert not principal.holds_link("another", fenshire.oakfield)


def test_a_link_opens_no_page_but_its_own(fenshire, client):
    _, token = make_link(fenshire)
    client.get(address(token))
    for page in ("/fenshire/set-up/", "/fenshire/people/"):
        answer = client.get(page)
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={page}")


def test_a_second_answer_is_refused(fenshire, client):
    link, token = make_link(fenshire)
    agree(client, link, token)
    answer = client.post(address(token))
    assert (answer.status_code, answer.content) == (409, b"This link has done its work already.")
    assert client.get(address(token)).content == b"closed: you agreed"


@pytest.mark.django_db(transaction=True)
def test_a_double_click_answers_once():
    county = make_county()
    link, _ = make_link(county)

    def press(_: int) -> bool:
        try:
            with county.inside():
                again(county, link).mark_answered(answer="yes", at=timezone.now())
        except Refusal:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as two:
        assert sorted(two.map(press, range(2))) == [False, True]


def test_a_re_send_voids_the_last_for_the_same_matter_alone(fenshire):
    first, _ = make_link(fenshire)
    other, _ = make_link(fenshire, subject="beech")
    somebody, _ = make_link(fenshire, who="lead")
    second, _ = make_link(fenshire)
    now = timezone.now()
    assert [again(fenshire, link).is_open(now) for link in (first, other, somebody, second)] == [
        False, True, True, True,
    ]  # fmt: skip
    with fenshire.inside(), pytest.raises(Refusal):
        again(fenshire, first).mark_answered(answer="yes", at=now)


def test_after_fourteen_days_it_is_over(fenshire):
    link, _ = make_link(fenshire, at=NOW)
    assert again(fenshire, link).is_open(NOW + LIVES - timedelta(seconds=1))
    assert not again(fenshire, link).is_open(NOW + LIVES)
    with fenshire.inside(), pytest.raises(Refusal):
        again(fenshire, link).mark_answered(answer="yes", at=NOW + LIVES)
    assert timedelta(days=14) == LIVES


def test_a_link_ends_with_the_mailbox_that_it_was_sent_to(fenshire):
    link, _ = make_link(fenshire)
    with fenshire.inside():
        fenshire.people["head"].change_address("new@oakfield.example", by=fenshire.as_("manager"), at=timezone.now())
    assert not again(fenshire, link).is_open(timezone.now())


# Codes.


def newest_code(county: County) -> str:
    """Out of the mail that a worker would send now."""
    outbox.outbox.clear()
    with county.inside():
        notice = mail.Notice.objects.order_by("-pk").first()
        claimed = mail.claim(notice.pk, at=timezone.now())
    mail.deliver(*claimed)
    with county.inside():
        mail.settle(notice.pk, at=timezone.now())
    (letter,) = outbox.outbox
    assert letter.to == [county.people["head"].email]
    return re.search(r"\b\d{6}\b", letter.body)[0]


def agree(client: Client, link: Link, token: str, slug: str = "fenshire") -> HttpResponse:
    client.post(address(token, slug))
    county = County(link.authority)
    with county.inside():
        county.people["head"] = link.person
    return client.post(address(token, slug), {"code": newest_code(county)})


def test_a_press_that_commits_asks_for_the_code_first(fenshire, client):
    link, token = make_link(fenshire)
    client.post(address(token))
    assert again(fenshire, link).answered_at is None
    assert client.post(address(token), {"code": newest_code(fenshire)}).content == b"thank you"
    assert again(fenshire, link).answered_at is not None


def test_the_code_is_not_kept_once_it_has_gone(fenshire, client):
    link, token = make_link(fenshire)
    client.post(address(token))
    code = newest_code(fenshire)
    with fenshire.inside():
        assert code not in json.dumps(list(mail.Notice.objects.values_list("words", flat=True)))
        assert code not in again(fenshire, link).code_hash


def test_five_tries_and_each_one_counts_though_the_page_says_no(fenshire, client):
    link, token = make_link(fenshire)
    client.post(address(token))
    right = newest_code(fenshire)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for number in range(CODE_TRIES):
        assert "thank you" not in client.post(address(token), {"code": wrong}).content.decode()
        assert again(fenshire, link).code_tries == number + 1
    assert "five tries" in client.post(address(token), {"code": right}).content.decode()
    assert again(fenshire, link).answered_at is None
    assert CODE_TRIES == 5


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_counted_one_by_one():
    county = make_county()
    link, _ = make_link(county)
    with county.inside():
        link.new_code(at=NOW)

    def guess(_: int) -> bool:
        try:
            with county.inside():
                return again(county, link).try_code("no", at=NOW)
        except Refusal:
            return True  # refused without being compared
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as several:
        assert sorted(several.map(guess, range(12))) == [False] * CODE_TRIES + [True] * (12 - CODE_TRIES)


def test_a_code_is_good_for_ten_minutes_and_for_one_time(fenshire):
    link, _ = make_link(fenshire)
    with fenshire.inside():
        code = link.new_code(at=NOW)
        with pytest.raises(Refusal, match="too old"):
            link.try_code(code, at=NOW + CODE_LIVES + timedelta(seconds=1))
        assert link.try_code(code, at=NOW + CODE_LIVES)
        with pytest.raises(Refusal, match="too old"):
            link.try_code(code, at=NOW)
    assert timedelta(minutes=10) == CODE_LIVES


def test_a_code_of_one_link_opens_no_other(fenshire):
    first, _ = make_link(fenshire)
    second, _ = make_link(fenshire, who="lead")
    with fenshire.inside():
        code = first.new_code(at=NOW)
        second.code_hash, second.code_sent_at = first.code_hash, first.code_sent_at
        assert not second.try_code(code, at=NOW)


# The device that has shown it can read the mailbox.


def is_known(client: Client, token: str) -> bool:
    """A press on a known device answers at once; elsewhere it asks for a code."""
    return b"thank you" in client.post(address(token)).content


def test_the_device_is_remembered_for_the_same_mailbox(fenshire, client):
    link, token = make_link(fenshire)
    agree(client, link, token)
    _, next_year = make_link(fenshire, subject="beech")
    assert is_known(client, next_year)
    assert not is_known(Client(), make_link(fenshire, subject="beech")[1])


@pytest.mark.parametrize("who", ["lead", "other_head"])
def test_the_device_of_one_person_is_not_another_persons(fenshire, client, who):
    link, token = make_link(fenshire)
    agree(client, link, token)
    assert not is_known(client, make_link(fenshire, who=who, subject="beech")[1])


def test_the_device_is_not_known_in_another_authority(fenshire, moorland, client):
    """The same address and, as a number, the same person: still somebody else."""
    link, token = make_link(fenshire)
    agree(client, link, token)
    foreign, _ = make_link(moorland)
    request = HttpRequest()
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    link = again(fenshire, link)
    assert links.device_is_known(request, link)
    foreign.person_id, foreign.address = link.person_id, link.address
    assert not links.device_is_known(request, foreign)


def test_the_device_is_forgotten_after_thirty_days_with_a_new_address_and_when_tampered_with(fenshire, monkeypatch):
    link, _ = make_link(fenshire)
    response = HttpResponse()
    links.remember_device(response, link, secure=True)
    cookie = response.cookies[links.DEVICE_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
    assert cookie["max-age"] == 30 * 24 * 60 * 60 == DEVICE_REMEMBERED.total_seconds()
    request = HttpRequest()
    request.COOKIES = {links.DEVICE_COOKIE: cookie.value}
    assert links.device_is_known(request, link)
    link.address = "new@oakfield.example"
    assert not links.device_is_known(request, link)
    link.address = fenshire.people["head"].email
    request.COOKIES = {links.DEVICE_COOKIE: cookie.value.replace(str(link.person_id), "1", 1)}
    assert not links.device_is_known(request, link)
    request.COOKIES = {links.DEVICE_COOKIE: cookie.value}
    later = timezone.now() + DEVICE_REMEMBERED + timedelta(seconds=2)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
    assert not links.device_is_known(request, link)
