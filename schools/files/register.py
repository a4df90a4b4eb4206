"""What the registers of schools (GIAS, and EduBase before it) mean by their codes and composite cells."""

from __future__ import annotations

import re
from types import MappingProxyType

from schools.files.rows import Head, Link
from schools.files.values import Unfit, day, printable, term, text, urn

OPEN, CLOSED, CLOSING, OPENING = "open", "closed", "closing", "opening"

_STATUS_CODES = MappingProxyType({"1": OPEN, "2": CLOSED, "3": CLOSING, "4": OPENING})
_STATUS_NAMES = MappingProxyType(
    {"open": OPEN, "closed": CLOSED, "open, but proposed to close": CLOSING, "proposed to open": OPENING}
)
_NO_LINKS = frozenset({"", "does not have links", "not applicable"})

_EDUBASE_PHASES = MappingProxyType(
    {
        "NUR": "Nursery",
        "PRI": "Primary",
        "MDP": "Middle deemed primary",
        "MDS": "Middle deemed secondary",
        "SEC": "Secondary",
        "ALL": "All-through",
        "16P": "16 plus",
    }
)
_EDUBASE_GENDERS = MappingProxyType({"M": "Mixed", "B": "Boys", "G": "Girls"})
# Only the two whose dioceses in the register leave no doubt; the rest of the list is not published any more.
_EDUBASE_RELIGIONS = MappingProxyType({"C22": "Church of England", "C67": "Roman Catholic"})
_EDUBASE_TYPES = MappingProxyType(
    {
        "school-type:8": "Non-maintained special school",
        "school-type:10": "Other independent special school",
        "school-type:11": "Other independent school",
        "school-type:18": "Further education",
        "school-type:27": "Miscellaneous",
        "school-type:29": "Higher education institutions",
        "school-type:32": "Special post 16 institution",
    }
)
_EDUBASE_GROUPS = MappingProxyType(
    {
        "la-maintained-school": "Local authority maintained schools",
        "academy-school": "Academies",
        "school-type:10": "Independent schools",
        "school-type:11": "Independent schools",
    }
)
_CENSUS_PHASES = MappingProxyType(
    {
        "State-funded nursery": "Nursery",
        "State-funded primary": "Primary",
        "State-funded secondary": "Secondary",
    }
)


def status(code: str, name: str) -> str:
    """Our code of a status. The register's own code decides; its name is read where there is no code."""
    if not code.strip():
        return status_by_name(name)
    found = _STATUS_CODES.get(code.strip().lstrip("0"))
    if found is None:
        raise Unfit(f'is "{printable(code)}", which is not a status that we know')
    return found


def status_by_code(code: str) -> str:
    return status(code, "")


def status_by_name(name: str) -> str:
    found = _STATUS_NAMES.get(term(name).casefold())
    if found is None:
        raise Unfit(f'is "{printable(name)}", which is not a status that we know')
    return found


def status_by_end(end: str) -> str:
    """EduBase has no status: a school with an end date is closed."""
    return CLOSED if day(end) else OPEN


def head(title: str, first: str, last: str, job: str) -> Head | None:
    """The current head as published, or None. Personal data: refresh it, never keep the one before."""
    surname = text(last)
    return Head(text(title), text(first), surname, text(job)) if surname else None


def links(cell: str, *spilt: str) -> tuple[Link, ...]:
    """From "115961 Predecessor" to links. A school with several spills them over the end of its row, one a cell."""
    found = []
    for part in ",".join((cell, *spilt)).split(","):
        written = part.strip()
        if written.casefold() in _NO_LINKS:
            continue
        match = re.fullmatch(r"(\d{6})\s+(\D.*)", written, re.ASCII | re.DOTALL)
        if match is None:
            raise Unfit(f'says "{printable(written)}", which is not a link like "115961 Predecessor"')
        found.append(Link(text(match[2]), urn(match[1])))
    return tuple(found)


def edubase_phase(code: str) -> str:
    return _EDUBASE_PHASES.get(code.strip().upper(), "")


def edubase_gender(code: str) -> str:
    return _EDUBASE_GENDERS.get(code.strip().upper(), "")


def edubase_religion(codes: str) -> str:
    return _EDUBASE_RELIGIONS.get(codes.partition(";")[0].strip().upper(), "")


def edubase_type(organisation: str) -> str:
    return _EDUBASE_TYPES.get(organisation.strip(), "")


def edubase_group(organisation: str) -> str:
    key = organisation.strip()
    return _EDUBASE_GROUPS.get(key) or _EDUBASE_GROUPS.get(key.partition(":")[0], "")


def census_phase(school_type: str) -> str:
    """The phase in the register's words, as far as the census's type of school tells it; else empty."""
    return _CENSUS_PHASES.get(term(school_type), "")
