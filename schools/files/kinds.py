"""The kinds of file that we know, each as one table: heading, our field, converter.

A kind is recognised by its headings alone. Order, further columns, missing columns, capitals and spaces make no
difference; `needs` names the few headings without which a file is not of that kind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schools.files import register, values
from schools.files.reading import NotSuchAFile


@dataclass(frozen=True)
class Column:
    """How one field of ours is read. `convert` takes the cells under `headings`, in that order.

    Where a table has several columns for one field, the first whose headings are all in the file is used.
    `definition` says what a figure counts. `spills` gives `convert` the cells beyond the last heading as well.
    """

    field: str
    headings: tuple[str, ...]
    convert: Callable[..., object]
    definition: str = ""
    spills: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    `code` is for tests and records, `title` for people. `source` goes into FiguresRow. `la` is the heading of the
    authority's code, "" where rows cannot be told apart by authority. A row is a summary, not a school, where `summary`
    (a heading and a test of its cell) says so. `is_register` is true of a register, whose word about a school counts;
    any other list only fills what is not known.
    """

    code: str
    title: str
    source: str
    needs: tuple[str, ...]
    la: str = ""
    school: tuple[Column, ...] = ()
    figures: tuple[Column, ...] = ()
    link: tuple[Column, ...] = ()
    year: Column | None = None
    period: str = ""
    summary: tuple[tuple[str, Callable[[str], bool]], ...] = ()
    is_register: bool = False


def folded(heading: str) -> str:
    """A heading as it is compared: without byte-order mark, spaces and capitals."""
    return "".join(heading.replace("\ufeff", "").split()).casefold()


def recognise(headings: Sequence[str]) -> Kind:
    """The kind of the file with these headings, or NotSuchAFile saying what was found and what is missing."""
    found = {folded(heading) for heading in headings}
    missing = {kind.code: [need for need in kind.needs if folded(need) not in found] for kind in KINDS}
    for kind in KINDS:
        if not missing[kind.code]:
            return kind
    nearest = max(KINDS, key=lambda kind: len(kind.needs) - len(missing[kind.code]) * 2)
    lacking = missing[nearest.code]
    if len(lacking) * 2 <= len(nearest.needs):
        columns = "column" if len(lacking) == 1 else "columns"
        raise NotSuchAFile(
            f"This looks like {nearest.title}, without the {columns} {_quoted(lacking)}. "
            "Download it again with all its columns and with its headings in the first row."
        )
    raise NotSuchAFile(
        f"We do not know this file: its first row says {_quoted(headings[:4])}. "
        "Choose a CSV file of schools, pupils or absence from the Department for Education."
    )


def _quoted(headings: Sequence[str]) -> str:
    return ", ".join(f'"{values.printable(heading)}"' for heading in headings)


def _is_national(cell: str) -> bool:
    return cell.strip().upper() == "NAT"


def _is_not_school(cell: str) -> bool:
    return cell.strip().casefold() != "school"


def _plain(convert: Callable[[str], object], **headings: str) -> tuple[Column, ...]:
    """Columns that are one cell each and read alike: field="heading"."""
    return tuple(Column(field, (heading,), convert) for field, heading in headings.items())


_FREE_MEALS = "Pupils known to be eligible for free school meals"
_CLAIMING = "Pupils known to be eligible for and claiming free school meals"
_EVER_6 = "Pupils eligible for free school meals at any time in the last six years"
_PLANS = "Pupils with an education, health and care plan or a statement of special educational needs"
_SUPPORT = "Pupils with SEN support, without a plan"
_ENGLISH = "Pupils whose first language is known or believed to be other than English"
_ABSENCE = "Sessions missed, of all possible sessions"
_PERSISTENT = "Pupils missing {} % or more of their possible sessions"

_GIAS_STATUS = ("EstablishmentStatus (code)", "EstablishmentStatus (name)")
_GIAS_HEAD = ("HeadTitle (name)", "HeadFirstName", "HeadLastName", "HeadPreferredJobTitle")
_GIAS_SCHOOL = (
    *_plain(values.urn, urn="URN"),
    *_plain(values.la_code, la_code="LA (code)"),
    *_plain(values.establishment_number, establishment_number="EstablishmentNumber"),
    Column("laestab", ("LA (code)", "EstablishmentNumber"), values.laestab),
    *_plain(values.text_or_none, name="EstablishmentName"),
    *_plain(
        values.term,
        la_name="LA (name)",
        type="TypeOfEstablishment (name)",
        type_group="EstablishmentTypeGroup (name)",
        phase="PhaseOfEducation (name)",
        county="County (name)",
    ),
    *_plain(values.text, street="Street", town="Town"),
    *_plain(
        values.applicable,
        gender="Gender (name)",
        religious_character="ReligiousCharacter (name)",
        trust="Trusts (name)",
        federation="Federations (name)",
    ),
    Column("locality", ("Locality", "Address3"), values.both),
    *_plain(values.text, locality="Locality"),
    *_plain(values.postcode, postcode="Postcode"),
    Column("status", _GIAS_STATUS, register.status),
    Column("status", _GIAS_STATUS[:1], register.status_by_code),
    Column("status", _GIAS_STATUS[1:], register.status_by_name),
    *_plain(values.day, opened_on="OpenDate", closed_on="CloseDate"),
    *_plain(values.age, low_age="StatutoryLowAge", high_age="StatutoryHighAge"),
    *_plain(values.metres, easting="Easting", northing="Northing"),
    *_plain(values.places, capacity="SchoolCapacity"),
    *_plain(values.count, pupils="NumberOfPupils"),
    *_plain(values.percentage, free_meals_percent="PercentageFSM"),
    *_plain(values.reference, ukprn="UKPRN", uprn="UPRN"),
    *_plain(values.gss_code, gss_la_code="GSSLACode (name)"),
    Column("head", _GIAS_HEAD, register.head),
    Column("links", ("Linked establishments",), register.links, spills=True),
)
_GIAS_FIGURES = (
    *_plain(values.count, number_on_roll="NumberOfPupils", girls="NumberOfGirls", boys="NumberOfBoys"),
    Column("free_meals", ("FSM",), values.count, _FREE_MEALS),
    Column("free_meals_percent", ("PercentageFSM",), values.percentage, _FREE_MEALS),
)
_GIAS_YEAR = Column("year", ("CensusDate",), values.school_year_of_day)

# Performance tables: the census file, and with other headings around it the joined England file.
_CENSUS_FIGURES = (
    *_plain(values.count, number_on_roll="NOR", girls="NORG", boys="NORB"),
    Column("free_meals", ("NUMFSM",), values.count, _FREE_MEALS),
    Column("free_meals_percent", ("PNUMFSM",), values.percentage, _FREE_MEALS),
    Column("free_meals_ever_6", ("NUMFSMEVER",), values.count, _EVER_6),
    Column("free_meals_ever_6_percent", ("PNUMFSMEVER",), values.percentage, _EVER_6),
    Column("sen_support", ("TSENELK",), values.count, _SUPPORT),
    Column("sen_support_percent", ("PSENELK",), values.percentage, _SUPPORT),
    Column("ehc_plans", ("TSENELSE",), values.count, _PLANS),
    Column("ehc_plans_percent", ("PSENELSE",), values.percentage, _PLANS),
    Column("english_additional", ("NUMEAL",), values.count, _ENGLISH),
    Column("english_additional_percent", ("PNUMEAL",), values.percentage, _ENGLISH),
)
# The threshold of persistent absence was 20 %, then 15, now 10. A file that has two is read by the newer.
_ABSENCE_FIGURES = (
    Column("absence_percent", ("PERCTOT",), values.percentage, _ABSENCE),
    Column("persistent_absence_percent", ("PPERSABS10",), values.percentage, _PERSISTENT.format(10)),
    Column("persistent_absence_percent", ("PPERSABS15",), values.percentage, _PERSISTENT.format(15)),
    Column("persistent_absence_percent", ("PPERSABS20",), values.percentage, _PERSISTENT.format(20)),
)

# Explore Education Statistics
_EES_YEAR = Column("year", ("time_period",), values.school_year)
_EES_SUMMARY = (("geographic_level", _is_not_school),)

KINDS = (
    Kind(
        code="gias_full",
        title="the full file of Get Information about Schools",
        source="gias",
        needs=("URN", "LA (code)", "EstablishmentNumber", "EstablishmentName", "EstablishmentStatus (code)"),
        la="LA (code)",
        school=_GIAS_SCHOOL,
        figures=_GIAS_FIGURES,
        year=_GIAS_YEAR,
        is_register=True,
    ),
    Kind(
        code="gias_search",
        title="a search result of Get Information about Schools",
        source="gias",
        needs=("URN", "LA (code)", "EstablishmentNumber", "EstablishmentName", "EstablishmentStatus (name)"),
        la="LA (code)",
        school=_GIAS_SCHOOL,
        figures=_GIAS_FIGURES,
        year=_GIAS_YEAR,
        is_register=True,
    ),
    Kind(
        code="gias_links",
        title="the links file of Get Information about Schools",
        source="gias",
        needs=("URN", "LinkURN", "LinkType"),
        link=(
            *_plain(values.urn, urn="URN", link_urn="LinkURN"),
            *_plain(values.text, name="LinkName"),
            *_plain(values.term, type="LinkType"),
            *_plain(values.day, since="LinkEstablishedDate"),
        ),
    ),
    Kind(
        code="edubase",
        title="the EduBase register of schools",
        source="edubase",
        needs=("school-eng", "name", "school-authority-eng", "organisation", "end-date"),
        la="school-authority-eng",
        school=(
            *_plain(values.urn, urn="school-eng"),
            *_plain(values.la_code, la_code="school-authority-eng"),
            *_plain(values.text_or_none, name="name"),
            *_plain(register.edubase_type, type="organisation"),
            *_plain(register.edubase_group, type_group="organisation"),
            *_plain(register.edubase_phase, phase="school-phases"),
            *_plain(register.edubase_gender, gender="school-gender"),
            *_plain(register.edubase_religion, religious_character="religious-characters"),
            *_plain(register.status_by_end, status="end-date"),
            *_plain(values.day, opened_on="start-date", closed_on="end-date"),
            *_plain(values.age, low_age="minimum-age", high_age="maximum-age"),
        ),
        is_register=True,
    ),
    Kind(
        code="joined",
        title="the joined England file of schools and figures",
        source="joined",
        needs=("URN", "LA_CODE", "ESTAB", "SCHNAME", "NOR"),
        la="LA_CODE",
        school=(
            *_plain(values.urn, urn="URN"),
            *_plain(values.la_code, la_code="LA_CODE"),
            *_plain(values.establishment_number, establishment_number="ESTAB"),
            Column("laestab", ("LA_CODE", "ESTAB"), values.laestab),
            *_plain(values.text_or_none, name="SCHNAME"),
            *_plain(values.term, la_name="LA_NAME", type="SCHOOLTYPE"),
            *_plain(register.census_phase, phase="SCHOOLTYPE"),
            *_plain(values.gss_code, gss_la_code="GSS_LA_CODE"),
            *_plain(values.age, low_age="LOW_AGE", high_age="HIGH_AGE"),
            *_plain(values.count, pupils="NOR"),
        ),
        figures=(*_CENSUS_FIGURES, *_ABSENCE_FIGURES),
    ),
    Kind(
        code="census",
        title="the census file of the performance tables",
        source="census",
        needs=("URN", "LA", "ESTAB", "NOR"),
        la="LA",
        figures=(*_plain(values.urn, urn="URN"), *_plain(values.la_code, la_code="LA"), *_CENSUS_FIGURES),
        summary=(("URN", _is_national), ("LA", _is_national)),
    ),
    Kind(
        code="absence",
        title="the absence file of the performance tables",
        source="absence",
        needs=("LA", "ESTAB", "URN", "PERCTOT"),
        la="LA",
        figures=(*_plain(values.urn, urn="URN"), *_plain(values.la_code, la_code="LA"), *_ABSENCE_FIGURES),
        summary=(("LA", _is_national), ("URN", _is_national)),
    ),
    Kind(
        code="ees_absence",
        title="the absence file by school of Explore Education Statistics",
        source="absence",
        needs=("time_period", "geographic_level", "old_la_code", "school_urn", "sess_overall_percent"),
        la="old_la_code",
        figures=(
            *_plain(values.urn, urn="school_urn"),
            *_plain(values.la_code, la_code="old_la_code"),
            Column("enrolments", ("enrolments",), values.count, "Enrolments counted for absence"),
            Column("absence_percent", ("sess_overall_percent",), values.percentage, _ABSENCE),
            Column(
                "persistent_absence_percent",
                ("enrolments_pa_10_exact_percent",),
                values.percentage,
                _PERSISTENT.format(10),
            ),
            Column(
                "severe_absence_percent",
                ("enrolments_pa_50_exact_percent",),
                values.percentage,
                "Pupils missing 50 % or more of their possible sessions",
            ),
        ),
        year=_EES_YEAR,
        period="time_identifier",
        summary=_EES_SUMMARY,
    ),
    Kind(
        code="ees_pupils",
        title="the pupils file by school of Explore Education Statistics",
        source="ees_pupils",
        needs=("time_period", "geographic_level", "old_la_code", "URN", "headcount of pupils"),
        la="old_la_code",
        figures=(
            *_plain(values.urn, urn="URN"),
            *_plain(values.la_code, la_code="old_la_code"),
            *_plain(
                values.count,
                number_on_roll="headcount of pupils",
                girls="headcount total girls",
                boys="headcount total boys",
            ),
            # The release cuts its headings at 64 characters; whole ones are read as well.
            *(
                Column(field, (f"{start} pupils known to be eligible for and claiming free {end}",), convert, _CLAIMING)
                for end in ("scho", "school me", "school meals")
                for field, start, convert in (
                    ("free_meals", "number of", values.count),
                    ("free_meals_percent", "% of", values.percentage),
                )
            ),
            Column(
                "english_additional",
                ("number of pupils whose first language is known or believed to be other than English",),
                values.count,
                _ENGLISH,
            ),
        ),
        year=_EES_YEAR,
        period="time_identifier",
        summary=_EES_SUMMARY,
    ),
    Kind(
        code="ees_sen",
        title="the special educational needs file by school of Explore Education Statistics",
        source="ees_sen",
        needs=("time_period", "geographic_level", "old_la_code", "URN", "SEN support", "EHC plan"),
        la="old_la_code",
        figures=(
            *_plain(values.urn, urn="URN"),
            *_plain(values.la_code, la_code="old_la_code"),
            *_plain(values.count, number_on_roll="Total pupils"),
            Column("sen_support", ("SEN support",), values.count, _SUPPORT),
            Column("ehc_plans", ("EHC plan",), values.count, "Pupils with an education, health and care plan"),
        ),
        year=_EES_YEAR,
        period="time_identifier",
        summary=_EES_SUMMARY,
    ),
)
