"""What young people and parents said in a year at a school, in sum: for its head, and for a review's two readers (H5).

Sums of tallies alone (0011): of every round of the year that is over and in which this worker was in the school. A
round in which fewer than five answered there has no tally of the school, so it is in no sum, and no difference to the
page of one round, to another year or to another day is ever about fewer than five people.

A school's young people say what they think of whoever works there: the sum is of the school, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from performance.actions.results import Asked, asked_of
from performance.models import Tally, Wave
from schools.models import Placement, School
from teams.models import Person
from teams.questionnaires.models import Wording
from teams.questionnaires.rules import Block, Question, Tallied, added, questions_of

KINDS = {Wave.Kind.YOUNG: "Young people", Wave.Kind.PARENT: "Parents"}
FEW = "Too few to show"


@dataclass(frozen=True)
class Sum:
    """One kind of people at one school. `found` None: fewer than five answered in every round, or nobody did."""

    who: str
    found: Tallied | None
    questions: list[Asked]

    @property
    def words(self) -> str:
        """On one line, for a copy on paper: the best answer of each question."""
        if self.found is None:
            return FEW
        said = [
            f"{each.words} {best.words} {best.number} of {best.of}."
            for each in self.questions
            for best in each.options[:1]
        ]
        return " ".join([f"{self.found.answers} answers without a name.", *said])


@dataclass(frozen=True)
class SaidAt:
    """What was said at one school. No sums: no round of the year is over in which the worker was there."""

    school: str
    sums: list[Sum]
    workers: int

    @property
    def answers(self) -> int:
        """Five or more, or 0 where there are too few of both kinds."""
        return sum(each.found.answers for each in self.sums if each.found is not None)

    def in_lines(self) -> list[tuple[str, str]]:
        """For a copy on paper: (who and where, in words)."""
        about = f" About all {self.workers} workers who were there." if self.workers > 1 else ""
        return [
            (f"{each.who}: {self.school}", each.words + (about if each.found is not None else "")) for each in self.sums
        ]


@dataclass(frozen=True)
class _Round:
    """One round as it was counted at one school."""

    kind: str
    questions: list[Question]
    words: dict[str, dict[str, str]]
    tallies: list[Tallied]
    workers: frozenset[int]

    def same_as(self, other: _Round) -> list[str]:
        """The codes of the questions that both asked, in the same words and with the same answers."""
        return [
            each.code
            for each in self.questions
            if each in other.questions and self.words.get(each.code) == other.words.get(each.code)
        ]


def said_at(schools: Iterable[School], worker: Person, *, starts_on: date, ends_on: date) -> list[SaidAt]:
    """At each of these schools, in the rounds that ended between both days. One query.

    Read past the tallies' own policy: whoever reads the facts of a review reads all of these, and the same.
    """
    by_key = {each.pk: each.name for each in schools}
    if not by_key:
        return []
    rows = list(_rounds(list(by_key), starts_on, ends_on))
    found = []
    for key, name in by_key.items():
        here = [each for each in (_at(row, key) for row in rows) if worker.pk in each.workers]
        sums = [_sum(kind, mine) for kind in KINDS if (mine := [each for each in here if each.kind == kind])]
        found.append(SaidAt(name, sums, len(frozenset[int]().union(*(each.workers for each in here)))))
    return found


def _rounds(schools: list[int], starts_on: date, ends_on: date) -> Iterable[Any]:
    """The latest first, each with its words, its tallies at these schools, and who worked there while it was open."""
    tallies = Tally.objects.filter(wave=OuterRef("pk"), school__in=schools).order_by("pk")
    english = Wording.objects.filter(questionnaire=OuterRef("questionnaire"), language="en")
    return (
        Wave.objects.answered()
        .filter(kind__in=KINDS, closes_on__gte=starts_on, closes_on__lte=ends_on)
        .select_related("questionnaire")
        .annotate(
            english=Subquery(english.values("words__questions")[:1]),
            here=ArraySubquery(
                tallies.values(found=JSONObject(school="school_id", answers="answers", counts="counts"))
            ),
            worked=ArraySubquery(
                _working(schools).values(found=JSONObject(school="school_id", person="post__employments__person_id"))
            ),
        )
    )


def _working(schools: list[int]) -> QuerySet[Placement]:
    """Placements with who held their post, on a day on which the round was open."""
    opens, closes, held = OuterRef("opens_on"), OuterRef("closes_on"), "post__employments__"
    still = (Q(ends_on=None) | Q(ends_on__gte=opens)) & (
        Q(**{f"{held}ends_on": None}) | Q(**{f"{held}ends_on__gte": opens})
    )
    together = Q(ends_on=None) | Q(**{f"{held}starts_on__lte": F("ends_on")})
    together &= Q(**{f"{held}ends_on": None}) | Q(**{f"{held}ends_on__gte": F("starts_on")})
    rows = Placement.objects.exclude(status=Placement.Status.PLANNED).filter(school__in=schools, starts_on__lte=closes)
    return rows.filter(still, together, **{f"{held}starts_on__lte": closes}).order_by()


def _at(row: Any, school: int) -> _Round:
    made = [Tallied(Block(), each["answers"], each["counts"]) for each in row.here if each["school"] == school]
    workers = frozenset(each["person"] for each in row.worked if each["school"] == school)
    return _Round(row.kind, questions_of(row.questionnaire.questions), row.english, made, workers)


def _sum(kind: str, rounds: list[_Round]) -> Sum:
    """In the words of the last round. What an earlier one asked in other words is another question, and not added
    to it."""
    last = rounds[0]
    made = [
        Tallied(
            Block(), tally.answers, {code: tally.counts[code] for code in each.same_as(last) if code in tally.counts}
        )
        for each in rounds
        for tally in each.tallies
    ]
    whole = added(made) if made else None
    return Sum(KINDS[Wave.Kind(kind)], whole, asked_of(last.questions, last.words, whole))
