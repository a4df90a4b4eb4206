"""The government's files about a made-up county, in the formats that they really come in.

Everything is made from a `random.Random` that is handed in and from a school year: the same two give the same bytes.
Headings, marks, encodings and date styles are those of the real files (domain B.1 to B.3): the register is written in
cp1252 with quoted text, census and absence with a byte-order mark, SUPP and NA and national rows at their end.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from schools.demo import names
from schools.demo.counties import MadeUpCounty


def _headings(text: str) -> list[str]:
    return text.split("|")


FIRST_URN = 990_001
SECONDARY, PRIMARY = "Secondary", "Primary"
OPEN, CLOSED, CLOSING = ("1", "Open"), ("2", "Closed"), ("3", "Open, but proposed to close")
TOWNS_IN_A_QUADRANT = 3
NOTHING_KNOWN = 34  # the place of a school that sent no census, and whose absence is hidden

GIAS_HEADINGS = _headings(
    "URN|LA (code)|LA (name)|EstablishmentNumber|EstablishmentName|TypeOfEstablishment (code)|"
    "TypeOfEstablishment (name)|EstablishmentTypeGroup (code)|EstablishmentTypeGroup (name)|"
    "EstablishmentStatus (code)|EstablishmentStatus (name)|OpenDate|CloseDate|PhaseOfEducation (code)|"
    "PhaseOfEducation (name)|StatutoryLowAge|StatutoryHighAge|Gender (name)|ReligiousCharacter (name)|SchoolCapacity|"
    "CensusDate|NumberOfPupils|NumberOfBoys|NumberOfGirls|PercentageFSM|Trusts (code)|Trusts (name)|"
    "Federations (name)|UKPRN|LastChangedDate|Street|Locality|Address3|Town|County (name)|Postcode|SchoolWebsite|"
    "TelephoneNum|HeadTitle (name)|HeadFirstName|HeadLastName|HeadPreferredJobTitle|UrbanRural (name)|"
    "GSSLACode (name)|Easting|Northing|SENStat|SENNoStat|FSM"
)
LINK_HEADINGS = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")
CENSUS_HEADINGS = _headings(
    "URN|LA|ESTAB|SCHOOLTYPE|NOR|NORG|NORB|PNORG|PNORB|TSENELSE|PSENELSE|TSENELK|PSENELK|NUMEAL|NUMENGFL|NUMUNCFL|"
    "PNUMEAL|PNUMENGFL|PNUMUNCFL|NUMFSM|NUMFSMEVER|PNUMFSMEVER"
)
ABSENCE_HEADINGS = ("LA", "ESTAB", "URN", "PERCTOT", "PPERSABS10")
CONTACT_HEADINGS = ("URN", "School", "Name", "Job", "E-mail")


@dataclass(frozen=True)
class MadeUpSchool:
    """A school as its county's files tell of it. `quadrant` stands in no file: an administrator says it."""

    urn: int
    number: str
    name: str
    phase: str
    status: tuple[str, str]
    quadrant: str
    town: str
    street: str
    postcode: str
    easting: int
    northing: int
    pupils: int
    girls: int
    free_meals: int
    is_academy: bool
    head: str
    opened_on: date
    closed_on: date | None = None
    successor: int | None = None

    @property
    def is_open(self) -> bool:
        return self.status is not CLOSED

    @property
    def word(self) -> str:
        return self.name.partition(" ")[0].lower()


def make_schools(county: MadeUpCounty, random: Random, *, school_year: int) -> list[MadeUpSchool]:
    """The county's schools: secondaries first, then primaries, then those that closed and became one of the others."""
    wanted = county.secondaries + county.primaries
    found = [_school(county, random, place, school_year) for place in range(wanted)]
    # Two small primaries are to close: who works there has to be told (BR-22).
    for place in (wanted - 1, wanted - 2):
        found[place] = replace(found[place], status=CLOSING, closed_on=date(school_year + 1, 8, 31))
    # One has not been put on the map yet: the register has 0 for both.
    found[wanted - 3] = replace(found[wanted - 3], easting=0, northing=0)
    # An academy gets a new URN and often a new name: the old school is closed and leads to it.
    for place in range(county.closed):
        before = found[place * 3]
        word = before.name.partition(" ")[0]
        heir = replace(before, name=f"{word} Academy", is_academy=True, opened_on=date(school_year - 2, 9, 1))
        found[place * 3] = heir
        found.append(
            replace(
                heir,
                urn=FIRST_URN + wanted + place,
                name=f"{word} School",
                status=CLOSED,
                is_academy=False,
                opened_on=date(1968 + place, 9, 1),
                closed_on=date(school_year - 2, 8, 31),
                successor=heir.urn,
            )
        )
    return found


def register(county: MadeUpCounty, schools: Iterable[MadeUpSchool], *, school_year: int) -> bytes:
    """A full file of Get Information about Schools: cp1252, text quoted, days as DD-MM-YYYY."""
    rows = []
    for school in schools:
        told = _described(county, school) | {"LastChangedDate": _day(date(school_year, 9, 5))}
        if school.is_open:
            told |= _counted(school) | {"CensusDate": _day(date(school_year, 1, 18))}
        rows.append([told.get(heading, "") for heading in GIAS_HEADINGS])
    return _csv(GIAS_HEADINGS, rows, quoting=csv.QUOTE_NONNUMERIC).encode("cp1252")


def _described(county: MadeUpCounty, school: MadeUpSchool) -> dict[str, object]:
    """What the register says of every school, open or closed."""
    is_secondary = school.phase == SECONDARY
    return {
        "URN": school.urn,
        "LA (code)": county.la_code,
        "LA (name)": county.short_name,
        "EstablishmentNumber": school.number,
        "EstablishmentName": school.name,
        "TypeOfEstablishment (code)": "34" if school.is_academy else "01",
        "TypeOfEstablishment (name)": "Academy converter" if school.is_academy else "Community school",
        "EstablishmentTypeGroup (code)": "10" if school.is_academy else "4",
        "EstablishmentTypeGroup (name)": "Academies" if school.is_academy else "Local authority maintained schools",
        "EstablishmentStatus (code)": school.status[0],
        "EstablishmentStatus (name)": school.status[1],
        "OpenDate": _day(school.opened_on),
        "CloseDate": _day(school.closed_on),
        "PhaseOfEducation (code)": "4" if is_secondary else "2",
        "PhaseOfEducation (name)": school.phase,
        "StatutoryLowAge": 11 if is_secondary else 4,
        "StatutoryHighAge": 18 if is_secondary else 11,
        "Gender (name)": "Mixed",
        "ReligiousCharacter (name)": "Does not apply",
        "Trusts (code)": "9901" if school.is_academy else "",
        "Trusts (name)": "Larkmoor Learning Trust" if school.is_academy else "",
        "Federations (name)": "Not applicable",
        "UKPRN": school.urn + 9_010_000,
        "Street": school.street,
        "Town": school.town,
        "County (name)": county.short_name,
        "Postcode": school.postcode,
        "UrbanRural (name)": "Rural town and fringe",
        "Easting": school.easting,
        "Northing": school.northing,
    }


def _counted(school: MadeUpSchool) -> dict[str, object]:
    """What it says of an open school only: its size, its head."""
    first, last = school.head.split(" ", 1)
    return {
        "SchoolCapacity": round(school.pupils * 1.08),
        "NumberOfPupils": school.pupils,
        "NumberOfBoys": school.pupils - school.girls,
        "NumberOfGirls": school.girls,
        "PercentageFSM": _percent(school.free_meals, school.pupils),
        "FSM": school.free_meals,
        "HeadFirstName": first,
        "HeadLastName": last,
        "HeadPreferredJobTitle": "Headteacher",
    }


def links(schools: Iterable[MadeUpSchool]) -> bytes:
    """The links file beside the register: who became whom, from both sides; days as DD/MM/YYYY."""
    by_urn = {school.urn: school for school in schools}
    rows = []
    for old in by_urn.values():
        if old.successor is None:
            continue
        new = by_urn[old.successor]
        since = f"{new.opened_on:%d/%m/%Y}"
        rows.append([old.urn, new.urn, new.name, "Successor", since])
        rows.append([new.urn, old.urn, old.name, "Predecessor", since])
    return _csv(LINK_HEADINGS, rows).encode()


def census(county: MadeUpCounty, schools: Iterable[MadeUpSchool], random: Random) -> bytes:
    """Pupils by school as in the performance tables. A school that sent nothing has NA in every cell but its size."""
    rows = []
    for place, school in enumerate(school for school in schools if school.is_open):
        kind = f"State-funded {school.phase.lower()}"
        boys = school.pupils - school.girls
        plans, support = (
            round(school.pupils * random.uniform(0.01, 0.05)),
            round(school.pupils * random.uniform(0.08, 0.2)),
        )
        other_language = round(school.pupils * random.uniform(0.02, 0.3))
        ever = min(school.pupils, round(school.free_meals * random.uniform(1.1, 1.4)))
        told = [
            plans, _percent(plans, school.pupils), support, _percent(support, school.pupils), other_language,
            school.pupils - other_language, 0, _percent(other_language, school.pupils),
            _percent(school.pupils - other_language, school.pupils), "0.0", school.free_meals, ever,
            _percent(ever, school.pupils),
        ]  # fmt: skip
        rows.append(
            [
                school.urn, county.la_code, school.number, kind, school.pupils, school.girls, boys,
                _percent(school.girls, school.pupils), _percent(boys, school.pupils),
                *(["NA"] * len(told) if place % 23 == 11 else told),
            ]
        )  # fmt: skip
    rows += [["NAT", "", "", kind, *[""] * (len(CENSUS_HEADINGS) - 4)] for kind in ("PRI", "SEC", "SPE")]
    return _csv(CENSUS_HEADINGS, rows).encode("utf-8-sig")


def absence(county: MadeUpCounty, schools: Iterable[MadeUpSchool], random: Random) -> bytes:
    """Absence by school as in the performance tables: per cent of sessions, and of pupils who miss a tenth or more."""
    rows = []
    for place, school in enumerate(school for school in schools if school.is_open):
        missed = random.uniform(4.5, 8.5) if school.phase == SECONDARY else random.uniform(3.0, 6.0)
        # Where more children have free meals more of them are often away, as in the real files.
        poverty = 0.75 + school.free_meals / school.pupils
        often: object = f"{missed * random.uniform(2.2, 3.6) * poverty:.1f}"
        is_hidden = place % 17 == 13 or place == NOTHING_KNOWN
        rows.append([county.la_code, school.number, school.urn, f"{missed:.1f}", "SUPP" if is_hidden else often])
    rows += [["NAT", "PRI", "", "4.6", "12.1"], ["NAT", "SEC", "", "8.4", "25.6"], ["NAT", "SPE", "", "12.9", "36.8"]]
    return _csv(ABSENCE_HEADINGS, rows).encode("utf-8-sig")


def contacts(county: MadeUpCounty, schools: Iterable[MadeUpSchool]) -> bytes:
    """Heads with their addresses, as a county's own office keeps them: no government file has these."""
    rows = [
        [school.urn, school.name, school.head, "Headteacher", head_address(county, school)]
        for school in schools
        if school.is_open
    ]
    return _csv(CONTACT_HEADINGS, rows).encode()


def head_address(county: MadeUpCounty, school: MadeUpSchool) -> str:
    return f"head@{school.word}.{county.domain}"


def lead_address(county: MadeUpCounty, school: MadeUpSchool) -> str:
    return f"lead@{school.word}.{county.domain}"


def _school(county: MadeUpCounty, random: Random, place: int, school_year: int) -> MadeUpSchool:
    is_secondary = place < county.secondaries
    at = place % len(county.quadrants)
    quadrant, around = county.quadrants[at]
    town = names.TOWNS[at * TOWNS_IN_A_QUADRANT + place // len(county.quadrants) % TOWNS_IN_A_QUADRANT]
    # East is to the right and West to the left; 1 lies north of 2.
    east = county.corner[0] + (24_000 if around == "East" else 4_000) + random.randrange(16_000)
    north = county.corner[1] + (20_000 if quadrant.endswith("1") else 2_000) + random.randrange(16_000)
    pupils = random.randrange(620, 1480) if is_secondary else random.randrange(84, 470)
    is_academy = random.random() < (0.5 if is_secondary else 0.15)
    word = names.SCHOOLS[place]
    kind = ("Academy" if is_academy else "School") if is_secondary else "Primary School"
    return MadeUpSchool(
        urn=FIRST_URN + place,
        number=str((4000 if is_secondary else 2000) + place),
        name=f"{word} {kind}",
        phase=SECONDARY if is_secondary else PRIMARY,
        status=OPEN,
        quadrant=quadrant,
        town=town,
        street=f"{random.randrange(1, 90)} {random.choice(names.STREETS)}",
        postcode=f"{county.postcode}{at + 1} {random.randrange(1, 10)}{random.choice('ABDEF')}{random.choice('JLNPQ')}",
        easting=east,
        northing=north,
        pupils=pupils,
        girls=round(pupils * random.uniform(0.46, 0.54)),
        free_meals=round(pupils * random.uniform(0.06, 0.42)),
        is_academy=is_academy,
        head=names.person(200 + place),
        opened_on=date(school_year - random.randrange(8, 60), 9, 1),
    )


def _day(day: date | None) -> str:
    return f"{day:%d-%m-%Y}" if day else ""


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}"


def _csv(headings: Sequence[str], rows: Iterable[Sequence[object]], *, quoting: int = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO()
    writer = csv.writer(text, quoting=quoting, lineterminator="\r\n")  # type: ignore[arg-type]
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue()
