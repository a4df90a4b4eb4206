"""What the county says, decides and counts: guidance, questions, weights of need, readings, a pack that is asked for.

Figures that were printed are left out: no page that is measured reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from reports.benchmark.making import Making
from reports.measures.measure import Counted
from reports.measures.registry import MEASURES
from reports.models import CountyPack, Look, PackWords, Reading
from reports.rules import is_reading_day
from schools.models import NeedWeights
from teams.models import CountyQuestion, Guidance, Term
from teams.models.guidance import Place

QUESTIONERS = 3  # every so manyth manager has a question that waits
SECTIONS = ("supervision", "money", "need")


def make_county(making: Making) -> None:
    _said(making)
    making.put(
        [
            NeedWeights(
                free_meals=25, absence=45, sen_support=15, plans=15, starts_on=making.founded.date(),
                why="Absence is what we work on.", set_by=making.senior_manager, set_at=making.founded,
            )
        ]
    )  # fmt: skip
    making.put(_readings(making))
    seen = {"agreements-signed": {"number": "1", "of": "1", "text": "1"}}
    making.put(
        [
            Look(
                person=making.senior_manager, seen_on=making.today, seen=seen,
                before_on=making.today - timedelta(days=7), before=seen,
            )
        ]
    )  # fmt: skip
    _pack(making)


def _said(making: Making) -> None:
    at = making.at(making.today - timedelta(days=40))
    guidance = making.put(
        Guidance(
            place=place, text="Ask the school first, and write down what was agreed.", starts_on=at.date(),
            published_by=making.senior_manager, published_at=at,
        )
        for place in Place.values
    )  # fmt: skip
    managers = making.managers
    making.put(
        CountyQuestion(
            place=Place.SUPERVISION, text="May a visit be held by video in the week before a holiday?",
            asked_by=manager, asked_at=at, number=1, guidance=guidance[0], answered_by=making.senior_manager,
            answered_at=at + timedelta(days=5), read_at=at + timedelta(days=6),
            status=CountyQuestion.Status.ANSWERED,
        )
        for manager in managers
    )  # fmt: skip
    making.put(
        CountyQuestion(
            place=Place.MONEY, text="From which day does a new pay point count?", asked_by=manager,
            asked_at=making.at(making.today - timedelta(days=4)), number=1,
        )
        for manager in managers[::QUESTIONERS]
    )  # fmt: skip


def _readings(making: Making) -> Iterator[Reading]:
    """Every Monday and every end of a term: of each measure a number for each of its cells."""
    ends = set(Term.objects.values_list("ends_on", flat=True))
    days = (making.began + timedelta(days=each) for each in range((making.today - making.began).days))
    for day in (each for each in days if is_reading_day(each, ends)):
        for measure in MEASURES:
            for area, team in _cells(making, measure):
                of = making.lot.randrange(6, 40)
                yield Reading(
                    code=measure.code, taken_on=day, area=area, team=team, number=making.lot.randrange(of + 1), of=of
                )


def _cells(making: Making, measure: object) -> list[tuple]:
    if not isinstance(measure, Counted):
        return [(None, None)]
    if "team" in measure.grain:
        return [(team.area, team) for team in making.teams]
    return [(area, None) for area in making.areas]


def _pack(making: Making) -> None:
    """This term's: every manager is asked for words, and half have written."""
    terms = [term for term in Term.objects.order_by("starts_on") if term.starts_on <= making.today]
    if not terms:
        return
    term, at = terms[-1], making.at(max(terms[-1].starts_on, making.today - timedelta(days=3)))
    pack, = making.put(
        [
            CountyPack(
                kind=CountyPack.Kind.TERM, school_year=term.school_year, season=term.season,
                starts_on=term.starts_on, ends_on=term.ends_on, words_by=making.today + timedelta(days=7),
                begun_by=making.senior_manager, begun_at=at, counted=_counted(making.today), counted_at=at,
            )
        ]
    )  # fmt: skip
    asked = [(team, "") for team in making.teams] + [(None, section) for section in SECTIONS]
    making.put(
        PackWords(
            report=pack,
            team=team,
            section=section,
            **(
                {
                    "text": "We look first at who was not seen for long.",
                    "written_by": making.managers[place % len(making.managers)],
                    "written_at": at,
                    "status": PackWords.Status.WRITTEN,
                }
                if place % 2
                else {}
            ),
        )
        for place, (team, section) in enumerate(asked)
    )


def _counted(today: date) -> dict[str, object]:
    """Nothing was counted: no page that is measured reads a pack's figures."""
    return {"on": today.isoformat(), "beside": [], "figures": [], "see": None}
