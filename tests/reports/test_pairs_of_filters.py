"""No small number by subtraction: every place on every day is asked of page, list, program, CSV and Excel, and whatever
can be worked out of all that was told is never about one to five children, or about fewer than five workers.

What was told is read from the answers as anybody reads them. Of each number it is known over which cells (an area and a
team) it was summed; a sum over some cells can be worked out where it is a linear combination of those that were told.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from html import unescape
from itertools import product

import pytest
from openpyxl import load_workbook

from casework.models import YoungPerson
from reports.actions import readings
from reports.measures.measure import Counted, Reader
from reports.measures.registry import BY_CODE, MEASURES
from reports.measures.supervision import OfSupervision
from schools.models import School
from supervision.models import Pattern
from teams.models import Area, Employment, Person, Post, Team
from tests.factories.authorities import TODAY
from tests.reports.stories import active, add_school, add_terms
from tests.supervision.crew import place as put_into_school
from tests.supervision.kept_records import action, record
from tests.told import story

pytestmark = [pytest.mark.heavy, pytest.mark.django_db, pytest.mark.usefixtures("clock")]

HIDING = [measure for measure in MEASURES if measure.small]
NUMBER = re.compile(r"^-?[\d,]+$")
Cells = frozenset[tuple[int | None, int | None]]
DAYS = [TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=6), date(2026, 8, 20), date(2026, 7, 1)]
# Young people by (school's area, worker's team) since when: small ones beside each other, alone, and over two teams.
CHILDREN = {
    ("North", "One"): 7, ("North", "Two"): 2, ("North 1", "One"): 3, ("South", "Two"): 6, ("South", "Three"): 4,
    ("West", "Three"): 1, ("West", None): 12, (None, "One"): 5, (None, None): 2,
}  # fmt: skip
CAME_IN_AUGUST = {("North", "Two"): 5, ("South", "Three"): 1, ("West", "Three"): 6}
WORKERS = {("North", "One"): 6, ("North", "Two"): 3, ("South", "Two"): 5, ("South", "Three"): 1, ("West", "Three"): 2}


@story
def county(fenshire):
    """Areas, one of them inside another, teams across them, and small numbers of children and workers in many cells."""
    add_terms(fenshire, 2025, 2026)
    active(fenshire)
    with fenshire.inside():
        north = Area.objects.create(name="North")
        areas = {"North": north, "North 1": Area.objects.create(name="North 1", parent=north), None: None}
        areas |= {name: Area.objects.create(name=name) for name in ("South", "West")}
        teams = {"One": Team.objects.create(name="One", area=north)}
        teams |= {
            "Two": Team.objects.create(name="Two", area=areas["South"]),
            "Three": Team.objects.create(name="Three"),
        }
        Pattern.objects.create(
            profession=fenshire.post.profession, shape="alternate", starts_on=date(2026, 9, 1),
            review_on=date(2027, 8, 31),
        )  # fmt: skip
    for place, name in enumerate(areas):
        add_school(fenshire, 60 + place, area=areas[name])
        with fenshire.inside():
            School.objects.filter(urn=f"{910060 + place}").update(area=areas[name])
    with fenshire.inside():
        _workers(fenshire, areas, teams)
        _children(fenshire, list(areas), teams)
    return fenshire


def _workers(county, areas, teams) -> None:
    number = 30
    for (area, team), count in WORKERS.items():
        for _ in range(count):
            placement = put_into_school(county, number)
            School.objects.filter(pk=placement.school_id).update(area=areas[area])
            Post.objects.filter(pk=placement.post_id).update(team=teams[team])
            made = record(placement, date(2026, 9, 3), in_room=number % 2 == 0, lines=(True, False))
            action(made, date(2026, 9, 5), status="kept", settled=date(2026, 9, 4))
            number += 1


def _children(county, areas, teams) -> None:
    for area, team in CHILDREN:
        worker = Person.objects.create(name=f"{area} {team}", email=f"{area}-{team}@fenshire.example".replace(" ", ""))
        if team is not None:
            post = Post.objects.create(
                name=f"Of {area} {team}", profession=county.post.profession, team=teams[team],
                starts_on=date(2024, 9, 1),
            )  # fmt: skip
            Employment.objects.create(post=post, person=worker, starts_on=date(2024, 9, 1))
        school = School.objects.get(urn=f"{910060 + areas.index(area)}")
        for since, number in ((date(2026, 5, 1), CHILDREN[area, team]), (date(2026, 8, 10), CAME_IN_AUGUST.get((area, team), 0))):  # fmt: skip
            YoungPerson.objects.bulk_create(
                YoungPerson(initials=f"A{each}", school=school, worker=worker, need="Help", starts_on=since)
                for each in range(number)
            )


class Heard:
    """What was told of one figure on one day: sums over cells."""

    def __init__(self, cells: dict[tuple[int | None, int | None], tuple[int, ...]], smallest: int) -> None:
        self.cells, self.smallest = cells, smallest
        self.order = list(cells)
        self.sums: dict[Cells, set[int]] = {}

    def add(self, cells: Cells, number: int) -> None:
        self.sums.setdefault(cells & set(self.order), set()).add(number)

    def learned(self) -> list[tuple[Cells, tuple[int, ...]]]:
        """The groups of cells, of all that there are, whose number can be worked out and is too small to be known."""
        rows = _reduced([[Fraction(cell in told) for cell in self.order] for told in self.sums])
        found = []
        for inside in product((0, 1), repeat=len(self.order)):
            if any(inside) and _is_combination([Fraction(each) for each in inside], rows):
                group = frozenset(cell for cell, is_in in zip(self.order, inside, strict=True) if is_in)
                counts = tuple(map(sum, zip(*(self.cells[cell] for cell in group), strict=True)))
                if any(0 < count < self.smallest for count in counts):
                    found.append((group, counts))
        return found


def _reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """In echelon form."""
    found: list[list[Fraction]] = []
    for row in rows:
        row = _rest(row, found)
        if any(row):
            found.append(row)
    return found


def _rest(row: list[Fraction], rows: list[list[Fraction]]) -> list[Fraction]:
    for known in rows:
        lead = next(place for place, value in enumerate(known) if value)
        if row[lead]:
            factor = row[lead] / known[lead]
            row = [value - factor * other for value, other in zip(row, known, strict=True)]
    return row


def _is_combination(row: list[Fraction], rows: list[list[Fraction]]) -> bool:
    return not any(_rest(row, rows))


def number_of(text: str) -> int | None:
    """ "1,204" or "12 of 40"; None for words."""
    first = text.split(" of ")[0].strip()
    return int(first.replace(",", "")) if NUMBER.match(first) else None


def plain(html: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()))


def of_page(html: str) -> tuple[str, dict[str, str]]:
    """The number of a figure's page, and what stands beside each part of its picture."""
    number = re.search(r'class="alongside-figure__number[^>]*>(.*?)</p>', html, re.DOTALL)
    bars = re.findall(r'alongside-chart__label.*?>(.*?)</th>.*?alongside-chart__number">(.*?)</td>', html, re.DOTALL)
    assert number is not None
    return plain(number[1]), {plain(label): plain(text) for label, text in bars}


def rows_of(html: str) -> list[list[str]]:
    """The cells of each row of the last table of a page."""
    body = html.rpartition("<tbody")[2].partition("</tbody>")[0]
    return [
        [plain(each) for each in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


class Asker:
    """A senior manager who asks for everything, and what each answer was about."""

    def __init__(self, county, client) -> None:
        self.county, self.client = county, client
        with county.inside():
            self.reader = Reader(county.as_("senior"), county.authority, TODAY)
            self.places = [None, *self.reader.grain.places]
        self.answers = 0

    def cells(self, measure: Counted, day: date) -> dict[tuple[int | None, int | None], tuple[int, ...]]:
        found: dict[tuple[int | None, int | None], Counter[int]] = {}
        with self.county.inside():
            for cell in measure.all_cells(self.reader if day == TODAY else self.reader.on(day)):
                sums = found.setdefault((cell.area, cell.team), Counter())
                sums.update(dict(enumerate(measure.counts(cell))))
        return {key: tuple(sums[place] for place in sorted(sums)) for key, sums in found.items() if any(sums.values())}

    def inside(self, place, cells) -> Cells:
        if place is None:
            return frozenset(cells)
        if place.is_team:
            return frozenset(cell for cell in cells if cell[1] == place.pk)
        return frozenset(cell for cell in cells if cell[0] in place.areas)

    def part(self, label: str, here: Cells, by: str) -> Cells:
        """A part of a place: an area by itself, or a team of it. "No area yet" and "No team" are those without one."""
        keys = {each.name: each.pk for each in self.places if each is not None and each.kind == by}
        return frozenset(cell for cell in here if (cell[0] if by == "area" else cell[1]) == keys.get(label))

    def listed(self, measure: Counted, html: str, day: date) -> Iterator[tuple[Cells, int]]:
        """Which cells the rows of a page are of, and what they come to: everybody knows the area and team of a school."""
        if (
            not isinstance(measure, OfSupervision)
            or ">Its rows<" not in html
            and "What was counted this term" not in html
        ):
            return
        below = html.partition('id="rows-heading"')[2]
        with self.county.inside():
            reader = self.reader if day == TODAY else self.reader.on(day)
            of = {item.school: (measure._path(item, reader), item.number) for item in measure._items(reader)}
        sums: Counter[tuple[int | None, int | None]] = Counter()
        for row in rows_of(below) if "<tbody" in below else ():
            path, number = of[row[0]]
            sums[path] += number
        yield from ((frozenset([path]), number) for path, number in sums.items())

    def ask(self, path: str, **query: str):
        self.answers += 1
        response = self.client.get(f"/fenshire/{path}", query)
        assert response.status_code == 200, (path, query, response.status_code)
        return response


def query_of(place, day: date) -> dict[str, str]:
    query = {"place": str(place.public_id)} if place is not None else {}
    return query | ({"on": day.isoformat()} if day != TODAY else {})


def hear(asker: Asker, measure: Counted, day: date) -> Heard:
    """Everything that is told of this figure on this day, by whichever way."""
    cells = asker.cells(measure, day)
    heard = Heard(cells, measure.small.smallest)
    told: dict[Cells, set[str]] = {}

    def listen(here: Cells, text: str) -> None:
        told.setdefault(here, set()).add(text)
        if (number := number_of(text)) is not None:
            heard.add(here, number)

    for place in asker.places:
        here, query = asker.inside(place, cells), query_of(place, day)
        html = asker.ask(f"figures/{measure.code}/", **query).content.decode()
        text, bars = of_page(html)
        listen(here, text)
        for inside, number in asker.listed(measure, html, day):
            heard.add(inside, number)
        by = "team" if set(bars) & {each.name for each in asker.places if each and each.is_team} else "area"
        for label, words in bars.items():
            listen(asker.part(label, here, by), words.split(" of ")[0])
        said = asker.ask(f"api/v1/measures/{measure.code}/", **query).json()
        listen(here, said["text"])
        for part in said["parts"]:
            listen(asker.part(part["label"], here, said["by"]), part["text"].split(" of ")[0])
        for place_of_row, words in in_files(asker, measure, query, said["by"], here):
            listen(place_of_row, words)
    for texts in told.values():
        numbers = {number_of(text) for text in texts}
        assert len(numbers) == 1, f"one number wherever it stands: {texts}"
    if isinstance(measure, OfSupervision) and day == TODAY:
        hear_how_it_goes(asker, measure, heard)
    return heard


def in_files(
    asker: Asker, measure: Counted, query: dict[str, str], by: str, here: Cells
) -> Iterator[tuple[Cells, str]]:
    """What CSV and Excel tell of it: of all of it in their first row, then of each part."""
    table = asker.ask("api/v1/measures/", format="csv", **query).content.decode("utf-8-sig")
    excel = load_workbook(io.BytesIO(asker.ask("api/v1/measures/", format="xlsx", **query).content)).active
    for rows in (csv.reader(io.StringIO(table)), excel.iter_rows(values_only=True)):
        mine = [row for row in rows if row[0] == measure.code]
        for row, where in zip(mine, [here, *(asker.part(str(row[2]), here, by) for row in mine[1:])], strict=True):
            yield where, str(row[4]) if row[4] not in (None, "") else str(row[6]).partition(".")[0]


def hear_how_it_goes(asker: Asker, measure: OfSupervision, heard: Heard) -> None:
    """What "How supervision is going" tells of the same: all, areas of teams and teams, and its list of schools."""
    html = asker.ask(f"supervision/health/{getattr(measure, 'declared', 'in-date')}/").content.decode()
    above, _, _ = html.partition('id="how-heading"')
    cells = frozenset(heard.order)
    for row in rows_of(above):
        found = re.search(r"([\d,]+) of ([\d,]+)$", row[1])
        if found is None:
            continue
        areas = {f"{each.name} (area)": each for each in asker.places if each is not None and each.kind == "area"}
        teams = {each.name: each for each in asker.places if each is not None and each.is_team}
        if row[0] in teams:
            here = asker.inside(teams[row[0]], cells)
        elif row[0] in areas or row[0] == "No area yet (area)":
            inside = areas[row[0]].pk if row[0] in areas else None
            mine = {key for key, part in asker.reader.grain.teams.items() if part.above == inside}
            here = frozenset(cell for cell in cells if cell[1] in mine)
        else:
            assert row[0] == "All together"
            here = cells
        heard.add(here, int(found[1]))
    for inside, number in asker.listed(measure, html, TODAY):
        heard.add(inside, number)


@pytest.mark.parametrize("measure", HIDING, ids=lambda measure: measure.code)
def test_nothing_small_is_learned_from_all_places_and_days_together(county, client_for, measure):
    asker = Asker(county, client_for(county, "senior"))
    days = [day for day in DAYS if day == TODAY or measure.goes_back]
    if measure.code not in ("young-people-supported", "supervision-in-date"):
        days = days[:2]
    heard = {day: hear(asker, measure, day) for day in days}
    for day, each in heard.items():
        assert each.learned() == [], (day, each.sums)
    # The same people on two days: what was told on the one stands beside what was told on the other.
    together: list[Heard] = []
    for each in heard.values():
        same = next((known for known in together if known.cells == each.cells), None)
        if same is None:
            together.append(each)
        else:
            same.sums |= {cells: same.sums.get(cells, set()) | sums for cells, sums in each.sums.items()}
            assert same.learned() == []
    for each in together:
        assert all(len(numbers) == 1 for numbers in each.sums.values()), "one number for the same people"


def test_the_small_numbers_were_there_to_be_learned(county):
    """Else the test above would show nothing."""
    asker = Asker(county, None)
    for measure in HIDING:
        code = measure.code
        cells = asker.cells(measure, TODAY)
        assert sum(any(0 < count < measure.small.smallest for count in counts) for counts in cells.values()) >= 2, code
        naive = Heard(cells, measure.small.smallest)
        naive.add(frozenset(cells), 0)
        naive.add(frozenset(list(cells)[1:]), 0)
        assert bool(naive.learned()) is any(0 < count < naive.smallest for count in cells[naive.order[0]])


def test_what_was_kept_is_told_by_the_same_blocks(county, client_for):
    """Beside today's number stands the one of last term and of a year ago, for each place: those are one more day."""
    then, now = date(2026, 7, 20), TODAY
    with county.inside():
        ends = sorted(
            readings.terms_of(Reader(county.as_("senior"), county.authority, now)), key=lambda each: each.ends_on
        )
        then = max(term.ends_on for term in ends if term.ends_on < now)
        readings.take(county.authority, today=then, by=county.clock, days=[then])
    asker = Asker(county, client_for(county, "senior"))
    measure = BY_CODE["young-people-supported"]
    cells = asker.cells(measure, then)
    heard = Heard(cells, measure.small.smallest)
    found = 0
    for place in asker.places:
        for path in ("figures/", "county/"):
            html = asker.ask(path, **query_of(place, now)).content.decode()
            rows = re.findall(r"<tr.*?</tr>|<li class=\"alongside-figure.*?</li>", html, re.DOTALL)
            row = next((row for row in rows if f"figures/{measure.code}/" in row), "")
            columns = [plain(each) for each in re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL)]
            words = re.search(r"([\d,]+)(?: of [\d,]+)? when last term ended", plain(row))
            text = words[1] if words else columns[1] if len(columns) > 1 else ""
            if (number := number_of(text)) is not None:
                heard.add(asker.inside(place, cells), number)
                found += 1
    assert found, "the past is told of some places"
    assert heard.learned() == [], heard.sums
