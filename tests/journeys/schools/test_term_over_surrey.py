"""A term of 55 agreements over Surrey's real open schools, drawn by a real Celery worker with its pool of processes."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage

from reports.actions import runs
from reports.models import Document, DocumentItem, DocumentRun
from reports.tasks import draw_run
from schools.actions import agreements
from schools.actions.imports import import_file
from schools.actions.wording import start_wording
from schools.models import Agreement, Placement, School, SchoolContact, Share
from teams.models import Employment, Person, Post, PostTerms
from tests.factories.agreements import FIVE_DAYS, fresh
from tests.factories.authorities import NOW, YEAR_STARTS, County, make_county
from tests.reports.conftest import _without_owner, broker, test_database_url  # noqa: F401  (a fixture)
from tests.reports.stories import add_terms

DATA = Path(django_settings.BASE_DIR).parent / "shared" / "data"
SURREY = "936"
AGREEMENTS = 55

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy, pytest.mark.alone, pytest.mark.realdata]


def place(county: County, school: School, number: int) -> Agreement:
    """One worker in one real school, signed by three. The head is made up: no real person is named."""
    worker = Person.objects.create(name=f"Worker {number}", email=f"worker{number}@surrey.example")
    head = Person.objects.create(name=f"Head {number}", email=f"head{number}@surrey.example", job="Headteacher")
    SchoolContact.objects.create(school=school, person=head, kind="head", starts_on=date(2020, 9, 1), confirmed_at=NOW)
    post = Post.objects.create(
        name=f"Post {number}", profession=county.post.profession, team=county.team, starts_on=date(2024, 9, 1)
    )
    PostTerms.objects.create(
        post=post,
        starts_on=date(2024, 9, 1),
        grade="L6",
        point=14,
        hours_per_week=Decimal("37.00"),
        term_time_only=True,
    )
    Employment.objects.create(post=post, person=worker, starts_on=date(2024, 9, 1))
    Share.objects.bulk_create(
        [
            Share(post=post, fund=county.fund, percent=Decimal("59.00"), starts_on=date(2024, 9, 1)),
            Share(post=post, school=school, percent=Decimal("41.00"), starts_on=date(2024, 9, 1)),
        ]
    )
    placement = agreements.plan(
        Placement(
            post=post, school=school, manager=county.people["manager"], timetable=FIVE_DAYS[: 1 + number % 5],
            hours_per_week=Decimal("7.00") * (1 + number % 5), starts_on=YEAR_STARTS,
        ),
        by=county.as_("manager"), at=NOW,
    )  # fmt: skip
    drawn = agreements.draw_up(placement, school_year=2026, own_lines={}, by=county.as_("manager"), at=NOW)
    agreements.offer(fresh(drawn), authority=county.authority, by=county.as_("manager"), at=NOW)
    for party, person, parts in (
        ("school", head, ["way", "cost"]),
        ("worker", worker, ["way"]),
        ("council", county.people["manager"], ["way", "cost"]),
    ):
        agreements.sign(fresh(drawn), party=party, parts=parts, person=person, how="account", by=county.clock, at=NOW)
    return drawn


@pytest.mark.usefixtures("broker")
def test_a_term_of_55_agreements_over_surreys_schools(transactional_db, settings, tmp_path, aloud):
    if not DATA.exists():
        pytest.skip(f"NOT RUN: the government's files are not in {DATA}.")
    settings.MEDIA_ROOT = tmp_path / "documents"
    county = make_county("surrey")
    loaded = import_file(
        DATA / "gias" / "gias_hampshire_surrey_20220420.csv",
        authority=county.authority, la=SURREY, by=county.clock, at=NOW,
    )  # fmt: skip
    assert loaded.rows == 576
    with county.inside():
        start_wording(from_day=YEAR_STARTS, by=county.clock, at=NOW)
        term = add_terms(county, 2026)[0]
        there = School.objects.filter(
            la_code=SURREY, status__in=School.OPEN, easting__isnull=False, phase__in=["Primary", "All-through"]
        )
        assert there.count() == 301
        assert there.filter(status=School.Status.CLOSING).count() == 2
        chosen = [*there.filter(status=School.Status.CLOSING), *there.filter(status=School.Status.OPEN).order_by("urn")]
        for number, school in enumerate(chosen[:AGREEMENTS]):
            place(county, school, number)
        run, items = runs.run_term(term, authority=county.authority, by=county.as_("senior"), at=NOW)
        assert len(items) == AGREEMENTS
        run_id = run.pk

    environment = _without_owner() | {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "DATABASE_URL": test_database_url(),
        "ALONGSIDE_DOCUMENTS": str(settings.MEDIA_ROOT),
    }
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "warning"]
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        worker = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        draw_run.delay(county.authority.pk, run_id)
        started = time.monotonic()
        while True:
            with county.inside():
                counts = runs.progress(DocumentRun.objects.get(pk=run_id))
            if counts["done"] + counts["failed"] == AGREEMENTS:
                break
            assert time.monotonic() - started < 300, f"{counts}\n{log.read_text()[-3000:]}"
            time.sleep(0.2)
        seconds = time.monotonic() - started
    finally:
        worker.terminate()
        worker.wait(30)

    with county.inside():
        assert counts["failed"] == 0
        papers = list(Document.objects.all())
        assert len(papers) == 3 * AGREEMENTS
        assert {paper.superseded_at for paper in papers} == {None}
        assert DocumentItem.objects.filter(state="done").count() == AGREEMENTS
        assert DocumentRun.objects.get().status == "done"
        first = Document.objects.filter(copy="school").order_by("pk").first()
        again, waiting = runs.run_term(term, authority=county.authority, by=county.as_("senior"), at=NOW)
        assert (again.pk, waiting) == (run_id, []), "the same term again prints nothing twice"
    with default_storage.open(first.file) as file:
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(file.read()))
    assert "School copy" in text
    with aloud():
        print(f"\nterm over Surrey: {3 * AGREEMENTS} papers by 2 processes in {seconds:.1f} s, worker start included")
