"""No word is lost: no signal, a closed tab, an ended sign-in, another person, two windows (journeys 0, rules 5 and 6)."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.sessions.models import Session

from teams.models import Draft
from tests.factories.agreements import make_agreement
from tests.factories.authorities import make_county

pytestmark = pytest.mark.django_db(transaction=True)

BOX = "#id_focus"
# Nothing is read from this device until the test lets it.
SLOW_DEVICE = """
  const waiting = new Promise((go) => { window.answer = go; });
  const decrypt = crypto.subtle.decrypt.bind(crypto.subtle);
  crypto.subtle.decrypt = async (...asked) => { await waiting; return decrypt(...asked); };
"""
SAVED, ON_DEVICE = "Saved", "Saved on this device, not yet sent"


@pytest.fixture
def county(site):
    county = make_county("fenshire")
    with county.inside():
        county.rows["agreement"] = make_agreement(county)
    county.rows["address"] = f"{site}/fenshire/agreements/{county.agreement.public_id}/lines/"
    return county


@pytest.fixture
def manager(county, visitor):
    """The manager on the form, once the service worker looks after it."""
    manager = visitor().sign_in(county, "manager").goto(county.address)
    manager.page.evaluate("navigator.serviceWorker.ready")
    manager.page.reload()
    manager.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    return manager


def line(page, text: str) -> None:
    """The line under the title begins with this, soon."""
    page.wait_for_function(
        "text => document.getElementById('saved-line').textContent.startsWith(text)", arg=text, timeout=15_000
    )


def line_is(page, text: str) -> None:
    page.wait_for_function("text => document.getElementById('saved-line').textContent === text", arg=text)


def box_is(page, text: str) -> None:
    page.wait_for_function("([box, text]) => document.querySelector(box)?.value === text", arg=[BOX, text])


def press_again(visitor, name: str) -> None:
    """GOV.UK's buttons take a second press within a second for a double click."""
    visitor.page.wait_for_timeout(1100)
    visitor.press(name)


def kept(county, name: str = "manager") -> dict[str, str]:
    """What the server has of this person's words."""
    with county.inside():
        draft = Draft.objects.filter(person=county.people[name]).first()
        return dict(draft.words) if draft else {}


def on_device(page) -> str:
    """Everything in the browser's own store, as text."""
    return page.evaluate(
        """async () => {
          const open = indexedDB.open("alongside");
          await new Promise((done) => { open.onsuccess = done; });
          const rows = open.result.transaction(["entries", "keys"]);
          const all = (name) => new Promise((done) => {
            const asked = rows.objectStore(name).getAll();
            asked.onsuccess = () => done(asked.result);
          });
          const [entries, keys] = [await all("entries"), await all("keys")];
          const bytes = entries.map(({ sealed }) => new TextDecoder("latin1").decode(sealed.cipher));
          return JSON.stringify({ entries, bytes, extractable: keys.map((key) => key.extractable) });
        }"""
    )


def expire(county) -> None:
    Session.objects.all().delete()


def test_what_is_typed_is_saved_within_a_second_and_comes_back(county, manager):
    page = manager.page
    page.fill(BOX, "Mornings at the gate")
    line_is(page, SAVED)
    assert kept(county)["focus"] == "Mornings at the gate"
    page.reload()
    assert page.input_value(BOX) == "Mornings at the gate"
    manager.reads("not yet in the agreement").check("agreement-lines-restored")
    page.get_by_role("button", name="Throw away what is not in the agreement yet").click()
    manager.reads("are gone")
    assert page.input_value(BOX) == "Behaviour at break times"
    assert kept(county) == {}


def test_without_signal_nothing_is_lost_and_it_is_sent_afterwards(county, manager):
    page = manager.page
    page.fill(BOX, "With signal")
    line_is(page, SAVED)
    manager.context.set_offline(True)
    page.fill(BOX, "Without signal")
    line(page, ON_DEVICE)
    assert kept(county)["focus"] == "With signal"

    page.reload()  # the service worker opens the form, and the device fills it in
    manager.reads("No signal", "Your words are safe on this device")
    box_is(page, "Without signal")
    assert "Fenshire County Council" in page.inner_text("body")
    assert "Oakfield" not in page.inner_text("body"), "the page that opens without signal holds no record"

    page.close()  # the tab is closed and opened again
    manager.page = page = manager.context.new_page()
    page.goto(county.address)
    box_is(page, "Without signal")
    page.fill(BOX, "Typed on the page without signal")
    line(page, ON_DEVICE)

    manager.context.set_offline(False)
    line_is(page, SAVED)
    assert kept(county)["focus"] == "Typed on the page without signal"
    page.goto(county.address)
    assert page.input_value(BOX) == "Typed on the page without signal"


def test_the_page_without_signal_is_plain_to_everybody(county, manager):
    manager.page.fill(BOX, "x")
    line_is(manager.page, SAVED)
    manager.context.set_offline(True)
    manager.page.reload()
    manager.reads("No signal")
    manager.context.set_offline(False)  # axe and pictures need nothing from the network
    manager.check("agreement-lines-offline")


def test_pressing_save_without_signal_keeps_the_page_and_the_words(county, manager):
    page = manager.page
    manager.context.set_offline(True)
    page.fill(BOX, "Pressed too soon")
    manager.press("Save and continue")
    line(page, f"{ON_DEVICE}. There is no signal")
    manager.context.set_offline(False)
    line_is(page, SAVED)
    press_again(manager, "Save and continue")
    page.wait_for_url("**/send/")
    with county.inside():
        county.agreement.latest.refresh_from_db()
        assert county.agreement.latest.own_lines["focus"] == "Pressed too soon"
    assert kept(county) == {}
    page.wait_for_function("() => !document.cookie.includes('draft_done')")
    assert json.loads(on_device(page))["entries"] == [], "what has arrived goes from the device"


def test_on_the_device_words_are_encrypted_with_a_key_that_cannot_be_read_out(county, manager):
    manager.page.fill(BOX, "Nobody reads this here")
    line_is(manager.page, SAVED)
    stored = on_device(manager.page)
    assert json.loads(stored)["extractable"] == [False]
    assert len(json.loads(stored)["entries"]) == 1
    assert "Nobody reads this" not in stored


def test_a_sign_in_that_has_ended_keeps_the_words_for_the_same_person(county, manager):
    page = manager.page
    page.fill(BOX, "Before the end")
    line_is(page, SAVED)
    expire(county)
    page.fill(BOX, "After the end")
    line(page, f"{ON_DEVICE}. You are signed out. Sign in again")
    manager.check("agreement-lines-signed-out")
    assert kept(county)["focus"] == "Before the end"

    manager.press("Save and continue")  # nothing is sent, and nothing is lost
    line_is(page, f"{ON_DEVICE}. You are signed out. Sign in again in a new tab, then press again")
    assert page.url == county.address

    manager.sign_in(county, "manager")  # in another window: the token has changed too
    page.evaluate("dispatchEvent(new Event('focus'))")
    line_is(page, SAVED)
    assert kept(county)["focus"] == "After the end"
    press_again(manager, "Save and continue")
    page.wait_for_url("**/send/")


def test_after_signing_in_again_the_words_are_back_in_the_same_record(county, manager):
    page = manager.page
    expire(county)
    page.fill(BOX, "Typed too late")
    line(page, ON_DEVICE)
    page.close()
    manager.sign_in(county, "manager")
    manager.page = page = manager.context.new_page()
    page.goto(county.address)
    box_is(page, "Typed too late")
    line_is(page, SAVED)
    assert kept(county)["focus"] == "Typed too late"


def test_another_person_on_the_same_device_neither_sees_nor_sends(county, manager):
    page = manager.page
    expire(county)
    page.fill(BOX, "The manager's words")
    line(page, ON_DEVICE)

    manager.sign_in(county, "senior")
    other = manager.context.new_page()
    other.goto(county.address)
    assert other.input_value(BOX) == "Behaviour at break times"
    page.evaluate("dispatchEvent(new Event('focus'))")
    line(page, "Somebody else has signed in.")
    assert page.input_value(BOX) == ""
    assert kept(county) == kept(county, "senior") == {}
    manager.context.set_offline(True)
    other.reload()
    line(other, "Not saved: there are no words of yours")
    manager.context.set_offline(False)

    manager.sign_in(county, "manager")
    other.goto(county.address)
    box_is(other, "The manager's words")


def test_who_has_signed_out_leaves_no_words_to_be_read_without_signal(county, manager):
    page = manager.page
    manager.context.set_offline(True)
    page.fill(BOX, "Left behind")
    line(page, ON_DEVICE)
    manager.context.set_offline(False)
    page.goto("/accounts/logout/")
    page.wait_for_load_state("networkidle")
    manager.context.set_offline(True)
    page.goto(county.address)
    line(page, "Not saved: there are no words of yours")
    assert "Left behind" not in page.content()


@pytest.mark.parametrize(
    ("choice", "result"),
    [
        ("Keep mine", "Second window"),
        ("Keep the other", "First window"),
        ("Put both in the box", "Second window\n\nFirst window"),
    ],
)
def test_two_windows_are_shown_side_by_side(county, manager, choice, result):
    first, second = manager.page, manager.context.new_page()
    second.goto(county.address)
    first.fill(BOX, "First window")
    line_is(first, SAVED)
    second.fill(BOX, "Second window")
    line(second, "Not saved: these words were changed in two places")
    shown = second.locator("#draft-conflict").inner_text()
    assert "First window" in shown
    assert "Second window" in shown
    assert kept(county)["focus"] == "First window", "nothing is written over"
    manager.page = second
    manager.check("agreement-lines-conflict")
    second.get_by_role("button", name=choice).click()
    line_is(second, SAVED)
    assert second.input_value(BOX) == result
    assert kept(county)["focus"] == result


def test_two_windows_without_signal_keep_both(county, manager):
    first, second = manager.page, manager.context.new_page()
    second.goto(county.address)
    manager.context.set_offline(True)
    first.fill(BOX, "First window")
    line(first, ON_DEVICE)
    second.fill(BOX, "Second window")
    line(second, "Not saved: these words were changed in two places")
    second.close()
    first.close()
    manager.context.set_offline(False)
    manager.page = page = manager.context.new_page()
    page.goto(county.address)
    line(page, "Not saved: these words were changed in two places")
    shown = page.locator("#draft-conflict").inner_text()
    assert "First window" in shown
    assert "Second window" in shown


def test_another_device_is_a_conflict_too(county, manager, visitor):
    phone = visitor(phone=True).sign_in(county, "manager").goto(county.address)
    phone.page.fill(BOX, "On the phone")
    line_is(phone.page, SAVED)
    manager.page.fill(BOX, "On the laptop")
    line(manager.page, "Not saved: these words were changed in two places")
    assert kept(county)["focus"] == "On the phone"


def test_what_was_typed_before_the_script_came_is_kept_with_no_further_key(county, visitor):
    """A slow line: the page is there and the script is not, and nobody types one more letter to make it notice."""
    early = visitor(phone=True).sign_in(county, "manager")
    held = []
    early.context.route(re.compile(r"/drafts[.-][^/]*js$"), lambda route: held.append(route))
    early.page.goto(county.address, wait_until="commit")
    early.page.fill(BOX, "In the corridor, on a slow line")
    for route in held:
        route.continue_()
    line_is(early.page, SAVED)
    assert kept(county)["focus"] == "In the corridor, on a slow line"


def test_what_was_typed_before_the_script_came_stands_beside_what_lay_on_the_device(county, manager):
    manager.context.set_offline(True)
    manager.page.fill(BOX, "In the corridor")
    line(manager.page, ON_DEVICE)
    manager.page.close()
    manager.context.set_offline(False)
    page = manager.context.new_page()
    page.add_init_script(SLOW_DEVICE)
    page.goto(county.address)
    page.fill(BOX, "Then in the car")
    page.evaluate("answer()")
    line_is(page, SAVED)
    assert kept(county)["focus"] == page.input_value(BOX) == "In the corridor Then in the car"


def test_words_go_after_fourteen_days(county, manager):
    page = manager.page
    expire(county)
    page.fill(BOX, "Long ago")
    line(page, ON_DEVICE)
    page.evaluate(
        """async () => {
          const open = indexedDB.open("alongside");
          await new Promise((done) => { open.onsuccess = done; });
          const store = open.result.transaction("entries", "readwrite").objectStore("entries");
          const asked = store.getAll();
          await new Promise((done) => { asked.onsuccess = done; });
          for (const entry of asked.result) store.put({ ...entry, at: Date.now() - 15 * 86400 * 1000 });
        }"""
    )
    page.close()
    manager.sign_in(county, "manager")
    manager.page = page = manager.context.new_page()
    page.goto(county.address)
    page.wait_for_load_state("networkidle")
    assert page.input_value(BOX) == "Behaviour at break times"
    assert json.loads(on_device(page)) == {"entries": [], "bytes": [], "extractable": []}
