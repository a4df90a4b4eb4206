"""What a senior manager asked about figures: one open, one answered, one late. A word in each text (S1)."""

from __future__ import annotations

from datetime import timedelta

from reports.measures.figure import figure_of
from reports.measures.measure import Reader
from reports.measures.registry import BY_CODE
from reports.models import FigureQuestion
from tests.factories.authorities import NOW, TODAY, County

OF_TWO = frozenset({"senior", "manager"})


def questions_about_figures(county: County) -> None:
    senior, plant = county.as_("senior"), county.canaries.plant
    reader = Reader(senior, county.authority, TODAY)
    reader = reader.at(next(each for each in reader.grain.places if each.pk == county.team.pk and each.is_team))
    for name in ("open", "answered", "late"):
        kept = figure_of(BY_CODE["agreements-signed"], reader).as_kept()
        kept |= {
            "source": f"Counted by {plant(f'figure {name} asked about', OF_TWO)}",
            "where": f"There {plant(f'place {name} asked about', OF_TWO)}",
        }
        question = FigureQuestion.ask(
            f"Why {plant(f'question {name}', OF_TWO)}?",
            kept,
            title=f"Signed {plant(f'title {name} asked about', OF_TWO)}",
            area=None,
            team=county.team.pk,
            of=county.people["manager"],
            due_on=TODAY,
            by=county.as_("senior", TODAY - timedelta(days=3)),
            at=NOW - timedelta(days=3),
        )
        county.rows |= {f"{name} figure question": question, f"{name} question promise": question.promise}
    promise = county.rows["answered question promise"]
    promise.keep(answer=f"Because {plant('answer about a figure', OF_TWO)}", by=county.as_("manager"), at=NOW)
    late = county.rows["late question promise"]
    type(late).objects.filter(pk=late.pk).update(due_on=TODAY - timedelta(days=1))
