"""Journey H1 in a browser: four taps on a phone, without and with scripts, in every state of the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from schools.permissions import SIGN_LINK
from teams.foundation import mail
from teams.foundation.links import Link
from tests.factories.agreements import fresh, make_agreement, offered, signed
from tests.factories.authorities import make_county

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(site):
    county = make_county("fenshire")
    with county.inside():
        agreement = offered(make_agreement(county), county)
        _, token = Link.make(purpose=SIGN_LINK, subject=agreement, person=county.people["head"], at=timezone.now())
    county.rows |= {"agreement": agreement, "token": token}
    return county


def newest_code(county) -> str:
    with county.inside():
        return mail.Notice.objects.filter(kind="code").latest("pk").words["code"]


@pytest.mark.parametrize("scripts", [True, False])
def test_the_head_agrees_in_four_taps(world, visitor, scripts):
    head = visitor(phone=True, scripts=scripts).goto(f"/fenshire/l/{world.token}/")
    head.reads("Your share: £14,145", "41 % of £34,500 a year", "What it does not")
    if scripts:
        head.check("head-link")
    head.press("I agree for Oakfield")
    head.reads("Check your e-mail")
    if scripts:
        head.check("head-code")
    head.fill("The code from the e-mail", newest_code(world)).press("Continue")
    head.reads("Thank you", "and the council still have to sign")
    if scripts:
        head.check("head-thanks")
    head.goto(f"/fenshire/l/{world.token}/").reads("This link has done its work: you agreed on")
    if scripts:
        head.check("head-link-done")


def test_a_second_code_the_way_of_working_first_and_a_long_address(world, visitor):
    """ "Send another code" is pressed once and stays pressed once; nothing a school is called makes a page scroll."""
    with world.inside():
        head = world.people["head"]
        head.email = "headteacher@thorlbourne-with-long-name.fenshire.example"
        head.save()
        _, token = Link.make(purpose=SIGN_LINK, subject=world.agreement, person=head, at=timezone.now())
    head = visitor(phone=True).goto(f"/fenshire/l/{token}/").check("head-link-long-address")
    head.page.get_by_text("Agree to the way of working, but not").click()
    head.press("I agree to the way of working only").reads("Check your e-mail").check("head-code-long-address")
    head.press("Send another code").reads("Check your e-mail")
    head.fill("The code from the e-mail", newest_code(world)).press("Continue")
    head.reads("You agreed to the way of working. The cost is still open.").check("head-way-first")
    head.press("I agree for Oakfield").reads("Thank you")


def test_a_wrong_code_an_empty_question_and_a_no_keep_what_was_typed(world, visitor):
    head = visitor(phone=True).goto(f"/fenshire/l/{world.token}/")
    head.press("I agree for Oakfield").fill("The code from the e-mail", "1").press("Continue")
    head.reads("That is not the code").check("head-code-wrong")
    head.goto(f"/fenshire/l/{world.token}/")
    head.page.get_by_text("I have a question").click()
    head.press("Send my question").reads("Write your question").check("head-question-empty")
    head.fill("Your question", "Is July charged?").press("Send my question")
    head.reads("Is July charged?", "has your question").check("head-question-asked")
    head.page.locator("summary", has_text="I do not agree").click()
    head.fill("Why not?", "The budget is spent.").press("I do not agree", exact=True)
    head.reads("will ring you").check("head-said-no")


def test_an_old_link_and_an_unknown_one(world, visitor):
    with world.inside():
        Link.objects.update(expires_at=timezone.now() - timedelta(days=1))
    head = visitor(phone=True).goto(f"/fenshire/l/{world.token}/")
    head.reads("This link no longer works").check("head-link-old")
    head.press("Ask for a new link").reads("A new link is on its way").check("head-link-again")
    head.goto("/fenshire/l/nothing/").reads("This link does not work").check("head-link-unknown")


def test_when_all_have_signed_the_link_says_so(world, visitor):
    with world.inside():
        signed(fresh(world.agreement), world)
        _, token = Link.make(purpose=SIGN_LINK, subject=world.agreement, person=world.people["head"], at=timezone.now())
    head = visitor(phone=True).goto(f"/fenshire/l/{token}/")
    head.reads("in force").check("head-link-final")


@pytest.mark.parametrize("scripts", [True, False])
def test_not_me_is_passed_on_with_nothing_lost(world, visitor, scripts):
    head = visitor(phone=True, scripts=scripts).goto(f"/fenshire/l/{world.token}/")
    head.page.get_by_text("Not me? Pass it on").click()
    if scripts:
        head.check("head-pass-on")
    head.fill("Their name", "Nora Field").fill("Their e-mail address", "nora at school").press("Tell ")
    head.reads("There is a problem", "Not me? Pass it on")
    if scripts:
        head.check("head-pass-on-wrong")
    assert head.page.get_by_label("Their name").input_value() == "Nora Field"
    head.fill("Their e-mail address", "nora@school.example").press("Tell ")
    head.reads("sends it to Nora Field. Please do not sign.", "to Nora Field, Headteacher, nora@school.example.")
    if scripts:
        head.check("head-passed-on")


def test_without_signal_nothing_is_sent_and_nothing_is_lost(world, visitor):
    head = visitor(phone=True).goto(f"/fenshire/l/{world.token}/")
    head.page.get_by_text("I have a question").click()
    head.fill("Your question", "Is July charged?")
    head.context.set_offline(True)
    for button in ("I agree for Oakfield", "Send my question"):
        head.press(button).reads("No signal. Nothing was sent, and what you typed is still here.")
    assert head.page.get_by_role("status").filter(has_text="No signal").count() == 1, "beside the last press alone"
    head.check("head-no-signal")
    assert head.page.get_by_label("Your question").input_value() == "Is July charged?"
    head.context.set_offline(False)
    expect(head.page.get_by_text("No signal.")).to_have_count(0)
    head.press("Send my question").reads("Your question has gone to", "has your question")
    with world.inside():
        assert fresh(world.agreement).questions.get().text == "Is July charged?"


def test_the_second_press_counts_at_once_when_signal_is_back(world, visitor):
    """GOV.UK's buttons pass over a second press for a second: one that was not sent is no first press."""
    head = visitor(phone=True).goto(f"/fenshire/l/{world.token}/")
    head.page.get_by_text("I have a question").click()
    head.fill("Your question", "Is July charged?")
    head.context.set_offline(True)
    head.page.clock.install()
    head.page.clock.pause_at(timezone.now() + timedelta(hours=1))  # no second goes by from here on
    head.press("Send my question")
    head.context.set_offline(False)
    head.press("Send my question").reads("Your question has gone to")


def test_enter_in_a_box_is_held_too(world, visitor):
    head = visitor(phone=True).goto(f"/fenshire/l/{world.token}/")
    head.page.get_by_text("Not me? Pass it on").click()
    head.fill("Their name", "Nora Field")
    head.context.set_offline(True)
    head.page.get_by_label("Their name").press("Enter")
    head.reads("No signal. Nothing was sent")
    assert head.page.get_by_label("Their name").input_value() == "Nora Field"
