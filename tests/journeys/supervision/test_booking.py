"""Journeys M1 and H2 in a browser: four schools are booked, one answers on a phone, one cancels."""

from __future__ import annotations

import pytest

from supervision.models import Visit
from teams.foundation.links import Link
from tests.factories.authorities import NOW, make_county
from tests.supervision.crew import make_crew

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def county(site, monkeypatch):
    """It is the morning of 8 September 2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return make_crew(make_county("fenshire"))


def test_four_schools_are_booked_in_six_taps_and_one_answers_in_two(county, visitor, aloud):
    manager = visitor().sign_in(county, "manager").goto("/fenshire/supervision/")
    manager.reads("4 visits in school and 1 peer supervision.", "instead of").check("supervision-month")
    manager.page.get_by_role("link", name="Another day").first.click()  # tap 1
    manager.reads("the other visits are planned around it").check("visit-pin")
    manager.page.get_by_label("Wednesday 23 September").check()  # 2
    manager.press("Keep this day").reads("You chose this day")  # 3
    manager.press("Offer these times").reads("Three times are offered to 4 schools.").check("supervision-offered")  # 4

    with county.inside():
        visit = Visit.objects.for_page().filter(pinned_on=None).order_by("worker__name").first()
        number = visit.worker.name.split()[-1]
        _, token = Link.make(purpose="visit.choose", subject=visit, person=visit.school_person, at=NOW)
    head = visitor(phone=True, scripts=False).goto(f"/fenshire/l/{token}/")
    head.reads("Which time suits you?", "you are needed for the first 20")
    head.press("Send").reads("There is a problem", "Select a time")
    phone = visitor(phone=True).goto(f"/fenshire/l/{token}/").check("visit-choose")
    phone.page.get_by_role("radio").first.check()  # tap 1
    phone.press("Send my answer").reads("Thank you:", "Put it in your calendar").check("visit-chosen")  # 2

    manager.goto("/fenshire/supervision/").reads(f"Head {number} comes for the school")
    manager.follow("It could not happen").reads("Whose side was it?").check("visit-call-off")
    manager.press(f"School {number} called it off").reads(f"Noted. Other times are offered to School {number}.")
    manager.follow("Change the sets").reads("A change holds from 1 October 2026 on").check("supervision-sets")
    admin = visitor().sign_in(county, "admin").goto("/fenshire/set-up/how-often/").check("how-often")
    admin.goto(f"/fenshire/schools/{visit.school.public_id}/days/").check("school-days")
    with aloud():
        print("\nM1: 4 taps for four schools with a day chosen (target 6), 0 boxes. H2: 2 taps, 0 boxes (target 2, 0).")
