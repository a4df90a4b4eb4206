"""How often: the ready-made models, choosing one for a profession, and filling the sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from supervision.models import Pattern, SetPlace
from supervision.rules.sets import filled
from teams.foundation.access import Principal
from teams.foundation.transitions import begin
from teams.models import Person, Profession
from teams.rules.calendar import school_year_dates, school_year_of


@dataclass(frozen=True)
class Model:
    """A ready-made rhythm, as an administrator chooses it."""

    code: str
    name: str
    says: str
    values: Mapping[str, Any]

    def fits(self, pattern: Pattern) -> bool:
        return all(getattr(pattern, name) == value for name, value in self.values.items())


def _model(code: str, name: str, says: str, shape: str, one_to_one_every: int, joint_every: int) -> Model:
    return Model(code, name, says, {"shape": shape, "one_to_one_every": one_to_one_every, "joint_every": joint_every})


MODELS = (
    _model(
        "alternate",
        "In school one month, peer supervision the next",
        "Two sets out of step: with eight workers, four visits in school and one peer supervision each month.",
        Pattern.Shape.ALTERNATE, 2, 2,
    ),
    _model(
        "second-month",
        "A one-to-one every second month, and a joint visit in the months between",
        "For attendance officers, who have no school of their own.",
        Pattern.Shape.EACH, 2, 2,
    ),
    _model(
        "each-month",
        "A one-to-one every month, and a joint visit every third month",
        "For somebody who is new, or works alone.",
        Pattern.Shape.EACH, 1, 3,
    ),
)  # fmt: skip
BY_CODE = {model.code: model for model in MODELS}


def usual(profession: Profession) -> str:
    """The model that is offered where none was chosen yet."""
    return "second-month" if "attendance" in profession.code else "alternate"


def chosen(pattern: Pattern | None) -> str:
    """The code of the model that a pattern is; "" for none."""
    return next((model.code for model in MODELS if pattern is not None and model.fits(pattern)), "")


def choose(
    profession: Profession, code: str, *, starts_on: date, by: Principal, at: datetime, today: date
) -> Pattern | None:
    """This is how often from the month of `starts_on` on. None where that is how it is already."""
    first = starts_on.replace(day=1)
    _, review_on = school_year_dates(school_year_of(max(first, today)))
    values = dict(BY_CODE[code].values) | {"starts_on": first, "review_on": review_on}
    with transaction.atomic():
        there = Pattern.objects.filter(profession=profession).first()
        if there is None:
            return begin(Pattern(profession=profession, **values), "choose", by=by, at=at)
        if chosen(there) == code:
            return None
        there.change(by=by, at=at, **values)
        return there


def sets_on(people: Iterable[Person | int], day: date) -> dict[int, SetPlace]:
    """In which set each of these people is on a day, by their keys. One query."""
    keys = [person if isinstance(person, int) else person.pk for person in people]
    return {place.person_id: place for place in SetPlace.objects.on(day).filter(person__in=keys)}


def fill_sets(people: Iterable[Person], *, on: date, by: Principal, at: datetime) -> list[SetPlace]:
    """Everybody without a set gets one from `on`, so that both are of one size. Twice changes nothing."""
    in_order = sorted(people, key=lambda person: (person.name, person.pk))
    with transaction.atomic():
        list(Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[each.pk for each in in_order]))
        placed = sets_on(in_order, date.max)
        missing = [person for person in in_order if person.pk not in placed]
        groups = filled({key: place.group for key, place in placed.items()}, [person.pk for person in missing])
        return [
            begin(SetPlace(person=person, group=groups[person.pk], starts_on=on), "place", by=by, at=at)
            for person in missing
        ]


def move_to_set(person: Person, group: str, *, on: date, by: Principal, at: datetime) -> None:
    """Into the other set from `on`. Nothing where she is in it already."""
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
        latest = sets_on([person], date.max).get(person.pk)
        if latest is not None and latest.group == group:
            return
        if latest is not None and latest.starts_on >= on:
            latest.change(group, by=by, at=at)
        else:
            begin(SetPlace(person=person, group=group, starts_on=on), "place", by=by, at=at)
