"""The briefing on need: what is on the page stands on the paper, and who may make and open it."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from django.core.files.storage import default_storage

from reports import pdf
from reports.actions.need_briefing import print_briefing, snapshot_of
from reports.models import Document, DocumentItem, DocumentRun
from reports.tasks import draw_item
from schools.actions import need as actions
from schools.actions import need_areas
from teams.foundation.errors import NotAllowed, Refusal
from teams.models import Area
from tests.factories.authorities import NOW, TODAY
from tests.schools.test_need import figures, placed, school
from tests.schools.test_need_pages import ten  # noqa: F401

pytestmark = pytest.mark.django_db


def text_of(content):
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)]
    return " ".join(" ".join(pages).split())


def draw_all(county):
    for item in DocumentItem.objects.filter(run__kind="need_briefing", state="waiting").values_list("pk", flat=True):
        draw_item.run(county.authority.pk, item)


def test_the_snapshot_says_what_the_pages_say(ten):  # noqa: F811
    with ten.inside():
        said = snapshot_of(ten.authority, by=ten.as_("senior"))
        need = actions.need_of(None, today=TODAY)
        money, _ = need_areas.money_by_area(need, ten.as_("senior"), ten.authority)
        rows = need_areas.by_area(need, Area.objects.all(), money)
        assert [row["name"] for row in said["areas"]] == [row.name for row in rows]
        for frozen, row in zip(said["areas"], rows, strict=True):
            assert (frozen["workers"], Decimal(frozen["hours"]), frozen["says"]) == (
                row.workers, row.hours, row.balance.in_words,
            )  # fmt: skip
            assert (frozen["schools_pay"], frozen["council_pays"]) == (row.money.schools, row.money.council)
        assert [each["name"] for each in said["first_without"]] == ["Willow 001"]
        assert [each["name"] for each in said["two"]] == ["Willow 004"]
        assert said["second"] == [["Willow 004", 2, 3]]
        assert said["without_room"] == ["Willow 004"]
        assert len(said["points"]) == 11
        assert said["placeless"] == 1


def test_it_is_printed_on_two_sides_and_the_next_takes_its_place(ten, client_for):  # noqa: F811
    by = ten.as_("senior")
    with ten.inside():
        run = print_briefing(ten.authority, by=by, at=NOW)
        draw_all(ten)
        paper = Document.objects.get(kind="need_briefing")
        assert paper.pages <= 2
        with default_storage.open(paper.file) as file:
            content = file.read()
        keep(content, "need-briefing.pdf")
        text = text_of(content)
        for words in ("Willow 001", "Persistent absence", "£28,290.00", "An area’s need", "These are an example"):
            assert words in text
        assert print_briefing(ten.authority, by=by, at=NOW).pk == run.pk
        draw_all(ten)
        assert Document.objects.filter(kind="need_briefing").count() == 2
        assert Document.objects.current().filter(kind="need_briefing").count() == 1
        assert not Document.objects.visible_to(ten.as_("manager")).filter(kind="need_briefing").exists()
        assert not Document.objects.visible_to(ten.as_("admin")).filter(kind="need_briefing").exists()
        assert Document.objects.visible_to(ten.as_("auditor")).filter(kind="need_briefing").count() == 2
        assert DocumentRun.objects.get(kind="need_briefing").status == DocumentRun.Status.DONE
    opened = client_for(ten, "senior").get(f"/fenshire/papers/file/{paper.public_id}/")
    assert opened.status_code in (200, 302)


def test_a_county_with_many_schools_still_fits_on_two_sides(fenshire):
    with fenshire.inside():
        areas = [Area.objects.create(name=f"Quadrant {n}") for n in range(4)]
        for n in range(150):
            row = school(
                n, area=areas[n % 4], easting=500000 + 3971 * n * n % 40000, northing=200000 + 8117 * n * n % 50000
            )
            figures(row, absence=(n * 7) % 41, free_meals=(n * 3) % 37, sen_support=n % 19, plans=n % 5)
            if n % 10 == 0:
                placed(fenshire, row, room_is_ready=n % 3 == 0)
                placed(fenshire, row)
        print_briefing(fenshire.authority, by=fenshire.as_("senior"), at=NOW)
        draw_all(fenshire)
        paper = Document.objects.get(kind="need_briefing")
        with default_storage.open(paper.file) as file:
            keep(file.read(), "need-briefing-many.pdf")
        assert paper.pages <= 2


@pytest.mark.parametrize("form", ["paper", "large"])
def test_it_is_drawn_in_each_form_of_paper(ten, form):  # noqa: F811
    with ten.inside():
        print_briefing(ten.authority, by=ten.as_("senior"), at=NOW)
        item = DocumentItem.objects.get(run__kind="need_briefing")
    assert pdf.draw("need_briefing", item.snapshot, "council", form).pages


def test_nobody_else_makes_it_and_without_scores_it_says_what_is_missing(fenshire, client_for):
    with fenshire.inside():
        for who in ("manager", "admin", "auditor", "finance"):
            with pytest.raises(NotAllowed):
                print_briefing(fenshire.authority, by=fenshire.as_(who), at=NOW)
        with pytest.raises(Refusal, match="No school has a score yet"):
            print_briefing(fenshire.authority, by=fenshire.as_("senior"), at=NOW)
    answer = client_for(fenshire, "senior").post("/fenshire/need/briefing/", follow=True)
    assert "No school has a score yet" in answer.content.decode()


def test_the_press_leads_to_the_papers_of_the_term(ten, client_for):  # noqa: F811
    client = client_for(ten, "senior")
    assert "Make the briefing (PDF)" in client.get("/fenshire/need/areas/").content.decode()
    answer = client.post("/fenshire/need/briefing/", follow=True)
    assert answer.status_code == 200
    assert "Need and workers, autumn term" in answer.content.decode()


def keep(content, name):
    """For who wants to look at the pages."""
    if os.environ.get("ALONGSIDE_PICTURES"):
        folder = Path(os.environ["ALONGSIDE_PICTURES"])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
