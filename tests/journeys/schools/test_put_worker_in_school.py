"""Journey M7 in a browser: from "put a worker in a school" to three signatures, with and without scripts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from schools.actions.wording import start_wording
from schools.models import Agreement, Placement
from tests.factories.agreements import make_agreement, offered, signed
from tests.factories.authorities import NOW, YEAR_STARTS, make_county

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def county(site):
    county = make_county("fenshire")
    with county.inside():
        start_wording(from_day=YEAR_STARTS, by=county.clock, at=NOW)
    return county


def the_agreement(county) -> Agreement:
    with county.inside():
        return Agreement.objects.select_related("latest").get()


# With scripts each page is looked at besides (axe, two widths); without, the same way is walked to the three signatures.
@pytest.mark.parametrize("scripts", [pytest.param(True, marks=pytest.mark.heavy), False])
def test_a_worker_is_put_in_a_school_and_sent_to_sign(county, visitor, scripts):
    """12 presses and 6 boxes at most; what is known is filled in."""
    manager = visitor(scripts=scripts).sign_in(county, "manager").goto("/fenshire/agreements/")
    look = manager.check if scripts else lambda _: None
    manager.reads("No agreements yet")
    look("agreement-list-empty")
    manager.follow("Put a worker in a school").reads("Wanda Fenshire, pupil support worker. In no school yet")
    look("placement-choose")
    manager.press("Continue").reads("There is a problem", "Select a post")
    look("placement-choose-errors")
    manager.page.get_by_label("PSW 1 Fenshire").check()
    manager.fill("Which school?", "primary").press("Continue").reads("Which of these?")
    look("placement-choose-several")
    manager.fill("Which school?", "oakf").press("Continue")

    manager.reads("step 1 of 4", "35 hours a week on 5 days")
    look("placement-days")
    manager.page.get_by_label("Friday", exact=True).uncheck()
    manager.fill("Monday: from", "25:00").press("Save and continue").reads("Monday must start at a time like 8:30")
    look("placement-days-errors")
    manager.fill("Monday: from", "8.30").fill("main thing", "Attendance in years 5 and 6")
    if scripts:
        manager.reads("28 hours a week on 4 days")
    manager.press("Save and continue")

    manager.reads("Step 2 of 4", "Oakfield Primary School Fenshire pays", "£34,500")
    look("agreement-shares")
    manager.fill("Share of payer 2", "40").press("Save and continue")
    manager.reads("the shares come to 99.00 %. They must come to 100.00 %.")
    look("agreement-shares-wrong")
    manager.fill("Share of payer 2", "41").press("Work it out").reads("By term")
    manager.press("Save and continue")

    manager.reads("Step 3 of 4", "The county’s clauses, locked")
    look("agreement-lines")
    manager.fill("What the worker does here", "Mornings at the gate.")
    manager.follow("See it as the head will").reads("Nothing has been sent", "What it buys")
    look("agreement-preview")
    manager.page.go_back()
    manager.fill("What the worker does here", "Mornings at the gate.").press("Save and continue")
    manager.page.wait_for_url("**/send/")

    manager.reads("Step 4 of 4", "head@fenshire.example", "Confirmed on 8 September 2026")
    look("agreement-send")
    manager.press("Send to sign").reads("Ring or meet Hetty Fenshire first, then tick this box")
    look("agreement-send-errors")
    manager.page.get_by_label("I have rung or met Hetty Fenshire").check()
    manager.press("Send to sign").reads("Sent to sign. Hetty Fenshire gets an e-mail with a link.")
    look("agreement-offered-manager")
    agreement = the_agreement(county)
    assert agreement.latest.own_lines["focus"] == "Mornings at the gate."
    with county.inside():
        assert Placement.objects.get().hours_per_week == Decimal("28.00")

    worker = visitor(scripts=scripts).sign_in(county, "worker").goto(f"/fenshire/agreements/{agreement.public_id}/")
    worker.reads("Your signature is missing")
    assert "£" not in worker.page.locator("main").inner_text()
    if scripts:
        worker.check("agreement-offered-worker")
    worker.press("Read and sign").press("Sign", exact=True).reads("Read the text, then tick this box")
    if scripts:
        worker.check("agreement-sign-worker-errors")
    worker.page.get_by_label("I have read the way of working").check()
    worker.press("Sign", exact=True).reads("Thank you. Two of the three still have to sign.")

    manager.press("Read and sign").reads("Sign for the council", "£34,500")
    look("agreement-sign-council")
    manager.page.get_by_label("I agree for the council").check()
    manager.press("Sign", exact=True).reads("One of the three still has to sign")

    head = visitor(phone=True, scripts=scripts).sign_in(county, "head")
    head.goto(f"/fenshire/agreements/{agreement.public_id}/").reads(
        "41 % of £34,500 a year", "The rest is paid by others"
    )
    if scripts:
        head.check("agreement-offered-head")
    head.press("Read and sign")
    if scripts:
        head.check("agreement-sign-head")
    head.page.get_by_label("I agree for the school").check()
    head.press("Sign", exact=True).reads("All three have signed: it is active.")
    manager.goto(f"/fenshire/agreements/{agreement.public_id}/").reads("School, worker and council have signed")
    look("agreement-active-manager")


@pytest.mark.heavy
def test_every_state_of_an_agreement_in_pictures(county, visitor):
    with county.inside():
        agreement = signed(offered(make_agreement(county), county), county)
        make_agreement(county, post="other_post", school="beech")
    address = f"/fenshire/agreements/{agreement.public_id}/"
    senior = visitor().sign_in(county, "senior").goto("/fenshire/agreements/").check("agreement-list")
    senior.goto("/fenshire/agreements/?status=declined&school=zzz").reads("No agreement fits").check(
        "agreement-list-none"
    )
    manager = visitor().sign_in(county, "manager").goto(address)
    manager.press("Change it").reads("Change the agreement: days").check("agreement-change-days")
    manager.goto(address).reads("not finished").check("agreement-changing")
    manager.goto(address + "shares/").check("agreement-change-shares")
    manager.fill("Share of payer 1", "49").fill("Share of payer 2", "51").press("Save and continue")
    manager.press("Save and continue").page.wait_for_url("**/send/")
    manager.page.get_by_label("I have rung or met").check()
    manager.press("Send to sign").reads("Active; a change is sent to sign").check("agreement-varied")
    manager.goto(address + "versions/1/").check("agreement-version")
    manager.goto(address + "again/").check("agreement-again")
    manager.press("Send it again").reads("has not gone yet").check("agreement-again-refused")
    manager.goto(address + "person/").check("agreement-person")
    manager.press("Save").reads("Select what is wrong").check("agreement-person-errors")

    head = visitor(phone=True).sign_in(county, "head").goto(address)
    head.page.get_by_text("I have a question").click()
    head.fill("Your question", "Why more?").press("Send my question").reads("Your question has gone to Mira Fenshire")
    head.follow("I do not agree").reads("Why not?").check("agreement-decline")
    head.press("Say no").reads("Say in a few words why not").check("agreement-decline-errors")
    head.fill("Why not?", "We have no money for it.").press("Say no").reads("Thank you for saying so")
    head.check("agreement-declined-head")
    manager.goto(address).reads("a change was not agreed", "We have no money for it.").check(
        "agreement-declined-manager"
    )
    manager.follow("Answer Hetty").check("agreement-answer")
    manager.fill("Your answer", "Because of the pay award.").press("Send the answer").reads("Because of the pay award.")
    manager.press("Take the change back").reads("The change is taken back")
    manager.follow("End it").check("agreement-end")
    manager.page.get_by_label("Why does it end?").fill("The school merges.")
    manager.press("End it").check("agreement-ended")
    lead = visitor(phone=True).sign_in(county, "lead").goto(address).check("agreement-lead")
    assert "£" not in lead.page.locator("body").inner_text()
    senior.goto("/fenshire/funds/").check("fund-list")
    senior.follow("Add a fund").press("Save").reads("Enter the name").check("fund-errors")
