"""Feedback on a tablet (journeys Y1): handed over, two promises, four pictures, six taps; without scripts at 320 px."""

from __future__ import annotations

import pytest

from performance.models import Feedback, Sheet, Ticket
from tests.factories.authorities import County
from tests.performance.asked import asked, ready, young_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tuesday")]


@pytest.fixture
def county(fenshire) -> County:
    ready(fenshire)
    return fenshire


def test_on_a_tablet_that_is_handed_over_and_on_a_small_phone_without_scripts(county, visitor, aloud):
    tablet = visitor(phone=True).sign_in(county, "worker").goto(f"/fenshire/young-people/{county.young.public_id}/")
    tablet.follow("Ask for feedback").reads("signs you out first").check("feedback-ask")
    tablet.page.evaluate("async () => (await import('/static/js/device.js')).somebodyIsHere('fenshire', 'wanda')")
    tablet.press("On this device").reads("How is it going?", "Wanda, please step away now.").check("asked-start")

    # Nor does this device show anything that lies on it for the worker, when there is no signal.
    tablet.page.wait_for_function(
        "async () => (await (await import('/static/js/device.js')).whoIsHere('fenshire')) === undefined"
    )

    # The back button shows nothing of the worker's, and no address of hers opens.
    tablet.page.go_back()
    tablet.page.wait_for_load_state()
    assert "J.S." not in tablet.page.content()
    assert tablet.page.get_by_label("Email").or_(tablet.page.get_by_label("E-mail")).count()
    tablet.page.go_forward()
    tablet.reads("How is it going?")

    taps = [lambda: tablet.press("With my name")]
    taps += [lambda word=word: tablet.press(word, exact=True) for word in ("Yes", "A bit", "Yes", "Better")]
    for number, tap in enumerate(taps):
        tap()
        tablet.page.wait_for_load_state()
        if number == 0:
            tablet.reads("Question 1 of 4", "Does Wanda listen to you?").check("asked-question")
    tablet.reads("That was the last one").check("asked-send")
    tablet.fill("Do you want to say more?", "The blue room is good")
    tablet.press("Send", exact=True).reads("Thank you. It is sent.", "Now give this back to Wanda.").check(
        "asked-thanks"
    )
    tablet.follow("Worried or not safe?").reads("0800 1111", "Tell a grown-up here now.").check("asked-safe")
    assert tablet.page.get_by_text("told", exact=False).count() == 0, "nothing says that anybody has been told"
    with county.inside():
        assert Feedback.objects.get().words == "The blue room is good"
        token = asked(county, Ticket.Channel.CODE, young=young_person(county, "A.B."))

    phone = visitor(scripts=False)
    phone.page.set_viewport_size({"width": 320, "height": 568})
    phone.goto(f"/fenshire/q/{token}/")
    presses = 0
    for word in ("Keep my name off", "Yes", "No", "At times", "The same", "Send"):
        main = phone.page.locator("main").bounding_box()
        assert main is not None
        assert main["width"] <= 320, "nothing to scroll sideways for"
        phone.press(word, exact=True)
        presses += 1
        if phone.pictures:
            phone.page.screenshot(path=phone.pictures / f"asked-{presses}-320-without-scripts.png", full_page=True)
    phone.reads("Thank you. It is sent.")
    with aloud():
        print(f"\nY1: {presses} taps of 6, 0 fields, without scripts")
    assert presses <= 6
    with county.inside():
        assert Sheet.objects.get().answers == {"heard": "yes", "useful": "no", "safe": "partly", "changed": "same"}
