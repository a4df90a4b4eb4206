"""`kill -9` in the middle: of the reading, and of the loading. Nothing is half, and the work can be finished."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from schools import tasks
from schools.actions import imports
from schools.models import FileImport, School, StagedRow
from tests.factories.authorities import make_county
from tests.schools.imports.conftest import CHECKOUT, of_a_child, register_row, written

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 500
FIRST_LOAD = f"{ROWS} rows: {ROWS} new, 0 changed, 0 unchanged, 0 closed, 0 unreadable"

DIES_READING = """
import time
from schools.actions.imports import staging
staging.CHUNK, copied, copy = 100, [], staging.copy
def dying(file_import, chunk):
    copy(file_import, chunk)
    copied.append(chunk)
    if len(copied) == 3:
        print("in the middle", flush=True)
        time.sleep(120)
staging.copy = dying
"""
DIES_LOADING = """
import time
from django.db import connection
from schools.actions.imports import comparing, statements
def dying(comparison):
    with connection.cursor() as cursor:
        cursor.execute(statements.write_schools(), [comparison.kind.code])
    print("in the middle", flush=True)
    time.sleep(120)
comparing.Comparison.load = dying
"""


def kill_in_the_middle(how: str, work: str) -> None:
    """Run `work` in a process of its own that stops where `how` says, and kill it there."""
    script = f"import django; django.setup()\n{how}\n{work}"
    child = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=CHECKOUT,
        env=of_a_child(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert "in the middle" in iter(child.stdout.readline, "in the middle\n") or child.poll() is None
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()


@pytest.fixture
def county(transactional_db):
    return make_county("fenshire")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "schools.csv"
    path.write_bytes(written([register_row(900500 + number) for number in range(ROWS)]).getvalue())
    return path


def command(file) -> str:
    call = f"call_command('import_schools', {str(file)!r}, authority='fenshire')"
    return f"from django.core.management import call_command; {call}"


def test_a_reader_that_was_killed_is_replaced_and_staging_starts_clean(county, file):
    with county.inside():
        upload = ContentFile(file.read_bytes(), name="schools.csv")
        received = imports.receive_upload(upload, la=None, year=None, by=county.as_("admin"), at=timezone.now())
    work = f"from schools.tasks import read_import; read_import.run({county.authority.pk}, {received.pk})"
    kill_in_the_middle(DIES_READING, work)
    with county.inside():
        half = FileImport.objects.get()
        assert half.status == FileImport.Status.READING
        assert half.bytes_read > 0
        assert StagedRow.objects.count() == 200, "two chunks were committed, the third was not"
        assert not School.objects.exclude(source="").exists()
        assert tasks.sweep_imports(county.authority.pk) == 0, "its lease still runs"
        FileImport.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert tasks.sweep_imports(county.authority.pk) == 1
    tasks.read_import.run(county.authority.pk, received.pk)
    with county.inside():
        checked = FileImport.objects.get()
        assert (checked.status, checked.sentence, checked.attempts) == (FileImport.Status.CHECKED, FIRST_LOAD, 2)
        assert StagedRow.objects.count() == ROWS
        imports.load(checked, by=county.as_("admin"), at=timezone.now())
    assert not default_storage.exists(received.stored_as)


def test_a_command_that_was_killed_while_it_read_is_put_away_by_the_next(county, file):
    kill_in_the_middle(DIES_READING, command(file))
    with county.inside():
        assert not School.objects.exclude(source="").exists()
        FileImport.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    done = imports.import_file(file, authority=county.authority, by=county.clock, at=timezone.now())
    assert done.sentence == FIRST_LOAD
    with county.inside():
        assert sorted(FileImport.objects.values_list("status", flat=True)) == ["applied", "dropped"]
        assert not StagedRow.objects.exists()


def test_killed_while_it_loads_nothing_is_half_and_it_can_be_loaded_again(county, file):
    kill_in_the_middle(DIES_LOADING, command(file))
    with county.inside():
        assert FileImport.objects.get().status == FileImport.Status.READING
        assert School.objects.count() == 2
    done = imports.import_file(file, authority=county.authority, by=county.clock, at=timezone.now())
    assert done.sentence == FIRST_LOAD
    with county.inside():
        assert School.objects.count() == ROWS + 2


def test_killed_at_the_press_nothing_is_half_and_it_can_be_pressed_again(county, file):
    with county.inside():
        upload = ContentFile(file.read_bytes(), name="schools.csv")
        received = imports.receive_upload(upload, la=None, year=None, by=county.as_("admin"), at=timezone.now())
    tasks.read_import.run(county.authority.pk, received.pk)
    press = f"""
from django.utils import timezone
from schools.actions import imports
from schools.models import FileImport
from teams.foundation.access import system
from teams.foundation.tenancy import authority_scope
with authority_scope({county.authority.pk}):
    by = system("tests", today=timezone.localdate())
    imports.load(FileImport.objects.get(pk={received.pk}), by=by, at=timezone.now())
"""
    kill_in_the_middle(DIES_LOADING, press)
    with county.inside():
        checked = FileImport.objects.get()
        assert checked.status == FileImport.Status.CHECKED
        assert School.objects.count() == 2
        imports.load(checked, by=county.as_("admin"), at=timezone.now())
        assert checked.sentence == FIRST_LOAD
        assert School.objects.count() == ROWS + 2
