"""The way of whoever is asked: two promises, one answer each, and nothing that was pressed ever shown again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from performance.actions import rounds
from performance.models import Feedback, Sheet, Ticket, Wave, WeDid
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import Refusal
from teams.models import Term, Wording
from teams.questionnaires.newest import newest
from tests.factories.authorities import NOW, TODAY
from tests.performance.asked import FOUR, asked, young_person
from tests.teams.test_questionnaires import other_words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def text(response) -> str:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main.replace("<wbr>", ""))).replace("\N{NO-BREAK SPACE}", " ")


def speak(county, language: str, kind: str = "young-person") -> None:
    """The questions are there in this language too, from right to left."""
    asked_now = newest(kind, by=county.clock, at=NOW)
    Wording.write(asked_now, language, "اردو", other_words(asked_now.in_language("en").words), "rtl")


class Young:
    """Somebody at a browser without scripts."""

    def __init__(self, token: str) -> None:
        self.client, self.address = Client(), f"/fenshire/q/{token}/"
        self.taps = 0

    def look(self, more: str = "") -> str:
        response = self.client.get(self.address + more)
        assert response.status_code == 200
        return text(response)

    def press(self, **data: str):
        self.taps += 1
        return self.client.post(self.address, data, follow=True)

    def all_four(self) -> None:
        for at, answer in enumerate(FOUR.values()):
            assert f"Question {at + 1} of 4" in self.look(f"?at={at}")
            self.press(at=str(at), answer=answer)


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


def close(county) -> None:
    for wave in Wave.objects.filter(status="open").select_related("questionnaire"):
        wave.close(by=county.clock, at=NOW)


class TestLanguages:
    def test_another_language_from_right_to_left_on_every_screen(self, county):
        words = other_words(newest("young-person", by=county.clock, at=NOW).in_language("en").words)
        Wording.write(county.wave.questionnaire, "ur", "اردو", words, "rtl")
        mine = Young(asked(county))
        assert "اردو" in mine.look()
        page = mine.client.get(mine.address + "?language=ur").content.decode()
        assert 'lang="ur" dir="rtl"' in page
        assert words["unnamed"] in page
        mine.press(press="unnamed", language="ur")
        for more in ("?at=0", "?at=4", "safe/"):
            page = mine.client.get(mine.address + more).content.decode()
            assert 'dir="rtl"' in page, more
            assert "How is it going" not in page
        assert words["questions"]["heard"]["options"]["yes"] in mine.client.get(mine.address + "?at=0").content.decode()

    def test_who_reads_urdu_and_is_afraid_reads_urdu_before_anything_was_pressed_too(self, county):
        """ "Worried or not safe?" on the first page: the numbers in the language that was chosen, and so the way back."""
        speak(county, "ur")
        mine = Young(asked(county))
        page = mine.client.get(mine.address + "?language=ur").content.decode()
        (safe,) = re.findall(r'href="([^"]*/safe/[^"]*)"', page)
        page = mine.client.get(safe).content.decode()
        assert '<main class="govuk-main-wrapper" id="main-content" lang="ur" dir="rtl">' in page
        (back,) = re.findall(r'href="([^"]*/q/[^"]*)"', page)
        assert 'lang="ur" dir="rtl"' in mine.client.get(back).content.decode()
        pressed = mine.client.post(safe, follow=True).content.decode()
        assert 'lang="ur" dir="rtl"' in pressed

    def test_a_parent_who_would_be_rung_keeps_the_language(self, county):
        speak(county, "ur", "parent")
        mine = Young(asked(county, kind="parent"))
        page = mine.client.get(mine.address + "?language=ur").content.decode()
        (ring,) = re.findall(r'href="([^"]*/ring/[^"]*)"', page)
        assert 'lang="ur" dir="rtl"' in mine.client.get(ring).content.decode()
        done = mine.client.post(ring, {"number": "01632 960 001"}, follow=True).content.decode()
        assert 'lang="ur" dir="rtl"' in done

    def test_taken_off_in_the_middle_it_goes_on_in_english_and_says_so_with_every_answer_kept(self, county):
        speak(county, "ur")
        mine = Young(asked(county))
        mine.press(press="unnamed", language="ur")
        mine.press(at="0", answer="yes")
        words = "The questions are in English now. We cannot ask in اردو any more. Your answers are kept."
        assert words not in mine.look("?at=1")
        questionnaire = newest("young-person", by=county.clock, at=NOW)
        questionnaire.in_use["ur"].take_off(at=NOW)
        page = mine.look("?at=1")
        assert words in page
        assert "Does it help you?" in page
        mine.press(at="1", answer="no")
        assert words in mine.look("?at=4")
        mine.press(press="send", at="4")
        assert Sheet.objects.get().answers == {"heard": "yes", "useful": "no"}
        assert words not in mine.look(), "there is no question any more"

    def test_a_language_that_is_not_there_is_english(self, county):
        assert "How is it going?" in Young(asked(county)).look("?language=zz")


class TestAParent:
    def test_neutral_words_no_name_of_a_child_and_ring_me_instead(self, county, client_for):
        mine = Young(asked(county, kind="parent"))
        for more in ("", "ring/", "safe/"):
            page = mine.look(more)
            assert "J.S." not in page
            assert "support" not in page.lower()
        assert "Ring me instead" in mine.look()
        wrong = mine.client.post(mine.address + "ring/", {"number": "soon"})
        assert wrong.status_code == 422
        assert "Enter a telephone number, like 01632 960 001." in text(wrong)
        mine.client.post(mine.address + "ring/", {"number": "07700 900123"})
        worker = client_for(county, "worker")
        page = worker.get(f"/fenshire/young-people/{county.young.public_id}/")
        assert "A parent asks to be rung: 07700 900123" in text(page)
        worker.post(f"/fenshire/feedback/{Ticket.objects.get().public_id}/rung/")
        assert "07700" not in worker.get(f"/fenshire/young-people/{county.young.public_id}/").content.decode()

    def test_who_wants_to_be_rung_stands_where_the_worker_looks_first_and_a_day_later_where_her_manager_does(
        self, county, client_for, monkeypatch
    ):
        Client().post(f"/fenshire/q/{asked(county, kind='parent')}/ring/", {"number": "01632 960 001"})
        waits = lambda who: "Ring a parent of J.S." in text(client_for(county, who).get("/fenshire/waiting/"))  # noqa: E731
        assert (waits("worker"), waits("manager")) == (True, False)
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=1))
        assert (waits("worker"), waits("manager"), waits("other_manager")) == (True, True, False)
        Ticket.objects.get().rung(by=county.as_("worker"), at=NOW)
        assert (waits("worker"), waits("manager")) == (False, False)

    def test_nobody_is_promised_a_call_by_a_link_that_is_too_old(self, county, monkeypatch):
        address = f"/fenshire/q/{asked(county, kind='parent')}/ring/"
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=15))
        for response in (Client().get(address), Client().post(address, {"number": "01632 960 001"})):
            assert "too old" in text(response)
        assert Ticket.objects.get().ring == ""

    def test_a_young_person_is_not_asked_for_a_number(self, county):
        assert Client().get(f"/fenshire/q/{asked(county)}/ring/").status_code == 404

    def test_said_with_a_name_it_is_the_parents(self, county, client_for):
        mine = Young(asked(county, kind="parent"))
        mine.press(press="named")
        mine.press(at="0", answer="yes")
        mine.press(press="send", answer="She rings back")
        page = text(client_for(county, "manager").get(f"/fenshire/young-people/{county.young.public_id}/"))
        assert "A parent of J.S., 8 September 2026" in page
        assert "Does Wanda listen to you? Yes" in page


class TestAsking:
    def page(self, county) -> str:
        return f"/fenshire/young-people/{county.young.public_id}/feedback/"

    def test_on_this_device_the_worker_is_signed_out_on_the_server(self, county, client_for):
        client = client_for(county, "worker")
        form = client.get(self.page(county))
        assert "signs you out first" in text(form)
        given = client.post(self.page(county), {"kind": "young-person", "how": "device"})
        assert given.status_code == 302
        assert "/fenshire/q/" in given["Location"]
        assert "Wanda, please step away now." in text(client.get(given["Location"]))
        for address in (self.page(county), "/fenshire/home/", "/fenshire/young-people/"):
            assert client.get(address).status_code == 302, "the way back asks for the sign-in"

    def test_with_a_code_the_link_stands_on_that_page_alone(self, county, client_for):
        client = client_for(county, "worker")
        drawn = client.post(self.page(county), {"kind": "young-person", "how": "code"})
        assert "<svg" in drawn.content.decode()
        token = re.search(r"/q/([\w-]+)/", drawn.content.decode().replace("<wbr>", ""))[1]
        assert "How is it going?" in Young(token).look()
        assert token not in client.get(self.page(county)).content.decode()
        twice = client.post(self.page(county), {"kind": "young-person", "how": "code"})
        assert twice.status_code == 200

    def test_colleagues_and_schools_ask_nobody_and_read_nothing(self, county, client_for):
        mine = Young(asked(county))
        mine.press(press="named")
        mine.press(at="0", answer="no")
        mine.press(press="send", answer="Rain on the window")
        for who in ("other_worker", "other_manager", "head", "lead", "senior", "admin", "auditor", "finance"):
            assert not Feedback.objects.visible_to(county.as_(who)).exists(), who
            assert client_for(county, who).post(self.page(county), {"how": "code"}).status_code in (403, 404), who
        for who in ("worker", "manager"):
            assert "Rain on the window" in text(client_for(county, who).get(self.page(county).replace("feedback/", "")))

    def test_who_reads_what_was_said_with_a_name_is_noted_once_a_page(self, county, client_for):
        client_for(county, "worker").get("/fenshire/what-people-said/about-me/")
        looks = AuditEvent.objects.filter(verb="feedback.read").order_by("pk")
        assert not looks.exists(), "There was nothing to read."
        mine = Young(asked(county))
        mine.press(press="named")
        mine.press(at="0", answer="no")
        mine.press(press="send", answer="Rain on the window")
        said, of_worker = Feedback.objects.get(), county.people["worker"].public_id
        for who, address in (
            ("worker", "what-people-said/about-me/"),
            ("manager", f"people/{of_worker}/what-people-said/"),
        ):
            page = client_for(county, who).get(f"/fenshire/{address}")
            assert "Rain on the window" in text(page)
        assert [each.subject_ids for each in looks] == [[said.public_id, county.young.public_id]] * 2

    def test_its_page_asks_few_questions_of_the_database(self, county, client_for, queries):
        client = client_for(county, "worker")
        counts = []
        for _ in range(2):
            for address in (self.page(county), self.page(county).replace("feedback/", "")):
                client.get(address)
                with queries() as seen:
                    client.get(address)
                counts.append(len(seen))
            for number in range(5):
                young = young_person(county, f"B.{number}.")
                mine = Young(asked(county, young=young))
                mine.press(press="named")
                mine.press(at="0", answer="no")
                mine.press(press="send", answer="Words")
        assert counts[:2] == counts[2:]
        assert max(counts) <= 20


def test_you_said_we_did_thanks_whoever_answers_the_next_round(county):
    WeDid.objects.create(
        wave=county.wave, team=county.team, said="You said the room was too loud.", did="It moved.",
        written_by=county.people["manager"], written_at=NOW,
    )  # fmt: skip
    close(county)
    spring = Term.objects.get(season="spring", school_year=2026)
    rounds.turn(spring.starts_on, by=county.clock, at=NOW)
    later = Wave.objects.get(kind="young-person", status="open")
    token = asked(county)
    assert Ticket.objects.get().wave == later
    mine = Young(token)
    mine.press(press="unnamed")
    mine.press(at="0", answer="yes")
    assert "You said the room was too loud. It moved." in text(mine.press(press="send"))


def test_the_pages_of_whoever_is_asked_ask_few_questions_of_the_database(county, queries):
    mine = Young(asked(county))
    mine.press(press="named")
    for more in ("", "?at=2", "?at=4", "safe/"):
        with queries() as seen:
            mine.look(more)
        assert len(seen) <= 12, f"{more}: {len(seen)}"
