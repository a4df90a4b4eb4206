"""A page whose scripts come late, or not all of them: what somebody has pressed meanwhile is neither lost nor passed over.

A script is held back on the line, or the device's own store is, and let go by the test: nothing waits for a time.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error

from tests.factories.agreements import make_agreement
from tests.factories.authorities import make_county
from tests.supervision.stories import supervised

pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True)]
FORM = "/fenshire/agreements/{}/lines/"
HELD = "No signal. Nothing was sent, and what you typed is still here."
# What the device keeps opens when the test says so.
SLOW_DEVICE = """
const open = new Promise((go) => { globalThis.openDevice = go; });
const listen = EventTarget.prototype.addEventListener;
IDBOpenDBRequest.prototype.addEventListener = function (type, heard, ...more) {
  const late = type === "success" ? (event) => open.then(() => heard(event)) : heard;
  return listen.call(this, type, late, ...more);
};
"""
LOOKED_AFTER = "() => document.querySelector('form[data-draft]')?.kept"


@pytest.fixture
def county(site):
    county = make_county("fenshire")
    with county.inside():
        county.rows["agreement"] = make_agreement(county)
    return county


@pytest.fixture
def room(site):
    county = make_county("fenshire")
    with county.inside():
        supervised(county)
    county.rows["room"] = f"{site}/fenshire/supervision/visits/{county.visit.public_id}/room/"
    return county


def held_back(page: Any, *scripts: str) -> list[Any]:
    """These stay on the line until their routes are continued."""
    held: list[Any] = []
    for script in scripts:
        page.route(f"**/static/**/{script}", lambda route: held.append(route))
    return held


def holds(page: Any) -> None:
    """The one script that waits for no other (static/js/signal.js) has come, and has been run."""
    script = page.wait_for_selector("script[src*=signal]", state="attached")
    script.evaluate("script => import(script.src).then(() => true)")


def test_without_signal_a_press_is_held_before_the_other_scripts_have_come(county, visitor):
    worker = visitor(phone=True).sign_in(county, "worker")
    held = held_back(worker.page, "govuk-frontend.min.js")
    worker.page.goto(f"{worker.site}/fenshire/feedback/", wait_until="commit")
    holds(worker.page)
    worker.fill("What is wrong, or hard to use?", "The box is too small on my phone")
    worker.context.set_offline(True)
    worker.press("Tell us").reads(HELD)
    assert (
        worker.page.get_by_label("What is wrong, or hard to use?").input_value() == "The box is too small on my phone"
    )
    assert held, "and they have not come yet"
    worker.context.set_offline(False)
    for route in held:
        route.continue_()


def test_without_signal_a_long_form_is_held_before_its_own_script_has_come(county, visitor):
    manager = visitor(phone=True).sign_in(county, "manager")
    held = held_back(manager.page, "drafts.js")
    manager.page.goto(manager.site + FORM.format(county.agreement.public_id), wait_until="commit")
    holds(manager.page)
    manager.page.fill("#id_focus", "Mornings at the gate")
    manager.context.set_offline(True)
    manager.press("Save and continue").reads(HELD)
    assert manager.page.input_value("#id_focus") == "Mornings at the gate"
    assert held
    manager.context.set_offline(False)
    for route in held:
        route.continue_()


def test_after_a_refusal_a_late_script_takes_nobody_out_of_the_box(county, visitor):
    worker = visitor(phone=True).sign_in(county, "worker")
    held = held_back(worker.page, "govuk-frontend.min.js")
    worker.page.goto(f"{worker.site}/fenshire/feedback/", wait_until="commit")
    worker.press("Tell us")
    box = worker.page.get_by_label("What is wrong, or hard to use?")
    worker.reads("There is a problem")
    box.press_sequentially("The box is ")
    for route in held:
        with suppress(Error):  # that of the page before
            route.continue_()
    worker.page.wait_for_selector("[data-govuk-error-summary-init]")
    worker.page.keyboard.type("too small")
    assert box.input_value() == "The box is too small"


def test_a_file_that_was_chosen_before_the_script_came_is_named(county, visitor):
    admin = visitor().sign_in(county, "admin")
    held = held_back(admin.page, "govuk-frontend.min.js")
    admin.page.goto(f"{admin.site}/fenshire/school-files/new/", wait_until="commit")
    admin.page.locator("input[type=file]").set_input_files(
        {"name": "edubasealldata.csv", "mimeType": "text/csv", "buffer": b"URN\n"}
    )
    for route in held:
        route.continue_()
    admin.reads("edubasealldata.csv")


@pytest.mark.parametrize("is_online", [True, False])
def test_in_the_room_a_press_before_the_device_answers_is_made_when_it_has(room, visitor, is_online):
    manager = visitor(phone=True).sign_in(room, "manager")
    manager.context.add_init_script(SLOW_DEVICE)
    manager.goto(room.room)
    page = manager.page
    page.wait_for_function(LOOKED_AFTER)
    page.fill("[name=service-why]", "The Friday club was missed twice")
    manager.context.set_offline(not is_online)
    manager.press("Read back and agree")
    page.evaluate("openDevice()")
    page.wait_for_selector("[data-room][data-step=read]")
    manager.reads("What we said", "The Friday club was missed twice")
    assert page.url == room.room
    manager.context.set_offline(False)


def test_a_box_that_somebody_is_about_to_type_in_does_not_go_away_under_the_cursor(room, visitor):
    manager = visitor(phone=True).sign_in(room, "manager")
    manager.context.add_init_script(SLOW_DEVICE)
    manager.goto(room.room)
    page = manager.page
    page.wait_for_function(LOOKED_AFTER)
    page.focus("[name=action-3-text]")
    page.evaluate("openDevice()")
    page.wait_for_selector("[data-ready]")
    page.keyboard.type("Meet at the gate")
    assert page.input_value("[name=action-3-text]") == "Meet at the gate"
    assert page.locator("[name=action-3-text]").is_visible()


def test_a_script_that_never_comes_takes_nothing_else_with_it(county, visitor):
    """What copies a figure never comes, and what watches for the end of the sign-in not at the first look."""
    senior = visitor().sign_in(county, "senior")
    page = senior.page
    page.clock.install()
    tries: list[str] = []

    def refuse_once(route: Any) -> None:
        tries.append(route.request.url)
        route.abort() if len(tries) == 1 else route.continue_()

    page.route("**/static/**/copy.js", lambda route: route.abort())
    page.route("**/static/**/time-out.js", refuse_once)
    senior.goto("/fenshire/figures/agreements-signed/")
    assert page.locator("[data-copy]").count()
    assert page.locator("button", has_text="Copy with its definition").count() == 0
    asked: list[int] = []
    page.on("response", lambda answer: asked.append(answer.status) if "/accounts/session/" in answer.url else None)
    for _ in range(100):  # what follows a look is set up once its script has not come
        page.clock.fast_forward("00:31")
        page.wait_for_timeout(50)
        if asked:
            break
    assert asked[0] == 200
    assert len(tries) == 2
