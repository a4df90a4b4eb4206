"""Journey H1 in a browser: four taps on a phone, without and with scripts, in every state of the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from schools.actions import agreements
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
        _, token = Link.make(
            purpose=agreements.SIGN_LINK, subject=agreement, person=county.people["head"], at=timezone.now()
        )
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
    head.reads("Thank you", "The worker and the council still have to sign")
    if scripts:
        head.check("head-thanks")
    head.goto(f"/fenshire/l/{world.token}/").reads("This link has done its work: you agreed on")
    if scripts:
        head.check("head-link-done")


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
        _, token = Link.make(
            purpose=agreements.SIGN_LINK, subject=world.agreement, person=world.people["head"], at=timezone.now()
        )
    head = visitor(phone=True).goto(f"/fenshire/l/{token}/")
    head.reads("in force").check("head-link-final")
