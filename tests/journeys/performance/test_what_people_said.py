"""The pages of what people said, in each state, at both widths (journeys 10, "Feedback under 5")."""

from __future__ import annotations

import pytest

from casework.models import Worry
from performance.models import Wave
from teams.foundation import mail
from tests.factories.authorities import NOW, County
from tests.performance.asked import FOUR, Young, asked, ready, said, young_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy, pytest.mark.usefixtures("tuesday")]


@pytest.fixture
def county(fenshire) -> County:
    ready(fenshire)
    with fenshire.inside():
        said(fenshire.wave, fenshire.team, fenshire.oakfield, [FOUR] * 5 + [FOUR | {"heard": "no"}] * 4)
        said(fenshire.wave, fenshire.team, fenshire.beech, [FOUR] * 4)
        token = asked(fenshire, kind="parent")
        named = asked(fenshire)
        fenshire.rows["child"] = asked(fenshire, young=young_person(fenshire, "A.B."))
    mine = Young(named)
    mine.press(press="named")
    mine.press(at="0", answer="yes")
    mine.press(press="send", answer="I like the blue room, and that she comes on Mondays")
    fenshire.rows["token"] = token
    return fenshire


def close(county: County) -> None:
    with county.inside():
        for wave in Wave.objects.filter(status="open", kind="young-person").select_related("questionnaire"):
            wave.close(by=county.clock, at=NOW)


def test_everybodys_pages_of_what_people_said(county, visitor):
    manager = visitor().sign_in(county, "manager").goto("/fenshire/what-people-said/")
    manager.reads("No round is over yet.").check("people-said-none")
    close(county)
    manager.goto("/fenshire/what-people-said/").reads("Too few to show", "9 answers without a name").check(
        "people-said"
    )
    manager.follow("Write what you did").press("Show it").reads("There is a problem").check("we-did-wrong")
    manager.fill("You said", "You said the room was too loud.").fill("We did", "It moved.").press("Show it")
    manager.reads("It moved.").check("we-did")
    manager.goto("/fenshire/what-people-said/").follow("Wanda Fenshire").reads("I like the blue room").check(
        "said-of-wanda"
    )
    manager.goto(f"/fenshire/young-people/{county.young.public_id}/").reads("What they said").check("young-person-said")

    parent = visitor(phone=True).goto(f"/fenshire/q/{county.token}/").reads("What do you think?")
    parent.check("parent-start").follow("Ring me instead").press("Ask Wanda to ring").reads("Enter a telephone number")
    parent.check("parent-ring-wrong")
    parent.fill("Your telephone number", "07700 900123").press("Ask Wanda to ring").reads(
        "Wanda can see your number now."
    )

    worker = visitor(phone=True).sign_in(county, "worker").goto(f"/fenshire/young-people/{county.young.public_id}/")
    worker.reads("A parent asks to be rung").check("young-person-ring")
    worker.follow("Ask for feedback").page.get_by_label("A parent").check()
    worker.press("With a code").reads("Let them scan this code").check("feedback-code")
    worker.goto(f"/fenshire/q/{county.token}/").reads("This page is for whoever is asked").check("asked-signed-in")
    worker.goto("/fenshire/what-people-said/about-me/").reads("I like the blue room").check("my-feedback")

    tablet = visitor(phone=True).goto(f"/fenshire/q/{county.child}/safe/").reads("0800 1111").check("safe-ask")
    tablet.press("Ask Hetty Fenshire to find me today").reads("We are asking Hetty Fenshire", "by 10am").check(
        "safe-asked"
    )
    with county.inside():
        link = next(
            notice for notice in mail.Notice.objects.filter(kind="worry") if notice.person == county.people["head"]
        )
        token = mail.claim(link.pk, at=NOW)[1]
        worry = Worry.objects.get().public_id
    manager.goto(f"/fenshire/worries/{worry}/").reads("Please ring Wanda Fenshire", "A.B.").check("worry-manager")
    lead = visitor(phone=True).goto(f"/fenshire/l/{token}/").reads("Please ring Wanda").check("worry-link")
    lead.press("I have this").reads("Hetty Fenshire has this").check("worry-owned")
    tablet.page.reload()
    tablet.reads("Hetty Fenshire said: I have this.").check("safe-found")

    worker.goto("/fenshire/how-the-team-works/").reads("We work as one large team.").check("pulse")
    worker.press("Send").reads("Answer one of them at least.").check("pulse-empty")
    worker.page.get_by_label("Agree", exact=True).first.check()
    worker.press("Send").reads("You have answered this term").check("pulse-thanks")

    head = visitor().sign_in(county, "head").goto(f"/fenshire/schools/{county.oakfield.public_id}/")
    head.reads("9 answers without a name", "It moved.").check("school-said")
