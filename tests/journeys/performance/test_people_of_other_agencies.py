"""Somebody of another agency is added, asked and answers on a phone; a second says "not me"; the group is shown (H89)."""

from __future__ import annotations

import re

import pytest
from django.core import mail as outbox

from performance.models import PulseAnswered, Sheet, Wave
from teams.foundation import mail
from teams.models import AgencyPerson
from tests.factories.agencies import several, works_with
from tests.factories.authorities import NOW, County
from tests.performance.asked import ready

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy, pytest.mark.usefixtures("tuesday")]
SUMS = "/fenshire/what-people-said/?kind=pulse"
PHONE = {"width": 320, "height": 640}


@pytest.fixture
def county(fenshire) -> County:
    ready(fenshire)
    with fenshire.inside():
        fenshire.rows["pulse"] = Wave.objects.get(kind="pulse")
    return fenshire


def link_to(county: County, address: str) -> str:
    """From the mail that went to this mailbox."""
    with county.inside():
        notice = mail.Notice.objects.get(person__email=address)
        outbox.outbox.clear()
        mail.deliver(*mail.claim(notice.pk, at=NOW))
    return re.search(r"/fenshire/l/[\w-]+/", outbox.outbox[0].body)[0]


def test_from_an_empty_list_to_a_group_that_is_shown(county, visitor, aloud):
    manager = visitor().sign_in(county, "manager").goto(SUMS)
    manager.follow("Ask schools and agencies by e-mail").reads("nobody is on the list yet").check("agencies-ask-none")
    manager.follow("People of other agencies").reads("Nobody yet.").check("agencies-none")
    manager.follow("Add somebody").check("agencies-add")
    manager.fill("Agency", "School nursing").fill("Name", "Nia Jones").fill("Work e-mail address", "nia")
    manager.press("Add", exact=True).reads("There is a problem").check("agencies-add-wrong")
    manager.fill("Work e-mail address", county.people["worker"].email).press("Add", exact=True)
    manager.reads("Wanda Fenshire, who is known here already").check("agencies-add-known")
    manager.fill("Work e-mail address", "nia@nursing.example").press("Add", exact=True)
    manager.reads("Nia Jones is on the list and can be asked from tomorrow.").check("agencies-one")
    with county.inside():
        several(county, county.team, 3)
    manager.goto(SUMS).follow("Ask schools and agencies").reads("Fewer than 5 are never shown alone")
    manager.check("agencies-ask-few")
    with county.inside():
        for number, agency in enumerate(("CAMHS", "Youth centre", "Safer neighbourhood police")):
            works_with(
                county, county.team, agency=agency, name=f"Ola Number {number}", email=f"ola{number}@agency.example"
            )
        bounced = AgencyPerson.objects.get(person__email="person2@agency.example")
        bounced.bounce(by=county.clock, at=NOW)
    manager.goto("/fenshire/how-the-team-works/ask/").reads("Send 6 mails").press("Send 6 mails")
    manager.reads("6 mails are on the way.", "Come back tomorrow: 1 person can be asked then.")
    manager.check("agencies-asked")

    phone = visitor()
    phone.page.set_viewport_size(PHONE)
    phone.goto(link_to(county, "ola0@agency.example")).reads("We work as one large team.", "I do not work with")
    phone.check("agencies-link")
    phone.page.set_viewport_size(PHONE)
    phone.page.get_by_label("Agree", exact=True).first.check()
    phone.press("Send").reads("You have answered this term").check("agencies-link-thanks")

    plain = visitor(scripts=False)
    plain.page.set_viewport_size(PHONE)
    plain.goto(link_to(county, "ola1@agency.example")).reads("We work as one large team.")
    plain.press("Send").reads("Answer one of them at least.")
    picture(plain, "agencies-link-without-scripts-empty")
    plain.page.get_by_label("Mostly agree", exact=True).first.check()
    plain.press("Send").reads("You have answered this term")
    picture(plain, "agencies-link-without-scripts-thanks")

    gone = visitor(scripts=False)
    gone.page.set_viewport_size(PHONE)
    gone.goto(link_to(county, "person0@agency.example")).press("I do not work with East 1 team Fenshire")
    gone.reads("Nobody asks you about East 1 team Fenshire any more.")
    picture(gone, "agencies-link-without-scripts-gone")

    manager.goto("/fenshire/other-agencies/").reads("Mail came back", "They say that they do not work with the team")
    manager.check("agencies-list")
    manager.page.locator("a", has_text="Ola Number 2").click()
    manager.reads("Does Ola Number 2 no longer work with you?").check("agencies-end")
    manager.press("End now").reads("Nobody asks Ola Number 2 for East 1 team Fenshire any more.")

    without = visitor(scripts=False).sign_in(county, "manager").goto("/fenshire/other-agencies/add/")
    without.page.set_viewport_size(PHONE)
    without.press("Add", exact=True).reads("There is a problem")
    picture(without, "agencies-add-without-scripts")

    with county.inside():
        assert PulseAnswered.objects.count() == 2
        Sheet.objects.bulk_create(
            Sheet(wave=county.pulse, team=county.team, group=group, answers={"one_team": yes, "skills": "3"})
            for group, answers in (("agencies", "432"), ("members", "443321"), ("schools", "44"))
            for yes in answers
        )
        county.pulse.close(by=county.clock, at=NOW)
    manager.goto(SUMS).reads("Outside agencies", "Too few to show").check("agencies-shown")
    with aloud():
        print("\nanother agency: one mail, one press to answer, one to say that it is not for them")


def picture(visitor, name: str) -> None:
    """Without scripts by hand: axe is a script."""
    if visitor.pictures:
        visitor.page.screenshot(path=visitor.pictures / f"{name}-320.png", full_page=True)
