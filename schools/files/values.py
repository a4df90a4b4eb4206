"""What one cell of a government file says, as a value of ours.

Each converter takes the text of a cell (some take several cells) and gives a value, or raises `Unfit`, whose message
ends the sentence that the column's heading begins. A figure that was withheld is never 0: it stays the mark that the
file has, with its meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from types import MappingProxyType

from teams.rules.calendar import school_year_of

LONGEST_TEXT = 200
LONGEST_POSTCODE = 16
# Figures have at most seven digits before the point and four after it; finer ones are rounded half up.
LARGEST_FIGURE = Decimal("9999999.9999")
FINEST_FIGURE = Decimal("0.0001")

# Figures and dates repeat from row to row. Only what was read is kept, and a cell longer than this never is.
_REMEMBERED = 8192
_A_FEW = 256
_LONGEST_VALUE = 40


class Unfit(ValueError):
    """A cell says something that cannot be. `str()` ends a sentence that starts with the heading; no full stop."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that was published. Counts are whole; percentages run from 0 to 100."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Marked:
    """A number that was not published: the file's mark (empty where the cell is empty), and what it means."""

    mark: str
    meaning: str


EMPTY = Marked("", "The file gives no figure")
MARKS = MappingProxyType(
    {
        marked.mark.casefold(): marked
        for marked in (
            EMPTY,
            Marked("SUPP", "Suppressed, because so few pupils could be recognised"),
            Marked("NA", "Not applicable or not available"),
            Marked("NE", "No entries"),
            Marked("LOWCOV", "Low coverage: too few pupils are counted for a figure"),
            Marked("x", "Not available"),
            Marked("z", "Not applicable"),
            Marked("c", "Confidential, because so few pupils could be recognised"),
            Marked("u", "Low reliability"),
            Marked("low", "Rounds to 0, but is not 0"),
        )
    }
)


# Text and codes


def text(cell: str) -> str:
    """One line of text: every run of space, hard space or line break is one space, invisible characters are gone."""
    line = _line(cell)
    if len(line) > LONGEST_TEXT:
        raise Unfit(f"is longer than {LONGEST_TEXT} characters")
    return line


# For what repeats from row to row, as the name of an authority does; not for the names of schools.
term = lru_cache(_A_FEW)(text)


def text_or_none(cell: str) -> str | None:
    return text(cell) or None


def both(cell: str, other: str) -> str:
    """Two parts of an address on one line."""
    return text(f"{cell}, {other}" if cell.strip() and other.strip() else cell + other)


@lru_cache(_A_FEW)
def applicable(cell: str) -> str:
    """Text, or nothing where the register writes that there is nothing."""
    line = text(cell)
    return "" if line.casefold() in {"does not apply", "none", "not applicable", "0", "-"} else line


def urn(cell: str) -> int:
    """Unique reference number: six digits, the first not 0. An academy has another than the school it was."""
    digits = cell.strip()
    if len(digits) == 6 and digits.isascii() and digits.isdecimal() and digits[0] != "0":
        return int(digits)
    raise _unfit(digits, "is not a number of six digits")


@lru_cache(_A_FEW)
def la_code(cell: str) -> str:
    """The DfE's code of a local authority: three digits, as text."""
    digits = cell.strip()
    if len(digits) == 3 and digits.isascii() and digits.isdecimal():
        return digits
    raise _unfit(digits, "is not a local authority's code of three digits")


def establishment_number(cell: str) -> str:
    """Four digits as text, with the zeros back that a spreadsheet drops; empty where a school has none."""
    digits = cell.strip()
    if not digits:
        return ""
    if len(digits) <= 4 and digits.isascii() and digits.isdecimal():
        return digits.zfill(4)
    raise _unfit(digits, "is not an establishment number of four digits")


def laestab(authority: str, establishment: str) -> str:
    """Seven digits as text, or empty where the school has no establishment number."""
    number = establishment_number(establishment)
    return f"{la_code(authority)}{number}" if number else ""


def reference(cell: str) -> str:
    """UKPRN or UPRN, digits as text. Empty where a spreadsheet has spoiled it (5.00E+06): a wrong one is worse."""
    digits = cell.strip()
    return digits if len(digits) <= 12 and digits.isascii() and digits.isdecimal() and digits.strip("0") else ""


@lru_cache(_A_FEW)
def gss_code(cell: str) -> str:
    """The statistics office's code of an authority (E10000030), or empty (X999999 stands for none)."""
    code = cell.strip().upper()
    return code if re.fullmatch(r"[EWSN]\d{8}", code, re.ASCII) else ""


def postcode(cell: str) -> str:
    """In capitals with one space before the last three; what is not a UK postcode stays as written."""
    written = " ".join(cell.upper().split())
    closed = written.replace(" ", "")
    if re.fullmatch(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}", closed):
        return f"{closed[:-3]} {closed[-3:]}"
    if len(written) > LONGEST_POSTCODE:
        raise _unfit(written, "is not a postcode")
    return text(written)


# Numbers


@lru_cache(_REMEMBERED)
def figure(cell: str) -> Figure | Marked:
    """A number of 0 or more, or the mark that stands for it."""
    _short(cell)
    marked = MARKS.get(cell.strip().casefold())
    return marked if marked is not None else Figure(_number(cell))


@lru_cache(_REMEMBERED)
def count(cell: str) -> Figure | Marked:
    """A whole number of pupils."""
    _short(cell)
    found = figure(cell)
    if isinstance(found, Figure) and found.value != found.value.to_integral_value():
        raise _unfit(cell, "is not a whole number")
    return found


@lru_cache(_REMEMBERED)
def percentage(cell: str) -> Figure | Marked:
    """From 0 to 100, with or without a % sign."""
    _short(cell)
    found = figure(cell.strip().removesuffix("%"))
    if isinstance(found, Figure) and found.value > 100:
        raise _unfit(cell, "is more than 100 per cent")
    return found


def _number(cell: str) -> Decimal:
    digits = cell.strip()
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", digits, re.ASCII):
        digits = digits.replace(",", "")
    if not re.fullmatch(r"\d+(\.\d+)?", digits, re.ASCII):
        raise _unfit(digits, "is neither a number nor a mark that we know")
    number = Decimal(digits)
    if len(digits.partition(".")[2]) > 4:
        number = number.quantize(FINEST_FIGURE, ROUND_HALF_UP)
    if number > LARGEST_FIGURE:
        raise _unfit(digits, "is too large")
    return number


def age(cell: str) -> int | None:
    """In years; 0 is an age."""
    return _whole(cell, most=99)


def places(cell: str) -> int | None:
    return _whole(cell, most=99_999)


def metres(cell: str) -> int | None:
    """Easting or northing on the national grid (OSGB36); the register writes nothing or 0 where it has none."""
    return _whole(cell, most=1_300_000) or None


def _whole(cell: str, *, most: int) -> int | None:
    digits = cell.strip()
    if not digits:
        return None
    if len(digits) > 7 or not digits.isascii() or not digits.isdecimal() or int(digits) > most:
        raise _unfit(digits, f"is not a whole number from 0 to {most}")
    return int(digits)


# Days and years


@lru_cache(_REMEMBERED)
def day(cell: str) -> date | None:
    """31-08-2016, 31/08/2016, 2016-08-31, or a year alone, which is its 1 January. Day before month, always."""
    _short(cell)
    written = cell.strip()
    if not written:
        return None
    if found := re.fullmatch(r"(\d\d?)[-/](\d\d?)[-/](\d{4})", written, re.ASCII):
        parts = found.group(3, 2, 1)
    elif found := re.fullmatch(r"(\d{4})(?:[-/](\d\d?)[-/](\d\d?))?", written, re.ASCII):
        parts = found.group(1), found.group(2) or "1", found.group(3) or "1"
    else:
        raise _unfit(written, "is not a date like 31-08-2016")
    try:
        return date(*map(int, parts))
    except ValueError as error:
        raise _unfit(written, "is not a day of the calendar") from error


def school_year(cell: str) -> int:
    """The calendar year in which a school year starts: 202223, 2022/23, 2022-23 and 2022/2023 are 2022."""
    written = cell.strip()
    found = re.fullmatch(r"(20\d\d)[-/]?((?:20)?\d\d)", written, re.ASCII)
    if found and int(found[2]) % 100 == (int(found[1]) + 1) % 100:
        return int(found[1])
    raise _unfit(written, "is not a school year like 202223")


def school_year_of_day(cell: str) -> int | None:
    """The school year (1 September to 31 August) that holds a census day, by the calendar year it starts in."""
    census = day(cell)
    if census is None:
        return None
    return school_year_of(census)


def _short(cell: str) -> None:
    """Refuse what is too long for a number or a day, so that it is not remembered either."""
    if len(cell) > _LONGEST_VALUE:
        raise _unfit(cell.strip(), "is too long")


def _unfit(written: str, why: str) -> Unfit:
    if not written:
        return Unfit("is empty")
    return Unfit(f'is "{printable(written)}", which {why}')


def printable(cell: str) -> str:
    """The start of a cell as it can be shown to a person."""
    line = _line(cell)
    return line if len(line) <= _LONGEST_VALUE else line[:_LONGEST_VALUE] + "…"


def _line(cell: str) -> str:
    line = " ".join(cell.split())
    return line if line.isprintable() else "".join(filter(str.isprintable, line))
