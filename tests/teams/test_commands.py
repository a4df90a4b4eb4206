"""Commands that make and unmake an authority."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from schools.models import Agreement, Clause, School
from schools.models.wording import Part
from teams.foundation.access import Role
from teams.foundation.audit import AuditEvent
from teams.foundation.tenancy import authority_scope
from teams.models import Authority, Membership, Person, Profession, User
from teams.rules.calendar import school_year_dates, school_year_of
from tests.factories.authorities import NOW, make_county

ADDRESS = "ada@fenshire.example"


def add(slug="fenshire", name="Fenshire County Council", administrator=ADDRESS):
    call_command("add_authority", slug, name, administrator=administrator)
    return Authority.objects.get(slug=slug)


@pytest.mark.django_db
class TestAddAuthority:
    def test_it_starts_with_wording_professions_and_one_administrator(self):
        authority = add()
        with authority_scope(authority.pk):
            assert {clause.part for clause in Clause.objects.all()} == set(Part)
            member = Membership.objects.get()
            assert (member.role, member.user.email) == (Role.ADMINISTRATOR, ADDRESS)
            titles = {
                profession.code: [title.title for title in profession.titles.all()]
                for profession in Profession.objects.prefetch_related("titles")
            }
            assert titles["pupil-support"] == ["CSF worker", "Pupil support worker"]
            assert set(titles) == {"attendance-officer", "pupil-support", "family-worker"}
            assert set(AuditEvent.objects.values_list("verb", flat=True)) >= {"authority.add", "membership.add"}
        assert authority.doors_opened_at is None
        assert not authority.is_demo

    def test_the_printed_link_signs_its_administrator_in(self, capsys):
        add()
        printed = capsys.readouterr().out
        link = re.search(r"https?://[^/\s]+(/accounts/\S+)", printed)[1]
        client = Client()
        page = client.get(link, follow=True)
        assert page.status_code == 200
        chosen = {"password1": "four quiet grey herons", "password2": "four quiet grey herons"}
        assert client.post(page.request["PATH_INFO"], chosen).status_code == 302
        again = Client()
        signed_in = again.post("/accounts/login/", {"login": ADDRESS, "password": "four quiet grey herons"})
        assert signed_in.status_code == 302
        assert again.get("/fenshire/set-up/").status_code == 200

    def test_the_link_works_once(self, capsys):
        add()
        link = re.search(r"https?://[^/\s]+(/accounts/\S+)", capsys.readouterr().out)[1]
        first = Client()
        page = first.get(link, follow=True)
        first.post(
            page.request["PATH_INFO"], {"password1": "four quiet grey herons", "password2": "four quiet grey herons"}
        )
        second = Client().get(link, follow=True)
        assert "password1" not in second.content.decode()

    def test_the_wording_holds_for_agreements_that_began_before_today(self):
        authority = add()
        first_day, _ = school_year_dates(school_year_of(timezone.localdate()))
        with authority_scope(authority.pk):
            assert Clause.objects.on(first_day).exists()

    def test_one_account_may_keep_two_authorities(self):
        add()
        add("moorland", "Moorland Borough Council")
        assert User.objects.filter(email=ADDRESS).count() == 1

    @pytest.mark.parametrize("slug", ["accounts", "Fenshire", "9fens", "static", "fen shire"])
    def test_a_slug_that_cannot_be_an_address_is_refused_in_a_sentence(self, slug):
        with pytest.raises(CommandError, match="cannot be part of an address"):
            add(slug)
        assert not Authority.objects.exists()

    def test_a_name_that_is_taken_is_refused(self):
        add()
        with pytest.raises(CommandError, match="already"):
            add()


@pytest.fixture
def demo(transactional_db):
    """A demo county that really stands in the database, with a second one beside it that is none."""
    demo, other = make_county("hollinshire"), make_county("fenshire")
    with demo.inside():
        demo.authority.is_demo = True
        demo.authority.save()
        agreement = _sealed_agreement(demo)
    shared = demo.users["auditor"]
    with other.inside():
        person = Person.objects.create(name="Aldo in both", email=shared.email, user=shared)
        Membership.objects.create(user=shared, person=person, role=Role.AUDITOR, starts_on=NOW.date())
    demo.rows["agreement"] = agreement
    return demo, other


def _sealed_agreement(county):
    """Sent, signed by the worker: a sealed version with its charges, and a signature that is written once."""
    from schools.actions import agreements
    from schools.actions.placements import Days, put_in_school
    from schools.actions.wording import start_wording
    from schools.models.agreements import Party, SignedPart

    start_wording(from_day=NOW.date() - timedelta(days=900), by=county.clock, at=NOW)
    days = Days([{"weekday": 0, "starts": "08:30", "ends": "15:30"}], NOW.date())
    by = county.as_("manager")
    agreement = put_in_school(county.post, county.oakfield, days, manager=county.people["manager"], by=by, at=NOW)
    agreements.offer(agreement, authority=county.authority, by=by, at=NOW)
    worker = county.people["worker"]
    agreements.sign(
        agreement, party=Party.WORKER, parts=[SignedPart.WAY], person=worker, how="account", by=county.as_("worker"),
        at=NOW,
    )  # fmt: skip
    return agreement


def close(county):
    with county.inside():
        county.authority.close(by=county.as_("admin"), at=timezone.now())


def rows_of(authority_id):
    with authority_scope(authority_id):
        return {
            model._meta.db_table: model._base_manager.count()
            for model in apps.get_models()
            if any(field.name == "authority" for field in model._meta.fields)
        }


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
class TestPurgeDemo:
    def test_it_deletes_every_row_of_a_closed_demo_and_nothing_else(self, demo, client_for, capsys):
        county, other = demo
        before = rows_of(other.authority.pk)
        client_for(county, "head")
        client_for(other, "head")
        close(county)
        call_command("purge_demo", "hollinshire")
        printed = capsys.readouterr().out
        assert "schools_signature" in printed
        assert printed.splitlines()[-1].startswith('"hollinshire" is deleted')
        assert not Authority.objects.filter(slug="hollinshire").exists()
        assert not any(rows_of(county.authority.pk).values())
        assert rows_of(other.authority.pk) == before
        assert Session.objects.count() == 1

    def test_accounts_that_serve_another_authority_stay(self, demo):
        county, _ = demo
        close(county)
        call_command("purge_demo", "hollinshire")
        assert set(User.objects.filter(email__endswith="@hollinshire.example").values_list("email", flat=True)) == {
            "auditor@hollinshire.example"
        }
        assert User.objects.filter(email="head@fenshire.example").exists()

    def test_what_is_sealed_is_held_again_afterwards(self, demo):
        county, other = demo
        close(county)
        call_command("purge_demo", "hollinshire")
        with other.inside():
            _sealed_agreement(other)
        owner = connections.create_connection("owner")
        try:
            with owner.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'")
                assert cursor.fetchone() == (0,)
                with pytest.raises(Exception, match="is sealed"):
                    cursor.execute("DELETE FROM schools_agreementversion WHERE sealed_at IS NOT NULL")
        finally:
            owner.close()

    def test_its_papers_go_and_others_stay(self, demo, settings, tmp_path):
        county, other = demo
        settings.MEDIA_ROOT = tmp_path
        for authority in (county.authority, other.authority):
            default_storage.save(f"{authority.pk}/run/paper.pdf", ContentFile(b"paper"))
        close(county)
        call_command("purge_demo", "hollinshire")
        assert not default_storage.exists(str(county.authority.pk))
        assert default_storage.exists(f"{other.authority.pk}/run/paper.pdf")

    def test_a_county_that_is_no_demo_is_refused_whatever_is_said(self, demo):
        _, other = demo
        before = rows_of(other.authority.pk)
        for options in ({}, {"yes": True}):
            with pytest.raises(CommandError, match="was not made as a demo"):
                call_command("purge_demo", "fenshire", **options)
        assert rows_of(other.authority.pk) == before

    def test_a_demo_that_is_still_open_wants_a_yes(self, demo):
        county, _ = demo
        with pytest.raises(CommandError, match="still open"):
            call_command("purge_demo", "hollinshire")
        with county.inside():
            assert Agreement.objects.exists()
        call_command("purge_demo", "hollinshire", yes=True)
        assert not Authority.objects.filter(slug="hollinshire").exists()

    def test_the_name_is_free_again(self, demo):
        county, _ = demo
        close(county)
        call_command("purge_demo", "hollinshire")
        again = add("hollinshire", "Hollinshire County Council")
        assert not again.is_demo
        with authority_scope(again.pk):
            assert not School.objects.exists()

    def test_a_name_that_is_not_there_is_said(self, demo):
        with pytest.raises(CommandError, match="There is no authority"):
            call_command("purge_demo", "nowhere")

    def test_without_the_owner_it_says_what_is_missing(self, demo, settings):
        databases = {name: value for name, value in settings.DATABASES.items() if name != "owner"}
        settings.DATABASES = databases
        with pytest.raises(CommandError, match="OWNER_DATABASE_URL"):
            call_command("purge_demo", "hollinshire")
