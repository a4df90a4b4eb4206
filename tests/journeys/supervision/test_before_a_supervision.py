"""From a young person written down on a phone to one sheet on the table (W5, M2): taps counted, every page looked at."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pikepdf
import pytest

from casework.actions import young_people
from supervision.actions.bringing import bring
from teams.models import Audience
from tests.factories.authorities import NOW, County
from tests.factories.visits import LAST, make_visit, promise
from tests.reports.stories import active, add_terms

pytestmark = pytest.mark.django_db(transaction=True)
TOMORROW = NOW.replace(hour=10, minute=0) + timedelta(days=1)


@pytest.fixture(autouse=True)
def tuesday(monkeypatch) -> None:
    """It is half past nine on Tuesday 8 September 2026, in the server too."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def county(fenshire) -> County:
    """One supervision seven weeks ago, with things said at it by all sides; the next one is tomorrow at ten."""
    fenshire.rows["agreement"] = active(fenshire)
    add_terms(fenshire)
    with fenshire.inside():
        last = make_visit(fenshire, LAST, held=True)
        fenshire.rows["visit"] = make_visit(fenshire, TOMORROW)
        said = {"visit": last, "at": LAST}
        promise(fenshire, "Find a quiet room for Thursdays", who="head", due=date(2026, 9, 3), **said)
        promise(fenshire, "Ring the school nurse about A.B.", due=date(2026, 9, 1), **said)
        promise(fenshire, "Talk about the course in spring", audience=Audience.TWO, due=date(2026, 9, 30), **said)
        late = promise(fenshire, "Bring the new forms", who="manager", due=date(2026, 9, 2), **said)
        late.put_off(until=date(2026, 9, 20), reason="Not printed", by=fenshire.as_("manager"), at=NOW)
    return fenshire


def add(county: County, initials: str, need: str):
    return young_people.start(
        initials=initials, school=county.oakfield, worker=county.people["worker"], need=need,
        starts_on=date(2026, 9, 1), by=county.as_("worker"), at=NOW,
    )  # fmt: skip


def test_the_worker_on_her_phone(county, visitor, aloud):
    phone = visitor(phone=True).sign_in(county, "worker").goto("/fenshire/young-people/")
    phone.follow("Add a young person")  # tap 1
    phone.fill("Initials", "a b").fill("What the work is about", "Coming in on Monday mornings")
    phone.press("Add")  # tap 2
    phone.reads("A.B. is in your list", "1 young person is with you.").check("young-people")
    with aloud():
        print("\nA young person written down: 2 taps of 3, 2 fields")
    phone.goto("/fenshire/young-people/new/").press("Add").reads("There is a problem").check("young-person-refused")
    phone.goto("/fenshire/home/").reads("What I said I’d do", "Next supervision").check("today-before-supervision")
    phone.follow("Say what you bring")  # tap 1
    phone.page.get_by_label("A.B.").check()  # tap 2
    phone.press("Bring", exact=True)  # tap 3
    phone.reads("Mira Fenshire sees your list.").check("bring")
    with aloud():
        print("W5: 3 taps of 3, 0 fields")
    phone.goto("/fenshire/home/").follow("Ring the school nurse").reads("This is late").check("action")


def test_the_manager_gets_ready_and_one_sheet_lies_on_the_table(county, visitor, aloud):
    words = "The morning meeting at the gate, with somebody from the office beside the door so that nobody waits alone "
    with county.inside():
        young = [add(county, f"{letter}.B.", (words * 2)[:200]) for letter in "ACDEFGHIJKLMN"]
        bring(county.visit, young=young[3:6], text="The new rules about trips", by=county.as_("worker"), at=NOW)
        for number in range(12):
            promise(county, f"{number} {words * 3}"[:300], visit=county.visit.__class__.objects.order_by("pk")[0])
    manager = visitor().sign_in(county, "manager").goto("/fenshire/home/")
    manager.reads("Today and tomorrow").check("week-before-supervision")
    manager.page.get_by_role("link", name="Get ready").first.click()  # tap 1
    manager.reads("new since 21 July 2026", "Wanda Fenshire brings it", "Take with me").check("get-ready")
    with aloud():
        print("M2: 1 tap of 2 to the page, 0 fields")
    manager.follow("Print for the table").reads("Print this page from your browser").check("for-the-table")
    paper = manager.page.pdf(format="A4", print_background=False)
    if manager.pictures:
        (manager.pictures / "for-the-table.pdf").write_bytes(paper)
    with pikepdf.open(io.BytesIO(paper)) as made:
        assert len(made.pages) == 1, "one sheet, however much there is"


def test_the_head_reads_it_on_the_schools_page(county, visitor):
    with county.inside():
        add(county, "A.B.", "Coming in on Monday mornings")
    head = visitor(phone=True).sign_in(county, "head").goto("/fenshire/home/")
    head.reads("What we said we’d do", "Find a quiet room for Thursdays", "A.B.").check("head-before-supervision")
    assert "Talk about the course" not in head.page.content()
