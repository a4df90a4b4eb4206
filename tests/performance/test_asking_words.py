"""Managers are asked for their words in a term's report by one mail, and reminded once (S5): who, when, and by what."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core import mail as outbox
from hypothesis import given
from hypothesis import strategies as st

from performance import tasks
from performance.actions import words_mail
from performance.actions.term_reports import begin_report
from performance.models import ReportWords, TermReport
from performance.rules.asking_words import AFTER, BEFORE, is_due
from teams.foundation import mail
from teams.foundation.mail import Notice
from teams.models import Absence, Cover, Person, Term
from tests.factories.authorities import LONDON, County
from tests.reports.term_report_stories import WRITTEN, set_out
from tests.told import story

BEGUN = WRITTEN["autumn"]  # Tuesday, 8 December 2026
BY = date(2026, 12, 17)  # a Thursday; the term ends on the 18th


class TestWhen:
    def test_three_school_days_before_the_day_and_not_earlier(self):
        def weekday(day: date) -> bool:
            return day.weekday() < 5

        days = [date(2026, 12, 8) + timedelta(days=number) for number in range(12)]
        assert [day.day for day in days if is_due(BEGUN.date(), BY, day, weekday)] == [14, 15, 16, 17]

    def test_a_day_that_is_near_from_the_start_brings_none_in_the_next_breath(self):
        assert not is_due(date(2026, 12, 8), date(2026, 12, 10), date(2026, 12, 9), lambda _: True)
        assert is_due(date(2026, 12, 8), date(2026, 12, 10), date(2026, 12, 10), lambda _: True)

    @given(st.integers(1, 60), st.integers(0, 70), st.sets(st.integers(0, 80)))
    def test_only_on_school_days_between_the_asking_and_the_day(self, length, gone, closed):
        asked = date(2026, 11, 2)
        by, today = asked + timedelta(days=length), asked + timedelta(days=gone)

        def is_open(day: date) -> bool:
            return (day - asked).days not in closed

        if is_due(asked, by, today, is_open):
            days = [asked + timedelta(days=number) for number in range(length + 1)]
            assert is_open(today)
            assert asked < today <= by
            assert sum(is_open(day) for day in days if today < day) <= BEFORE
            assert sum(is_open(day) for day in days if asked < day <= today) >= AFTER


@story
def county_of_criteria(fenshire):
    with fenshire.inside():
        set_out(fenshire)
    return fenshire


@pytest.fixture
def county(county_of_criteria):
    with county_of_criteria.inside():
        yield county_of_criteria


def begin_it(county: County) -> TermReport:
    term = Term.objects.get(school_year=2026, season="autumn")
    by = county.as_("senior", BEGUN.date())
    return begin_report(term, words_by=BY, person=county.people["senior"], by=by, at=BEGUN)


def sent() -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind__startswith="report_words").order_by("made_at", "person__name")
    return [(each.person.name.split()[0], each.kind.rpartition("_")[2]) for each in rows.select_related("person")]


def morning(report: TermReport, day: int) -> None:
    words_mail.TERM_REPORT.remind(report, at=datetime(2026, 12, day, 7, 20, tzinfo=LONDON))


def write(county: County, report: TermReport, who: str) -> None:
    team = county.team if who == "manager" else county.elsewhere
    words = ReportWords.objects.get(report=report, team=team)
    words.write("It went well.", person=county.people[who], by=county.as_(who, BEGUN.date()), at=BEGUN)


def away(county: County, who: str, *, deputy: str = "") -> None:
    first, last = BEGUN.date(), BY
    Absence.objects.create(person=county.people[who], starts_on=first, ends_on=last)
    if deputy:
        Cover.objects.create(
            manager=county.people[who], deputy=county.people[deputy], starts_on=first, ends_on=last, status="arranged"
        )


def test_each_manager_gets_one_mail_when_asked_and_one_reminder(county):
    report = begin_it(county)
    assert sent() == [("Mira", "asked"), ("Otto", "asked")]
    for day in (9, 10, 11):
        morning(report, day)
    assert len(sent()) == 2
    for day in (14, 15, 16, 17, 18):
        morning(report, day)
    assert sent()[2:] == [("Mira", "near"), ("Otto", "near")]


def test_who_has_written_is_reminded_of_nothing_and_what_waited_to_go_is_not_needed(county):
    report = begin_it(county)
    write(county, report, "manager")
    waiting = Notice.objects.get(person=county.people["manager"])
    assert mail.claim(waiting.pk, at=BEGUN) is None
    waiting.refresh_from_db()
    assert waiting.state == Notice.State.NOT_NEEDED
    morning(report, 14)
    assert sent()[2:] == [("Otto", "near")]


def test_who_is_away_gets_none_and_who_covers_gets_it_once_for_both_teams(county):
    away(county, "manager", deputy="other_manager")
    report = begin_it(county)
    write(county, report, "other_manager")  # her own; those of the team that she covers are still missing
    morning(report, 14)
    assert sent() == [("Otto", "asked"), ("Otto", "near")]


def test_who_is_away_and_has_no_deputy_is_asked_when_she_is_back(county):
    away(county, "manager")
    report = begin_it(county)
    assert sent() == [("Otto", "asked")]
    Absence.objects.all().delete()
    morning(report, 14)
    assert sent()[1:] == [("Mira", "asked"), ("Otto", "near")]
    morning(report, 14)
    assert len(sent()) == 3
    morning(report, 15)
    assert sent()[3:] == [("Mira", "near")]


def test_who_has_left_or_has_no_address_hinders_nobody(county):
    Person.objects.filter(pk=county.people["manager"].pk).update(email="")
    report = begin_it(county)
    assert sent() == [("Otto", "asked")]
    assert report.status == TermReport.Status.DRAFT


def test_the_mails_say_nothing_of_the_report(county):
    report = begin_it(county)
    morning(report, 14)
    for notice in Notice.objects.select_related("person").filter(person=county.people["manager"]):
        notice.address, notice.authority = notice.person.email, county.authority
        mail.deliver(notice, "")
        letter = outbox.outbox[-1]
        assert "/fenshire/reports/terms/" in letter.body
        said = f"{letter.subject} {letter.body}".lower()
        assert not any(word in said for word in ("autumn", "criteri", county.team.name.lower(), "17 december"))
        assert letter.reply_to == [county.people["senior"].email]


def test_an_approved_report_asks_for_nothing_more(county, monkeypatch):
    report = begin_it(county)
    report.approve(person=county.people["senior"], by=county.as_("senior", BEGUN.date()), at=BEGUN)
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 12, 14, 7, 20, tzinfo=LONDON))
    tasks.remind_of_words()
    assert len([each for each in sent() if each[1] == "near"]) == 0


def test_the_morning_asks_for_every_authority(county, monkeypatch):
    begin_it(county)
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 12, 14, 7, 20, tzinfo=LONDON))
    tasks.remind_of_words()
    assert sent()[2:] == [("Mira", "near"), ("Otto", "near")]


def test_a_manager_whose_mail_cannot_be_written_holds_up_no_other(county, broken, monkeypatch):
    begin_it(county)
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 12, 14, 7, 20, tzinfo=LONDON))
    with broken('INSERT INTO "teams_notice"', county.people["manager"].pk, "report_words_near"):
        tasks.remind_of_words()
    assert sent()[2:] == [("Otto", "near")]
    tasks.remind_of_words()
    assert sorted(sent()[2:]) == [("Mira", "near"), ("Otto", "near")]
