"""Pages about agreements, without scripts: who sees what, and what a page asks of the database."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from schools.models import Agreement, Placement, School
from teams.foundation.audit import AuditEvent
from teams.models import Employment, Post
from tests.factories.agreements import fresh, make_agreement, offered
from tests.factories.authorities import NOW, TODAY, YEAR_STARTS
from tests.schools.agreement_pages.page import LIST, at, words

pytestmark = pytest.mark.django_db


# The list


def test_the_list_shows_where_each_stands_whom_it_waits_for_and_since_when(on_offer, client_for):
    html = words(client_for(on_offer, "manager").get(LIST))
    assert "1 agreement waits for a signature." in html
    assert "Oakfield Primary School Fenshire" in html
    assert "School, worker, council" in html
    assert "since 8 Sep 2026" in html


@pytest.mark.parametrize(
    ("name", "sees"),
    [("manager", 1), ("other_manager", 1), ("senior", 2), ("finance", 2), ("auditor", 2), ("worker", 1),
     ("head", 1), ("lead", 1), ("other_head", 1)],
)  # fmt: skip
def test_everybody_sees_their_own(county, client_for, name, sees):
    with county.inside():
        make_agreement(county, post="other_post", school="beech")
    html = words(client_for(county, name).get(LIST))
    assert len(set(re.findall(f'href="{LIST}([0-9a-f-]{{36}})/"', html))) == sees


def test_the_administrator_keeps_contacts_and_reads_no_agreements(county, client_for):
    admin = client_for(county, "admin")
    assert admin.get(LIST).status_code == 403
    assert admin.get(at(county)).status_code == 404


def test_the_list_is_narrowed_by_its_address(active, client_for):
    with active.inside():
        make_agreement(active, post="other_post", school="beech")
    senior = client_for(active, "senior")
    html = words(senior.get(LIST, {"status": "not-finished"}))
    assert "Beech" in html
    assert "Oakfield" not in html
    assert "Oakfield" in words(senior.get(LIST, {"status": "active"}))
    assert "Beech" not in words(senior.get(LIST, {"school": "oak"}))
    assert "No agreement fits" in words(senior.get(LIST, {"school": "nowhere"}))
    assert "2 agreements" in words(senior.get(LIST, {"status": "nonsense", "page": "99"}))


def test_an_agreement_that_is_being_changed_counts_as_active_and_as_sent(active, client_for):
    manager = client_for(active, "manager")
    manager.post(at(active, "change/"))
    for status in ("active", "not-finished"):
        assert "Oakfield" in words(manager.get(LIST, {"status": status}))


def test_when_there_is_nothing_the_list_says_what_to_do(fenshire, client_for):
    assert "The first one begins when you put a worker in a school" in words(client_for(fenshire, "manager").get(LIST))
    assert "When a manager has put a worker in a school" in words(client_for(fenshire, "worker").get(LIST))


# One agreement: who sees what (D.5)


@pytest.mark.parametrize("name", ["worker", "lead"])
@pytest.mark.parametrize("page", ["", "sign/", "versions/1/"])
def test_the_worker_and_the_in_school_lead_see_no_money(on_offer, client_for, name, page):
    response = client_for(on_offer, name).get(at(on_offer, page))
    for word in ("£", "14145", "34,500", "34500", "59 %", "County budget", "cost_digest"):
        assert word not in words(response), word


@pytest.mark.parametrize("page", ["", "sign/", "versions/1/"])
def test_the_head_sees_the_schools_own_line_alone(on_offer, client_for, page):
    html = words(client_for(on_offer, "head").get(at(on_offer, page)))
    assert "£14,145" in html
    assert "County budget" not in html
    assert "20,355" not in html


@pytest.mark.parametrize("name", ["manager", "senior", "finance", "auditor"])
def test_the_council_sees_every_payer(on_offer, client_for, name):
    html = words(client_for(on_offer, name).get(at(on_offer)))
    assert "County budget Fenshire" in html
    assert "£20,355.00" in html


@pytest.mark.parametrize("name", ["other_head", "other_worker", "other_manager", "admin"])
@pytest.mark.parametrize("page", ["", "sign/", "versions/1/", "days/", "shares/", "lines/", "send/", "person/", "end/"])
def test_who_has_nothing_to_do_with_it_finds_nothing_there(on_offer, client_for, name, page):
    response = client_for(on_offer, name).get(at(on_offer, page))
    assert response.status_code == 404
    with on_offer.inside():
        assert AuditEvent.objects.filter(denied=True).count() == 1


def test_the_money_in_reasons_and_questions_stays_with_those_who_see_it(on_offer, client_for):
    head = client_for(on_offer, "head")
    head.post(at(on_offer, "ask/"), {"text": "Why is it £14,145?"})
    head.post(at(on_offer, "decline/"), {"reason": "£14,145 is too much."})
    for name in ("worker", "lead"):
        assert "£14,145" not in words(client_for(on_offer, name).get(at(on_offer)))
    html = words(client_for(on_offer, "manager").get(at(on_offer)))
    assert "Why is it £14,145?" in html
    assert "£14,145 is too much." in html


MANAGERS_PAGES = ("days/", "shares/", "lines/", "preview/", "again/", "person/", "end/")
MANAGERS_PRESSES = (
    "change/",
    "keep/",
    "renew/",
    "confirm/",
    "again/",
    "person/",
    "end/",
    "days/",
    "shares/",
    "lines/",
    "send/",
)


@pytest.mark.parametrize("name", ["worker", "head", "lead", "finance", "auditor"])
def test_only_its_manager_changes_it(county, client_for, name):
    client = client_for(county, name)
    for page in MANAGERS_PAGES:
        assert client.get(at(county, page)).status_code == 403, page
    for page in MANAGERS_PRESSES:
        assert client.post(at(county, page)).status_code == 403, page
    with county.inside():
        assert AuditEvent.objects.filter(denied=True).count() == len(MANAGERS_PAGES) + len(MANAGERS_PRESSES)


# Budgets


def test_list_and_page_ask_as_much_of_the_database_at_any_size(active, client_for, queries):
    clients = {name: client_for(active, name) for name in ("manager", "senior", "worker", "head")}

    def asked(name: str) -> tuple[int, int]:
        with queries() as of_list:
            assert clients[name].get(LIST).status_code == 200
        with queries() as of_page:
            assert clients[name].get(at(active)).status_code == 200
        return len(of_list), len(of_page)

    small = {name: asked(name) for name in clients}
    _grow(active)
    clients["head"].get(f"/fenshire/home/{active.oakfield.public_id}/")  # speaks for many now, and looks at one
    for name in clients:
        large = asked(name)
        assert all(after <= before for before, after in zip(small[name], large, strict=True)), (
            name,
            small[name],
            large,
        )
        assert large[0] <= 12, name
        assert large[1] <= 20, name


def _grow(county) -> None:
    """Sixty agreements in every reader's reach, and more of everything on the page of one."""
    with county.inside():
        agreement = fresh(county.agreement)
        for number in range(60):
            post = Post.objects.create(
                name=f"More {number:02d}", profession=county.post.profession, team=county.post.team,
                starts_on=date(2024, 9, 1),
            )  # fmt: skip
            Employment.objects.create(post=post, person=county.people["worker"], starts_on=date(2024, 9, 1))
            school = School.objects.create(urn=f"91{number:04d}", name=f"School {number}", status="open")
            contact = county.oakfield.contacts.get(kind="head")
            contact.pk, contact.school = None, school
            contact.public_id = contact._meta.get_field("public_id").get_default()
            contact.save(force_insert=True)
            placement = Placement.objects.create(
                post=post, school=school, manager=county.people["manager"], hours_per_week=7, timetable=[],
                starts_on=YEAR_STARTS,
            )  # fmt: skip
            row = Agreement.objects.create(
                placement=placement, school_year=2026, starts_on=YEAR_STARTS, ends_on=date(2027, 8, 31)
            )
            row._next_version({}, NOW)
            row.save()
        for number in range(5):
            moment = NOW + timedelta(hours=number)
            agreement.ask(f"Question {number}?", person=county.people["head"], by=county.as_("head"), at=moment)
            AuditEvent.objects.create(
                at=moment, user=county.users["senior"], role="x", verb="agreement.ask",
                subject_type="schools.agreement", subject_ids=[agreement.public_id],
            )  # fmt: skip


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("lines/", {"focus": "Reading in the mornings", "based_on": ""}),
        ("ask/", {"text": "Who has the key to the room?"}),
        ("decline/", {"reason": "There is no money for it."}),
        ("end/", {"on_0": "31", "on_1": "12", "on_2": "2026", "reason": "The worker moves away."}),
    ],
)
def test_words_that_come_too_late_stay_on_the_page(county, client_for, page, typed):
    """A colleague was quicker, and the agreement has ended meanwhile: the sentence that says so loses nothing typed."""
    with county.inside():
        agreement = county.agreement if page == "lines/" else offered(county.agreement, county)
        fresh(agreement).end(on=TODAY, reason="Called off.", by=county.as_("manager"), at=NOW)
    who = client_for(county, "head" if page in ("ask/", "decline/") else "manager")
    response = who.post(at(county, page), typed)
    assert response.status_code in (409, 422), response
    for text in typed.values():
        assert text in words(response)
    assert "There is a problem" in words(response) or "That cannot" in words(response)
