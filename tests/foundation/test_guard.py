"""The one guard through which every record moves (architecture 5, decisions 0005)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from schools.actions import agreements
from schools.models import Agreement, Placement, Signature
from teams.foundation import access
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.transitions import record_moved
from tests.factories.agreements import fresh, make_agreement, offered
from tests.factories.authorities import NOW, YEAR_ENDS, County, make_county

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(fenshire):
    with fenshire.inside():
        yield fenshire


@pytest.fixture
def placement(county) -> Placement:
    return make_agreement(county).placement


def events(**about) -> list[tuple[str, list[str]]]:
    return list(AuditEvent.objects.filter(**about).order_by("pk").values_list("verb", "changed"))


def end(placement: Placement, county: County, who: str = "manager") -> None:
    placement.end(on=YEAR_ENDS, by=county.as_(who), at=NOW)


def test_a_move_writes_one_event_with_the_names_of_what_changed(county, placement):
    end(placement, county)
    placement.refresh_from_db()
    assert (placement.status, placement.ends_on) == ("ended", YEAR_ENDS)
    event = AuditEvent.objects.get(verb="placement.end")
    assert event.changed == ["ends_on", "status"]
    assert (event.at, event.user, event.role) == (NOW, county.users["manager"], "team_manager")
    assert (event.subject_type, event.subject_ids) == ("schools.placement", [placement.public_id])


def test_the_wrong_status_is_a_refusal_and_leaves_nothing(county, placement):
    end(placement, county)
    with pytest.raises(Refusal) as refused:
        end(placement, county)
    assert refused.value.code == "wrong_status"
    assert refused.value.message == "This placement has ended already."
    assert len(events(verb="placement.end")) == 1


@pytest.mark.parametrize("who", ["other_manager", "worker", "head", "auditor", "admin"])
def test_the_wrong_person_is_not_allowed_and_is_told_nothing_of_the_status(county, placement, who):
    for status in ("planned", "ended"):
        Placement.objects.update(status=status)
        with pytest.raises(NotAllowed) as refused:
            end(placement, county, who)
        assert refused.value.verb == "placement.end"
        assert refused.value.subject == str(placement.public_id)
    assert events(verb="placement.end") == []


@pytest.mark.parametrize("principal", [access.NOBODY, access.Principal(kind="nobody", user_id=1)])
def test_nobody_may_do_anything(county, placement, principal):
    for act in Placement.MOVES:
        assert not placement.may(act, principal)
    with pytest.raises(NotAllowed):
        placement.end(on=YEAR_ENDS, by=principal, at=NOW)


def test_a_record_without_a_policy_is_closed(county, placement, monkeypatch):
    monkeypatch.delitem(access._policies, "schools.placement")
    with pytest.raises(NotAllowed):
        end(placement, county)
    assert not Placement.objects.visible_to(county.as_("senior")).exists()


def test_the_status_is_read_from_the_row_and_not_from_memory(county, placement):
    stale = Placement.objects.get(pk=placement.pk)
    end(placement, county)
    assert stale.status == "planned"
    with pytest.raises(Refusal):
        end(stale, county)


def test_what_was_set_before_the_verb_is_not_smuggled_in(county, placement):
    placement.focus = "smuggled"
    end(placement, county)
    placement.refresh_from_db()
    assert placement.focus == "Behaviour and attendance"


def test_a_rollback_takes_the_event_along(county, placement):
    @transaction.atomic
    def end_and_fail() -> None:
        end(placement, county)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        end_and_fail()
    placement.refresh_from_db()
    assert placement.status == "planned"
    assert events(verb="placement.end") == []


def test_a_verb_that_fails_half_way_leaves_nothing(county, placement):
    def fail_half_way() -> None:
        with placement.moving("end", by=county.as_("manager"), at=NOW):
            Placement.objects.filter(pk=placement.pk).update(focus="half way")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    placement.refresh_from_db()
    assert (placement.status, placement.focus) == ("planned", "Behaviour and attendance")
    assert events(verb="placement.end") == []


def test_the_news_is_told_inside_the_transaction(county, placement):
    """A receiver that fails undoes the move; one that listens knows record, move, who and when."""
    heard = []

    def listen(sender, record, move, by, at, **_):
        heard.append((sender, record.pk, move, by.name, at))
        raise ZeroDivisionError

    record_moved.connect(listen)
    try:
        with pytest.raises(ZeroDivisionError):
            end(placement, county)
    finally:
        record_moved.disconnect(listen)
    assert heard == [(Placement, placement.pk, "end", county.people["manager"].name, NOW)]
    placement.refresh_from_db()
    assert placement.status == "planned"
    assert events(verb="placement.end") == []


def test_a_new_record_is_asked_about_before_it_is_written(county):
    made = make_agreement(county).placement
    assert events(verb="placement.plan") == [("placement.plan", [])]
    made.pk, made._state.adding = None, True
    with pytest.raises(NotAllowed):
        agreements.plan(made, by=county.as_("worker"), at=NOW)
    assert Placement.objects.count() == 1


def test_no_event_can_be_changed_or_taken_away(county, placement):
    for attempt in (
        lambda: AuditEvent.objects.update(verb="x"),
        lambda: AuditEvent.objects.all().delete(),
        lambda: AuditEvent.objects.first().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


# Two at once, on two connections, really committed.


def at_once(county: County, *acts) -> list[str]:
    """Each act in a thread and a transaction of its own; "done", or the refusal's code."""

    def run(act) -> str:
        try:
            with county.inside():
                act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_end_it_at_once_one_wins():
    county = make_county()
    with county.inside():
        placement = make_agreement(county).placement
    first, second = (Placement(pk=placement.pk) for _ in range(2))
    with county.inside():
        first.refresh_from_db()
        second.refresh_from_db()
    assert at_once(county, lambda: end(first, county), lambda: end(second, county, "senior")) == [
        "done",
        "wrong_status",
    ]
    with county.inside():
        assert len(events(verb="placement.end")) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_of_one_signature_one_signs():
    county = make_county()
    with county.inside():
        agreement = offered(make_agreement(county), county)

    def sign() -> None:
        agreements.sign(
            fresh(agreement), party="worker", parts=["way"], person=county.people["worker"], how="account",
            by=county.as_("worker"), at=NOW,
        )  # fmt: skip

    assert at_once(county, sign, sign, sign) == ["done", "signed_already", "signed_already"]
    with county.inside():
        assert Signature.objects.count() == len(events(verb="agreement.sign")) == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_two_signatures_at_once_make_it_active_once():
    county = make_county()
    with county.inside():
        agreement = offered(make_agreement(county), county)
        sign_as(county, agreement, "school", "head", ["way", "cost"])
    done = at_once(
        county,
        lambda: sign_as(county, agreement, "worker", "worker", ["way"]),
        lambda: sign_as(county, agreement, "council", "manager", ["way", "cost"]),
    )
    assert done == ["done", "done"]
    with county.inside():
        agreement = Agreement.objects.get()
        assert (agreement.status, agreement.activated_at) == ("active", NOW)
        assert len(events(verb="placement.activate")) == 1


@pytest.mark.django_db(transaction=True)
def test_signing_and_taking_back_at_once_never_leave_a_signature_on_a_text_that_is_gone():
    county = make_county()
    with county.inside():
        agreement = offered(make_agreement(county), county)
    outcome = at_once(
        county,
        lambda: sign_as(county, agreement, "worker", "worker", ["way"]),
        lambda: fresh(agreement).revise(by=county.as_("manager"), at=NOW + timedelta(seconds=1)),
    )
    assert outcome in (["done", "done"], ["done", "wrong_status"])
    with county.inside():
        signed = Signature.objects.select_related("version").first()
        assert signed is None or signed.version.is_sealed


def sign_as(county: County, agreement: Agreement, party: str, who: str, parts: list[str]) -> None:
    agreements.sign(
        fresh(agreement), party=party, parts=parts, person=county.people[who], how="account",
        by=county.as_(who), at=NOW,
    )  # fmt: skip
