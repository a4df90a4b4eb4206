"""The term's pack and the two-monthly report: asked, thought about, approved, frozen, announced, corrected (S5, L16)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from reports import needs
from reports.actions.county_packs import ASKING, approve_pack, begin_pack, count_again
from reports.actions.pack_figures import part
from reports.documents import county_pack
from reports.measures.figure import Part
from reports.models import CountyPack, PackCopy, PackWords, PrintedFigure
from reports.wording import Section, two_months_of
from teams.foundation.errors import NotAllowed, Refusal
from teams.models import AuditEvent, Notice, Term
from tests.factories.agreements import signed
from tests.factories.authorities import LONDON, NOW, TODAY
from tests.factories.visits import text
from tests.reports.pack_stories import approved, begun, begun_two_monthly, copy_of, set_out, write
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
READERS = {"senior", "auditor", "manager", "other_manager", "finance"}


@pytest.fixture
def clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@story
def told(fenshire):
    with fenshire.inside():
        set_out(fenshire)
    return fenshire


@pytest.fixture
def county(told):
    with told.inside():
        yield told


def figures(snapshot) -> dict[str, str]:
    return {each["code"]: each["text"] for section in snapshot["sections"] for each in section["figures"]}


class TestAsking:
    def test_each_team_is_asked_for_one_box_and_senior_managers_for_each_section(self, county):
        pack = begun(county)
        assert pack.title == "Autumn pack 2026/27"
        assert set(PackWords.objects.values_list("team__name", "section")) == {
            (county.team.name, ""), (county.elsewhere.name, ""), *((None, each.value) for each in Section)
        }  # fmt: skip

    def test_managers_get_one_mail_without_a_word_of_what_it_is_about(self, county):
        begun(county)
        asked = Notice.objects.filter(kind="pack_words_asked")
        assert {each.person_id for each in asked} == {county.people[who].pk for who in ("manager", "other_manager")}
        assert all(set(each.words) == {"manager", "telephone", "reply_to"} for each in asked)

    def test_whose_words_are_missing_is_reminded_once_near_the_day(self, county):
        pack = begun(county)
        words = PackWords.objects.get(report=pack, team=county.elsewhere)
        words.write("We go on.", person=county.people["other_manager"], by=county.as_("other_manager"), at=NOW)
        near = datetime(2026, 9, 11, 7, 25, tzinfo=LONDON)
        assert ASKING.remind(pack, at=near) == 1
        assert ASKING.remind(pack, at=near + timedelta(days=3)) == 0
        assert Notice.objects.get(kind="pack_words_near").person == county.people["manager"]

    def test_only_senior_managers_begin_and_no_second_draft_is_begun(self, county):
        term = Term.objects.get(school_year=2026, season="autumn")
        for who in ("manager", "finance", "auditor", "admin", "head"):
            with pytest.raises(NotAllowed):
                begin_pack(
                    term=term, words_by=TODAY + timedelta(days=7), person=county.people[who], by=county.as_(who), at=NOW
                )
        begun(county)
        with pytest.raises(Refusal, match="begun already"):
            begun(county)

    def test_nobody_writes_for_another_team_and_nobody_but_seniors_about_a_section(self, county):
        pack = begun(county)
        of_team = PackWords.objects.get(report=pack, team=county.team)
        of_section = PackWords.objects.get(report=pack, section="money")
        for words, who in ((of_team, "other_manager"), (of_team, "senior"), (of_section, "manager"), (of_section, "finance")):  # fmt: skip
            with pytest.raises(NotAllowed):
                words.write("Mine.", person=county.people[who], by=county.as_(who), at=NOW)

    def test_it_waits_on_the_first_page_of_who_is_asked_and_of_who_approves(self, county):
        pack = begun(county)

        def pages(who: str) -> list[str]:
            [group] = needs.waiting(county.as_(who), county.authority)
            return [each.what for each in group.needs if each.page in ("pack", "pack_words")]

        assert pages("manager") == [f"What the autumn pack means for {county.team.name}"]
        assert pages("senior") == ["Write and approve the autumn pack"]
        write(county, pack)
        assert pages("manager") == []
        approved(county, pack)
        assert pages("senior") == []


class TestApproving:
    def test_it_does_not_go_out_without_anybody_having_thought_about_it(self, county):
        pack = begun(county)
        senior, person = county.as_("senior"), county.people["senior"]
        write(county, pack, sections=())
        with pytest.raises(Refusal, match="Nobody has written what the figures mean"):
            approve_pack(pack, counted_at=pack.counting, read_empty=True, person=person, by=senior, at=NOW)
        write(county, pack, sections=("money",))
        with pytest.raises(Refusal, match="Tick that you have read the sections without words"):
            approve_pack(pack, counted_at=pack.counting, read_empty=False, person=person, by=senior, at=NOW)
        approve_pack(pack, counted_at=pack.counting, read_empty=True, person=person, by=senior, at=NOW)
        assert not CountyPack.objects.get().is_draft

    def test_it_goes_out_with_the_figures_that_were_read_and_with_none_of_another_day(self, county):
        pack = begun(county)
        write(county, pack)
        read, senior, person = pack.counting, county.as_("senior"), county.people["senior"]
        signed(county.waits, county)
        count_again(pack, by=senior, at=NOW + timedelta(minutes=5))
        with pytest.raises(Refusal, match="counted again meanwhile"):
            approve_pack(pack, counted_at=read, read_empty=True, person=person, by=senior, at=NOW)
        late, then = NOW + timedelta(days=1), county.as_("senior", TODAY + timedelta(days=1))
        with pytest.raises(Refusal, match="The figures are of 8 September 2026"):
            approve_pack(pack, counted_at=pack.counting, read_empty=True, person=person, by=then, at=late)
        approved(county, pack)
        assert figures(copy_of(pack).snapshot)["agreements-signed"] == "2"
        with pytest.raises(Refusal, match="This report is approved"):
            count_again(pack, by=senior, at=NOW)

    def test_only_senior_managers_approve(self, county):
        pack = begun(county)
        write(county, pack)
        for who in ("manager", "finance", "auditor"):
            with pytest.raises(NotAllowed):
                approve_pack(
                    pack,
                    counted_at=pack.counting,
                    read_empty=True,
                    person=county.people[who],
                    by=county.as_(who),
                    at=NOW,
                )

    def test_what_stands_then_is_kept_and_does_not_change_with_the_county(self, county, client_for):
        pack = begun(county)
        write(county, pack)
        approved(county, pack)
        before = figures(copy_of(pack).snapshot)
        assert before["agreements-signed"] == "1"
        signed(county.waits, county)
        page = text(client_for(county, "senior").get(f"/fenshire/reports/packs/{pack.public_id}/"))
        number = PrintedFigure.objects.get(pack=pack, code="agreements-signed").number
        assert f"Agreements signed Figure {number}, agreements-signed 1 of 2 for 2026/27" in page
        now = text(client_for(county, "senior").get("/fenshire/figures/agreements-signed/"))
        assert "of 2 for 2026/27" in now
        assert "2 of 2 for 2026/27" in now or "2 agreements signed" in now

    @pytest.mark.parametrize(
        "change",
        ["UPDATE reports_countypack SET edition = 9", "DELETE FROM reports_packwords",
         "UPDATE reports_packwords SET text = 'Else'", "UPDATE reports_packcopy SET digest = ''",
         "DELETE FROM reports_packcopy"],
    )  # fmt: skip
    def test_nothing_of_it_is_changed_or_deleted_afterwards(self, county, change):
        pack = begun(county)
        write(county, pack)
        approved(county, pack)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)

    def test_its_readers_are_told_that_it_is_ready_and_nothing_else(self, county):
        pack = begun(county)
        write(county, pack)
        Notice.objects.all().delete()
        approved(county, pack)
        told = list(Notice.objects.filter(kind="pack_autumn"))
        assert {each.person_id for each in told} == {county.people[who].pk for who in ("senior", "manager", "other_manager")}  # fmt: skip
        assert all(set(each.words) <= {"manager", "telephone", "reply_to"} for each in told)

    def test_begun_approved_and_read_are_in_the_audit(self, county, client_for):
        pack = begun(county)
        write(county, pack)
        approved(county, pack)
        client_for(county, "finance").get(f"/fenshire/reports/packs/{pack.public_id}/")
        verbs = set(AuditEvent.objects.values_list("verb", flat=True))
        assert {"countypack.begin", "packwords.write", "countypack.approve", "countypack.seal", "countypack.read"} <= verbs  # fmt: skip


class TestCopies:
    def test_each_circle_of_readers_has_the_figures_that_it_opens_by_itself(self, county):
        pack = begun(county)
        write(county, pack)
        approved(county, pack)
        whole, managers, finance = (figures(copy_of(pack, copy).snapshot) for copy in ("whole", "managers", "finance"))
        assert "money-by-fund" in whole
        assert "money-by-fund" not in managers
        assert "money-by-fund" in finance
        assert "supervision-in-date" not in finance
        assert managers.keys() | finance.keys() <= whole.keys()
        assert all(whole[code] == text for found in (managers, finance) for code, text in found.items())
        said = str(copy_of(pack, "finance").snapshot)
        assert "About Supervision" not in said
        assert county.team.name not in said

    def test_who_reads_which_copy(self, county):
        pack = begun(county)
        write(county, pack)
        approved(county, pack)
        copies = {
            who: set(PackCopy.objects.visible_to(county.as_(who)).values_list("copy", flat=True))
            for who in county.people
        }
        assert {who: found for who, found in copies.items() if found} == {
            "senior": {"whole"}, "auditor": {"whole"}, "finance": {"finance"}, "manager": {"managers"},
            "other_manager": {"managers"},
        }  # fmt: skip

    def test_a_draft_is_read_by_who_is_asked_who_approves_and_the_auditor(self, county, client_for):
        pack = begun(county)
        found = {who for who in county.people if CountyPack.objects.visible_to(county.as_(who)).exists()}
        assert found == {"senior", "auditor", "manager", "other_manager"}
        page = text(client_for(county, "manager").get(f"/fenshire/reports/packs/{pack.public_id}/words/"))
        assert "Money by fund" not in page


def test_a_part_that_is_too_small_to_tell_is_words_and_no_bar(told):
    kept = part(Part("West 1", "Fewer than 6", None, None, Decimal(0)))
    assert (kept["text"], kept["of"]) == ("Fewer than 6", "0")


class TestEditions:
    def test_a_correction_is_a_second_edition_and_says_why(self, county, client_for):
        first = begun(county)
        write(county, first)
        approved(county, first)
        with pytest.raises(Refusal, match="Say what the second edition puts right"):
            begun(county)
        second = begun(county, why="An agreement was counted twice.")
        assert second.edition == 2
        assert {each.text for each in second.words.all()} == {each.text for each in first.words.all()}
        approved(county, second, at=NOW + timedelta(days=1))
        shown = county_pack.context(copy_of(second).snapshot, "whole")
        assert shown["edition"] == "Second edition: An agreement was counted twice."
        page = text(client_for(county, "manager").get(f"/fenshire/reports/packs/{first.public_id}/"))
        assert "This was corrected." in page

    def test_no_pack_drops_off_the_list_and_a_corrected_one_says_so_on_another_page(
        self, county, client_for, monkeypatch
    ):
        for why, at in (("", NOW), ("An agreement was counted twice.", NOW + timedelta(days=1))):
            pack = begun(county, why=why)
            write(county, pack)
            approved(county, pack, at=at)
        monkeypatch.setattr("reports.views.county_packs.PACKS_ON_A_PAGE", 1)
        manager = client_for(county, "manager")
        newest, oldest = (text(manager.get(f"/fenshire/reports/packs/?page={number}")) for number in (1, 2))
        assert "Edition 2" in newest
        assert "Corrected since" not in newest
        assert "Next page" in newest
        assert "Autumn pack 2026/27" in oldest
        assert "Corrected since" in oldest

    def test_the_pack_before_and_that_of_a_year_ago_stand_beside(self, county):
        summer = datetime(2026, 7, 13, 9, 0, tzinfo=LONDON)
        year_ago = datetime(2025, 12, 8, 9, 0, tzinfo=LONDON)
        for season, at in (("autumn", year_ago), ("summer", summer)):
            pack = begun(county, season=season, year=2025, at=at)
            write(county, pack, at=at)
            approved(county, pack, at=at)
        now = begun(county)
        write(county, now)
        approved(county, now)
        snapshot = copy_of(now).snapshot
        assert snapshot["beside"] == ["Summer pack 2025/26", "Autumn pack 2025/26"]
        signed_now = next(each for each in snapshot["sections"][1]["figures"] if each["code"] == "agreements-signed")
        assert len(signed_now["before"]) == 2

    def test_the_two_monthly_report_goes_the_same_way(self, county):
        period = two_months_of(date(2026, 9, 8))
        report = begun_two_monthly(county, period)
        assert report.title == "Two-monthly report, September and October 2026"
        write(county, report)
        approved(county, report)
        assert Notice.objects.filter(kind="pack_two_monthly").count() == 3
        assert copy_of(report).snapshot["beside"] == ["", ""]
        assert begun(county).edition == 1, "a term's pack is another report"


class TestThePages:
    def test_the_way_from_a_press_to_a_paper(self, county, client_for):
        senior, manager = client_for(county, "senior"), client_for(county, "manager")
        assert "No pack yet" in text(senior.get("/fenshire/reports/packs/"))
        when = {"words_by_day": "15", "words_by_month": "9", "words_by_year": "2026"}
        term = Term.objects.get(school_year=2026, season="autumn")
        assert senior.post("/fenshire/reports/packs/begin/", when).status_code == 422
        assert senior.post("/fenshire/reports/packs/begin/", {"about": f"term-{term.pk}"} | when).status_code == 302
        pack = CountyPack.objects.get()
        address = f"/fenshire/reports/packs/{pack.public_id}/"
        words = PackWords.objects.get(team=county.team)
        assert manager.post(f"{address}words/", {words.field: "", "press": "send"}).status_code == 422
        assert (
            manager.post(f"{address}words/", {words.field: "We are nearly there.", "press": "send"}).status_code == 302
        )
        draft = text(senior.get(address))
        assert "We are nearly there." in draft
        assert "Nobody of this team has written." in draft
        assert senior.post(f"{address}approve/").status_code == 422
        assert senior.post(f"{address}words/", {"words-money": "It holds until March.", "press": "send"}).status_code == 302  # fmt: skip
        assert senior.post(f"{address}approve/").status_code == 422
        assert senior.post(f"{address}approve/", {"read_empty": "on"}).status_code == 422, "which figures were read?"
        read = {"read_empty": "on", "counting": CountyPack.objects.get().counting}
        assert senior.post(f"{address}approve/", read).status_code == 302
        assert "It holds until March." in text(senior.get(address))
        for who in READERS:
            assert "Autumn pack 2026/27" in text(client_for(county, who).get("/fenshire/reports/packs/"))
            assert client_for(county, who).get(address).status_code == 200

    def test_words_that_come_after_the_approval_come_back(self, county, client_for):
        pack = begun(county)
        write(county, pack)
        approved(county, pack)
        words = PackWords.objects.get(report=pack, team=county.team)
        address = f"/fenshire/reports/packs/{pack.public_id}/words/"
        late = client_for(county, "manager").post(address, {words.field: "One more thought.", "press": "send"})
        assert late.status_code == 409
        assert "One more thought." in text(late)
        assert "approved while you wrote" in text(late)

    @pytest.mark.parametrize(("who", "page"), [("senior", ""), ("senior", "words/"), ("manager", "words/"), ("senior", "approved")])  # fmt: skip
    def test_a_pack_keeps_its_budget(self, county, client_for, queries, who, page):
        pack = begun(county)
        write(county, pack)
        if page == "approved":
            approved(county, pack)
            page = ""
        client = client_for(county, who)
        client.get(f"/fenshire/reports/packs/{pack.public_id}/{page}")
        with queries() as seen:
            assert client.get(f"/fenshire/reports/packs/{pack.public_id}/{page}").status_code == 200
        assert len(seen) <= 20, "\n".join(each[:150] for each in seen)

    def test_the_list_keeps_its_budget_at_two_sizes(self, county, client_for, queries):
        client = client_for(county, "senior")
        approved_pack = begun(county)
        write(county, approved_pack)
        approved(county, approved_pack)
        with queries() as few:
            client.get("/fenshire/reports/packs/")
        for month in (1, 3, 5, 7, 9):
            begun_two_monthly(county, two_months_of(date(2026, month, 1)))
        with queries() as many:
            client.get("/fenshire/reports/packs/")
        assert len(few) == len(many) <= 12, "\n".join(each[:150] for each in many)
