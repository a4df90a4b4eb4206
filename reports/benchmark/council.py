"""The ground floor: areas, teams, people with accounts, posts, pay and terms."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password

from reports.benchmark.making import Making, Worker
from schools.demo import names
from teams.actions.terms import keep_terms
from teams.foundation.access import Role
from teams.models import (
    Absence,
    Area,
    Employment,
    LineManagement,
    Membership,
    PayRate,
    Person,
    Post,
    PostTerms,
    Profession,
    ProfessionTitle,
    Team,
)
from teams.questionnaires.newest import start_questionnaires
from teams.rules.terms import offered_terms

PROFESSIONS = (
    ("attendance-officer", "Attendance officer"), ("pupil-support", "Pupil support worker"),
    ("family-worker", "Family worker"),
)  # fmt: skip
RATES = {("L6", 12): 25_900, ("L6", 14): 27_600, ("L7", 20): 31_400, ("L8", 28): 38_700}
RISE, ON_COSTS = Decimal("1.032"), Decimal("25.00")
QUARTERS = ("North", "East", "South", "West")
OFFICES = (
    ("Head of service", Role.SENIOR_MANAGER), ("Business support officer", Role.ADMINISTRATOR),
    ("Finance officer", Role.FINANCE_READER), ("Data protection officer", Role.AUDITOR),
)  # fmt: skip
NO_PASSWORD = make_password(None)


def make_council(making: Making) -> None:
    _places(making)
    _people(making)
    _pay(making)
    for year in range(making.school_years[0], making.school_year + 2):
        keep_terms(year, offered_terms(year), by=making.by, at=making.founded)
    making.counts["teams_term"] += 3 * (len(making.school_years) + 1)
    start_questionnaires(by=making.by, at=making.founded)


def _places(making: Making) -> None:
    making.areas = making.put(
        Area(name=f"{QUARTERS[place % 4]} {place // 4 + 1}") for place in range(making.size.areas)
    )
    making.teams = making.put(
        Team(name=f"Team {place + 1:02d}", area=making.areas[place % len(making.areas)])
        for place in range(making.size.teams)
    )
    found = making.put(Profession(code=code, name=name) for code, name in PROFESSIONS)
    making.professions = {each.code: each for each in found}
    making.put(ProfessionTitle(profession=each, title=each.name, starts_on=date(2007, 9, 1)) for each in found)


def people(making: Making, jobs: list[str], *, kind: str, with_account: bool = True) -> list[Person]:
    """So many people of one kind, each with a mailbox of their own and mostly an account."""
    addresses = [f"{kind}{place + 1}@{making.slug}.example" for place in range(len(jobs))]
    accounts = making.accounts(addresses, NO_PASSWORD) if with_account else [None] * len(jobs)
    first = making.lot.randrange(1_000)
    return making.put(
        Person(name=names.person(first + place), email=address, job=job, user=account)
        for place, (address, job, account) in enumerate(zip(addresses, jobs, accounts, strict=True))
    )


def _people(making: Making) -> None:
    first_day, size = making.founded.date(), making.size
    offices = people(making, [job for job, _ in OFFICES], kind="office")
    making.senior_manager = offices[0]
    making.managers = people(making, ["Team manager"] * size.teams, kind="manager")
    is_funded = [True] * size.funded + [False] * size.officers
    staff = people(making, ["Worker"] * len(is_funded), kind="worker")
    codes = ["attendance-officer" if not funded else ("pupil-support", "family-worker")[place % 3 == 2]
             for place, funded in enumerate(is_funded)]  # fmt: skip
    team_of = [place % size.teams for place in range(len(staff))]
    posts = making.put(
        Post(
            name=f"{making.professions[code].name} {place + 1}",
            profession=making.professions[code],
            team=making.teams[team],
            starts_on=first_day,
        )
        for place, (code, team) in enumerate(zip(codes, team_of, strict=True))
    )
    making.put(
        PostTerms(
            post=post, starts_on=first_day, grade=grade, point=point, hours_per_week=Decimal("37.00"),
            term_time_only=place % 9 != 0,
        )
        for place, post in enumerate(posts)
        for grade, point in (tuple(RATES)[place % len(RATES)],)
    )  # fmt: skip
    making.put(
        Employment(post=post, person=person, starts_on=first_day) for post, person in zip(posts, staff, strict=True)
    )
    making.put(
        LineManagement(person=person, manager=making.managers[team], starts_on=first_day)
        for person, team in zip(staff, team_of, strict=True)
    )
    making.put(LineManagement(person=manager, manager=offices[0], starts_on=first_day) for manager in making.managers)
    hats: list[Any] = [(person, role, None) for person, (_, role) in zip(offices, OFFICES, strict=True)]
    hats += [(person, Role.TEAM_MANAGER, team) for person, team in zip(making.managers, making.teams, strict=True)]
    hats += [(person, Role.WORKER, making.teams[team]) for person, team in zip(staff, team_of, strict=True)]
    making.put(
        Membership(user=person.user, person=person, role=role, team=team, starts_on=first_day)
        for person, role, team in hats
    )
    making.workers = [
        Worker(person, post, making.managers[team], funded, "AB"[place // size.teams % 2])
        for place, (person, post, team, funded) in enumerate(zip(staff, posts, team_of, is_funded, strict=True))
    ]
    making.put(
        Absence(person=worker.person, starts_on=making.today - timedelta(days=3), ends_on=None)
        for worker in making.workers[5::40]
    )


def _pay(making: Making) -> None:
    first = making.school_years[0]
    making.put(
        PayRate(
            grade=grade, point=point, starts_on=date(first - 1 + year, 4, 1), salary=round(salary * RISE**year, 2),
            on_costs_percent=ON_COSTS,
        )
        for (grade, point), salary in RATES.items()
        for year in range(len(making.school_years) + 2)
    )  # fmt: skip
