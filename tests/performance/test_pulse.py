"""How the team is working: asked of its people, of colleagues and of schools; one answer each, shown from five on.

People of other agencies: test_pulse_agencies.
"""

from __future__ import annotations

import re

import pytest
from django.core import mail as outbox
from django.test import Client

from performance.actions import pulse
from performance.actions.pulse_figures import Pulses
from performance.models import PulseAnswered, Sheet, Tally, Wave
from performance.models.pulse import Group
from teams.foundation import mail
from teams.models import Team
from tests.factories.authorities import NOW, County
from tests.performance.asked import text
from tests.performance.test_results import close, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGE, SUMS = "/fenshire/how-the-team-works/", "/fenshire/what-people-said/?kind=pulse"


@pytest.fixture
def county(asking_county):
    with asking_county.inside():
        asking_county.rows["pulse"] = Wave.objects.get(kind="pulse")
        yield asking_county


def groups_of(county: County, who: str) -> set[tuple[str, str]]:
    return {(about.team.name.split(" team")[0], about.group) for about in pulse.teams_for(county.as_(who))}


class TestWhoIsAsked:
    def test_each_from_where_they_look(self, county):
        assert groups_of(county, "worker") == {("East 1", "members")}
        assert groups_of(county, "manager") == {("East 1", "members")}
        assert groups_of(county, "head") == {("East 1", "schools")}
        assert groups_of(county, "other_head") == {("West 1", "schools")}
        assert groups_of(county, "finance") == {("East 1", "colleagues"), ("West 1", "colleagues")}

    def test_five_questions_on_one_page_and_one_answer_each(self, county, client_for):
        worker = client_for(county, "worker")
        page = text(worker.get(PAGE))
        assert "We work as one large team." in page
        assert "I am well supported." in page
        done = worker.post(PAGE, {"one_team": "4", "skills": "1"}, follow=True)
        assert "Thank you. You have answered this term" in text(done)
        sheet = Sheet.objects.get(wave=county.pulse)
        assert (sheet.answers, sheet.team, sheet.group) == ({"one_team": "4", "skills": "1"}, county.team, "members")
        again = worker.post(PAGE, {"one_team": "1"})
        assert again.status_code == 422
        assert "You have answered this term: one answer each." in text(again)
        assert Sheet.objects.filter(wave=county.pulse).count() == 1

    def test_who_answered_is_known_and_not_what(self, county, client_for):
        client_for(county, "worker").post(PAGE, {"one_team": "4"})
        fields = {field.name for field in PulseAnswered._meta.concrete_fields}
        assert fields == {"id", "authority", "wave", "person", "answered_on"}
        assert PulseAnswered.objects.get().person == county.people["worker"]

    def test_nothing_chosen_or_no_answer_is_one_clear_sentence(self, county, client_for):
        worker = client_for(county, "worker")
        empty = worker.post(PAGE, {})
        assert empty.status_code == 422
        assert "Answer one of them at least. You can skip the others." in text(empty)
        wrong = worker.post(PAGE, {"one_team": "9", "skills": "1"})
        assert wrong.status_code == 422
        assert 'value="1" checked' in wrong.content.decode(), "nothing is lost"
        colleague = client_for(county, "finance").post(PAGE, {"one_team": "4"})
        assert colleague.status_code == 422, "which team, they have to say"
        assert not Sheet.objects.filter(wave=county.pulse).exists()
        close(county)
        late = client_for(county, "worker").post(PAGE, {"one_team": "4"})
        assert late.status_code == 409
        assert "No round is open. One opens with each term." in text(late)

    def test_a_school_without_a_worker_is_asked_nothing(self, county, client_for):
        from schools.models import Placement

        Placement.objects.filter(school=county.oakfield).update(starts_on=NOW.date().replace(year=2027))
        assert "There is no team to ask you about" in text(client_for(county, "head").get(PAGE))

    def test_the_page_asks_few_questions_of_the_database(self, county, client_for, queries):
        client = client_for(county, "finance")
        client.get(PAGE)
        with queries() as few:
            client.get(PAGE)
        Team.objects.bulk_create(Team(name=f"Team {number}", area=county.area) for number in range(20))
        with queries() as many:
            client.get(PAGE)
        assert len(few) == len(many) <= 12


class TestWhatIsShown:
    def sheets(self, county, **sizes: int) -> None:
        for group, size in sizes.items():
            Sheet.objects.bulk_create(
                Sheet(wave=county.pulse, team=county.team, group=group, answers={"one_team": "4", "supported": "3"})
                for _ in range(size)
            )

    def test_by_group_and_a_group_of_four_not_at_all(self, county, client_for):
        self.sheets(county, members=6, colleagues=5, schools=4)
        close(county)
        for who in ("manager", "worker", "senior"):
            shown = rows_of(client_for(county, who).get(SUMS).content.decode())
            assert shown[Group.MEMBERS.label] == "6"
            assert shown[Group.COLLEAGUES.label] == "5"
            assert shown[Group.SCHOOLS.label] == "Too few to show", who
        assert {tally.answers for tally in Tally.objects.all()} == {6, 5}
        assert "11 answers without a name." in text(client_for(county, "manager").get(SUMS))

    def test_who_agrees_is_counted_as_the_reports_count_it(self, county, client_for):
        """One page must not say "2 of 6 agree" where another says "5 of 6" of the same round."""
        for said in "443321":
            Sheet.objects.create(wave=county.pulse, team=county.team, group=Group.MEMBERS, answers={"one_team": said})
        close(county)
        assert "4 of 6 agree" in text(client_for(county, "manager").get(SUMS))
        heard = Pulses(county.pulse.school_year).heard(county.pulse.season, county.team.pk)
        assert heard.of(Group.MEMBERS, "one_team") == (4, 6)

    def test_small_groups_are_added_up_with_other_small_ones(self, county, client_for):
        self.sheets(county, members=6, colleagues=3, schools=4)
        close(county)
        shown = rows_of(client_for(county, "manager").get(SUMS).content.decode())
        assert shown["The other answers together"] == "7"
        other = text(client_for(county, "other_manager").get(SUMS))
        assert "Fewer than 5 have answered." in other, "another team's are not hers to read"

    def test_nothing_before_the_round_is_over(self, county, client_for):
        self.sheets(county, members=60)
        assert "No round is over yet." in text(client_for(county, "manager").get(SUMS))


class TestBySchoolsWithoutAnAccount:
    @pytest.fixture
    def link(self, county, client_for) -> str:
        manager = client_for(county, "manager")
        for _ in range(2):  # pressed twice, nobody is asked twice
            manager.post(f"{PAGE}ask/")
        notice = mail.Notice.objects.get(kind="pulse")
        assert notice.person == county.people["head"]
        claimed = mail.claim(notice.pk, at=NOW)
        outbox.outbox = []
        mail.deliver(*claimed)
        assert outbox.outbox[0].subject == "Five questions about the team, one minute"
        return re.search(r"/fenshire/l/[\w-]+/", outbox.outbox[0].body)[0]

    def test_by_the_link_once(self, county, link):
        client = Client()
        assert "We work as one large team." in text(client.get(link))
        assert not PulseAnswered.objects.exists(), "looking changes nothing"
        assert "Answer one of them at least." in text(client.post(link, {}))
        assert "You have answered this term" in text(client.post(link, {"one_team": "2"}, follow=True))
        client.post(link, {"one_team": "4"})
        sheet = Sheet.objects.get(wave=county.pulse)
        assert (sheet.answers, sheet.group) == ({"one_team": "2"}, "schools")

    def test_signed_in_as_well_it_is_one_answer(self, county, link, client_for):
        client_for(county, "head").post(PAGE, {"one_team": "4"})
        assert "You have answered this term" in text(Client().post(link, {"one_team": "1"}))
        assert Sheet.objects.filter(wave=county.pulse).count() == 1

    def test_from_the_wrong_mailbox_nothing_can_be_answered(self, county, link):
        county.people["head"].email = "new@oakfield.example"
        county.people["head"].save()
        page = Client().post(link, {"one_team": "1"})
        assert "This link is over, or came to another mailbox." in text(page)
        assert not Sheet.objects.filter(wave=county.pulse).exists()

    def test_after_the_round_it_says_so(self, county, link):
        close(county)
        assert "No round is open." in text(Client().post(link, {"one_team": "1"}))
