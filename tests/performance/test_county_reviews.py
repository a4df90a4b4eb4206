"""How the reviews of a county stand, for senior managers: how many, by team and by conversation; nobody's name (D.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from performance.actions import agreeing, county_reviews
from performance.actions.county_reviews import Line
from performance.models import Review, Scheme
from performance.rules.schemes import COUNTY, Stage
from teams.models import Employment, Person, Post, Team
from tests.factories.authorities import County
from tests.factories.reviews import IN_JUNE, JUNE
from tests.factories.visits import text
from tests.performance.stories import HELD, HELD_ON, held, read_all

pytestmark = [pytest.mark.django_db]
PAGE = "/fenshire/reviews/"


def hire(county: County, team: Team, number: int) -> list[Person]:
    """So many more workers in this team, of the profession of its first post."""
    profession = county.post.profession
    people = []
    for place in range(number):
        name = f"Xenia{place} {team.name.split()[0]}"
        person = Person.objects.create(name=name, email=f"x{place}-{team.pk}@fenshire.example")
        post = Post.objects.create(
            name=f"Post of {name}", profession=profession, team=team, starts_on=JUNE.replace(year=2024)
        )
        Employment.objects.create(post=post, person=person, starts_on=JUNE.replace(year=2024))
        people.append(person)
    return people


@pytest.fixture
def teams(county):
    """Five in one team, Wanda with her review begun among them; six in the other."""
    hire(county, county.team, 4)
    elsewhere = Team.objects.exclude(pk=county.team.pk).get()
    hire(county, elsewhere, 5)
    return county


def steps(line: Line) -> dict[str, int]:
    return {step: number for step, _, number in line.steps if number}


def by_team(found: county_reviews.CountyReviews) -> dict[str, dict[str, int]]:
    return {line.words.split()[0]: steps(line) for line in found.teams}


def test_each_worker_counts_once_in_the_team_of_the_post(teams):
    found = county_reviews.count(JUNE)
    assert (found.workers, found.whole.of) == (11, 11)
    assert by_team(found) == {"East": {"preparing": 1, "not_begun": 4}, "West": {"not_begun": 6}}
    assert steps(found.whole) == {"preparing": 1, "not_begun": 10}
    assert found.without_scheme == 0


def test_it_follows_the_review_to_its_end_and_one_that_was_ended_is_not_begun(teams):
    read_all(teams, teams.review)
    review = held(teams, teams.review)
    assert by_team(county_reviews.count(HELD_ON))["East"] == {"to_agree": 1, "not_begun": 4}
    agreeing.abandon(review, "By mistake", by=teams.as_("manager", HELD_ON), at=HELD)
    assert by_team(county_reviews.count(HELD_ON))["East"] == {"not_begun": 5}


def test_each_conversation_of_the_year_stands_by_itself(teams):
    found = {line.words: steps(line) for line in county_reviews.count(JUNE).stages}
    yearly = found[teams.review.stage_said.name]
    assert yearly == {"preparing": 1, "not_begun": 10}
    assert all(each == {"not_begun": 11} for name, each in found.items() if name != teams.review.stage_said.name)
    assert len(found) == len(teams.review.says.stages)


def test_a_team_of_four_is_too_few_and_so_is_the_one_that_would_give_it_away(county):
    hire(county, county.team, 6)
    found = county_reviews.count(JUNE)
    assert found.whole.of == 8
    assert [line.is_hidden for line in found.teams] == [True, True]


def test_somebody_alone_under_another_scheme_is_not_given_away_by_the_conversations(county):
    """Ten in all; nine of them under the county's scheme. Nine beside ten would say where the tenth stands."""
    hire(county, county.team, 8)
    Employment.objects.filter(person=county.people["other_worker"]).update(employer="Beech Academy")
    content = replace(COUNTY, stages=(Stage("only", "Talk at Beech", 6, with_school=True),))
    by = county.as_("admin", JUNE)
    Scheme.add("Beech", content, employer="Beech Academy", profession=None, by=by, at=IN_JUNE)
    found = county_reviews.count(JUNE)
    assert found.workers == 10
    assert all(line.is_hidden for line in found.stages)


def test_a_county_of_two_shows_no_number(county, client_for, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE)
    shown = text(client_for(county, "senior").get(PAGE))
    assert "Too few to show: fewer than 5 workers hold a post today." in shown


@pytest.fixture
def june(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE)


@pytest.mark.usefixtures("june")
class TestThePage:
    def test_shows_a_senior_manager_counts_and_no_name(self, teams, client_for):
        answer = client_for(teams, "senior").get(PAGE)
        shown = text(answer)
        assert "0 of 11 are final this year, and 10 not begun." in shown
        assert "Not begun: 10 of 11" in shown
        for person in (
            teams.people["worker"],
            teams.people["manager"],
            *Person.objects.filter(name__startswith="Xenia"),
        ):
            assert person.name not in shown
        assert str(teams.review.public_id) not in answer.content.decode()

    def test_opens_no_review_to_her_and_no_county_to_a_manager(self, teams, client_for):
        review = f"{PAGE}{teams.review.public_id}/"
        assert client_for(teams, "senior").get(review).status_code == 404
        assert "By team" not in text(client_for(teams, "manager").get(PAGE))
        for who in ("worker", "head", "admin", "auditor", "finance"):
            assert client_for(teams, who).get(PAGE).status_code == 403, who

    def test_the_county_page_leads_to_it(self, teams, client_for):
        assert "How the yearly reviews stand" in text(client_for(teams, "senior").get("/fenshire/home/", follow=True))

    def test_asks_as_much_of_a_large_county(self, teams, client_for, queries):
        client = client_for(teams, "senior")
        client.get(PAGE)
        with queries() as few:
            client.get(PAGE)
        hire(teams, Team.objects.create(name="South team", area=teams.area), 30)
        with queries() as many:
            client.get(PAGE)
        assert len(few) == len(many) <= 12
        assert Review.objects.count() == 1
