"""What is asked about a figure is no meeting: it stands in no calendar, list or count of those who met."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from html import unescape

import pytest

from performance.actions.worker_year import _actions
from reports.measures.measure import Reader
from reports.measures.registry import MEASURES
from supervision.actions import busy
from teams.actions.feeds import calendar_of
from teams.models import Feed, Occasion
from tests.factories.authorities import LONDON, NOW, TODAY
from tests.reports.figure_question_stories import (
    QUESTION,
    ask,
    asked_by_senior,
    set_out,
    text,
)
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@story
def county(fenshire, moorland):
    return set_out(fenshire, moorland)


@pytest.fixture
def asked(county, client_for):
    return asked_by_senior(county, client_for)


class TestNobodyMet:
    """What was asked in writing is no meeting, and no promise to a worker or a school."""

    def test_it_is_in_no_calendar(self, county, asked):
        with county.inside():
            for who in ("manager", "senior"):
                feed = Feed(person=county.people[who])
                assert b"BEGIN:VEVENT" not in calendar_of(feed, name="x", at=NOW)
            assert Occasion.objects.filter(kind="figure").exists()
            assert not Occasion.objects.meetings().filter(kind="figure").exists()

    def test_it_takes_nobodys_time(self, county, asked):
        starts, ends = asked.occasion.starts_at, asked.occasion.ends_at
        with county.inside():
            people = [county.people[who].pk for who in ("manager", "senior")]
            assert busy.agreed(people, starts - timedelta(days=1), ends + timedelta(days=1)) == {}
            busy.refuse_clash(starts, ends, county.people["manager"], except_for=None, by=county.as_("manager"))

    def test_it_is_not_booked_while_somebody_is_away(self, county, client_for, monkeypatch):
        later = datetime(2026, 9, 9, 12, 0, tzinfo=LONDON)
        monkeypatch.setattr("django.utils.timezone.now", lambda: later)
        assert ask(county, client_for(county, "senior")).status_code == 302
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
        page = text(client_for(county, "manager").get(f"/fenshire/people/{county.people['manager'].public_id}/away/"), 200)  # fmt: skip
        assert "Question about" not in page

    def test_it_counts_in_no_figure_and_in_nobodys_year(self, county, client_for):
        later = TODAY + timedelta(days=30)

        def counted() -> list:
            with county.inside():
                found: list = []
                for who in ("senior", "manager"):
                    reader = Reader(county.as_(who, later), county.authority, later)
                    mine = [each for each in MEASURES if each.may_be_read_by(reader.principal)]
                    found += [(each.code, each.look(reader).number, each.look(reader).unknown) for each in mine]
                    year = (date(2026, 9, 1), later)
                    found += [
                        _actions(county.people[name], *year, by=reader.principal) for name in ("worker", "manager")
                    ]
                return found

        before = counted()
        assert ask(county, client_for(county, "senior")).status_code == 302
        assert counted() == before

    def test_it_is_on_no_page_of_a_school_a_worker_or_a_young_person(self, county, asked, client_for):
        school = county.rows["oakfield"].public_id
        for who, page in (
            ("head", f"/fenshire/home/{school}/"), ("worker", "/fenshire/home/"), ("worker", "/fenshire/my-supervision/"),
            ("manager", "/fenshire/supervision/"), ("manager", f"/fenshire/schools/{school}/"),
            ("manager", "/fenshire/young-people/"), ("auditor", "/fenshire/asked-of-us/"),
        ):  # fmt: skip
            response = client_for(county, who).get(page, follow=True)
            assert QUESTION not in unescape(response.content.decode()), (who, page)
