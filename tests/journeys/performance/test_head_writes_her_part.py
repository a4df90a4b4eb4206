"""Journey H5 in a browser: asked by the manager, written on a phone in eight taps, stopped and taken up again, rung."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from performance.actions import rounds
from performance.actions.beginning import begin_review
from performance.models import HeadPart, Wave
from performance.permissions.reviews import GIVE_LINK
from teams.actions.terms import keep_terms
from teams.foundation import mail
from teams.foundation.access import system
from teams.foundation.links import Link
from teams.models import Term
from teams.rules.calendar import school_year_of
from teams.rules.terms import offered_terms
from tests.factories.authorities import make_county
from tests.factories.reviews import make_scheme
from tests.journeys.supervision.hands import Hand
from tests.performance.asked import FOUR, said
from tests.supervision.stories import supervised

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]
MOST_TAPS, MOST_BOXES = 8, 3  # journeys H5


@pytest.fixture
def world(site):
    county = make_county("fenshire")
    now = timezone.now()
    with county.inside():
        supervised(county)
        by = system("tests", today=timezone.localdate(now))
        for year in range(school_year_of(by.today) - 1, school_year_of(by.today) + 2):
            keep_terms(year, offered_terms(year), by=by, at=now)
        make_scheme(county)
        families_say(county, by, now)
        county.rows["review"] = begin_review(
            county.people["worker"], "yearly", manager=county.people["manager"], by=by, at=now
        )
    return county


def families_say(county, by, now) -> None:
    """Twelve young people of Oakfield, and too few parents; the term's rounds are counted."""
    term = Term.objects.filter(starts_on__lte=by.today).order_by("-starts_on").first()
    for kind, answers in (
        (Wave.Kind.YOUNG, [FOUR] * 9 + [FOUR | {"heard": "no", "safe": "partly"}] * 3),
        (Wave.Kind.PARENT, [FOUR] * 4),
    ):
        wave = rounds.open_round(kind, term, by=by, at=now)
        said(wave, county.team, county.oakfield, answers)
        wave.close(by=by, at=now)


def link_of(county) -> str:
    with county.inside():
        _, token = Link.make(
            purpose=GIVE_LINK, subject=HeadPart.objects.get(), person=county.people["head"], at=timezone.now()
        )
    return f"/fenshire/l/{token}/"


def code_of(county) -> str:
    with county.inside():
        return mail.Notice.objects.filter(kind="code").latest("pk").words["code"]


def test_the_head_writes_her_part_and_is_rung(world, visitor, aloud):
    manager = visitor().sign_in(world, "manager")
    manager.goto(f"/fenshire/reviews/{world.review.public_id}/schools/").check("review-schools")
    manager.press("Ask the school").reads("1 school is asked.", "asked on").check("review-schools-asked")

    head = visitor(phone=True).goto(link_of(world))
    head.reads("Your year with Wanda", "Six minutes", "Your share: £14,145 a year").check("head-part")
    head.reads("12 answers without a name.", "9 of 12", "Parents: too few to show")
    hand = Hand(head)
    head.fill("What made a difference here?", "Mornings at the gate.")
    head.page.get_by_label("Mostly").check()
    head.page.get_by_label("Don’t know yet").check()
    head.press("Save and go on later").reads("Check your e-mail")
    head.fill("The code from the e-mail", code_of(world)).press("Continue")
    head.reads("Saved. It is sent when you press")
    assert head.page.get_by_label("What made a difference here?").input_value() == "Mornings at the gate."
    hand.taps += 5
    head.page.get_by_label("I come").check()
    head.page.get_by_label("No", exact=True).check()  # reveals the box beside it
    head.check("head-part-no")
    head.press("Send my part").reads("Say in a few words what you had expected").check("head-part-refused")
    head.page.get_by_label("Mostly").check()
    hand.taps += 2
    head.fill("What would you like more of, or different?", "A group for Year 5.")
    head.press("Send my part").reads("Thank you: your part is sent", "Mornings at the gate.").check("head-part-sent")
    hand.taps += 1
    hand.boxes += 2
    assert hand.taps <= MOST_TAPS
    assert hand.boxes <= MOST_BOXES
    with aloud():
        print(f"\nH5: {hand.taps} taps, {hand.boxes} boxes (target {MOST_TAPS}, {MOST_BOXES})")

    manager.goto("/fenshire/").reads("Ring ").check("week-to-ring")
    manager.follow("Ring ").reads("Don’t know yet", "Their budget date").check("next-year")
    manager.press("Keep what I heard").reads("Write in a few words what you heard").check("next-year-refused")
    manager.fill("What did you hear?", "The governors meet in May.").press("Keep what I heard")
    manager.reads("What you heard is kept.").check("next-year-rung")
    manager.goto(f"/fenshire/reviews/{world.review.public_id}/schools/").reads("given on").check("review-schools-given")


def test_without_scripts_on_a_phone_nothing_is_lost(world, visitor):
    """Without scripts pictures are taken by hand: axe is a script."""
    visitor().sign_in(world, "manager").goto(f"/fenshire/reviews/{world.review.public_id}/schools/").press(
        "Ask the school"
    )
    address = link_of(world)
    head = visitor(phone=True, scripts=False).goto(address)
    head.fill("What made a difference here?", "Mornings at the gate.").press("Send my part")
    head.reads("Check your e-mail").fill("The code from the e-mail", code_of(world)).press("Continue")
    head.reads("Choose whether the service was what you expected", "Choose what next year looks like from here")
    assert head.page.get_by_label("What made a difference here?").input_value() == "Mornings at the gate."
    head.page.get_by_label("Yes").check()
    head.page.get_by_label("Keep as it is").check()
    head.press("Send my part").reads("Thank you: your part is sent")
    with world.inside():
        Link.objects.update(expires_at=timezone.now() - timedelta(days=1))
    head.goto(address).reads("Thank you: your part is sent")
