"""Who can sign in to the demo: one line a person, for READY and for a file in the data folder."""

from __future__ import annotations

from collections.abc import Iterable

from schools.demo.loading import Loaded
from teams.foundation.access import Role

SHOWN = (
    Role.ADMINISTRATOR,
    Role.SENIOR_MANAGER,
    Role.TEAM_MANAGER,
    Role.WORKER,
    Role.FINANCE_READER,
    Role.AUDITOR,
)
BY_CODE = "code by e-mail: read it at /dev/mail"


def lines(counties: Iterable[Loaded], password: str) -> list[str]:
    """Aligned: role, e-mail, password, address. All roles of the first county, a team manager of each other one."""
    rows = [("Role", "E-mail", "Password", "Address")]
    for place, loaded in enumerate(counties):
        address = f"/{loaded.authority.slug}/"
        for role in SHOWN if place == 0 else (Role.TEAM_MANAGER,):
            person = next(each for each in loaded.staff if each.role == role and _has_a_school(each))
            rows.append((role.label, person.email, password, address))
        if place == 0:
            rows.append((Role.HEADTEACHER.label, loaded.head, BY_CODE, address))
            rows.append((Role.IN_SCHOOL_LEAD.label, loaded.lead, BY_CODE, address))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _has_a_school(person: object) -> bool:
    """Of the workers, one who is placed in a school: attendance officers are not."""
    profession = getattr(person, "profession", "")
    return not profession or profession == "Pupil support worker"
