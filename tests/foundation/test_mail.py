"""The one gate of mail (architecture 5, journeys 0 rule 7): what may never go, to whom how often, and at which hour."""

from __future__ import annotations

import re
import string
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Event

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.db import connection
from django.template import engines
from django.urls import get_resolver
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import meta, nodes

from teams.foundation import mail
from teams.foundation.carriers import NOT_REACHED, Failure, Trouble
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.mail import ATTEMPTS, HEAD_SPAN, LEASE, WORDS, Notice
from teams.models import Term
from teams.tasks import send_notice
from tests.config.test_settings import in_production
from tests.factories.authorities import LONDON, NOW, County, make_county

pytestmark = pytest.mark.django_db

KIND = "tests_kind"
matters = {"still": True}


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setitem(matters, "still", True)
    monkeypatch.setitem(mail._kinds, KIND, mail.Kind(KIND, "About {year}", still_matters=lambda _: matters["still"]))
    monkeypatch.setattr(mail, "render_to_string", lambda name, facts: f"{name} {facts['link']}")
    monkeypatch.setattr(mail, "_nudges", [])


@pytest.fixture
def county(fenshire):
    with fenshire.inside():
        yield fenshire


def write(county: County, matter: str = "m", *, who: str = "head", at: datetime = NOW, **more) -> Notice:
    values = {"words": {"year": "2026/27"}, "to_school": True} | more
    return mail.write(KIND, to=county.people[who], matter=matter, at=at, **values)


def send(notice: Notice, *, at: datetime) -> bool:
    """What a worker does at this moment. True when the mail went."""
    claimed = mail.claim(notice.pk, at=at)
    if claimed is None:
        return False
    mail.deliver(*claimed)
    mail.settle(notice.pk, at=at)
    return True


def at(day: int, hour: int, minute: int = 0, month: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


# What may never go.


def test_nothing_goes_before_the_doors_are_open(county):
    county.authority.doors_opened_at = None
    county.authority.save()
    notice = write(county)
    assert not send(notice, at=NOW)
    assert outbox.outbox == []
    county.authority.doors_opened_at = NOW
    county.authority.save()
    assert send(notice, at=NOW + timedelta(minutes=1)), "It waited, and goes when they open."


def test_nothing_goes_from_an_authority_that_was_closed(county):
    notice = write(county)
    county.authority.closed_at = NOW
    county.authority.save()
    assert not send(notice, at=NOW)


def test_a_mail_carries_no_word_that_is_not_on_the_list(county):
    for word in ("child", "pupil", "text", "reason", "name"):
        with pytest.raises(ValueError, match=word):
            write(county, words={"year": "2026/27", word: "x"})
    assert not Notice.objects.exists()


def test_the_list_of_words_is_short_and_about_adults():
    """Whoever makes it longer reads docs/decisions/0004 and says so in review."""
    assert {"code", "manager", "reply_to", "school", "telephone", "worker", "year"} == WORDS


def test_a_worker_that_has_drawn_no_page_knows_every_kind():
    """Kinds are declared where they are written; what only a page's module imports, a fresh worker could not send."""
    run = in_production("-c", "import django; django.setup(); from teams.foundation import mail; print(*mail.kinds())")
    assert run.returncode == 0, run.stderr
    get_resolver().url_patterns  # noqa: B018  every page's module
    every = {name for name in mail.kinds() if not name.startswith("tests_")}
    assert set(run.stdout.split()) == every


def templates() -> list[Path]:
    return sorted((settings.BASE_DIR / "templates" / "mail").glob("*.txt"))


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.stem)
def test_a_mails_template_asks_for_nothing_else(template):
    given = {"person", "authority", "service", "telephone", "link", "until", "address"}
    environment = engines["jinja2"].env
    parsed = environment.parse(template.read_text())
    # With the functions that pages have (`url`, `panels`): one of them could draw a record into a letter.
    asked = meta.find_undeclared_variables(parsed)
    assert asked <= WORDS | given, (
        f"{template.name} asks for {asked - WORDS - given}: a mail carries WORDS and no more."
    )
    assert not list(meta.find_referenced_templates(parsed)), f"{template.name} draws another template into a letter."
    reached = {ast.attr for ast in parsed.find_all(nodes.Getattr)} | {ast.name for ast in parsed.find_all(nodes.Filter)}
    assert reached <= {"day", "default"}, f"{template.name} reaches for {reached}: a mail writes its words as they are."


def test_large_print_is_made_of_the_letters_own_text():
    environment = engines["jinja2"].env
    source = (settings.BASE_DIR / "templates" / "mail" / "large_print.html").read_text()
    assert meta.find_undeclared_variables(environment.parse(source)) == {"text"}
    assert [path.name for path in (settings.BASE_DIR / "templates" / "mail").iterdir() if path.suffix != ".txt"] == [
        "large_print.html"
    ]


MATTERS_IN_ANY_CASE = {"address_changed": "a warning to the old mailbox"}


def test_every_kind_is_asked_again_when_it_is_sent():
    """Weeks may lie between the press and the mail: whether it still matters is asked of today's rows."""
    for name, kind in mail.kinds().items():
        if not name.startswith("tests_") and name not in MATTERS_IN_ANY_CASE:
            assert kind.still_matters is not mail.Kind.still_matters, f"{name}: give it still_matters."


def test_every_kind_has_its_template_and_a_subject_that_can_be_read_aloud(monkeypatch):
    monkeypatch.undo()
    aloud = WORDS - {"reply_to", "telephone"} | {"authority", "service"}
    for name, kind in mail.kinds().items():
        if name.startswith("tests_"):
            continue
        assert (settings.BASE_DIR / "templates" / "mail" / f"{name}.txt").exists(), f"write templates/mail/{name}.txt"
        asked = {field for _, field, _, _ in string.Formatter().parse(kind.subject) if field}
        assert asked <= aloud, f"The subject of {name} names {asked - aloud}."


def test_without_an_address_a_sentence_says_what_to_do(county):
    county.people["head"].email = ""
    with pytest.raises(Refusal, match="Add one first"):
        write(county)


# How often.


def test_at_most_two_in_fourteen_days_and_the_third_waits(county):
    first, second = write(county, "a"), write(county, "b")
    assert send(first, at=NOW)
    assert send(second, at=NOW + timedelta(hours=1))
    third = write(county, "c", at=NOW + timedelta(hours=2))
    assert third.due_at == NOW + HEAD_SPAN
    assert not send(third, at=NOW + timedelta(days=13))
    assert send(third, at=NOW + HEAD_SPAN)


def test_three_that_were_written_before_one_was_sent_are_still_two(county):
    """Written on one evening, all due at seven: the third is stopped when it is sent, not only when it is written."""
    evening = at(8, 20)
    notices = [write(county, matter, at=evening) for matter in "abc"]
    assert {notice.due_at for notice in notices} == {at(9, 7)}
    assert [send(notice, at=at(9, 7)) for notice in notices] == [True, True, False]
    notices[2].refresh_from_db()
    assert notices[2].due_at == at(9, 7) + HEAD_SPAN


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_not_both_send_the_second():
    """One is at the head's second mail and has not committed yet, when the other comes to the third."""
    county = make_county()
    with county.inside():
        first, second, third = (write(county, matter) for matter in "abc")
        assert send(first, at=NOW)
    has_claimed, may_commit = Event(), Event()

    def hold(notice: Notice) -> bool:
        try:
            with county.inside():
                claimed = mail.claim(notice.pk, at=NOW) is not None
                has_claimed.set()
                may_commit.wait(10)
            return claimed
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other_worker:
        held = other_worker.submit(hold, second)
        has_claimed.wait(10)
        with county.inside():
            assert mail.claim(third.pk, at=NOW) is None
        may_commit.set()
        assert held.result()
    with county.inside():
        assert mail.claim(third.pk, at=NOW) is None
        third.refresh_from_db()
        assert third.due_at == NOW + HEAD_SPAN


def test_another_persons_mails_and_those_that_were_asked_for_are_not_counted(county):
    for matter in "ab":
        assert send(write(county, matter, who="lead"), at=NOW)
        assert send(write(county, matter, asked_for=True), at=NOW)
    assert send(write(county, "mine"), at=NOW)


def test_one_mail_and_one_reminder_then_ring(county):
    assert send(write(county), at=NOW)
    assert send(write(county, at=NOW + timedelta(days=3)), at=NOW + timedelta(days=3))
    with pytest.raises(Refusal, match="Please ring") as refused:
        write(county, at=NOW + timedelta(days=30))
    assert refused.value.code == "reminded"
    assert write(county, "another matter", at=NOW + timedelta(days=30))


def test_what_was_not_needed_is_no_reminder(county):
    matters["still"] = False
    notice = write(county)
    assert not send(notice, at=NOW)
    notice.refresh_from_db()
    assert notice.state == Notice.State.NOT_NEEDED
    assert outbox.outbox == []
    matters["still"] = True
    assert write(county)
    assert write(county)


# At which hour.


@pytest.mark.parametrize(
    ("written", "due"),
    [
        (at(8, 9, 30), at(8, 9, 30)),
        (at(8, 6, 59), at(8, 7)),
        (at(8, 7), at(8, 7)),
        (at(8, 17, 59), at(8, 17, 59)),
        (at(8, 18), at(9, 7)),
        (at(11, 19), at(14, 7)),  # Friday evening
        (at(12, 10), at(14, 7)),  # Saturday
        (at(13, 23), at(14, 7)),  # Sunday
        (at(25, 9, month=12), at(29, 7, month=12)),  # Christmas on a Friday, its substitute on the Monday
        (at(31, 12, month=8), at(1, 7, month=9)),  # Summer bank holiday
        (datetime(2027, 3, 27, 12, tzinfo=LONDON), datetime(2027, 3, 30, 7, tzinfo=LONDON)),  # Easter, clocks forward
    ],
)
def test_people_at_schools_get_mail_on_school_days_from_seven_to_six(county, written, due):
    assert write(county, at=written).due_at == due


def test_in_the_holidays_it_waits_for_the_first_day_of_term(county):
    autumn = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 12, 18)}
    Term.objects.create(
        school_year=2026, season="autumn", **autumn,
        half_term_starts_on=date(2026, 10, 26), half_term_ends_on=date(2026, 10, 30),
    )  # fmt: skip
    Term.objects.create(
        school_year=2026, season="spring", starts_on=date(2027, 1, 5), ends_on=date(2027, 3, 24),
        half_term_starts_on=date(2027, 2, 15), half_term_ends_on=date(2027, 2, 19),
    )  # fmt: skip
    assert write(county, "half term", at=at(27, 10, month=10)).due_at == at(2, 7, month=11)
    assert write(county, "christmas", at=at(19, 10, month=12)).due_at == at(5, 7, month=1, year=2027)


def test_a_worker_that_comes_late_does_not_mail_at_night(county):
    notice = write(county, at=at(8, 17, 58))
    assert not send(notice, at=at(8, 22))
    notice.refresh_from_db()
    assert notice.due_at == at(9, 7)
    assert send(notice, at=at(9, 7))


def test_the_council_and_who_has_just_asked_are_not_kept_waiting(county):
    night = at(12, 23)
    assert write(county, who="manager", to_school=False, at=night).due_at == night
    asked = write(county, asked_for=True, at=night)
    assert send(asked, at=night)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)))
def test_the_next_moment_is_never_before_now_and_always_in_school_hours(naive):
    now = naive.replace(tzinfo=LONDON)
    weekdays = lambda day: day.weekday() < 5  # noqa: E731
    moment = mail.next_school_moment(now, days=weekdays).astimezone(LONDON)
    assert moment.timestamp() >= now.timestamp()
    assert moment.weekday() < 5
    assert time(7) <= moment.time() < time(18)
    assert mail.next_school_moment(moment, days=weekdays) == moment


# To whom.


def test_a_link_waits_a_day_for_a_changed_address(county):
    county.people["head"].change_address("new@oakfield.example", by=county.as_("manager"), at=NOW)
    with pytest.raises(Refusal, match="less than 24 hours ago"):
        write(county, purpose="tests.see", subject=county.oakfield)
    assert write(county, "without a link")


@pytest.mark.parametrize("asked_for", [False, True])
def test_an_address_that_changes_while_a_link_waits_holds_it_back(county, asked_for):
    """The mail was written to the old mailbox: whoever changed it must not get the link this day."""
    notice = write(county, purpose="tests.see", subject=county.oakfield, asked_for=asked_for)
    county.people["head"].change_address("new@oakfield.example", by=county.as_("manager"), at=NOW)
    assert not send(notice, at=NOW + timedelta(minutes=5))
    assert not Link.objects.exists()
    assert outbox.outbox == []
    later = NOW + timedelta(days=1, minutes=5)
    assert send(notice, at=later)
    assert outbox.outbox[0].to == ["new@oakfield.example"]


def test_a_mail_carries_the_link_that_was_made_for_it(county):
    assert send(write(county, purpose="tests.see", subject=county.oakfield), at=NOW)
    (letter,) = outbox.outbox
    token = re.search(r"/fenshire/l/([^/]+)/", letter.body)[1]
    link = Link.objects.with_token(token).get()
    assert (link.person, link.address, link.subject_id) == (
        county.people["head"],
        letter.to[0],
        county.oakfield.public_id,
    )
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


# What the mail server does.


def test_one_worker_has_it_at_a_time_and_a_dead_one_loses_nothing(county):
    notice = write(county)
    assert mail.claim(notice.pk, at=NOW)
    assert mail.claim(notice.pk, at=NOW + timedelta(seconds=1)) is None
    assert mail.claim(notice.pk, at=NOW + LEASE + timedelta(seconds=1))


def test_a_failing_server_is_tried_again_and_then_shown_to_a_person(county):
    notice, moment = write(county), NOW
    for number in range(ATTEMPTS):
        assert mail.claim(notice.pk, at=moment), f"try {number}"
        mail.settle(notice.pk, at=moment, failure=Failure(Trouble.LATER, "Not reached."))
        notice.refresh_from_db()
        moment = max(notice.due_at, moment) + timedelta(minutes=1)
    assert (notice.state, notice.problem) == (Notice.State.FAILED, "Not reached.")
    assert mail.claim(notice.pk, at=moment + timedelta(days=1)) is None


@pytest.mark.django_db(transaction=True)
def test_the_task_keeps_the_servers_words_out_of_the_row(monkeypatch):
    """A server's answer may quote the letter; only the kind of failure is kept."""
    county = make_county()

    def refuse(message, *_):
        raise ConnectionRefusedError("secret words of the letter")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    with county.inside():
        notice = write(county, to_school=False)
    send_notice.run(county.authority.pk, notice.pk)
    with county.inside():
        notice.refresh_from_db()
        assert notice.problem == NOT_REACHED
