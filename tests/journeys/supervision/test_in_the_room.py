"""In the room, with and without signal (journey M3): no word lost, no private line on the school's page."""

from __future__ import annotations

import json

import pytest

from supervision.models import Session
from tests.factories.authorities import make_county
from tests.journeys.supervision.browsers import taken_along
from tests.supervision.stories import supervised

pytestmark = pytest.mark.django_db(transaction=True)
LATER = "The Friday club was missed twice"
SECRET = "She is looking for another post"


@pytest.fixture
def county(site):
    county = make_county("fenshire")
    with county.inside():
        supervised(county)
    county.rows["room"] = f"{site}/fenshire/supervision/visits/{county.visit.public_id}/room/"
    return county


MONTHS_LATER = """async () => {
  const open = indexedDB.open("alongside");
  await new Promise((done) => { open.onsuccess = done; });
  const transaction = open.result.transaction(["entries", "finishes"], "readwrite");
  for (const name of ["entries", "finishes"]) {
    const asked = transaction.objectStore(name).getAll();
    await new Promise((done) => { asked.onsuccess = done; });
    for (const each of asked.result) transaction.objectStore(name).put({ ...each, at: each.at - 90 * 86400 * 1000 });
  }
  await new Promise((done) => { transaction.oncomplete = done; });
  open.result.close();
}"""


def line(page, text: str) -> None:
    """The line under the title begins with this, soon."""
    page.wait_for_function(
        "text => document.getElementById('saved-line').textContent.startsWith(text)", arg=text, timeout=15_000
    )


@pytest.mark.heavy
def test_a_page_is_taken_along_without_the_question_that_stood_on_it(county, visitor):
    """Two windows differ; it is answered, and the page is opened without signal: nobody is asked again."""
    manager = visitor().sign_in(county, "manager").goto(county.room + "two/")
    first, second = manager.page, manager.context.new_page()
    second.goto(county.room + "two/")
    for window in (first, second):
        window.wait_for_selector("[data-ready]")
    manager.context.set_offline(True)
    for window, word in ((first, "hopeful"), (second, "worried")):
        window.get_by_label("Wellbeing").fill(word)
        window.wait_for_function(
            "() => /^(Saved on|Not saved)/.test(document.getElementById('saved-line').textContent)"
        )
    second.close()
    manager.context.set_offline(False)
    forget = "async () => (await (await import('/static/js/idb.js')).openDB('alongside', 2)).clear('pages')"
    first.evaluate(forget)
    first.reload()
    manager.reads("Two versions of these words", "hopeful", "worried")
    taken_along(first, first.url)
    first.get_by_role("button", name="Put both in the box").click()
    line(first, "Saved")
    first.wait_for_function("() => navigator.serviceWorker.controller !== null")
    manager.context.set_offline(True)
    first.reload()
    first.wait_for_selector("[data-ready]")
    assert "hopeful" in first.get_by_label("Wellbeing").input_value()
    assert not first.locator("#draft-conflict").is_visible()


def test_a_supervision_without_signal_from_start_to_finish(county, visitor):
    manager = visitor().sign_in(county, "manager").goto(county.room)
    page = manager.page
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    taken_along(page, county.room, county.room + "two/")
    manager.check("room-who")

    manager.context.set_offline(True)
    page.reload()
    manager.reads("All three of us", "Who is in the room?")
    page.get_by_role("button", name="Start").click()
    promise = county.promise.public_id.hex
    page.check(f"input[name=promise-{promise}-outcome][value=kept]")
    young = county.young[0].public_id.hex
    page.locator("summary", has_text="J. B.").click()
    page.fill(f"[name=young-{young}-best]", "Comes in by the front door")
    page.locator("details", has_text="J. B.").locator("[data-room-action]").click()
    page.keyboard.type("Meet at the gate")
    page.check("input[name=action-1-by][value=worker]")
    page.fill("[name=action-1-due]", "2026-12-01")
    line(page, "Saved on this device, not yet sent")
    manager.check("room-talk")
    manager.press("Read back and agree").reads("What we said", "Comes in by the front door", "Meet at the gate")
    page.check("input[name=said-worker]")
    page.check("input[name=said-school]")
    manager.check("room-read")
    assert SECRET not in page.content()

    manager.press("has left the room").reads("Just the two of us")
    page.fill("[name=wellbeing]", SECRET)
    manager.check("room-two")
    manager.press("Finish here")
    line(page, "Finished on this device, not yet sent")
    manager.check("room-finished-offline")
    with county.inside():
        assert not Session.objects.exists()

    # Months go by without signal: nobody has it but this device, so that it stays (drafts go after 14 days).
    page.evaluate(MONTHS_LATER)

    # In another window of the same device, before any of it has been sent.
    second = manager.context.new_page()
    second.goto(county.room)
    second.fill("[name=service-why]", LATER)
    line(second, "Saved on this device, not yet sent")
    second.close()

    manager.context.set_offline(False)
    page.wait_for_url("**/supervision/records/**", timeout=30_000)
    manager.reads("Final", "Comes in by the front door", SECRET, LATER)
    manager.check("record-manager")
    with county.inside():
        session = Session.objects.get()
        assert session.status == Session.Status.FINAL
        school = session.copies.get(copy="school").snapshot
        assert SECRET not in json.dumps(school)
    address = page.url
    lead = visitor().sign_in(county, "lead").goto(address).reads("Comes in by the front door")
    assert SECRET not in lead.page.content()
    lead.check("record-lead")
