"""Schools, files and contacts in a browser, at both widths, with axe, with and without scripts (journey A1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from schools import tasks
from schools.models import Agreement, Figures, FileImport, School, SchoolContact, SchoolLink
from teams.foundation.mail import Notice
from teams.models import Person
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import NOW, County, make_county
from tests.schools.imports.conftest import register_row, written

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "/fenshire/school-files/new/"


@pytest.fixture
def county(site) -> County:
    return make_county("fenshire")


@pytest.fixture
def full(county) -> County:
    """A school with a worker, a story, figures with marks, and contacts in each state."""
    with county.inside():
        make_agreement(county)
        oakfield = county.oakfield
        School.objects.filter(pk=oakfield.pk).update(
            trust="The Fenland and Marshes Learning Partnership Trust", low_age=3, high_age=11, street="12 Long Lane",
            head_in_register="Ms Hetty Fenshire, Headteacher", la_name="Fenshire",
        )  # fmt: skip
        School.objects.create(
            urn="800001", name="Old Oakfield Infant School", status="closed", closed_on=date(2019, 8, 31)
        )
        SchoolLink.objects.create(
            urn="800001", other_urn=oakfield.urn, kind="successor", words="Successor", since=date(2019, 9, 1)
        )
        for number in range(60):
            School.objects.create(
                urn=str(910000 + number), name=f"Willow School {number}", phase="Secondary", town="Marsham-on-the-Water"
            )
        Figures.objects.create(
            school=oakfield, source="absence", year=2018, absence_percent=Decimal("4.2"),
            marks={"persistent_absence_percent": "SUPP"},
            definitions={"persistent_absence_percent": "Pupils missing 10 % or more of their possible sessions"},
        )  # fmt: skip
        Figures.objects.create(
            school=oakfield, source="census", year=2018, number_on_roll=0, marks={"free_meals": "NA"}
        )
        SchoolContact.objects.filter(person=county.people["lead"]).update(confirmed_at=None)
        SchoolContact.objects.heads().get(school=county.beech).bounce(by=county.clock, at=county.authority.made_at)
    return county


@pytest.fixture
def file(tmp_path):
    def writing(rows, name="schools.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(written(rows).getvalue())
        return path

    return writing


def give(visitor, path: Path) -> None:
    visitor.goto(NEW)
    visitor.page.locator("input[type=file]").set_input_files(str(path))
    visitor.press("Read this file")


def read(county: County) -> None:
    with county.inside():
        received = FileImport.objects.latest("pk")
    tasks.read_import.run(county.authority.pk, received.pk)


ROWS = [register_row(900500 + number) for number in range(40)]
ROWS += [register_row(1), register_row(900600, **{"EstablishmentStatus (name)": "Closed"})]
FOUND = "41 schools of yours found, 1 closed, 1 line unreadable"
DONE = "42 rows: 40 new, 0 changed, 0 unchanged, 1 closed, 1 unreadable"


def test_a_file_is_chosen_read_looked_at_and_loaded(county, visitor, file):
    admin = visitor().sign_in(county, "admin")
    admin.goto("/fenshire/school-files/").reads("No file yet").check("files-empty")
    admin.goto(NEW).check("file-new")
    give(admin, file([{"Fruit": "apple"}], "fruit.csv"))
    admin.reads("There is a problem", "We do not know this file").check("file-refused")
    give(admin, file(ROWS))
    admin.reads("Reading schools.csv", "kilobytes read").check("file-reading")
    read(county)
    admin.reads(FOUND).check("file-checked")  # the page has followed by itself
    admin.press("Load them")
    admin.reads("is loaded", DONE).check("file-loaded")
    give(admin, file([ROWS[0] | {"EstablishmentName": "Renamed School"}, *ROWS[1:]]))
    read(county)
    admin.reads("What changes, one by one", "Renamed School").check("file-differences")
    admin.press("Do not load")
    admin.reads("was not loaded").check("files")


def test_a_file_is_loaded_without_scripts(county, visitor, file):
    admin = visitor(scripts=False).sign_in(county, "admin")
    give(admin, file([{"Fruit": "apple"}], "fruit.csv"))
    admin.reads("There is a problem", "We do not know this file")
    give(admin, file(ROWS))
    admin.reads("Reading schools.csv", "kilobytes read")
    read(county)
    admin.follow("Show how far it is now")
    admin.reads(FOUND).press("Load them")
    admin.reads("is loaded", DONE)


LONG_FILE = "edubasealldata_fenshire_county_council_20261122_final_corrected_version2.csv"
LONG_ADDRESS = "hetty.fenshire-extremely-longnamed.headteacher@oakfield-and-marshes-partnership.fenshire.example"


def test_long_file_names_and_addresses_break_on_a_phone(full, visitor, file):
    """A file waits and a mail came back: what the administrator's first page and the lists say of them fits."""
    with full.inside():
        Person.objects.filter(pk=full.people["head"].pk).update(email=LONG_ADDRESS)
        offered(Agreement.objects.get(), full)
        SchoolContact.objects.filter(person=full.people["head"]).update(bounced_at=NOW)
        Person.objects.filter(pk=full.people["lead"].pk).update(email=f"lead.{LONG_ADDRESS}")
    admin = visitor().sign_in(full, "admin")
    give(admin, file(ROWS, LONG_FILE))
    read(full)
    admin.reads(FOUND).check("long-file")
    admin.goto("/fenshire/school-files/").reads(LONG_FILE).check("long-files")
    admin.goto("/fenshire/home/").reads(LONG_FILE, "Mail to Hetty Fenshire came back").check("long-home")
    admin.goto("/fenshire/people/?at=schools").reads(LONG_ADDRESS).check("long-people")
    manager = visitor().sign_in(full, "manager")
    for state in ("", "unconfirmed", "bounced"):
        manager.goto(f"/fenshire/contacts/?state={state}").reads(LONG_ADDRESS).check(f"long-contacts-{state}")
    with full.inside():
        Notice.objects.update(state=Notice.State.SENT, sent_at=NOW, address=LONG_ADDRESS)
        agreement = Agreement.objects.get()
    manager.goto(f"/fenshire/agreements/{agreement.public_id}/").reads(LONG_ADDRESS).check("long-agreement")


def test_schools_empty_and_full(county, visitor):
    with county.inside():
        School.objects.update(status="closed")
    visitor().sign_in(county, "admin").goto("/fenshire/schools/").reads("No school yet").check("schools-empty")
    visitor().sign_in(county, "worker").goto("/fenshire/schools/").check("schools-empty-worker")
    bare = visitor().sign_in(county, "manager").goto(f"/fenshire/schools/{county.oakfield.public_id}/")
    bare.reads("This school is closed.", "No figure yet").check("school-bare")


def test_a_school_is_found_and_opened(full, visitor):
    manager = visitor().sign_in(full, "manager").goto("/fenshire/schools/")
    manager.reads("62 schools").check("schools")
    manager.fill("Name or URN", "oakfield").press("Show")
    manager.reads("1 school").check("schools-narrowed")
    manager.follow("Oakfield Primary School Fenshire")
    manager.reads("Wanda Fenshire", "Monday, Tuesday", "Not published (SUPP)", "became Oakfield").check("school")
    manager.press("Confirm Lena Fenshire").reads("Lena Fenshire is confirmed.")
    admin = (
        visitor().sign_in(full, "admin").goto(f"/fenshire/schools/{full.oakfield.public_id}/area/").check("school-area")
    )
    admin.press("Save").reads("is in East 1 Fenshire")
    head = visitor(phone=True).sign_in(full, "head").goto(f"/fenshire/schools/{full.oakfield.public_id}/")
    head.reads("Published figures").check("school-head")


def test_contacts_are_pasted_looked_at_and_confirmed(full, visitor):
    manager = visitor().sign_in(full, "manager").goto("/fenshire/contacts/list/").check("contacts-paste")
    manager.press("Look at the list").reads("Select a file, or paste the rows below").check("contacts-paste-refused")
    lines = [
        "Name\tSchool\tE-mail\tJob",
        "Nora New\tOakfield Primary School Fenshire\tnora@new.example\tHeadteacher",
        "Lina Lead\tOakfield\tlina@new.example\tSENCO",
        "Carl Care\t900100\tcarl@new.example\tCaretaker",
        "Nobody\t900100\tnot an address\tHeadteacher",
    ]
    manager.fill("Or paste the rows here", "\n".join(lines)).press("Look at the list")
    manager.reads("Are these the right schools?", "Takes the place of Hetty Fenshire (confirmed)").check(
        "contacts-check"
    )
    manager.page.get_by_label("Line 3, Lina Lead").select_option("900100")
    manager.press("Save these contacts").reads("2 contacts are saved", "2 lines wait below")
    assert "Carl Care" in manager.page.get_by_label("Or paste the rows here").input_value()
    manager.check("contacts-left")
    manager.goto("/fenshire/contacts/").reads("Mail came back (1)").check("contacts")
    manager.follow("Not confirmed (3)").reads("Whom have you checked?").check("contacts-unconfirmed")
    manager.press("Confirm the ticked ones").reads("Tick at least one").check("contacts-unconfirmed-refused")
    manager.page.get_by_label("Nora New").check()
    manager.press("Confirm the ticked ones").reads("1 contact is confirmed.")
    manager.goto("/fenshire/contacts/?state=bounced").reads("Hugo Fenshire").check("contacts-bounced")
    manager.follow("Change Hugo Fenshire").check("contact-change")
    manager.goto(f"/fenshire/schools/{full.beech.public_id}/contacts/add/").check("contact-add")
    manager.goto(f"/fenshire/schools/{full.beech.public_id}/").follow("End Hugo Fenshire").check("contact-end")
    manager.press("End now").reads("speaks for Beech Primary School Fenshire no longer").check("school-without-head")


def test_contacts_empty(county, visitor):
    with county.inside():
        SchoolContact.objects.all().delete()
    manager = (
        visitor().sign_in(county, "manager").goto("/fenshire/contacts/").reads("Nobody yet").check("contacts-empty")
    )
    manager.goto("/fenshire/contacts/?state=unconfirmed").reads("Nobody waits to be confirmed.").check(
        "contacts-none-wait"
    )
