"""Each figure of an approved pack has a number that finds it again, as it was printed, for whoever reads its copy."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from casework.models import YoungPerson
from reports import pdf
from reports.actions.county_packs import approve_pack
from reports.measures.figure import Figure
from reports.measures.registry import MEASURES
from reports.models import CountyPack, PackCopy, PrintedFigure
from reports.wording import two_months_of
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.models import AuditEvent, Membership
from tests.documents.reading import words
from tests.factories.agreements import signed
from tests.factories.authorities import NOW, TODAY, County
from tests.factories.visits import text
from tests.reports.pack_stories import approved, begun, begun_two_monthly, copy_of, set_out, write
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@story
def told(fenshire, moorland):
    """Ten children of one team and three of another: what managers read of them hides more. One agreement of two is
    signed.
    """
    with fenshire.inside():
        set_out(fenshire)
        for worker, count in (("worker", 10), ("other_worker", 3)):
            YoungPerson.objects.bulk_create(
                YoungPerson(
                    initials=f"{worker[0]}{number}", school=fenshire.oakfield, worker=fenshire.people[worker],
                    need="Coming to school", starts_on=date(2026, 8, 1),
                )
                for number in range(count)
            )  # fmt: skip
        pack = begun(fenshire)
        write(fenshire, pack)
        fenshire.rows["pack"] = approved(fenshire, pack)
    return fenshire


@pytest.fixture
def county(told):
    with told.inside():
        yield told


def numbers(pack: CountyPack, copy: str) -> dict[str, int]:
    sections = copy_of(pack, copy).snapshot["sections"]
    return {each["code"]: each["printed"] for section in sections for each in section["figures"]}


def second_edition(county: County) -> CountyPack:
    """Of the next day, when the agreement that waited is signed."""
    again = begun(county, why="A signature was left out.")
    return approved(county, again, at=NOW + timedelta(days=1))


def wear_both(county: County) -> None:
    """The manager reads money as well."""
    her = county.people["manager"]
    Membership.objects.create(
        user=county.users["manager"], person=her, role=Role.FINANCE_READER, starts_on=date(2024, 9, 1)
    )


class TestNumbers:
    def test_each_figure_of_each_copy_has_one_and_it_says_what_was_printed(self, county):
        for copy in PackCopy.Copy.values:
            found = numbers(county.pack, copy)
            printed = {row.number: row for row in PrintedFigure.objects.filter(pack=county.pack)}
            for section in copy_of(county.pack, copy).snapshot["sections"]:
                for figure in section["figures"]:
                    row = printed[found[figure["code"]]]
                    kept = Figure.kept(row.kept)
                    assert copy in row.copies
                    assert (kept.code, kept.text, kept.since) == (figure["code"], figure["text"], figure["since"])
                    assert [(each.label, each.text) for each in kept.parts] == [
                        (each["label"], each["text"]) for each in figure["parts"]
                    ]

    def test_a_figure_that_says_the_same_on_two_copies_has_one_number_and_else_two(self, county):
        whole, managers, finance = (numbers(county.pack, copy) for copy in ("whole", "managers", "finance"))
        assert whole["agreements-signed"] == managers["agreements-signed"] == finance["agreements-signed"]
        assert whole["young-people-supported"] != managers["young-people-supported"]
        assert len(set(whole.values())) == len(whole) == len(MEASURES)

    def test_they_stand_beside_the_figure_on_paper_and_on_the_page(self, county, client_for):
        for copy, who in (("whole", "senior"), ("managers", "manager"), ("finance", "finance")):
            page = text(client_for(county, who).get(f"/fenshire/reports/packs/{county.pack.public_id}/"))
            paper = " ".join(words(pdf.draw("county_pack", copy_of(county.pack, copy).snapshot, copy)).split())
            for number in numbers(county.pack, copy).values():
                assert page.count(f"Figure {number}") == 2, "beside it, and where it says how it is counted"
                assert paper.count(f"Figure {number}") == 2

    def test_a_two_monthly_report_has_them_too(self, county, client_for):
        report = begun_two_monthly(county, two_months_of(TODAY))
        write(county, report)
        number = numbers(approved(county, report), "finance")["posts-filled"]
        client = client_for(county, "finance")
        title = "Two-monthly report, September and October 2026"
        assert title in text(client.get("/fenshire/search/", {"q": f"figure {number}"}))
        assert f"{title}, finance copy" in text(client.get(f"/fenshire/figures/printed/{number}/"))

    def test_a_draft_has_none(self, county, client_for):
        again = begun(county, why="Once more.")
        assert not PrintedFigure.objects.filter(pack=again).exists()
        page = text(client_for(county, "senior").get(f"/fenshire/reports/packs/{again.public_id}/"))
        assert "gives each a number" in page
        assert "Figure 1" not in page

    def test_a_sheet_goes_on_after_a_pack(self, county, client_for):
        last = PrintedFigure.objects.latest("number").number
        client_for(county, "senior").post("/fenshire/figures/agreements-signed/keep/")
        assert PrintedFigure.objects.get(sheet__isnull=False).number == last + 1

    def test_a_draft_of_before_there_were_numbers_is_counted_again_first(self, county):
        again = begun(county, why="Once more.")
        for figure in again.counted["figures"]:
            figure.pop("kept")
        CountyPack.objects.filter(pk=again.pk).update(counted=again.counted)
        with pytest.raises(Refusal, match="Count the figures again"):
            approve_pack(
                again, counted_at=again.counting, read_empty=True, person=county.people["senior"],
                by=county.as_("senior"), at=NOW,
            )  # fmt: skip

    def test_a_pack_of_before_there_were_numbers_says_so(self, county, client_for, monkeypatch):
        again = begun(county, why="Once more.")
        monkeypatch.setattr(PrintedFigure, "number_all", list)
        approved(county, again)
        page = text(client_for(county, "senior").get(f"/fenshire/reports/packs/{again.public_id}/"))
        assert "approved before each figure had a number" in page
        paper = words(pdf.draw("county_pack", copy_of(again).snapshot, "whole"))
        assert "before each figure had a number" in " ".join(paper.split())

    @pytest.mark.parametrize(
        "change", ["UPDATE reports_printedfigure SET number = 9", "DELETE FROM reports_printedfigure",
                   "UPDATE reports_printedfigure SET copies = '{finance}'"],
    )  # fmt: skip
    def test_nothing_of_them_is_changed_or_deleted(self, county, change):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


class TestFoundAgain:
    def found(self, county: County, client: Any, number: int) -> tuple[int, str]:
        """The figure's page, and what the search box says."""
        answer = client.get(f"/fenshire/figures/printed/{number}/")
        return answer.status_code, text(client.get("/fenshire/search/", {"q": f"Figure {number}"}))

    def test_with_value_definition_day_pack_and_copy(self, county, client_for):
        number = numbers(county.pack, "managers")["agreements-signed"]
        client = client_for(county, "manager")
        _, search = self.found(county, client, number)
        assert "Agreements signed, Fenshire County Council, 8 September 2026, Autumn pack 2026/27" in search
        page = text(client.get(f"/fenshire/figures/printed/{number}/"))
        figure = Figure.kept(PrintedFigure.objects.get(number=number).kept)
        for said in (figure.counted, figure.out_of, "8 September 2026", "Autumn pack 2026/27, managers’ copy",
                     county.people["senior"].name, f"{figure.text} agreements signed"):  # fmt: skip
            assert said in page, said
        assert "whole copy" not in page
        assert AuditEvent.objects.filter(verb="countypack.read", subject_ids=[county.pack.public_id]).exists()

    def test_what_was_hidden_stays_hidden(self, county, client_for):
        mine = numbers(county.pack, "managers")["young-people-supported"]
        page = text(client_for(county, "manager").get(f"/fenshire/figures/printed/{mine}/"))
        assert "13 young people" not in page
        assert "13" not in page.replace(f"Figure {mine}", "")
        theirs = numbers(county.pack, "whole")["young-people-supported"]
        assert "13 young people" in text(client_for(county, "senior").get(f"/fenshire/figures/printed/{theirs}/"))

    def test_who_has_no_such_copy_reads_what_stands_for_a_number_that_is_none(self, county, client_for):
        whole, managers, finance = (numbers(county.pack, copy) for copy in ("whole", "managers", "finance"))
        hidden = [
            ("manager", whole["money-by-fund"]), ("manager", whole["young-people-supported"]),
            ("finance", whole["supervision-in-date"]), ("finance", managers["young-people-supported"]),
            ("practitioner", whole["agreements-signed"]), ("senior", managers["young-people-supported"]),
        ]  # fmt: skip
        county.users["practitioner"], county.people["practitioner"] = (
            county.users["other_worker"],
            county.people["other_worker"],
        )
        Membership.objects.filter(person=county.people["practitioner"]).update(role=Role.SENIOR_PRACTITIONER)
        for who, number in hidden:
            client = client_for(county, who)
            unknown, nothing = self.found(county, client, 99999)
            status, search = self.found(county, client, number)
            assert status == unknown == 404, (who, number)
            assert search.replace(str(number), "N") == nothing.replace("99999", "N"), (who, number)
            answers = [client.get(f"/fenshire/figures/printed/{each}/").content for each in (number, 99999)]
            assert text_of(answers[0]) == text_of(answers[1])
        assert self.found(county, client_for(county, "auditor"), whole["money-by-fund"])[0] == 200
        for who in ("worker", "head", "admin"):
            assert self.found(county, client_for(county, who), whole["agreements-signed"])[0] == 403

    def test_another_authority_finds_nothing(self, told, moorland, client_for):
        with told.inside():
            number = numbers(told.pack, "whole")["agreements-signed"]
        client = client_for(moorland, "senior")
        assert client.get(f"/moorland/figures/printed/{number}/").status_code == 404
        assert "Figures on paper" not in text(client.get("/moorland/search/", {"q": f"Figure {number}"}))

    def test_whether_a_later_edition_changed_it(self, county, client_for):
        client, first = client_for(county, "finance"), numbers(county.pack, "finance")
        assert "corrected" not in text(client.get(f"/fenshire/figures/printed/{first['agreements-signed']}/"))
        signed(county.waits, county)
        second = numbers(second_edition(county), "finance")
        page = text(client.get(f"/fenshire/figures/printed/{first['agreements-signed']}/"))
        assert "This pack was corrected." in page
        assert f"Edition 2 says something else: Figure {second['agreements-signed']} , 2 of 2 for 2026/27." in page
        assert "What was put right: A signature was left out." in page
        assert "Autumn pack 2026/27, edition 1, finance copy" in page
        page = text(client.get(f"/fenshire/figures/printed/{first['posts-filled']}/"))
        assert f"Edition 2 says the same: Figure {second['posts-filled']}" in page
        page = text(client.get(f"/fenshire/figures/printed/{second['agreements-signed']}/"))
        assert "corrected" not in page
        assert "Autumn pack 2026/27, edition 2, finance copy" in page

    def test_it_keeps_its_budget(self, county, client_for, queries):
        second_edition(county)
        client = client_for(county, "senior")
        for asked in (f"/fenshire/figures/printed/{numbers(county.pack, 'whole')['agreements-signed']}/",):
            client.get(asked)
            with queries() as seen:
                assert client.get(asked).status_code == 200
            assert len(seen) <= 20, "\n".join(seen)


def text_of(content: bytes) -> bytes:
    """What stands on it, without the number that each answer has of its own."""
    return re.sub(rb"<strong>\w{8}</strong>", b"", content.partition(b"<main")[2].partition(b"</main>")[0])


class TestTwoHats:
    def test_a_manager_who_reads_money_has_both_copies_by_their_names(self, county, client_for):
        wear_both(county)
        client = client_for(county, "manager")
        address = f"/fenshire/reports/packs/{county.pack.public_id}/"
        page = text(client.get(address))
        assert "You have 2 copies of this pack." in page
        assert "Managers’ copy , which you read now" in page
        assert "What the teams say" in page
        assert "Money ahead" not in page
        finance = text(client.get(address, {"copy": "finance"}))
        assert "Finance copy , which you read now" in finance
        assert "Money ahead" in finance
        assert "What the teams say" not in finance
        assert text(client.get(address, {"copy": "whole"})) == page, "a copy that she has not"
        listed = text(client.get("/fenshire/reports/packs/"))
        assert "Managers’ copy (PDF)" in listed
        assert "Finance copy (PDF)" in listed
        for copy, status in (("managers", 200), ("finance", 200), ("whole", 404)):
            answer = client.get(f"/fenshire/reports/packs/copies/{copy_of(county.pack, copy).public_id}/")
            assert answer.status_code == status, copy
        for copy in ("managers", "finance"):
            for number in numbers(county.pack, copy).values():
                assert client.get(f"/fenshire/figures/printed/{number}/").status_code == 200

    def test_neither_copy_tells_her_what_the_other_hides(self, county):
        managers, finance = (copy_of(county.pack, copy).snapshot for copy in ("managers", "finance"))

        def told(snapshot: dict[str, Any]) -> dict[str, Any]:
            return {each["code"]: each for section in snapshot["sections"] for each in section["figures"]}

        both = told(managers).keys() & told(finance).keys()
        assert both
        for code in both:
            assert told(managers)[code]["printed"] == told(finance)[code]["printed"], code
        for measure in MEASURES:
            assert not (measure.small and {Role.TEAM_MANAGER, Role.FINANCE_READER} <= measure.audience), measure.code

    def test_who_has_the_whole_copy_needs_no_other(self, county, client_for):
        wear_both(county)
        Membership.objects.filter(person=county.people["manager"], role=Role.FINANCE_READER).update(
            role=Role.SENIOR_MANAGER
        )
        page = text(client_for(county, "manager").get(f"/fenshire/reports/packs/{county.pack.public_id}/"))
        assert "copies of this pack" not in page
        assert "Money ahead" in page
        assert "What the teams say" in page


def test_the_days_of_a_pack_are_those_of_its_counting(county):
    for row in PrintedFigure.objects.filter(pack=county.pack):
        assert row.kept["on"] == TODAY.isoformat()
