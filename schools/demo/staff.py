"""Who works for a made-up council: the list that its personnel system would give out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from schools.demo import names
from schools.demo.counties import ATTENDANCE, FAMILY, OFFICES, SUPPORT, MadeUpCounty
from teams.foundation.access import Role

HEADINGS = (
    "Name", "E-mail", "Role", "Job", "Profession", "Team", "Manager's e-mail", "Hours", "Grade", "Point", "Starts",
    "Term time only",
)  # fmt: skip
PAY = {ATTENDANCE: ("L7", 20), SUPPORT: ("L6", 14), FAMILY: ("L6", 12)}
ABOVE_THE_LIMIT = ("L8", 28)  # dearer than what a team manager may sign for
PART_TIME = "30"


@dataclass(frozen=True)
class Colleague:
    """One row of the list. `has_left` is nobody's word in the file: the demo ends that job after loading it."""

    name: str
    email: str
    role: Role
    job: str
    team: str = ""
    profession: str = ""
    manager: str = ""
    hours: str = ""
    grade: str = ""
    point: str = ""
    starts_on: date | None = None
    term_time_only: bool = True
    has_left: bool = False


def colleagues(county: MadeUpCounty, *, school_year: int) -> list[Colleague]:
    """Everybody, managers before those they manage; both counties give the same names to the same jobs."""
    numbers = iter(range(200))

    def who(role: Role, job: str, **values: object) -> Colleague:
        name = names.person(next(numbers))
        return Colleague(name, names.address(name, county.domain), role, job, **values)  # type: ignore[arg-type]

    offices = [who(role, job, starts_on=date(school_year - 6, 9, 1)) for job, role in OFFICES]
    head_of_service = offices[0].email
    managers = [
        who(
            Role.TEAM_MANAGER, "Team manager", team=team, manager=head_of_service, starts_on=date(school_year - 5, 9, 1)
        )
        for team in county.teams
    ]
    seniors = {
        manager.team: who(
            Role.SENIOR_PRACTITIONER, "Senior practitioner", team=manager.team, manager=manager.email,
            starts_on=date(school_year - 4, 9, 1),
        )
        for manager in (managers[0], managers[-1])
    }  # fmt: skip
    workers = []
    for manager in managers:
        for profession, number in _jobs_in(county, manager.team):
            senior = seniors.get(manager.team) if profession == ATTENDANCE else None
            workers.append(
                who(
                    Role.WORKER, profession, team=manager.team, profession=profession,
                    manager=(senior or manager).email, **_terms(county, manager.team, profession, number, school_year),
                )
            )  # fmt: skip
    return [*offices, *managers, *seniors.values(), *workers]


def people_list(staff: list[Colleague]) -> bytes:
    """The list as CSV, as an administrator would load it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for each in staff:
        writer.writerow(
            [
                each.name, each.email, each.role.label, each.job, each.profession, each.team, each.manager, each.hours,
                each.grade, each.point, f"{each.starts_on:%d/%m/%Y}" if each.starts_on else "",
                ("Yes" if each.term_time_only else "No") if each.profession else "",
            ]
        )  # fmt: skip
    return text.getvalue().encode("utf-8-sig")


def _jobs_in(county: MadeUpCounty, team: str) -> Iterator[tuple[str, int]]:
    for profession, number in county.staff:
        # One support worker of the last team has left: the post is vacant.
        more = 1 if profession == SUPPORT and team == county.teams[-1] else 0
        yield from ((profession, place) for place in range(number + more))


def _terms(county: MadeUpCounty, team: str, profession: str, place: int, school_year: int) -> dict[str, object]:
    grade, point = PAY[profession]
    is_last_team = team == county.teams[-1]
    if profession == SUPPORT and is_last_team and place == 1:
        grade, point = ABOVE_THE_LIMIT
    return {
        "hours": PART_TIME if profession == FAMILY and is_last_team else "37",
        "grade": grade,
        "point": str(point),
        "starts_on": date(school_year - 2 - place % 2, 9, 1),
        # Who came before new posts were for term time keeps the whole year (H05).
        "term_time_only": not (profession == ATTENDANCE and place == 0 or (grade, point) == ABOVE_THE_LIMIT),
        "has_left": profession == SUPPORT and is_last_team and place == 2,
    }
