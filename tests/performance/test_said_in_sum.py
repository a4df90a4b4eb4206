"""What young people and parents said in sum, among the facts of a head and of a review (H5, 0011): nothing under five."""

from __future__ import annotations

import re
from datetime import date
from random import Random

import pytest

from performance.actions import review_copies, rounds, said_in_sum, worker_year
from performance.models import Review, Tally, Wave
from performance.permissions.reviews import GIVE_LINK
from schools.models import Placement
from teams.actions.terms import keep_terms
from teams.foundation.links import Link
from teams.models import Employment, Term
from teams.rules.terms import offered_terms
from tests.factories.reviews import IN_JUNE, JUNE
from tests.factories.visits import text as main_text
from tests.performance.asked import FOUR, said
from tests.performance.words_to_read import words_to_read_first
from tests.told import story

pytestmark = [pytest.mark.django_db]
YOUNG, PARENT = Wave.Kind.YOUNG, Wave.Kind.PARENT
OTHER = FOUR | {"heard": "no", "useful": "no", "safe": "no", "changed": "worse"}
OF_PARENT = {"heard": "yes", "useful": "yes", "reached": "partly", "changed": "same"}
WORDS = "Does the worker listen to you?"


@story
def looking_back(in_review):
    """June 2027: Wanda at Oakfield and at Beech since September; the rounds of autumn and spring are open still."""
    with in_review.inside():
        for year in (2026, 2027):
            keep_terms(year, offered_terms(year), by=in_review.as_("admin", JUNE), at=IN_JUNE)
        for season in ("autumn", "spring"):
            term = Term.objects.get(school_year=2026, season=season)
            for kind in (YOUNG, PARENT):
                in_review.rows[f"{season}_{kind}"] = rounds.open_round(kind, term, by=in_review.clock, at=IN_JUNE)
    return in_review


@pytest.fixture
def county(looking_back):
    with looking_back.inside():
        yield looking_back


def close(county) -> None:
    for wave in Wave.objects.filter(status="open").select_related("questionnaire"):
        wave.close(by=county.clock, at=IN_JUNE)


def at(county, name: str = "oakfield", **days: date):
    review = county.review
    between = {"starts_on": review.starts_on, "ends_on": review.ends_on} | days
    return said_in_sum.said_at([county.rows[name]], county.people["worker"], **between)[0]


def of(found, who: str):
    return next(each for each in found.sums if each.who == who)


def best(found, who: str = "Young people") -> dict[str, str]:
    return {each.code: f"{each.options[0].number} of {each.options[0].of}" for each in of(found, who).questions
            if each.options}  # fmt: skip


def test_the_rounds_of_the_year_are_added_up_kind_by_kind(county):
    said(county.rows["autumn_young-person"], county.team, county.oakfield, [FOUR] * 4 + [OTHER])
    said(county.rows["spring_young-person"], county.team, county.oakfield, [FOUR] * 5 + [OTHER] * 2)
    said(county.rows["spring_parent"], county.team, county.oakfield, [OF_PARENT] * 5 + [OF_PARENT | {"heard": "no"}])
    close(county)
    found = at(county)
    assert (found.answers, found.workers) == (18, 1)
    assert best(found)["heard"] == "9 of 12"
    assert best(found, "Parents") == {"heard": "5 of 6"}, "To the other questions all said the same."
    assert of(found, "Young people").words.startswith(f"12 answers without a name. {WORDS} Yes 9 of 12.")


def test_four_are_too_few_and_read_as_nobody_does(county):
    said(county.rows["spring_young-person"], county.team, county.oakfield, [FOUR] * 3 + [OTHER])
    close(county)
    assert of(at(county), "Young people").found is None
    assert of(at(county), "Young people").words == of(at(county), "Parents").words == "Too few to show"
    assert at(county).answers == 0


def test_a_round_of_four_is_not_added_to_one_of_six(county):
    """The sum less the page of the autumn's round would be the four."""
    said(county.rows["autumn_young-person"], county.team, county.oakfield, [FOUR] * 5 + [OTHER])
    alone = at_after_closing(county, "autumn_young-person")
    said(county.rows["spring_young-person"], county.team, county.oakfield, [FOUR] * 3 + [OTHER])
    close(county)
    assert of(at(county), "Young people") == of(alone, "Young people")
    assert at(county).answers == 6


def at_after_closing(county, name: str):
    county.rows[name].close(by=county.clock, at=IN_JUNE)
    return at(county)


def test_a_round_that_is_open_shows_nothing_of_itself(county):
    said(county.rows["autumn_young-person"], county.team, county.oakfield, [FOUR] * 20 + [OTHER])
    assert at(county).sums == []


def test_what_was_said_before_she_came_or_in_another_year_is_not_hers(county):
    said(county.rows["autumn_young-person"], county.team, county.oakfield, [FOUR] * 5 + [OTHER])
    close(county)
    assert at(county).answers == 6
    assert at(county, starts_on=date(2027, 5, 1)).sums == []
    began = date(2027, 2, 1)
    Employment.objects.filter(person=county.people["worker"]).update(starts_on=began)
    assert at(county).answers == 0
    assert [each.who for each in at(county).sums] == ["Young people", "Parents"], "In the spring she was there."


def test_how_many_workers_the_sums_are_about_is_said(county):
    """Another team's worker in the same school: nobody was asked which of the two."""
    Placement.objects.create(
        post=county.other_post, school=county.oakfield, manager=county.people["other_manager"], hours_per_week=10,
        timetable=[{"weekday": 2, "starts": "08:30", "ends": "15:30"}], starts_on=date(2026, 9, 1), status="active",
    )  # fmt: skip
    said(county.rows["autumn_young-person"], county.team, county.oakfield, [FOUR] * 5 + [OTHER])
    close(county)
    assert at(county).workers == 2
    assert at(county).in_lines()[0][1].endswith("About all 2 workers who were there.")
    assert at(county).in_lines()[1][1] == "Too few to show"


def test_a_question_that_was_asked_in_other_words_or_with_other_answers_is_not_added_to_the_new_one(county):
    """Another edition of the questionnaire between two rounds."""
    asked = county.rows["autumn_young-person"].questionnaire
    questions = [each | {"options": ["yes", "no"]} if each["code"] == "heard" else each for each in asked.questions]
    english = asked.wordings.get(language="en")
    words = english.words | {"questions": dict(english.words["questions"])}
    words["questions"]["useful"] = words["questions"]["useful"] | {"ask": "Is it any good?"}
    other = type(asked).objects.create(code=asked.code, edition=asked.edition + 1, questions=questions, made_at=IN_JUNE)
    type(english).write(other, "en", "English", words)
    spring = county.rows["spring_young-person"]
    Wave.objects.filter(pk=spring.pk).update(questionnaire=other)
    for season in ("autumn", "spring"):
        wave = county.rows[f"{season}_young-person"]
        said(wave, county.team, county.oakfield, [FOUR] * 5 + [OTHER])
    close(county)
    assert best(at(county)) == {"heard": "5 of 6", "useful": "0 of 6", "safe": "10 of 12", "changed": "10 of 12"}


@pytest.mark.parametrize("seed", range(5))
def test_a_sum_is_made_of_whole_tallies_whatever_lies_in_the_rounds(county, seed):
    """Tallies share no answer and each has five or more (test_results), so no difference of two sums, or of a sum and
    the page of a round, is about fewer: nothing but whole ones is ever in it, before and after the next round.
    """
    draw, names = Random(seed), ("autumn_young-person", "spring_young-person")
    for name in names:
        for school in (county.oakfield, county.beech):
            answers = [draw.choice([FOUR, OTHER]) for _ in range(draw.choice([0, 1, 3, 4, 5, 6, 9]))]
            said(county.rows[name], county.team, school, answers)
    for name in names:
        county.rows[name].close(by=county.clock, at=IN_JUNE)
        tallies = list(Tally.objects.filter(school=county.oakfield))
        assert at(county).answers == sum(each.answers for each in tallies)
        shown = {each.code: each.options[0].of for each in of(at(county), "Young people").questions if each.options}
        for code in FOUR:
            assert shown.get(code, 0) == sum(sum(each.counts.get(code, {}).values()) for each in tallies)


@pytest.fixture
def heard(county):
    """Both schools have a block in the spring, of young people."""
    for school in ("oakfield", "beech"):
        said(county.rows["spring_young-person"], county.team, county.rows[school], [FOUR] * 7 + [OTHER] * 2)
    close(county)
    return county


def test_both_readers_of_a_review_see_it_for_each_school_and_the_council_copy_keeps_it(heard):
    worker = heard.people["worker"]
    for who in ("worker", "manager"):
        year = worker_year.gather(
            worker, heard.review.starts_on, heard.review.ends_on, by=heard.as_(who, JUNE), now=IN_JUNE
        )
        assert [(each.school.split()[0], each.answers) for each in year.said] == [("Beech", 9), ("Oakfield", 9)]
        lines = dict(year.in_lines())
        assert f"{WORDS} Yes 7 of 9." in lines[f"Young people: {heard.oakfield}"]
        assert lines[f"Parents: {heard.oakfield}"] == "Too few to show"
    copies = review_copies.all_of(
        Review.objects.for_page().prefetch_related("parts").get(pk=heard.review.pk), because="all_answered", at=IN_JUNE
    )
    council, *schools = [each.snapshot for each in copies]
    assert f"{WORDS} Yes 7 of 9." in str(council["year"])
    assert all("year" not in each for each in schools)


def test_the_pages_draw_it_with_few_queries(heard, client_for, queries, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE)
    address = f"/fenshire/reviews/{heard.review.public_id}/"
    for who, page in (("worker", address), ("manager", address), ("worker", "/fenshire/reviews/mine/")):
        client = client_for(heard, who)
        client.get(page)
        with queries() as seen:
            shown = main_text(client.get(page))
        assert len(seen) <= 20, who
        assert f"What people said, {heard.oakfield}" in shown
        assert f"{WORDS} At times 0, No 2 {WORDS}: Yes 7 of 9 Yes 7 of 9" in shown
        assert "too few to show. Fewer than 5 have answered in a term." in shown, "Parents"


class TestAHead:
    @pytest.fixture
    def opened(self, heard, monkeypatch):
        """Beech's head has been asked and has not answered."""
        _, token = Link.make(purpose=GIVE_LINK, subject=heard.silent, person=heard.people["other_head"], at=IN_JUNE)
        monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE)
        return f"/fenshire/l/{token}/"

    def test_reads_her_own_schools_sums_below_and_their_number_among_the_facts(self, heard, opened, client):
        shown = main_text(client.get(opened))
        assert "9 answers from families" in shown
        assert "What young people and parents said this year" in shown
        assert "Yes 7 of 9" in shown
        assert "Oakfield" not in shown

    def test_is_told_why_where_there_are_too_few(self, county, client, monkeypatch):
        said(county.rows["spring_young-person"], county.team, county.beech, [FOUR] * 4)
        close(county)
        _, token = Link.make(purpose=GIVE_LINK, subject=county.silent, person=county.people["other_head"], at=IN_JUNE)
        monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE)
        shown = main_text(client.get(f"/fenshire/l/{token}/"))
        assert "answers from families" not in shown
        assert shown.count("too few to show. Fewer than 5 have answered in a term.") == 2

    def test_has_no_more_than_sixty_words_to_read_first_with_every_fact_there_is(
        self, heard, opened, client, monkeypatch
    ):
        from performance.actions import the_year

        kept = the_year._kept
        monkeypatch.setattr(the_year, "_kept", lambda *each: dict.fromkeys(kept(*each), 12))
        page = client.get(opened).content.decode()
        words = words_to_read_first(page)
        assert "12 of 12 your actions kept" in " ".join(words)
        assert len(words) <= 60, " ".join(words)
        assert len(set(re.findall(r'type="radio"[^>]*name="([^"]+)"|name="([^"]+)"[^>]*type="radio"', page))) == 3

    def test_costs_at_most_twenty_queries_by_link_and_signed_in(self, heard, opened, client, client_for, queries):
        signed_in = f"/fenshire/reviews/parts/{heard.silent.public_id}/"
        for one, address in ((client, opened), (client_for(heard, "other_head"), signed_in)):
            one.get(address)
            with queries() as seen:
                assert one.get(address).status_code == 200
            assert len(seen) <= 20, address
