"""School contacts on screens: a pasted list, the lists of the unconfirmed and the bounced, one at a time."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from schools.demo import files as demo_files
from schools.models import School, SchoolContact
from teams.models import Person
from tests.factories.authorities import NOW, TODAY, contact

pytestmark = pytest.mark.django_db

PASTE, CHECK, LIST = "/fenshire/contacts/list/", "/fenshire/contacts/list/check/", "/fenshire/contacts/"


def text(response):
    main = response.content.decode().split("<main")[1].replace("<wbr>", "")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def save(client, **answers):
    page = client.get(CHECK)
    revision = re.search(r'name="revision" value="(\d+)"', page.content.decode())[1]
    return client.post(CHECK, {"revision": revision} | answers, follow=True)


@pytest.fixture
def manager(fenshire, client_for):
    return client_for(fenshire, "manager")


def test_from_a_pasted_list_to_confirmed_contacts(fenshire, manager):
    words = "\n".join(
        [
            "Name\tSchool\tE-mail\tRole",
            "Hetty Fenshire\tOakfield Primary School Fenshire\thead@fenshire.example\tHeadteacher",
            "Nora New\t900101\tnora@new.example\tHeadteacher",
            "Lina Lead\tOakfield\tlina@new.example\tSENCO",
            "Carl Care\t900100\tcarl@new.example\tCaretaker",
            "Nobody\t900100\tnot an address\tHeadteacher",
            "Lost Soul\tAtlantis College\tlost@new.example\tHeadteacher",
        ]
    )
    assert manager.post(PASTE, {"words": words}).url == CHECK
    looked = text(manager.get(CHECK))
    assert "Hetty Fenshire Headteacher head@fenshire.example Here already" in looked
    assert "Takes the place of Hugo Fenshire (confirmed)" in looked
    assert "Line 4, Lina Lead: which school? No school here is called “Oakfield”." in looked
    assert "Line 5, Carl Care: what is “Caretaker” to the school?" in looked
    assert "“not an address” is not an e-mail address." in looked
    assert "No school here is called “Atlantis College”." in looked
    with fenshire.inside():
        assert SchoolContact.objects.count() == 3
    done = save(manager, **{"school-4": "900100", "kind-5": ""})
    assert "2 contacts are saved, 1 was here already." in text(done)
    assert "3 lines wait below" in text(done)
    kept = text(manager.get(PASTE))
    assert "Carl Care" in kept
    assert "Atlantis College" in kept
    assert "Nora New" not in kept
    with fenshire.inside():
        assert not SchoolContact.objects.filter(person__name="Carl Care").exists()
        lina = SchoolContact.objects.get(person__name="Lina Lead")
        assert (lina.kind, lina.school, lina.is_confirmed) == ("lead", fenshire.oakfield, False)
        heads = SchoolContact.objects.heads().current(timezone.localdate())
        assert {each.person.name for each in heads} == {"Hetty Fenshire", "Nora New"}


def test_a_list_that_is_saved_is_not_saved_twice(fenshire, manager):
    manager.post(PASTE, {"words": "900100,Nora New,SENCO,nora@new.example"})
    first = save(manager)
    assert "1 contact is saved" in text(first)
    assert manager.get(CHECK).url == PASTE
    again = manager.post(CHECK, {"revision": "1"}, follow=True)
    assert "There is no list waiting to be saved" in text(again)


def test_a_list_that_changed_in_another_window_is_looked_at_again(fenshire, manager):
    manager.post(PASTE, {"words": "900100,Nora New,SENCO,nora@new.example"})
    manager.post(PASTE, {"words": "900100,Nora New,SENCO,nora@other.example"})
    answer = manager.post(CHECK, {"revision": "1"})
    assert answer.status_code == 422
    assert "The list was changed in another window" in text(answer)


def test_a_csv_file_is_as_good(fenshire, manager):
    file = SimpleUploadedFile(
        "contacts.csv", "URN,Name,Job,Email\n900100,Zoë New,SENCO,zoe@new.example\n".encode("cp1252")
    )
    assert manager.post(PASTE, {"file": file, "words": ""}).status_code == 302
    assert "Zoë New" in text(manager.get(CHECK))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Select a file, or paste the rows below"),
        ({"words": "School,Name,Job,Email"}, "There are headings and no lines under them"),
        ({"file": SimpleUploadedFile("c.xlsx", b"PK\x03\x04")}, "This is a workbook"),
    ],
)
def test_what_is_no_list_gets_one_sentence(fenshire, manager, typed, says):
    answer = manager.post(PASTE, {"words": ""} | typed)
    assert answer.status_code == 422
    assert says in text(answer)


def test_the_demo_countys_own_list_is_understood(fenshire, manager):
    """Its URNs and names are those of its register file, which is not loaded here: every line is kept."""
    assert demo_files.CONTACT_HEADINGS == ("URN", "School", "Name", "Job", "E-mail")
    manager.post(
        PASTE, {"words": ",".join(demo_files.CONTACT_HEADINGS) + "\n900100,Any,Ann Other,SENCO,ann@new.example"}
    )
    assert "1 line that is clear" in text(manager.get(CHECK))


def test_ticked_contacts_are_confirmed_together(fenshire, moorland, manager):
    with fenshire.inside():
        SchoolContact.objects.update(confirmed_at=None)
        ids = {str(each.public_id): each.person.name for each in SchoolContact.objects.select_related("person")}
        theirs = None
    with moorland.inside():
        SchoolContact.objects.update(confirmed_at=None)
        theirs = str(SchoolContact.objects.first().public_id)
    page = manager.get(LIST, {"state": "unconfirmed"})
    assert all(name in text(page) for name in ids.values())
    none = manager.post(f"{LIST}?state=unconfirmed", {})
    assert none.status_code == 422
    assert "Tick at least one" in text(none)
    both = [key for key, name in ids.items() if name.startswith("He") or name.startswith("Hu")]
    assert manager.post(f"{LIST}?state=unconfirmed", {"contacts": [*both, theirs]}).status_code == 422
    done = manager.post(f"{LIST}?state=unconfirmed", {"contacts": both}, follow=True)
    assert "2 contacts are confirmed." in text(done)
    assert "Lena Fenshire" in text(done)
    with moorland.inside():
        assert SchoolContact.objects.filter(confirmed_at=None).count() == 3


def test_mail_that_came_back_is_marked_listed_and_put_right(fenshire, manager):
    with fenshire.inside():
        head = SchoolContact.objects.heads().get(school=fenshire.oakfield)
    school = f"/fenshire/schools/{fenshire.oakfield.public_id}/"
    assert "Note that mail came back" in text(manager.get(school))
    done = manager.post(f"/fenshire/contacts/{head.public_id}/bounced/", follow=True)
    assert "Mail to Hetty Fenshire came back: change the address, or end the contact." in text(done)
    listed = text(manager.get(LIST, {"state": "bounced"}))
    assert "Hetty Fenshire" in listed
    assert "Lena Fenshire" not in listed
    change = f"/fenshire/contacts/{head.public_id}/change/"
    assert 'value="head@fenshire.example"' in manager.get(change).content.decode()
    said = {"name": "Hetty Fenshire", "job": "Headteacher", "email": "hetty@oakfield.example", "telephone": ""}
    assert "Confirm the new address when you have rung." in text(manager.post(change, said, follow=True))
    taken = manager.post(change, said | {"email": "worker@fenshire.example"})
    assert taken.status_code == 422
    assert "is the address of Wanda Fenshire" in text(taken)
    assert "hetty@oakfield.example is confirmed" not in text(taken)
    confirmed = manager.post(f"/fenshire/contacts/{head.public_id}/confirm/", follow=True)
    assert "Hetty Fenshire is confirmed." in text(confirmed)


def test_a_contact_is_added_and_ended_on_the_schools_page(fenshire, manager):
    add = f"/fenshire/schools/{fenshire.oakfield.public_id}/contacts/add/"
    said = {"kind": "head", "name": "Nora New", "job": "Headteacher", "email": "nora@new.example", "telephone": ""}
    assert manager.post(add, said | {"name": ""}).status_code == 422
    assert "Nora New: takes the place of Hetty Fenshire (confirmed)." in text(manager.post(add, said, follow=True))
    with fenshire.inside():
        new = SchoolContact.objects.get(person__name="Nora New")
        old = SchoolContact.objects.get(person__name="Hetty Fenshire")
    end = f"/fenshire/contacts/{new.public_id}/end/"
    assert "Does Nora New leave?" in text(manager.get(end))
    assert "speaks for Oakfield Primary School Fenshire no longer" in text(manager.post(end, follow=True))
    for gone in (new, old):
        for path in ("end/", "change/"):
            assert manager.get(f"/fenshire/contacts/{gone.public_id}/{path}").status_code == 404
    left = text(manager.get(f"/fenshire/schools/{fenshire.oakfield.public_id}/"))
    assert "Lena Fenshire" in left
    assert "Nora New" not in left


@pytest.mark.parametrize("who", ["worker", "finance", "auditor", "head", "lead"])
def test_others_come_in_nowhere(fenshire, moorland, client_for, who):
    with fenshire.inside():
        head = SchoolContact.objects.heads().get(school=fenshire.oakfield)
    client = client_for(fenshire, who)
    add = f"/fenshire/schools/{fenshire.oakfield.public_id}/contacts/add/"
    for path in (LIST, PASTE, CHECK, add, f"{LIST}{head.public_id}/change/", f"{LIST}{head.public_id}/end/"):
        assert client.get(path).status_code == 403
    for path in ("confirm/", "bounced/", "end/", "change/"):
        assert client.post(f"{LIST}{head.public_id}/{path}").status_code == 403
    stranger = client_for(moorland, "manager")
    assert stranger.post(f"/moorland/contacts/{head.public_id}/confirm/").status_code == 404
    html = client.get(f"/fenshire/schools/{fenshire.oakfield.public_id}/").content.decode()
    assert "Add a contact" not in html
    assert f"{head.public_id}" not in html


def test_the_lists_take_few_queries_at_any_size(fenshire, manager, queries):
    manager.post(PASTE, {"words": "900100,Nora New,SENCO,nora@new.example"})
    paths = [LIST, f"{LIST}?state=unconfirmed", f"{LIST}?words=he", CHECK, PASTE]
    with fenshire.inside():
        SchoolContact.objects.filter(person=fenshire.people["lead"]).update(confirmed_at=None)

    def counted():
        found = []
        for path in paths:
            with queries() as seen:
                assert manager.get(path).status_code == 200
            found.append(len(seen))
        return found

    few = counted()
    with fenshire.inside():
        schools = School.objects.bulk_create(School(urn=str(910000 + n), name=f"Hedge {n}") for n in range(120))
        people = Person.objects.bulk_create(Person(name=f"He {n}", email=f"he{n}@x.example") for n in range(120))
        SchoolContact.objects.bulk_create(
            SchoolContact(
                school=school, person=person, kind="head", starts_on=TODAY, confirmed_at=NOW if n % 2 else None
            )
            for n, (school, person) in enumerate(zip(schools, people, strict=True))
        )
    lines = "\n".join(f"{school.urn},New {n},SENCO,new{n}@x.example" for n, school in enumerate(schools))
    manager.post(PASTE, {"words": lines})
    many = counted()
    assert many == few
    assert max(many) <= 12


def test_a_person_who_is_council_and_chair_is_one_person(fenshire, manager):
    with fenshire.inside():
        contact(fenshire, fenshire.oakfield, "senior", SchoolContact.Kind.CHAIR)
    assert "Sena Fenshire" in text(manager.get(f"/fenshire/schools/{fenshire.oakfield.public_id}/"))
