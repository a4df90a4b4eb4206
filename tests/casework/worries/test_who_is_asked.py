"""Who is asked to find a child, again and again, until somebody has it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail as outbox
from django.test import Client

from casework.actions import worries
from casework.models import Worry
from casework.rules.worries import come_by, is_due, is_school_time
from casework.tasks import ask_again
from schools.models import SchoolContact
from teams.foundation import mail
from teams.foundation.access import Role
from teams.foundation.carriers import Failure, Trouble
from teams.foundation.errors import Refusal
from teams.models import AuditEvent, Cover, LineManagement, Membership, Person
from tests.casework.worries.worried import NEVER, Child, came_back, is_away, letters, sent
from tests.factories.authorities import LONDON, NOW, TODAY
from tests.performance.asked import asked, text

pytestmark = pytest.mark.django_db


class TestTheMails:
    def test_whom_to_ring_and_not_a_word_more(self, county):
        Child(asked(county)).ask()
        found = letters(county)
        assert {to for to, *_ in found} == {"dsl@oakfield.example", "manager@fenshire.example"}
        for _, subject, body in found:
            assert subject == "Please ring Wanda Fenshire"
            assert "J.S." not in body
            assert "young" not in body.lower()
            assert not [word for word in NEVER if word in body.lower()]

    def test_again_each_half_hour_until_somebody_has_it(self, county, clock):
        Child(asked(county)).ask()
        worry = Worry.objects.for_page().get()
        for minutes, mails in ((10, 2), (31, 4), (45, 4), (62, 6)):
            clock(NOW + timedelta(minutes=minutes))
            worries.remind(Worry.objects.for_page().get(), by=county.clock, at=NOW + timedelta(minutes=minutes))
            assert len(sent(county)) == mails, minutes
        worry.own(by=county.as_("manager"), at=NOW + timedelta(minutes=63))
        assert not letters(county), "what waits to be sent is not needed any more"
        with pytest.raises(Refusal, match="Somebody has this already"):
            worry.remind(of=county.people["head"], by=county.clock, at=NOW + timedelta(minutes=95))

    def test_mail_that_came_back_goes_to_the_head_at_once_who_has_it_by_the_link(self, county, clock):
        Child(asked(county)).ask()
        SchoolContact.objects.filter(kind="safety").update(bounced_at=NOW)
        worries.remind(Worry.objects.for_page().get(), by=county.clock, at=NOW)
        (body,) = [body for to, _, body in letters(county) if to.startswith("head")]
        assert Worry.objects.get().asked_of == county.people["head"]
        client = Client()
        assert "Hetty Fenshire has this" in text(client.post(re.search(r"/fenshire/l/[\w-]+/", body)[0], follow=True))

    def test_while_the_manager_is_away_her_deputy_is_asked_and_may_have_it(self, county, client_for):
        deputy = county.people["other_manager"]
        Cover.start(
            county.people["manager"], deputy, starts_on=TODAY, ends_on=TODAY, by=county.as_("manager"), at=NOW
        )  # fmt: skip
        Child(asked(county)).ask()
        found = {to: body for to, _, body in letters(county)}
        assert found.keys() == {"dsl@oakfield.example", deputy.email}
        page = Client().post(re.search(r"/fenshire/l/[\w-]+/", found[deputy.email])[0], follow=True)
        assert f"{deputy.name} has this" in text(page)
        page = client_for(county, "other_manager").get(f"/fenshire/worries/{Worry.objects.get().public_id}/")
        assert page.status_code == 200

    def test_while_the_manager_is_away_without_a_deputy_somebody_at_work_is_asked_too_and_may_have_it(
        self, county, client_for
    ):
        is_away(county, "manager")
        Child(asked(county)).ask()
        found = {to: body for to, _, body in letters(county)}
        assert found.keys() == {"dsl@oakfield.example", "manager@fenshire.example", "senior@fenshire.example"}
        worry = Worry.objects.get()
        assert "Ring Wanda Fenshire" in text(client_for(county, "senior").get("/fenshire/waiting/"))
        page = text(client_for(county, "senior").get(f"/fenshire/worries/{worry.public_id}/"))
        assert "J.S." not in page, "Who it is, the worker says."
        page = Client().post(re.search(r"/fenshire/l/[\w-]+/", found["senior@fenshire.example"])[0], follow=True)
        assert "Sena Fenshire has this" in text(page)

    def test_her_own_manager_goes_before_the_senior_managers_and_a_deputy_who_is_away_counts_for_nobody(self, county):
        manager, deputy, above = (county.people[who] for who in ("manager", "other_manager", "admin"))
        Cover.start(manager, deputy, starts_on=TODAY, ends_on=TODAY, by=county.as_("manager"), at=NOW)
        is_away(county, "other_manager")
        LineManagement.objects.create(person=deputy, manager=above, starts_on=TODAY)
        Child(asked(county)).ask()
        assert {to for to, *_ in letters(county)} == {"dsl@oakfield.example", deputy.email, above.email}

    def test_a_worker_who_covers_for_her_own_manager_is_not_the_one_who_is_asked_to_ring_herself(self, county):
        manager, worker = county.people["manager"], county.people["worker"]
        Membership.objects.create(person=worker, user=worker.user, role=Role.SENIOR_PRACTITIONER, starts_on=TODAY)
        Cover.start(manager, worker, starts_on=TODAY, ends_on=TODAY, by=county.as_("manager"), at=NOW)
        is_away(county, "manager")
        Child(asked(county)).ask()
        asked_by_mail = {to for to, *_ in letters(county)}
        assert worker.email not in asked_by_mail
        assert "senior@fenshire.example" in asked_by_mail

    def test_when_the_mail_of_the_only_manager_comes_back_somebody_else_of_the_council_is_asked_at_once(self, county):
        Child(asked(county)).ask()
        assert "senior@fenshire.example" not in {to for to, *_ in letters(county)}
        came_back(county, "manager", Trouble.ADDRESS)
        assert "senior@fenshire.example" in {to for to, *_ in letters(county)}
        Worry.objects.all().update(status="owned", owned_by=county.people["head"], owned_at=NOW)
        outbox.outbox = []
        Child(asked(county)).ask()
        assert "senior@fenshire.example" in {to for to, *_ in letters(county)}, "nor the next time"

    @pytest.mark.parametrize("trouble", [Trouble.REFUSED, Trouble.BROKEN])
    def test_when_the_leads_mail_was_refused_the_head_is_asked_at_once_and_nobody_is_named_in_vain(
        self, county, trouble
    ):
        """A filter of the school's took it for spam: the address is right, and nobody has read it."""
        child = Child(asked(county))
        child.ask()
        came_back(county, "dsl", trouble)
        assert "We are asking Dora" not in child.look()
        assert Worry.objects.get().asked_of == county.people["head"]
        assert "head@fenshire.example" in {to for to, *_ in letters(county)}
        assert "Ask Hetty Fenshire to find me today" in Child(asked(county)).look()

    def test_while_the_mail_cannot_leave_no_page_says_that_somebody_is_being_asked(self, county):
        """Our own settings, or no mail server: it waits, and so would the young person."""
        child = Child(asked(county))
        child.ask()
        assert "We are asking" in child.look()
        mail.Notice.objects.filter(kind="worry").update(trouble=Trouble.LATER)
        page = child.look()
        assert "We are asking" not in page
        assert "Do not wait." in page

    def test_handed_over_while_nobody_has_it_the_one_to_ring_is_who_goes_on_with_them(self, county, client_for):
        """Who has left knows nobody's name by tomorrow, and her old manager is asked for nothing."""
        goes_on, her_manager = county.people["other_worker"], county.people["other_manager"]
        LineManagement.objects.create(person=goes_on, manager=her_manager, starts_on=TODAY)
        Child(asked(county)).ask()
        letters(county)
        mail.Notice.objects.filter(kind="worry").update(state="sent")
        county.young.hand_over(goes_on, by=county.as_("manager"), at=NOW)
        worry = Worry.objects.get()
        assert worry.worker == goes_on
        found = {to: subject for to, subject, _ in letters(county)}
        assert set(found.values()) == {f"Please ring {worry.worker.name}"}
        assert found.keys() == {"dsl@oakfield.example", her_manager.email}
        assert f"Ring {worry.worker.name}" in text(client_for(county, "other_manager").get("/fenshire/waiting/"))

    def test_a_manager_at_work_is_asked_alone(self, county):
        is_away(county, "other_manager")
        Child(asked(county)).ask()
        assert {to for to, *_ in letters(county)} == {"dsl@oakfield.example", "manager@fenshire.example"}

    def test_where_nobody_manages_the_worker_the_senior_managers_are_asked(self, county):
        LineManagement.objects.filter(person=county.people["worker"]).delete()
        Child(asked(county)).ask()
        assert "senior@fenshire.example" in {to for to, *_ in letters(county)}

    def test_when_the_mail_of_who_was_asked_comes_back_the_head_is_asked_in_that_moment(self, county, client_for):
        Child(asked(county)).ask()
        assert client_for(county, "head").get(f"/fenshire/worries/{Worry.objects.get().public_id}/").status_code == 404
        notice = next(each for each in sent(county) if each.person_id == county.people["dsl"].pk)
        mail.Notice.objects.filter(pk=notice.pk).update(address="dsl@oakfield.example")
        notice.refresh_from_db()
        mail.come_back(notice, Failure(Trouble.ADDRESS, "No such mailbox."), by=county.clock, at=NOW)
        assert Worry.objects.get().asked_of == county.people["head"]
        assert "head@fenshire.example" in {to for to, *_ in letters(county)}

    def test_a_head_who_is_signed_in_has_it_from_the_moment_on_in_which_the_lead_is_not_reached(
        self, county, client_for
    ):
        Child(asked(county)).ask()
        worry = Worry.objects.get()
        head, address = client_for(county, "head"), f"/fenshire/worries/{worry.public_id}/"
        assert "Ring Wanda" not in text(head.get("/fenshire/waiting/"))
        SchoolContact.objects.filter(kind="safety").update(bounced_at=NOW)  # after school, say: nobody is asked anew
        assert Worry.objects.get().asked_of == county.people["dsl"]
        assert "Ring Wanda" in text(head.get("/fenshire/waiting/"))
        assert client_for(county, "other_head").get(address).status_code == 404
        assert "Hetty Fenshire has this" in text(head.post(address, follow=True))

    def test_not_at_night_and_on_the_next_school_day_again(self, county, clock):
        Child(asked(county)).ask()
        for moment, mails in ((NOW.replace(hour=16, minute=5), 2), (NOW.replace(day=9, hour=8, minute=5), 4)):
            clock(moment)
            worries.remind(Worry.objects.for_page().get(), by=county.clock, at=moment)
            assert len(sent(county)) == mails

    def test_heads_limits_do_not_hold_it_back(self, county):
        SchoolContact.objects.filter(kind="safety").delete()
        for number in range(3):
            mail.Notice.objects.create(
                kind="code", person=county.people["head"], matter=f"{number}", to_school=True, state="sent", made_at=NOW,
                due_at=NOW, sent_at=NOW - timedelta(days=1),
            )  # fmt: skip
        Child(asked(county)).ask()
        assert "head@fenshire.example" in {to for to, *_ in letters(county)}


class TestIHaveThis:
    @pytest.fixture
    def link(self, county) -> str:
        Child(asked(county)).ask()
        (body,) = [body for to, _, body in letters(county) if to.startswith("dsl")]
        return re.search(r"/fenshire/l/[\w-]+/", body)[0]

    def test_by_the_link_one_press_and_no_word_of_the_child(self, county, link):
        client = Client()
        page = client.get(link)
        assert "Please ring Wanda Fenshire" in text(page)
        assert "Nobody has said yet that they have it." in text(page)
        assert "J.S." not in page.content.decode()
        assert Worry.objects.get().status == "waiting", "looking changes nothing"
        assert "Dora Fenshire has this" in text(client.post(link, follow=True))
        worry = Worry.objects.get()
        assert (worry.status, worry.owned_by) == ("owned", county.people["dsl"])

    def test_the_link_of_the_first_mail_is_as_good_as_that_of_the_second(self, county, link, clock):
        later = NOW + timedelta(minutes=31)
        clock(later)
        worries.remind(Worry.objects.for_page().get(), by=county.clock, at=later)
        letters(county)
        assert "Dora Fenshire has this" in text(Client().post(link, follow=True))

    def test_from_the_wrong_mailbox_nobody_has_it(self, county, link):
        Person.objects.filter(pk=county.people["dsl"].pk).update(email="new@oakfield.example")
        page = Client().post(link)
        assert "this link is over, or came to another mailbox" in text(page)
        assert Worry.objects.get().status == "waiting"

    def test_who_comes_second_reads_who_has_it(self, county, link, client_for):
        Client().post(link)
        page = client_for(county, "manager").get(f"/fenshire/worries/{Worry.objects.get().public_id}/")
        assert "Dora Fenshire has this" in text(page)
        again = client_for(county, "manager").post(f"/fenshire/worries/{Worry.objects.get().public_id}/")
        assert again.status_code == 409
        assert "Somebody has this already." in text(again)

    def test_it_stands_first_where_the_manager_looks_and_on_the_young_persons_page(self, county, link, client_for):
        manager = client_for(county, "manager")
        assert "Ring Wanda Fenshire about Oakfield Primary School Fenshire" in text(manager.get("/fenshire/waiting/"))
        young = f"/fenshire/young-people/{county.young.public_id}/"
        for who in ("manager", "worker"):
            assert "asked at 8 September 2026 at 9:30am to be found today." in text(client_for(county, who).get(young))
        address = f"/fenshire/worries/{Worry.objects.get().public_id}/"
        assert "Young person: J.S." in text(manager.get(address))
        assert "Mira Fenshire has this" in text(manager.post(address, follow=True))
        assert "Ring Wanda" not in text(manager.get("/fenshire/waiting/"))

    def test_each_look_at_its_page_is_one_event_with_the_young_person_where_they_stand_on_it(
        self, county, link, client_for
    ):
        worry, looks = Worry.objects.get(), AuditEvent.objects.filter(verb="worry.read")
        client_for(county, "manager").get(f"/fenshire/worries/{worry.public_id}/")
        assert [each.subject_ids for each in looks] == [[worry.public_id, county.young.public_id]]
        Client().get(link)
        assert [each.subject_ids for each in looks.order_by("pk")][1:] == [[worry.public_id]]
        client_for(county, "other_manager").get(f"/fenshire/worries/{worry.public_id}/")
        assert looks.filter(denied=False).count() == 2

    def test_the_worker_who_is_to_be_rung_reads_it_where_she_looks_first(self, county, link, client_for):
        for page in ("/fenshire/", "/fenshire/waiting/"):
            seen = client_for(county, "worker").get(page, follow=True).content.decode()
            assert "J.S. asked to be found: expect a call" in seen, page
            assert "Ring Wanda" not in seen

    def test_nobody_else_finds_it(self, county, link, client_for):
        address = f"/fenshire/worries/{Worry.objects.get().public_id}/"
        for who in ("head", "lead", "other_head", "other_worker", "other_manager", "senior", "admin", "finance"):
            assert client_for(county, who).get(address).status_code == 404, who
        assert client_for(county, "worker").post(address).status_code == 403, "she asked; she cannot answer"


def test_the_task_asks_again_in_each_authority(safe_county, clock):
    with safe_county.inside():
        Child(asked(safe_county)).ask()
    clock(NOW + timedelta(minutes=31))
    ask_again.run()
    with safe_county.inside():
        assert len(sent(safe_county)) == 4


def test_a_safeguarding_lead_has_no_account_and_no_page(county):
    assert Role.IN_SCHOOL_LEAD not in {each.role for each in county.people["dsl"].memberships.all()}


class TestRules:
    def test_school_time_is_from_eight_to_four_on_a_school_day(self):
        at = lambda hour, minute=0: datetime(2026, 9, 8, hour, minute, tzinfo=LONDON)  # noqa: E731
        assert [is_school_time(at(*when), True) for when in ((7, 59), (8, 0), (15, 59), (16, 0))] == [
            False, True, True, False,
        ]  # fmt: skip
        assert not is_school_time(at(10), False)

    def test_nobody_waits_longer_than_half_an_hour_or_past_the_end_of_school(self):
        at = datetime(2026, 9, 8, 15, 45, tzinfo=LONDON)
        assert come_by(at) == at.replace(hour=16, minute=0)
        assert come_by(at.replace(hour=9)) == at.replace(hour=10, minute=15)
        assert is_due(NOW, NOW + timedelta(minutes=30))
        assert not is_due(NOW, NOW + timedelta(minutes=29))
