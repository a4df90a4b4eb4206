"""A young person asks to be found: numbers first, mails that say nothing, and nobody "told" before somebody has it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from casework.models import Worry
from schools.models import SchoolContact
from tests.casework.worries.worried import NEVER, Child, address, asked_at, letters, sent
from tests.factories.authorities import LONDON, NOW
from tests.performance.asked import asked

pytestmark = pytest.mark.django_db


class TestTheChildsPage:
    def test_numbers_first_then_who_is_asked_and_never_that_anybody_knows(self, county):
        child = Child(asked(county))
        page = child.look()
        assert page.index("0800 1111") < page.index("999") < page.index("Ask Dora Fenshire to find me today")
        said = child.ask()
        assert "We are asking Dora Fenshire to find you." in said
        assert "If no one comes by 10am, tell any grown-up or ring." in said
        for page in (said, child.look()):
            assert not [word for word in NEVER if word in page.lower()]
            assert "I have this" not in page
        Worry.objects.get().own(by=county.as_("manager"), at=NOW)
        assert "Mira Fenshire said: I have this. That was at 9:30am on Tuesday 8 September." in child.look()

    def test_pressed_again_it_is_one_worry_and_one_mail_each(self, county):
        child, token = Child(asked(county)), asked(county)
        child.ask()
        child.ask()
        Child(token).ask()
        assert Worry.objects.count() == 1
        assert len(sent(county)) == 2

    @pytest.mark.parametrize(
        "moment", [datetime(2026, 9, 8, 16, 30), datetime(2026, 9, 12, 10, 0), datetime(2026, 10, 28, 10, 0)]
    )
    def test_when_the_school_is_closed_it_says_so_and_asks_nobody(self, county, clock, moment):
        token = asked(county)
        clock(moment.replace(tzinfo=LONDON))
        if moment.day != 8:  # the link of a Tuesday is old by then; the numbers are there all the same
            assert "0800 1111" in Child(token).look()
            token = asked_at(county, moment.replace(tzinfo=LONDON))
        child = Child(token)
        assert "School is closed now. No one there can see this." in child.look()
        assert "We are asking" not in child.ask()
        assert not Worry.objects.exists()
        assert not sent(county)

    def test_before_the_doors_are_open_no_mail_goes_so_nobody_is_promised(self, county):
        county.authority.doors_opened_at = None
        county.authority.save()
        page = Child(asked(county)).look()
        assert "find me today" not in page
        assert "0800 1111" in page

    def test_the_head_is_asked_where_there_is_no_safeguarding_lead(self, county):
        SchoolContact.objects.filter(kind="safety").delete()
        assert "Ask Hetty Fenshire to find me today" in Child(asked(county)).look()

    def test_who_cannot_be_reached_is_never_promised_and_the_head_is_asked_instead(self, county):
        lead, contacts = county.people["dsl"], SchoolContact.objects.filter(kind="safety")
        child = Child(asked(county))
        for spoil, mend in (
            (lambda: contacts.update(bounced_at=NOW), lambda: contacts.update(bounced_at=None)),
            (lambda: address(lead, email=""), lambda: address(lead, email="dsl@oakfield.example")),
            (lambda: address(lead, address_changed_at=NOW - timedelta(hours=2)), None),
        ):
            spoil()
            assert "Ask Hetty Fenshire to find me today" in child.look()
            if mend is not None:
                mend()
                assert "Ask Dora Fenshire to find me today" in child.look()
        assert "We are asking Hetty Fenshire to find you." in child.ask()
        assert {to for to, *_ in letters(county)} == {"head@fenshire.example", "manager@fenshire.example"}

    def test_where_the_head_cannot_be_reached_either_there_are_the_numbers_alone(self, county):
        SchoolContact.objects.update(bounced_at=NOW)
        child = Child(asked(county))
        assert "find me today" not in child.look()
        assert "No one at school can be asked from here now." in child.ask()
        assert not Worry.objects.exists()

    def test_who_can_be_reached_no_longer_is_no_longer_named(self, county):
        child = Child(asked(county))
        child.ask()
        SchoolContact.objects.filter(kind="safety").update(bounced_at=NOW)
        page = child.look()
        assert "We are asking" not in page
        assert page.index("0800 1111") < page.index("You asked at 9:30am on Tuesday 8 September.")
        assert "Dora" not in page
        assert "We are asking Hetty Fenshire to find you." in child.ask(), "and who can be asked now is"
        assert Worry.objects.count() == 1

    def test_after_i_have_this_a_new_danger_can_be_asked_about(self, county, clock):
        child = Child(asked(county))
        child.ask()
        Worry.objects.get().own(by=county.as_("manager"), at=NOW)
        clock(NOW + timedelta(hours=5))
        page = child.look()
        assert page.index("Mira Fenshire said: I have this.") < page.index("Ask Dora Fenshire to find me today")
        assert "We are asking Dora Fenshire to find you. If no one comes by 3pm" in child.ask()
        assert [each.status for each in Worry.objects.order_by("pk")] == ["owned", "waiting"]

    @pytest.mark.parametrize("later", [NOW.replace(hour=10, minute=1), NOW.replace(hour=16, minute=30)])
    def test_nothing_says_that_we_are_asking_when_the_hour_is_past_or_the_school_is_closed(self, county, clock, later):
        child = Child(asked(county))
        child.ask()
        clock(later)
        page = child.look()
        assert "We are asking" not in page
        assert "You asked at 9:30am on Tuesday 8 September. No one has said they will come." in page
        assert ("find me today" in page) == (later.hour < 16)
        assert ("School is closed now." in page) == (later.hour >= 16)

    def test_a_parent_has_the_numbers_alone(self, county):
        page = Child(asked(county, kind="parent")).look()
        assert "find me" not in page
        assert "999" in page

    def test_on_another_device_nothing_shows_that_it_was_asked(self, county):
        token = asked(county)
        Child(token).ask()
        assert "We are asking" not in Child(token).look()
