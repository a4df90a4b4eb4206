"""What a school's share buys, for its governors: the numbers of the other pages, nothing of a child, one side of A4."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from casework.models import YoungPerson
from reports import pdf
from reports.documents import share_buys
from schools.actions.next_year import choices_of
from schools.models import Agreement
from schools.permissions import sees_cost
from teams.foundation.access import Role
from teams.models import AuditEvent, Membership
from tests.documents.reading import opened, tag_tree, words
from tests.factories.authorities import TODAY
from tests.reports.stories import active, add_terms, grow
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LONG = (
    "Saint Bartholomew and All Hallows Church of England Voluntary Aided Primary School and Nursery with Resource Base"
)


@story
def county(fenshire):
    add_terms(fenshire, 2025, 2026, 2027)
    fenshire.rows["agreement"] = active(fenshire)
    grow(fenshire, 1)
    return fenshire


def plain(page: str) -> str:
    without = re.sub(r"<(script|style|svg).*?</\1>", " ", page, flags=re.DOTALL)
    said = html.unescape(re.sub(r"<[^>]+>", " ", without)).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", said)


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return plain(response.content.decode())


def address(county, key: str = "") -> str:
    with county.inside():
        placement = county.rows[f"post {key}"].placements.get() if key else county.agreement.placement
    return f"/fenshire/placements/{placement.public_id}/share/"


def paper_of(client, where: str) -> pdf.Drawn:
    response = client.get(where + "paper/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return pdf.Drawn(response.content, 0)


def facts_of(page: str) -> list[str]:
    """Every tile and every line of the list on the screen, one text each."""
    kinds = (r'<p class="alongside-figure__\w+[^>]*>(.*?)</p>', r"<dt[^>]*>(.*?)</dt>", r"<dd[^>]*>(.*?)</dd>")
    found = [each for kind in kinds for each in re.findall(kind, page, flags=re.DOTALL)]
    return [plain(each).strip() for each in found]


def young_people(county, number: int) -> None:
    with county.inside():
        for place in range(number):
            YoungPerson.objects.create(
                school=county.oakfield, worker=county.people["worker"], initials=f"Q{place}", need="Attendance",
                starts_on=TODAY,
            )  # fmt: skip


def test_page_and_paper_say_the_same_and_the_price_is_that_of_the_other_pages(county, client_for):
    head = client_for(county, "head")
    paper = plain(words(paper_of(head, address(county))))
    facts = facts_of(head.get(address(county)).content.decode())
    assert len(facts) == 2 * 3 + 2 * 7, "two sums with what they are, and seven facts"
    for each in facts:
        assert each in paper, each
    home = text(head.get(f"/fenshire/home/{county.oakfield.public_id}/"))
    for each in ("£14,145", "41 % of £34,500 a year"):
        assert each in home
        assert each in paper
    with county.inside():
        later = choices_of(county.agreement.placement, authority=county.authority, today=TODAY)
    assert f"£{later.a_year:,.0f}" in paper


@pytest.mark.parametrize(
    ("number", "says"), [(0, "Young people None written down"), (3, "Young people Fewer than 6"), (7, "Young people 7")]
)
def test_one_to_five_young_people_are_not_told_to_anybody(county, client_for, number, says):
    young_people(county, number)
    for who in ("head", "manager"):
        assert says in text(client_for(county, who).get(address(county))), who
    for who in ("senior", "finance", "auditor"):
        assert "Young people Not shown here" in text(client_for(county, who).get(address(county))), who
    paper = words(paper_of(client_for(county, "head"), address(county)))
    assert says in paper
    assert "Q0" not in paper
    assert "Attendance" not in paper


def test_who_reads_it(county, client_for):
    reads = {"head": 200, "manager": 200, "senior": 200, "finance": 200, "auditor": 200}
    for who, answer in (reads | {"worker": 403, "lead": 403, "other_head": 404, "other_worker": 404}).items():
        assert client_for(county, who).get(address(county)).status_code == answer, who
        assert client_for(county, who).get(address(county) + "paper/").status_code == answer, who
    assert client_for(county, "head").get(address(county, "1")).status_code == 404
    with county.inside():
        assert AuditEvent.objects.filter(verb="placement.share").exists()


@pytest.mark.parametrize("who", ["worker", "lead"])
def test_who_manages_another_team_reads_no_price_where_she_works_or_leads(county, client_for, who):
    """Her own post, or the school that she leads in: what a manager reads is of the teams that she manages."""
    with county.inside():
        Membership.objects.create(
            user=county.users[who], person=county.people[who], role=Role.TEAM_MANAGER, starts_on=date(2024, 9, 1),
            team=county.other_post.team,
        )  # fmt: skip
    client = client_for(county, who)
    for where in (address(county), address(county) + "paper/"):
        assert client.get(where).status_code == 403, where
    with county.inside():
        both = replace(county.as_(who), roles=county.as_(who).roles | {Role.TEAM_MANAGER})
        assert Agreement.objects.visible_to(both).filter(pk=county.agreement.pk).exists()
        assert sees_cost(both, county.agreement) == ""
        assert sees_cost(county.as_("manager"), county.agreement) == "council"


def test_nothing_of_another_school_or_payer_stands_on_it(county, client_for):
    paper = words(paper_of(client_for(county, "head"), address(county)))
    for other in ("Elm 001", "Hanna", "County budget", "Beech"):
        assert other not in paper


def test_it_is_within_the_budget_of_queries(county, client_for, queries):
    head = client_for(county, "head")
    head.get(address(county))
    with queries() as few:
        head.get(address(county))
    grow(county, 4, start=10)
    young_people(county, 7)
    with queries() as more:
        head.get(address(county))
    assert len(few) == len(more) <= 20


def snapshot(**more: Any) -> dict[str, Any]:
    said = " ".join(["The worker listens to me and does what we agreed. Always 12 of 18."] * 5)
    return {
        "authority": {"name": "Fenshire County Council", "service": "Pupil Support", "telephone": "01632 960000", "colour": "#1d5a94"},
        "school": LONG, "worker": "Alexandrina Featherstonehaugh-Cholmondeley-Warner",
        "manager": {"name": "Marguerite Fotheringay-Phipps", "telephone": "01632 960111"},
        "year": "2026/27", "next_year": "2027/28", "on": date(2027, 6, 14).isoformat(),
        "share": {"total": "14145.00", "percent": "41.00", "whole": "34500.00", "period": "a year", "changes": []},
        "later": {"a_year": "14569.35", "a_day": "2914", "notice_on": "2027-04-11"},
        "days": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"], "hours": "32.5",
        "time": {"percent": 87, "given": "812 hours 30 minutes", "agreed": "933 hours 15 minutes"},
        "supervisions": 5, "school_kept": {"kept": 11, "of": 12}, "council_kept": {"kept": 14, "of": 15},
        "young": "17", "room": True,
        "buys": ["One named worker in your school on the days above", "Supervision in your school with the manager, with you or whom you name", "Work with pupils and parents, at school and at home", "Training, cover arrangements and line management by the council", "A paper each term with the days given and the cost"],
        "said": [["Young people", said + " About all 3 workers who were there."], ["Parents", said]],
    } | more  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {},
        {
            "share": None,
            "later": {"a_year": None, "a_day": None, "notice_on": None},
            "time": None,
            "days": [],
            "said": [],
        },
        {"school": "W" * 120, "worker": "W" * 120},
    ],
)
def test_it_is_one_side_whatever_the_names(more):
    drawn = pdf.draw("share_buys", snapshot(**more), "school")
    assert drawn.pages == 1


def test_it_is_tagged_and_the_same_bytes_each_time():
    drawn = pdf.draw("share_buys", snapshot(), "school")
    assert drawn.content == pdf.draw("share_buys", snapshot(), "school").content
    with opened(drawn) as document:
        root = tag_tree(document)
        assert root.named("H1")
        assert root.named("TH")


def test_a_share_that_changes_in_the_year_says_from_when():
    share = {
        "total": "9000.00", "percent": "41.00", "whole": "34500.00", "changes": [["2027-04-01", "30.00"]],
        "period": "from 1 January 2027 to 31 August 2027",
    }  # fmt: skip
    now, later = share_buys.context(snapshot(share=share), "school")["pays"]
    assert now.more.replace("\N{NO-BREAK SPACE}", " ") == (
        "41 % of £34,500 a year, the cost of the post, from 1 April 2027 30 %, from 1 January 2027 to 31 August 2027"
    )
    assert later.text == "£14,569.35"


def test_the_price_of_another_year_is_never_told_as_this_years(county, client_for):
    with county.inside():
        type(county.agreement).objects.filter(pk=county.agreement.pk).update(school_year=2027)
    assert "Not known yet In 2026/27 The agreement has no price yet." in text(
        client_for(county, "head").get(address(county))
    )
