"""What was printed stays what it was, and a number on paper finds it again."""

from __future__ import annotations

import pytest

from reports.measures.registry import MEASURES
from reports.models import PrintedFigure, Sheet
from teams.models import AuditEvent, Employment
from tests.reports.stories import active, add_terms, grow
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@story
def county(fenshire, moorland):
    add_terms(fenshire)
    active(fenshire)
    grow(fenshire, 2)
    active(moorland)
    return fenshire


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def kept(county, client, code: str = "") -> Sheet:
    address = f"/fenshire/figures/{code}/keep/" if code else "/fenshire/figures/keep/"
    response = client.post(address)
    assert response.status_code == 302, response.content[:300]
    with county.inside():
        sheet = Sheet.objects.latest("pk")
        assert response["Location"].endswith(f"/figures/sheets/{sheet.public_id}/")
    return sheet


def test_each_figure_has_a_number_that_finds_it_again(county, client_for):
    client = client_for(county, "senior")
    sheet = kept(county, client)
    with county.inside():
        rows = list(PrintedFigure.objects.filter(sheet=sheet))
    assert [row.number for row in rows] == list(range(1001, 1001 + len(MEASURES)))
    html = text(client.get(f"/fenshire/figures/sheets/{sheet.public_id}/"))
    for row in rows:
        assert f"Figure {row.number}" in html
        assert f"/fenshire/figures/printed/{row.number}/" in html
    again = kept(county, client, "agreements-signed")
    with county.inside():
        assert again.figures.get().number == 1001 + len(MEASURES), "no number is given twice"


def test_what_stood_there_stays_when_the_county_has_changed(county, client_for):
    client = client_for(county, "senior")
    sheet = kept(county, client, "posts-filled")
    with county.inside():
        number = sheet.figures.get().number
        before = sheet.figures.get().kept["number"]
        Employment.objects.filter(post=county.rows["post 1"]).delete()
    html = text(client.get(f"/fenshire/figures/printed/{number}/"))
    assert f'<p class="alongside-figure__number">{before}</p>' in html.replace("  ", "")
    now = text(client.get("/fenshire/figures/posts-filled/"))
    assert f'<p class="alongside-figure__number">{int(before) - 1}</p>' in now.replace("  ", "")


def test_a_reader_of_money_reads_no_supervision_on_somebody_elses_sheet(county, client_for):
    sheet = kept(county, client_for(county, "senior"))
    html = text(client_for(county, "finance").get(f"/fenshire/figures/sheets/{sheet.public_id}/"))
    assert "Agreements signed" in html
    assert "Supervision in date" not in html
    assert "not for you" in html
    with county.inside():
        hidden = sheet.figures.get(code="supervision-in-date").number
    assert client_for(county, "finance").get(f"/fenshire/figures/printed/{hidden}/").status_code == 404


def test_a_managers_sheet_is_of_her_own_and_her_own(county, client_for):
    mine = kept(county, client_for(county, "manager"))
    assert client_for(county, "manager").get(f"/fenshire/figures/sheets/{mine.public_id}/").status_code == 200
    assert client_for(county, "other_manager").get(f"/fenshire/figures/sheets/{mine.public_id}/").status_code == 404
    with county.inside():
        number = mine.figures.first().number
    for who in ("senior", "finance", "auditor"):  # hers hides nothing that is small: it is for her alone
        assert client_for(county, who).get(f"/fenshire/figures/sheets/{mine.public_id}/").status_code == 404
        assert client_for(county, who).get(f"/fenshire/figures/printed/{number}/").status_code == 404
    page = text(client_for(county, "manager").get(f"/fenshire/figures/sheets/{mine.public_id}/"))
    assert "as far as you manage it" in page, "nobody takes her part for the whole"
    assert client_for(county, "other_manager").get(f"/fenshire/figures/printed/{number}/").status_code == 404


def test_another_authority_finds_nothing_by_the_same_number(county, moorland, client_for):
    sheet = kept(county, client_for(county, "senior"))
    client = client_for(moorland, "senior")
    assert client.get(f"/moorland/figures/sheets/{sheet.public_id}/").status_code == 404
    assert client.get("/moorland/figures/printed/1001/").status_code == 404


def test_keeping_is_audited_and_looking_keeps_nothing(county, client_for):
    client = client_for(county, "senior")
    kept(county, client, "agreements-signed")
    client.get("/fenshire/figures/agreements-signed/")
    assert client.get("/fenshire/figures/agreements-signed/keep/").status_code == 405
    with county.inside():
        assert Sheet.objects.count() == 1
        assert AuditEvent.objects.filter(verb="sheet.keep").count() == 1


def test_whoever_may_not_read_a_figure_keeps_none(county, client_for):
    assert client_for(county, "finance").post("/fenshire/figures/supervision-in-date/keep/").status_code == 403
    assert client_for(county, "worker").post("/fenshire/figures/keep/").status_code == 403
