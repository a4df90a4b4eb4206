"""Yearly reviews: one that is final for each worker and year that is over, and those that run this year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from performance.models import HeadPart, Objective, Review, ReviewCopy, ReviewPart, ReviewPerson, Scheme, SchemeEdition
from performance.rules.schemes import COUNTY
from performance.rules.words import gather_mine, gather_shared, gather_two
from reports.benchmark.making import Making, Placed, Worker
from teams.foundation.sealing import digest
from teams.models import Part

SAID = (
    "Three of five are back every day, and the school sees it",
    "The parents ring by themselves now; the letters are shorter",
    "More time with the youngest, less at the gate",
)
OBJECTIVES = (
    "A group for those who are new",
    "Read the letters again with a parent",
    "Learn about part-time timetables",
)
RUNNING = ("preparing", "given", "to_agree")


def make_reviews(making: Making) -> None:
    (scheme,) = making.put([Scheme(name="Yearly review")])
    (edition,) = making.put([SchemeEdition(scheme=scheme, number=1, content=COUNTY.as_json(), made_at=making.founded)])
    said = edition.says
    now = said.year_of(making.today)
    for year in range(now - making.years, now):
        _round(making, edition, "yearly", year, making.workers, is_over=True)
    _round(making, edition, "mid_year", now, making.workers[::3], is_over=False)


def _round(making: Making, edition: Any, stage: str, year: int, workers: list[Worker], *, is_over: bool) -> None:
    starts_on, ends_on = edition.says.year(year)
    placed = {each.worker.person.pk: each for each in making.placed}
    reviews: list[Any] = making.put(
        Review(
            worker=worker.person,
            manager=worker.manager,
            edition=edition,
            stage=stage,
            year=year,
            starts_on=starts_on,
            ends_on=ends_on,
            begun_at=making.at(_day(making, ends_on, 50, is_over=is_over)),
            meeting_on=_day(making, ends_on, 30, is_over=is_over),
            given_at=making.at(_day(making, ends_on, 40, is_over=is_over)) if is_over or place % 3 else None,
            sent_at=making.at(_day(making, ends_on, 25, is_over=is_over)) if is_over or place % 3 == 2 else None,
            sent_times=1 if is_over or place % 3 == 2 else 0,
            status="to_agree" if is_over else RUNNING[place % 3],
        )
        for place, worker in enumerate(workers)
    )
    together = [(review, worker, placed.get(worker.person.pk) if stage == "yearly" else None)
                for review, worker in zip(reviews, workers, strict=True)]  # fmt: skip
    parts = [each for place, (review, *_) in enumerate(together) for each in _parts(review, place)]
    people = [each for review, worker, school in together for each in _people(review, worker, school, is_over=is_over)]
    making.put(parts)
    making.put(people)
    making.put(_head_part(review, school) for review, _, school in together if school and is_over)
    making.put(each for place, (review, worker, _) in enumerate(together) if is_over
               for each in _objectives(review, worker, place, ends_on))  # fmt: skip
    if not is_over:
        return
    making.put(each for review, worker, school in together for each in _copies(making, review, worker, school, parts))
    for review in reviews:
        review.status, review.final_because = Review.Status.FINAL, Review.Because.ALL_ANSWERED
        review.sealed_at = review.sent_at + timedelta(days=9)
    Review.objects.bulk_update(reviews, ["status", "final_because", "sealed_at"], batch_size=1_000)


def _day(making: Making, ends_on: date, before: int, *, is_over: bool) -> date:
    """So many days before the year's end; of what runs, before today."""
    return (ends_on if is_over else making.today) - timedelta(days=before)


def _parts(review: Any, place: int) -> list[ReviewPart]:
    content, text = review.edition.says, SAID[place % 3]
    boxes = [(f"h-{each.code}", text) for each in content.headings]
    found = {}
    if review.given_at:
        found["worker"] = gather_mine(boxes, content)
    if review.sent_at:
        found["shared"] = gather_shared(boxes, content)
        following = [("next-1-text", OBJECTIVES[place % 3]), ("next-1-by", str(review.ends_on))]
        found["two"] = gather_two([*boxes, *following], content, {})
    return [ReviewPart(review=review, kind=kind, words=words) for kind, words in found.items()]


def _people(review: Any, worker: Worker, school: Placed | None, *, is_over: bool) -> list[ReviewPerson]:
    rows: list[Any] = [(review.manager, Part.MANAGER, None), (worker.person, Part.WORKER, None)]
    if school is not None:
        rows.append((school.head, Part.SCHOOL, school.placement))
    return [
        ReviewPerson(
            review=review,
            person=person,
            part=part,
            placement=placement,
            answer="agreed" if is_over else "",
            answered_at=review.sent_at if is_over else None,
            how="account" if is_over else "",
        )
        for person, part, placement in rows
    ]


def _head_part(review: Any, school: Placed) -> HeadPart:
    return HeadPart(
        review=review,
        placement=school.placement,
        person=school.head,
        asked_at=review.begun_at,
        read_on=review.meeting_on - timedelta(days=5),
        given_at=review.given_at,
        difference="Mornings at the gate: three come in by themselves now.",
        wishes="A group for the youngest.",
        expected="yes",
        comes=False,
        status=HeadPart.Status.GIVEN,
    )


def _objectives(review: Any, worker: Worker, place: int, ends_on: date) -> list[Objective]:
    return [
        Objective(worker=worker.person, set_in=review, text=OBJECTIVES[number], by_when=ends_on + timedelta(days=300))
        for number in range(2 + place % 2)
    ]


def _copies(
    making: Making, review: Any, worker: Worker, school: Placed | None, parts: list[ReviewPart]
) -> list[ReviewCopy]:
    """Nearly what performance.actions.review_copies keeps, from what is at hand."""
    shared = {part.kind: part.words for part in parts if part.review is review}
    whole = {
        "authority": {
            "name": making.authority.name, "service": making.authority.service_name, "colour": making.authority.colour
        },
        "scheme": "Yearly review",
        "stage": "Yearly review",
        "worker": worker.person.name,
        "managers": [review.manager.name],
        "school": "",
        "starts_on": review.starts_on.isoformat(),
        "ends_on": review.ends_on.isoformat(),
        "meeting_on": review.meeting_on.isoformat(),
        "final_because": str(Review.Because.ALL_ANSWERED.label),
        "words": shared,
    }  # fmt: skip
    sides: list[tuple[str, Any]] = [("council", None)]
    if school is not None:
        sides.append(("school", school.placement))
    return [
        ReviewCopy(
            review=review, copy=copy, placement=placement, snapshot=whole, digest=digest(whole),
            made_at=review.sent_at + timedelta(days=9),
        )
        for copy, placement in sides
    ]  # fmt: skip
