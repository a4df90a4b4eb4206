"""The two made-up counties: in the real formats, in every state, the same twice, and never mixed up."""

from __future__ import annotations

import csv
import io
import time
from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from reports.models import FigureQuestion
from schools.demo import files, names
from schools.demo.counties import COUNTIES, HOLLINSHIRE, LARKFORD
from schools.demo.loading import PASS_PHRASE, files_to_try, load_county
from schools.files import parse
from schools.models import (
    Agreement,
    Figures,
    FundingStream,
    Placement,
    School,
    SchoolContact,
    SchoolLink,
    Share,
    WhatIf,
)
from schools.models.agreements import Party
from teams.foundation.audit import AuditEvent
from teams.foundation.mail import Notice
from teams.foundation.spreadsheets import text_of
from teams.foundation.tenancy import authority_scope
from teams.models import Authority, Employment, Membership, PayRate, Person, Post, Team, Term, User
from teams.rules.people_file import checked, read
from tests.factories.authorities import LONDON

NOW = datetime(2026, 11, 17, 9, 30, tzinfo=LONDON)
DATA = settings.BASE_DIR.parent / "shared" / "data"


def made(county, school_year=2026):
    random = Random(county.seed)
    return files.make_schools(county, random, school_year=school_year), random


class TestFiles:
    def test_the_same_seed_and_year_give_the_same_bytes(self):
        assert files_to_try(HOLLINSHIRE, now=NOW) == files_to_try(HOLLINSHIRE, now=NOW)

    def test_hollinshire_has_sixty_open_schools_and_some_that_closed(self):
        schools, _ = made(HOLLINSHIRE)
        assert sum(school.is_open for school in schools) == 60
        assert Counter(school.status[1] for school in schools)["Closed"] == 4
        assert {school.quadrant for school in schools} == {"East 1", "East 2", "West 1", "West 2"}

    def test_the_counties_share_urns_and_names(self):
        ours, theirs = (made(county)[0] for county in COUNTIES)
        assert {school.urn for school in ours} & {school.urn for school in theirs} == {school.urn for school in theirs}
        assert {school.name for school in ours} & {school.name for school in theirs}
        assert min(school.urn for school in ours) == 990_001

    @pytest.mark.parametrize("county", COUNTIES, ids=lambda county: county.slug)
    def test_the_importers_know_every_file_and_can_read_every_row(self, county):
        known = {}
        for name, data in files_to_try(county, now=NOW).items():
            if "people" in name or "contacts" in name:
                continue
            reading = parse(io.BytesIO(data), la=county.la_code)
            rows = Counter(type(row).__name__ for row in reading)
            known[reading.kind.code] = rows
            assert rows["Unreadable"] == 0
        assert set(known) == {"gias_full", "gias_links", "census", "absence"}

    def test_marks_stay_marks(self):
        data = files_to_try(HOLLINSHIRE, now=NOW)
        absence = next(text for name, text in data.items() if "_abs_" in name).decode("utf-8-sig")
        census = next(text for name, text in data.items() if "_census_" in name).decode("utf-8-sig")
        assert "SUPP" in absence
        assert ",NA," in census
        assert absence.splitlines()[-1].startswith("NAT,")

    def test_the_register_is_written_as_the_real_one_is(self):
        schools, _ = made(HOLLINSHIRE)
        text = files.register(HOLLINSHIRE, schools, school_year=2026).decode("cp1252")
        headings = next(csv.reader(io.StringIO(text)))
        columns = DATA / "gias" / "GIAS_COLUMNS_CURRENT_140.txt"
        if columns.exists():
            real = {line.split("\t", 1)[-1].strip() for line in columns.read_text().splitlines()}
            assert set(headings) <= real
        assert '"Zoë"' in text

    def test_the_list_of_people_has_nothing_odd_in_it(self):
        file = checked(read(text_of(files_to_try(HOLLINSHIRE, now=NOW)["hollinshire_people.csv"])))
        assert file.odd == []
        assert file.unreadable == []

    @pytest.mark.realdata
    def test_no_made_up_name_is_a_real_schools_or_towns(self):
        england = DATA / "derived" / "england_schools_2019_joined.csv"
        south = DATA / "gias" / "gias_hampshire_surrey_20220420.csv"
        if not (england.exists() and south.exists()):
            pytest.skip("The government's files are not beside the checkout (shared/data).")
        with england.open(encoding="utf-8-sig", newline="") as file:
            real = {word.lower() for row in csv.DictReader(file) for word in row["SCHNAME"].split()}
        with south.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                real |= {word.lower() for word in f"{row['EstablishmentName']} {row['Town']} {row['Locality']}".split()}
        assert not {word.lower() for word in (*names.SCHOOLS, *names.TOWNS)} & real


@pytest.fixture(scope="class")
def demo(django_db_setup, django_db_blocker):
    """Both counties, loaded at a fixed moment, once for a class of tests that only look."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield {county.slug: load_county(county, now=NOW, password="x") for county in COUNTIES}
        transaction.set_rollback(True)


def inside(slug):
    return authority_scope(Authority.objects.get(slug=slug).pk)


def rows_of_everything():
    """How many rows each table of the open authority has."""
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if any(field.name == "authority" for field in model._meta.fields)
    }


class TestLoading:
    def test_every_state_of_an_agreement_is_there(self, demo):
        with inside("hollinshire"):
            agreements = list(Agreement.objects.for_page().prefetch_related("questions"))
            words = Counter(agreement.status_in_words for agreement in agreements)
            assert words["Active"] >= 9
            for state in ("Not finished", "Sent to sign", "Not agreed", "Ended", "Active; a change is sent to sign"):
                assert words[state] >= 1, state
            signed_by = {
                len(set(Party.values) - set(agreement.waits_for()))
                for agreement in agreements
                if agreement.status == Agreement.Status.OFFERED and agreement.in_force_id is None
            }
            assert signed_by == {0, 1, 2}
            questions = [question for agreement in agreements for question in agreement.questions.all()]
            assert [question.answered_at for question in questions] == [None]
            (declined,) = [agreement for agreement in agreements if agreement.status == Agreement.Status.DECLINED]
            assert declined.declined_because
            assert {agreement.school_year for agreement in agreements if agreement.is_active} == {2026}

    def test_it_has_the_shape_that_stories_need(self, demo):
        with inside("hollinshire"):
            today = NOW.date()
            assert School.objects.open_on(today).count() == 60
            filled = Post.objects.filter(pk__in=Employment.objects.exclude(ends_on__lt=today).values("post"))
            assert dict(Counter(filled.values_list("profession__code", flat=True))) == {
                "attendance-officer": 12,
                "pupil-support": 8,
                "family-worker": 4,
            }
            assert Post.objects.exclude(pk__in=filled).count() == 1
            assert Team.objects.count() == 4
            assert set(Term.objects.values_list("school_year", flat=True)) == {2025, 2026, 2027}
            roles = Counter(Membership.objects.on(today).values_list("role", flat=True))
            assert roles["team_manager"] == 4
            assert roles["senior_practitioner"] == 2
            for role in ("senior_manager", "finance_reader", "administrator", "auditor"):
                assert roles[role] == 1
            family_schools = Placement.objects.filter(post__profession__code="family-worker")
            assert set(family_schools.values_list("school__phase", flat=True)) == {"Primary"}
            shared = Share.objects.on(today).filter(post__name="Pupil support worker 1, East 2 team")
            assert sorted(map(int, shared.values_list("percent", flat=True))) == [30, 30, 40]
            in_one_school = Counter(Placement.objects.not_ended().values_list("school__name", flat=True))
            assert 2 in in_one_school.values()
            assert [each.changes.exists() for each in WhatIf.objects.all()] == [True, True]
            assert FigureQuestion.objects.get().asked_of.memberships.filter(role="team_manager").exists()
            ending = FundingStream.objects.exclude(ends_on=None).get().ends_on
            assert today < ending <= today + timedelta(days=366)
            salaries = PayRate.objects.filter(grade="L6", point=14).order_by("starts_on")
            assert len({rate.salary for rate in salaries}) == salaries.count() > 2

    def test_figures_links_and_contacts_come_from_the_files(self, demo):
        with inside("hollinshire"):
            assert set(Figures.objects.values_list("source", flat=True)) >= {"gias", "census", "absence"}
            assert Figures.objects.filter(marks__has_key="persistent_absence_percent").exists()
            assert SchoolLink.objects.exists()
            assert School.objects.filter(status="closing").count() == 2
            assert not School.objects.filter(area=None).exists()
            contacts = SchoolContact.objects.heads()
            assert contacts.count() == 60
            assert contacts.filter(confirmed_at=None).count() > contacts.filter(bounced_at__isnull=False).count() == 1

    def test_only_a_few_mails_wait(self, demo):
        waiting = {}
        for slug in demo:
            with inside(slug):
                waiting[slug] = Notice.objects.filter(state=Notice.State.WAITING).count()
        assert waiting == {"hollinshire": 4, "larkford": 1}

    def test_twice_changes_nothing(self, demo):
        before = {}
        for slug in demo:
            with inside(slug):
                before[slug] = rows_of_everything()
        users = User.objects.count()
        assert [load_county(county, now=NOW + timedelta(days=40), password="x") for county in COUNTIES] == [None, None]
        for slug in demo:
            with inside(slug):
                assert rows_of_everything() == before[slug]
        assert User.objects.count() == users

    def test_both_counties_have_the_same_names_and_neither_sees_the_other(self, demo):
        names_in, urns, people = {}, {}, {}
        for slug in demo:
            with inside(slug):
                names_in[slug] = set(School.objects.values_list("name", flat=True))
                urns[slug] = set(School.objects.values_list("urn", flat=True))
                people[slug] = set(Person.objects.values_list("name", flat=True))
                assert set(School.objects.values_list("la_code", flat=True)) == {
                    HOLLINSHIRE.la_code if slug == "hollinshire" else LARKFORD.la_code
                }
                assert not Person.objects.exclude(email__endswith=f"{slug}.example").exists()
        assert len(urns["hollinshire"] & urns["larkford"]) == len(urns["larkford"])
        assert len(names_in["hollinshire"] & names_in["larkford"]) >= 12
        assert len(people["hollinshire"] & people["larkford"]) >= 30

    def test_every_verb_left_its_event(self, demo):
        with inside("hollinshire"):
            verbs = Counter(AuditEvent.objects.values_list("verb", flat=True))
            assert verbs["people.load"] == 1
            assert verbs["agreement.sign"] >= 3 * 9
            assert verbs["post.share_out"] >= 25
            assert not AuditEvent.objects.filter(denied=True).exists()


@pytest.mark.heavy
@pytest.mark.django_db
class TestOnAnyDay:
    @pytest.mark.parametrize(
        "now",
        [
            datetime(2026, 9, 1, 8, 0, tzinfo=LONDON),
            datetime(2027, 3, 31, 12, 0, tzinfo=LONDON),
            datetime(2027, 8, 31, 20, 0, tzinfo=LONDON),
        ],
        ids=lambda now: f"{now:%d-%b}",
    )
    def test_it_can_be_loaded_on_any_day_of_the_year(self, now):
        assert load_county(HOLLINSHIRE, now=now, password="x") is not None


@pytest.mark.django_db
class TestCommand:
    def test_it_says_who_can_sign_in_and_a_second_time_it_changes_nothing(self, settings, tmp_path, capsys):
        settings.DATA = tmp_path
        call_command("load_demo")
        written = (tmp_path / "demo-sign-ins.txt").read_text()
        assert written in capsys.readouterr().out
        roles = [line.split("  ")[0] for line in written.splitlines()]
        assert roles == [
            "Role", "Administrator", "Senior manager", "Team manager", "Worker", "Finance", "Auditor", "Headteacher",
            "In-school lead", "Team manager",
        ]  # fmt: skip
        administrator = written.splitlines()[1].split()[1]
        answer = Client().post("/accounts/login/", {"login": administrator, "password": PASS_PHRASE})
        assert answer.status_code == 302

        call_command("load_demo")
        assert capsys.readouterr().out.count("was there already, nothing is changed") == 2
        assert (tmp_path / "demo-sign-ins.txt").read_text() == written

    @pytest.mark.heavy
    @pytest.mark.alone
    def test_it_is_there_before_anybody_gives_up(self, settings, tmp_path):
        settings.DATA = tmp_path
        before = time.process_time()
        call_command("load_demo")
        assert time.process_time() - before < 25

    def test_away_from_a_machine_of_ones_own_the_public_pass_phrase_opens_nothing(
        self, settings, tmp_path, capsys, monkeypatch
    ):
        """With the small county alone: the large one takes five times as long and has the same pass phrase."""
        monkeypatch.setattr("schools.management.commands.load_demo.COUNTIES", [LARKFORD])
        settings.DATA, settings.LOCAL = tmp_path, False
        call_command("load_demo")
        administrator, shown = capsys.readouterr().out.partition("Administrator ")[2].split()[:2]
        assert not list(tmp_path.iterdir()), "a pass phrase is shown once and kept nowhere"
        for password, status in ((PASS_PHRASE, 200), (shown, 302)):
            answer = Client().post("/accounts/login/", {"login": administrator, "password": password})
            assert answer.status_code == status

    def test_files_to_try_are_written_without_touching_a_row(self, tmp_path):
        call_command("load_demo", files=tmp_path)
        assert len(list(tmp_path.iterdir())) == 12
        assert not Authority.objects.exists()
