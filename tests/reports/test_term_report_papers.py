"""The papers of a term's report: who opens which, the second edition, what never stands in one, and what they cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from performance.models import ReportWords, SuccessCriterion, TermReport
from reports import tasks
from reports.models import Document, DocumentItem, DocumentRun
from teams.models import Team
from tests.factories.visits import text
from tests.reports.term_report_stories import DEADLINE, approved, begun
from tests.reports.test_term_reports import AT, LIST, SEASON, asked, draw, page_of, passed, published, text_of, who  # noqa: F401

pytestmark = pytest.mark.django_db


def test_who_opens_which_paper(published, who):  # noqa: F811
    draw(published)
    with published.inside():
        papers = {paper.team: paper for paper in Document.objects.filter(kind="success_criteria")}
        opened = {
            name: {
                team
                for team, paper in papers.items()
                if Document.objects.visible_to(published.as_(name, AT.date())).filter(pk=paper.pk).exists()
            }
            for name in published.people
        }
    every = {published.team, published.elsewhere, None}
    assert opened["senior"] == opened["auditor"] == every
    assert opened["manager"] == opened["worker"] == {published.team, None}
    assert opened["other_manager"] == opened["other_worker"] == {published.elsewhere, None}
    for name in ("head", "other_head", "lead", "admin", "finance"):
        assert opened[name] == set(), name
    response = who(published, "worker").get(f"/fenshire/papers/file/{papers[published.team].public_id}/")
    assert response.status_code == 200
    assert "Success criteria, East 1 team Fenshire, autumn term 2026-27.pdf" in response["Content-Disposition"]


def test_a_second_edition_takes_the_place_of_the_first_whose_files_stay(published, who):  # noqa: F811
    draw(published)
    senior = who(published, "senior")
    day = {"words_by_day": "20", "words_by_month": "12", "words_by_year": "2026"}
    again = f"{page_of(published)}again/"
    assert senior.post(again, day | {"why": ""}).status_code == 422
    assert senior.post(again, day | {"why": "A figure was wrong."}).status_code == 302
    with published.inside():
        first = {paper.team_id: paper for paper in Document.objects.filter(kind="success_criteria")}
        assert all(paper.is_current for paper in first.values()), "until the second is approved"
        second = TermReport.objects.get(edition=2)
        approved(published, second, AT + timedelta(days=6))
        for paper in Document.objects.filter(pk__in=[each.pk for each in first.values()]):
            assert not paper.is_current
            assert default_storage.exists(paper.file)
    draw(published)
    with published.inside():
        now = {paper.team_id: paper for paper in Document.objects.current().filter(kind="success_criteria")}
        assert now.keys() == first.keys()
        assert "Second edition: A figure was wrong." in text_of(now[None])
        assert "Second edition" not in text_of(first[None])
        assert DocumentRun.objects.filter(kind="success_criteria").count() == 1
    code = {name: who(published, "senior").get(f"/fenshire/check/{paper.check_code}/") for name, paper in (("old", first[None]), ("new", now[None]))}  # fmt: skip
    assert "superseded" in text(code["old"]).lower()
    assert "current" in text(code["new"]).lower()
    # The first edition's page still says what it said.
    assert "edition: A figure" not in text(senior.get(page_of(published)))
    listed = text(senior.get(LIST))
    assert "edition 2" in listed


def test_the_first_edition_drawn_late_takes_no_place(published):  # noqa: F811
    """A worker that was slow: the second edition is approved before the first one's papers are drawn."""
    with published.inside():
        begin = begun(published, SEASON, why="A figure was wrong.", at=AT + timedelta(days=4))
        approved(published, begin, AT + timedelta(days=5))
        newest = list(DocumentItem.objects.order_by("-pk").values_list("pk", flat=True))
    for item in newest:
        tasks.draw_item(published.authority.pk, item)
    with published.inside():
        current = Document.objects.current().filter(kind="success_criteria")
        assert current.count() == 3
        assert all(paper.item.snapshot["edition"] == 2 for paper in current.select_related("item"))


def test_no_child_no_school_and_nobody_who_judged_stands_in_a_report(published):  # noqa: F811
    with published.inside():
        for item in DocumentItem.objects.filter(run__kind="success_criteria"):
            said = str(item.snapshot)
            assert not re.search("Oakfield|Beech|Wanda|Wilf", said)
            assert "Ring" not in said  # what was promised is counted, not told


def test_pages_cost_the_same_at_two_sizes(published, who, queries):  # noqa: F811
    senior, reader = who(published, "senior"), who(published, "worker")
    draw(published)
    for size in range(2):
        for browser, page, most in ((senior, LIST, 12), (reader, LIST, 12), (senior, page_of(published), 20)):
            browser.get(page)
            with queries() as seen:
                browser.get(page)
            assert len(seen) <= most, f"{page}, size {size}: {len(seen)}"
        if not size:
            with published.inside():
                approved(published, begun(published, SEASON, why="A figure.", at=AT + timedelta(days=4)))
            draw(published)


def test_a_draft_costs_the_same_for_every_number_of_teams(asked, who, queries):  # noqa: F811
    senior = who(asked, "senior")
    senior.get(page_of(asked))
    with queries() as seen:
        senior.get(page_of(asked))
    with asked.inside():
        for number in range(3):
            team = Team.objects.create(name=f"South {number}", area=asked.area)
            SuccessCriterion.set_for(
                team, 2026, "One more", deadline=DEADLINE, groups=["members"], by=asked.as_("senior"), at=AT
            )
            ReportWords.ask(asked.report, team, by=asked.as_("senior"), at=AT)
    with queries() as more:
        senior.get(page_of(asked))
    assert len(more) <= len(seen)
    assert len(seen) <= 20, len(seen)


def test_the_run_is_watched_like_every_other_and_a_paper_leads_back_to_the_reports(published, who):  # noqa: F811
    draw(published)
    with published.inside():
        run = DocumentRun.objects.get(kind="success_criteria")
        paper = Document.objects.get(kind="success_criteria", team=None)
    for name in ("admin", "senior", "finance"):
        listed = text(who(published, name).get("/fenshire/papers/"))
        assert "Autumn term 2026/27, success criteria" in listed
        page = text(who(published, name).get(f"/fenshire/papers/{run.public_id}/"))
        assert "All papers are printed." in page
        assert "Print pack" not in page
        assert "We work together more" not in page
    large = f"/fenshire/papers/file/{paper.public_id}/large/"
    assert "Back to the reports" in who(published, "worker").get(large).content.decode()
    assert who(published, "admin").get(large).status_code == 404
    web = who(published, "worker").get(f"/fenshire/papers/file/{paper.public_id}/web/")
    assert "We work together more. The county says so." in web.content.decode()
