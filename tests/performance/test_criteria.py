"""Success criteria: set with groups, judged each term with a reason, and spoken for by what happened."""

from __future__ import annotations

from datetime import date

import pytest

from performance.actions.term_reports import begin_report
from performance.models import Judgement, ReportWords, SuccessCriterion, TermReport
from performance.rules.criteria import GROUPS, INDICATORS, SHIPPED, share
from teams.foundation.errors import NotAllowed, Refusal
from teams.models import Team, Term
from teams.questionnaires.shipped import PULSES
from teams.rules.terms import offered_terms
from tests.factories.authorities import NOW, TODAY


@pytest.fixture
def county(fenshire):
    with fenshire.inside():
        yield fenshire


def criterion(county, *, team: Team | None = None, who: str = "manager") -> SuccessCriterion:
    return SuccessCriterion.set_for(
        team, 2026, SHIPPED[0].text, deadline=date(2027, 7, 21), groups=list(GROUPS), by=county.as_(who), at=NOW
    )


def term_of(county, season: str = "autumn") -> Term:
    offered = next(each for each in offered_terms(2026) if each.season == season)
    return Term.objects.create(
        school_year=2026, season=season, starts_on=offered.starts_on, ends_on=offered.ends_on,
        half_term_starts_on=offered.half_term_starts_on, half_term_ends_on=offered.half_term_ends_on,
    )  # fmt: skip


def test_the_two_of_the_source_ask_groups_that_there_are_and_the_indicators_ask_questions_that_there_are():
    assert len(SHIPPED) == 2
    assert all(set(each.groups) <= GROUPS.keys() and each.groups for each in SHIPPED)
    asked = {question["code"] for question in PULSES.questions}
    assert len(INDICATORS) == 4
    assert all((each.question in asked) != bool(each.counts) for each in INDICATORS)
    assert share({"4": 3, "3": 2, "2": 1, "1": 0}) == (5, 6)


def test_a_team_sets_its_own_and_the_county_has_those_of_the_senior_managers(county):
    ours = criterion(county, team=county.team)
    whole = criterion(county, who="senior")
    assert (ours.position, whole.position) == (1, 1)
    assert criterion(county, team=county.team).position == 2
    for team, who in (
        (county.team, "other_manager"),
        (county.team, "worker"),
        (None, "manager"),
        (county.team, "head"),
    ):
        with pytest.raises(NotAllowed):
            criterion(county, team=team, who=who)
    seen = {who: set(SuccessCriterion.objects.visible_to(county.as_(who))) for who in county.people}
    assert ours in seen["manager"] & seen["worker"] & seen["senior"] & seen["auditor"]
    assert whole in seen["other_manager"] & seen["other_worker"]
    assert ours not in seen["other_manager"] | seen["other_worker"]
    assert not seen["head"] | seen["lead"] | seen["admin"] | seen["finance"]


def test_each_term_has_a_judgement_with_a_reason_and_a_later_one_stands_on_top(county):
    made = criterion(county, team=county.team)
    me, by = county.people["manager"], county.as_("manager")
    for level, reason, field in (("better", "Because", "level"), ("met", " ", "reason")):
        with pytest.raises(Refusal) as refused:
            made.judge(level, reason, school_year=2026, season="autumn", person=me, by=by, at=NOW)
        assert refused.value.field == field
    made.judge("not_yet", "Too early.", school_year=2026, season="autumn", person=me, by=by, at=NOW)
    made.judge("on_the_way", "Schools say so.", school_year=2026, season="autumn", person=me, by=by, at=NOW)
    made.judge("met", "All say so.", school_year=2026, season="spring", person=me, by=by, at=NOW)
    found = SuccessCriterion.objects.with_judgements().get(pk=made.pk)
    assert found.judged_in(2026, "autumn").level == "on_the_way"
    assert found.judged_in(2026, "spring").level == "met"
    assert found.judged_in(2026, "summer") is None
    assert Judgement.objects.count() == 3
    with pytest.raises(Refusal, match="judged already"):
        made.change("Other words", deadline=made.deadline, groups=made.groups, by=by, at=NOW)


def test_a_report_asks_each_teams_manager_and_the_county_and_is_approved_by_a_person(county):
    criterion(county, team=county.team)
    term, senior = term_of(county), county.as_("senior")
    me, words_by = county.people["senior"], date(2026, 12, 10)
    with pytest.raises(Refusal, match="a day after today"):
        begin_report(term, words_by=TODAY, person=me, by=senior, at=NOW)
    report = begin_report(term, words_by=words_by, person=me, by=senior, at=NOW)
    assert [words.team for words in ReportWords.objects.order_by("pk")] == [county.team, None]
    assert not TermReport.objects.visible_to(county.as_("worker")).exists()
    assert TermReport.objects.visible_to(county.as_("manager")).exists()
    assert not TermReport.objects.visible_to(county.as_("other_manager")).exists()
    mine = ReportWords.objects.get(team=county.team)
    with pytest.raises(NotAllowed):
        mine.write("Not mine.", person=county.people["other_manager"], by=county.as_("other_manager"), at=NOW)
    mine.write("It grows.", person=county.people["manager"], by=county.as_("manager"), at=NOW)
    with pytest.raises(NotAllowed):
        report.approve(person=county.people["manager"], by=county.as_("manager"), at=NOW)
    report.approve(person=me, by=senior, at=NOW)
    with pytest.raises(Refusal, match="second edition"):
        report.approve(person=me, by=senior, at=NOW)
    assert TermReport.objects.visible_to(county.as_("worker")).exists()


def test_a_second_edition_says_why_and_begins_with_the_words_of_the_first(county):
    criterion(county, team=county.team)
    term, senior, me = term_of(county), county.as_("senior"), county.people["senior"]
    words_by = date(2026, 12, 10)
    first = begin_report(term, words_by=words_by, person=me, by=senior, at=NOW)
    ReportWords.objects.get(team=county.team).write(
        "It grows.", person=county.people["manager"], by=county.as_("manager"), at=NOW
    )
    with pytest.raises(Refusal, match="begun already"):
        begin_report(term, words_by=words_by, why="A figure", person=me, by=senior, at=NOW)
    first.approve(person=me, by=senior, at=NOW)
    with pytest.raises(Refusal) as refused:
        begin_report(term, words_by=words_by, person=me, by=senior, at=NOW)
    assert refused.value.field == "why"
    second = begin_report(term, words_by=words_by, why="A figure was wrong.", person=me, by=senior, at=NOW)
    assert (second.edition, second.words.get(team=county.team).text) == (2, "It grows.")


def test_without_criteria_there_is_nothing_to_report(county):
    with pytest.raises(Refusal, match="No success criteria"):
        begin_report(
            term_of(county),
            words_by=date(2026, 12, 10),
            person=county.people["senior"],
            by=county.as_("senior"),
            at=NOW,
        )
