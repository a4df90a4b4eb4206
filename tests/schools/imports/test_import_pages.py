"""Loading a file on screens (journey A1, step 2): choose, wait, look, load."""

from __future__ import annotations

import re

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from schools import tasks
from schools.models import FileImport, School
from teams.models import AuditEvent
from tests.schools.imports.conftest import joined_row, register_row, written

pytestmark = pytest.mark.django_db

NEW = "/fenshire/school-files/new/"


@pytest.fixture(autouse=True)
def _store_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def admin(fenshire, client_for):
    return client_for(fenshire, "admin")


def give(client, given, *, name="schools.csv", **typed):
    content = written(given).getvalue() if isinstance(given, list) else given
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post(NEW, {"file": file, "rows": "own", "la_code": "", "figures_of": ""} | typed)


def read(county):
    """What the worker does when the nudge arrives."""
    with county.inside():
        received = FileImport.objects.latest("pk")
    tasks.read_import.run(county.authority.pk, received.pk)
    return f"/fenshire/school-files/{received.public_id}/"


def text(response):
    main = response.content.decode().split("<main")[1].replace("<wbr>", "")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_from_the_file_to_the_schools(fenshire, admin):
    first = admin.get(NEW)
    assert "Only rows of Fenshire County Council (999)" in text(first)
    assert "the absence file of the performance tables" in first.content.decode().lower()
    rows = [register_row(900500), register_row(900501, **{"EstablishmentStatus (name)": "Closed"}), register_row(7)]
    rows.append(register_row(900502, **{"LA (code)": "998"}))
    answer = give(admin, rows)
    assert answer.status_code == 302
    waiting = admin.get(answer.url)
    assert "0 of" in text(waiting)
    assert 'data-progress="running"' in waiting.content.decode()
    address = read(fenshire)
    assert address == answer.url
    looked = admin.get(address)
    assert "2 schools of yours found, 1 closed, 1 line unreadable" in text(looked)
    assert "URN is &quot;7&quot;" in looked.content.decode() or "URN is &#34;7&#34;" in looked.content.decode()
    assert "Not counted: 1 row of another authority." in text(looked)
    assert 'data-progress="finished"' in looked.content.decode()
    with fenshire.inside():
        assert not School.objects.filter(urn="900500").exists()
        stored = FileImport.objects.get().stored_as
        assert default_storage.exists(stored)
    done = admin.post(f"{address}load/", follow=True)
    assert "schools.csv is loaded. 3 rows: 1 new, 0 changed, 0 unchanged, 1 closed, 1 unreadable." in text(done)
    with fenshire.inside():
        assert School.objects.get(urn="900500").name == "Made-up School 900500"
        assert FileImport.objects.get().received_by == fenshire.people["admin"]
    assert "schools.csv" in text(admin.get("/fenshire/school-files/"))
    twice = admin.post(f"{address}load/", follow=True)
    assert "loaded already" in text(twice)


def test_the_stored_file_goes_when_it_is_loaded(fenshire, admin, django_capture_on_commit_callbacks):
    give(admin, [register_row(900500)])
    address = read(fenshire)
    with fenshire.inside():
        stored = FileImport.objects.get().stored_as
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(f"{address}load/")
    assert not default_storage.exists(stored)


def test_what_is_different_is_shown_before_it_is_loaded(fenshire, admin):
    give(admin, [register_row(900500)])
    admin.post(f"{read(fenshire)}load/")
    give(admin, [register_row(900500, EstablishmentName="Renamed School")])
    address = read(fenshire)
    looked = text(admin.get(address))
    assert "Made-up School 900500 Name Made-up School 900500 Renamed School" in looked
    dropped = admin.post(f"{address}drop/", follow=True)
    assert "was not loaded. Nothing has changed." in text(dropped)
    with fenshire.inside():
        assert School.objects.get(urn="900500").name == "Made-up School 900500"


def test_the_same_file_again_has_nothing_to_load(fenshire, admin):
    give(admin, [register_row(900500)])
    admin.post(f"{read(fenshire)}load/")
    give(admin, [register_row(900500)])
    looked = admin.get(read(fenshire))
    assert "Everything in this file is here already" in text(looked)
    assert "Load them" not in text(looked)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"Fruit,Colour\napple,red\n", "We do not know this file"),
        (b"PK\x03\x04[Content_Types].xml", "This is an Excel workbook. Save it as CSV and try again."),
        (b"%PDF-1.7", "This is a PDF."),
        (b"\n\n", "This file is empty."),
    ],
)
def test_a_file_that_is_no_such_file_gets_one_sentence_beside_the_box(fenshire, admin, content, says):
    answer = give(admin, content, rows="other", la_code="919", figures_of="2020")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count(says) == 2, "in the summary and beside the box"
    assert 'id="id_file-error"' in html
    assert 'value="919"' in html
    assert re.search(r'<option value="2020" selected', html)
    with fenshire.inside():
        assert not FileImport.objects.exists()
        tried = AuditEvent.objects.get(verb="upload")
        assert (tried.denied, tried.reason) == (True, "not taken: /school-files/new/")


def test_what_is_missing_is_asked_for(fenshire, admin):
    nothing = admin.post(NEW, {"rows": "own"})
    assert nothing.status_code == 422
    assert "Select the file" in text(nothing)
    assert "Enter the code of the authority" in text(give(admin, [register_row(900500)], rows="other"))
    assert "is not the code of an authority" in text(give(admin, [register_row(900500)], rows="other", la_code="abc"))
    no_year = give(admin, [joined_row(900500)])
    assert no_year.status_code == 422
    assert 'id="id_figures_of-error"' in no_year.content.decode()
    assert give(admin, [joined_row(900500)], figures_of="2018").status_code == 302
    assert give(admin, [joined_row(900500)], name="england_2019.csv").status_code == 302


def test_a_file_that_has_gone_says_so(fenshire, admin):
    give(admin, [register_row(900500)])
    with fenshire.inside():
        default_storage.delete(FileImport.objects.get().stored_as)
    assert "The file is not there any more. Upload it again." in text(admin.get(read(fenshire)))


def test_a_file_that_kills_its_readers_is_given_up(fenshire, admin):
    give(admin, [register_row(900500)])
    with fenshire.inside():
        FileImport.objects.update(attempts=5)
    assert "It was tried 5 times" in text(admin.get(read(fenshire)))


@pytest.mark.parametrize("who", ["manager", "senior", "worker", "finance", "auditor", "head", "lead"])
def test_files_are_the_administrators_alone(fenshire, moorland, admin, client_for, who):
    give(admin, [register_row(900500)])
    address = read(fenshire)
    client = client_for(fenshire, who)
    for path in (NEW, "/fenshire/school-files/", address):
        assert client.get(path).status_code == 403
    for press in ("load/", "drop/"):
        assert client.post(f"{address}{press}").status_code == 403
    stranger = client_for(moorland, "admin")
    assert stranger.get(address).status_code == 404
    assert stranger.get(address.replace("fenshire", "moorland")).status_code == 404
    assert admin.get(f"{address}load/").status_code == 405


def test_lists_and_files_take_few_queries_at_any_size(fenshire, admin, queries):
    give(admin, [register_row(900500)])
    address = read(fenshire)
    for path, most in (("/fenshire/school-files/", 12), (address, 20)):
        admin.get(path)
        with queries() as few:
            admin.get(path)
        with fenshire.inside():
            one = FileImport.objects.latest("pk")
            FileImport.objects.bulk_create(
                FileImport(file_name=f"f{n}", kind=one.kind, received_at=one.received_at, status="dropped")
                for n in range(60)
            )
        with queries() as many:
            admin.get(path)
        assert len(many) == len(few) <= most, many
