"""What figures were before: kept on Mondays and at the end of a term, read back by the same rule as today's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from casework.models import YoungPerson
from reports.actions import readings
from reports.actions.looks import changes_since, look
from reports.measures.figure import Figure, figure_of
from reports.measures.measure import Reader
from reports.measures.registry import BY_CODE, MEASURES
from reports.models import Look, Reading
from reports.rules import days_of_line, days_to_compare, is_reading_day
from teams.foundation.words import percent
from teams.models import Area, Employment
from tests.factories.authorities import LONDON, NOW, TODAY
from tests.reports.stories import active, add_agreement, add_school, add_terms, grow
from tests.told import story

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 9, 14)


@story
def county(fenshire, moorland):
    add_terms(fenshire, 2025, 2026)
    active(fenshire)
    grow(fenshire, 5)
    active(moorland)
    return fenshire


def reader(county, who: str = "senior", today: date = TODAY) -> Reader:
    return Reader(county.as_(who), county.authority, today)


def test_mondays_and_ends_of_terms_are_kept():
    assert is_reading_day(MONDAY, set())
    assert not is_reading_day(MONDAY + timedelta(days=1), set())
    assert is_reading_day(date(2026, 12, 18), {date(2026, 12, 18)})


def test_a_year_is_compared_with_the_same_weekday_and_the_line_has_a_point_a_month():
    term, year = days_to_compare(date(2026, 11, 25), [date(2026, 7, 20), date(2026, 12, 18)])
    assert term == date(2026, 7, 20)
    assert year == date(2025, 11, 24)
    assert year.weekday() == 0
    line = days_of_line(date(2026, 11, 25))
    assert len(line) == 12
    assert line[-1] == date(2026, 11, 2)
    assert all(day.weekday() == 0 for day in line)
    assert line == sorted(line)


def test_a_reading_is_what_the_page_said_on_that_day(county):
    with county.inside():
        system = county.clock
        readings.take(county.authority, today=MONDAY, by=system)
        told = {measure.code: figure_of(measure, reader(county, today=MONDAY)) for measure in MEASURES}
        later = reader(county, today=MONDAY + timedelta(days=370))
        past = readings.before(MEASURES, later.on(MONDAY + timedelta(weeks=52)))
    for code, figure in told.items():
        year = past[code].year
        if figure.number is None and figure.text in ("Not known", "None ahead"):
            assert year is None or year.number is None, code
        else:
            assert year is not None, code
            assert (year.number, year.with_of) == (figure.number, figure.with_of), code
            assert year.per_cent == figure.per_cent, code


def test_in_the_list_an_earlier_number_stands_beside_what_it_was_of(county, client_for, clock):
    """3 beside 11 reads as growth, where it was 3 of 3."""
    _, then = days_to_compare(TODAY, [])
    with county.inside():
        readings.take(county.authority, today=TODAY, by=county.clock, days=[then])
        earlier = [figure_of(measure, reader(county).on(then)) for measure in MEASURES if measure.goes_back]
    page = client_for(county, "senior").get("/fenshire/figures/").content.decode()
    shares = [figure for figure in earlier if figure.per_cent is not None]
    assert shares
    for figure in shares:
        row = next(each for each in page.split("<tr") if f"figures/{figure.code}/" in each)
        year = row.split("<td")[3]
        assert f"{figure.number} of {figure.of}" in year, figure.code
        assert percent(figure.per_cent) in year, figure.code


def test_readings_equal_a_count_by_hand(county):
    with county.inside():
        readings.take(county.authority, today=MONDAY, by=county.clock)
        kept = Reading.objects.filter(code="agreements-signed", taken_on=MONDAY)
        assert sum(each.number for each in kept) == 6
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(in_force_id) FROM schools_agreement WHERE school_year = 2026")
            assert cursor.fetchone() == (6,)


def test_each_day_is_kept_once_and_an_earlier_one_is_caught_up(county):
    with county.inside():
        first = readings.take(county.authority, today=MONDAY + timedelta(days=2), by=county.clock)
        assert first, "the Monday before, as far as it is kept by date"
        assert readings.take(county.authority, today=MONDAY + timedelta(days=2), by=county.clock) == 0
        codes = set(Reading.objects.values_list("code", flat=True))
        assert "posts-filled" in codes
        assert "rooms-ready" not in codes, "since when a room is ready is not kept"


@pytest.mark.parametrize("fails", ["SELECT", 'INSERT INTO "reports_reading"'])
def test_a_figure_that_cannot_be_kept_loses_no_other_and_is_told_as_not_known(county, broken, fails, caplog):
    """On the page of that day and beside later ones: nowhere 0."""
    later = MONDAY + timedelta(weeks=52)
    with county.inside():
        with broken(fails, "rooms-ready"), caplog.at_level("ERROR"):
            readings.take(county.authority, today=MONDAY, by=county.clock)
        kept = set(Reading.objects.filter(taken_on=MONDAY).values_list("code", flat=True))
        assert "rooms-ready" not in kept
        assert kept >= {"posts-filled", "agreements-signed", "money-at-risk"}
        assert readings.take(county.authority, today=MONDAY, by=county.clock) == 0, "the day is kept"
        figure = figure_of(BY_CODE["rooms-ready"], reader(county, today=later).on(MONDAY))
        beside = readings.before(MEASURES, reader(county, today=later))
    (line,) = caplog.records
    assert line.getMessage() == (f"figure rooms-ready was not kept of 2026-09-14 for authority {county.authority.pk}")
    assert (figure.number, figure.text) == (None, "Not kept")
    assert figure.unknown.startswith("Not known: ")
    assert beside["rooms-ready"].year is None
    assert beside["posts-filled"].year is not None


def test_a_reading_is_written_once(county):
    with county.inside():
        readings.take(county.authority, today=MONDAY, by=county.clock)
        with pytest.raises(DatabaseError), transaction.atomic():
            Reading.objects.update(number=1)


def test_an_earlier_day_is_counted_as_it_was(county):
    """Of today somebody has left: three weeks ago she was there."""
    with county.inside():
        left = TODAY - timedelta(days=7)
        Employment.objects.filter(post=county.rows["post 1"]).update(ends_on=left)
        asks = reader(county)
        now = figure_of(BY_CODE["posts-filled"], asks)
        then = figure_of(BY_CODE["posts-filled"], asks.on(TODAY - timedelta(days=21)))
    assert then.number == now.number + 1
    assert then.on == TODAY - timedelta(days=21)


def test_what_cannot_be_counted_of_an_earlier_day_says_so(county):
    with county.inside():
        figure = figure_of(BY_CODE["rooms-ready"], reader(county).on(TODAY - timedelta(days=21)))
    assert figure.number is None
    assert "can be counted for today alone" in figure.unknown


def test_the_page_of_a_day_has_the_number_that_was_kept_on_it_and_stands_beside_todays(county, client_for, monkeypatch):
    """ "Was not kept on that day", said the page of the day, while the tile had its number "a year ago"."""
    later = MONDAY + timedelta(weeks=52)
    with county.inside():
        told = {each.code: figure_of(each, reader(county, today=MONDAY)) for each in MEASURES}
        readings.take(county.authority, today=MONDAY, by=county.clock)
        north = Area.objects.create(name="North")
        asks, known = reader(county, today=later).on(MONDAY), set()
        for measure in MEASURES:
            if measure.goes_back:
                continue
            then = figure_of(measure, asks)
            if told[measure.code].number is None:
                assert then.number is None
                continue
            known.add(measure.code)
            assert (then.number, then.text) == (told[measure.code].number, told[measure.code].text), measure.code
            assert [(part.label, part.text) for part in then.parts] == [
                (part.label, part.text) for part in told[measure.code].parts
            ], measure.code
            past = readings.before([measure], reader(county, today=later))[measure.code].year
            assert past is None or past.text == then.text, measure.code
            if measure.grain:
                assert figure_of(measure, asks.at(asks.grain.place(north.public_id))).number is None
        assert known >= {"rooms-ready", "waiting-for-signature", "money-at-risk"}
        assert figure_of(BY_CODE["rooms-ready"], reader(county, "manager", later).on(MONDAY)).number is None
    now = datetime(later.year, later.month, later.day, 9, tzinfo=LONDON)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    client = client_for(county, "senior")
    page = client.get("/fenshire/figures/rooms-ready/", {"on": MONDAY.isoformat()}).content.decode()
    assert "What it was counted from was not." in page
    assert county.oakfield.name not in page, "today's rows do not stand under another day's number"
    assert f'{MONDAY.isoformat()}"' in page, "a year ago is the day whose number stands beside today's"


def test_finance_and_senior_managers_read_the_past_and_managers_only_their_own_today(county):
    with county.inside():
        readings.take(county.authority, today=MONDAY, by=county.clock)
        later = MONDAY + timedelta(weeks=52)
        assert readings.before(MEASURES, reader(county, "finance", later))
        assert readings.before(MEASURES, reader(county, "manager", later)) == {}


def test_what_changed_since_she_looked_names_the_number_she_saw(county):
    with county.inside():
        me = county.people["senior"].pk
        asks = reader(county)
        Look.keep(me, {"agreements-signed": {"number": "3", "text": "3"}}, today=TODAY - timedelta(days=3))
        figure = figure_of(BY_CODE["agreements-signed"], asks)
        seen = Look.keep(me, {"agreements-signed": {"number": "6", "text": "6"}}, today=TODAY)
        assert (seen.before_on, seen.seen_on) == (TODAY - timedelta(days=3), TODAY)
        (change,) = changes_since(seen, [figure])
        assert change["text"] == "Agreements signed: 6, 3 more than before."
        again = Look.keep(me, {"agreements-signed": {"number": "6", "text": "6"}}, today=TODAY)
        assert again.before_on == TODAY - timedelta(days=3), "all day long the same day is compared with"


def test_one_more_who_is_late_is_a_change_though_as_many_are_in_date(county):
    """9 of 9 that became 9 of 10: the number is the same, and somebody is late."""
    with county.inside():
        figure = replace(
            figure_of(BY_CODE["agreements-signed"], reader(county)), number=Decimal(9), of=Decimal(10), text="9"
        )
        then = {"agreements-signed": {"number": "9", "of": "9", "text": "9"}}
        seen = Look(seen_on=TODAY, before=then)
        assert [each["text"] for each in changes_since(seen, [figure])] == [
            "Agreements signed: 9 of 10. It was 9 of 9."
        ]
        assert not changes_since(seen, [replace(figure, of=Decimal(9))])
        kept = look(county.people["senior"].pk, [figure], today=TODAY)
        assert kept.seen["agreements-signed"] == {"number": "9", "of": "10", "text": "9"}
        before = Look(seen_on=TODAY, before={"agreements-signed": {"number": "9", "text": "9"}})
        assert not changes_since(before, [figure]), "what she saw before that was kept has no whole"


def test_a_figure_that_was_kept_is_read_back_to_the_penny(county):
    with county.inside():
        for measure in MEASURES:
            figure = figure_of(measure, reader(county))
            assert Figure.kept(figure.as_kept()) == figure


@story
def children(fenshire):
    """Seven in the north, three in the south: whoever asks for both and one must not learn the other."""
    add_terms(fenshire)
    active(fenshire)
    with fenshire.inside():
        fenshire.rows["north"] = Area.objects.create(name="North")
        north = add_school(fenshire, 50, area=fenshire.rows["north"])
    add_agreement(fenshire, 51)
    with fenshire.inside():
        YoungPerson.objects.bulk_create(
            YoungPerson(
                initials=f"A{number}",
                school=north if number < 7 else fenshire.oakfield,
                worker=fenshire.people["worker"],
                need="Coming to school",
                starts_on=date(2026, 8, 1),
            )
            for number in range(10)
        )
    return fenshire


def test_no_pair_of_places_tells_a_small_number(children):
    measure = BY_CODE["young-people-supported"]
    with children.inside():
        asks = reader(children)
        whole = figure_of(measure, asks)
        told = {
            place.name: figure_of(measure, asks.at(place)).number for place in asks.grain.places if place.kind == "area"
        }
    assert whole.number == 10
    assert set(told.values()) <= {None, Decimal(0), Decimal(10)}, told
    assert all(part.number in (None, Decimal(0), Decimal(10)) for part in whole.parts)
    assert {part.text for part in whole.parts} == {"Too few, here or beside it"}


def test_who_starts_today_is_counted_next_month(children):
    with children.inside():
        before = figure_of(BY_CODE["young-people-supported"], reader(children)).number
        YoungPerson.objects.create(
            initials="NEW", school=children.oakfield, worker=children.people["worker"], need="Help",
            starts_on=TODAY,
        )  # fmt: skip
        assert figure_of(BY_CODE["young-people-supported"], reader(children)).number == before


def test_their_manager_counts_her_own_and_reads_no_initials_here(children, client_for):
    html = client_for(children, "senior").get("/fenshire/figures/young-people-supported/").content.decode()
    assert "Young people are not listed here." in html
    assert ">A3<" not in html


def test_the_file_says_what_the_page_says(county, client_for):
    client = client_for(county, "senior")
    csv = client.get("/fenshire/api/v1/measures/", {"format": "csv"}).content.decode("utf-8-sig")
    rows = {line.split(",")[0]: line for line in csv.splitlines()[1:][::-1]}
    assert rows["agreements-signed"].startswith("agreements-signed,agreements signed,")
    assert ",6,6," in rows["agreements-signed"]
    assert client.get("/fenshire/api/v1/measures/", {"format": "xlsx"}).content[:2] == b"PK"


def test_place_and_day_stand_in_the_address(county, client_for):
    client = client_for(county, "senior")
    area = str(county.area.public_id)
    html = client.get("/fenshire/county/", {"place": area, "on": "2026-09-08"}).content.decode()
    assert f"{county.area.name}, " in html
    assert f"/fenshire/figures/agreements-signed/?place={area}" in html
    for asked in ({"place": "nowhere"}, {"on": "yesterday"}, {"on": "2199-01-01"}):
        assert client.get("/fenshire/county/", asked).status_code == 404
    assert NOW.date() == TODAY
