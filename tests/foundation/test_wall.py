"""No way through the wall: ORM, raw SQL, joins, bulk writes, keys, COPY, and one pooled connection used twice."""

from __future__ import annotations

import io

import psycopg2
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Count

from schools.models import School, Share
from teams.foundation.tenancy import AuthoritySwitch, authority_scope, identity_scope
from teams.models import Area, Authority, Membership, Person, Team
from tests.factories.authorities import make_county

pytestmark = pytest.mark.django_db


def sql(text: str, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def test_outside_a_scope_every_question_is_an_error(fenshire):
    for question in (
        lambda: list(Person.objects.all()),
        lambda: Person.objects.exists(),
        lambda: Person.objects.count(),
        lambda: sql("SELECT 1 FROM teams_person"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            question()


def test_inside_one_the_other_is_not_there(fenshire, moorland):
    theirs = moorland.people["head"].pk
    with fenshire.inside():
        assert not Person.objects.filter(pk=theirs).exists()
        assert sql("SELECT count(*) FROM teams_person WHERE name LIKE '%%Moorland%%'") == [(0,)]
        assert {school.name.split()[-1] for school in School.objects.all()} == {"Fenshire"}
        # joins and sub-queries
        assert Share.objects.filter(school__name__contains="Moorland").count() == 0
        assert Team.objects.filter(pk__in=Area.objects.filter(name__contains="Moorland").values("teams")).count() == 0
        assert dict(School.objects.values_list("area__name").annotate(Count("pk"))) == {"East 1 Fenshire": 2}


def test_bulk_writes_stop_at_the_wall(fenshire, moorland):
    with fenshire.inside():
        Person.objects.update(telephone="changed")
        Person.objects.filter(pk=moorland.people["head"].pk).delete()
        sql("UPDATE teams_person SET job = 'changed' WHERE true")
    with moorland.inside():
        assert not Person.objects.filter(telephone="changed").exists()
        assert not Person.objects.filter(job="changed").exists()
        assert Person.objects.filter(pk=moorland.people["head"].pk).exists()


def test_no_row_is_written_for_another_authority(fenshire, moorland):
    attempts = (
        lambda: Area.objects.create(name="x", authority_id=moorland.authority.pk),
        lambda: Area.objects.bulk_create([Area(name="x", authority_id=moorland.authority.pk)]),
        lambda: Area.objects.update(authority_id=moorland.authority.pk),
        lambda: sql(
            "INSERT INTO teams_area (public_id, name, is_soft, authority_id) "
            "VALUES (gen_random_uuid(), 'x', false, %s)",
            moorland.authority.pk,
        ),
    )
    for attempt in attempts:
        with fenshire.inside(), pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_a_key_to_another_authoritys_row_is_refused(fenshire, moorland):
    """Ordinary key checks pass row-level security; the composite key does not."""
    with pytest.raises(IntegrityError), fenshire.inside():
        Team.objects.create(name="stolen", area_id=moorland.area.pk)
    with pytest.raises(IntegrityError), fenshire.inside():
        Team.objects.filter(pk=fenshire.team.pk).update(area_id=moorland.area.pk)


def test_copy_is_refused_under_the_wall(fenshire):
    with fenshire.inside(), pytest.raises(psycopg2.Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY teams_area (authority_id, name) FROM STDIN", io.StringIO(f"{fenshire.authority.pk}\tx\n")
        )


@pytest.mark.parametrize(
    "attempt",
    [
        "SET ROLE alongside_owner",
        "SET ROLE alongside_retention",
        "SET SESSION AUTHORIZATION alongside_owner",
        "ALTER TABLE teams_person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY teams_person_wall ON teams_person",
        "TRUNCATE teams_person CASCADE",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (id int)",
        "DELETE FROM teams_authority",
        "INSERT INTO guardian_userobjectpermission VALUES (1, '1', 1, 1, 1)",
        "SELECT * FROM guardian_userobjectpermission",
        "UPDATE teams_auditevent SET verb = 'x'",
        "DELETE FROM teams_auditevent",
    ],
)
def test_the_app_role_cannot_take_the_wall_down(fenshire, attempt):
    with fenshire.inside(), pytest.raises(DatabaseError), transaction.atomic():
        sql(attempt)


def test_row_security_off_is_an_error_not_an_open_door(fenshire, moorland):
    with fenshire.inside():
        sql("SET LOCAL row_security = off")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            sql("SELECT * FROM teams_person")


def test_walking_from_one_into_the_other_raises(fenshire, moorland):
    with fenshire.inside(), pytest.raises(AuthoritySwitch), moorland.inside():
        pass


def test_who_somebody_is_everywhere_is_not_asked_inside_an_authority(fenshire):
    """Leaving that question would leave the authority too, and the page behind it would stand nowhere."""
    with fenshire.inside():
        with pytest.raises(AuthoritySwitch), identity_scope(fenshire.users["manager"].pk):
            pass
        assert Team.objects.exists()


def test_the_same_connection_forgets_the_authority_between_two_scopes(fenshire, moorland):
    with fenshire.inside():
        assert Person.objects.filter(name__contains="Fenshire").exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        Person.objects.exists()
    with moorland.inside():
        assert not Person.objects.filter(name__contains="Fenshire").exists()


@pytest.mark.django_db(transaction=True)
def test_a_pooled_connection_forgets_after_commit_and_after_rollback():
    fenshire = make_county("fenshire")
    with fenshire.inside():
        Person.objects.count()
    with pytest.raises(DatabaseError):
        Person.objects.exists()
    connection.close()
    with pytest.raises(ZeroDivisionError), fenshire.inside():
        1 / 0  # noqa: B018
    with pytest.raises(DatabaseError):
        Person.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_wrong_key_at_commit_stores_nothing():
    fenshire, moorland = make_county("fenshire"), make_county("moorland")
    with pytest.raises(IntegrityError), fenshire.inside():
        Team.objects.create(name="stolen", area_id=moorland.area.pk)
    with fenshire.inside():
        assert not Team.objects.filter(name="stolen").exists()


def test_an_authority_changes_only_its_own_row(fenshire, moorland):
    with fenshire.inside():
        Authority.objects.update(telephone="changed")
    assert {a.slug: a.telephone for a in Authority.objects.all()} == {"fenshire": "changed", "moorland": "01632 960000"}


def test_a_person_reads_their_own_memberships_and_nobody_elses(fenshire, moorland):
    from teams.foundation.lookup import memberships_of

    user = fenshire.users["head"]
    found = memberships_of(user)
    assert [(hat.user_id, hat.authority.slug) for hat in found] == [(user.pk, "fenshire")]
    with pytest.raises(DatabaseError), transaction.atomic():
        Membership.objects.count()


def test_a_scope_inside_the_same_authority_is_one_more_savepoint(fenshire):
    with fenshire.inside(), authority_scope(fenshire.authority.pk):
        assert Person.objects.exists()
