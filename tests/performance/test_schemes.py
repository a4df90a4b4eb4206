"""A scheme is data: names and dates of an employer. Steps, sides and audiences stay ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.actions.beginning import begin_review
from performance.models import Review, Scheme
from performance.rules import schemes as rules
from performance.rules.schemes import COUNTY, SIDES, Content, Heading, Stage
from teams.foundation.errors import NotAllowed, Refusal
from teams.models import Employment
from tests.factories.authorities import NOW
from tests.factories.reviews import IN_JUNE, JUNE, make_review, make_scheme

stages = st.builds(
    Stage,
    code=st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
    name=st.text(alphabet="abc é", min_size=1, max_size=20).filter(str.strip),
    month=st.integers(1, 12),
    with_school=st.booleans(),
)


@given(st.integers(1, 12), st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_every_day_lies_in_the_year_that_it_is_said_to_lie_in(month, day):
    content = replace(COUNTY, year_starts=month)
    first, last = content.year(content.year_of(day))
    assert first <= day <= last
    assert content.year(content.year_of(day) + 1)[0] == last + timedelta(days=1)


@given(st.integers(1, 12), stages, st.integers(2020, 2040))
def test_a_stage_is_due_inside_its_year(month, stage, year):
    content = replace(COUNTY, year_starts=month)
    first, last = content.year(year)
    assert first <= content.due_on(stage, year) <= last
    assert content.due_on(stage, year).month == stage.month


def test_the_countys_own_scheme_can_be_used_and_is_read_back_as_it_was():
    assert rules.problems(COUNTY) == []
    assert rules.read(COUNTY.as_json()) == COUNTY


@pytest.mark.parametrize("side", SIDES)
def test_no_scheme_leaves_out_a_side(side):
    without = tuple(heading for heading in COUNTY.headings if heading.side != side)
    assert any(SIDES[side] in problem for problem in rules.problems(replace(COUNTY, headings=without)))


@pytest.mark.parametrize("side", SIDES)
def test_a_rating_is_never_put_where_the_school_reads(side):
    """D.5: joint sections are read by the school, a rating is not."""
    rated = Heading("rated", "Rated", side, rated=True)
    content = replace(COUNTY, headings=(*COUNTY.headings, rated), scale=("Not yet", "Yes"))
    assert bool(rules.problems(content)) is rated.is_shared


@pytest.mark.parametrize(
    "wrong",
    [
        replace(COUNTY, stages=()),
        replace(COUNTY, stages=(Stage("a", "Once", 6),)),  # no school is ever asked
        replace(COUNTY, stages=(*COUNTY.stages, COUNTY.stages[0])),
        replace(COUNTY, stages=(Stage("a", "Once", 13, True),)),
        replace(COUNTY, headings=(*COUNTY.headings, Heading("x", " ", "career"))),
        replace(COUNTY, headings=(*COUNTY.headings, Heading("x", "X", "nowhere"))),
        replace(COUNTY, scale=("One",)),
        replace(COUNTY, scale=("Same", "Same")),
        replace(COUNTY, year_starts=0),
    ],
)
def test_what_is_no_scheme_is_refused_with_what_to_do(wrong: Content):
    assert rules.problems(wrong)


@pytest.mark.django_db
def test_the_scheme_of_the_profession_goes_before_that_of_all(fenshire):
    with fenshire.inside():
        for_all = make_scheme(fenshire)
        own = make_scheme(fenshire, profession=fenshire.post.profession)
        assert make_review(fenshire).edition.scheme == own
        assert list(Scheme.objects.for_work("", fenshire.post.profession)) == [own, for_all]


@pytest.mark.django_db
def test_a_review_without_a_scheme_says_who_adds_one_and_begins_nothing(fenshire):
    with fenshire.inside():
        Employment.objects.filter(person=fenshire.people["worker"]).update(employer="Fen Health Trust")
        make_scheme(fenshire)  # the council's is not put over another employer's people
        with pytest.raises(Refusal, match="no scheme of reviews for a pupil support worker of Fen Health Trust"):
            make_review(fenshire)
        assert not Review.objects.exists()


@pytest.mark.django_db
def test_a_scheme_changed_in_mid_year_holds_for_reviews_that_begin_afterwards(fenshire):
    with fenshire.inside():
        scheme = make_scheme(fenshire)
        running = make_review(fenshire)
        shorter = replace(COUNTY, headings=COUNTY.headings[1:])
        scheme.change("Our yearly review", shorter, by=fenshire.as_("admin", JUNE), at=IN_JUNE)
        later = make_review(fenshire, who="other_worker", manager="other_manager")
        assert Review.objects.get(pk=running.pk).says == COUNTY
        assert Review.objects.get(pk=later.pk).says == shorter


@pytest.mark.django_db
def test_a_stage_begins_once_a_year(fenshire):
    with fenshire.inside():
        make_scheme(fenshire)
        make_review(fenshire)
        with pytest.raises(Refusal, match="has begun already"):
            make_review(fenshire)
        make_review(fenshire, stage="mid_year")


@pytest.mark.django_db
def test_a_stage_that_the_scheme_does_not_have_is_refused_by_its_names(fenshire):
    with fenshire.inside():
        make_scheme(fenshire)
        with pytest.raises(Refusal, match="Mid-year talk, Yearly review") as refused:
            begin_review(
                fenshire.people["worker"],
                "autumn",
                manager=fenshire.people["manager"],
                by=fenshire.as_("manager", JUNE),
                at=NOW,
            )
        assert refused.value.field == "stage"


@pytest.mark.django_db
def test_nobody_begins_a_review_of_somebody_whom_she_does_not_manage(fenshire):
    with fenshire.inside():
        make_scheme(fenshire)
        with pytest.raises(NotAllowed):
            begin_review(
                fenshire.people["worker"],
                "yearly",
                manager=fenshire.people["other_manager"],
                by=fenshire.as_("other_manager", JUNE),
                at=NOW,
            )
        assert not Review.objects.exists()
