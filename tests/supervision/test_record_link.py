"""Agreed by a link (H3): nothing of it before the mailbox is proved, one answer, and final without one in the end."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core import mail as outbox

from reports.needs import together
from schools.models import SchoolContact
from supervision.actions import agreeing
from supervision.actions.sessions import finish
from supervision.models import Session
from supervision.tasks import follow_up
from teams.foundation import mail
from teams.foundation.access import system
from teams.foundation.links import Link
from teams.models import Person
from tests.factories.authorities import LONDON
from tests.factories.visits import text
from tests.reports.stories import add_terms
from tests.supervision.kept_records import record
from tests.supervision.stories import AFTER, finishing, said

WORDS = "Comes in by the front door"
SECRET = "She is looking for another post"


@pytest.fixture
def sent(county):
    """Not agreed in the room by the school: sent on 10 November."""
    add_terms(county)
    words = said(county, **{"said-school": ""})
    made = finish(county.visit, finishing(words, [["wellbeing", SECRET]]), by=county.as_("manager"), at=AFTER)
    agreeing.complete_and_send(made, {}, by=county.as_("manager"), at=AFTER)
    return Session.objects.for_page().get(pk=made.pk)


@pytest.fixture
def opened(county, sent, client, clock):
    link, token = Link.make(purpose="session.agree", subject=sent, person=county.people["lead"], at=AFTER)
    clock(AFTER)
    return f"/fenshire/l/{token}/"


@pytest.fixture
def clock(monkeypatch):
    def at(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return at


def prove(client, address) -> None:
    client.post(address, {"press": "open"})
    code = mail.Notice.objects.filter(kind="code").latest("pk").words["code"]
    assert client.post(address, {"press": "open", "code": code}).status_code == 302


def test_looking_shows_no_word_and_changes_nothing_until_the_mailbox_is_proved(opened, client, sent):
    page = client.get(opened).content.decode()
    assert WORDS not in page
    assert "J. B." not in page
    client.post(opened, {"press": "answer", "answer": "accurate"})
    sent.refresh_from_db()
    assert sent.status == Session.Status.TO_AGREE
    prove(client, opened)
    page = client.get(opened).content.decode()
    assert WORDS in page
    assert SECRET not in page


def test_one_answer_makes_it_final_and_the_link_says_what_was_answered(opened, client, sent):
    prove(client, opened)
    refused = client.post(opened, {"press": "answer", "answer": "not_accurate", "words": ""})
    assert refused.status_code == 422
    assert "Say what is not accurate" in refused.content.decode()
    line = client.post(opened, {"press": "answer", "answer": "not_accurate", "line-action-1": "We said Thursday"})
    assert line.status_code == 302
    sent.refresh_from_db()
    assert (sent.status, sent.final_because) == (Session.Status.FINAL, Session.Because.ALL_ANSWERED)
    page = client.get(opened).content.decode()
    assert "you said it is not accurate" in page
    again = client.post(opened, {"press": "answer", "answer": "accurate"})
    assert again.status_code == 200
    assert sent.people.get(part="school").answer == "not_accurate"


def test_a_link_from_last_year_leads_to_a_new_one(opened, client, clock, county):
    clock(AFTER + timedelta(days=400))
    page = client.get(opened).content.decode()
    assert "no longer works" in page
    assert WORDS not in page
    county.authority.refresh_from_db()
    assert "A new link is on its way" in client.post(opened, {"press": "new_link"}).content.decode()


def on_day(day: int, hour: int = 6) -> datetime:
    return datetime(2026, 11, day, hour, 40, tzinfo=LONDON)


def followed_up(sent: Session, day: int) -> str:
    by = system("follow_up", today=AFTER.date())
    return agreeing.follow_up(Session.objects.for_page().get(pk=sent.pk), by=by, at=on_day(day))


def mailed(at: datetime) -> None:
    """What waits about records has left."""
    waiting = mail.Notice.objects.filter(state=mail.Notice.State.WAITING, kind__startswith="session_")
    waiting.update(state=mail.Notice.State.SENT, sent_at=at)


def lines(county, day: int) -> list[str]:
    """What her first page says is to be rung."""
    by = county.as_("manager", on_day(day).date())
    return [need.what for need in together.of_council(by) if need.page == "session_rung"]


def test_a_school_to_which_no_mail_has_left_is_not_called_silent_and_its_manager_is_told(county, sent):
    assert [followed_up(sent, day) for day in (17, 24, 27)] == ["", "", ""], "It still waits to be sent."
    assert [len(lines(county, day)) for day in (16, 17)] == [0, 1]
    mail.Notice.objects.filter(kind__startswith="session_").delete()  # an address of less than a day, say
    assert followed_up(sent, 27) == "asked"
    mailed(on_day(27, 8))
    assert [followed_up(sent, day) for day in (28, 30)] == ["", ""]
    assert lines(county, 30) == []
    sent.refresh_from_db()
    assert sent.status == Session.Status.TO_AGREE


def test_a_school_whose_mails_came_back_is_rung_and_what_it_says_stands_as_said_by_telephone(
    county, sent, client_for, clock
):
    page = f"/fenshire/supervision/records/{sent.public_id}/"
    theirs = mail.Notice.objects.filter(kind="session_to_agree")
    for day in (11, 12):
        mailed(on_day(day))
        theirs.update(state=mail.Notice.State.FAILED, address=county.people["lead"].email)
        followed_up(sent, day)
    theirs.update(state=mail.Notice.State.FAILED, address=county.people["lead"].email)
    assert [followed_up(sent, day) for day in (13, 24, 30)] == ["", "", ""]
    assert len(lines(county, 13)) == 1
    clock(on_day(13, 10))
    manager = client_for(county, "manager")
    assert "no mail has reached them" in manager.get(page).content.decode()
    for answers, refused in (({}, "Choose what came of it"), ({"came_of": "not_accurate"}, "Say what is not accurate"),
                             ({"came_of": "not_reached"}, "until ten school days")):  # fmt: skip
        again = manager.post(page + "rung/", answers)
        assert (again.status_code, refused in again.content.decode()) == (422, True)
    said = {"came_of": "not_accurate", "words": "We said Thursday, not Tuesday"}
    assert manager.post(page + "rung/", said).status_code == 302
    sent.refresh_from_db()
    assert (sent.status, sent.final_because) == (Session.Status.FINAL, Session.Because.ALL_ANSWERED)
    for copy in sent.copies.all():
        row = next(each for each in copy.snapshot["people"] if each["part"] == "School")
        assert (row["answer"], row["words"]) == ("Not accurate, by telephone", said["words"])
    assert "Not accurate, by telephone" in manager.get(page).content.decode()
    assert manager.post(page + "rung/", said).status_code == 302, "A second press changes nothing."
    assert lines(county, 13) == []


def test_a_school_that_nobody_reached_is_named_so_and_never_as_silent(county, sent, client_for, clock):
    sent.people.filter(part="school").update(person=None, name="Someone Else")
    assert [followed_up(sent, day) for day in (17, 24, 30)] == ["", "", ""], "There is nobody to write to."
    assert lines(county, 11) == [f"Ring Someone Else: the record waits at {county.oakfield.name}"]
    clock(on_day(24, 10))
    page = f"/fenshire/supervision/records/{sent.public_id}/"
    assert client_for(county, "manager").post(page + "rung/", {"came_of": "not_reached"}).status_code == 302
    sent.refresh_from_db()
    assert (sent.status, sent.state_in_words) == (Session.Status.FINAL, "Final, school was not reached")
    for copy in sent.copies.all():
        assert copy.snapshot["final_because"] == "School was not reached"
        assert [each["answer"] for each in copy.snapshot["people"] if each["part"] == "School"] == ["Not reached"]


def test_a_school_that_a_mail_has_reached_answers_itself(county, sent, client_for, clock):
    mailed(AFTER)
    clock(on_day(24, 10))
    page = f"/fenshire/supervision/records/{sent.public_id}/rung/"
    manager = client_for(county, "manager")
    assert manager.get(page).status_code == 302
    assert manager.post(page, {"came_of": "accurate"}).status_code == 302
    sent.refresh_from_db()
    assert sent.status == Session.Status.TO_AGREE


def test_a_record_says_that_the_worker_was_silent_where_it_was_the_worker(county, sent):
    sent.people.filter(part="school").update(answer="accurate", how="link", answered_at=AFTER)
    sent.people.filter(part="worker").update(answer="", how="", answered_at=None)
    assert followed_up(sent, 24) == "final"
    sent.refresh_from_db()
    assert sent.state_in_words == "Final, worker did not answer"


def test_a_record_goes_round_though_who_was_there_for_the_school_has_an_address_of_less_than_a_day(county):
    add_terms(county)
    words = said(county, **{"said-school": ""})
    made = finish(county.visit, finishing(words), by=county.as_("manager"), at=AFTER)
    Person.objects.filter(pk=county.people["lead"].pk).update(address_changed_at=AFTER - timedelta(hours=1))
    assert agreeing.complete_and_send(made, {}, by=county.as_("manager"), at=AFTER) is False
    assert followed_up(Session.objects.get(pk=made.pk), 12) == "asked"


def test_reminded_once_after_five_school_days_and_final_after_ten(county, sent):
    mailed(AFTER)

    def on(day: int) -> str:
        done = followed_up(sent, day)
        mailed(on_day(day, 8))
        return done

    assert [on(day) for day in (11, 16, 17, 18, 23)] == ["", "", "reminded", "", ""]
    assert on(24) == "final"
    sent.refresh_from_db()
    assert sent.state_in_words == "Final, school did not answer"
    assert on(25) == ""


def test_the_mails_carry_no_word_of_the_record(county, sent):
    for notice in mail.Notice.objects.select_related("person").filter(kind__startswith="session_"):
        notice.address, notice.authority = notice.person.email, county.authority
        if notice.purpose:
            notice.link, _ = Link.make(purpose=notice.purpose, subject=sent, person=notice.person, at=AFTER)
        mail.deliver(notice, "token" if notice.purpose else "")
    texts = " ".join(f"{letter.subject} {letter.body}" for letter in outbox.outbox)
    assert outbox.outbox
    for word in (WORDS, SECRET, "J. B.", "Mornings", "room key", "10 November"):
        assert word not in texts


def test_who_speaks_for_the_school_no_longer_is_not_silent_and_the_manager_is_told(county, sent, client_for, clock):
    mailed(on_day(12, 8))
    row = sent.people.get(part="school")
    SchoolContact.objects.filter(person=row.person).update(ends_on=on_day(16).date())
    assert lines(county, 16) == []
    assert [followed_up(sent, day) for day in (19, 24, 30)] == ["", "", ""], "The link opens nothing for them."
    sent.refresh_from_db()
    assert sent.status == Session.Status.TO_AGREE
    assert len(lines(county, 17)) == 1
    clock(on_day(17, 9))
    page = text(client_for(county, "manager").get(f"/fenshire/supervision/records/{sent.public_id}/"))
    assert f"does not speak for {county.oakfield.name} any more" in page


def test_the_trouble_of_one_record_is_not_the_others(county, clock, broken, caplog):
    add_terms(county)
    first, second, third = (
        record(county.placement, on, present=False, in_room=False)
        for on in (date(2026, 10, 6), date(2026, 12, 1), date(2027, 1, 12))
    )
    clock(datetime(2027, 3, 1, 6, 40, tzinfo=LONDON))
    with broken('UPDATE "supervision_session"', second.pk), caplog.at_level("ERROR"):
        follow_up()
    rows = dict(Session.objects.values_list("pk", "status"))
    assert [rows[each.pk] for each in (first, second, third)] == ["final", "to_agree", "final"]
    (line,) = caplog.records
    assert line.getMessage() == f"record {second.public_id} was not followed up for authority {county.authority.pk}"
    follow_up()  # tomorrow it is tried again
    assert not Session.objects.exclude(status="final").exists()
