"""Money: next three years (journey S3)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from schools.actions.ahead import Ahead, Ending, RiskLine, Said, schools_in
from schools.actions.share_questions import Round
from schools.models import NextYear
from schools.permissions import EVERY_AGREEMENT
from schools.rules.ahead import ZERO, Staircase, posts_in_words
from schools.views.share_questions import to_ring
from teams.foundation.access import Role
from teams.foundation.views import Page
from teams.foundation.words import counted, day, whole_money
from teams.foundation.words import money as in_pounds
from teams.models.places import NO_AREA
from teams.rules.calendar import school_year_label

ANSWERS = (*NextYear.Answer.values, "")
# The answers as they stand in the picture and above the columns of its table, in one order.
SHADES = [
    {"text": "Keep", "colour": "#1d5a94"},
    {"text": "Other days", "colour": "#8fb8de"},
    {"text": "Cannot", "colour": "#942514"},
    {"text": "Don’t know yet", "colour": "#c77700"},
    {"text": "Not answered", "colour": "#d5dade"},
]
WHY = {
    "fund": "The fund ends and its share goes on",
    "ends": "Its share ends and nobody follows",
    "cannot": "The school cannot keep its share",
    "unknown": "The school does not know yet",
    "stay": "The post leaves the school",
}


class MoneyAheadPage(Page):
    """What each fund pays until it ends, what is at risk, who must be told by when, what the schools say."""

    asks_again = True
    template = "schools/money_ahead.html"
    roles = frozenset(EVERY_AGREEMENT)

    def facts(self) -> dict[str, Any]:
        ahead = Ahead(self.principal, self.request.authority, self.today)  # type: ignore[attr-defined]
        at_risk, losing = ahead.posts_at_risk(ahead.next_september), ahead.money_at_risk()
        endings, said = ahead.endings(), ahead.answers()
        asking, may_ask = Round(ahead, self.principal, now=self.now), self.principal.has(Role.SENIOR_MANAGER)
        return {
            "years": [school_year_label(year) for year in ahead.years],
            "posts": ahead.county.book.posts,
            "risk_on": ahead.next_september,
            "risk_posts": posts_in_words(sum((line.part.posts for line in at_risk), ZERO)),
            "risk_schools": counted(schools_in(at_risk), "school", "schools"),
            "risks": [
                [
                    line.part.post.name,
                    posts_in_words(line.part.posts),
                    {"text": line.payer, "more": why_at_risk(line, self.today)},
                ]
                for line in at_risk
            ],
            "losing": losing_in_words(losing),
            "next": next((each for each in endings if each.notice_on and each.notice_on >= self.today), None),
            "endings": [self.ending(each) for each in endings],
            "funds": [stairs_of(each, ahead) for each in ahead.staircases],
            "answers": answers_by_area(said),
            "bars": bars_of(said),
            "shades": SHADES,
            "silent": [each.school.name for each in asking.schools],
            "to_ask": len(asking.to_ask),
            "nobody": "" if asking.to_ask else asking.why_nobody(),
            "may_ask": may_ask,
            "ring": to_ring(asking, may_write=may_ask),
            "problems": [
                {"post": post.name, "why": ahead.counted.problems[post.pk]}
                for post in ahead.county.book.posts
                if post.pk in ahead.counted.problems
            ],
        }

    def ending(self, each: Ending) -> list[Any]:
        if each.notice_on is None:
            notice: Any = {"text": "Not known", "more": "the school terms before are not known"}
        elif each.notice_on < self.today:
            notice = {"text": day(each.notice_on), "more": "has passed"}
        else:
            notice = day(each.notice_on)
        tell = ", ".join(school.name for school in each.schools) or "No school is concerned"
        return [
            {"text": each.what, "more": WHY[each.why]},
            notice,
            day(each.ends_on),
            posts_in_words(each.posts) if each.parts else "None",
            tell,
        ]


def why_at_risk(line: RiskLine, today: date) -> str:
    """What has ended already is said as such: nobody pays that part today."""
    if line.part.since >= today:
        return WHY[line.part.why]
    ended_on = day(line.part.since)
    return {
        "fund": f"The fund ended on {ended_on}, and its share goes on",
        "ends": f"Its share ended on {ended_on}, and nobody follows",
    }.get(line.part.why, WHY[line.part.why])


def losing_in_words(lines: list[RiskLine]) -> dict[str, str]:
    """The tile of what may be lost: what is not known is never £0, and a part that is not in the sum is said."""
    known = [line.a_year for line in lines if line.a_year is not None]
    if lines and not known:
        return {"number": "Not known", "since": "the cost of these posts cannot be worked out: see below"}
    without = len(lines) - len(known)
    since = f"without {counted(without, 'part', 'parts')} whose cost is not known" if without else ""
    return {"number": whole_money(sum(known, ZERO)), "since": since or "of posts whose money has ended or may end"}


def stairs_of(stairs: Staircase, ahead: Ahead) -> dict[str, Any]:
    """One fund as its picture and its table: a row a step."""
    names = {post.key: post.name for post in ahead.county.plan.posts}
    steps = []
    for step in stairs.steps:
        if step.parts or step.paid:
            held = [f"{names[key]} ({posts_in_words(percent / 100)})" for key, percent in step.parts]
            leaves = ", ".join(names[key] for key in step.leaves)
            steps.append(
                {
                    "when": f"{step.starts_on:%B %Y} to {step.ends_on:%B %Y}",
                    "posts": posts_in_words(step.posts),
                    "paid": in_pounds(step.paid),
                    "then": f"Less or nothing for {leaves}" if leaves else "",
                    "held": held,
                }
            )
    ends = f"ends in {stairs.ends_on:%B %Y}" if stairs.ends_on else "no end date"
    return {
        "name": ahead.county.name_of(stairs.fund),
        "says": f"{ends}; up to {posts_in_words(stairs.top)} posts; {in_pounds(stairs.paid)} in three years",
        "months": [float(month.posts) for month in stairs.months],  # lengths of a picture: no sum is made of them
        "steps": steps,
        "late": stairs.late,
    }


def answers_by_area(said: list[Said]) -> list[tuple[str, list[int]]]:
    """By area, how many said each of the answers, and how many have said nothing; those without an area last."""
    counts: dict[str, Counter[str]] = {}
    for each in said:
        counts.setdefault(each.area, Counter())[each.answer] += 1
    areas = sorted(counts, key=lambda area: (not area, area))
    return [(area or NO_AREA, [counts[area][answer] for answer in ANSWERS]) for area in areas]


def bars_of(said: list[Said]) -> list[dict[str, Any]]:
    """The same as bars: `text` says how many posts' shares have been answered for."""
    return [
        {"label": area, "numbers": numbers, "text": f"{sum(numbers) - numbers[-1]} of {sum(numbers)}"}
        for area, numbers in answers_by_area(said)
    ]
