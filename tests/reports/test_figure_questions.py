"""Asking about a figure (journey S1): who asks whom, who reads it, where it shows and where it never does."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.models import YoungPerson
from reports.measures.registry import BY_CODE
from reports.models import FigureQuestion
from reports.needs import promises
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.school_hours import is_working_day
from teams.models import AuditEvent, Commitment, Membership, Notice, Occasion, Team
from teams.rules.asked import working_day_on, working_days
from tests.factories.authorities import NOW, TODAY
from tests.reports.figure_question_stories import (
    ANSWER,
    DUE,
    QUESTION,
    action,
    address,
    answer,
    ask,
    asked_by_senior,
    home,
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


class TestWhoIsAsked:
    def test_the_manager_of_the_team_by_name_five_working_days_on(self, county, client_for):
        page = text(client_for(county, "senior").get(address(county)), 200)
        assert "Ask about this" in page
        assert "Mira Fenshire, East 1 team Fenshire" in page
        assert "Otto" not in page
        for box, value in (("day", "15"), ("month", "9"), ("year", "2026")):
            assert re.search(rf'name="due_on_{box}"[^>]*value="{value}"', page), box

    def test_at_an_area_every_manager_of_its_teams(self, county, client_for):
        page = text(client_for(county, "senior").get(address(county, place="area")), 200)
        assert "Mira Fenshire, East 1 team" in page
        assert "Otto Fenshire, West 1 team" in page
        assert ask(county, client_for(county, "senior"), place="area", whom="other_manager").status_code == 302
        with county.inside():
            question = FigureQuestion.objects.get()
            assert question.asked_of == county.people["other_manager"]
            assert question.area == county.rows["area"]

    def test_of_the_whole_county_a_place_is_asked_for_first(self, county, client_for):
        senior = client_for(county, "senior")
        page = text(senior.get("/fenshire/figures/posts-filled/"), 200)
        assert "Choose an area or a team above" in page
        response = senior.post("/fenshire/figures/posts-filled/", {"text": QUESTION})
        assert response.status_code == 422
        assert "Ask about this" not in text(senior.get("/fenshire/figures/next-notice-date/"), 200)

    def test_where_nobody_manages_there_is_no_form_and_somebody_to_go_to(self, county, client_for):
        with county.inside():
            Membership.objects.filter(team=county.team, role=Role.TEAM_MANAGER).update(
                ends_on=TODAY - timedelta(days=1)
            )
        senior = client_for(county, "senior")
        page = text(senior.get(address(county)), 200)
        assert (
            "Nobody manages East 1 team Fenshire today, so there is nobody to ask. Ada Fenshire can say who does"
            in page
        )
        assert 'name="text"' not in page
        assert ask(county, senior).status_code == 422
        with county.inside():
            assert not FigureQuestion.objects.exists()

    def test_nobody_is_asked_who_is_not_the_manager_there_now(self, county, client_for):
        senior = client_for(county, "senior")
        for whom in ("other_manager", "worker", "senior"):
            page = text(ask(county, senior, whom=whom), 422)
            assert "Who manages here has changed" in page
            assert QUESTION in page, "what was typed stays"

    def test_what_is_counted_by_area_is_told_of_the_teams_area_and_named_so(self, county, client_for):
        page = text(client_for(county, "senior").get(address(county, "schools-with-a-worker")), 200)
        assert "Figure, East 1 Fenshire, 8 September 2026" in page


class TestAsking:
    def test_it_becomes_an_action_between_the_two_with_a_date(self, county, asked):
        with county.inside():
            promise = Commitment.objects.with_people().get(occasion=asked.occasion)
            assert (promise.text, promise.due_on, promise.audience) == (QUESTION, DUE, "two")
            assert promise.promised_by == county.people["manager"]
            assert promise.occasion.kind == "figure"
            assert {each.person for each in promise.occasion.attendees.all()} == {
                county.people["manager"], county.people["senior"],
            }  # fmt: skip

    def test_it_carries_the_figure_as_it_was_read_then(self, county, asked, client_for):
        with county.inside():
            before = asked.kept["number"]
            county.rows["post 1"].employments.all().delete()
        page = text(client_for(county, "manager").get(action(asked)), 200)
        assert f'alongside-answer__number">{before} ' in page
        assert "Team strength, East 1 team Fenshire, 8 September 2026" in page

    def test_a_sum_of_money_is_told_to_nobody_here(self, county, client_for):
        senior = client_for(county, "senior")
        assert ask(county, senior, "money-by-fund").status_code == 302
        with county.inside():
            question = FigureQuestion.objects.with_promises().get()
        for who in ("manager", "senior"):
            page = text(client_for(county, who).get(action(question)), 200)
            assert "£" not in page
            assert "It is a sum of money" in page

    @pytest.mark.parametrize(
        ("typed", "says"),
        [({"words": ""}, "Write your question"), ({"due": date(2026, 9, 7)}, "by today or a later day"), ({"due": date(2028, 9, 8)}, "until 8 September 2027")],
    )  # fmt: skip
    def test_what_is_missing_is_said_beside_the_box_and_what_was_typed_stays(self, county, client_for, typed, says):
        page = text(ask(county, client_for(county, "senior"), **{"words": QUESTION} | typed), 422)
        assert says in page
        assert "There is a problem" in page
        assert typed.get("words", QUESTION) in page
        with county.inside():
            assert not Occasion.objects.filter(kind="figure").exists()

    def test_pressed_twice_it_is_asked_once(self, county, asked, client_for):
        senior = client_for(county, "senior")
        assert ask(county, senior).status_code == 302
        with county.inside():
            assert FigureQuestion.objects.count() == 1
        assert ask(county, senior, words="And since when?").status_code == 302
        answer(asked, client_for(county, "manager"))
        assert ask(county, senior).status_code == 302
        with county.inside():
            assert FigureQuestion.objects.count() == 3, "another question, and the same one after its answer"

    def test_no_manager_works_out_another_teams_few_from_what_she_is_asked_about(self, county, client_for):
        """She knows that ten are her own team's: of thirteen in the area three are left."""
        with county.inside():
            Team.objects.filter(pk=county.other_post.team_id).update(area=county.area)
            for worker, count in (("worker", 10), ("other_worker", 3)):
                YoungPerson.objects.bulk_create(
                    YoungPerson(
                        initials=f"{worker[0]}{number}", school=county.oakfield, worker=county.people[worker],
                        need="Coming to school", starts_on=date(2026, 8, 1),
                    )
                    for number in range(count)
                )  # fmt: skip
        senior = client_for(county, "senior")
        assert ">13<" in senior.get(address(county, "young-people-supported", "area")).content.decode().replace(
            "\n", ""
        )
        assert ask(county, senior, "young-people-supported", place="area").status_code == 302
        with county.inside():
            question = FigureQuestion.objects.with_promises().get()
        assert "13" not in str({name: said for name, said in question.kept.items() if name != "on"})
        page = text(client_for(county, "manager").get(action(question)), 200)
        assert not re.search(r"\b13\b", page)

    def test_nobody_but_a_senior_manager_asks(self, county, client_for):
        for who in ("manager", "practitioner", "finance", "worker", "admin", "auditor", "head"):
            assert ask(county, client_for(county, who)).status_code == 403, who
        for who in ("manager", "finance"):
            assert "Ask about this" not in text(
                client_for(county, who).get("/fenshire/figures/agreements-signed/"), 200
            )

    def test_it_is_in_the_audit_without_a_word_and_mails_nobody(self, county, asked, client_for):
        answer(asked, client_for(county, "manager"))
        client_for(county, "senior").post(f"/fenshire/figures/questions/{asked.public_id}/read/")
        with county.inside():
            events = list(AuditEvent.objects.filter(verb__in=("figurequestion.ask", "commitment.promise", "commitment.keep", "figurequestion.read")))  # fmt: skip
            assert {event.verb for event in events} >= {"figurequestion.ask", "commitment.keep", "figurequestion.read"}
            assert not any(words in str(vars(event)) for event in AuditEvent.objects.all() for words in (QUESTION, ANSWER))  # fmt: skip
            assert not Notice.objects.filter(made_at__gte=NOW, matter__contains="figure").exists()


class TestWhoReadsIt:
    def test_the_two_and_nobody_else(self, county, asked):
        for each in (asked, asked.promise, asked.occasion):
            with county.inside():
                rows = type(each).objects.filter(pk=each.pk)
                readers = {who for who in county.people if rows.visible_to(county.as_(who)).exists()}
            assert readers == {"senior", "manager"}, each

    def test_nobody_elses_page_opens_and_nobody_of_another_authority(self, county, moorland, asked, client_for):
        for who in sorted(set(county.people) - {"senior", "manager"}):
            assert client_for(county, who).get(action(asked)).status_code == 404, who
            for press in ("read", "back"):
                gone = client_for(county, who).post(f"/fenshire/figures/questions/{asked.public_id}/{press}/")
                assert gone.status_code == 404, who
        assert client_for(moorland, "senior").get(action(asked)).status_code == 404
        assert client_for(moorland, "senior").get(action(asked).replace("fenshire", "moorland")).status_code == 404

    def test_it_shows_at_the_figure_to_the_two_alone(self, county, asked, client_for):
        for who, shown in (("senior", True), ("second_senior", False)):
            page = text(client_for(county, who).get(address(county)), 200)
            assert (QUESTION in page) == shown, who
        ask(county, client_for(county, "senior"), "supervision-in-date", words="Who is late here?")
        for who, shown in (("manager", True), ("practitioner", False)):
            page = text(client_for(county, who).get("/fenshire/figures/supervision-in-date/"), 200)
            assert ("Who is late here?" in page) == shown, who

    def test_who_covers_for_the_manager_reads_it_not(self, county, asked):
        deputy = county.as_("practitioner")
        object.__setattr__(deputy, "covers", frozenset({county.people["manager"].pk}))
        with county.inside():
            assert not FigureQuestion.objects.visible_to(deputy).exists()
            assert not Commitment.objects.filter(occasion=asked.occasion).visible_to(deputy).exists()


class TestAnswering:
    def test_it_stands_on_the_managers_first_page_at_once(self, county, asked, client_for):
        page = home(client_for(county, "manager"))
        assert f"Sena Fenshire asks: “{QUESTION}”" in page
        assert "Answer by 15 September 2026." in page
        assert action(asked) in page
        assert QUESTION not in home(client_for(county, "other_manager"))

    def test_nothing_is_answered_without_an_answer_and_what_was_typed_stays(self, county, asked, client_for):
        manager = client_for(county, "manager")
        for words in ("", "   "):
            assert "Write what you found out" in text(answer(asked, manager, words), 422)
        assert "Write what you found out" in text(manager.post(action(asked), {"press": "kept"}), 422), "no other press"
        long = text(answer(asked, manager, "x" * 601), 422)
        assert "x" * 601 in long
        page = text(manager.post(action(asked), {"what": "not_kept", "reason": ""}), 422)
        assert "Say why it cannot be answered" in page
        with county.inside():
            assert Commitment.objects.get(occasion=asked.occasion).status == "open"

    def test_the_asker_reads_it_on_her_first_page_and_at_the_figure_until_she_has(self, county, asked, client_for):
        manager, senior = client_for(county, "manager"), client_for(county, "senior")
        assert answer(asked, manager).status_code == 302
        assert QUESTION not in home(manager)
        page = home(senior)
        assert f"Mira Fenshire answered: “{ANSWER}”" in page
        assert f"You asked: “{QUESTION}”, about Team strength, East 1 team Fenshire." in page
        page = text(senior.get(action(asked)), 200)
        assert ANSWER in page
        assert "I have read it" in page
        assert senior.post(f"/fenshire/figures/questions/{asked.public_id}/read/").status_code == 302
        assert ANSWER not in home(senior)
        assert ANSWER in text(senior.get(address(county)), 200)
        assert "I have read it" not in text(senior.get(action(asked)), 200)
        assert ANSWER not in home(client_for(county, "second_senior"))

    def test_nobody_answers_for_who_was_asked(self, county, asked, client_for):
        senior = client_for(county, "senior")
        for data in ({"press": "kept", "answer": ANSWER}, {"what": "dropped", "reason": "No"}, {"what": "not_kept", "reason": "No"}):  # fmt: skip
            assert senior.post(action(asked), data).status_code == 403, data
        page = text(senior.get(action(asked)), 200)
        assert "What did you find out?" not in page
        with county.inside():
            promise = asked.promise
            for who in sorted(set(county.people) - {"manager"}):
                for act in ("keep", "break_off", "put_off"):
                    assert not promise.may(act, county.as_(who)), (who, act)
                assert promise.may("drop", county.as_(who)) == (who == "senior")
            with pytest.raises(NotAllowed):
                promise.keep(answer=ANSWER, by=county.as_("second_senior"), at=NOW)
            with pytest.raises(Refusal, match="Write what you found out"):
                promise.keep(by=county.as_("manager"), at=NOW)

    def test_more_time_and_no_answer_are_answers_too(self, county, asked, client_for):
        manager, senior = client_for(county, "manager"), client_for(county, "senior")
        later = {"what": "new_date", "until_day": "22", "until_month": "9", "until_year": "2026", "reason": "Leave"}
        assert manager.post(action(asked), later).status_code == 302
        assert "Answer by 22 September 2026." in home(manager)
        with county.inside():
            now = FigureQuestion.objects.with_promises().get()
        assert now.promise.due_on == date(2026, 9, 22)
        assert "It has a new date: 22 September 2026" in text(senior.get(action(asked)), 200)
        assert "until 22 September 2026" in text(senior.get(address(county)), 200)
        gone = manager.post(action(now), {"what": "not_kept", "reason": "The file is with the court."})
        assert gone.status_code == 302
        assert "Mira Fenshire cannot answer: “The file is with the court.”" in home(senior)

    def test_too_late_the_words_come_back(self, county, asked, client_for):
        manager = client_for(county, "manager")
        client_for(county, "senior").post(f"/fenshire/figures/questions/{asked.public_id}/back/")
        response = answer(asked, manager)
        assert response.status_code == 409
        assert "Nobody waits for these words any more" in unescape(response.content.decode())
        assert ANSWER in unescape(response.content.decode())

    def test_the_asker_takes_it_back_and_only_while_it_is_open(self, county, asked, client_for):
        senior, back = client_for(county, "senior"), f"/fenshire/figures/questions/{asked.public_id}/back/"
        assert "Take it back" in text(senior.get(action(asked)), 200)
        assert client_for(county, "manager").post(back).status_code == 403
        assert senior.post(back).status_code == 302
        assert QUESTION not in home(client_for(county, "manager"))
        assert "Taken back" in text(senior.get(address(county)), 200)
        assert senior.post(back).status_code == 409
        assert senior.post(back.replace("back", "read")).status_code == 409, "there is no answer to read"


class TestLate:
    @pytest.fixture
    def week_later(self, monkeypatch, asked):
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=8))

    def test_a_late_answer_is_seen_by_both_once(self, county, week_later, asked, client_for):
        page = home(client_for(county, "senior"))
        assert f"Mira Fenshire has not answered: “{QUESTION}”" in page
        assert page.count(QUESTION) == 1
        page = home(client_for(county, "manager"))
        assert "It is late: it was for 15 September 2026." in page
        assert page.count(QUESTION) == 1, "it is in no other list of late promises"
        assert "Late" in text(client_for(county, "senior").get(address(county)), 200)

    def test_it_is_no_late_promise_to_workers_or_schools(self, county, week_later):
        today = TODAY + timedelta(days=8)
        with county.inside():
            for who in ("manager", "senior", "practitioner"):
                principal = county.as_(who, today)
                assert promises.late(principal) == []
                assert promises.late_of_all(principal, today) == []
                assert promises.of_mine(principal) == []

    def test_who_has_left_is_said_before_it_is_late(self, county, asked, client_for):
        with county.inside():
            type(county.people["manager"]).objects.filter(pk=county.people["manager"].pk).update(left_at=TODAY)
        page = home(client_for(county, "senior"))
        assert "Mira Fenshire has left and has not answered" in page
        assert "Take it back, and ask who manages there now." in page


class TestTheUsualDay:
    @given(st.dates(date(2025, 1, 1), date(2030, 1, 1)), st.integers(1, 20))
    def test_is_the_so_manieth_working_day_and_works(self, first, number):
        day = working_day_on(first, number, is_working_day)
        assert is_working_day(day)
        assert working_days(first, day, is_working_day) == number

    def test_no_days_on_is_the_day_itself(self):
        assert working_day_on(TODAY, 0, is_working_day) == TODAY


class TestItsCost:
    def test_of_the_pages_at_two_sizes(self, county, asked, client_for, queries):
        senior, manager = client_for(county, "senior"), client_for(county, "manager")
        pages = [(senior, address(county)), (senior, "/fenshire/county/"), (manager, "/fenshire/home/"), (manager, action(asked)), (senior, action(asked))]  # fmt: skip
        found = []
        for client, page in pages:
            client.get(page)
            with queries() as few:
                client.get(page)
            assert len(few) <= 20, (page, "\n".join(few))
            found.append(len(few))
        for number in range(6):
            ask(county, senior, words=f"Question {number}?")
        with county.inside():
            for number, question in enumerate(FigureQuestion.objects.with_promises()):
                if number % 2:
                    question.promise.keep(answer=ANSWER, by=county.as_("manager"), at=NOW)
        for (client, page), few in zip(pages, found, strict=True):
            with queries() as many:
                client.get(page)
            assert len(many) <= few, (page, "\n".join(many))


def test_every_figure_that_has_places_can_be_asked_about(county, client_for):
    senior = client_for(county, "senior")
    for code, measure in BY_CODE.items():
        if measure.grain:
            assert ask(county, senior, code, words=f"What of {code}?").status_code == 302, code
    with county.inside():
        assert FigureQuestion.objects.count() == sum(bool(measure.grain) for measure in BY_CODE.values())
