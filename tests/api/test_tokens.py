"""Who a token speaks for, for how long, and what is told to somebody with a wrong one."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from config.log_lines import DiscreetFormatter
from schools.models import School
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link, hash_of
from teams.foundation.tokens import READS, Token
from teams.models import AuditEvent, Membership
from tests.api.asking import Program, program_of, sentence, token_of

pytestmark = pytest.mark.django_db


def events(county, verb: str) -> list[AuditEvent]:
    with county.inside():
        return list(AuditEvent.objects.filter(verb=verb).select_related("user"))


def test_a_token_reads_what_its_maker_may_read(fenshire):
    answer = program_of(fenshire, "manager", READS).get("schools/")
    assert answer.status_code == 200
    assert {row["urn"] for row in answer.json()["results"]} == {"900100", "900101"}
    of_head = program_of(fenshire, "head", READS).get("schools/")
    assert [row["urn"] for row in of_head.json()["results"]] == ["900100"]


def test_only_the_hash_is_kept(fenshire):
    text = token_of(fenshire, "manager")
    with fenshire.inside():
        kept = Token.objects.get()
        assert kept.token_hash == hash_of(text)
        assert text not in str(Token.objects.values().get())


def test_a_token_does_only_what_its_scopes_say(fenshire):
    program = program_of(fenshire, "admin", ["people:read"])
    assert sentence(program.get("schools/")) == (
        "This token may not read schools. Make one that may on the page “Tokens”."
    )
    reading = program_of(fenshire, "admin", ["schools:read"])
    assert reading.get("schools/").status_code == 200
    refused = reading.post(f"schools/{fenshire.oakfield.public_id}/area/", {"area": None})
    assert refused.status_code == 403
    with fenshire.inside():
        assert School.objects.get(pk=fenshire.oakfield.pk).area_id is not None
    assert [event.denied for event in events(fenshire, "token.schools:write")] == [True]


def test_whoever_may_write_may_read(fenshire):
    assert program_of(fenshire, "admin", ["schools:write"]).get("schools/").status_code == 200


def test_a_token_dies_with_the_membership_and_a_new_one_does_not_wake_it(fenshire):
    program = program_of(fenshire, "manager")
    today = timezone.localdate()
    with fenshire.inside():
        held = Membership.objects.filter(user=fenshire.users["manager"])
        held.update(ends_on=today - timedelta(days=1))
    assert sentence(program.get("schools/")).startswith("Whoever made this token no longer has the role")
    with fenshire.inside():
        Membership.objects.create(
            user=fenshire.users["manager"],
            person=fenshire.people["manager"],
            role=Role.TEAM_MANAGER,
            starts_on=today + timedelta(days=1),
        )
        Token.objects.update(made_at=timezone.now() - timedelta(days=3))
        Membership.objects.filter(starts_on__gt=today).update(starts_on=today)
    assert program.get("schools/").status_code == 401


def test_a_token_is_no_wider_than_its_maker_was_and_is(fenshire):
    program = program_of(fenshire, "worker")
    assert program.get("contacts/").status_code == 403
    with fenshire.inside():
        Membership.objects.create(
            user=fenshire.users["worker"],
            person=fenshire.people["worker"],
            role=Role.ADMINISTRATOR,
            starts_on=timezone.localdate(),
        )
    assert program.get("contacts/").status_code == 403, "A role given later does not widen a token."
    both = program_of(fenshire, "manager")
    with fenshire.inside():
        Membership.objects.filter(user=fenshire.users["manager"]).update(role=Role.WORKER)
    assert both.get("contacts/").status_code == 401


def test_an_account_that_is_closed_closes_its_tokens(fenshire):
    program = program_of(fenshire, "manager")
    fenshire.users["manager"].is_active = False
    fenshire.users["manager"].save()
    assert program.get("schools/").status_code == 401


def test_a_token_that_is_over_or_revoked_says_so_and_the_authority_hears_of_it(fenshire):
    over = program_of(fenshire, "manager", days=1, at=timezone.now() - timedelta(days=5))
    assert sentence(over.get("schools/")) == "This token is over. Make a new one on the page “Tokens”."
    program = program_of(fenshire, "manager")
    with fenshire.inside():
        Token.objects.filter(expires_at__gt=timezone.now()).get().revoke(by=fenshire.as_("manager"), at=timezone.now())
    answer = program.get("schools/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="Alongside"'
    assert sentence(answer) == "This token was revoked. Make a new one on the page “Tokens”."
    heard = events(fenshire, "token.enter")
    assert [event.denied for event in heard] == [True, True]
    assert {event.user for event in heard} == {fenshire.users["manager"]}


def test_a_token_of_another_authority_gets_one_sentence_and_the_authority_that_was_asked_hears_of_it(
    fenshire, moorland
):
    text = token_of(moorland, "admin")
    answer = Program(text, "fenshire").get("schools/")
    assert answer.status_code == 401
    assert sentence(answer) == (
        "This token opens nothing here. It is mistyped, or it is the token of another authority."
    )
    heard = events(fenshire, "token.enter")
    assert [(event.denied, event.user) for event in heard] == [(True, None)]
    assert not events(moorland, "token.enter")
    assert Program(text, "moorland").get("schools/").status_code == 200


@pytest.mark.parametrize("path", ["schools/", "schools/00000000-0000-4000-8000-000000000000/", "no/such/", ""])
def test_nobody_learns_which_authorities_there_are(fenshire, moorland, path):
    """The same answer for a slug that is there and one that is not: to a stranger, a wrong token, another's token."""
    for text in (None, "als_" + "x" * 43, "nonsense", token_of(moorland, "admin")):
        real, made_up = (Program(text, slug).get(path) for slug in ("fenshire", "nowhere"))
        assert real.status_code == made_up.status_code == 401
        said = [answer.json() | {"request": ""} for answer in (real, made_up)]
        assert said[0] == said[1]
        heads = [{name: value for name, value in answer.items() if "Number" not in name} for answer in (real, made_up)]
        assert heads[0] == heads[1]


def test_a_person_of_another_authority_finds_nothing(fenshire, moorland, client_for):
    client = client_for(moorland, "admin")
    for slug in ("fenshire", "nowhere"):
        answer = client.get(f"/{slug}/api/v1/schools/")
        assert answer.status_code == 404
        sentence(answer)
    assert [event.denied for event in events(fenshire, "authority.enter")] == [True]


def test_the_api_of_no_authority_is_not_there(fenshire, client_for):
    text = token_of(fenshire, "admin")
    for path in ("/api/v1/schools/", "/api/"):
        assert Program(text).get(path).status_code == 404
        assert client_for(fenshire, "admin").get(path).status_code == 404


def test_a_link_is_no_token(fenshire):
    with fenshire.inside():
        _, text = Link.make(
            purpose="agreement.sign", subject=fenshire.oakfield, person=fenshire.people["head"], at=timezone.now()
        )
    assert Program(text).get("schools/").status_code == 401


def test_a_session_reads_and_writes_only_with_the_pages_own_token(fenshire, client_for):
    client = client_for(fenshire, "admin")
    assert client.get("/fenshire/api/v1/schools/").status_code == 200
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(fenshire.users["admin"], backend="allauth.account.auth_backends.AuthenticationBackend")
    path = f"/fenshire/api/v1/schools/{fenshire.oakfield.public_id}/area/"
    assert careful.post(path, "{}", content_type="application/json").status_code == 403
    assert client.post(path, '{"area": null}', content_type="application/json").status_code == 200


def test_use_is_noted_once_an_hour_and_told_once_a_day_even_where_nothing_was_found(fenshire):
    program = program_of(fenshire, "manager")
    assert program.get("schools/00000000-0000-4000-8000-000000000000/").status_code == 404
    with fenshire.inside():
        first = Token.objects.get().last_used_at
    assert first is not None
    program.get("schools/")
    with fenshire.inside():
        assert Token.objects.get().last_used_at == first
        Token.objects.update(last_used_at=first - timedelta(days=1))
    program.get("schools/")
    assert len(events(fenshire, "token.use")) == 2
    assert "by token" in events(fenshire, "token.use")[0].role


def test_a_token_ends_within_a_year(fenshire):
    for days in (366, -1):
        with pytest.raises(Refusal) as refused:
            token_of(fenshire, "manager", days=days)
        assert refused.value.field == "until"
    token_of(fenshire, "manager", days=365)
    with fenshire.inside(), pytest.raises(IntegrityError), transaction.atomic():
        Token.objects.update(expires_at=timezone.now() + timedelta(days=400))


def test_a_token_makes_no_token(fenshire):
    with fenshire.inside():
        made, _ = Token.make(
            name="One", scopes=READS, until=timezone.localdate(), user=fenshire.users["manager"],
            by=fenshire.as_("manager"), at=timezone.now(),
        )  # fmt: skip
        with pytest.raises(NotAllowed):
            Token.make(
                name="Two", scopes=READS, until=timezone.localdate(), user=fenshire.users["manager"],
                by=replace(fenshire.as_("manager"), token=made), at=timezone.now(),
            )  # fmt: skip


def test_no_token_reaches_the_log(fenshire, caplog):
    text = token_of(fenshire, "manager")
    with caplog.at_level(logging.DEBUG):
        Program(text).get("schools/", {"token": text})
        Program(text).get(f"/fenshire/api/v1/{text}/")
        Program(text, "nowhere").get("schools/")
    lines = [DiscreetFormatter("%(message)s").format(record) for record in caplog.records]
    assert lines
    assert not [line for line in lines if text in line or text.removeprefix("als_") in line]


def test_too_many_wrong_tokens_are_turned_away_and_a_right_one_is_not(fenshire, settings):
    settings.API_RATES = settings.API_RATES | {"refused": 3}
    wrong = Program("als_" + "x" * 43)
    assert [wrong.get("schools/").status_code for _ in range(4)] == [401, 401, 401, 429]
    answer = wrong.get("schools/")
    assert 1 <= int(answer["Retry-After"]) <= 60
    sentence(answer)
    assert len(events(fenshire, "token.enter")) == 3, "nor is the audit filled"
    right = program_of(fenshire, "manager")
    assert right.get("schools/").status_code == 200, "a council's programs ask from one address"


def test_a_token_may_ask_so_often_a_minute_and_another_one_goes_on(fenshire, settings):
    settings.API_RATES = settings.API_RATES | {"asker": 2}
    program, other = program_of(fenshire, "manager"), program_of(fenshire, "manager")
    assert [program.get("schools/").status_code for _ in range(3)] == [200, 200, 429]
    assert other.get("schools/").status_code == 200
