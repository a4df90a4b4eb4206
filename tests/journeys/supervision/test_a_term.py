"""A term of one manager with eight schools, from booking to sealed copies: two schools without signal, one that calls
off, one that says nothing, one that disagrees. What was said between two reaches no school in any way.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from django.core import mail as outbox

from supervision.actions import bookings
from supervision.actions.bringing import bring
from supervision.actions.sessions import Finishing, Typed, finish
from supervision.models import Session, Visit
from teams.models import Commitment
from tests.factories.authorities import LONDON, NOW, make_county
from tests.journeys.supervision import what_schools_get as reach
from tests.journeys.supervision.eight_schools import FAMILY, HEADS, SCHOOLS, SECONDARY, WORKERS, make_eight
from tests.journeys.supervision.hands import Clock, Hand
from tests.journeys.supervision.one_term import (
    ANOTHER_SIDE,
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    ON_HER_PAGE,
    SEPTEMBER,
    SILENT,
    WORKER_LATER,
    Term,
    link_in,
)
from tests.reports.conftest import broker, thread_worker  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


@pytest.fixture
def term(site, visitor, monkeypatch, thread_worker) -> Term:  # noqa: F811
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.now)
    county = make_county("fenshire")
    with county.inside():
        make_eight(county)
    manager = visitor()
    clock.set_in(manager)
    return Term(county, visitor, clock, manager.sign_in(county, "manager"))


def test_a_term_for_one_manager_with_eight_schools(term: Term, aloud):
    book_september(term)
    for visit in term.visits(SEPTEMBER):
        supervise(term, visit)
    book(term, OCTOBER)
    for visit in term.visits(OCTOBER):
        supervise(term, visit)
    assert sorted(term.offline) == [SECONDARY, FAMILY]
    promises_come_back(term)
    nobody_answered(term)
    rest_of_the_term(term)
    with term.county.inside():
        assert Session.objects.count() == 16
        assert set(Session.objects.values_list("status", flat=True)) == {Session.Status.FINAL}
    papers = sealed_papers(term)
    with aloud():
        print("\n" + "\n".join(term.ledger.lines()))
        print(f"{papers} papers read, school and council copies of eight records")
        print(nothing_private_reaches_a_school(term))
    assert term.ledger.missed() == []


def book_september(term: Term) -> None:
    """M1 with a day chosen; three schools choose by link, one says nothing and is rung, one calls off (H2)."""
    manager = term.manager.goto("/fenshire/supervision/")
    hand = Hand(manager)
    hand.follow("Another day").tick("label:has-text('Wednesday 23 September')").press("Keep this day")
    hand.press("Offer these times")
    manager.reads("Three times are offered to 4 schools.")
    term.ledger.note("M1", hand)

    pinned, silent, *others = sorted(term.visits(SEPTEMBER), key=lambda visit: (visit.pinned_on is None, visit.pk))
    for visit in (pinned, *others):
        choose(term, visit)
    term.move_to(NOW + timedelta(days=3))  # three school days: Friday
    number = term.number(silent)
    manager.goto("/fenshire/supervision/").reads(f"Ring them: {HEADS[number]}, 01632 9602{number:02d}")
    manager.check("term-ring-them")
    row = manager.page.get_by_role("row", name=SCHOOLS[number][0])
    row.get_by_role("link", name="Agreed by telephone").click()
    for box, value in (("Day", "24"), ("Month", "9"), ("Year", "2026")):
        manager.page.get_by_label(box, exact=True).fill(value)
    manager.fill("From when?", "11:00").check("term-agreed-by-telephone")
    manager.press("It is agreed").reads("Thursday 24 September is agreed.")

    first = term.visits(SEPTEMBER)[0]
    number = term.number(first)
    term.move_to(first.occasion.starts_at - timedelta(hours=2))
    hand = Hand(manager.goto("/fenshire/supervision/"))
    row = manager.page.get_by_role("row", name=SCHOOLS[number][0])
    row.get_by_role("link", name="It could not happen").click()
    manager.press(f"{SCHOOLS[number][0]} called it off").reads("Noted. Other times are offered to")
    manager.check("term-called-off")
    choose(term, first, subject="Other times for")


def book(term: Term, month: date) -> None:
    """M1 again, without a day chosen; every school chooses by link."""
    term.move_to(datetime(month.year, month.month, 1, 9, 0, tzinfo=LONDON))
    hand = Hand(term.manager.goto("/fenshire/supervision/")).press("Offer these times")
    term.manager.reads("Three times are offered to 4 schools.")
    term.ledger.note("M1", hand)
    for visit in term.visits(month):
        choose(term, visit)


def choose(term: Term, visit: Visit, *, subject: str = "Three times for") -> None:
    """H2: from the mail on a phone, two taps."""
    number = term.number(visit)
    letter = term.letter(f"{subject} Mira Fenshire’s visit", number)
    phone = term.phone(number).goto(link_in(letter))
    hand = Hand(phone).tick("input[type=radio]").press("Send my answer")
    phone.reads("Thank you:", "Put it in your calendar")
    term.ledger.note("H2", hand)


def supervise(term: Term, visit: Visit) -> None:
    """Get ready, in the room, afterwards, agreed: M2, M3, M4, H3."""
    number = term.number(visit)
    starts_at = visit.occasion.starts_at
    term.move_to(starts_at - timedelta(minutes=30))
    worker = term.county.as_(f"worker {number}", term.clock.now.date())
    with term.county.inside():
        bring(visit, young=[], text=f"Her course in spring, wombat{number}", by=worker, at=term.clock.now)
    get_ready(term, number)
    term.manager.reads(f"wombat{number}")
    term.move_to(starts_at)
    in_the_room(term, visit, number)
    afterwards(term, number)
    if number not in (SECONDARY, FAMILY, SILENT):
        agree(term, visit, number)


def get_ready(term: Term, number: int) -> None:
    """M2: from the first page to the device."""
    manager = term.manager.goto("/fenshire/home/")
    row = manager.page.get_by_role("row", name=SCHOOLS[number][0])
    row.get_by_role("link", name="Get ready").click()
    hand = Hand(manager, taps=1).press("Take with me")
    manager.reads("on this device. You can work without signal until", SCHOOLS[number][0], WORKERS[number])
    term.ledger.note("M2", hand)


def in_the_room(term: Term, visit: Visit, number: int, *, kept: bool = False) -> None:
    """M3, in two schools without signal from a reload to the finish. `kept`: what was promised last time was done."""
    manager, page = term.manager, term.manager.page
    manager.follow("Go into the room")
    page.locator("[data-room-start]").wait_for()
    is_offline = number in (SECONDARY, FAMILY)
    if is_offline:
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        manager.context.set_offline(True)
        page.reload()
        page.locator("[data-room-start]").wait_for()
        term.offline.append(number)
    hand = Hand(manager).press("Start")
    if kept:
        manager.reads(f"Ring the bus company {number}")
        hand.tick("input[name^=promise-][value=kept]")
        manager.check("term-room-promise-carried")
    hand.tap("summary:has-text('J. B.')")
    hand.type("details:has-text('J. B.') [name$=-best]", f"Comes in by the front door {number}")
    hand.type("details:has-text('J. B.') [name$=-next]", "Somebody waits at the gate until half-term")
    page.locator("details:has-text('J. B.') [name$=-scale]").select_option("4")
    hand.taps += 1
    hand.tap("details:has-text('J. B.') [data-room-action]").type_here(f"Ring the bus company {number}")
    hand.tick("input[name=action-1-by][value=worker]").tick("input[name=service][value=mostly]")
    hand.type("[name=service-why]", "Two mornings went to training")
    hand.type("[name=sort-1-text]", "A key to the blue room").tick("[name=sort-1-sorted]")
    if not is_offline:  # one that nobody takes on yet
        hand.tap("[data-room-actions] > p [data-room-action]").type_here("Ask about the breakfast club")
    saved_line(page, "Saved on this device, not yet sent" if is_offline else "Saved")
    hand.press("Read back and agree")
    manager.reads("What we said", f"Comes in by the front door {number}", f"Ring the bus company {number}")
    if number != WORKER_LATER:
        hand.tick("input[name=said-worker]")
    if is_offline:
        hand.tick("input[name=said-school]")
        manager.check(f"term-room-read-offline-{number}")
    assert not reach.CANARY.search(page.content()), "a private word on the page that the school sees"
    hand.press("has left the room")
    page.locator("[data-room=two] [data-room-action]:visible").first.wait_for()
    hand.type("[name=wellbeing]", f"Sleeps badly, quagga{number}").type(
        "[name=home]", f"Her mother is ill, quokka{number}"
    )
    hand.tap("[data-room=two] [data-room-action]:visible").type_here(f"Look at the rota, numbat{number}")
    hand.tick("[data-room=two] input[name=action-1-by][value=manager]").press("Finish here")
    if is_offline:
        saved_line(page, "Finished on this device, not yet sent")
        with term.county.inside():
            assert not Session.objects.filter(visit=visit).exists()
        manager.context.set_offline(False)
    page.wait_for_url("**/supervision/records/**", timeout=30_000)
    term.ledger.note("M3", hand)


def saved_line(page: Any, text: str) -> None:
    """The line under the title begins with this, soon."""
    page.wait_for_function(
        "text => document.getElementById('saved-line').textContent.startsWith(text)", arg=text, timeout=15_000
    )


def afterwards(term: Term, number: int) -> None:
    """M4: to finish, her own note, sent. What all agreed in the room is final already, and wants a note at most."""
    manager, hand = term.manager, Hand(term.manager)
    if number in (SECONDARY, FAMILY):
        manager.reads("Final: All agreed it in the room.", f"quagga{number}")
        hand.follow("Write a note for yourself").type("[name=text]", f"Watch her hours, ocelot{number}")
        hand.press("Save my note")
    else:
        manager.reads("1 action has no name or no day yet.")
        hand.follow("Finish it").tick("input[name=shared-action-2-by][value=school]")
        hand.type("[name=note]", f"Watch her hours, ocelot{number}")
        if number == SILENT:
            manager.check("term-to-finish")
        hand.press("Send to be agreed")
        manager.reads("Sent to be agreed.", "Waits for")
    manager.reads(f"ocelot{number}")
    term.ledger.note("M4", hand)


def agree(term: Term, visit: Visit, number: int, *, time_of_asking: int = 1) -> None:
    """H3 and W5: on her own page, beside a line, or with one press, after a code where the phone is new."""
    term.move_to(term.clock.now + timedelta(minutes=20))
    record = f"/fenshire/supervision/records/{term.session(visit).public_id}/"
    if number == WORKER_LATER:
        worker = term.visitor(phone=True).sign_in(term.county, f"worker {number}").goto(record)
        worker.reads("Is this what we said?", f"quagga{number}").check("term-worker-answers")
        worker.press("Accurate", exact=True).reads("Thank you. What you said stands with the record.")
    if number == ON_HER_PAGE:
        head = term.visitor(phone=True).sign_in(term.county, f"head {number}").goto(record)
        head.reads("Is this what we said?").check("term-head-answers")
        head.press("Accurate", exact=True).reads("Thank you. What you said stands with the record.")
        return
    letter = term.letter("to agree: 90 seconds", number, count=time_of_asking)
    phone = term.phone(number).goto(link_in(letter))
    hand = Hand(phone)
    if phone.page.get_by_role("button", name="Send me the code").count():
        hand.press("Send me the code")
        code = re.search(r"\b\d{6}\b", term.letter("Your code", number))[0]
        hand.type("[name=code]", code).press("Continue")
    phone.reads("Is this what we said?", f"Comes in by the front door {number}")
    if number == ANOTHER_SIDE:
        phone.page.locator("summary", has_text="Say it beside a line").click()
        phone.page.get_by_label(f"Ring the bus company {number}").fill("We said the taxi firm")
        phone.check("term-link-not-accurate").press("Not accurate", exact=True)
        phone.reads("you said it is not accurate").check("term-link-answered")
        return
    hand.press("Accurate")
    phone.reads("you said it is accurate")
    term.ledger.note("H3", hand)


def nobody_answered(term: Term) -> None:
    """One reminder after five school days, final after ten, and the page says so."""
    both = [*term.visits(SEPTEMBER), *term.visits(OCTOBER)]
    visit = next(each for each in both if term.number(each) == SILENT)
    session = term.session(visit)
    assert (session.status, session.state_in_words) == (Session.Status.FINAL, "Final, school did not answer")
    to = term.county.people[f"head {SILENT}"].email
    asked = [letter for letter in outbox.outbox if "to agree: 90 seconds" in letter.subject and letter.to == [to]]
    assert len(asked) == 2, "asked once, and reminded once"
    term.phone(SILENT).goto(link_in(asked[-1].body)).reads("Final, school did not answer").check("term-link-silent")
    term.manager.goto(f"/fenshire/supervision/records/{session.public_id}/").reads("Final, school did not answer.")
    term.manager.check("term-record-silent")


def promises_come_back(term: Term) -> None:
    """In November the same people meet again: what was promised in September is on the table, and was done."""
    by_verbs(term, NOVEMBER)
    visit = next(each for each in term.visits(NOVEMBER) if term.number(each) not in (SECONDARY, FAMILY, SILENT))
    number = term.number(visit)
    term.move_to(visit.occasion.starts_at - timedelta(minutes=30))
    get_ready(term, number)
    term.manager.reads(f"Ring the bus company {number}", "Ask about the breakfast club")
    term.move_to(visit.occasion.starts_at)
    in_the_room(term, visit, number, kept=True)
    term.manager.reads("Kept: Ring the bus company", f"Look at the rota, numbat{number}")
    afterwards(term, number)
    agree(term, visit, number, time_of_asking=2)
    with term.county.inside():
        promise = Commitment.objects.get(text=f"Ring the bus company {number}", status=Commitment.Status.KEPT)
        assert promise.settled_in == visit.occasion
        again = Commitment.objects.filter(
            text="Ask about the breakfast club", occasion__visits__placement=visit.placement
        )
        assert again.filter(status=Commitment.Status.OPEN).count() == 2, "what nobody told of stays open"


def by_verbs(term: Term, month: date) -> None:
    """Offered and chosen as the pages do it, whose presses have been shown."""
    county = term.county
    term.move_to(datetime(month.year, month.month, 2, 9, 0, tzinfo=LONDON))
    manager, today = county.people["manager"], term.clock.now.date()
    by = county.as_("manager", today)
    with county.inside():
        assert bookings.offer_month(manager, month, by=by, at=term.clock.now, today=today).offered == 4
        for visit in Visit.objects.in_month(month).for_page():
            slot = visit.slots.standing().first()
            bookings.choose(visit, slot, visit.school_person, by=by, at=term.clock.now)


def rest_of_the_term(term: Term) -> None:
    """November's other schools and December's: agreed in the room, by what the pages call."""
    term.move_to(datetime(2026, 11, 30, 17, 0, tzinfo=LONDON))
    hold_by_verbs(term, NOVEMBER)
    by_verbs(term, DECEMBER)
    term.move_to(datetime(2026, 12, 18, 17, 0, tzinfo=LONDON))
    hold_by_verbs(term, DECEMBER)


def hold_by_verbs(term: Term, month: date) -> None:
    by = term.county.as_("manager", term.clock.now.date())
    for visit in term.visits(month):
        number, starts_at = term.number(visit), visit.occasion.starts_at
        if visit.status == Visit.Status.HELD:
            continue
        shared = [["school-person", visit.school_person.public_id.hex], ["service", "as_expected"], ["said-worker", "on"],
                  ["said-school", "on"], ["sort-1-text", "The room is free on Mondays"]]  # fmt: skip
        two = [["practice", f"What she would do again, quagga{number}"]]
        finishing = Finishing(uuid4(), Typed(shared), Typed(two), starts_at, starts_at + timedelta(minutes=40))
        with term.county.inside():
            finish(visit, finishing, by=by, at=term.clock.now)


def sealed_papers(term: Term) -> int:
    """Both copies of each school's first record: read, tagged, and no private word in what the school has."""
    read = 0
    client = {
        key: reach.signed_in(term.county, key) for key in ("manager", *(f"head {n}" for n in range(len(SCHOOLS))))
    }
    for visit in [*term.visits(SEPTEMBER), *term.visits(OCTOBER)]:
        number, session = term.number(visit), term.session(visit)
        with term.county.inside():
            copies = {copy.copy: copy.public_id for copy in session.copies.all()}
        for copy, public_id in copies.items():
            path = f"/fenshire/supervision/copies/{public_id}/"
            content = b"".join(client["manager"].get(path).streaming_content)
            of_head = client[f"head {number}"].get(path)
            assert of_head.status_code == (200 if copy == "school" else 404), copy
            assert copy == "council" or b"".join(of_head.streaming_content) == content, "one paper, one set of bytes"
            text = reach.text_of(content, "pdf")
            for words in ("Comes in by the front door", "Ring the bus company", WORKERS[number], SCHOOLS[number][0]):
                assert words in text, words
            private = {word for word in ("quagga", "quokka", "numbat") if f"{word}{number}" in text}
            assert private == (set() if copy == "school" else {"quagga", "quokka", "numbat"}), copy
            assert "ocelot" not in text, "her own note is in no copy"
            if number == ANOTHER_SIDE:
                assert "We said the taxi firm" in text
            if number == SILENT:
                assert "School did not answer" in text
            reach.is_tagged(content)
            draw(term, content, f"paper-{number}-{copy}")
            read += 1
    assert read == 16
    return read


def draw(term: Term, content: bytes, name: str) -> None:
    """Each page as a picture, where somebody wants to look at them."""
    if term.manager.pictures:
        for place, page in enumerate(pypdfium2.PdfDocument(content)):
            page.render(scale=1.3).to_pil().save(term.manager.pictures / f"{name}-{place + 1}.png")


def nothing_private_reaches_a_school(term: Term) -> str:
    """By page, paper, mail, calendar, file or API, of its own or of the next school. The manager finds the words."""
    answers = shown = 0
    for number in range(len(SCHOOLS)):
        for path, status, text in reach.pages(term.county, number, every=number in (SECONDARY, FAMILY)):
            found = reach.CANARY.search(text)
            assert not found, f"the head of {SCHOOLS[number][0]} reads {found[0]} at {path}"
            answers, shown = answers + 1, shown + (status == 200)
    for number, phone in term.phones.items():
        to = term.county.people[f"head {number}"].email
        for link in {link_in(letter.body) for letter in outbox.outbox if letter.to == [to] and "/l/" in letter.body}:
            for address in (link, f"{link}?calendar=1"):
                text = phone.context.request.get(address).text()
                assert not reach.CANARY.search(text), f"{number} reads a private word at {address}"
                answers, shown = answers + 1, shown + 1
    letters = list(reach.mails())
    assert not [text for text in letters if reach.CANARY.search(text)]
    assert shown > 100
    return f"{answers} answers to eight heads ({shown} of them shown) and {len(letters)} mails hold no private word"
