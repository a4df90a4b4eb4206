"""The whole first job in a browser: from an empty authority to a printed page that says what was signed.

Administrator, manager, head on a phone, worker, senior manager; a real Celery worker reads the file, sends the mail and
draws the papers; the text of the PDF is read at the end.
"""

from __future__ import annotations

import csv
import io
import re
import time
from datetime import date

import pypdfium2
import pytest
from django.core import mail as outbox
from django.utils import timezone

from schools.actions.wording import start_wording
from schools.models import Agreement, School
from teams.actions.authorities import add_authority
from teams.foundation.access import system
from teams.foundation.tenancy import authority_scope
from teams.models import Authority, User
from teams.rules.calendar import school_year_label, school_year_of
from tests.factories.authorities import PASSWORD, County
from tests.journeys.conftest import Visitor
from tests.reports.conftest import broker, thread_worker, wait_until  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db(transaction=True)

GIAS = [
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)", "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge", "OpenDate",
    "CloseDate", "Street", "Town", "Postcode", "Easting", "Northing",
]  # fmt: skip
SCHOOLS = [
    ["990001", "998", "Marlshire", "2001", "Wickley Primary School", "Community school", "Open", "Primary", "4", "11",
     "01-09-1962", "", "Mill Lane", "Wickley", "MR1 1AA", "512000", "213000"],
    ["990002", "998", "Marlshire", "2002", "Harrow Green Junior School", "Academy converter", "Open", "Primary", "7", "11",
     "01-09-1970", "", "The Green", "Harrow Green", "MR2 2BB", "515000", "219000"],
    ["990003", "998", "Marlshire", "2003", "Old Ferry Infant School", "Community school", "Closed", "Primary", "4", "7",
     "01-09-1950", "31-08-2019", "Ferry Road", "Wickley", "MR1 3CC", "511000", "214000"],
]  # fmt: skip
PEOPLE = """Name,E-mail,Role,Job,Profession,Team,Manager's e-mail,Hours,Grade,Point,Starts,Term time only
Priya Stone,priya@marlshire.example,Senior manager,Head of service,,,,,,,,
Tom Reed,tom@marlshire.example,Team manager,Team manager,,North team,priya@marlshire.example,,,,,
Nell Avery,nell@marlshire.example,Worker,Pupil support worker,Pupil support worker,North team,tom@marlshire.example,37,L6,14,{start},No
"""


def gias_file() -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([GIAS, *SCHOOLS])
    return text.getvalue().encode("cp1252")


@pytest.fixture
def marlshire(site) -> County:
    """An authority as `manage.py add_authority` leaves it: an administrator and the first wording, nothing else."""
    now = timezone.now()
    clock = system("tests", today=timezone.localdate(now))
    authority, user = add_authority(
        "marlshire", "Marlshire County Council", administrator="ada@marlshire.example", by=clock, at=now
    )
    with authority_scope(authority.pk):
        start_wording(from_day=date(2020, 9, 1), by=clock, at=now)
    return County(authority, users={"admin": user})


def the_mail(subject: str, to: str) -> str:
    """The newest mail of this subject; the worker sends it."""
    found = lambda: [m for m in outbox.outbox if subject in m.subject and m.to == [to]]  # noqa: E731
    wait_until(found, what=f"a mail “{subject}” to {to}")
    return found()[-1].body


def sign_in_with_password(visitor: Visitor, county: County, email: str) -> Visitor:
    user = User.objects.get(email=email)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    visitor.goto("/marlshire/").fill("E-mail address", email).fill("Password", PASSWORD)
    return visitor.press("Sign in")


@pytest.mark.heavy
@pytest.mark.usefixtures("thread_worker")
def test_from_an_empty_authority_to_a_printed_page(marlshire, visitor, settings):
    settings.SCHOOL_MAIL_HOURS = False  # this test runs at any hour; the rule has its own tests
    today = timezone.localdate()
    year = school_year_label(school_year_of(today))

    # The administrator's first hour.
    admin = sign_in_with_password(visitor(), marlshire, "ada@marlshire.example")
    admin.goto("/marlshire/set-up/").reads("Nothing is mailed to anybody before you open the doors").check("job-set-up")
    admin.follow("Name and colour").fill("Telephone number", "01632 960111")
    admin.fill("Number of the council", "998").press("Save").goto("/marlshire/set-up/terms/")
    admin.follow(f"Look at {year}").check("job-terms").press("Save").reads(f"School year {year}")
    admin.goto("/marlshire/set-up/areas-and-teams/").fill("Areas", "North").fill("Teams", "North team, North")
    admin.press("Add these").goto("/marlshire/people/list/")
    start = f"1 September {school_year_of(today)}"
    admin.fill("Or paste the rows here", PEOPLE.format(start=start)).press("Look at the list")
    admin.reads("3 people are new", "Nell Avery").check("job-people-check").press("Save these people")
    admin.goto("/marlshire/set-up/pay/").fill("Rates", f"L6, 14, {start}, 27600, 25").press("Save these rates")
    admin.reads("£27,600.00")

    # The government's file, read by the worker, loaded with one press.
    admin.goto("/marlshire/school-files/new/").check("job-file-new")
    admin.page.locator("input[type=file]").set_input_files(
        {"name": "edubasealldata.csv", "mimeType": "text/csv", "buffer": gias_file()}
    )
    admin.page.get_by_label("Only rows of Marlshire").check()
    admin.page.locator("main button[type=submit]").last.click()
    wait_until(lambda: _reload(admin).get_by_role("button", name="Load them").count(), what="the file is read")
    admin.check("job-file-read").press("Load them").reads(
        "3 rows: 2 new, 0 changed, 0 unchanged, 1 closed, 0 unreadable"
    )
    admin.goto("/marlshire/contacts/list/")
    admin.fill("Or paste the rows here", "School,Name,Job,E-mail\n990001,Ruth Hale,Headteacher,head@wickley.example\n")
    admin.page.locator("main button[type=submit]").last.click()
    admin.reads("Ruth Hale").press("Save these contacts")
    admin.goto("/marlshire/set-up/doors/").check("job-doors").press("Open the doors")
    assert Authority.objects.get(slug="marlshire").mails_may_go
    assert outbox.outbox == [], "opening the doors mails nobody by itself"

    # The manager puts the worker in the school and sends the agreement to sign.
    senior = sign_in_with_password(visitor(), marlshire, "priya@marlshire.example")
    senior.goto("/marlshire/funds/new/").fill("Name", "County budget").press("Save")
    manager = sign_in_with_password(visitor(), marlshire, "tom@marlshire.example")
    manager.goto("/marlshire/placements/new/")
    manager.page.get_by_label("Pupil support worker 1").check()
    manager.fill("Which school?", "wickley").press("Continue")
    for box, number in (("Day", 1), ("Month", 9), ("Year", school_year_of(today))):
        manager.page.get_by_label(box, exact=True).fill(str(number))
    manager.fill("main thing", "Attendance").press("Save and continue")
    with authority_scope(marlshire.authority.pk):
        agreement = Agreement.objects.get()
    manager.goto(f"/marlshire/agreements/{agreement.public_id}/shares/").check("job-shares")
    for number, (who, percent) in enumerate((("County budget", "59"), ("Wickley Primary School", "41")), start=1):
        _pays(manager, number, who, percent)
    manager.press("Save and continue")
    manager.fill("What the worker does here", "Mornings at the gate.").press("Save and continue")
    manager.page.wait_for_url("**/send/")
    manager.page.get_by_label("head@wickley.example is the address of Ruth Hale").check()
    manager.page.get_by_label("I have rung or met Ruth Hale").check()
    manager.press("Send to sign").reads("Sent to sign")

    # The head on a phone, from the mail, without an account.
    letter = the_mail("Your service agreement", "head@wickley.example")
    link = re.search(r"http://\S+/l/[\w-]+/", letter)[0]
    head = visitor(phone=True).goto(link).reads("Your share: £", "41 % of £34,500")
    head.press("I agree for Wickley Primary School")
    code = re.search(r"\b\d{6}\b", the_mail("Your code", "head@wickley.example"))[0]
    head.fill("The code from the e-mail", code).press("Continue").reads("Thank you").check("job-head-thanks")

    # The worker and the council.
    worker = sign_in_with_password(visitor(), marlshire, "nell@marlshire.example").check("job-worker-today")
    worker.goto(f"/marlshire/agreements/{agreement.public_id}/").reads("Your signature is missing").follow(
        "Read and sign"
    )
    worker.page.get_by_label("I have read the way of working").check()
    worker.press("Sign", exact=True).reads("One of the three still has to sign")
    manager.goto(f"/marlshire/agreements/{agreement.public_id}/").follow("Read and sign")
    manager.page.get_by_label("I agree for the council").check()
    manager.press("Sign", exact=True).reads("All three have signed: it is active.")
    assert "in force" in the_mail("is signed by all", "head@wickley.example")

    # The senior manager runs the term; the worker process draws; the paper says what was signed.
    senior.goto("/marlshire/county/").check("job-county")
    senior.goto("/marlshire/papers/").press("Run this term").reads("The papers are being printed")
    settled = ("All papers are printed", "could not be printed")
    wait_until(
        lambda: any(words in _reload(senior).locator("main").inner_text() for words in settled),
        what="the run is done", seconds=120,
    )  # fmt: skip
    senior.reads("All papers are printed")
    senior.check("job-run")
    address = senior.page.get_by_role("link", name="School copy").first.get_attribute("href")
    text = _text(senior.context.request.get(senior.site + address).body())
    assert "Wickley Primary School" in text
    assert "School copy" in text
    assert "Mornings at the gate." in text
    assert "Nell Avery" in text
    assert "Ruth Hale" in text
    assert "County budget" not in text, "the school's copy names no other payer"
    check = re.search(r"/marlshire/check/[A-Z0-9-]+", text.replace("\n", ""))[0]
    stranger = visitor().goto(check).reads("Current").check("job-check")
    assert "Wickley" not in stranger.page.locator("main").inner_text()

    with authority_scope(marlshire.authority.pk):
        assert Agreement.objects.get().status == "active"
        assert School.objects.filter(status="closed").count() == 1


def _reload(visitor: Visitor):
    time.sleep(0.3)
    visitor.page.reload()
    return visitor.page


def _pays(visitor: Visitor, number: int, who: str, percent: str) -> None:
    """Payer and share in row `number` of "Who pays what"."""
    payer = visitor.page.get_by_label(f"Payer {number}", exact=True)
    if payer.count():
        payer.select_option(label=who)
    visitor.fill(f"Share of payer {number}", percent)


def _text(content: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
