"""Who opens which copy (domain D.5), where papers are listed, and the public check of a paper."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.template.loader import get_template
from django.test import Client, override_settings
from django.utils import timezone

from reports import pdf, tasks
from reports.actions import runs
from reports.models import Document, DocumentItem
from schools.models import SchoolContact
from teams.foundation.access import NOBODY, Role
from teams.foundation.panels import declared, panels
from teams.models import AuditEvent, Employment, Membership
from tests.factories.agreements import fresh
from tests.factories.authorities import NOW, TODAY, YEAR_STARTS, contact
from tests.reports.stories import active, add_agreement, add_terms
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ALL = {"school", "council", "way"}
# The matrix, cell by cell: which copies of Wanda's papers at Oakfield each person opens.
OPENS = {
    "senior": ALL,
    "finance": ALL,
    "auditor": ALL,
    "manager": ALL,
    "other_manager": set(),
    "head": {"school"},
    "other_head": set(),
    "lead": {"way"},
    "worker": {"way"},
    "other_worker": set(),
    "admin": set(),
}


def one_line(kind: str, snapshot: dict, copy: str) -> pdf.Drawn:
    return pdf.Drawn(f"%PDF {kind} {snapshot['way']['school']['name']} {copy}".encode(), 1)


@story
def printed(fenshire, moorland):
    """Both counties with a printed term, and the papers themselves."""
    with TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "draw", one_line)
        for county in (fenshire, moorland):
            autumn = add_terms(county)[0]
            county.rows["agreement"] = active(county)
            print_term(county, autumn)
            county.rows["autumn"] = autumn
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
        fenshire.rows["papers"] = {path.relative_to(folder): path.read_bytes() for path in files}
    return fenshire


@pytest.fixture
def county(printed, store, monkeypatch):
    monkeypatch.setattr(pdf, "draw", one_line)
    for place, content in printed.papers.items():
        (store / place).parent.mkdir(parents=True, exist_ok=True)
        (store / place).write_bytes(content)
    return printed


def print_term(county, term) -> None:
    with county.inside():
        _, items = runs.run_term(term, authority=county.authority, by=county.as_("admin"), at=timezone.now())
    for item in items:
        tasks.draw_item(county.authority.pk, item)


def papers(county) -> dict[str, Document]:
    with county.inside():
        return {paper.copy: paper for paper in Document.objects.current().filter(subject_id=county.agreement.public_id)}


def address(paper: Document, slug: str = "fenshire") -> str:
    return f"/{slug}/papers/file/{paper.public_id}/"


@pytest.mark.parametrize("who", OPENS)
def test_who_opens_which_copy(county, client_for, who):
    client = client_for(county, who)
    opened = {copy for copy, paper in papers(county).items() if client.get(address(paper)).status_code == 200}
    assert opened == OPENS[who]
    with county.inside():
        assert set(Document.objects.visible_to(county.as_(who)).values_list("copy", flat=True)) == OPENS[who]
        assert AuditEvent.objects.filter(verb="document.read", denied=False).count() == len(OPENS[who])
        assert AuditEvent.objects.filter(verb="document.read", denied=True).count() == 3 - len(OPENS[who])


def test_every_role_has_its_cell(county):
    assert {county.roles[who] for who in OPENS} | {Role.SENIOR_PRACTITIONER} == set(Role)


def test_a_senior_practitioner_opens_the_way_of_working_of_her_own_three(county):
    with county.inside():
        Membership.objects.filter(person=county.people["manager"]).update(role=Role.SENIOR_PRACTITIONER)
        county.roles["manager"] = Role.SENIOR_PRACTITIONER
        assert set(Document.objects.visible_to(county.as_("manager")).values_list("copy", flat=True)) == {"way"}
        assert not Document.objects.visible_to(NOBODY).exists()


def test_a_paper_comes_as_a_file_that_nobody_keeps(county, client_for):
    response = client_for(county, "head").get(address(papers(county)["school"]))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        'attachment; filename="Service agreement, Wanda Fenshire at Oakfield Primary School Fenshire, school copy, '
        'autumn term 2026-27.pdf"'
    )
    assert "no-store" in response["Cache-Control"]
    assert b"".join(response.streaming_content) == b"%PDF service_agreement Oakfield Primary School Fenshire school"


def test_nobody_opens_another_authoritys_paper(county, moorland, client_for):
    theirs = papers(moorland)["school"]
    assert client_for(county, "senior").get(address(theirs)).status_code == 404
    assert client_for(county, "senior").get(address(theirs, "moorland")).status_code == 404
    assert Client().get(address(theirs, "moorland")).status_code == 302, "sign in first"


def test_access_ends_with_the_role_and_starts_with_it(county, client_for):
    paper = papers(county)["school"]
    with county.inside():
        SchoolContact.objects.filter(person=county.people["head"]).update(ends_on=TODAY.replace(day=7))
        SchoolContact.objects.filter(person=county.people["other_head"]).update(ends_on=TODAY.replace(day=7))
        contact(county, county.oakfield, "other_head", SchoolContact.Kind.HEAD)
        Employment.objects.filter(person=county.people["worker"]).update(ends_on=TODAY.replace(day=7))
    assert client_for(county, "head").get(address(paper)).status_code == 404
    assert client_for(county, "other_head").get(address(paper)).status_code == 200
    assert client_for(county, "worker").get(address(papers(county)["way"])).status_code == 404


def test_a_head_here_who_is_the_lead_there_opens_no_money_there(county, client_for):
    with county.inside():
        there = add_agreement(county, 1)
        Membership.objects.create(
            user=county.users["head"], person=county.people["head"], role=Role.IN_SCHOOL_LEAD, starts_on=YEAR_STARTS
        )
        contact(county, there.placement.school, "head", SchoolContact.Kind.LEAD)
    print_term(county, county.autumn)
    client = client_for(county, "head")
    with county.inside():
        every = list(Document.objects.select_related("placement__school"))
    opened = {(p.placement.school.name[:3], p.copy) for p in every if client.get(address(p)).status_code == 200}
    assert opened == {("Oak", "school"), ("Elm", "way")}


def test_a_missing_file_is_not_there_and_not_an_error(county, client_for, store):
    paper = papers(county)["school"]
    (store / paper.file).unlink()
    assert client_for(county, "head").get(address(paper)).status_code == 404


class TestPanels:
    def drawn(self, county, rf, who, slot, record) -> str:
        request = rf.get("/fenshire/")
        request.principal, request.authority = county.as_(who), county.authority
        with county.inside():
            return str(panels(slot, request, record))

    @pytest.mark.parametrize("who", OPENS)
    def test_an_agreements_page_lists_the_papers_its_reader_may_open(self, county, rf, who):
        for slot, record in (("agreement", county.agreement), ("school", county.oakfield)):
            html = self.drawn(county, rf, who, slot, record)
            for form in ("", "large/", "web/"):
                assert len(re.findall(rf'/papers/file/[0-9a-f-]+/{form}"', html)) == len(OPENS[who])
            if not OPENS[who]:
                assert html == "", "no empty box"

    def test_superseded_papers_are_marked_and_stand_last(self, county, rf):
        with county.inside():
            fresh(county.agreement).end(on=TODAY, reason="Moved", by=county.as_("manager"), at=NOW)
        html = self.drawn(county, rf, "head", "agreement", county.agreement)
        assert "Superseded" in html
        assert "Current" not in html

    def test_an_unknown_slot_is_empty(self, county, rf):
        assert self.drawn(county, rf, "senior", "kitchen", county.agreement) == ""

    def test_every_panel_has_its_template(self):
        assert {"agreement", "school"} <= declared().keys()
        for panel in (panel for slot in declared().values() for panel in slot):
            assert get_template(panel.template)


class TestCheck:
    def ask(self, code: str, client=None, slug: str = "fenshire"):
        return (client or Client()).get(f"/{slug}/check/{code}")

    def body(self, response) -> str:
        assert response.status_code == 200
        return response.content.decode()

    def test_current_superseded_unknown_and_nothing_else(self, county):
        code = papers(county)["school"].check_code
        current = self.body(self.ask(code))
        with county.inside():
            Document.objects.filter(check_code=code).update(superseded_at=NOW)
        superseded, unknown = self.body(self.ask(code)), self.body(self.ask("AAAA-BBBB-CCCC-DDDD"))
        assert "<strong>Current</strong>" in current
        assert "<strong>Superseded</strong>" in superseded
        assert "<strong>Unknown</strong>" in unknown
        for page in (current, superseded, unknown):
            for word in ("Oakfield", "Wanda", "Hetty", "Mira", "2026/27", "£", "agreement"):
                assert word not in page

    def test_the_three_answers_have_one_layout(self, county):
        """The same tags in the same order: only the words differ."""
        code = papers(county)["school"].check_code
        shapes = {
            tuple(re.findall(r"<(/?\w+)", self.body(self.ask(asked)))) for asked in (code, "AAAA-BBBB-CCCC-DDDD", "x")
        }
        assert len(shapes) == 1

    @pytest.mark.parametrize("written", ["{}", "{}/", " {} ", "{small}", "{plain}"])
    def test_a_code_may_be_typed_as_people_type(self, county, written):
        code = papers(county)["way"].check_code
        asked = written.format(code, small=code.lower(), plain=code.replace("-", ""))
        assert "<strong>Current</strong>" in self.body(self.ask(asked))
        typed = Client().get("/fenshire/check/", {"code": asked})
        assert "<strong>Current</strong>" in self.body(typed)

    def test_the_printed_address_is_the_pages(self, county):
        with county.inside():
            snapshot = DocumentItem.objects.get().snapshot
        for copy in ALL:
            where = snapshot["check"][copy]["address"]
            path = "/" + where.split("://", 1)[1].split("/", 1)[1]
            assert "<strong>Current</strong>" in self.body(Client().get(path))

    def test_another_authoritys_code_is_unknown_here(self, county, moorland):
        assert "<strong>Unknown</strong>" in self.body(self.ask(papers(moorland)["school"].check_code))

    def test_only_get(self, county):
        assert Client().post("/fenshire/check/AAAA-BBBB-CCCC-DDDD").status_code == 405

    def test_one_look_at_the_table(self, county, queries):
        client = Client()
        self.ask("AAAA-BBBB-CCCC-DDDD", client)
        with queries() as seen:
            self.ask("AAAA-BBBB-CCCC-DDDD", client)
        assert sum("reports_document" in sql for sql in seen) == 1
        assert len(seen) <= 3, "\n".join(seen)

    def test_nobody_keeps_the_answer(self, county):
        assert "no-store" in self.ask("AAAA-BBBB-CCCC-DDDD")["Cache-Control"]
