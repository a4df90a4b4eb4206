"""Digests (journeys 9): when, to whom, at most once, and nothing in them that could be out of date or about anybody."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.core import mail as outbox
from django.db import connection
from django.utils import timezone

from reports.actions import digests
from reports.actions.digests import DIGESTS, due, write_due
from reports.rules import digest_period
from reports.tasks import write_digests
from schools.models import SchoolContact
from teams.foundation import mail
from teams.foundation.mail import Notice
from teams.foundation.school_hours import is_working_day
from teams.models import Authority, Membership, Person
from teams.tasks import send_notice
from tests.factories.agreements import make_agreement, offered, signed
from tests.factories.authorities import LONDON, NOW, County, make_county
from tests.told import story

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = date(2026, 9, 14), date(2026, 9, 15)
WORKER, MANAGER, SENIOR, ADMIN = "digest_worker", "digest_manager", "digest_senior_manager", "digest_administrator"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


@story
def asked(fenshire):
    """The manager, the worker and the administrator have something to do; the head of service has not."""
    with fenshire.inside():
        fenshire.rows["agreement"] = offered(make_agreement(fenshire), fenshire)
        SchoolContact.objects.filter(person=fenshire.people["other_head"]).update(bounced_at=NOW)
    return fenshire


def written(county: County, moment: datetime) -> dict[str, str]:
    """{key of the person: kind} of what is written at this moment."""
    keys = {person.pk: key for key, person in county.people.items()}
    with county.inside():
        write_due(county.authority, by=county.clock, at=moment)
        return {keys[each.person_id]: each.kind for each in Notice.objects.filter(made_at=moment).exclude(period="")}


# When.


@pytest.mark.parametrize(
    ("moment", "kinds"),
    [
        (at(MONDAY, 6, 59), set()),
        (at(MONDAY, 7, 0), {SENIOR}),
        (at(MONDAY, 7, 14), {SENIOR}),
        (at(MONDAY, 7, 15), {SENIOR, MANAGER, WORKER}),
        (at(MONDAY, 8, 0), {SENIOR, MANAGER, WORKER, ADMIN}),
        (at(MONDAY, 10, 14), {MANAGER, WORKER, ADMIN}),  # a beat that was away for an hour makes up for it
        (at(MONDAY, 10, 59), {ADMIN}),
        (at(MONDAY, 11, 0), set()),
        (at(TUESDAY, 7, 15), {WORKER}),
        (at(date(2026, 9, 19), 8), set()),  # Saturday
        (at(date(2026, 9, 20), 8), set()),  # Sunday
        (at(date(2026, 12, 25), 8), set()),  # Christmas, a Friday
        (at(date(2026, 12, 28), 8), set()),  # its substitute, a Monday
        (at(date(2026, 12, 29), 8), {SENIOR, MANAGER, WORKER, ADMIN}),  # the first working day of that week
        (at(date(2026, 12, 30), 8), {WORKER, ADMIN}),
        (at(date(2027, 3, 29), 8), set()),  # Easter Monday, the day after the clocks went forward
        (at(date(2027, 3, 30), 7, 15), {SENIOR, MANAGER, WORKER}),
    ],
)
def test_each_has_its_hour(moment, kinds):
    assert {digest.kind for digest, _ in due(moment)} == kinds


@pytest.mark.parametrize(
    ("summer_or_winter", "quarter_past_seven"),
    [
        ("before the clocks go back", datetime(2026, 10, 23, 6, 15, tzinfo=UTC)),
        ("after", datetime(2026, 10, 26, 7, 15, tzinfo=UTC)),
        ("before they go forward", datetime(2027, 3, 26, 7, 15, tzinfo=UTC) - timedelta(days=1)),
        ("after", datetime(2027, 3, 30, 6, 15, tzinfo=UTC)),
    ],
)
def test_a_quarter_past_seven_is_a_quarter_past_seven_in_london(summer_or_winter, quarter_past_seven):
    assert WORKER in {digest.kind for digest, _ in due(quarter_past_seven)}
    assert WORKER not in {digest.kind for digest, _ in due(quarter_past_seven - timedelta(minutes=1))}


def test_beat_comes_often_enough_and_by_londons_clock():
    entry = django_settings.CELERY_BEAT_SCHEDULE["digests"]
    assert django_settings.CELERY_TIMEZONE == "Europe/London"
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({7, 8, 9, 10}, set(range(0, 60, 5)))


def test_a_week_has_one_period_and_a_year_end_does_not_split_it():
    day, periods = date(2026, 12, 21), set()
    while day < date(2027, 1, 18):
        periods |= {digest_period(day, weekly=True, works=is_working_day)} - {None}
        day += timedelta(days=1)
    assert periods == {"2026-W52", "2026-W53", "2027-W01", "2027-W02"}
    assert digest_period(MONDAY, weekly=True, works=lambda _: False) is None
    assert digest_period(TUESDAY, weekly=False, works=is_working_day) == "2026-09-15"


# To whom.


def test_only_those_get_one_for_whom_something_waits(asked):
    assert written(asked, at(MONDAY, 7, 0)) == {}, "nothing waits for the head of service"
    assert written(asked, at(MONDAY, 7, 15)) == {"manager": MANAGER, "worker": WORKER}
    assert written(asked, at(MONDAY, 8, 0)) == {"admin": ADMIN}
    assert written(asked, at(TUESDAY, 7, 15)) == {"worker": WORKER}, "the manager's is on Mondays"


def test_a_head_of_service_hears_of_what_only_she_may_sign(asked):
    with asked.inside():
        Authority.objects.filter(pk=asked.authority.pk).update(manager_limit=1)
        asked.authority.refresh_from_db()
    assert written(asked, at(MONDAY, 7, 0)) == {"senior": SENIOR}


def test_nothing_is_written_before_the_doors_are_open(asked):
    with asked.inside():
        Authority.objects.filter(pk=asked.authority.pk).update(doors_opened_at=None)
        asked.authority.refresh_from_db()
    assert written(asked, at(MONDAY, 7, 15)) == {}


@pytest.mark.parametrize("how", ["left", "closed account", "no address", "switched off"])
def test_none_to_who_has_left_is_closed_out_or_does_not_want_it(asked, how):
    with asked.inside():
        worker = asked.people["worker"]
        if how == "left":
            Membership.objects.filter(person=worker).update(ends_on=MONDAY - timedelta(days=1))
        elif how == "closed account":
            type(asked.users["worker"]).objects.filter(pk=asked.users["worker"].pk).update(is_active=False)
        elif how == "no address":
            Person.objects.filter(pk=worker.pk).update(email="")
        else:
            worker.choose_mail(digests_off=[WORKER], large_print=False, by=asked.as_("worker"), at=NOW)
    assert written(asked, at(MONDAY, 7, 15)) == {"manager": MANAGER}


def test_somebody_with_two_hats_gets_one_mail_a_day(asked):
    with asked.inside():
        Membership.objects.create(
            user=asked.users["manager"], person=asked.people["manager"], role="administrator",
            starts_on=date(2024, 9, 1),
        )  # fmt: skip
    assert written(asked, at(MONDAY, 7, 15))["manager"] == MANAGER
    assert written(asked, at(MONDAY, 8, 0)) == {"admin": ADMIN}
    assert written(asked, at(TUESDAY, 8, 0)) == {"manager": ADMIN, "admin": ADMIN, "worker": WORKER}


# Once.


def test_beat_that_comes_again_writes_nothing_new_and_asks_next_to_nothing(asked, queries):
    assert written(asked, at(MONDAY, 7, 15))
    with asked.inside(), queries() as again:
        write_due(asked.authority, by=asked.clock, at=at(MONDAY, 7, 20))
        assert Notice.objects.exclude(period="").count() == 2
    assert len(again) <= 4, "\n".join(again)


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_write_each_mail_once(monkeypatch):
    county = make_county()
    with county.inside():
        offered(make_agreement(county), county)
    monkeypatch.setattr(timezone, "now", lambda: at(MONDAY, 7, 15))

    def beat(_: int) -> None:
        try:
            write_digests.run()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(beat, range(3)))
    with county.inside():
        assert sorted(Notice.objects.exclude(period="").values_list("kind", flat=True)) == [MANAGER, WORKER]


@pytest.mark.django_db(transaction=True)
def test_every_authority_gets_its_own_and_one_that_fails_stops_no_other(monkeypatch, caplog):
    counties = [make_county("fenshire"), make_county("moorland")]
    for county in counties:
        with county.inside():
            offered(make_agreement(county), county)
    monkeypatch.setattr(timezone, "now", lambda: at(TUESDAY, 7, 15))
    real = digests.something_waits

    def broken(digest, person, *rest, **more):
        if "Fenshire" in person.name:
            raise ValueError("this county's rows are odd")
        return real(digest, person, *rest, **more)

    monkeypatch.setattr(digests, "something_waits", broken)
    write_digests.run()
    for county, number in zip(counties, (0, 1), strict=True):
        with county.inside():
            assert Notice.objects.exclude(period="").count() == number
    monkeypatch.setattr(digests, "something_waits", real)
    write_digests.run()  # five minutes later the broken one is made up for
    with counties[0].inside():
        assert Notice.objects.exclude(period="").count() == 1


def test_a_reader_whose_mail_cannot_be_written_holds_up_no_other_and_gets_it_with_the_next_beat(asked, broken):
    with broken('INSERT INTO "teams_notice"', asked.people["manager"].pk, MANAGER):
        assert written(asked, at(MONDAY, 7, 15)) == {"worker": WORKER}
    assert written(asked, at(MONDAY, 7, 20)) == {"manager": MANAGER}
    with asked.inside():
        assert Notice.objects.exclude(period="").count() == 2


# As it is sent.


def letter_to(county: County, who: str, moment: datetime) -> outbox.EmailMultiAlternatives | None:
    """What a worker sends of the digest that was written for them."""
    outbox.outbox = []
    with county.inside():
        notice = Notice.objects.exclude(period="").get(person=county.people[who])
    send_notice.run(county.authority.pk, notice.pk)
    return outbox.outbox[0] if outbox.outbox else None


@pytest.fixture
def monday(asked, monkeypatch):
    """Monday's are written, and about to be sent."""
    written(asked, at(MONDAY, 7, 15))
    monkeypatch.setattr(timezone, "now", lambda: at(MONDAY, 7, 16))
    return asked


def test_a_digest_leads_to_the_page_and_says_nothing_that_could_be_out_of_date(monday):
    for who in ("manager", "worker"):
        letter = letter_to(monday, who, at(MONDAY, 7, 16))
        assert "/fenshire/waiting/" in letter.body
        assert "/fenshire/profile/mail/" in letter.body
        own_words = re.sub(r"\S+://\S+", "", f"{letter.subject}\n{letter.body}").replace("01632 960000", "")
        assert not re.search(r"\d", own_words), "no count: it would be of this morning"
        for word in ("Oakfield", "Hetty", "agreement", "sign"):
            assert word not in own_words


def test_a_digest_names_somebody_to_reply_to(monday):
    assert letter_to(monday, "worker", at(MONDAY, 7, 16)).reply_to == ["manager@fenshire.example"]
    assert letter_to(monday, "manager", at(MONDAY, 7, 16)).reply_to == ["admin@fenshire.example"]


def test_what_was_done_in_between_sends_no_digest(monday):
    with monday.inside():
        signed(monday.agreement, monday)
    assert letter_to(monday, "manager", at(MONDAY, 7, 16)) is None
    with monday.inside():
        assert Notice.objects.get(kind=MANAGER).state == Notice.State.NOT_NEEDED


def test_who_left_in_between_gets_no_digest(monday):
    with monday.inside():
        Membership.objects.filter(person=monday.people["worker"]).update(ends_on=MONDAY - timedelta(days=1))
    assert letter_to(monday, "worker", at(MONDAY, 7, 16)) is None
    with monday.inside():
        assert Notice.objects.get(kind=WORKER).state == Notice.State.HELD_BACK


def test_who_switched_it_off_in_between_gets_none(monday):
    with monday.inside():
        me = monday.people["worker"]
        me.choose_mail(digests_off=[WORKER], large_print=False, by=monday.as_("worker"), at=NOW)
    assert letter_to(monday, "worker", at(MONDAY, 7, 16)) is None


def test_large_print_is_the_same_words_in_large_letters(monday):
    with monday.inside():
        me = monday.people["worker"]
        me.choose_mail(digests_off=[], large_print=True, by=monday.as_("worker"), at=NOW)
        Person.objects.filter(pk=me.pk).update(name="Wanda <b>& Co</b>")
    letter = letter_to(monday, "worker", at(MONDAY, 7, 16))
    ((large, kind),) = letter.alternatives
    assert kind == "text/html"
    assert "font-size: 24px" in large
    assert "Wanda &lt;b&gt;&amp; Co&lt;/b&gt;" in large
    assert 'href="http://127.0.0.1:8000/fenshire/waiting/"' in large
    assert "Wanda <b>& Co</b>" in letter.body


def test_each_digest_is_a_mail_with_words_of_its_own():
    for digest in DIGESTS:
        kind = mail.kinds()[digest.kind]
        assert kind.subject == digest.subject
        assert len(digest.kind) <= Person._meta.get_field("digests_off").base_field.max_length
