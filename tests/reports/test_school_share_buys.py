"""What a school's shares of several workers buy: the school's money in one sum to the penny, on one side of A4."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import pdf
from reports.documents import school_share_buys
from schools.actions import agreements
from schools.models import Placement, Share
from teams.foundation.words import money
from teams.models import AuditEvent
from tests.documents.reading import opened, tag_tree, words
from tests.factories.agreements import OWN_LINES, fresh, offered
from tests.factories.authorities import NOW, YEAR_STARTS
from tests.reports.stories import TWO_DAYS, active, add_agreement, add_terms
from tests.reports.test_share_buys import LONG, facts_of, paper_of, plain, text, young_people
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@story
def county(fenshire):
    """Oakfield has three workers: Wanda, and Willa 1 and Willa 2, who left their own schools for it."""
    add_terms(fenshire, 2025, 2026, 2027)
    fenshire.rows["agreement"] = active(fenshire)
    for number in (1, 2):
        move_to_oakfield(fenshire, number)
    return fenshire


def move_to_oakfield(county, number: int) -> None:
    """One more worker, whose agreement with Oakfield is signed by all three."""
    add_agreement(county, number, state="not_finished")
    with county.inside():
        post = county.rows[f"post {number}"]
        Share.objects.filter(post=post, fund=None).update(school=county.oakfield)
        Placement.objects.filter(post=post).update(ends_on=YEAR_STARTS)
        placement = agreements.plan(
            Placement(
                post=post, school=county.oakfield, manager=county.people["manager"], timetable=TWO_DAYS,
                hours_per_week=Decimal("10.50"), starts_on=YEAR_STARTS,
            ),
            by=county.as_("manager"), at=NOW,
        )  # fmt: skip
        agreement = agreements.draw_up(
            placement, school_year=2026, own_lines=OWN_LINES, by=county.as_("manager"), at=NOW
        )
        agreement = offered(agreement, county)
        for party, name, parts in (
            ("school", "head", ["way", "cost"]),
            ("worker", f"worker {number}", ["way"]),
            ("council", "manager", ["way", "cost"]),
        ):
            agreements.sign(
                fresh(agreement), party=party, parts=parts, person=county.people[name], how="account",
                by=county.as_(name), at=NOW,
            )  # fmt: skip
        county.rows[f"placement {number}"] = placement


def address(county, school: str = "oakfield") -> str:
    return f"/fenshire/schools/{county.rows[school].public_id}/share/"


def test_page_and_paper_say_the_same_and_the_money_is_the_sum_of_the_workers_sheets(county, client_for):
    head = client_for(county, "head")
    page = head.get(address(county))
    paper = plain(words(paper_of(head, address(county))))
    for each in facts_of(page.content.decode()):
        assert each in paper, each
    own = "/fenshire/placements/{}/share/"
    with county.inside():
        keys = [each.public_id for each in Placement.objects.filter(school=county.oakfield)]
    assert len(keys) == 3
    for key in keys:
        assert "£14,145" in text(head.get(own.format(key)))
    for both in (text(page), paper):
        assert "£42,435.00" in both, "three times 14,145.00"
        for name in ("Wanda Fenshire", "Willa 1", "Willa 2"):
            assert name in both
    assert "What our shares buy" in text(head.get(f"/fenshire/home/{county.oakfield.public_id}/"))


def test_the_paper_for_three_workers_is_one_side(county, client_for):
    with opened(paper_of(client_for(county, "head"), address(county))) as document:
        assert len(document.pages) == 1


def test_with_one_worker_it_is_that_workers_own_page_and_paper(county, client_for):
    with county.inside():
        Placement.objects.filter(school=county.oakfield).exclude(post=county.post).update(ends_on=date(2026, 9, 2))
        alone = county.agreement.placement.public_id
    for more in ("", "paper/"):
        answer = client_for(county, "head").get(address(county) + more)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/fenshire/placements/{alone}/share/{more}")
    assert "What our shares buy" not in text(
        client_for(county, "head").get(f"/fenshire/home/{county.oakfield.public_id}/")
    )


def test_who_reads_it(county, client_for):
    reads = {"head": 200, "senior": 200, "finance": 200, "auditor": 200}
    for who, answer in (reads | {"manager": 403, "worker": 403, "lead": 403, "other_head": 404}).items():
        for more in ("", "paper/"):
            assert client_for(county, who).get(address(county) + more).status_code == answer, who
    assert client_for(county, "senior").get(address(county, "beech")).status_code == 403, "no worker is there"
    with county.inside():
        assert AuditEvent.objects.filter(verb="placement.share").exists()


def test_one_to_five_young_people_are_not_told_to_anybody(county, client_for):
    young_people(county, 3)
    assert "Fewer than 6" in text(client_for(county, "head").get(address(county)))
    paper = words(paper_of(client_for(county, "head"), address(county)))
    assert "Fewer than 6" in paper
    assert "Q0" not in paper
    for who in ("senior", "finance", "auditor"):
        page = text(client_for(county, who).get(address(county)))
        assert "Not shown here" in page
        assert "Fewer than 6" not in page


def test_nothing_of_another_school_or_payer_stands_on_it(county, client_for):
    paper = words(paper_of(client_for(county, "head"), address(county)))
    for other in ("Elm 001", "Hanna", "County budget", "Beech"):
        assert other not in paper


def test_it_asks_the_database_the_same_for_three_workers_as_for_five(county, client_for, queries):
    head = client_for(county, "head")
    head.get(address(county))
    with queries() as few:
        head.get(address(county))
    for number in (3, 4):
        move_to_oakfield(county, number)
    young_people(county, 7)
    with queries() as more:
        assert head.get(address(county)).status_code == 200
    assert len(few) == len(more) <= 20


def worker(total: str | None = "14145.00", later: str | None = "14569.35", **more: Any) -> dict[str, Any]:
    share = {"total": total, "percent": "41.00", "whole": "34500.00", "period": "a year", "changes": []}
    return {
        "name": "Alexandrina Featherstonehaugh-Cholmondeley-Warner", "weekdays": [0, 1, 2, 3, 4], "hours": "32.5",
        "share": share if total is not None else None, "later": later, "young": "Fewer than 6", "supervisions": 5,
    } | more  # fmt: skip


def snapshot(*workers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "authority": {"name": "Fenshire County Council", "service": "Pupil Support", "colour": "#1d5a94"},
        "school": LONG, "managers": [["Marguerite Fotheringay-Phipps", "01632 960111"], ["Bo Long", ""]],
        "year": "2026/27", "next_year": "2027/28", "on": date(2027, 6, 14).isoformat(), "notice_on": "2027-04-11",
        "workers": list(workers or [worker()] * 3),
        "buys": ["One named worker in your school on the days above", "Supervision in your school with the manager, with you or whom you name", "Work with pupils and parents, at school and at home", "Training, cover arrangements and line management by the council", "A paper each term with the days given and the cost"],
    } | more  # fmt: skip


changes = {"period": "from 1 January 2027 to 31 August 2027", "changes": [["2027-04-01", "30.00"]]}


@pytest.mark.parametrize(
    "workers",
    [
        [worker()] * 2,
        [worker()] * 3,
        [worker(name="W" * 120)] * 3,
        [worker(None, None, weekdays=[], young="", supervisions=0)] * 3,
        [worker() | {"share": worker()["share"] | changes}] * 3,
    ],
)
def test_it_is_one_side_whatever_the_names(workers):
    drawn = pdf.draw("share_buys_school", snapshot(*workers), "school")
    assert drawn.pages == 1
    assert drawn.content == pdf.draw("share_buys_school", snapshot(*workers), "school").content
    with opened(drawn) as document:
        assert tag_tree(document).named("H1")
        assert tag_tree(document).named("TH")


pennies = st.integers(0, 9_999_999).map(lambda each: f"{Decimal(each) / 100:.2f}")


@settings(deadline=None)
@given(st.lists(st.tuples(pennies, pennies), min_size=2, max_size=6))
def test_the_schools_money_is_the_sum_of_its_workers_to_the_penny(amounts):
    now, later = school_share_buys.context(snapshot(*(worker(*each) for each in amounts)), "school")["pays"]
    assert now.text == money(sum(Decimal(each) for each, _ in amounts))
    assert later.text == money(sum(Decimal(each) for _, each in amounts))


def test_a_sum_that_lacks_a_price_is_not_known_and_never_a_part_of_it():
    now, later = school_share_buys.context(snapshot(worker(), worker(None, None)), "school")["pays"]
    assert (now.text, later.text) == ("Not known yet", "Not known yet")
