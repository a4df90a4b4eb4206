"""The way of whoever is asked: two promises, one answer each, and nothing that was pressed ever shown again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from performance.actions import rounds
from performance.models import Feedback, Sheet, Ticket
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import Refusal
from tests.factories.authorities import NOW, TODAY
from tests.performance.asked import FOUR, Young, asked, close, text, young_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def county(asking_county):
    with asking_county.inside():
        yield asking_county


class TestTheTwoPromises:
    def test_six_taps_without_a_name_leave_a_sheet_that_names_nobody(self, county):
        mine = Young(asked(county))
        first = mine.look()
        assert "Wanda and Mira read what you say. They know it is you." in first
        assert "They do not know it is you. They see answers from five or more people, added up." in first
        mine.press(press="unnamed")
        mine.all_four()
        assert "Do you want to say more?" not in mine.look("?at=4"), "words can be recognised"
        said = mine.press(press="send", at="4", answer="I like the blue room")
        assert "Thank you. It is sent." in text(said)
        assert mine.taps == 6
        sheet = Sheet.objects.get()
        assert sheet.answers == FOUR
        assert (sheet.team, sheet.school) == (county.team, county.oakfield)
        ticket = Ticket.objects.get()
        assert (ticket.used_on, ticket.answers, ticket.named, ticket.browser) == (TODAY, {}, None, "")
        assert not Feedback.objects.exists()

    def test_a_sheet_has_no_person_no_ticket_no_moment_and_no_order(self, county):
        fields = {field.name for field in Sheet._meta.concrete_fields}
        assert fields == {"id", "authority", "wave", "team", "school", "group", "answers"}
        numbers = []
        for number in range(12):
            young = young_person(county, f"A.{chr(65 + number)}.")
            mine = Young(asked(county, young=young))
            mine.press(press="unnamed")
            before = set(Sheet.objects.values_list("pk", flat=True))
            mine.press(at="0", answer="yes")
            mine.press(press="send")
            numbers += set(Sheet.objects.values_list("pk", flat=True)) - before
        assert numbers != sorted(numbers), "the order of sheets is no order of time"
        events = AuditEvent.objects.filter(verb__startswith="sheet")
        assert not events.exists(), "the audit knows that a ticket was used, and of no sheet"

    def test_after_the_round_neither_place_nor_transaction_nor_audit_joins_an_answer_to_a_child(self, county):
        for number, answer in enumerate(("yes", "no", "partly", "no", "yes", "partly", "no", "no")):
            mine = Young(asked(county, young=young_person(county, f"B.{chr(65 + number)}.")))
            mine.press(press="unnamed")
            mine.press(at="0", answer=answer)
            mine.press(press="send", at="4")
        close(county)
        with connection.cursor() as cursor:
            cursor.execute("select id from performance_sheet order by ctid")
            lying = [pk for (pk,) in cursor.fetchall()]
            cursor.execute("select xmin::text from teams_auditevent where verb = 'ticket.use'")
            uses = {number for (number,) in cursor.fetchall()}
            cursor.execute("select xmin::text from performance_sheet union select xmin::text from performance_ticket")
            written = {number for (number,) in cursor.fetchall()}
        assert lying == sorted(lying), "the order in which they lie is the order of their lot"
        assert len(lying) == 8
        assert [event.subject_ids for event in AuditEvent.objects.filter(verb="ticket.use")] == [[]] * 8
        assert not uses & written, "all of them were written by the closing"

    def test_six_taps_with_a_name_are_evidence_of_the_worker(self, county):
        mine = Young(asked(county))
        mine.press(press="named")
        mine.all_four()
        assert "Do you want to say more?" in mine.look("?at=4")
        mine.press(press="send", at="4", answer="I like the blue room", quote="on")
        assert mine.taps == 6
        feedback = Feedback.objects.get()
        assert (feedback.young_person, feedback.worker, feedback.side) == (
            county.young,
            county.people["worker"],
            "young",
        )
        assert (feedback.answers, feedback.words, feedback.may_be_quoted) == (FOUR, "I like the blue room", True)
        assert not Sheet.objects.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            Feedback.objects.update(words="Something nicer")

    def test_who_skips_everything_has_said_nothing(self, county):
        mine = Young(asked(county))
        mine.press(press="unnamed")
        for at in range(4):
            mine.press(at=str(at))
        mine.press(press="send")
        assert not Sheet.objects.exists(), "an empty sheet would make five of four"


class TestNothingIsLeaked:
    def test_what_was_pressed_is_never_drawn_again(self, county):
        mine = Young(asked(county))
        mine.press(press="named")
        mine.press(at="0", answer="no")
        again = mine.client.get(mine.address + "?at=0").content.decode()
        assert "checked" not in again
        assert "selected" not in again

    def test_who_holds_the_same_link_elsewhere_sees_nothing_and_takes_nothing_over(self, county):
        token = asked(county)
        mine, other = Young(token), Young(token)
        mine.press(press="named")
        mine.press(at="0", answer="no")
        assert "You did not start this here." in other.look("?at=1")
        other.press(press="send")
        assert not Feedback.objects.exists()
        other.press(press="unnamed")
        assert Ticket.objects.get().answers == {}, "what was pressed there is forgotten"
        assert "You did not start this here." in mine.look("?at=1")

    def test_the_worker_herself_sees_nothing_by_it(self, county, client_for):
        token = asked(county)
        shown = client_for(county, "worker").get(f"/fenshire/q/{token}/")
        assert shown.status_code == 403
        assert "This page is for whoever is asked" in text(shown)

    def test_looking_changes_nothing(self, county):
        token = asked(county)
        before = Ticket.objects.values().get()
        mine = Young(token)
        for more in ("", "?at=3", "safe/", "?language=en", "?sent", "?stopped", "?at=99999", "?at=x"):
            mine.look(more)
        assert Ticket.objects.values().get() == before
        assert set(mine.client.cookies) <= {"csrftoken"}, "nothing of theirs is kept in a browser before a press"

    def test_pages_are_kept_by_no_cache_and_tell_no_other_site(self, county):
        response = Client().get(f"/fenshire/q/{asked(county)}/")
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "strict-origin"

    def test_a_token_opens_nothing_in_another_authority(self, asking_county, moorland):
        with asking_county.inside():
            token = asked(asking_county)
        assert Client().get(f"/moorland/q/{token}/").status_code == 404
        assert Client().get(f"/fenshire/q/{token}/").status_code == 200
        assert Client().get("/fenshire/q/nobody/").status_code == 404
        assert "0800 1111" in Client().get("/fenshire/q/nobody/safe/").content.decode()

    def test_the_lines_of_the_log_hold_no_token(self, county, log_as):
        token = asked(county)
        with log_as("lines") as written:
            Client().get(f"/fenshire/q/{token}/")
        assert token not in written.getvalue()


class TestBadInput:
    def test_a_link_used_twice_says_so_and_counts_once(self, county):
        token = asked(county)
        mine = Young(token)
        mine.press(press="unnamed")
        mine.press(at="0", answer="yes")
        mine.press(press="send")
        again = mine.press(press="send")
        assert "This has been sent." in text(again)
        assert "This has been sent." in Young(token).look()
        assert Sheet.objects.count() == 1
        with pytest.raises(Refusal, match=r"J\.S\. cannot be asked again this term"):
            asked(county)

    def test_pressed_twice_at_once_it_is_sent_once(self, county):
        token = asked(county)
        first, second = (Ticket.objects.with_token(token).get() for _ in range(2))
        first.start(named=False, language="en")
        first.keep("heard", "yes")
        first.send({}, may_be_quoted=False, at=NOW, today=TODAY)
        with pytest.raises(Refusal, match="sent already"):
            second.send({}, may_be_quoted=False, at=NOW, today=TODAY)
        assert Sheet.objects.count() == 1

    def test_asked_again_the_first_link_is_void(self, county):
        first = Young(asked(county))
        first.press(press="named")
        first.press(at="0", answer="no")
        asked(county)
        assert "This link is too old. Ask Wanda for a new one." in first.look()
        assert [ticket.answers for ticket in Ticket.objects.all()] == [{}, {}]

    def test_an_old_link_says_whom_to_ask(self, county, monkeypatch):
        mine = Young(asked(county, Ticket.Channel.DEVICE))
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=3))
        assert "This link is too old. Ask Wanda for a new one." in mine.look()

    def test_after_the_round_it_can_still_be_said_with_a_name_from_the_start(self, county):
        mine = Young(asked(county))
        mine.press(press="unnamed")
        mine.all_four()
        close(county)
        late = mine.press(press="send")
        assert "This is over now. It ended on" in text(late)
        assert "We can not count new answers. You can still say it with your name on." in text(late)
        assert not Sheet.objects.exists()
        mine.press(press="closed_named")
        assert "Question 1 of 4" in mine.look(), "what was pressed under the other promise is gone"
        mine.all_four()
        mine.press(press="send", answer="It is good")
        assert Feedback.objects.get().answers == FOUR

    @pytest.mark.parametrize("promise", ["named", "unnamed"])
    def test_what_was_begun_and_can_be_sent_no_more_does_not_stay_beside_the_childs_key(self, county, promise):
        mine = Young(asked(county))
        mine.press(press=promise)
        mine.press(at="0", answer="no")
        close(county)
        ticket = Ticket.objects.get()
        assert ticket.answers == ({"heard": "no"} if promise == "named" else {}), "with a name it can still be sent"
        rounds.turn(TODAY, by=county.clock, at=ticket.expires_at)
        ticket.refresh_from_db()
        assert (ticket.answers, ticket.named, ticket.browser) == ({}, None, "")

    def test_what_is_no_answer_comes_back_with_one_sentence(self, county):
        mine = Young(asked(county))
        mine.press(press="named")
        wrong = mine.press(at="0", answer="never")
        assert wrong.status_code == 422
        assert "Press one of the pictures, or press Skip." in text(wrong)
        long = mine.press(press="send", at="4", answer="x" * 1001)
        assert long.status_code == 422
        assert "Your words are still here." in text(long)
        assert "x" * 1001 in long.content.decode()

    def test_stopping_leaves_nothing(self, county):
        mine = Young(asked(county))
        mine.press(press="named")
        mine.press(at="0", answer="no")
        assert "You stopped. Nothing was sent." in text(mine.press(press="stop"))
        ticket = Ticket.objects.get()
        assert (ticket.answers, ticket.named, ticket.used_on) == ({}, None, None)
        mine.press(press="unnamed")
        assert "Question 1 of 4" in mine.look()

    def test_between_terms_and_after_the_end_nobody_is_asked(self, county):
        close(county)
        with pytest.raises(Refusal, match=r"no round is open today. The next round opens on \d+ January 2027"):
            asked(county)
        county.young.end(on=TODAY, by=county.as_("worker"), at=NOW)
        with pytest.raises(Refusal, match="has ended"):
            asked(county)
