"""The steps of setting a county up (journey A1): in any order, and nothing is mailed before the doors open.

An upper app adds its own steps from `ready()`; the page of this floor draws them all without knowing what they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from teams.actions.pay import rates_and_missing
from teams.foundation import mail
from teams.foundation.access import COUNCIL_ROLES, Principal
from teams.foundation.errors import Refusal
from teams.foundation.words import counted
from teams.models import Authority, Membership, Person, Team, Term
from teams.rules.calendar import school_year_label, school_year_of


@dataclass(frozen=True)
class Standing:
    """How far a step is: whether it is done, and what is there in a few words ("64 schools")."""

    is_done: bool
    words: str


@dataclass(frozen=True)
class Step:
    """A step: `name` is the URL name of its page, `says` what to do there.

    `position` orders the steps of all floors. Without the needed ones the doors stay shut. A step without `standing` is
    only to be looked at and is not counted.
    """

    name: str
    title: str
    says: str
    position: int
    standing: Callable[[Authority, date], Standing] | None = None
    is_needed: bool = True


@dataclass(frozen=True)
class Stage:
    """A step with how far it is today."""

    step: Step
    standing: Standing | None

    @property
    def is_done(self) -> bool:
        return self.standing is not None and self.standing.is_done


@dataclass(frozen=True)
class Progress:
    """Every step with its standing, in order."""

    stages: list[Stage]

    @property
    def counted(self) -> list[Stage]:
        return [stage for stage in self.stages if stage.standing is not None]

    @property
    def done(self) -> int:
        return sum(stage.is_done for stage in self.counted)

    @property
    def still_needed(self) -> list[Step]:
        return [stage.step for stage in self.counted if stage.step.is_needed and not stage.is_done]


_steps: dict[str, Step] = {}


def declare(step: Step) -> None:
    _steps[step.name] = step


def progress(authority: Authority, *, today: date) -> Progress:
    """How far setting up is. A query or two for each step."""
    ordered = sorted(_steps.values(), key=lambda step: step.position)
    return Progress([Stage(step, step.standing(authority, today) if step.standing else None) for step in ordered])


def still_needed(authority: Authority, *, today: date) -> list[Step]:
    """What keeps the doors shut. The steps that nobody needs are not asked."""
    needed = [step for step in _steps.values() if step.is_needed]
    waits = [step for step in needed if step.standing is not None and not step.standing(authority, today).is_done]
    return sorted(waits, key=lambda step: step.position)


def waiting_mails() -> list[tuple[Person, str]]:
    """To whom a mail goes when the doors open, with its subject line; oldest first."""
    waiting = mail.Notice.objects.filter(state=mail.Notice.State.WAITING)
    notices = waiting.select_related("person", "authority").order_by("made_at", "pk")
    return [(notice.person, mail.subject_of(notice)) for notice in notices]


def open_doors(authority: Authority, *, by: Principal, at: datetime, today: date) -> None:
    """From now on mails go. Raises Refusal while a needed step is not done, naming it."""
    missing = still_needed(authority, today=today)
    if missing:
        titles = " and ".join(f"“{step.title}”" for step in missing)
        raise Refusal(f"The doors cannot be opened yet. Finish {titles} first.", code="not_ready")
    authority.open_doors(by=by, at=at)


def _name(authority: Authority, today: date) -> Standing:
    if not authority.telephone:
        return Standing(False, "The telephone number is missing")
    return Standing(True, f"{authority.service_name}, {authority.telephone}")


def _terms(authority: Authority, today: date) -> Standing:
    years = sorted(set(Term.objects.filter(ends_on__gte=today).values_list("school_year", flat=True)))
    if not years:
        return Standing(False, f"No terms for {school_year_label(school_year_of(today))} yet")
    return Standing(True, ", ".join(map(school_year_label, years)))


def _teams(authority: Authority, today: date) -> Standing:
    teams = Team.objects.count()
    return Standing(teams > 0, counted(teams, "team", "teams") if teams else "No team yet")


def _pay(authority: Authority, today: date) -> Standing:
    """Done when the cost of every post can be worked out."""
    rates, missing = rates_and_missing(today)
    if missing:
        grade, point = missing[0]
        others = f" and {counted(len(missing) - 1, 'other', 'others')}" if len(missing) > 1 else ""
        return Standing(False, f"No rate for grade {grade} point {point}{others}")
    return Standing(rates > 0, counted(rates, "rate", "rates") if rates else "No rate yet")


def _people(authority: Authority, today: date) -> Standing:
    """Done when somebody is there besides the administrator."""
    held = Membership.objects.not_over_by(today).filter(role__in=COUNCIL_ROLES)
    people = held.values("person").distinct().count()
    return Standing(people > 1, counted(people, "person", "people") if people > 1 else "Nobody but you yet")


declare(
    Step("set_up_name", "Name and colour", "What county and service are called, and how pay is worked out.", 10, _name)
)
declare(Step("term_list", "Terms", "Offered from the usual pattern. Change what is different here.", 20, _terms))
declare(
    Step(
        "pay_rates",
        "Pay rates",
        "What a point of your scale is paid. Costs are worked out from it.",
        45,
        _pay,
        is_needed=False,
    )
)
declare(Step("places", "Areas and teams", "Type or paste a list.", 30, _teams))
declare(
    Step("people_file", "People", "A list from the personnel system. You look at it before it is saved.", 40, _people)
)
declare(Step("languages", "Languages", "In which languages young people and parents can be asked what they think.", 70))
