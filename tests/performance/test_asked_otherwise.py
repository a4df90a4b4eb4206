"""Whoever is asked in another language, as a parent, or at another time; and what asking itself refuses."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from performance.actions import rounds
from performance.models import Feedback, Sheet, Ticket, Wave, WeDid
from teams.foundation.audit import AuditEvent
from teams.models import Term, Wording
from teams.questionnaires.newest import newest
from tests.factories.authorities import NOW
from tests.performance.asked import Young, asked, close, speak, text, young_person
from tests.teams.test_questionnaires import other_words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def county(asking_county):
    with asking_county.inside():
        yield asking_county


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
