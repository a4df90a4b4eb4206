"""Away from school in four taps (W4), read by the head at once (H4); a manager away, and who covers (M6.3, M6.4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schools.models import Placement, TimeAway
from teams.models import Cover
from tests.factories.authorities import NOW, TODAY, County
from tests.reports.stories import active, add_terms

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def tuesday(monkeypatch) -> None:
    """It is half past nine on Tuesday 8 September 2026, in the server too."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def test_four_taps_and_the_school_reads_it(fenshire: County, visitor, aloud):
    active(fenshire)
    add_terms(fenshire)
    with fenshire.inside():
        for purpose, day in (("team", 3), ("own", 7)):
            TimeAway.tell(
                Placement.objects.get(), fenshire.people["worker"], purpose=purpose, by=fenshire.as_("worker"), at=NOW,
                starts_at=NOW.replace(day=day), back_at=NOW.replace(day=day, hour=12),
            )  # fmt: skip
    phone = visitor(phone=True).sign_in(fenshire, "worker").goto("/fenshire/home/")
    phone.check("today-before")
    phone.follow("I’m away from school").reads("What for?", "Back when?")  # tap 1
    phone.check("time-away")
    phone.page.get_by_label("Training").check()  # tap 2
    phone.page.get_by_label("The end of my day here").check()  # tap 3
    phone.press("Tell the school")  # tap 4
    phone.reads("At training until 15:30.", "The school sees this tomorrow").check("my-time")
    with aloud():
        print("\nW4: 4 taps of 4, 0 fields of 0")
    phone.goto("/fenshire/time-away/").press("Tell the school").reads("There is a problem").check("time-away-refused")
    head = visitor(phone=True).sign_in(fenshire, "head").goto("/fenshire/home/")
    head.reads("At training until 15:30.", "Benefit to you: new rules and practice").check("head-now")
    head.follow("What took").reads("Benefit to the school").check("head-time")


def test_a_manager_says_who_covers_without_scripts(fenshire: County, visitor):
    active(fenshire)
    manager = visitor(scripts=False).sign_in(fenshire, "manager").goto("/fenshire/cover/")
    manager.page.get_by_label("Who covers?").select_option(label="Otto Fenshire, Team manager")
    last = TODAY + timedelta(days=4)
    boxes = manager.page.get_by_role("group", name="Last day")
    for name, value in (("Day", last.day), ("Month", last.month), ("Year", last.year)):
        boxes.get_by_label(name).fill(str(value))
    manager.press("Arrange the cover").reads("Otto Fenshire covers for you from")
    with fenshire.inside():
        assert Cover.objects.get().ends_on == last
    deputy = visitor().sign_in(fenshire, "other_manager").goto("/fenshire/home/")
    deputy.reads("Mira Fenshire is away until", "you cover").check("week-covering")
    deputy.goto("/fenshire/cover/").check("cover")
    deputy.goto(f"/fenshire/people/{fenshire.people['worker'].public_id}/away/").reads("No reason is asked").check(
        "away"
    )
    deputy.press("Do all three").reads("down as away since", "Away today").check("away-now")
    deputy.goto("/fenshire/away/").reads("Wanda Fenshire").check("away-list")
