"""Languages of what people are asked: looked at line by line before use, corrected, taken off, carried on."""

from __future__ import annotations

import dataclasses

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from teams.actions import languages
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import Refusal
from teams.models import Questionnaire, Wording
from teams.questionnaires import newest as newest_module
from teams.questionnaires.newest import newest
from teams.questionnaires.shipped import SHIPPED
from teams.questionnaires.words_file import as_csv, lines_of, read
from tests.factories.authorities import NOW
from tests.teams.test_questionnaires import other_words

pytestmark = pytest.mark.django_db
HOME = "/fenshire/set-up/languages/"
YOUNG = HOME + "young-person/"
AS_IT_IS = SHIPPED["young-person"]


@pytest.fixture
def county(fenshire):
    with fenshire.inside():
        newest("young-person", by=fenshire.clock, at=NOW)
    return fenshire


@pytest.fixture
def admin(client_for, county):
    return client_for(county, "admin")


def listed(**other: str) -> str:
    """The list as whoever translates gives it back, all in invented words, with `other` lines."""
    lines = lines_of(young().asked, SHIPPED["young-person"].words)
    return as_csv(lines, other_words(SHIPPED["young-person"].words) | other)


def young() -> Questionnaire:
    return Questionnaire.objects.prefetch_related("wordings").order_by("-edition").filter(code="young-person")[0]


def raised(monkeypatch, by: int, **words: str) -> None:
    """Another edition is shipped, in which English says something else on these lines."""
    again = dataclasses.replace(AS_IT_IS, edition=AS_IT_IS.edition + by, words=AS_IT_IS.words | words)
    monkeypatch.setitem(newest_module.SHIPPED, "young-person", again)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def give(admin, words: str, language: str = "pl", **other: str):
    typed = {"language": language, "checked_by": "Ola Nowak, school 4", "words": words}
    return admin.post(YOUNG, typed | other)


def use(admin):
    revision = text(admin.get(YOUNG + "check/")).split('name="revision" value="')[1].split('"')[0]
    return admin.post(YOUNG + "check/", {"revision": revision})


class TestAdding:
    def test_from_the_file_of_words_to_a_language_that_people_may_choose(self, county, admin):
        assert "English alone so far" in text(admin.get(HOME))
        file = admin.get(YOUNG + "words.csv")
        assert file["Content-Disposition"] == 'attachment; filename="words-young-person.csv"'
        assert "question.heard,Does {worker} listen to you?,,Keep {worker}: the worker’s name" in file.content.decode()
        with county.inside():
            words = listed(send="Wyślij")
        upload = SimpleUploadedFile("words.csv", words.encode())
        there = admin.post(YOUNG, {"language": "pl", "checked_by": "Ola Nowak", "file": upload})
        assert there.url == YOUNG + "check/"
        page = text(admin.get(there.url))
        assert "Read each line with Ola Nowak, then use it." in page
        assert '<span lang="pl" dir="ltr">Wyślij</span>' in page
        with county.inside():
            assert young().in_language("pl").language == "en", "nobody is asked in it before the press"
        assert use(admin).url == HOME
        assert "Checked by Ola Nowak" in text(admin.get(HOME))
        with county.inside():
            assert young().in_language("pl").words["send"] == "Wyślij"
            assert AuditEvent.objects.get(verb="wording.use").reason == "young-person, pl"

    def test_while_a_line_is_wrong_nothing_is_used_and_nothing_is_lost(self, county, admin):
        with county.inside():
            words = listed(named_promise="They read it.")
        give(admin, words)
        page = text(admin.get(YOUNG + "check/"))
        assert "1 line cannot be used yet" in page
        assert "Write {manager} and {worker} in it as it stands in English." in page
        assert "Use these words" not in page
        assert admin.post(YOUNG + "check/", {"revision": "1"}).status_code == 422
        with county.inside():
            assert Wording.objects.filter(language="pl").count() == 0
        assert "They read it." in text(admin.get(YOUNG)), "what was given stands in its box"

    def test_what_is_missing_is_said_beside_its_box_and_the_rows_stay(self, admin):
        answer = give(admin, "Name\nNora", checked_by="", language="")
        assert answer.status_code == 422
        page = text(answer)
        assert "Choose the language" in page
        assert "Enter who has checked it" in page
        assert "We found no columns" not in page or "Nora" in page
        assert "Nora" in page
        assert "We found no columns" in text(give(admin, "Name\nNora"))

    def test_two_windows_and_two_presses(self, county, admin):
        with county.inside():
            first, second = listed(send="Raz"), listed(send="Dwa")
        give(admin, first)
        give(admin, second)
        old = admin.post(YOUNG + "check/", {"revision": "1"})
        assert old.status_code == 422
        assert "changed in another window" in text(old)
        assert use(admin).status_code == 302
        assert admin.post(YOUNG + "check/", {"revision": "2"}).url == HOME
        with county.inside():
            assert Wording.objects.filter(language="pl").count() == 1
            assert young().in_language("pl").words["send"] == "Dwa"

    def test_a_file_with_a_letter_that_cannot_be_kept_is_taken_without_it(self, county, admin):
        with county.inside():
            words = listed(send="Wy\0ślij")
        upload = SimpleUploadedFile("words.txt", words.encode("utf-16"))
        answer = admin.post(YOUNG, {"language": "pl", "checked_by": "Ola Nowak", "file": upload})
        assert answer.status_code == 302
        assert "Wyślij" in text(admin.get(YOUNG + "check/"))

    def test_more_than_a_list_of_words_is_not_kept(self, admin):
        answer = give(admin, "Line,Translation\n" + "send,x\n" * 200_000)
        assert answer.status_code == 422
        assert "too large for a list of words" in text(answer)

    def test_from_right_to_left_by_itself(self, county, admin):
        with county.inside():
            words = listed()
        give(admin, words, "ur")
        assert '<span lang="ur" dir="rtl">' in text(admin.get(YOUNG + "check/"))
        use(admin)
        with county.inside():
            assert young().in_language("ur").direction == "rtl"

    def test_what_nobody_is_asked_in_languages_is_not_there(self, admin):
        for address in ("pulse/", "nothing/", "pulse/words.csv", "pulse/check/"):
            assert admin.get(HOME + address).status_code == 404
        assert admin.post(HOME + "young-person/xx/off/").status_code == 404


class TestAfterwards:
    @pytest.fixture
    def polish(self, county, admin):
        with county.inside():
            words = listed(send="Wyslij")
        give(admin, words)
        use(admin)

    def test_a_correction_takes_its_place_and_what_was_asked_stays(self, county, admin, polish):
        assert "Wyslij" in admin.get(YOUNG + "words.csv?language=pl").content.decode()
        with county.inside():
            words = listed(send="Wyślij")
        give(admin, words)
        assert "It takes the place of the words in use now." in text(admin.get(YOUNG + "check/"))
        use(admin)
        with county.inside():
            assert [each.words["send"] for each in Wording.objects.filter(language="pl")] == ["Wyslij", "Wyślij"]
            assert young().in_language("pl").words["send"] == "Wyślij"

    def test_taken_off_its_words_are_kept_and_english_stays(self, county, admin, polish):
        for _ in range(2):
            assert admin.post(YOUNG + "pl/off/").url == HOME
        with county.inside():
            assert "pl" not in young().in_use
            assert AuditEvent.objects.filter(verb="wording.take_off").count() == 1
            with pytest.raises(Refusal, match="English stays"):
                languages.take_off(young(), "en", by=county.as_("admin"), at=NOW)
            words = listed(send="Wyślij")
        give(admin, words)
        use(admin)
        with county.inside():
            assert "pl" in young().in_use

    def test_another_edition_takes_along_what_still_holds_and_says_what_does_not(
        self, county, admin, polish, monkeypatch
    ):
        shipped = SHIPPED["young-person"]
        again = dataclasses.replace(shipped, edition=shipped.edition + 1)
        monkeypatch.setitem(newest_module.SHIPPED, "young-person", again)
        with county.inside():
            assert "pl" in newest("young-person", by=county.clock, at=NOW).in_use, "nothing has changed in English"
        changed = dataclasses.replace(
            shipped, edition=shipped.edition + 2, words=shipped.words | {"send": "Send it off", "back": "Go back"}
        )
        monkeypatch.setitem(newest_module.SHIPPED, "young-person", changed)
        page = text(admin.get(HOME))
        assert "2 lines say something new in English since" in page
        assert "Not in new rounds" in page
        with county.inside():
            fresh = young()
            assert "pl" not in fresh.in_use, "nobody reads a promise that is not made any more"
            lines = languages.lines(fresh)
            so_far = read(admin.get(YOUNG + "words.csv?language=pl").content.decode(), lines)
            assert sorted(problem.path for problem in so_far.problems) == ["back", "send"]

    def test_what_is_asked_in_a_round_that_began_before_the_edition_was_raised_is_taken_off_and_put_right_too(
        self, county, admin, polish, monkeypatch
    ):
        """The round goes on with the edition that it began with: a wrong promise is to be gone there as well."""
        with county.inside():
            of_the_round = young()
        raised(monkeypatch, 1, stop="Stop now")
        admin.get(HOME)
        with county.inside():
            assert young().pk != of_the_round.pk
            words = listed(send="Wyślij", skip="Dalej", stop="Stop teraz")
        give(admin, words)
        use(admin)
        with county.inside():
            there = Questionnaire.objects.get(pk=of_the_round.pk).in_language("pl")
            assert (there.language, there.words["send"], there.words["skip"]) == ("pl", "Wyślij", "Dalej")
            assert there.words["stop"] != "Stop teraz", "its English is another, and so is its promise"
        admin.post(YOUNG + "pl/off/")
        with county.inside():
            assert "pl" not in young().in_use
            assert "pl" not in Questionnaire.objects.get(pk=of_the_round.pk).in_use

    def test_what_one_edition_lacked_is_not_lost_with_the_next(self, county, admin, polish, monkeypatch):
        """Nobody translates fifty lines anew because an edition came between, and what fits again goes on by itself."""
        raised(monkeypatch, 1, stop="Stop now")
        admin.get(HOME)
        raised(monkeypatch, 2, stop="Stop now", back="Go back")
        page = text(admin.get(HOME))
        assert "2 lines say something new in English since" in page
        assert "Wyslij" in admin.get(YOUNG + "words.csv?language=pl").content.decode()
        raised(monkeypatch, 3)
        with county.inside():
            fresh = newest("young-person", by=county.clock, at=NOW)
            assert fresh.in_language("pl").words["send"] == "Wyslij"

    def test_a_language_that_the_new_edition_lacks_can_be_taken_off_where_it_is_asked_still(
        self, county, admin, polish, monkeypatch
    ):
        with county.inside():
            of_the_round = young()
        raised(monkeypatch, 1, stop="Stop now")
        assert YOUNG + "pl/off/" in admin.get(HOME).content.decode()
        assert admin.post(YOUNG + "pl/off/").url == HOME
        with county.inside():
            assert "pl" not in Questionnaire.objects.get(pk=of_the_round.pk).in_use
            assert AuditEvent.objects.filter(verb="wording.take_off").count() == 1

    def test_the_page_asks_the_same_at_any_number_of_languages(self, county, admin, polish, queries):
        admin.get(HOME)  # what is shipped is written down once
        with queries() as few:
            admin.get(HOME)
        with county.inside():
            words = other_words(SHIPPED["young-person"].words)
            for code in list(languages.languages())[:40]:
                Wording.write(young(), code, code, words)
        with queries() as many:
            admin.get(HOME)
        assert len(many) == len(few) <= 12

    @pytest.mark.parametrize("more", ["", "check/", "words.csv?language=pl"])
    def test_its_other_pages_ask_few_questions_of_the_database(self, county, admin, polish, queries, more):
        with county.inside():
            words = listed(send="Wyślij")
        give(admin, words)
        with queries() as seen:
            assert admin.get(YOUNG + more).status_code == 200
        assert len(seen) <= 20
