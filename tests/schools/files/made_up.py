"""Files in the government's formats about schools that do not exist, in the county of Hollinshire (998)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

GIAS = {
    "URN": "190001",
    "LA (code)": "998",
    "LA (name)": "Hollinshire",
    "EstablishmentNumber": "0021",
    "EstablishmentName": "Beech Lane Primary School",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentTypeGroup (name)": "Local authority maintained schools",
    "EstablishmentStatus (name)": "Open",
    "OpenDate": "01-09-1974",
    "CloseDate": "",
    "PhaseOfEducation (name)": "Primary",
    "StatutoryLowAge": "3",
    "StatutoryHighAge": "11",
    "Gender (name)": "Mixed",
    "ReligiousCharacter (name)": "Does not apply",
    "SchoolCapacity": "210",
    "CensusDate": "20-01-2022",
    "NumberOfPupils": "198",
    "NumberOfBoys": "101",
    "NumberOfGirls": "97",
    "PercentageFSM": "21.7",
    "Trusts (name)": "",
    "Federations (name)": "",
    "UKPRN": "10090001",
    "Street": "Beech Lane",
    "Locality": "Upper Hollin",
    "Address3": "",
    "Town": "Hollinford",
    "County (name)": "Hollinshire",
    "Postcode": "zz1 2ab",
    "TelephoneNum": "01632960001",
    "HeadTitle (name)": "Ms",
    "HeadFirstName": "Quilla",
    "HeadLastName": "Fernsby",
    "HeadPreferredJobTitle": "Headteacher",
    "GSSLACode (name)": "E99000998",
    "Easting": "400100",
    "Northing": "200200",
    "UPRN": "100099000001",
    "FSM": "43",
    "Linked establishments": "Does not have links",
}
GIAS_LINKS = {
    "URN": "190003",
    "LinkURN": "190009",
    "LinkName": "Mill Road Academy",
    "LinkType": "Successor - amalgamated",
    "LinkEstablishedDate": "01/09/2021",
}
EDUBASE = {
    "school-eng": "190001",
    "name": "Beech Lane Primary School",
    "address": "9X9XX",
    "school-authority-eng": "998",
    "minimum-age": "3",
    "maximum-age": "11",
    "headteacher": "Quilla Fernsby",
    "religious-characters": "C22",
    "organisation": "la-maintained-school:190001",
    "school-phases": "PRI",
    "school-gender": "M",
    "start-date": "1974-09-01",
    "end-date": "",
}
JOINED = {
    "URN": "190001",
    "LA_CODE": "998",
    "LA_NAME": "Hollinshire",
    "GSS_LA_CODE": "E99000998",
    "ESTAB": "0021",
    "LAESTAB": "9980021",
    "SCHNAME": "Beech Lane Primary School",
    "LOW_AGE": "3",
    "HIGH_AGE": "11",
    "SCHOOLTYPE": "State-funded primary",
    "NOR": "198",
    "NUMFSM": "43",
    "NUMFSMEVER": "51",
    "PNUMFSMEVER": "27.1",
    "TSENELSE": "6",
    "PSENELSE": "3",
    "TSENELK": "25",
    "PSENELK": "12.6",
    "PNUMEAL": "8.1",
    "PERCTOT": "4.6",
    "PPERSABS10": "9.4",
}
CENSUS = {
    "URN": "190001",
    "LA": "998",
    "ESTAB": "0021",
    "SCHOOLTYPE": "State-funded primary",
    "NOR": "198",
    "NORG": "97",
    "NORB": "101",
    "TSENELSE": "6",
    "TSENELK": "25",
    "NUMEAL": "16",
    "NUMFSM": "43",
    "NUMFSMEVER": "51",
    "PNUMFSMEVER": "27.1",
}
ABSENCE = {"LA": "998", "ESTAB": "0021", "URN": "190001", "PERCTOT": "4.6", "PPERSABS10": "9.4"}
EES = {
    "time_period": "202223",
    "time_identifier": "Academic year",
    "geographic_level": "School",
    "old_la_code": "998",
    "la_name": "Hollinshire",
}
EES_ABSENCE = {
    **EES,
    "school_urn": "190001",
    "school_name": "Beech Lane Primary School",
    "enrolments": "201",
    "sess_overall_percent": "6.81818",
    "enrolments_pa_10_exact_percent": "19.40299",
    "enrolments_pa_50_exact_percent": "c",
}
EES_PUPILS = {
    **EES,
    "URN": "190001",
    "headcount total girls": "97",
    "headcount total boys": "101",
    "headcount of pupils": "198",
    "number of pupils known to be eligible for and claiming free scho": "43",
    "% of pupils known to be eligible for and claiming free school me": "21.7",
    "number of pupils whose first language is known or believed to be other than English": "16",
}
EES_SEN = {**EES, "URN": "190001", "Total pupils": "198", "SEN support": "25", "EHC plan": "6"}

KINDS = {
    "gias_search": GIAS,
    "gias_full": {**GIAS, "EstablishmentStatus (code)": "1"},
    "gias_links": GIAS_LINKS,
    "edubase": EDUBASE,
    "joined": JOINED,
    "census": CENSUS,
    "absence": ABSENCE,
    "ees_absence": EES_ABSENCE,
    "ees_pupils": EES_PUPILS,
    "ees_sen": EES_SEN,
}


def cells(row: dict[str, str], **changed: str) -> list[str]:
    """The cells of a row; names of arguments are headings, with _ for every space, bracket and hyphen."""
    by_argument = {"".join(c if c.isalnum() else "_" for c in heading).strip("_"): heading for heading in row}
    changes = {by_argument[argument]: cell for argument, cell in changed.items()}
    return [changes.get(heading, cell) for heading, cell in row.items()]


def written(rows: Iterable[Sequence[str]], *, delimiter: str = ",", encoding: str = "utf-8") -> BytesIO:
    """A file of these rows, headings first, as a registry would write it."""
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return BytesIO(text.getvalue().encode(encoding))


def file_of(row: dict[str, str], *rows: Sequence[str], **how: str) -> BytesIO:
    """A file with the headings of `row` and these rows (or `row` itself)."""
    return written([list(row), *(rows or [cells(row)])], **how)
