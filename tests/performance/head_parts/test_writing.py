"""What a head types is kept, sent once, and read from the day that she was told (H5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from performance.actions import evidence
from performance.models import HeadPart
from schools.models import NextYear
from teams.models import AuditEvent
from tests.factories.authorities import LONDON
from tests.factories.reviews import IN_JUNE
from tests.factories.visits import text as main_text
from tests.performance.head_parts.part import ALL, as_it_is, code_of, drafts, proved


def test_stopping_and_coming_back_needs_the_mailbox_once_and_loses_nothing(opened, client, reviewed, asked):
    answer = client.post(opened, ALL | {"press": "save"})
    assert "six-figure code" in answer.content.decode()
    assert not drafts(reviewed)  # nothing is kept for who has not shown that the mailbox is theirs
    assert "Mornings at the gate." in answer.content.decode()  # it travels along
    assert client.post(opened, ALL | {"press": "save", "code": code_of(reviewed)}).status_code == 302
    assert "Mornings at the gate." in client.get(opened).content.decode()
    assert as_it_is(reviewed, asked).status == HeadPart.Status.ASKED
    stranger = type(client)()
    page = stranger.get(opened).content.decode()
    assert "Mornings at the gate." not in page
    assert "You wrote something before." in page
    proved(reviewed, stranger, opened)
    assert "Mornings at the gate." in stranger.get(opened).content.decode()


def test_what_is_sent_is_kept_once_and_the_link_says_so(opened, client, reviewed, asked):
    proved(reviewed, client, opened)
    assert client.post(opened, ALL).status_code == 302
    now = as_it_is(reviewed, asked)
    assert (now.status, now.difference, now.expected, now.comes) == ("given", ALL["difference"], "mostly", True)
    assert not drafts(reviewed)
    text = main_text(client.get(opened))
    assert "Thank you: your part is sent" in text
    assert "reads it from 15 June 2027" in text
    again = client.post(opened, ALL | {"difference": "Something else"})
    assert again.status_code == 409
    assert "Something else" in main_text(again), "It is not sent, and comes back."
    assert as_it_is(reviewed, asked).difference == ALL["difference"]


@pytest.mark.parametrize(
    ("left_out", "says"),
    [
        ({"expected": ""}, "Choose whether the service was what you expected"),
        ({"expected": "no"}, "Say in a few words what you had expected."),
        ({"next_year": ""}, "Choose what next year looks like from here"),
    ],
)
def test_what_is_missing_is_said_beside_its_box_and_nothing_typed_is_lost(
    opened, client, asked, left_out, says, reviewed
):
    proved(reviewed, client, opened)
    answer = client.post(opened, ALL | left_out)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "A group for Year 5." in answer.content.decode()
    assert as_it_is(reviewed, asked).status == HeadPart.Status.ASKED
    with reviewed.inside():
        assert not NextYear.objects.exists()
    assert "A group for Year 5." in client.get(opened).content.decode()


def test_what_was_said_in_supervision_is_used_with_one_press_and_sends_nothing(
    opened, client, reviewed, asked, monkeypatch
):
    from performance.actions import the_year

    said = [the_year.Said(date(2026, 11, 10), "Mostly", "Mondays were hard to cover")]
    monkeypatch.setattr(the_year, "said_before", lambda *_, **__: said)
    assert "Mondays were hard" not in client.get(opened).content.decode()  # not before the mailbox is proved
    proved(reviewed, client, opened)
    assert "Mondays were hard to cover" in client.get(opened).content.decode()
    answer = client.post(opened, ALL | {"press": "use-0"})
    assert "A group for Year 5.&#10;Mondays were hard to cover" in answer.content.decode()
    assert as_it_is(reviewed, asked).status == HeadPart.Status.ASKED


def test_typed_here_and_somewhere_else_both_stand_in_full(opened, client, reviewed, asked):
    proved(reviewed, client, opened)
    client.post(opened, ALL | {"press": "save", "draft_revision": "0"})
    other = client.post(opened, ALL | {"press": "save", "draft_revision": "0", "wishes": "Less of it"})
    assert other.status_code == 409
    page = other.content.decode()
    assert "Less of it" in page
    assert "A group for Year 5." in page
    assert as_it_is(reviewed, asked).status == HeadPart.Status.ASKED


def test_the_worker_reads_it_from_the_day_that_the_head_was_told(opened, client, client_for, reviewed, asked, clock):
    proved(reviewed, client, opened)
    client.post(opened, ALL)
    page = f"/fenshire/reviews/parts/{asked.public_id}/"
    worker, manager, deputy = (client_for(reviewed, who) for who in ("worker", "manager", "other_manager"))
    assert manager.get(page).status_code == 200
    assert worker.get(page).status_code == 404
    assert deputy.get(page).status_code == 404
    clock(datetime(2027, 6, 15, 8, 0, tzinfo=LONDON))
    worker, manager = (client_for(reviewed, who) for who in ("worker", "manager"))
    text = main_text(worker.get(page))
    assert "Mornings at the gate." in text
    assert "Don’t know yet" not in text  # her manager tells her that herself
    assert "Don’t know yet" in main_text(manager.get(page))
    with reviewed.inside():  # nor is it in what the review uses
        asked.refresh_from_db()
        assert "Don’t know yet" not in str(evidence.of_head(asked).lines)


def test_dont_know_and_cannot_are_to_be_rung_and_a_later_answer_stands_on_top(
    opened, client, client_for, reviewed, asked, clock
):
    proved(reviewed, client, opened)
    client.post(opened, ALL | {"next_year": "cannot"})
    with reviewed.inside():
        said = NextYear.objects.get()
    # The third school day: half-term lies between.
    assert (said.answer, said.ring_by, said.school_year) == ("cannot", date(2027, 6, 9), 2027)
    manager, senior = client_for(reviewed, "manager"), client_for(reviewed, "senior")
    assert "Ring " in main_text(manager.get("/fenshire/waiting/"))
    assert "cannot keep its worker next year" in main_text(senior.get("/fenshire/waiting/"))
    page = f"/fenshire/next-year/{said.public_id}/"
    with reviewed.inside():
        asked.refresh_from_db()
    for address in (page, f"/fenshire/reviews/parts/{asked.public_id}/"):
        assert "Cannot" in main_text(manager.get(address))
    for who in ("worker", "head"):
        client_for(reviewed, who).get(f"/fenshire/reviews/parts/{asked.public_id}/")
    with reviewed.inside():
        looks = list(AuditEvent.objects.filter(verb="nextyear.read").values_list("subject_ids", "denied"))
    assert looks == [([said.public_id], False)] * 2, "Each look of the council's side is one event, and nobody else's."
    assert manager.post(page, {"heard": "", "answer": "keep"}).status_code == 422
    assert client_for(reviewed, "worker").get(page).status_code == 404
    assert manager.post(page, {"heard": "The governors found the money.", "answer": "keep"}).status_code == 302
    with reviewed.inside():
        assert [each.answer for each in NextYear.objects.order_by("pk")] == ["cannot", "keep"]
    clock(IN_JUNE + timedelta(minutes=1))
    assert "about next year" not in main_text(manager.get("/fenshire/waiting/"))
    assert "cannot keep" not in main_text(senior.get("/fenshire/waiting/"))


def test_dont_know_is_told_to_the_senior_manager_when_the_budget_date_is_twenty_school_days_off(county, clock):
    from schools.actions import next_year

    by = county.as_("manager", date(2027, 2, 1))
    next_year.say(
        county.placement, "unknown", words="", person=county.people["head"], school_year=2027, by=by,
        at=datetime(2027, 2, 1, 9, 0, tzinfo=LONDON),
    )  # fmt: skip
    days = [date(2027, 4, 1) + timedelta(days=n) for n in range(60)]
    told = [day for day in days if NextYear.objects.for_senior_managers(day).exists()]
    assert told[0] == date(2027, 4, 29)  # 20 school days before 31 May, the first Monday of May left out
    assert told[-1] == days[-1]


def test_a_head_with_an_account_finds_it_waiting_and_goes_on_where_the_link_stopped(
    opened, client, client_for, reviewed, asked
):
    proved(reviewed, client, opened)
    client.post(opened, ALL | {"press": "save"})
    head = client_for(reviewed, "head")
    assert "Your part in" in main_text(head.get("/fenshire/waiting/"))
    page = f"/fenshire/reviews/parts/{asked.public_id}/"
    assert "Mornings at the gate." in head.get(page).content.decode()
    assert head.post(page, ALL | {"draft_revision": "1"}).status_code == 302
    assert "The part of" in main_text(head.get(page))
    assert "Your part in" not in main_text(head.get("/fenshire/waiting/"))
    assert client_for(reviewed, "other_head").get(page).status_code == 404
    assert client_for(reviewed, "lead").get(page).status_code == 404
