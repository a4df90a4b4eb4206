"""A young person asks to be found: numbers first, mails that say nothing, and nobody "told" before somebody has it."""

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
from teams.models import Absence, AuditEvent, Cover, LineManagement, Membership, Person
from tests.factories.authorities import LONDON, NOW, TODAY, County, contact
from tests.performance.asked import asked, ready
from tests.performance.test_asked import text
from tests.told import story

pytestmark = pytest.mark.django_db
NEVER = ("told", "reported", "has been sent to")


@story
def safe_county(fenshire):
    """Oakfield has a safeguarding lead; J.S. is with Wanda."""
    ready(fenshire)
    with fenshire.inside():
        fenshire.people["dsl"] = Person.objects.create(name="Dora Fenshire", email="dsl@oakfield.example", job="Deputy")
        contact(fenshire, fenshire.oakfield, "dsl", SchoolContact.Kind.SAFEGUARDING)
    return fenshire


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """`clock(moment)`: it is so late now."""
    now = [NOW]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])
    return lambda moment: now.__setitem__(0, moment)


@pytest.fixture
def county(safe_county) -> County:
    with safe_county.inside():
        yield safe_county


def sent(county: County) -> list[mail.Notice]:
    return list(mail.Notice.objects.filter(kind="worry").order_by("pk"))


def letters(county: County) -> list[tuple[str, str, str]]:
    """(to whom, subject, body) of each, as a worker sends them."""
    outbox.outbox = []
    for notice in mail.Notice.objects.filter(kind="worry", state="waiting"):
        claimed = mail.claim(notice.pk, at=NOW)
        if claimed is not None:
            mail.deliver(*claimed)
    return [(letter.to[0], letter.subject, letter.body) for letter in outbox.outbox]


class Child:
    def __init__(self, token: str) -> None:
        self.client, self.address = Client(), f"/fenshire/q/{token}/safe/"

    def look(self) -> str:
        return text(self.client.get(self.address))

    def ask(self) -> str:
        return text(self.client.post(self.address, follow=True))


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


def address(person: Person, **changed: object) -> None:
    Person.objects.filter(pk=person.pk).update(**changed)


def is_away(county: County, who: str) -> None:
    Absence.objects.create(person=county.people[who], starts_on=TODAY)


def came_back(county: County, who: str, trouble: Trouble) -> None:
    """The mail of this person about the worry did."""
    person = county.people[who]
    notice = next(each for each in reversed(sent(county)) if each.person_id == person.pk)
    mail.Notice.objects.filter(pk=notice.pk).update(address=person.email)
    notice.refresh_from_db()
    mail.come_back(notice, Failure(trouble, "It came back."), by=county.clock, at=NOW)


def asked_at(county: County, moment: datetime) -> str:
    from performance.actions import asking

    by = county.as_("worker", today=moment.date())
    return asking.ask(county.young, "young-person", "qr", by=by, at=moment)[1]


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
