"""Reviews in every state at two schools: a word in each part, draft, answer, comment and appeal (D.5).

Private parts are read by the worker and who leads or manages today; never by a head, a deputy, a senior manager or an
auditor. What is typed is read by who types it. The years are past ones: those of this year are the heads' (canary_head_parts).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from performance.actions import agreeing, evidence, meetings
from performance.actions.beginning import begin_review
from performance.models import Appeal, HeadPart, HeldWithout, Objective, Review, Scheme
from performance.models.meetings import Time
from performance.rules import words as rules
from performance.rules.schemes import COUNTY, Heading
from reports.models import ReviewPaper
from teams.foundation.access import Principal
from teams.foundation.drafts import Draft
from tests.factories.authorities import NOW, County

LEFT = {"oakfield": ("manager", "worker", "head"), "beech": ("other_manager", "other_worker", "other_head")}
COUNCIL_OF = {
    "oakfield": frozenset({"manager", "practitioner", "worker"}),
    "beech": frozenset({"other_manager", "other_worker"}),
}


def reviews(county: County) -> None:
    _scheme(county)
    for school in LEFT:
        _typed(county, school)
        _given(county, school)
        _sent(county, school)
        _final(county, school)
        _ended(county, school)
    problem = f"No {county.canaries.plant('problem of a review paper', ())}"
    ReviewPaper.objects.create(
        copy=county.rows["beech review school"], state=ReviewPaper.State.FAILED, problem=problem, put_down_at=NOW
    )


def _scheme(county: County) -> None:
    """Of an employer who has nobody here yet: the administrator's alone, with a word in every line of it."""
    word = lambda cell: county.canaries.plant(f"scheme {cell}", {"admin"})  # noqa: E731
    heading = Heading("own", f"Own {word('heading')}", "development", f"Think {word('help')}")
    content = replace(
        COUNTY,
        stages=(replace(COUNTY.stages[1], name=f"Talk {word('stage')}"),),
        headings=(*COUNTY.headings, heading),
        scale=(f"Not {word('step')}", "Yes"),
    )
    county.rows["scheme"] = Scheme.add(
        f"Scheme {word('name')}", content, employer=f"Trust {word('employer')}", profession=None,
        by=county.as_("admin"), at=NOW,
    )  # fmt: skip


def _begin(county: County, school: str, stage: str, year: int) -> Review:
    manager, worker, _ = LEFT[school]
    by = replace(county.as_(manager), today=date(year, 9, 8))
    return begin_review(county.people[worker], stage, manager=county.people[manager], by=by, at=NOW)


def _plant(county: County, school: str, cell: str, *more: str) -> str:
    return f"Said {county.canaries.plant(f'{school} review {cell}', COUNCIL_OF[school] | set(more))}"


def _typed(county: County, school: str) -> None:
    """Of this year's review the worker has typed her part, and the manager both parts of the meeting."""
    manager, worker, _ = LEFT[school]
    about = str(county.rows[f"{school} review"].public_id)
    for who, form, box in (
        (worker, meetings.MINE_FORM, "h-wellbeing"),
        (manager, meetings.SHARED_FORM, "h-results"),
        (manager, meetings.TWO_FORM, "h-wellbeing"),
    ):
        word = f"Typed {county.canaries.plant(f'{school} {form} typed', {who})}"
        Draft.objects.create(person=county.people[who], form=form, about=about, words=[[box, word]], saved_at=NOW)


def _given(county: County, school: str) -> None:
    """The worker's part is given; no school is asked, and it is said why. It has its time and place."""
    review = county.rows[f"{school} given review"] = _begin(county, school, "mid_year", 2025)
    by, day = county.as_(LEFT[school][0]), NOW + timedelta(days=9)
    time = Time(day, day + timedelta(hours=1), _plant(county, school, "meeting place"))
    agreeing.plan_meeting(review, None, None, time=time, by=by, at=NOW)
    words = {"headings": {"wellbeing": _plant(county, school, "part given")}}
    meetings.give(review, words, by=county.as_(LEFT[school][1]), at=NOW)
    manager = LEFT[school][0]
    agreement = county.agreement if school == "oakfield" else county.other_agreement
    because = f"Said {county.canaries.plant(f'{school} review without', COUNCIL_OF[school])}"
    HeldWithout.say(review, agreement.placement, because, person=county.people[manager], by=county.as_(manager), at=NOW)


def _sent(county: County, school: str) -> None:
    """Out to be agreed: the head has answered the first words, they were changed, and nobody has answered since."""
    review = _held(county, school, "yearly", 2025, "sent")
    _, _, head = LEFT[school]
    _answer(county, review, school, head, f"sent {head} before", agreed=False)
    _send(county, school, Review.objects.for_page().get(pk=review.pk), "sent again")
    county.rows[f"{school} sent review"] = Review.objects.get(pk=review.pk)


def _final(county: County, school: str) -> None:
    """The worker did not agree, all managers did: it stands with everybody's words beside it, comments and an appeal."""
    manager, worker, head = LEFT[school]
    review = _held(county, school, "yearly", 2024, "final")
    _answer(county, review, school, worker, "final worker answer", agreed=False)
    _answer(county, review, school, manager, "final manager answer")
    _answer(county, review, school, head, "final head answer", more=(head,))
    agreeing.let_stand(Review.objects.for_page().get(pk=review.pk), by=county.as_(manager), at=NOW)
    review = county.rows[f"{school} final review"] = Review.objects.for_page().get(pk=review.pk)
    for audience, more in (("two", ()), ("shared", (head,))):
        text = _plant(county, school, f"final comment {audience}", *more)
        agreeing.write_comment(review, text, audience, by=county.as_(worker), at=NOW)
    appeal = Appeal.write(review, _plant(county, school, "appeal", "senior"), by=county.as_(worker), at=NOW)
    reply = _plant(county, school, "appeal answer", "senior")
    appeal.answer(reply, person=county.people["senior"], by=county.as_("senior"), at=NOW)
    county.rows[f"{school} appeal"] = appeal
    settled = Objective.agree_on(review, "Be there on time", NOW.date(), by=county.clock, at=NOW)
    became = _plant(county, school, "objective became")
    settled.settle("partly", became, review=review, by=county.clock, at=NOW)
    for copy in review.copies.order_by("edition"):
        county.rows[f"{school} review {copy.copy}"] = copy


def _ended(county: County, school: str) -> None:
    """Begun by mistake, and ended with its reason."""
    review = county.rows[f"{school} ended review"] = _begin(county, school, "mid_year", 2024)
    by = county.as_(LEFT[school][0])
    for second in (county.people["other_manager" if school == "oakfield" else "manager"], None):  # led with her a while
        review.plan_meeting(None, second, by=by, at=NOW)
    agreeing.abandon(review, _plant(county, school, "ended because"), by=county.as_(LEFT[school][0]), at=NOW)


def _held(county: County, school: str, stage: str, year: int, state: str) -> Review:
    """The worker has given a part and read the head's; the meeting has been."""
    manager, worker, head = LEFT[school]
    review = _begin(county, school, stage, year)
    agreement = county.agreement if school == "oakfield" else county.other_agreement
    part = HeadPart.ask(
        review, agreement.placement, county.people[head], read_on=NOW.date(), by=county.as_(manager), at=NOW
    )
    said = _plant(county, school, f"{state} difference", head)
    part.give(
        difference=said, wishes="", expected="yes", expected_why="", comes=None, next_year=None, by=county.as_(head),
        at=NOW,
    )  # fmt: skip
    county.rows[f"{school} {state} part"] = part
    words = {"headings": {"career": _plant(county, school, f"{state} own part")}}
    meetings.give(review, words, by=county.as_(worker), at=NOW)
    evidence.read(review, {str(part.public_id)}, by=county.as_(worker), at=NOW)
    _send(county, school, review, state)
    return Review.objects.for_page().get(pk=review.pk)


def _send(county: County, school: str, review: Review, state: str) -> None:
    manager, _, head = LEFT[school]
    shared = {"h-results": _plant(county, school, f"{state} shared", head)}
    two = {
        "h-wellbeing": _plant(county, school, f"{state} wellbeing"),
        "h-career": _plant(county, school, f"{state} career"),
        "h-dropped": _plant(county, school, f"{state} dropped"),
        "next-1-text": _plant(county, school, f"{state} objective"),
        "next-1-by": "2027-06-01",
    }
    last = meetings.last_objectives(review)
    for key in last:
        two |= {f"last-{key}-became": "partly", f"last-{key}-words": _plant(county, school, f"{state} outcome")}
    gathered = rules.gather_two(two.items(), review.says, last)
    by: Principal = county.as_(manager)
    meetings.send(review, rules.gather_shared(shared.items(), review.says), gathered, by=by, at=NOW)


def _answer(
    county: County, review: Review, school: str, who: str, cell: str, *, agreed: bool = True, more: tuple[str, ...] = ()
) -> None:
    at: datetime = NOW
    row = review.people.get(person=county.people[who])
    readers = more or ((who,) if who == LEFT[school][2] else ())
    words = _plant(county, school, cell, *readers)
    agreeing.answer(
        review, row, sending=review.sent_times, agreed=agreed, words=words, how="account", by=county.as_(who), at=at
    )
