"""What is signed is sealed: no statement that the product's role can send changes it. PostgreSQL refuses each."""

from __future__ import annotations

import io
import threading

import psycopg2
import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import ProtectedError

from schools.actions import agreements
from schools.models import Agreement, AgreementVersion, Charge, Signature
from teams.foundation.tenancy import authority_scope
from tests.factories.agreements import fresh, make_agreement, offered, signed
from tests.factories.authorities import make_county


def sql(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


VERSION, CHARGE, SIGNATURE = "schools_agreementversion", "schools_charge", "schools_signature"

ATTEMPTS = {
    # The sealed text
    "save the version": lambda v: v.save(),
    "update its words": lambda v: AgreementVersion.objects.filter(pk=v.pk).update(way={"changed": True}),
    "update its price": lambda v: AgreementVersion.objects.filter(pk=v.pk).update(school_cost=1),
    "update it in bulk": lambda v: AgreementVersion.objects.bulk_update([v], ["own_lines"]),
    "delete the version": lambda v: v.delete(),
    "delete it by query": lambda v: AgreementVersion.objects.filter(pk=v.pk).delete(),
    "write over it": lambda v: AgreementVersion.objects.bulk_create(
        [v], update_conflicts=True, unique_fields=["id"], update_fields=["cost"]
    ),
    "unseal": lambda v: sql(f"UPDATE {VERSION} SET sealed_at = NULL WHERE id = %s", v.pk),
    "seal again": lambda v: sql(f"UPDATE {VERSION} SET sealed_at = now() WHERE id = %s", v.pk),
    "another digest": lambda v: sql(f"UPDATE {VERSION} SET way_digest = 'x', cost_digest = 'x' WHERE id = %s", v.pk),
    "another number": lambda v: sql(f"UPDATE {VERSION} SET number = 9 WHERE id = %s", v.pk),
    "to another agreement": lambda v: sql(f"UPDATE {VERSION} SET agreement_id = agreement_id + 1 WHERE id = %s", v.pk),
    "merge": lambda v: sql(
        f"MERGE INTO {VERSION} t USING (SELECT %s AS id) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET number = 9", v.pk
    ),
    # Its charges
    "save a charge": lambda v: v.charges.first().save(),
    "update a charge": lambda v: v.charges.update(amount=0),
    "delete a charge": lambda v: v.charges.first().delete(),
    "delete all charges": lambda v: sql(f"DELETE FROM {CHARGE} WHERE version_id = %s", v.pk),
    "one charge more": lambda v: Charge.objects.create(version=v, month="2028-01-01", amount=1),
    "charges in bulk": lambda v: Charge.objects.bulk_create([Charge(version=v, month="2028-01-01", amount=1)]),
    "move a charge away": lambda v: sql(f"UPDATE {CHARGE} SET version_id = version_id + 1 WHERE version_id = %s", v.pk),
    "truncate charges": lambda _: sql(f"TRUNCATE {CHARGE}"),
    # The signatures on it
    "save a signature": lambda _: Signature.objects.first().save(),
    "another name": lambda _: Signature.objects.update(name="Somebody else"),
    "another party": lambda _: sql(f"UPDATE {SIGNATURE} SET party = 'council'"),
    "delete a signature": lambda _: Signature.objects.first().delete(),
    "delete signatures": lambda _: sql(f"DELETE FROM {SIGNATURE}"),
    "truncate signatures": lambda _: sql(f"TRUNCATE {SIGNATURE} CASCADE"),
    "the same again": lambda _: Signature.objects.bulk_create([_copy(Signature.objects.first())]),
    # The guards themselves
    "switch the trigger off": lambda _: sql(f"ALTER TABLE {VERSION} DISABLE TRIGGER ALL"),
    "drop the trigger": lambda _: sql(f"DROP TRIGGER schools_agreementversion_sealed ON {VERSION}"),
    "another function": lambda _: sql(
        "CREATE OR REPLACE FUNCTION schools_agreementversion_sealed() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NEW; END'"
    ),
    "as a replica": lambda _: sql("SET session_replication_role = replica"),
    "as the owner": lambda _: sql("SET ROLE alongside_owner"),
    "grant oneself": lambda _: sql(f"GRANT UPDATE ON {SIGNATURE} TO CURRENT_USER; UPDATE {SIGNATURE} SET name = 'x'"),
    "copy in": lambda _: connection.cursor().copy_expert(f"COPY {CHARGE} FROM STDIN", io.StringIO("")),
}


def _copy(signature: Signature) -> Signature:
    signature.pk = None
    return signature


def to_the_end(attempt, subject) -> None:
    """In a transaction of its own, with what is checked when that ends."""
    with transaction.atomic():
        attempt(subject)
        sql("SET CONSTRAINTS ALL IMMEDIATE")


def everything(version: AgreementVersion) -> list:
    tables = (AgreementVersion.objects.filter(pk=version.pk), Charge.objects.all(), Signature.objects.all())
    return [list(rows.order_by("pk").values()) for rows in tables]


@pytest.mark.django_db
@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_nothing_that_is_sealed_can_be_changed(fenshire, attempt):
    with fenshire.inside():
        version = signed(offered(make_agreement(fenshire), fenshire), fenshire).in_force
        before = everything(version)
        with pytest.raises((DatabaseError, psycopg2.Error)):
            to_the_end(attempt, version)
        assert everything(version) == before


@pytest.mark.django_db
def test_an_agreement_with_versions_is_never_deleted(fenshire):
    with fenshire.inside():
        agreement = offered(make_agreement(fenshire), fenshire)
        with pytest.raises(ProtectedError):
            agreement.delete()
        with pytest.raises(DatabaseError):
            to_the_end(lambda _: sql("DELETE FROM schools_agreement"), agreement)


@pytest.mark.django_db
def test_a_version_that_is_not_sealed_yet_can_be_written(fenshire):
    with fenshire.inside():
        agreement = make_agreement(fenshire)
        agreement.write({"focus": "Reading"}, by=fenshire.as_("manager"), at=agreement.latest.made_at)
        assert AgreementVersion.objects.get().own_lines == {"focus": "Reading"}


@pytest.fixture
def written(transactional_db):
    """An agreement that is about to be sealed, really committed."""
    county = make_county("fenshire")
    with county.inside():
        return county, make_agreement(county)


def in_another_connection(county, work):
    """Run `work` in a thread with a connection of its own, and bring back what it raised."""
    raised: list[BaseException | None] = [None]

    def run() -> None:
        try:
            with authority_scope(county.authority.pk):
                work()
        except BaseException as error:  # noqa: BLE001
            raised[0] = error
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


def test_a_charge_that_races_the_seal_is_refused(written):
    """The child's insert waits for the seal (FOR SHARE on the parent), and then sees it."""
    county, agreement = written
    sealed, go_on = threading.Event(), threading.Event()

    def seal() -> None:
        agreements.offer(
            fresh(agreement), authority=county.authority, by=county.as_("manager"), at=agreement.latest.made_at
        )
        sealed.set()
        go_on.wait(10)

    def add() -> None:
        sealed.wait(10)
        threading.Timer(0.3, go_on.set).start()  # by then we wait for the seal's lock
        Charge.objects.create(version_id=agreement.latest_id, month="2028-01-01", amount=1)

    (sealing, seal_raised), (adding, add_raised) = (
        in_another_connection(county, seal),
        in_another_connection(county, add),
    )
    sealing.join(20)
    adding.join(20)
    assert seal_raised == [None]
    assert isinstance(add_raised[0], DatabaseError)
    assert "sealed" in str(add_raised[0])
    with county.inside():
        assert Agreement.objects.get().latest.charges.count() == 12


def test_the_seal_that_races_a_charge_waits_for_it(written):
    """The other way round the seal waits until the insert is through, and what it seals is whole."""
    county, agreement = written
    added, go_on, done = threading.Event(), threading.Event(), []

    def add() -> None:
        Charge.objects.create(version_id=agreement.latest_id, month="2028-01-01", amount=1)
        added.set()
        go_on.wait(10)
        done.append("charge")

    def seal() -> None:
        added.wait(10)
        threading.Timer(0.3, go_on.set).start()
        agreements.offer(
            fresh(agreement), authority=county.authority, by=county.as_("manager"), at=agreement.latest.made_at
        )
        done.append("seal")

    (adding, add_raised), (sealing, seal_raised) = (
        in_another_connection(county, add),
        in_another_connection(county, seal),
    )
    adding.join(20)
    sealing.join(20)
    assert (add_raised, seal_raised) == ([None], [None])
    assert done == ["charge", "seal"]
