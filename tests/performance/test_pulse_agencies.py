"""People of other agencies say how a team is working: by one mail and its link, without an account or a name (H89)."""

from __future__ import annotations

import re

import pytest
from django.core import mail as outbox
from django.test import Client

from performance.actions import pulse, pulse_asking
from performance.models import PulseAnswered, Sheet, Tally, Wave
from performance.models.pulse import Group
from performance.rules.criteria import GROUPS
from schools.models import SchoolContact
from teams.actions import agencies
from teams.foundation import mail
from teams.foundation.access import Role
from teams.foundation.links import Link
from teams.models import AgencyPerson, Membership, Person, Team, User
from tests.factories.agencies import NURSE, several, works_with
from tests.factories.authorities import NOW, TODAY
from tests.performance.asked import text
from tests.performance.test_results import close, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGE, SUMS = "/fenshire/how-the-team-works/", "/fenshire/what-people-said/?kind=pulse"
ASK = f"{PAGE}ask/"


@pytest.fixture
def county(asking_county):
    with asking_county.inside():
        asking_county.rows["pulse"] = Wave.objects.get(kind="pulse")
        asking_county.rows["elsewhere"] = Team.objects.exclude(pk=asking_county.team.pk).get()
        yield asking_county


@pytest.fixture
def link(county, client_for) -> str:
    """The nurse's, from the mail."""
    works_with(county, county.team)
    return link_to(county, client_for, "nia@nursing.example")


def link_to(county, client_for, address: str) -> str:
    client_for(county, "manager").post(ASK)
    notice = mail.Notice.objects.get(person__email=address)
    outbox.outbox = []
    mail.deliver(*mail.claim(notice.pk, at=NOW))
    return re.search(r"/fenshire/l/[\w-]+/", outbox.outbox[0].body)[0]


class TestAsking:
    def test_the_page_says_how_many_before_the_press_and_one_mail_goes_to_each(self, county, client_for):
        several(county, county.team, 6)
        manager = client_for(county, "manager")
        assert "Ask schools and agencies by e-mail" in text(manager.get(SUMS))
        page = text(manager.get(ASK))
        assert "Send 7 mails" in page
        assert re.search(r"Outside agencies 0 6 Schools 0 1", page)
        for pressed in (True, False):
            done = text(manager.post(ASK, follow=True))
            assert ("7 mails are on the way." if pressed else "No mail is on the way.") in done
        assert re.search(r"Outside agencies 6 0 Schools 1 0", done)
        assert "Everybody on your lists has been asked this term." in done
        assert mail.Notice.objects.filter(kind="pulse_agency").count() == 6

    def test_fewer_than_five_are_told_of_before_asking(self, county, client_for):
        several(county, county.team, 4)
        page = text(client_for(county, "manager").get(ASK))
        assert "Outside agencies: 4 people. Schools: 1 person. Fewer than 5 are never shown alone" in page
        works_with(county, county.team)
        assert "Outside agencies: " not in text(client_for(county, "manager").get(ASK))

    def test_nobody_at_all_is_not_said_to_have_been_asked(self, county, client_for):
        SchoolContact.objects.update(confirmed_at=None)
        page = text(client_for(county, "manager").get(ASK))
        assert "Nobody can be asked yet. Add people of other agencies, and confirm the heads of your schools." in page

    def test_nobody_on_the_list_leads_to_the_list(self, county, client_for):
        page = text(client_for(county, "manager").get(ASK))
        assert "nobody is on the list yet. Add the people with whom your team works." in page

    def test_nothing_on_the_page_changes_when_somebody_answers(self, county, client_for, link):
        """Neither the numbers, nor whom the next press would ask, nor what stands of a mail and its link."""
        manager = client_for(county, "manager")
        before = text(manager.get(ASK))
        held = set(Link.objects.values_list("pk", "answered_at", "answer", "voided_at"))
        Client().post(link, {"one_team": "2"})
        assert PulseAnswered.objects.count() == 1
        assert text(manager.get(ASK)) == before
        assert set(Link.objects.values_list("pk", "answered_at", "answer", "voided_at")) == held

    def test_who_answered_signed_in_before_the_press_is_counted_like_everybody_and_gets_no_mail(
        self, county, client_for
    ):
        manager = client_for(county, "manager")
        before = text(manager.get(ASK))
        client_for(county, "head").post(PAGE, {"one_team": "4"})
        assert text(manager.get(ASK)) == before
        manager.post(ASK)
        notice = mail.Notice.objects.get(kind="pulse")
        assert mail.claim(notice.pk, at=NOW) is None
        notice.refresh_from_db()
        assert notice.state == mail.Notice.State.NOT_NEEDED

    def test_who_was_added_today_waits_until_tomorrow(self, county, client_for):
        agencies.add(county.team, **NURSE, by=county.as_("manager"), at=NOW)
        manager = client_for(county, "manager")
        assert "1 more from tomorrow: the address is new" in text(manager.get(ASK))
        assert "Come back tomorrow: 1 person can be asked then." in text(manager.post(ASK, follow=True))
        assert not mail.Notice.objects.filter(kind="pulse_agency").exists()

    def test_who_is_gone_bounced_or_of_another_team_is_not_asked(self, county, client_for):
        gone, bounced, theirs = several(county, county.team, 3)
        gone.end(by=county.as_("manager"), at=NOW)
        bounced.bounce(by=county.clock, at=NOW)
        AgencyPerson.objects.filter(pk=theirs.pk).update(team=county.elsewhere)
        client_for(county, "manager").post(ASK)
        assert not mail.Notice.objects.filter(kind="pulse_agency").exists()

    def test_who_works_with_two_teams_gets_one_mail_in_a_round(self, county, client_for):
        works_with(county, county.team)
        works_with(county, county.elsewhere, by="other_manager")
        for who in ("manager", "other_manager"):
            client_for(county, who).post(ASK)
        assert mail.Notice.objects.filter(kind="pulse_agency").count() == 1
        assert "Outside agencies 1 0" in text(client_for(county, "other_manager").get(ASK))

    def test_a_person_ended_and_added_again_gets_no_second_mail(self, county, client_for):
        row, manager = works_with(county, county.team), client_for(county, "manager")
        manager.post(ASK)
        row.end(by=county.as_("manager"), at=NOW)
        works_with(county, county.team)
        manager.post(ASK)
        assert mail.Notice.objects.filter(kind="pulse_agency").count() == 1

    def test_ended_before_the_mail_went_it_does_not_go(self, county, client_for):
        row = works_with(county, county.team)
        client_for(county, "manager").post(ASK)
        row.end(by=county.as_("manager"), at=NOW)
        notice = mail.Notice.objects.get(kind="pulse_agency")
        assert mail.claim(notice.pk, at=NOW) is None
        notice.refresh_from_db()
        assert notice.state == mail.Notice.State.HELD_BACK

    def test_after_the_round_nobody_is_asked(self, county, client_for):
        works_with(county, county.team)
        close(county)
        manager = client_for(county, "manager")
        assert "No round is open. One opens with each term." in text(manager.get(ASK))
        assert manager.post(ASK).status_code == 409
        assert client_for(county, "worker").get(ASK).status_code == 403

    def test_the_page_takes_few_queries_at_any_size(self, county, client_for, queries):
        manager, counts = client_for(county, "manager"), []
        for size in (1, 30):
            for each in range(size):
                works_with(county, county.team, name=f"P {size} {each}", email=f"p{size}.{each}@agency.example")
            manager.get(ASK)
            with queries() as seen:
                assert manager.get(ASK).status_code == 200
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 12


class TestAnswering:
    def test_by_the_link_once_and_no_key_joins_person_and_sheet(self, county, link):
        client = Client()
        page = text(client.get(link))
        assert "We work as one large team." in page
        assert "East 1 team Fenshire" in page
        assert not PulseAnswered.objects.exists(), "looking changes nothing"
        assert "Answer one of them at least." in text(client.post(link, {}))
        assert "You have answered this term" in text(client.post(link, {"one_team": "2"}, follow=True))
        client.post(link, {"one_team": "4"})
        sheet = Sheet.objects.get(wave=county.pulse)
        assert (sheet.answers, sheet.group, sheet.team) == ({"one_team": "2"}, "agencies", county.team)
        keys = {field.name for field in Sheet._meta.concrete_fields if field.is_relation}
        assert keys == {"authority", "wave", "team", "school"}
        assert sheet.school is None

    def test_nothing_but_the_questions_is_opened_by_it(self, county, link):
        client = Client()
        client.get(link)
        for address in ("home/", "people/", "schools/", "other-agencies/", "what-people-said/", "how-the-team-works/"):
            assert client.get(f"/fenshire/{address}").status_code in (302, 401, 403), address

    def test_who_works_with_two_teams_says_which_they_mean(self, county, link):
        works_with(county, county.elsewhere, by="other_manager")
        page = text(Client().get(link))
        assert "Which team do you mean?" in page
        assert Client().post(link, {"one_team": "4"}).status_code == 422
        Client().post(link, {"one_team": "4", "team": str(county.elsewhere.public_id)})
        assert Sheet.objects.get(wave=county.pulse).team == county.elsewhere

    def test_i_do_not_work_with_this_team(self, county, client_for, link):
        row = AgencyPerson.objects.get()
        client = Client()
        assert "I do not work with East 1 team Fenshire" in text(client.get(link))
        wrong = client.post(link, {"press": "gone", "about": str(several(county, county.team, 1)[0].public_id)})
        assert wrong.status_code == 302
        row.refresh_from_db()
        assert row.status == "with_us"
        done = text(client.post(link, {"press": "gone", "about": str(row.public_id)}, follow=True))
        assert "Nobody asks you about East 1 team Fenshire any more." in done
        assert "There is no team to ask you about" in done
        assert not Sheet.objects.filter(wave=county.pulse).exists()
        client.post(link, {"one_team": "4"})
        assert not Sheet.objects.filter(wave=county.pulse).exists(), "nothing can be answered any more"
        listed = text(client_for(county, "manager").get("/fenshire/other-agencies/"))
        assert "They say that they do not work with the team" in listed

    def test_a_head_has_no_such_button(self, county, client_for):
        heads = link_to(county, client_for, county.people["head"].email)
        assert "I do not work with" not in text(Client().get(heads))
        assert Client().post(heads, {"press": "gone", "about": "x"}).status_code == 302

    def test_by_an_old_or_void_link_nothing_is_said_or_answered(self, county, link):
        Link.objects.update(voided_at=NOW)
        row = AgencyPerson.objects.get()
        Client().post(link, {"press": "gone", "about": str(row.public_id)})
        page = text(Client().post(link, {"one_team": "4"}))
        assert "This link is over" in page
        assert "I do not work with" not in page
        row.refresh_from_db()
        assert row.status == "with_us"
        assert not Sheet.objects.filter(wave=county.pulse).exists()

    def test_of_the_school_as_well_she_answers_once_and_as_the_school(self, county, link):
        nurse = Person.objects.get(email="nia@nursing.example")
        SchoolContact.objects.create(school=county.oakfield, person=nurse, kind="safety", starts_on=TODAY)
        Client().post(link, {"one_team": "4"})
        assert Sheet.objects.get(wave=county.pulse).group == "schools"

    def test_the_mail_says_where_the_address_is_from_and_how_to_stop(self, county, link):
        body = outbox.outbox[0].body
        assert "Mira Fenshire gave us your name and address" in body
        assert "Say so by the same link, and nobody asks you again." in body
        assert "your school" not in body


def test_every_group_that_is_asked_about_can_be_asked():
    assert [(group.value, group.label) for group in Group][2:] == [
        ("agencies", GROUPS["agencies"]), ("schools", GROUPS["schools"]),
    ]  # fmt: skip
    assert [group.value for group in Group] == list(GROUPS)


class TestShown:
    def said(self, county, team=None, **sizes: int) -> None:
        for group, size in sizes.items():
            Sheet.objects.bulk_create(
                Sheet(wave=county.pulse, team=team or county.team, group=group, answers={"one_team": "4"})
                for _ in range(size)
            )

    def test_five_of_other_agencies_are_shown_and_four_are_too_few_and_never_nought(self, county, client_for):
        self.said(county, members=6, agencies=5, schools=5)
        self.said(county, county.elsewhere, members=6, agencies=4, schools=8)
        close(county)
        mine = rows_of(client_for(county, "manager").get(SUMS).content.decode())
        assert mine["Outside agencies"] == "5"
        theirs = rows_of(client_for(county, "other_manager").get(SUMS).content.decode())
        assert theirs["Outside agencies"] == "Too few to show"
        assert {tally.answers for tally in Tally.objects.filter(group="agencies")} == {5}
        county_wide = rows_of(client_for(county, "senior").get(SUMS).content.decode())
        assert county_wide["Outside agencies"] == "5", "the four are in no sum"

    def test_a_colleagues_group_and_theirs_may_be_small_together(self, county, client_for):
        self.said(county, members=6, colleagues=2, agencies=3)
        close(county)
        shown = rows_of(client_for(county, "manager").get(SUMS).content.decode())
        assert shown["Outside agencies"] == "Too few to show"
        assert shown["The other answers together"] == "5"


def test_a_colleague_is_never_asked_as_another_agency(county, link):
    nurse = Person.objects.get(email="nia@nursing.example")
    Membership.objects.create(
        user=User.objects.create_user(nurse.email), person=nurse, role=Role.WORKER, starts_on=TODAY
    )
    assert pulse.agencies_of(county.as_("manager")) == []
    assert "There is no team to ask you about" in text(Client().get(link))
    assert not any(nurse in asking.ready for asking in pulse_asking.who_is_asked(county.pulse, [county.team], at=NOW))
