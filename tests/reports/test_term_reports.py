"""The report of a term from its words to its papers: who is asked, what is frozen, what page and paper say alike (S5)."""

from __future__ import annotations

import re
from datetime import timedelta

import pypdfium2
import pytest
from django.core.files.storage import default_storage

from performance.models import ReportWords, TermReport
from reports import tasks
from reports.actions.criteria_snapshots import Contents
from reports.documents import success_criteria
from reports.models import Document, DocumentItem, DocumentRun
from supervision.models import Session
from teams.foundation import sealing
from teams.foundation.access import Role
from teams.foundation.drafts import Draft
from teams.foundation.mail import Notice
from teams.models import AuditEvent, Commitment, Membership, Term
from tests.factories.visits import text
from tests.reports.term_report_stories import WRITTEN, approved, begun, pass_term, set_out, word_anew, written
from tests.told import story

pytestmark = pytest.mark.django_db
SEASON = "autumn"
AT = WRITTEN[SEASON]
LIST = "/fenshire/reports/terms/"


@story
def passed(fenshire):
    """December: the autumn has been judged, its pulse is over, nothing is reported yet."""
    with fenshire.inside():
        set_out(fenshire)
        pass_term(fenshire, SEASON)
    return fenshire


@story
def asked(passed):
    with passed.inside():
        passed.rows["report"] = begun(passed, SEASON)
    return passed


@story
def published(asked):
    with asked.inside():
        written(asked, asked.report)
        approved(asked, asked.report)
    return asked


@pytest.fixture
def who(client_for, monkeypatch):
    """`who(county, "manager")`: a browser in December."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(days=1))
    return client_for


def words_of(county, team) -> ReportWords:
    with county.inside():
        return ReportWords.objects.select_related("report").get(report__status="draft", team=team)


def page_of(county) -> str:
    return f"{LIST}{county.report.public_id}/"


def draw(county) -> None:
    with county.inside():
        waiting = list(DocumentItem.objects.unsettled().values_list("pk", flat=True))
    for item in waiting:
        tasks.draw_item(county.authority.pk, item)


def text_of(paper: Document) -> str:
    with default_storage.open(paper.file) as file:
        document = pypdfium2.PdfDocument(file.read())
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def shown(context: dict) -> list[str]:
    """Every figure of a report, as it is written."""
    bars = [*context["indicators"], *context["promises"]]
    bars += [bar for each in context["criteria"] for bar in each["trend"]]
    bars += [bar for each in context["pulse"]["questions"] for bar in each["rows"]]
    return [bar.says for bar in bars]


def test_a_senior_manager_begins_it_and_each_manager_is_asked(passed, who):
    senior = who(passed, "senior")
    begin = f"{LIST}begin/"
    day = {"words_by_day": "15", "words_by_month": "12", "words_by_year": "2026"}
    with passed.inside():
        term = str(Term.objects.get(school_year=2026, season=SEASON).pk)
    refused = senior.post(begin, {"term": term, "words_by_day": "1", "words_by_month": "12", "words_by_year": "2026"})
    assert refused.status_code == 422
    assert "a day after today" in refused.content.decode()
    assert senior.post(begin, {"term": term} | day).status_code == 302
    assert who(passed, "manager").post(begin, {"term": term} | day).status_code == 403
    with passed.inside():
        report = TermReport.objects.get()
    page = text(senior.get(f"{LIST}{report.public_id}/"))
    assert "Whose words are missing" in page
    assert "asked of Mira Fenshire" in page
    for name in ("manager", "other_manager"):
        waiting = text(who(passed, name).get("/fenshire/waiting/"))
        assert "What the autumn term means for" in waiting
        assert "Write your words" in waiting
    assert "What the autumn term means for the county" in text(senior.get("/fenshire/waiting/"))
    assert "autumn term means" not in text(who(passed, "worker").get("/fenshire/waiting/"))


def test_a_manager_writes_one_box_and_typing_is_kept(asked, who):
    manager, words = who(asked, "manager"), words_of(asked, asked.team)
    page = f"/fenshire/reports/words/{words.public_id}/"
    looked = text(manager.get(page))
    assert "You may write until 15 December 2026." in looked
    assert "3 of 7 kept" in looked
    assert manager.post(page, {"press": "send", "text": " "}).status_code == 422
    kept = manager.post(page, {"press": "save", "text": "Half a thought", "draft_revision": "1"})
    assert kept.status_code == 302
    assert "Half a thought" in text(manager.get(page))
    with asked.inside():
        assert ReportWords.objects.get(pk=words.pk).status == "asked"
        revision = Draft.objects.get(form="report_words").revision
    given = manager.post(page, {"press": "send", "text": "We know each other.", "draft_revision": str(revision)})
    assert given.status_code == 302
    with asked.inside():
        found = ReportWords.objects.get(pk=words.pk)
        assert (found.text, found.written_by) == ("We know each other.", asked.people["manager"])
        assert not Draft.objects.filter(form="report_words").exists()
    assert "We know each other." in text(who(asked, "senior").get(page_of(asked)))
    assert who(asked, "other_manager").get(page).status_code == 404
    assert "We know each other." not in text(who(asked, "other_manager").get(page_of(asked)))
    for name in ("worker", "head", "finance"):
        assert who(asked, name).get(page_of(asked)).status_code == 404


def unseen(response) -> dict[str, str]:
    """What a browser sends along."""
    html = response.content.decode()
    return {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)[1]
        for name in ("based_on", "draft_owner", "draft_revision")
    }


def test_two_who_write_about_one_team_see_each_others_words(asked, who):
    """Its manager, and another who manages it too: the second press does not take the first back unseen."""
    words = words_of(asked, asked.team)
    with asked.inside():
        Membership.objects.create(
            user=asked.users["other_manager"], person=asked.people["other_manager"], role=Role.TEAM_MANAGER,
            team=asked.team, starts_on=AT.date(),
        )  # fmt: skip
    page = f"/fenshire/reports/words/{words.public_id}/"
    one, two = who(asked, "manager"), who(asked, "other_manager")
    based_on = unseen(two.get(page))
    assert one.post(page, {"press": "send", "text": "Mira’s words."} | unseen(one.get(page))).status_code == 302
    late = two.post(page, {"press": "send", "text": "Otto’s words."} | based_on)
    assert late.status_code == 409
    assert "Mira’s words." in text(late)
    assert "Otto’s words." in text(late)
    knows = unseen(late)
    assert knows != based_on
    assert two.post(page, {"press": "send", "text": "Mira’s and Otto’s words."} | knows).status_code == 302
    with asked.inside():
        assert ReportWords.objects.get(pk=words.pk).text == "Mira’s and Otto’s words."


def test_words_about_a_report_that_was_approved_meanwhile_are_not_thrown_away(asked, who):
    manager, words = who(asked, "manager"), words_of(asked, asked.team)
    with asked.inside():
        approved(asked, asked.report)
    page = f"/fenshire/reports/words/{words.public_id}/"
    late = manager.post(page, {"press": "send", "text": "Two hours of thought"})
    assert late.status_code == 409
    assert "Two hours of thought" in text(late)
    assert "was approved while you wrote, so these words are not in it" in text(late)


def test_words_of_who_was_signed_in_before_are_nobody_elses(asked, who):
    words = words_of(asked, asked.team)
    with asked.inside():
        other = str(asked.people["other_manager"].public_id)
    page = f"/fenshire/reports/words/{words.public_id}/"
    typed = {"press": "send", "text": "Of Olu", "draft_owner": other}
    answer = who(asked, "manager").post(page, typed)
    assert answer.status_code == 403
    assert "They were not taken over" in text(answer)
    assert "Of Olu" not in text(answer)
    with asked.inside():
        assert ReportWords.objects.get(pk=words.pk).text == ""


def test_what_is_still_missing_stands_beside_the_press(asked, who):
    page = text(who(asked, "senior").get(page_of(asked)))
    assert "3 boxes are still empty. It can be approved without." in page
    approve = f"{page_of(asked)}approve/"
    assert who(asked, "manager").post(approve).status_code == 403
    assert who(asked, "worker").post(approve).status_code == 404
    assert who(asked, "senior").post(approve).status_code == 302
    assert who(asked, "senior").post(approve).status_code == 409
    late = who(asked, "manager").post(
        f"/fenshire/reports/words/{_words(asked, asked.team).public_id}/", {"press": "send", "text": "Too late"}
    )
    assert late.status_code == 409
    assert "second edition" in late.content.decode()
    assert "Too late" in late.content.decode()


def _words(county, team) -> ReportWords:
    with county.inside():
        return ReportWords.objects.get(team=team, report=county.report)


def test_approving_freezes_prints_and_tells(published, who):
    with published.inside():
        run = DocumentRun.objects.get(kind="success_criteria")
        assert run.items.count() == 3
        told = {each.person.name.split()[0]: each for each in Notice.objects.filter(kind="term_report_autumn")}
        assert set(told) == {"Mira", "Otto", "Sena"}
        assert told["Mira"].words.keys() == {"manager", "telephone", "reply_to"}
        assert AuditEvent.objects.filter(verb="documentrun.open").exists()
    draw(published)
    with published.inside():
        papers = {paper.team_id: paper for paper in Document.objects.filter(kind="success_criteria")}
        assert set(papers) == {None, published.team.pk, published.elsewhere.pk}
        assert DocumentRun.objects.get(pk=run.pk).status == "done"
        before = text_of(papers[published.team.pk])
        assert "We work together more. East 1 team Fenshire says so." in before
        # What is judged afterwards is not in it: it was frozen.
        published.criteria[published.team][0].judge(
            "met", "All is well.", school_year=2026, season=SEASON, person=published.people["manager"],
            by=published.as_("manager", AT.date()), at=AT + timedelta(days=9),
        )  # fmt: skip
    page = text(who(published, "senior").get(page_of(published)))
    assert "All is well." not in page
    assert "Approved on 11 December 2026 by Sena Fenshire." in page


@pytest.mark.parametrize("team", ["team", "elsewhere", None])
def test_the_page_and_the_paper_say_the_same_figures(published, who, team):
    draw(published)
    key = published.rows[team].pk if team else None
    with published.inside():
        paper = Document.objects.get(kind="success_criteria", team=key)
        context = success_criteria.context(paper.item.snapshot, "report")
        printed = text_of(paper)
    page = text(who(published, "senior").get(page_of(published)))
    figures = shown(context)
    assert len(figures) > 20
    for each in figures:
        assert each in printed, each
        assert each in page, each


def test_each_statement_stands_in_the_words_of_its_round_on_page_and_paper_alike(published, client_for, monkeypatch):
    """The county's own edition from spring on: one in other words, one left out, one new."""
    at = WRITTEN["spring"] + timedelta(days=4)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    with published.inside():
        word_anew(published)
        pass_term(published, "spring")
        published.rows["report"] = spring = begun(published, "spring")
        approved(published, spring)
        first = TermReport.objects.get(season=SEASON)
    draw(published)
    with published.inside():
        paper = Document.objects.get(kind="success_criteria", team=published.team, item__run__season="spring")
        context = success_criteria.context(paper.item.snapshot, "report")
        printed = text_of(paper)
    page = text(client_for(published, "manager").get(page_of(published)))
    asked = {each["ask"]: each for each in context["pulse"]["questions"]}
    note = "In the autumn term 2026/27 the words were “We work as one large team.”"
    assert "I am well supported." not in asked
    assert {each.before for each in asked["The team rings back."]["rows"]} == {"Not asked"}
    assert [ask for ask, each in asked.items() if each["note"]] == ["All of us are one team."]
    assert asked["All of us are one team."]["rows"][0].before == "5 of 8"
    for shown_to_all in (page, printed):
        assert "“All of us are one team.”" in shown_to_all
        assert note in shown_to_all
        assert f"“Most feel part of one large team”: i{note[1:]}" in shown_to_all
        assert "“We work as one large team.”" not in shown_to_all.replace(note, "").replace(f"i{note[1:]}", "")
    # What was approved in autumn keeps the words of autumn.
    published.rows["report"] = first
    before = text(client_for(published, "manager").get(page_of(published)))
    assert "“We work as one large team.”" in before
    assert "All of us are one team." not in before
    year = text(client_for(published, "manager").get("/fenshire/criteria/"))
    assert "“Most feel part of one large team”: in the autumn term the words were “We work as one large team.”" in year
    sums = text(client_for(published, "manager").get("/fenshire/what-people-said/?kind=pulse"))
    assert note in sums


def test_the_draft_shows_what_will_be_frozen(asked, who):
    with asked.inside():
        contents = Contents(asked.report, authority=asked.authority, today=AT.date() + timedelta(days=1))
        drafts = {words.team_id: contents.of(words) for words in asked.report.words.select_related("team")}
    page = text(who(asked, "senior").get(page_of(asked)))
    for draft in drafts.values():
        for each in shown(
            success_criteria.context(draft | {"issued_on": "2026-12-09", "approved_by": None, "check": {}}, "report")
        ):
            assert each in page
    assert who(asked, "senior").post(f"{page_of(asked)}approve/").status_code == 302
    with asked.inside():
        for item in DocumentItem.objects.filter(run__kind="success_criteria"):
            words = ReportWords.objects.get(public_id=item.subject_id)
            frozen = {key: item.snapshot[key] for key in drafts[words.team_id]}
            assert frozen == sealing.plain(drafts[words.team_id])


def test_the_figures_are_those_of_the_other_screens(published, who):
    """The pages of criteria and of supervision say the same numbers."""
    criteria = text(who(published, "senior").get("/fenshire/criteria/"))
    with published.inside():
        item = DocumentItem.objects.get(title="East 1 team Fenshire")
    context = success_criteria.context(item.snapshot, "report")
    for each in context["indicators"]:
        assert each.says in criteria
    assert context["promises"][0].says == "3 of 7 kept"


def test_a_small_teams_actions_are_hidden_with_whatever_would_give_them_away(passed):
    with passed.inside():
        small = Session.objects.get(visit__placement=passed.placed[passed.elsewhere.pk])
        Commitment.objects.filter(pk__in=list(small.occasion.promises.values_list("pk", flat=True))[:3]).delete()
        report = begun(passed, SEASON)
        contents = Contents(report, authority=passed.authority, today=AT.date())
        for words in report.words.select_related("team"):
            now = contents.of(words)["promises"]["now"]
            assert now == (
                {"number": 0, "of": 0, "is_hidden": True} if words.team else {"number": 3, "of": 9, "is_hidden": False}
            )


def editions(county, number: int) -> None:
    """So many approved editions of the autumn before, each putting the last one right."""
    with county.inside():
        TermReport.objects.bulk_create(
            TermReport(
                school_year=2025, season=SEASON, edition=edition, why="A figure" if edition > 1 else "",
                words_by=AT.date(), begun_by=county.people["senior"], begun_at=AT - timedelta(days=300 - edition),
                approved_by=county.people["senior"], sealed_at=AT, status="approved",
            )
            for edition in range(1, number + 1)
        )  # fmt: skip


class TestTheList:
    def test_has_every_report_once_over_its_pages_and_none_that_was_corrected_passes_for_the_last(self, published, who):
        """An edition stands on another page than the one that puts it right."""
        editions(published, 30)
        draw(published)
        pages = [who(published, "auditor").get(f"{LIST}{at}").content.decode() for at in ("", "?page=2")]
        with published.inside():
            keys = {str(each.public_id): each.edition for each in TermReport.objects.filter(school_year=2025)}
        found = [[keys.get(each) for each in re.findall(rf'"{LIST}([0-9a-f-]{{36}})/"', page)] for page in pages]
        assert found == [[None, *range(30, 7, -1)], list(range(7, 0, -1))]
        assert [page.count("Superseded") for page in pages] == [22, 7]
        assert [page.count("/papers/file/") > 0 for page in pages] == [True, False], "papers stand beside their report"
        assert f'"{LIST}?page=2"' in pages[0]
        assert f'"{LIST}?page=1"' in pages[1]
        refused = who(published, "senior").post(f"{LIST}begin/", {})
        assert f'"{LIST}?page=2"' in refused.content.decode(), "not the address of the press"

    def test_keeps_its_budget_at_any_size(self, published, who, queries):
        draw(published)
        clients = {name: who(published, name) for name in ("senior", "manager", "auditor")}

        def costs() -> dict[str, list[str]]:
            found = {}
            for name, client in clients.items():
                with queries() as found[name]:
                    assert client.get(LIST).status_code == 200
            return found

        costs()  # what is read once in a process is read by now
        few = costs()
        editions(published, 30)
        many = costs()
        for name, seen in many.items():
            assert len(few[name]) == len(seen) <= 12, "\n".join(each[:150] for each in seen)
