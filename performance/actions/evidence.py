"""What others say of a worker, and whether the worker has read it: what has not been read is not used (BR-14).

Each kind comes from a source, declared once from `ready()`: `declare("feedback", named_feedback)`. A source answers
with what there is for a review, as far as `by` may read it: the worker from the day that its writer was told, who leads
from the day that it was given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import prefetch_related_objects

from performance.actions.reading import in_words
from performance.models import Feedback, HeadPart, ReadBefore, Review
from teams.foundation.access import Principal
from teams.foundation.kept import Kept
from teams.foundation.words import day


@dataclass(frozen=True)
class Evidence:
    """Words of somebody about the worker. `placement_id`: of whose school; None for what goes into no school's copy.

    `subject` is what is read: a row with a `public_id`. `lines` are (question, words).
    """

    kind: str
    subject: Any
    title: str
    lines: tuple[tuple[str, str], ...]
    placement_id: int | None = None
    when: str = ""  # since when the worker can read it, in words

    @property
    def young_person(self) -> Any:
        """Whose words these are, where they are a young person's or a parent's."""
        return getattr(self.subject, "young_person", None)

    @property
    def public_id(self) -> UUID:
        found: UUID = self.subject.public_id
        return found


class Sorted(NamedTuple):
    """What the worker has read, and what not."""

    read: list[Evidence]
    unread: list[Evidence]


NOTHING = Sorted([], [])
GIVEN = Kept(
    lambda *, review: HeadPart.objects.given().filter(review=review).select_related("person", "placement__school")
)
SAID = Kept(
    lambda *, worker, first, last: (
        Feedback.objects.for_page().prefetch_related(None).filter(worker=worker, said_on__gte=first, said_on__lte=last)
    )
)
Source = Callable[[Review, Principal], list[Evidence]]
_sources: dict[str, Source] = {}


def declare(kind: str, source: Source) -> None:
    """Called from an app's `ready`. `kind` is what `ReadBefore` keeps; declared again, the last one holds."""
    _sources[kind] = source


def gather(review: Review, by: Principal) -> Sorted:
    """One query for each source, and one for what was read where there is something to read."""
    found = [each for source in _sources.values() for each in source(review, by)]
    if not found:
        return NOTHING
    was_read = set(ReadBefore.objects.filter(review=review).values_list("subject_id", flat=True))
    return Sorted(
        [each for each in found if each.public_id in was_read],
        [each for each in found if each.public_id not in was_read],
    )


def read(review: Review, shown: set[str], *, by: Principal, at: datetime) -> int:
    """The worker has read what was shown to her (`shown`: public ids). What came meanwhile stays unread. How many?"""
    now = [each for each in gather(review, by).unread if str(each.public_id) in shown]
    for kind in {each.kind for each in now}:
        review.read(kind, [each.subject for each in now if each.kind == kind], by=by, at=at)
    return len(now)


def of_heads(review: Review, by: Principal) -> list[Evidence]:
    """What the heads have given, each of her own school."""
    rows = GIVEN.visible_to(by, review=review.pk)
    if by.person_id == review.worker_id and not by.is_system:
        rows = [each for each in rows if each.read_on <= by.today]
    return [of_head(each) for each in rows]


def of_head(part: HeadPart) -> Evidence:
    """A given part, in the words of its page (H5). What it says about next year is not evidence of the worker's year,
    and goes to the manager alone (schools.NextYear): she tells the worker herself."""
    expected = part.get_expected_display() + (f". {part.expected_why}" if part.expected_why else "")
    asked = [
        ("What made a difference here?", part.difference),
        ("What would you like more of, or different?", part.wishes),
        ("Was the service what you expected?", expected),
    ]
    return Evidence(
        "head_part",
        part,
        f"{part.person.name}, {part.placement.school.name}",
        tuple((question, words) for question, words in asked if words),
        part.placement_id,
        f"The worker can read it from {day(part.read_on)}.",
    )


def of_people(review: Review, by: Principal) -> list[Evidence]:
    """What young people and parents said of the worker in this year, with a name on it. In no school's copy."""
    rows = SAID.visible_to(by, worker=review.worker_id, first=review.starts_on, last=review.ends_on)
    prefetch_related_objects(rows, "wave__questionnaire__wordings")
    found = []
    for each in rows:
        said = in_words(each)
        words = (("In their own words", each.words),) if each.words else ()
        title = f"{said.who}, {day(each.said_on)}"
        found.append(Evidence("feedback", each, title, (*said.answers, *words)))
    return found


declare("head_part", of_heads)
declare("feedback", of_people)
