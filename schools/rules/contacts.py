"""Reading a list of school contacts, and finding the school that each line means. Text in, values out.

No government file has the addresses of heads, so a county's own list comes as it is: with headings in any order or
none, from a spreadsheet or a CSV file, and with schools named as people name them. Nothing is guessed that gives
somebody access: a school or a job that is not certain is asked about.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from teams.foundation.errors import Refusal

MOST_ROWS = 3000
MOST_SUGGESTIONS = 5
LONGEST = {"name": 120, "email": 254, "job": 120, "telephone": 40}

# What a column may be called, folded to small letters and figures.
HEADINGS: dict[str, tuple[str, ...]] = {
    "urn": ("urn", "schoolurn"),
    "laestab": ("laestab", "dfenumber", "dfeno", "dfe", "dfescode", "dcsfnumber"),
    "school": ("school", "schoolname", "establishment", "establishmentname", "nameofschool"),
    "name": ("name", "contact", "contactname", "fullname", "person", "headteacher", "headname", "headteachername"),
    "first_name": ("firstname", "forename"),
    "last_name": ("lastname", "surname"),
    "job": ("job", "jobtitle", "role", "position", "post"),
    "email": ("email", "emailaddress", "mail", "address", "heademail", "contactemail"),
    "telephone": ("telephone", "phone", "tel", "telephonenumber", "phonenumber"),
}
FIELD_OF = {heading: name for name, headings in HEADINGS.items() for heading in headings}
WITHOUT_HEADINGS = ("school", "name", "job")  # the order of what is not an e-mail address

# Jobs that leave no doubt, folded; what is not here is asked about.
JOBS: dict[str, str] = {
    **dict.fromkeys(
        ("headteacher", "head", "principal", "executivehead", "executiveheadteacher", "headofschool"), "head"
    ),
    **dict.fromkeys(("actingheadteacher", "actinghead", "interimheadteacher", "interimhead", "coheadteacher"), "head"),
    **dict.fromkeys(("inschoollead", "senco", "sendco", "deputyhead", "deputyheadteacher", "assistanthead"), "lead"),
    **dict.fromkeys(("assistantheadteacher", "assistantprincipal", "viceprincipal", "deputyprincipal"), "lead"),
    **dict.fromkeys(("pastorallead", "headofyear", "inclusionlead"), "lead"),
    **dict.fromkeys(("safeguardinglead", "designatedsafeguardinglead", "dsl", "leaddsl"), "safety"),
    **dict.fromkeys(("deputysafeguardinglead", "deputydesignatedsafeguardinglead", "ddsl"), "safety"),
    **dict.fromkeys(("businessmanager", "schoolbusinessmanager", "sbm", "bursar", "financeofficer"), "business"),
    **dict.fromkeys(("chair", "chairofgovernors", "chairofgoverningbody", "cofg"), "chair"),
}
_TITLE = re.compile(r"^(mr|mrs|ms|miss|mx|dr|rev|sir|dame|prof|professor)\b\.?\s*", re.IGNORECASE)
_SAME_WORDS = (
    (r"\b(church of england|c of e|cofe|c\.? ?e\.?)\b", "ce"),
    (r"\b(roman catholic|r\.? ?c\.?)\b", "rc"),
    (r"\bsaint\b", "st"),
    (r"&", " and "),
)


@dataclass(frozen=True)
class ContactRow:
    """One line of the list. What it does not say is "". `school` is what was written: a URN, a LAESTAB or a name."""

    line: int
    school: str
    name: str
    email: str
    job: str = ""
    telephone: str = ""
    numbers: tuple[str, ...] = ()  # URN and LAESTAB, where they have columns of their own
    cells: tuple[str, ...] = ()  # the line itself, so that it can be put right

    @property
    def kind(self) -> str:
        """ "head", "lead", "business", "chair" or "safety"; "" where the job leaves a doubt."""
        return JOBS.get(folded(self.job), "")


@dataclass(frozen=True)
class Wrong:
    """A line that cannot be used as it is, and why, in a sentence."""

    line: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ContactList:
    """What was pasted or uploaded. `headings` are its own, to keep the lines that stay behind readable."""

    rows: list[ContactRow]
    wrong: list[Wrong]
    headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class SchoolKey:
    """What a school can be known by. `id` is whatever the caller knows it by."""

    id: object
    urn: str
    laestab: str
    name: str
    town: str
    is_open: bool

    @property
    def label(self) -> str:
        closed = "" if self.is_open else ", closed"
        return f"{self.name}, {self.town}{closed}" if self.town else f"{self.name} ({self.urn}){closed}"


@dataclass(frozen=True)
class Match:
    """The school that a line means, or the schools that it may mean and what is in doubt."""

    school: SchoolKey | None = None
    suggestions: list[SchoolKey] = field(default_factory=list)
    doubt: str = ""


def read(text: str) -> ContactList:
    """The lines of a list. Raises Refusal where there is nothing in it, or too much."""
    lines = list(_lines(text))
    if not lines:
        raise Refusal("There is nothing in it. Paste the lines, or choose a file.", code="empty")
    columns = [FIELD_OF.get(folded(cell)) for cell in lines[0][1]]
    has_headings = "email" in columns and not any("@" in cell for cell in lines[0][1])
    headings = tuple(lines.pop(0)[1]) if has_headings else ()
    if not lines:
        raise Refusal("There are headings and no lines under them. Add the lines, then try again.", code="no_lines")
    if len(lines) > MOST_ROWS:
        raise Refusal(f"This list has more than {MOST_ROWS:,} lines. Load it in parts.", code="too_long")
    rows: list[ContactRow] = []
    wrong: list[Wrong] = []
    for line, cells in lines:
        said = _said(columns, cells) if has_headings else _said_without_headings(cells)
        row, reason = _row(line, said, tuple(cells))
        if reason:
            wrong.append(Wrong(line, reason, tuple(cells)))
        else:
            rows.append(row)
    return ContactList(rows, wrong, headings)


def as_text(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Lines as they can be pasted again, tabs between their cells."""
    tidy = [[" ".join(cell.split()) for cell in cells] for cells in ([headings] if headings else []) + list(lines)]
    return "\n".join("\t".join(cells) for cells in tidy)


def folded(words: str) -> str:
    return re.sub(r"[^a-z0-9]", "", words.casefold())


def same_person(one: str, other: str) -> bool:
    """Could these be two ways to write one person's name? "Mrs H Brown" and "Hetty Brown" could."""
    first, second = _name_parts(one), _name_parts(other)
    return bool(first and second) and first[-1] == second[-1] and first[0][0] == second[0][0]


def _name_parts(name: str) -> list[str]:
    without_title = _TITLE.sub("", name.strip())
    return re.findall(r"\w[\w'’-]*", without_title.casefold())


class Schools:
    """The schools of an authority, to find the one that a line means."""

    def __init__(self, schools: Iterable[SchoolKey]) -> None:
        self._by_number: dict[str, SchoolKey] = {}
        self._by_name: dict[str, list[SchoolKey]] = defaultdict(list)
        self._open_names: dict[str, SchoolKey] = {}
        # Open ones last, so that a number or a name that is used twice leads to the open school.
        for school in sorted(schools, key=lambda each: each.is_open):
            self._by_number[school.urn] = school
            if school.laestab:
                self._by_number[school.laestab] = school
            self._by_name[_plain_name(school.name)].append(school)
            if school.is_open:
                self._open_names[_plain_name(school.name)] = school

    def find(self, row: ContactRow) -> Match:
        for number in (*row.numbers, row.school):
            found = self._by_number.get(re.sub(r"\D", "", number)) if re.search(r"\d{6}|\d{3}/?\d{4}", number) else None
            if found is not None:
                return self._certain(found)
        named = self._by_name.get(_plain_name(row.school), [])
        still_open = [school for school in named if school.is_open]
        if len(still_open) == 1:
            return Match(still_open[0])
        if len(still_open) > 1:
            return Match(suggestions=still_open, doubt=f"{len(still_open)} schools are called “{row.school}”.")
        if named:
            return self._certain(named[0])
        written = row.school or ", ".join(row.numbers)
        return Match(suggestions=self._like(row.school), doubt=f"No school here is called “{written}”.")

    def _certain(self, school: SchoolKey) -> Match:
        if school.is_open:
            return Match(school)
        return Match(suggestions=self._like(school.name), doubt=f"{school.name} is closed.")

    def _like(self, name: str) -> list[SchoolKey]:
        """Open schools of a similar name, the most similar first."""
        plain = _plain_name(name)
        words = set(plain.split()) - {"school", "primary", "junior", "infant", "the", "academy", "st"}
        sharing = [school for key, school in self._open_names.items() if words and words <= set(key.split())]
        close = get_close_matches(plain, self._open_names, MOST_SUGGESTIONS, 0.6) if plain else []
        found = {school.id: school for school in (*sharing, *(self._open_names[key] for key in close))}
        return list(found.values())[:MOST_SUGGESTIONS]


def _plain_name(name: str) -> str:
    """ "St. Mary's C of E Primary School" and "Saint Marys CE Primary School, The" are the same name."""
    plain = name.casefold().replace("'", "").replace("’", "")
    for pattern, same in _SAME_WORDS:
        plain = re.sub(pattern, same, plain)
    words = re.sub(r"[^a-z0-9 ]", " ", plain).split()
    return " ".join(word for word in words if word != "the")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that has anything in it, with its number and its cells."""
    text = text.lstrip("\ufeff").replace("\0", "")
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(("\t", ";", ","), key=head.count)
    for number, line in enumerate(text.splitlines(), start=1):
        # A line at a time: a quotation mark that somebody forgot to close costs one line, not the list.
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
        if any(cells):
            yield number, cells


def _said(columns: Sequence[str | None], cells: Sequence[str]) -> dict[str, str]:
    said: dict[str, str] = {}
    for name, cell in zip(columns, cells, strict=False):
        if name is not None and cell:
            said.setdefault(name, cell)
    return said


def _said_without_headings(cells: Sequence[str]) -> dict[str, str]:
    """The address is the cell with an @; the others are school, name and job, in this order."""
    email = next((cell for cell in cells if "@" in cell), "")
    others = [cell for cell in cells if cell != email]
    return {"email": email} | dict(zip(WITHOUT_HEADINGS, others, strict=False))


def _row(line: int, said: dict[str, str], cells: tuple[str, ...]) -> tuple[ContactRow, str]:
    """The row, and what is wrong with it; "" where nothing is."""
    name = said.get("name") or " ".join(filter(None, (said.get("first_name"), said.get("last_name"))))
    row = ContactRow(
        line=line,
        school=" ".join(said.get("school", "").split()),
        name=" ".join(name.split()),
        email=said.get("email", "").removeprefix("mailto:").strip("<> ").lower(),
        job=" ".join(said.get("job", "").split()),
        telephone=said.get("telephone", ""),
        numbers=tuple(said[name] for name in ("urn", "laestab") if name in said),
        cells=cells,
    )
    return row, _wrong(row)


def _wrong(row: ContactRow) -> str:
    if not row.school and not row.numbers:
        return "There is no school."
    if not row.name:
        return "There is no name."
    if not row.email:
        return "There is no e-mail address."
    try:
        validate_email(row.email)
    except ValidationError:
        return f"“{row.email}” is not an e-mail address."
    for each, longest in LONGEST.items():
        if len(getattr(row, each)) > longest:
            return f"The {each} is longer than {longest} characters."
    return ""
