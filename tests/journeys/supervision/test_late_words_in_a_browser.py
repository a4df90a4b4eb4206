"""Words that lie on one device unsent while the supervision is finished on another: they come beside the record, on
whichever page their writer comes back to, and nobody else is shown that they are there.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import Page

from supervision.models import Visit
from teams.models import Draft
from tests.factories.authorities import LONDON, County, make_county
from tests.journeys.supervision.browsers import Device, Seen, lying_here, taken_along, words_on_server
from tests.supervision.stories import supervised, visit_on

pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
BESIDE = "Words that you had typed on this device stand beside this record now."
SAYS_SAVED = "() => document.getElementById('saved-line').textContent === 'Saved'"
SAYS_KEPT = "() => /^(Saved on|Not saved: these)/.test(document.getElementById('saved-line').textContent)"
LAST_KEY = "() => { const { kept } = document.querySelector('form[data-draft]'); return !kept.pause && kept.hasAll(); }"
SAYS_HERE = "() => /^Saved on this device/.test(document.getElementById('saved-line').textContent)"


@pytest.fixture
def county(site):
    county = make_county("fenshire")
    with county.inside():
        supervised(county)
        county.rows["visit"] = visit_on(county, datetime(2026, 12, 1, 10, 0, tzinfo=LONDON))
    return county


@pytest.fixture
def devices(county, visitor) -> tuple[Device, Device]:
    seen, both = Seen(), []
    for _ in range(2):
        one = visitor().sign_in(county, "manager")
        room = f"{one.site}/fenshire/supervision/visits/{county.visit.public_id}/room/"
        both.append(Device(one, county, seen, room))
    return both[0], both[1]


def late_words(county: County, visit: Visit) -> list[str]:
    with county.inside():
        found = Draft.objects.filter(form="supervision-late", about=str(visit.public_id))
        return [text.strip() for draft in found for _, text in draft.words]


def away(device: Device) -> None:
    """The lid is shut; later there is signal, and nothing is open."""
    device.page.close()
    device.signal(True)
    device.visitor.page = device.visitor.context.new_page()
    device.page.set_default_timeout(10_000)


def finished_on(device: Device, *words: tuple[str, str]) -> None:
    device.open("two/")
    for box, word in words:
        device.type(box, word)
    device.sent()
    device.page.get_by_role("button", name="Finish here").click()
    device.page.wait_for_url("**/records/**")


def typed_without_signal(laptop: Device) -> None:
    """In both parts, and then nothing is open."""
    laptop.open("")
    laptop.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    laptop.reload()
    taken_along(laptop.page, laptop.room, laptop.room + "two/")
    laptop.signal(False)
    assert laptop.type("service-why", "corridor")
    laptop.open("two/")
    assert laptop.type("wellbeing", "tired")
    assert sorted(lying_here(laptop)) == [["supervision-shared", False, False], ["supervision-two", False, False]]
    away(laptop)


def a_minute_later(device: Device) -> None:
    """For what lies on the device: the page where it was typed does not send it any more."""
    device.page.evaluate("""async () => {
      const { openDB } = await import("/static/js/idb.js");
      const database = await openDB("alongside", 2);
      for (const entry of await database.getAll("entries")) await database.put("entries", { ...entry, at: entry.at - 60000 });
    }""")


def test_what_was_typed_without_signal_comes_beside_the_record_that_another_device_made(county, devices):
    laptop, tablet = devices
    typed_without_signal(laptop)
    finished_on(tablet, ("workload", "full"))
    laptop.page.goto(laptop.room)
    assert "/records/" in laptop.page.url
    laptop.visitor.reads(BESIDE).check("record-late-words")
    assert lying_here(laptop) == []
    assert {"corridor", "tired"} <= set(late_words(county, county.visit))
    laptop.visitor.follow("Show them").reads("Typed on another device, and not in this record", "corridor", "tired")
    assert BESIDE not in laptop.page.inner_text("main"), "it is said once"


def test_a_question_that_nobody_answered_comes_beside_the_record(county, devices):
    laptop, tablet = devices
    for device in devices:
        device.open("two/")
    laptop.signal(False)
    laptop.type("wellbeing", "here")
    tablet.type("wellbeing", "there")
    tablet.page.wait_for_function(SAYS_SAVED)
    laptop.signal(True)
    laptop.visitor.reads("Two versions of these words")
    away(laptop)
    finished_on(tablet)
    laptop.open("two/")
    laptop.visitor.reads(BESIDE)
    assert lying_here(laptop) == []
    beside = " ".join(late_words(county, county.visit))
    assert "here" in beside.split()
    assert "there" not in beside.split(), "that is what the record says"
    assert "there" in words_on_server(county, county.visit)


def another_window(device: Device) -> Page:
    page = device.visitor.context.new_page()
    page.goto(f"{device.room}two/")
    page.wait_for_selector("[data-ready]", state="attached")
    return page


def test_of_windows_that_differ_all_comes_beside_the_record(county, devices):
    laptop, tablet = devices
    laptop.open("two/")
    windows = [laptop.page, another_window(laptop), another_window(laptop)]
    laptop.signal(False)
    for window, word in zip(windows, ("hopeful", "worried", "cheerful"), strict=True):
        window.get_by_label("Wellbeing").press_sequentially(word)
        window.wait_for_function(SAYS_KEPT)
    windows[2].get_by_role("heading", name="Two versions of these words").wait_for()
    assert lying_here(laptop) == [["supervision-two", False, True]]
    for window in windows[1:]:
        window.close()
    away(laptop)
    finished_on(tablet, ("workload", "full"))
    laptop.page.goto(laptop.room)
    laptop.visitor.reads(BESIDE)
    assert lying_here(laptop) == []
    assert {"hopeful", "worried", "cheerful"} <= set(late_words(county, county.visit))
    laptop.visitor.follow("Show them").reads("hopeful", "worried", "cheerful")


def test_an_answer_is_about_what_was_shown_and_takes_nothing_that_was_typed_since(county, devices):
    laptop, _ = devices
    laptop.open("two/")
    first, second = laptop.page, another_window(laptop)
    laptop.signal(False)
    for window, word in ((first, "hopeful"), (second, "worried"), (first, " today")):
        window.get_by_label("Wellbeing").press_sequentially(word)
        window.wait_for_function(SAYS_KEPT)
    first.get_by_role("heading", name="Two versions of these words").wait_for()
    second.get_by_label("Wellbeing").press_sequentially(" at night")
    second.wait_for_function(LAST_KEY)
    second.close()
    laptop.signal(True)
    first.get_by_role("button", name="Keep mine").click()
    laptop.visitor.reads("Two versions of these words", "worried at night")
    first.get_by_role("button", name="Put both in the box").click()
    first.wait_for_function(SAYS_SAVED)
    assert "hopeful today\\n\\nworried at night" in words_on_server(county, county.visit)


def test_who_has_answered_about_two_windows_is_asked_about_another_device_as_well(county, devices):
    laptop, tablet = devices
    laptop.open("two/")
    first, second = laptop.page, another_window(laptop)
    laptop.signal(False)
    for window, word in ((first, "hopeful"), (second, "worried")):
        window.get_by_label("Wellbeing").press_sequentially(word)
        window.wait_for_function(SAYS_KEPT)
    second.close()
    away(laptop)
    tablet.open("two/")
    tablet.type("wellbeing", "rested")
    tablet.page.wait_for_function(SAYS_SAVED)
    laptop.open("two/")
    for words in (("hopeful", "worried"), ("hopeful", "rested")):
        laptop.visitor.reads("Two versions of these words", *words)
        laptop.page.get_by_role("button", name="Put both in the box").click()
    laptop.page.wait_for_function(SAYS_SAVED)
    found = words_on_server(county, county.visit)
    assert [word for word in ("hopeful", "worried", "rested") if word not in found] == []


def test_words_that_arrived_though_nobody_heard_of_it_are_not_called_unsent(county, devices):
    laptop, _ = devices
    laptop.open("two/")

    def answer_is_lost(route):
        route.fetch()
        route.abort()

    laptop.page.route("**/drafts/supervision-two/**", answer_is_lost)
    laptop.page.get_by_label("Wellbeing").press_sequentially("hopeful")
    for _ in range(100):
        if "hopeful" in words_on_server(county, county.visit):
            break
        laptop.page.wait_for_timeout(100)
    assert lying_here(laptop) == [["supervision-two", False, False]]
    away(laptop)
    assert "hopeful" in words_on_server(county, county.visit)
    laptop.open("two/")
    assert lying_here(laptop) == [["supervision-two", True, False]]
    assert laptop.page.get_by_label("Wellbeing").input_value() == "hopeful"


def test_a_page_sends_what_was_finished_on_it_though_somebody_signed_out_elsewhere_meanwhile(county, devices):
    laptop, _ = devices
    laptop.open("two/")
    laptop.type("wellbeing", "hopeful")
    laptop.sent()
    laptop.sign_out_elsewhere()
    laptop.finish()
    laptop.sign_in()
    laptop.signal(True)
    laptop.page.wait_for_url("**/records/**")
    laptop.visitor.reads("hopeful")
    assert lying_here(laptop) == []


def test_nobody_else_is_shown_what_lies_on_a_device_and_its_writer_finds_it_from_the_first_page(county, devices):
    laptop, tablet = devices
    typed_without_signal(laptop)
    finished_on(tablet, ("workload", "full"))
    record = tablet.page.url
    laptop.visitor.sign_in(county, "senior").goto("/fenshire/home/")
    laptop.page.wait_for_timeout(1000)
    assert "this device" not in laptop.page.inner_text("main")
    laptop.page.goto(record)
    laptop.page.wait_for_timeout(1000)
    assert "this device" not in laptop.page.inner_text("main")
    assert len(lying_here(laptop)) == 2
    assert late_words(county, county.visit) == []
    a_minute_later(laptop)
    laptop.visitor.sign_in(county, "manager").goto("/fenshire/home/").reads("Words that you typed")
    laptop.visitor.check("home-words-on-device").follow("Open them").reads(BESIDE)
    laptop.visitor.goto("/fenshire/home/")
    laptop.page.wait_for_timeout(1000)
    assert "Words that you typed" not in laptop.page.inner_text("main")


def test_where_the_line_breaks_the_record_says_so_and_tries_again(county, devices):
    laptop, tablet = devices
    typed_without_signal(laptop)
    finished_on(tablet, ("workload", "full"))
    laptop.page.route("**/room/finish/", lambda route: route.abort())
    laptop.page.goto(laptop.room)
    laptop.visitor.reads("Words that you typed on this device are not in this record yet. There is no signal")
    assert len(lying_here(laptop)) == 2
    laptop.page.unroute("**/room/finish/")
    laptop.page.evaluate("dispatchEvent(new Event('online'))")
    laptop.visitor.reads(BESIDE)
    assert lying_here(laptop) == []


def test_a_window_does_not_send_the_words_of_another_in_place_of_its_own(county, devices):
    laptop, _ = devices
    laptop.open("two/")
    first, second = laptop.page, another_window(laptop)
    first.get_by_label("Wellbeing").press_sequentially("hopeful")
    first.wait_for_function(SAYS_SAVED)
    laptop.signal(False)
    second.get_by_label("Wellbeing").press_sequentially("worried")
    second.wait_for_function(SAYS_HERE)
    second.close()
    laptop.signal(True)
    laptop.visitor.reads("Two versions of these words", "hopeful", "worried")
    assert "hopeful" in words_on_server(county, county.visit)
    first.get_by_role("button", name="Put both in the box").click()
    first.wait_for_function(SAYS_SAVED)
    found = words_on_server(county, county.visit)
    assert "hopeful" in found
    assert "worried" in found
    assert lying_here(laptop) == [["supervision-two", True, False]]
