"""Asking the county and being answered, to one or to all: who may, what holds, what never changes (S6)."""

from __future__ import annotations

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError, ProgrammingError

from reports import needs
from teams.actions import guidance as said
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.tenancy import authority_scope
from teams.models import AuditEvent, CountyQuestion, Guidance, GuidanceWithdrawn, Notice, Place
from teams.panels import county_says
from tests.factories.authorities import NOW, TODAY
from tests.factories.visits import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
QUESTION = "May a worker begin before the cost is signed?"


@pytest.fixture
def clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def county(fenshire):
    with fenshire.inside():
        yield fenshire


def ask(county, words=QUESTION, *, who="manager", place=Place.MONEY, at=NOW) -> CountyQuestion:
    return CountyQuestion.ask(words, place=place, by=county.as_(who), at=at)


def answer_all(county, question, words="Yes, under last year’s way of working.", *, starts_on=TODAY, at=NOW):
    return said.answer_for_all(
        question, words, place=question.place, starts_on=starts_on, by=county.as_("senior", at.date()), at=at
    )


class TestAsking:
    def test_managers_and_senior_practitioners_ask_and_nobody_else(self, county):
        assert ask(county).is_open
        for who in ("worker", "admin", "finance", "auditor", "senior", "head", "lead"):
            with pytest.raises(NotAllowed):
                ask(county, who=who)

    def test_a_fourth_open_question_is_refused_in_plain_words(self, county):
        first, *_ = [ask(county, f"Question {number}") for number in range(3)]
        with pytest.raises(Refusal, match="3 questions of yours are open. Take one of them back"):
            ask(county)
        first.take_back(by=county.as_("manager"), at=NOW)
        assert ask(county).number == first.number
        assert ask(county, who="other_manager").is_open, "each manager has three of her own"

    def test_a_press_twice_asks_once_and_is_answered_alike(self, county, client_for):
        client, said = client_for(county, "manager"), {"place": Place.MONEY, "text": QUESTION}
        for _ in range(2):
            assert client.post("/fenshire/ask-the-county/", said).status_code == 302
        assert CountyQuestion.objects.count() == 1
        assert client.post("/fenshire/ask-the-county/", said | {"place": Place.SCHOOLS}).status_code == 302
        assert CountyQuestion.objects.count() == 2

    def test_nobody_but_the_asker_takes_it_back_or_reads_the_answer(self, county):
        question = ask(county)
        for who in ("other_manager", "senior", "admin"):
            with pytest.raises(NotAllowed):
                question.take_back(by=county.as_(who), at=NOW)
        question.answer(text="Yes.", person=county.people["senior"], by=county.as_("senior"), at=NOW)
        with pytest.raises(NotAllowed):
            question.read(by=county.as_("senior"), at=NOW)

    def test_asking_mails_nobody(self, county):
        ask(county)
        assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_no_fourth_question_comes_through(fenshire):
    with fenshire.inside():
        ask(fenshire), ask(fenshire)
    refused: list[str] = []

    def press() -> None:
        try:
            with authority_scope(fenshire.authority.pk):
                ask(fenshire)
        except Refusal as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    presses = [threading.Thread(target=press) for _ in range(2)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    with fenshire.inside():
        assert CountyQuestion.objects.open().count() == 3
    assert refused == ["three_open"]


class TestAnswering:
    def test_only_senior_managers_answer(self, county):
        question = ask(county)
        for who in ("manager", "other_manager", "admin", "auditor"):
            with pytest.raises(NotAllowed):
                question.answer(text="Yes.", person=county.people[who], by=county.as_(who), at=NOW)
            with pytest.raises(NotAllowed):
                said.answer_for_all(
                    question, "Yes.", place="money", starts_on=TODAY, by=county.as_(who), at=NOW
                )  # fmt: skip

    def test_is_done_once(self, county):
        question = ask(county)
        answer_all(county, question)
        with pytest.raises(Refusal, match="answered or taken back already"):
            question.answer(text="No.", person=county.people["senior"], by=county.as_("senior"), at=NOW)
        assert Guidance.objects.count() == 1

    def test_to_one_is_read_by_her_and_senior_managers_alone(self, county):
        question = ask(county)
        question.answer(text="Yes.", person=county.people["senior"], by=county.as_("senior"), at=NOW)
        readers = {who for who in county.people if CountyQuestion.objects.visible_to(county.as_(who)).exists()}
        assert readers == {"manager", "senior"}
        assert not Guidance.objects.exists()

    def test_both_verbs_are_in_the_audit_without_a_word(self, county):
        answer_all(county, ask(county))
        events = list(AuditEvent.objects.order_by("pk"))[-3:]
        assert [event.verb for event in events] == ["countyquestion.ask", "guidance.publish", "countyquestion.answer"]
        assert not any(QUESTION in str(vars(event)) for event in events)

    def test_the_usual_days_are_the_middle_of_the_last_year_in_working_days(self, county):
        assert said.usual_days(NOW) is None
        for days in (1, 6, 8):  # the day before; Wednesday last; Monday last week
            question = ask(county, at=NOW - timedelta(days=days))
            question.answer(text="Yes.", person=county.people["senior"], by=county.as_("senior"), at=NOW)
        old = ask(county, at=NOW - timedelta(days=600))
        old.answer(text="Yes.", person=county.people["senior"], by=county.as_("senior"), at=NOW - timedelta(days=400))
        assert said.usual_days(NOW) == 4


class TestWhatTheCountySays:
    def test_holds_from_its_day(self, county):
        made = answer_all(county, ask(county), starts_on=TODAY + timedelta(days=3))
        assert not Guidance.objects.holding(TODAY).exists()
        assert list(Guidance.objects.coming(TODAY)) == [made]
        assert list(Guidance.objects.holding(TODAY + timedelta(days=3))) == [made]

    def test_a_day_in_the_past_is_refused(self, county):
        with pytest.raises(Refusal, match="from today or a later day"):
            answer_all(county, ask(county), starts_on=TODAY - timedelta(days=1))

    def test_a_newer_one_takes_its_place_from_its_day(self, county):
        before = answer_all(county, ask(county))
        later = TODAY + timedelta(days=10)
        newer = said.put_newer(before, "No longer.", starts_on=later, by=county.as_("senior"), at=NOW)
        assert list(Guidance.objects.holding(later - timedelta(days=1))) == [before]
        assert list(Guidance.objects.holding(later)) == [newer]
        assert newer.place == before.place
        with pytest.raises(Refusal, match="something newer stands"):
            said.put_newer(before, "Twice.", starts_on=later, by=county.as_("senior"), at=NOW)

    def test_what_was_withdrawn_before_its_day_took_no_place(self, county):
        before = answer_all(county, ask(county))
        later = TODAY + timedelta(days=10)
        newer = said.put_newer(before, "No longer.", starts_on=later, by=county.as_("senior"), at=NOW)
        said.withdraw(newer, "A mistake.", by=county.as_("senior"), at=NOW)
        assert list(Guidance.objects.holding(later)) == [before]
        assert said.stands(before, TODAY)

    def test_withdrawn_with_a_reason_it_holds_no_more_and_stays_to_be_read(self, county):
        made = answer_all(county, ask(county))
        with pytest.raises(Refusal, match="Say why"):
            said.withdraw(made, " ", by=county.as_("senior"), at=NOW)
        said.withdraw(made, "The rule has changed.", by=county.as_("senior"), at=NOW)
        assert not Guidance.objects.holding(TODAY).exists()
        assert Guidance.objects.filter(pk=made.pk).exists()
        with pytest.raises(Refusal, match="does not say this any more"):
            said.withdraw(made, "Again.", by=county.as_("senior"), at=NOW)

    @pytest.mark.parametrize("change", ["UPDATE teams_guidance SET text = 'Else'", "DELETE FROM teams_guidance"])
    def test_is_never_edited_and_never_deleted(self, county, change):
        answer_all(county, ask(county))
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)

    def test_is_published_and_withdrawn_by_senior_managers_alone(self, county):
        made = answer_all(county, ask(county))
        for who in ("manager", "admin", "worker"):
            with pytest.raises(NotAllowed):
                said.put_newer(made, "No.", starts_on=TODAY, by=county.as_(who), at=NOW)
            with pytest.raises(NotAllowed):
                said.withdraw(made, "No.", by=county.as_(who), at=NOW)
        assert not GuidanceWithdrawn.objects.exists()

    def test_stands_on_the_pages_of_its_place_and_on_no_other(self, county):
        answer_all(county, ask(county, place=Place.REVIEWS))
        request = SimpleNamespace(principal=county.as_("worker"))
        shown = {place for place in Place.values if county_says(request, place)}
        assert shown == {"reviews"}
        asks = SimpleNamespace(principal=county.as_("manager"))
        assert all(county_says(asks, place) for place in Place.values), "who may ask finds the way on every page"
        assert county_says(SimpleNamespace(principal=county.as_("head")), "reviews") is None


class TestWhatWaits:
    def test_is_one_line_for_who_answers_however_many(self, county):
        for number in range(3):
            ask(county, f"Question {number}", at=NOW - timedelta(days=number))
        [group] = needs.waiting(county.as_("senior"), county.authority)
        [line] = [each for each in group.needs if each.page == "asked_of_us"]
        assert line.what == "Answer what managers ask: 3 questions wait"
        assert line.since == NOW - timedelta(days=2)

    def test_is_a_line_for_who_asked_until_she_has_read_it(self, county):
        question = ask(county)

        def lines() -> list[str]:
            [group] = needs.waiting(county.as_("manager"), county.authority)
            return [each.what for each in group.needs if each.page == "county_question"]

        assert lines() == []
        answer_all(county, question)
        assert lines() == [f"{county.people['senior'].name} has answered: “{QUESTION}”"]
        question.read(by=county.as_("manager"), at=NOW)
        assert lines() == []


class TestThePages:
    def test_the_way_from_a_question_to_guidance(self, county, client_for):
        manager, senior = client_for(county, "manager"), client_for(county, "senior")
        assert "May a worker" not in text(manager.get("/fenshire/home/"))
        page = text(manager.get("/fenshire/ask-the-county/?place=money"))
        assert "Write no child’s name" in page
        sent = manager.post("/fenshire/ask-the-county/", {"place": "money", "text": QUESTION})
        assert sent.status_code == 302
        question = CountyQuestion.objects.get()
        address = f"/fenshire/asked-of-us/{question.public_id}/"
        assert "1 question waits" in text(senior.get("/fenshire/waiting/"))
        assert QUESTION in text(senior.get("/fenshire/asked-of-us/"))
        said_all = {"text": "Yes.", "to": "all", "place": "money"}
        day = {"starts_on_day": "8", "starts_on_month": "9", "starts_on_year": "2026"}
        assert senior.post(address, said_all).status_code == 422, "a day is asked for"
        assert senior.post(address, said_all | day).status_code == 302
        assert "has answered" in text(manager.get("/fenshire/home/"))
        assert "I have read it" in text(manager.get(address))
        assert manager.post(f"{address}read/").status_code == 302
        assert "has answered" not in text(manager.get("/fenshire/home/"))
        for who in ("worker", "finance", "other_manager"):
            assert "Yes." in text(client_for(county, who).get("/fenshire/guidance/?q=yes"))
        assert "Yes." in text(client_for(county, "worker").get("/fenshire/agreements/"))

    def test_a_refused_answer_keeps_what_was_typed(self, county, client_for):
        question = ask(county)
        senior = client_for(county, "senior")
        address = f"/fenshire/asked-of-us/{question.public_id}/"
        answer_all(county, question)
        late = senior.post(address, {"text": "My long answer", "to": "one"})
        assert late.status_code == 409
        assert "My long answer" in text(late)
        assert "Yes, under last year’s way of working." in text(late)

    def test_an_auditor_sees_that_it_was_asked_and_no_word_of_it(self, county, client_for):
        ask(county)
        question = ask(county, "And another thing?")
        question.answer(text="A secret answer.", person=county.people["senior"], by=county.as_("senior"), at=NOW)
        page = text(client_for(county, "auditor").get("/fenshire/asked-of-us/"))
        assert county.people["manager"].name in page
        for words in (QUESTION, "another thing", "secret answer"):
            assert words not in page

    @pytest.mark.parametrize(("who", "address"), [("senior", "asked-of-us/"), ("manager", "ask-the-county/"), ("worker", "guidance/")])  # fmt: skip
    def test_a_list_keeps_its_budget_at_two_sizes(self, county, client_for, queries, who, address):
        for number in range(2):
            answer_all(county, ask(county, f"First {number}"))
        client = client_for(county, who)
        with queries() as few:
            client.get(f"/fenshire/{address}")
        for number in range(20):
            answer_all(county, ask(county, f"More {number}"))
        ask(county)
        with queries() as many:
            client.get(f"/fenshire/{address}")
        assert len(many) == len(few) <= 12, many
