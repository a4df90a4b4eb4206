"""Who is where: every worker of a manager and how far the review is, counted alike under every scheme (M14)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from performance.models import Review, Scheme, SchemeEdition
from performance.rules.schemes import Content
from teams.foundation.access import Principal
from teams.models import Employment, LineManagement, Person

LOOKED_BACK = timedelta(days=365)


@dataclass(frozen=True)
class ToBegin:
    """A worker without a running review. `stage` is the next one by its month; "" where no scheme holds."""

    worker: Person
    stage: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Overview:
    """`running` come oldest due first; `final` are those of the last twelve months, the newest first."""

    to_begin: list[ToBegin]
    running: list[tuple[Review, date]]
    final: list[Review]

    def counts(self) -> list[tuple[str, str, int]]:
        """(status, what it is called, how many): the same four words under every scheme."""
        by_status = [*(review.status for review, _ in self.running), *(review.status for review in self.final)]
        steps = [each for each in Review.Status if each != Review.Status.ABANDONED]
        return [(step.value, str(step.label), by_status.count(step.value)) for step in steps]


def due_on(review: Review) -> date:
    """The last day of the month in which this stage is due, by the edition that the review began with."""
    return review.says.due_on(review.stage_said, review.year)


def of_manager(principal: Principal, today: date) -> Overview:
    """Everybody whom she manages today, and every review that she leads. Eight queries at any size."""
    reviews = list(
        Review.objects.visible_to(principal)
        .exclude(worker=principal.person_id)
        .select_related("worker", "manager", "second_manager", "edition__scheme", "occasion")
    )
    running = [(each, due_on(each)) for each in reviews if not each.is_over]
    since = today - LOOKED_BACK
    final = [each for each in reviews if each.sealed_at is not None and each.sealed_at.date() >= since]
    busy = {each.worker_id for each, _ in running}
    managed = LineManagement.objects.on(today).filter(manager=principal.person_id).select_related("person")
    people = [row.person for row in managed.order_by("person__name", "pk") if row.person.left_at is None]
    to_begin = next_stages([each for each in people if each.pk not in busy], reviews, today)
    return Overview(
        sorted(to_begin, key=lambda each: (each.due_on is None, each.due_on or today, each.worker.name)),
        sorted(running, key=lambda pair: (pair[1], pair[0].worker.name)),
        sorted(final, key=lambda each: each.sealed_at or each.begun_at, reverse=True),
    )


def next_stages(people: list[Person], reviews: Iterable[Review], today: date) -> list[ToBegin]:
    """For each the stage of this year that has not begun and is due first. Nobody whose stages have all begun."""
    begun = {(each.worker_id, each.year, each.stage) for each in reviews if each.status != Review.Status.ABANDONED}
    held = Employment.objects.on(today).filter(person__in=people).select_related("post__profession")
    posts = {each.person_id: each for each in held.order_by("-starts_on", "-pk")}
    contents = contents_in_use()
    found: list[ToBegin] = []
    for worker in people:
        content = content_for(posts.get(worker.pk), contents)
        if content is None:
            found.append(ToBegin(worker))
            continue
        year = content.year_of(today)
        left = [stage for stage in content.stages if (worker.pk, year, stage.code) not in begun]
        if left:
            due, name = min((content.due_on(stage, year), stage.name) for stage in left)
            found.append(ToBegin(worker, name, due))
    return found


def contents_in_use() -> dict[tuple[str, int | None], Content]:
    """What each scheme in use says now, by employer and profession. One query."""
    latest: dict[int, Any] = {}
    for edition in SchemeEdition.objects.filter(scheme__status=Scheme.Status.IN_USE).select_related("scheme"):
        latest[edition.scheme_id] = edition  # in the order of their numbers
    return {(each.scheme.employer, each.scheme.profession_id): each.says for each in latest.values()}


def content_for(post: Employment | None, contents: dict[tuple[str, int | None], Content]) -> Content | None:
    """The profession's own scheme before the employer's for all (`Scheme.objects.for_work` says the same of one)."""
    if post is None:
        return None
    return contents.get((post.employer, post.post.profession_id)) or contents.get((post.employer, None))
