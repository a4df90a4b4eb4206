"""Two who write at once, a press on a page that is old, days that are put right, what a manager could work out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection

from casework.models import YoungPerson
from performance.actions import county_reviews
from reports.actions.county_packs import approve_pack, begin_pack
from reports.forms import packs_to_begin
from reports.measures.figure import figure_of
from reports.measures.measure import Reader
from reports.measures.registry import BY_CODE
from reports.models import CountyPack, PackWords
from reports.rules import state_of
from reports.wording import two_months_of
from teams.foundation.access import Role
from teams.foundation.drafts import Draft, words_of
from teams.foundation.errors import Refusal
from teams.models import Area, Authority, Employment, Membership, Notice, Post, Team, Term
from tests.factories.authorities import NOW, TODAY, County, add_person, make_county
from tests.reports.pack_stories import approved, begun, copy_of, set_out, write
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@story
def told(fenshire):
    with fenshire.inside():
        set_out(fenshire)
        add_person(fenshire, "second", "Sanna Second", Role.SENIOR_MANAGER, "Deputy head of service")
    return fenshire


@pytest.fixture
def county(told):
    with told.inside():
        yield told


def boxes(html: str) -> dict[str, str]:
    """What a browser would send back: every box as it stands on the page."""
    found = {
        name: unescape(text).strip()
        for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', html, re.S)
    }
    found |= {
        name: unescape(value)
        for name, value in re.findall(r'<input[^>]*type="hidden"[^>]*name="(based_on)"[^>]*value="([^"]*)"', html)
    }
    for tag in re.findall(r"<input[^>]*>", html):
        if 'name="based_on"' in tag or 'name="draft_revision"' in tag or 'name="draft_owner"' in tag:
            name = re.search(r'name="([^"]+)"', tag)[1]
            found[name] = unescape((re.search(r'value="([^"]*)"', tag) or ["", ""])[1])
    return found


class TestTwoWhoWrite:
    @pytest.fixture
    def pack(self, county):
        pack = begun(county)
        write(county, pack, sections=("money", "need"))
        return pack

    def address(self, pack) -> str:
        return f"/fenshire/reports/packs/{pack.public_id}/words/"

    def said(self, pack, section: str) -> str:
        return PackWords.objects.get(report=pack, section=section).text

    def test_what_somebody_else_wrote_meanwhile_is_not_overwritten_by_a_box_that_was_not_touched(
        self, county, client_for, pack
    ):
        one, two = client_for(county, "senior"), client_for(county, "second")
        page = boxes(two.get(self.address(pack)).content.decode())
        mine = boxes(one.get(self.address(pack)).content.decode()) | {"words-money": "New words.", "press": "send"}
        assert one.post(self.address(pack), mine).status_code == 302
        assert two.post(self.address(pack), page | {"words-need": "Of mine.", "press": "send"}).status_code == 302
        assert self.said(pack, "money") == "New words."
        assert self.said(pack, "need") == "Of mine."

    def test_two_changes_of_one_box_are_both_shown_and_the_next_press_decides(self, county, client_for, pack):
        one, two = client_for(county, "senior"), client_for(county, "second")
        page = boxes(two.get(self.address(pack)).content.decode())
        mine = boxes(one.get(self.address(pack)).content.decode()) | {"words-money": "First.", "press": "send"}
        one.post(self.address(pack), mine)
        late = two.post(self.address(pack), page | {"words-money": "Second.", "press": "send"})
        assert late.status_code == 409
        html = late.content.decode()
        assert "First." in html
        assert "Second." in html
        assert self.said(pack, "money") == "First."
        again = boxes(html) | {"press": "send"}
        assert again["words-money"] == "Second."
        assert two.post(self.address(pack), again).status_code == 302
        assert self.said(pack, "money") == "Second."

    def test_what_was_saved_yesterday_does_not_bring_old_words_of_others_back(self, county, client_for, pack):
        one, two = client_for(county, "senior"), client_for(county, "second")
        page = boxes(two.get(self.address(pack)).content.decode()) | {"words-need": "Half a sent"}
        Draft.keep(
            person_id=county.people["second"].pk, form="pack-words", about=str(pack.public_id),
            words=words_of(page.items()), revision=0, at=NOW,
        )  # fmt: skip
        mine = boxes(one.get(self.address(pack)).content.decode()) | {"words-money": "New words.", "press": "send"}
        one.post(self.address(pack), mine)
        now = boxes(two.get(self.address(pack)).content.decode())
        assert (now["words-money"], now["words-need"]) == ("New words.", "Half a sent")
        assert two.post(self.address(pack), now | {"words-need": "A sentence.", "press": "send"}).status_code == 302
        assert (self.said(pack, "money"), self.said(pack, "need")) == ("New words.", "A sentence.")

    def test_words_that_are_emptied_are_not_said_to_be_in_it(self, county, client_for, pack):
        client = client_for(county, "senior")
        page = boxes(client.get(self.address(pack)).content.decode())
        answer = client.post(self.address(pack), page | {"words-money": "", "press": "send"})
        assert answer.status_code == 422
        assert "Words that were given are not taken out" in answer.content.decode()

    def test_nothing_is_approved_that_the_page_did_not_show(self, county, pack):
        """Words that came after she had read it are read before it goes out."""
        read, senior = pack.counting, county.as_("senior")
        hers = PackWords.objects.get(report=pack, team=county.team)
        later = NOW + timedelta(minutes=5)
        hers.write("Something else altogether.", person=county.people["manager"], by=county.as_("manager"), at=later)
        with pytest.raises(Refusal, match="Words were written meanwhile"):
            approve_pack(
                pack, counted_at=read, read_empty=True, person=county.people["senior"], by=senior, at=later
            )  # fmt: skip
        approve_pack(
            pack, counted_at=pack.counting, read_empty=True, person=county.people["senior"], by=senior, at=later
        )

    def test_who_manages_the_team_no_more_writes_no_more(self, county, client_for, pack):
        client = client_for(county, "manager")
        words = PackWords.objects.get(report=pack, team=county.team)
        Membership.objects.filter(person=county.people["manager"]).update(ends_on=TODAY - timedelta(days=1))
        assert client.get(self.address(pack)).status_code in (302, 403, 404)
        assert client.post(self.address(pack), {words.field: "Mine still.", "press": "send"}).status_code in (403, 404)
        assert "Mine still." not in PackWords.objects.get(pk=words.pk).text


class TestATeamWithoutAManager:
    def test_what_was_said_about_it_stays_in_the_next_edition(self, county):
        first = begun(county)
        write(county, first)
        approved(county, first)
        Membership.objects.filter(person=county.people["other_manager"]).update(ends_on=TODAY - timedelta(days=1))
        second = begun(county, why="A figure was wrong.")
        said = {each.team_id: each.text for each in first.words.all() if each.team_id}
        assert {each.team_id: each.text for each in second.words.all() if each.team_id} == said

    def test_a_new_pack_does_not_ask_for_it(self, county, client_for):
        Membership.objects.filter(person=county.people["other_manager"]).update(ends_on=TODAY - timedelta(days=1))
        pack = begun(county)
        assert not pack.words.filter(team=county.elsewhere).exists()
        page = client_for(county, "senior").get(f"/fenshire/reports/packs/{pack.public_id}/").content.decode()
        assert county.team.name in page


class TestDaysPutRight:
    def test_a_correction_after_the_terms_days_were_put_right_is_its_second_edition(self, county, client_for):
        first = begun(county)
        write(county, first)
        approved(county, first)
        Term.objects.filter(school_year=2026, season="autumn").update(starts_on=date(2026, 9, 3))
        assert not any(words == "Autumn pack 2026/27" for words, _ in packs_to_begin(TODAY).values())
        second = begun(county, why="The days of the term were wrong.")
        assert second.edition == 2
        assert list(first.later_editions()) == [second]
        approved(county, second, at=NOW + timedelta(days=1))
        assert copy_of(second).snapshot["beside"] == ["", ""], "its own first edition is no earlier pack"
        page = client_for(county, "manager").get(f"/fenshire/reports/packs/{first.public_id}/").content.decode()
        assert "This was corrected." in page
        page = client_for(county, "senior").get("/fenshire/reports/packs/").content.decode()
        assert page.count("Autumn pack 2026/27") >= 2

    def test_two_drafts_of_one_term_are_refused_also_then(self, county):
        begun(county)
        Term.objects.filter(school_year=2026, season="autumn").update(starts_on=date(2026, 9, 3))
        with pytest.raises(Refusal, match="begun already"):
            begun(county)

    def test_a_report_over_february_of_a_leap_year(self, county):
        period = two_months_of(date(2028, 2, 29))
        assert (period.starts_on, period.ends_on) == (date(2028, 1, 1), date(2028, 2, 29))
        pack = begin_pack(
            period=period, words_by=date(2028, 3, 7), person=county.people["senior"],
            by=county.as_("senior", date(2028, 2, 29)), at=NOW,
        )  # fmt: skip
        assert CountyPack.objects.get(pk=pack.pk).title == "Two-monthly report, January and February 2028"


class TestWhatAManagerCouldWorkOut:
    """She knows the counts of her own team: the county's number less hers must not be a small one."""

    def children(self, county: County, worker: str, count: int) -> None:
        YoungPerson.objects.bulk_create(
            YoungPerson(
                initials=f"{worker[0]}{number}", school=county.oakfield, worker=county.people[worker],
                need="Coming to school", starts_on=date(2026, 8, 1),
            )
            for number in range(count)
        )  # fmt: skip

    def figure(self, pack: CountyPack, copy: str) -> dict:
        sections = copy_of(pack, copy).snapshot["sections"]
        found = [each for part in sections for each in part["figures"] if each["code"] == "young-people-supported"]
        return found[0]

    def test_ten_of_hers_and_three_of_anothers_are_no_thirteen_in_her_copy(self, county):
        self.children(county, "worker", 10)
        self.children(county, "other_worker", 3)
        pack = begun(county)
        write(county, pack)
        approved(county, pack)
        assert self.figure(pack, "whole")["text"] == "13"
        hers = self.figure(pack, "managers")
        assert "13" not in str(hers | {"printed": None})
        assert hers["text"] == "Fewer than 6" or "Too few" in hers["text"]

    def test_neither_does_the_next_pack_show_it_beside(self, county):
        self.children(county, "worker", 10)
        self.children(county, "other_worker", 3)
        first = begun(county)
        write(county, first)
        approved(county, first)
        second = begun(county, season="autumn", why="Once more.")
        summer = begun(county, season="summer", year=2026)
        write(county, summer)
        approved(county, summer)
        assert any("13" in text for text in self.figure(summer, "whole")["before"])
        assert not any("13" in text for text in self.figure(summer, "managers")["before"])
        assert second.edition == 2

    def test_what_is_large_without_hers_stands_in_her_copy(self, county):
        self.children(county, "worker", 10)
        self.children(county, "other_worker", 9)
        pack = begun(county)
        write(county, pack)
        approved(county, pack)
        assert self.figure(pack, "managers")["text"] == self.figure(pack, "whole")["text"] == "19"


class TestTwoPagesOnReviews:
    def test_the_reviews_of_the_county_and_their_figure_hide_the_same_teams(self, county):
        """Two ways of hiding are none: six and three in one area, five in another."""
        north = Area.objects.create(name="North")
        third = Team.objects.create(name="North team", area=north)
        for team, wanted in ((county.team, 6), (county.elsewhere, 3), (third, 5)):
            there = Employment.objects.filter(post__team=team).count()
            for number in range(there, wanted):
                post = Post.objects.create(
                    name=f"Post {team.pk} {number}", profession=county.post.profession, team=team,
                    starts_on=date(2024, 9, 1),
                )  # fmt: skip
                person = add_person(county, f"w{team.pk}-{number}", f"Wo {number}", Role.WORKER, "Worker")
                Employment.objects.create(post=post, person=person, starts_on=date(2024, 9, 1))
        page = {line.words: line.is_hidden for line in county_reviews.count(TODAY).teams}
        asks = Reader(county.as_("senior"), county.authority, TODAY)
        figure = BY_CODE["reviews-final"]
        told = {
            place.name: figure_of(figure, asks.at(place)).number is None for place in asks.grain.places if place.is_team
        }
        assert page == told
        area = {each.label: each.number for each in figure_of(figure, asks).parts}
        assert area["North"] is not None
        assert page[county.team.name], "else three could be taken from its area's nine"


def test_the_state_of_words_knows_no_ends_of_lines():
    assert state_of("One\r\ntwo ") == state_of("One\ntwo")
    assert state_of("One") != state_of("Two")


@contextmanager
def while_it_counts(county: County, press: Callable[[], object]) -> Iterator[list[object]]:
    """`press` in another window of the county, once, in the middle of the counting. Yields what came of it: an error
    where it is kept waiting.
    """
    came: list[object] = []

    def elsewhere() -> object:
        try:
            with county.inside(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                return press()
        finally:
            connection.close()

    def look(execute, sql, params, many, context):
        if not came and sql.startswith("SELECT") and "posts-filled" in (params or ()):
            came.append(None)
            with ThreadPoolExecutor(1) as window:
                came[0] = window.submit(elsewhere).result(30)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield came


@pytest.fixture
def committed() -> County:
    county = make_county()
    with county.inside():
        set_out(county)
    return county


@pytest.mark.django_db(transaction=True)
class TestWhileAPackIsCounted:
    def test_nobody_else_of_the_county_is_kept_waiting(self, committed):
        with committed.inside(), while_it_counts(committed, Authority.one_at_a_time) as came:
            begun(committed)
        assert came == [None]

    def test_another_press_begins_it_and_this_one_is_told(self, committed):
        def press() -> str:
            return begun(committed).title

        with committed.inside(), while_it_counts(committed, press) as came:
            with pytest.raises(Refusal, match="begun already"):
                begun(committed)
            assert came == ["Autumn pack 2026/27"]
        with committed.inside():
            assert CountyPack.objects.count() == 1
            assert Notice.objects.filter(kind="pack_words_asked").count() == 2
