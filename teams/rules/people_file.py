"""Reading the list of people that a council's personnel system gives out: a CSV file, or rows pasted from a sheet.

Text in, values out. Headings are recognised in any order and case; a row that cannot be read costs only itself; what is
odd about a row is said and put right so that the rest can be loaded (journey A1: no error of a file stops the hour).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from teams.foundation.access import COUNCIL_ROLES, Role
from teams.foundation.errors import Refusal
from teams.foundation.spreadsheets import rows_of

Value = TypeVar("Value")

# What a column may be called, folded to small letters and figures. The first of each is what we write ourselves.
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("name", "fullname", "employee", "employeename", "person", "staffname"),
    "first_name": ("firstname", "forename", "givenname"),
    "last_name": ("lastname", "surname", "familyname"),
    "email": ("email", "emailaddress", "workemail", "mail", "employeeemail"),
    "role": ("role", "systemrole", "access"),
    "job": ("job", "jobtitle", "position", "positiontitle", "posttitle"),
    "profession": ("profession", "professionalgroup", "jobfamily"),
    "team": ("team", "teamname", "workgroup"),
    "manager_email": ("managersemail", "manageremail", "linemanageremail", "linemanagersemail", "managersemailaddress")
    + ("manageremailaddress", "linemanageremailaddress", "reportsto"),
    "hours": ("hours", "hoursperweek", "weeklyhours", "contracthours", "contractedhours", "hoursaweek"),
    "grade": ("grade", "paygrade", "payscale"),
    "point": ("point", "spinepoint", "scp", "paypoint", "spinalpoint", "scalepoint"),
    "starts_on": ("starts", "start", "startdate", "starton", "startson", "inpostfrom", "joined"),
    "term_time_only": ("termtimeonly", "termtime", "tto"),
}
FIELD_OF = {heading: name for name, headings in HEADINGS.items() for heading in headings}

# What people call the roles. The name of the role itself is known too; a school's roles come with school contacts.
ROLE_WORDS: dict[Role, tuple[str, ...]] = {
    Role.WORKER: ("support worker", "family worker", "attendance officer", "pupil support worker", "practitioner"),
    Role.SENIOR_PRACTITIONER: ("senior worker",),
    Role.TEAM_MANAGER: ("manager", "line manager"),
    Role.SENIOR_MANAGER: ("head of service", "service manager"),
    Role.FINANCE_READER: ("finance officer", "finance reader"),
    Role.ADMINISTRATOR: ("admin", "administration", "business support"),
    Role.AUDITOR: ("audit",),
}
NEEDS_A_MANAGER = (Role.WORKER, Role.SENIOR_PRACTITIONER, Role.TEAM_MANAGER)
LONGEST = {"name": 120, "email": 254, "job": 120, "grade": 20}
MOST_ROWS = 5000
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d/%m/%y")
YES, NO = (
    frozenset({"yes", "y", "true", "1", "tto", "term time", "term-time"}),
    frozenset({"no", "n", "false", "0", ""}),
)


@dataclass(frozen=True)
class PersonRow:
    """One person as the file describes them. What it does not say is "" or None. Addresses are in small letters."""

    line: int
    name: str
    email: str
    role: str = ""
    job: str = ""
    profession: str = ""
    team: str = ""
    manager_email: str = ""
    hours: Decimal | None = None
    grade: str = ""
    point: int | None = None
    starts_on: date | None = None
    term_time_only: bool | None = None


@dataclass(frozen=True)
class Unreadable:
    """A row that could not be read, and why, in a sentence."""

    line: int
    reason: str


@dataclass(frozen=True)
class Odd:
    """Something about a row that a person should look at. The row is loaded, without what is odd, unless it says so."""

    line: int
    name: str
    sentence: str


@dataclass(frozen=True)
class PeopleFile:
    """What a file says: `fields` are those that it has a column for, for a missing column says nothing."""

    rows: list[PersonRow]
    fields: frozenset[str]
    unreadable: list[Unreadable] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)
    unknown_headings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Branch:
    """One person in the tree of who manages whom. `is_in_file` is false for a manager who was here before."""

    name: str
    job: str
    is_in_file: bool
    people: list[Branch]


def read(text: str) -> PeopleFile:
    """The rows of a list, with what is unreadable beside them. Raises Refusal where there is no list in it at all."""
    lines = rows_of(text)
    first = next(lines, None)
    if first is None:
        raise Refusal(
            "There is nothing in it. Choose the file again, or paste the rows with their headings.", code="empty"
        )
    columns = _columns(first[1])
    found: list[PersonRow] = []
    unreadable: list[Unreadable] = []
    for line, cells in lines:
        said = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name is not None}
        try:
            found.append(_person(line, said))
        except _Unfit as unfit:
            unreadable.append(Unreadable(line, str(unfit)))
        if len(found) + len(unreadable) > MOST_ROWS:
            raise Refusal(f"This list has more than {MOST_ROWS:,} people. Load it in parts.", code="too_long")
    if not found and not unreadable:
        raise Refusal("There are headings and no people under them. Add the people, then try again.", code="no_people")
    fields = {"name" if name in ("first_name", "last_name") else name for name in columns if name is not None}
    unknown = [
        heading.strip() for heading, name in zip(first[1], columns, strict=True) if name is None and heading.strip()
    ]
    return PeopleFile(found, frozenset(fields), unreadable, [], unknown)


def checked(file: PeopleFile, *, known: Container[str] = ()) -> PeopleFile:
    """The same file with every oddity listed and put right: what comes back can be loaded as it stands.

    `known` are the addresses of people who are there already; one of them may be a manager without being in the file.
    """
    rows, odd = _each_address_once(file.rows)
    in_file = {row.email for row in rows}
    kept = []
    for row in rows:
        sentence, manager = _manager_of(row, in_file, known)
        if sentence:
            odd.append(Odd(row.line, row.name, sentence))
        kept.append(replace(row, manager_email=manager))
    if "manager_email" not in file.fields:
        odd = [each for each in odd if each.sentence != NO_MANAGER]
    kept, circles = _without_circles(kept)
    return replace(file, rows=kept, odd=sorted([*odd, *circles], key=lambda each: each.line))


def tree(rows: Sequence[PersonRow], *, known: dict[str, str] | None = None) -> list[Branch]:
    """Who manages whom, as branches. `rows` are checked; `known` names the managers who are not in the file."""
    below: dict[str, list[PersonRow]] = {}
    for row in rows:
        below.setdefault(row.manager_email, []).append(row)
    in_file = {row.email for row in rows}

    def branch(row: PersonRow) -> Branch:
        return Branch(row.name, row.job, True, [branch(each) for each in below.get(row.email, [])])

    tops = [branch(row) for row in below.get("", [])]
    outside = sorted({address for address in below if address and address not in in_file})
    tops += [
        Branch((known or {}).get(address, address), "", False, [branch(row) for row in below[address]])
        for address in outside
    ]
    return sorted(tops, key=lambda top: (not top.people, top.name))


NO_MANAGER = "Has no manager."


def _manager_of(row: PersonRow, in_file: Container[str], known: Container[str]) -> tuple[str, str]:
    """What is odd about the manager, if anything, and the manager's address that can be used."""
    address = row.manager_email
    if not address:
        return (NO_MANAGER if not row.role or row.role in NEEDS_A_MANAGER else ""), ""
    if address == row.email:
        return "Manages herself or himself. Loaded without a manager.", ""
    if address not in in_file and address not in known:
        return f"The manager’s address is not in the file: {address}. Loaded without a manager.", ""
    return "", address


def _each_address_once(rows: Sequence[PersonRow]) -> tuple[list[PersonRow], list[Odd]]:
    first: dict[str, PersonRow] = {}
    odd = []
    for row in rows:
        before = first.setdefault(row.email, row)
        if before is not row:
            odd.append(
                Odd(
                    row.line,
                    row.name,
                    f"This address is twice: {row.email}. Line {before.line} is loaded, this one is not.",
                )
            )
    return list(first.values()), odd


def _without_circles(rows: Sequence[PersonRow]) -> tuple[list[PersonRow], list[Odd]]:
    """A circle of managers has no top: the first of it in the file is loaded without a manager."""
    above = {row.email: row.manager_email for row in rows}
    kept, odd = [], []
    for row in rows:
        seen, here = {row.email}, above[row.email]
        while here and here not in seen:
            seen.add(here)
            here = above.get(here, "")
        if here == row.email:
            above[row.email] = ""
            odd.append(
                Odd(row.line, row.name, "Is managed by somebody whom she or he manages. Loaded without a manager.")
            )
            row = replace(row, manager_email="")
        kept.append(row)
    return kept, odd


class _Unfit(Exception):
    """A cell that cannot be what its heading says; the text is the reason."""


def _folded(heading: str) -> str:
    """ "Manager's E-mail" and "MANAGERS EMAIL" are the same heading."""
    return re.sub(r"[^a-z0-9]", "", heading.lower())


def _columns(headings: Sequence[str]) -> list[str | None]:
    """The field under each heading, None where we do not know it; of two about the same field the first counts."""
    columns: list[str | None] = []
    for heading in headings:
        name = FIELD_OF.get(_folded(heading))
        columns.append(None if name in columns else name)
    missing = []
    if "name" not in columns and not {"first_name", "last_name"} <= set(columns):
        missing.append("the name")
    if "email" not in columns:
        missing.append("the e-mail address")
    if missing:
        raise Refusal(
            f"We found no column for {' or '.join(missing)}. The first row must say what each column is, for example: "
            "Name, E-mail, Role, Job, Profession, Team, Manager’s e-mail.",
            code="no_headings",
        )
    return columns


def _person(line: int, said: dict[str, str]) -> PersonRow:
    name = said.get("name") or " ".join(filter(None, (said.get("first_name"), said.get("last_name"))))
    if not name:
        raise _Unfit("There is no name.")
    email = _address(said.get("email", ""))
    row = PersonRow(
        line=line,
        name=" ".join(name.split()),
        email=email,
        role=_role(said.get("role", "")),
        job=said.get("job", ""),
        profession=said.get("profession", ""),
        team=said.get("team", ""),
        manager_email=said.get("manager_email", "").lower(),
        hours=_maybe(said, "hours", _hours),
        grade=said.get("grade", ""),
        point=_maybe(said, "point", _point),
        starts_on=_maybe(said, "starts_on", _day),
        term_time_only=_maybe(said, "term_time_only", _yes_or_no),
    )
    for each, longest in LONGEST.items():
        if len(getattr(row, each)) > longest:
            raise _Unfit(f"The {each} is longer than {longest} characters.")
    return row


def _maybe(said: dict[str, str], name: str, convert: Callable[[str], Value]) -> Value | None:
    return convert(said[name]) if said.get(name) else None


def _address(cell: str) -> str:
    if not cell:
        raise _Unfit("There is no e-mail address.")
    try:
        validate_email(cell)
    except ValidationError:
        raise _Unfit(f"“{cell}” is not an e-mail address.") from None
    return cell.lower()


def _role(cell: str) -> str:
    """A role of the council."""
    said = " ".join(cell.lower().replace("_", " ").split())
    if not said:
        return ""
    for role in Role:
        if said in (role.value.replace("_", " "), role.label.lower(), *ROLE_WORDS.get(role, ())):
            if role not in COUNCIL_ROLES:
                raise _Unfit(f"“{cell}” is a role in a school. Add the people of schools under “School contacts”.")
            return role.value
    known = ", ".join(role.label for role in Role if role in COUNCIL_ROLES)
    raise _Unfit(f"The role “{cell}” is not known. Use one of: {known}.")


def _hours(cell: str) -> Decimal:
    try:
        hours = Decimal(cell)
    except InvalidOperation:
        hours = Decimal("NaN")
    if not hours.is_finite() or not 0 < hours <= 60:
        raise _Unfit(f"The hours “{cell}” are not a number from 0.01 to 60.")
    return hours.quantize(Decimal("0.01"))


def _point(cell: str) -> int:
    figures = re.fullmatch(r"(?:SCP|point)?\s*(\d{1,3})(?:\.0+)?", cell, re.IGNORECASE)
    if figures is None:
        raise _Unfit(f"The pay point “{cell}” is not a whole number.")
    return int(figures[1])


def day_of(text: str) -> date | None:
    """A day as lists have it: "01/09/2026", "2026-09-01", "1 September 2026"; None for anything else."""
    for pattern in DATES:
        try:
            return datetime.strptime(text.partition(" 00:00")[0], pattern).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    return None


def _day(cell: str) -> date:
    found = day_of(cell)
    if found is None:
        raise _Unfit(f"The start “{cell}” is not a date like 01/09/2026.")
    return found


def _yes_or_no(cell: str) -> bool:
    said = cell.lower()
    if said in YES:
        return True
    if said in NO:
        return False
    raise _Unfit(f"“{cell}” under term time only is neither yes nor no.")
