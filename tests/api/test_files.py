"""Lists as files: what a spreadsheet finds in them, and what it must not."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime
from io import BytesIO, StringIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from reports.actions.runs import run_term
from schools.models import School
from teams.foundation.api import files
from teams.models import AuditEvent, Person, Term
from teams.rules.terms import offered_terms
from tests.api.asking import program_of, sentence
from tests.factories.agreements import make_agreement, offered, signed
from tests.factories.authorities import NOW
from tests.told import story

pytestmark = pytest.mark.django_db

DANGEROUS = ["=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"]


def in_csv(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def in_excel(answer) -> list[dict[str, object]]:
    assert answer.status_code == 200, answer.content
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows())
    heads = [cell.value for cell in rows[0]]
    return [dict(zip(heads, row, strict=True)) for row in rows[1:]]


@pytest.mark.parametrize("words", DANGEROUS)
def test_no_cell_starts_a_formula(fenshire, words):
    with fenshire.inside():
        Person.objects.filter(pk=fenshire.people["head"].pk).update(name=f"{words} Head", telephone="+44 1632 960000")
    program = program_of(fenshire, "manager")
    row = next(row for row in in_csv(program.get("contacts/", {"format": "csv"})) if row["Name"].endswith("Head"))
    assert row["Name"] == f"'{words} Head"
    assert row["Telephone number"] == "'+44 1632 960000"
    for row in in_excel(program.get("contacts/", {"format": "xlsx"})):
        for cell in row.values():
            assert cell.data_type != "f", f"{cell.value} is a formula."


def test_a_number_is_a_number_a_day_a_day_and_a_urn_words(fenshire, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with fenshire.inside():
        offered(make_agreement(fenshire), fenshire)
        School.objects.update(low_age=4, opened_on=date(2001, 9, 1))
    program = program_of(fenshire, "manager", at=NOW)
    school = next(row for row in in_excel(program.get("schools/", {"format": "xlsx"})) if row["URN"].value == "900100")
    assert school["Lowest age"].value == 4
    assert school["Opened"].value == datetime(2001, 9, 1)
    assert school["Opened"].is_date
    written = next(row for row in in_csv(program.get("schools/", {"format": "csv"})) if row["URN"] == "900100")
    assert (written["Lowest age"], written["Opened"], written["Closed"]) == ("4", "2001-09-01", "")
    agreement = in_excel(program.get("agreements/", {"format": "xlsx"}))[0]
    assert agreement["Sent"].value == datetime(2026, 9, 8, 9, 30)
    assert agreement["First day"].value == datetime(2026, 9, 1)
    assert agreement["Waits for"].value == "school, worker, council"
    fund = in_csv(program.get("funds/", {"format": "csv"}))[0]
    assert fund["Whole posts it pays for now"] == "1.18"
    assert in_excel(program.get("funds/", {"format": "xlsx"}))[0]["Whole posts it pays for now"].value == 1.18


def test_money_is_to_the_penny():
    columns = [files.Column("Cost", "cost", files.Kind.MONEY), files.Column("By", "by")]
    table = [[files._value({"cost": "14145.5", "by": "=x"}, column) for column in columns]]
    assert files._csv(columns, table).decode("utf-8-sig") == "Cost,By\r\n14145.50,'=x\r\n"
    cells = list(load_workbook(BytesIO(files._xlsx(columns, table))).active.iter_rows())[1]
    assert (cells[0].value, cells[0].number_format) == (14145.5, "#,##0.00")


def test_a_file_holds_what_the_list_was_narrowed_to_and_what_this_reader_may_see(fenshire):
    program = program_of(fenshire, "manager")
    assert [row["URN"] for row in in_csv(program.get("schools/", {"format": "csv", "words": "oak"}))] == ["900100"]
    head = in_csv(program_of(fenshire, "head").get("schools/", {"format": "csv"}))
    assert [(row["URN"], row["Area"]) for row in head] == [("900100", "")]
    people = in_csv(program_of(fenshire, "worker").get("people/", {"format": "csv"}))
    assert {row["E-mail address"] for row in people} == {"", "worker@fenshire.example"}
    assert {row["Roles"] for row in people} == {""}
    own = in_csv(program_of(fenshire, "admin").get("people/", {"format": "csv", "at": "council"}))
    assert "Team manager" in {row["Roles"] for row in own}


def test_an_export_is_an_event_with_its_count(fenshire):
    answer = program_of(fenshire, "manager").get("schools/", {"format": "xlsx"})
    assert re.fullmatch(r'attachment; filename="schools-\d{4}-\d\d-\d\d\.xlsx"', answer["Content-Disposition"])
    with fenshire.inside():
        event = AuditEvent.objects.get(verb="school.export")
    assert event.reason == "xlsx, 2 rows"
    assert event.user == fenshire.users["manager"]


def test_too_many_rows_are_refused_in_words_and_leave_no_event(fenshire, monkeypatch):
    monkeypatch.setattr(files, "MOST_ROWS", 1)
    answer = program_of(fenshire, "manager").get("schools/", {"format": "csv"})
    assert answer.status_code == 409
    assert sentence(answer) == (
        "A file holds at most 1 rows, and these are more. Narrow the list, or read it page by page."
    )
    with fenshire.inside():
        assert not AuditEvent.objects.filter(verb="school.export").exists()


def test_somebody_at_a_browser_reads_the_refusal_on_a_page_with_the_way_back(fenshire, client_for, monkeypatch):
    monkeypatch.setattr(files, "MOST_ROWS", 1)
    browser = {"Accept": "text/html,*/*;q=0.8", "Referer": "http://testserver/fenshire/schools/?phase=primary"}
    answer = client_for(fenshire, "manager").get("/fenshire/api/v1/schools/", {"format": "csv"}, headers=browser)
    assert answer.status_code == 409
    assert answer["Content-Type"].startswith("text/html")
    text = answer.content.decode()
    assert "A file holds at most 1 rows, and these are more." in text
    assert 'href="/fenshire/schools/?phase=primary"' in text
    strange = browser | {"Referer": "http://example.org/fenshire/schools/"}
    answer = client_for(fenshire, "lead").get(
        "/fenshire/api/v1/people/", {"format": "xlsx", "no": "1"}, headers=strange
    )
    assert answer.status_code == 400
    assert "This address knows no such name." in answer.content.decode()
    assert "example.org" not in answer.content.decode()


def test_a_file_takes_as_many_queries_for_two_rows_as_for_many(fenshire, queries):
    program = program_of(fenshire, "manager")
    program.get("schools/")

    def counted() -> int:
        with queries() as seen:
            assert program.get("schools/", {"format": "csv"}).status_code == 200
        return len(seen)

    few = counted()
    with fenshire.inside():
        School.objects.bulk_create(
            School(urn=f"91{each:04d}", name=f"School {each}", area=fenshire.area) for each in range(60)
        )
    assert counted() == few <= 12


LINKS = [
    ("/fenshire/schools/?state=without&words=beech", "admin", "URN", ["900101"]),
    ("/fenshire/contacts/?words=Hetty", "manager", "Name", ["Hetty Fenshire"]),
    ("/fenshire/people/?at=schools", "admin", "Name", ["Hetty Fenshire", "Hugo Fenshire", "Lena Fenshire"]),
    ("/fenshire/agreements/?status=active&school=oak", "manager", "URN", ["900100"]),
    ("/fenshire/papers/", "senior", "Term", ["autumn"]),
    ("/fenshire/funds/", "senior", "Fund", ["County budget Fenshire"]),
]


@story
def printing(fenshire):
    """An active agreement whose term is being printed."""
    with fenshire.inside():
        signed(offered(make_agreement(fenshire), fenshire), fenshire)
        term = offered_terms(2026)[0]
        autumn = Term.objects.create(
            school_year=2026, season=term.season, starts_on=term.starts_on, ends_on=term.ends_on,
            half_term_starts_on=term.half_term_starts_on, half_term_ends_on=term.half_term_ends_on,
        )  # fmt: skip
        run_term(autumn, authority=fenshire.authority, by=fenshire.as_("senior"), at=NOW)
    return fenshire


@pytest.fixture
def full_lists(printing, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return printing


@pytest.mark.parametrize(("address", "who", "column", "found"), LINKS)
def test_a_page_leads_to_files_of_the_rows_that_it_shows(full_lists, client_for, address, who, column, found):
    client = client_for(full_lists, who)
    body = client.get(address).content.decode()
    for kind, read in (("csv", in_csv), ("xlsx", in_excel)):
        link = re.search(rf'href="(/fenshire/api/v1/[^"]*format={kind}[^"]*)"', body)
        assert link, f"{address} has no link to {kind}."
        cells = [row[column] for row in read(client.get(link[1].replace("&amp;", "&")))]
        assert [getattr(cell, "value", cell) for cell in cells] == found


def test_somebody_signed_out_who_follows_such_a_link_is_asked_to_sign_in(fenshire, client):
    answer = client.get("/fenshire/api/v1/schools/?format=csv", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/fenshire/api/v1/schools/%3Fformat%3Dcsv"
