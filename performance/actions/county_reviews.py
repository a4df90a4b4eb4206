"""How the reviews of a county stand, for who counts them and opens none (D.5): by team and by stage, without a name.

A worker counts once, in the team of the post that they hold, where their review stands: the one that runs; else final,
where one of this year is; else not begun. Of fewer than five workers nothing is shown, nor of a team by which it could
be found from the total. Read past the reviews' own policy: nothing but counts leaves this module.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from performance.actions.overview import content_for, contents_in_use
from performance.models import Review
from performance.rules.schemes import Content
from supervision.rules.health import shown
from teams.models import Employment, Team
from teams.questionnaires.rules import SMALLEST_GROUP
from teams.rules.small_numbers import WORKERS

NOT_BEGUN = "not_begun"
STEPS = {NOT_BEGUN: "Not begun"} | {
    each.value: str(each.label) for each in Review.Status if each != Review.Status.ABANDONED
}


@dataclass(frozen=True)
class Line:
    """A team or a stage. `steps` are (step, its words, how many); none where there are too few to show."""

    words: str
    of: int
    steps: list[tuple[str, str, int]]

    @classmethod
    def of_these(cls, words: str, found: Iterable[str]) -> Line:
        numbers = Counter(found)
        return cls(words, numbers.total(), [(step, label, numbers[step]) for step, label in STEPS.items()])

    @property
    def is_hidden(self) -> bool:
        return not self.steps


@dataclass(frozen=True)
class CountyReviews:
    workers: int
    whole: Line
    teams: list[Line]
    stages: list[Line]
    without_scheme: int


@dataclass(frozen=True)
class Standing:
    """Who holds a post today, and where the reviews stand that have begun. Never shown by person."""

    held: dict[int, Employment]  # by worker
    running: dict[int, str]  # the step of the one that runs
    begun: dict[tuple[int, int, str], str]  # by worker, year and conversation
    contents: dict[tuple[str, int | None], Content]  # of the schemes in use

    @classmethod
    def on(cls, today: date) -> Standing:
        """Two queries at any size."""
        return _standing(today)

    def of_worker(self, worker: int, today: date) -> str | None:
        """The step of the one that runs, else final or not begun this year; None where no scheme holds for them."""
        content = content_for(self.held[worker], self.contents)
        if content is None:
            return None
        year = content.year_of(today)
        steps = [self.begun.get((worker, year, stage.code), NOT_BEGUN) for stage in content.stages]
        final = Review.Status.FINAL.value if Review.Status.FINAL in steps else NOT_BEGUN
        return self.running.get(worker, final)


def _standing(today: date) -> Standing:
    rows = Employment.objects.on(today).filter(person__left_at=None, person__isnull=False)
    theirs = Review.objects.counted().filter(worker=OuterRef("person"), year__gte=today.year - 2)
    said = theirs.order_by("begun_at", "pk").values(found=JSONObject(year="year", stage="stage", status="status"))
    in_post = rows.select_related("post__team").annotate(said=ArraySubquery(said)).order_by("-starts_on", "-pk")
    held = {row.person_id: row for row in in_post}
    contents = contents_in_use()
    running: dict[int, str] = {}
    begun: dict[tuple[int, int, str], str] = {}
    for worker, row in held.items():
        for each in row.said:
            begun[worker, each["year"], each["stage"]] = each["status"]
            if each["status"] != Review.Status.FINAL:
                running[worker] = each["status"]
    return Standing(held, running, begun, contents)


def count(today: date) -> CountyReviews:
    """Two queries at any size."""
    standing = Standing.on(today)
    held, running, begun, contents = standing.held, standing.running, standing.begun, standing.contents
    by_team: dict[Team, list[str]] = defaultdict(list)
    by_stage: dict[str, list[str]] = defaultdict(list)
    under: Counter[int] = Counter()  # workers, by the scheme that holds for them
    held_by: dict[str, set[int]] = defaultdict(set)  # the schemes, by the name of a conversation
    due: dict[str, date] = {}
    without = 0
    for worker, row in held.items():
        content = content_for(row, contents)
        steps: list[str] = []
        if content is None:
            without += 1
        else:
            year = content.year_of(today)
            under[id(content)] += 1
            for stage in content.stages:
                step = begun.get((worker, year, stage.code), NOT_BEGUN)
                by_stage[stage.name].append(step)
                held_by[stage.name].add(id(content))
                due[stage.name] = min(content.due_on(stage, year), due.get(stage.name, date.max))
                steps.append(step)
        final = Review.Status.FINAL.value if Review.Status.FINAL in steps else NOT_BEGUN
        by_team[row.post.team].append(running.get(worker, final))
    # Who is not in a conversation could be found from it beside the total: a few under a scheme of their own.
    alone = set(under) - shown(under, SMALLEST_GROUP)
    too_few = {name for name, schemes in held_by.items() if schemes & alone and schemes != set(under)}
    everybody = [step for found in by_team.values() for step in found]
    return CountyReviews(
        len(held),
        _lines({"All teams": everybody})[0],
        sorted(_teams(by_team), key=lambda line: line.words),
        sorted(_lines(by_stage, hidden=too_few), key=lambda line: (due[line.words], line.words)),
        without,
    )


def _teams(found: dict[Team, list[str]]) -> list[Line]:
    """Hidden as the figure of the county hides them, by area and team: two ways of hiding would hide nothing."""
    told = WORKERS.told({(team.area_id, team.pk): (len(steps),) for team, steps in found.items()})
    visible = {team for team in found if told.sum(lambda path, pk=team.pk: path[1] == pk) is not None}  # type: ignore[misc]
    return [
        Line.of_these(team.name, steps) if team in visible else Line(team.name, 0, []) for team, steps in found.items()
    ]


def _lines(found: dict[str, list[str]], *, hidden: Collection[str] = ()) -> list[Line]:
    """What is too small stands without numbers, and so does what would give it away beside the total."""
    visible = shown({words: len(steps) for words, steps in found.items()}, SMALLEST_GROUP) - set(hidden)
    return [Line.of_these(words, steps) if words in visible else Line(words, 0, []) for words, steps in found.items()]
