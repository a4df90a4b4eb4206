"""Pages about agreements, without scripts: who sees what, who may press what, and what every refusal says."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from schools.actions.wording import start_wording
from schools.models import Agreement, Placement, School, Signature
from teams.foundation.audit import AuditEvent
from teams.foundation.links import Link
from teams.foundation.mail import Notice
from teams.models import Employment, Person, Post
from tests.factories.agreements import fresh, make_agreement, offered, signed
from tests.factories.authorities import NOW, TODAY, YEAR_STARTS
from tests.told import story

pytestmark = pytest.mark.django_db

LIST = "/fenshire/agreements/"


@story
def county(fenshire):
    with fenshire.inside():
        start_wording(from_day=YEAR_STARTS, by=fenshire.clock, at=NOW)
        fenshire.rows["agreement"] = make_agreement(fenshire)
    return fenshire


@story
def on_offer(county):
    with county.inside():
        county.rows["agreement"] = offered(county.agreement, county)
    return county


@story
def active(on_offer):
    with on_offer.inside():
        on_offer.rows["agreement"] = signed(on_offer.agreement, on_offer)
    return on_offer


def at(county, page: str = "") -> str:
    return f"{LIST}{county.agreement.public_id}/{page}"


def words(response) -> str:
    html = response.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    return html.replace("&#39;", "'").replace("\n", " ")


def now(county) -> Agreement:
    with county.inside():
        return fresh(county.agreement)


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


# Not finished


def test_while_it_is_not_finished_the_page_leads_through_the_steps(county, client_for):
    html = words(client_for(county, "manager").get(at(county)))
    for page in ("days/", "shares/", "lines/", "send/"):
        assert f'href="{at(county, page)}"' in html
    assert "Not asked yet" in html


def test_locked_clauses_are_shown_and_own_lines_asked_for(county, client_for):
    html = words(client_for(county, "manager").get(at(county, "lines/")))
    assert html.count("The county’s clauses, locked") == 8
    assert "the worker gives only support that fits the worker's own role" in html
    assert "Behaviour at break times" in html
    assert html.count("<textarea") == 3


def test_locked_clauses_cannot_be_posted(county, client_for):
    """BR-22."""
    with county.inside():
        before = list(county.agreement.latest.own_lines)
    client_for(county, "manager").post(
        at(county, "lines/"), {"focus": "A", "room": "B", "other": "C", "1-parties": "X"}
    )
    assert now(county).latest.own_lines == dict(zip(before, "ABC", strict=True))


def test_the_preview_is_what_will_be_sealed(county, client_for):
    html = words(client_for(county, "manager").get(at(county, "preview/")))
    for text in (
        "Your share: <strong>£14,145</strong>",
        "Behaviour at break times",
        "The rest is paid by others",
        "What it does not",
    ):
        assert text in html, text
    assert "County budget" not in html


def test_sending_waits_for_the_tick_that_the_head_was_rung(county, client_for):
    manager = client_for(county, "manager")
    response = manager.post(at(county, "send/"))
    assert response.status_code == 422
    assert "Ring or meet Hetty Fenshire first, then tick this box" in words(response)
    assert now(county).status == Agreement.Status.NOT_FINISHED

    page = manager.post(at(county, "send/"), {"rung": "on"}, follow=True)
    assert "Sent to sign. Hetty Fenshire gets an e-mail with a link." in words(page)
    assert "the head was rung or met first" in words(page)
    with county.inside():
        assert Notice.objects.get().person == county.people["head"]


def test_an_unconfirmed_head_is_confirmed_with_the_same_press(county, client_for):
    with county.inside():
        county.oakfield.contacts.filter(kind="head").update(confirmed_at=None)
    manager = client_for(county, "manager")
    assert "Not confirmed yet" in words(manager.get(at(county, "send/")))
    refused = manager.post(at(county, "send/"), {"rung": "on"})
    assert "Check the address of Hetty Fenshire, then tick this box" in words(refused)
    manager.post(at(county, "send/"), {"rung": "on", "confirmed": "on"})
    assert now(county).status == Agreement.Status.OFFERED
    with county.inside():
        assert county.oakfield.contacts.get(kind="head").is_confirmed


def test_what_is_missing_is_said_before_the_press_with_the_way_on(county, client_for):
    manager = client_for(county, "manager")
    with county.inside():
        county.oakfield.contacts.filter(kind="head").update(ends_on=date(2026, 8, 31))
    html = words(manager.get(at(county, "send/")))
    assert "We do not know who the headteacher of Oakfield Primary School Fenshire is" in html
    assert f'href="{at(county, "person/")}"' in html
    assert manager.post(at(county, "send/"), {"rung": "on"}).status_code in (200, 422)
    assert now(county).status == Agreement.Status.NOT_FINISHED


def test_an_address_of_today_waits_a_day_or_for_a_colleague(county, client_for):
    manager = client_for(county, "manager")
    manager.post(at(county, "person/"), {"what": "address", "address": "New.Head@fenshire.example"})
    html = words(manager.get(at(county, "send/")))
    assert "new.head@fenshire.example" in html
    assert "Links wait a day after a change, or until a colleague has confirmed it as well" in html
    refused = manager.post(at(county, "send/"), {"rung": "on", "confirmed": "on"})
    assert refused.status_code == 422
    assert "was changed less than 24 hours ago" in words(refused)

    client_for(county, "senior").post(at(county, "confirm/"))
    manager.post(at(county, "send/"), {"rung": "on"})
    assert now(county).status == Agreement.Status.OFFERED


def test_who_changed_an_address_does_not_stand_in_for_a_second_person(county, client_for):
    manager = client_for(county, "manager")
    manager.post(at(county, "person/"), {"what": "address", "address": "mine@fenshire.example"})
    manager.post(at(county, "confirm/"))
    with county.inside():
        assert Person.objects.get(email="mine@fenshire.example").address_is_fresh(timezone.now())


# Wrong person


def test_another_head_gets_a_text_with_the_right_name_and_old_links_die(on_offer, client_for):
    with on_offer.inside():
        link, _ = Link.make(
            purpose="agreement.sign", subject=on_offer.agreement, person=on_offer.people["head"], at=timezone.now()
        )
    manager = client_for(on_offer, "manager")
    page = manager.post(
        at(on_offer, "person/"),
        {"what": "person", "name": "Nora Neu", "job": "Headteacher", "email": "nora@fenshire.example"},
        follow=True,
    )
    assert "Nora Neu is the head now. Old links are void" in words(page)
    assert "Nora Neu, headteacher" in words(page)
    with on_offer.inside():
        link.refresh_from_db()
        assert link.voided_at is not None
        contact = on_offer.oakfield.contacts.get(kind="head", ends_on=None)
        assert not contact.is_confirmed
        assert contact.person.address_is_fresh(timezone.now()), "typed just now"
        assert fresh(on_offer.agreement).status == Agreement.Status.NOT_FINISHED


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, "Select what is wrong"),
        ({"what": "address"}, "Enter the right e-mail address"),
        ({"what": "address", "address": "no"}, "Enter an e-mail address in the correct format"),
        ({"what": "address", "address": "head@fenshire.example"}, "has this address already"),
        (
            {"what": "address", "address": "worker@fenshire.example"},
            "worker@fenshire.example is the address of Wanda Fenshire",
        ),
        ({"what": "person", "name": ""}, "Enter the head's name"),
        (
            {"what": "person", "name": "Nora", "email": "worker@fenshire.example"},
            "worker@fenshire.example is the address of Wanda Fenshire",
        ),
    ],
)
def test_a_wrong_answer_about_the_person_is_said_beside_its_box(on_offer, client_for, said, message):
    response = client_for(on_offer, "manager").post(at(on_offer, "person/"), said)
    assert response.status_code == 422
    assert message in words(response)


def test_sent_again_once_and_then_please_ring(on_offer, client_for):
    manager = client_for(on_offer, "manager")
    early = manager.post(at(on_offer, "again/"))
    assert early.status_code == 422
    assert "The e-mail has not gone yet" in words(early)
    with on_offer.inside():
        Notice.objects.update(state="sent", sent_at=NOW, address="head@fenshire.example")
    assert "E-mail sent to head@fenshire.example on 8 September 2026 at 9:30am" in words(manager.get(at(on_offer)))
    assert manager.post(at(on_offer, "again/")).status_code == 302
    with on_offer.inside():
        Notice.objects.update(state="sent", sent_at=NOW)
    late = manager.post(at(on_offer, "again/"))
    assert late.status_code == 422
    assert "Please ring" in words(late)


# Signing


def read(county) -> dict[str, str]:
    """The boxes of the page as it stands: ticked, and which version it shows."""
    return {"read": "on", "version": str(now(county).latest.public_id)}


def test_the_worker_signs_with_one_tick_and_one_press(on_offer, client_for):
    worker = client_for(on_offer, "worker")
    page = words(worker.get(at(on_offer, "sign/")))
    assert "Support while waiting" in page
    assert "Confidentiality" in page
    refused = worker.post(at(on_offer, "sign/"))
    assert refused.status_code == 422
    assert "Read the text, then tick this box" in words(refused)
    done = worker.post(at(on_offer, "sign/"), read(on_offer), follow=True)
    assert "Thank you. Two of the three still have to sign." in words(done)
    with on_offer.inside():
        assert Signature.objects.get().party == "worker"
    again = worker.post(at(on_offer, "sign/"), read(on_offer))
    assert again.status_code == 422
    assert "You have signed this already" in words(again)


@pytest.mark.parametrize("name", ["head", "worker", "manager"])
def test_a_page_left_open_signs_no_text_that_came_after_it(on_offer, client_for, name):
    client = client_for(on_offer, name)
    page = client.get(at(on_offer, "sign/")).content.decode()
    (version,) = re.findall(r'name="version" value="([^"]+)"', page)
    with on_offer.inside():
        agreement = fresh(on_offer.agreement)
        agreement.revise(by=on_offer.as_("manager"), at=NOW)
        agreement.write({"focus": "Lateness"}, by=on_offer.as_("manager"), at=NOW)
        offered(agreement, on_offer)
    for stale in (version, "", "no version at all"):
        refused = client.post(at(on_offer, "sign/"), {"read": "on", "version": stale}, follow=True)
        assert "has changed since you opened this page" in words(refused)
        assert "Lateness" in words(refused)
    with on_offer.inside():
        assert not Signature.objects.exists()
    assert "Thank you" in words(client.post(at(on_offer, "sign/"), read(on_offer), follow=True))


@pytest.mark.parametrize("name", ["lead", "finance", "auditor"])
def test_who_signs_for_nobody_is_refused(on_offer, client_for, name):
    client = client_for(on_offer, name)
    assert client.get(at(on_offer, "sign/")).status_code == 403
    assert client.post(at(on_offer, "sign/"), read(on_offer)).status_code == 403
    assert client.post(at(on_offer, "decline/"), {"reason": "No."}).status_code == 403


def test_above_the_limit_the_page_says_why_not_and_who_can(on_offer, client_for):
    with on_offer.inside():
        on_offer.authority.set_up(by=on_offer.as_("admin"), at=NOW, manager_limit=Decimal("30000.00"))
    manager = client_for(on_offer, "manager")
    html = words(manager.get(at(on_offer)))
    assert (
        "the post costs £34,500.00 a year, and a team manager may sign up to £30,000.00. Sena Fenshire can sign."
        in html
    )
    assert "Read and sign" not in html
    assert manager.post(at(on_offer, "sign/"), read(on_offer)).status_code == 403
    assert client_for(on_offer, "senior").post(at(on_offer, "sign/"), read(on_offer)).status_code == 302
    with on_offer.inside():
        assert Signature.objects.filter(party="council").count() == 2


def test_three_signatures_make_it_active(on_offer, client_for):
    for name in ("head", "worker", "manager"):
        client_for(on_offer, name).post(at(on_offer, "sign/"), read(on_offer))
    agreement = now(on_offer)
    assert agreement.is_active
    html = words(client_for(on_offer, "manager").get(at(on_offer)))
    assert "School, worker and council have signed. There is nothing to do." in html
    assert agreement.latest.way_digest[:12] in html


def test_a_page_whose_time_is_over_leads_back_with_a_sentence(active, client_for):
    worker = client_for(active, "worker")
    page = worker.get(at(active, "sign/"), follow=True)
    assert "This agreement cannot be signed now" in words(page)
    page = client_for(active, "manager").post(at(active, "lines/"), {"focus": "x"}, follow=True)
    assert "This agreement has been sent. Change it first, then write." in words(page)


# Questions, no, change, end


def test_a_question_goes_to_the_manager_by_name_and_is_answered_once(on_offer, client_for):
    head, manager = client_for(on_offer, "head"), client_for(on_offer, "manager")
    empty = head.post(at(on_offer, "ask/"), {"text": ""})
    assert empty.status_code == 422
    assert "Write your question" in words(empty)
    page = head.post(at(on_offer, "ask/"), {"text": "Is July charged?"}, follow=True)
    assert "Your question has gone to Mira Fenshire" in words(page)
    html = words(manager.get(at(on_offer)))
    assert "Has a question" in html
    with on_offer.inside():
        question = on_offer.agreement.questions.get()
    answer = at(on_offer, f"answer/{question.public_id}/")
    assert "Is July charged?" in words(manager.get(answer))
    assert manager.post(answer, {"text": ""}).status_code == 422
    manager.post(answer, {"text": "Yes, in twelve parts."})
    assert "Yes, in twelve parts." in words(head.get(at(on_offer)))
    assert "answered already" in words(manager.post(answer, {"text": "No."}))
    assert client_for(on_offer, "worker").get(answer).status_code == 403


def test_a_no_needs_a_reason_and_shows_who_said_it(on_offer, client_for):
    head = client_for(on_offer, "head")
    assert head.post(at(on_offer, "decline/"), {"reason": ""}).status_code == 422
    head.post(at(on_offer, "decline/"), {"reason": "The budget is spent."})
    html = words(client_for(on_offer, "manager").get(at(on_offer)))
    assert "Said no" in html
    assert "The budget is spent." in html
    assert "It was not agreed. Ring, then change it." in html


def test_a_change_walks_the_same_steps_and_can_be_taken_back(active, client_for):
    manager = client_for(active, "manager")
    page = manager.post(at(active, "change/"), follow=True)
    assert "Change the agreement: days" in words(page)
    assert now(active).status_in_words == "Active; a change is being written"
    page = manager.post(at(active, "keep/"), follow=True)
    assert "The change is taken back. What was signed holds." in words(page)
    assert now(active).status == Agreement.Status.ACTIVE
    page = manager.post(at(active, "keep/"), follow=True)
    assert "There is no change to take back." in words(page)


def test_the_end_needs_a_day_and_a_reason(active, client_for):
    manager = client_for(active, "manager")
    day = {"on_day": "31", "on_month": "12", "on_year": "2027"}
    assert manager.post(at(active, "end/"), day).status_code == 422
    late = manager.post(at(active, "end/"), day | {"reason": "No money."})
    assert late.status_code == 422
    assert "It ends on 31 August 2027 by itself" in words(late)
    manager.post(at(active, "end/"), day | {"reason": "No money.", "on_year": "2026"})
    html = words(manager.get(at(active)))
    assert "Active until 31 December 2026" in html or "It ended on 31 December 2026" in html
    assert "No money." in html


def test_next_years_is_begun_once(active, client_for):
    manager = client_for(active, "manager")
    page = manager.post(at(active, "renew/"), follow=True)
    assert "The agreement for 2027/28 is begun" in words(page)
    page = manager.post(at(active, "renew/"), follow=True)
    assert "The agreement for 2027/28 is there already" in words(page)


def test_old_versions_can_be_read_and_unsent_ones_cannot(active, client_for):
    manager = client_for(active, "manager")
    assert "As it was sent on 8 September 2026. It is never changed." in words(manager.get(at(active, "versions/1/")))
    assert "This version was never sent." in words(manager.get(at(active, "versions/2/"), follow=True))


def test_the_history_is_told_in_words(active, client_for):
    html = words(client_for(active, "manager").get(at(active)))
    for text in ("Drawn up", "Sent to sign", "Signed", "by Hetty Fenshire", "by Wanda Fenshire"):
        assert text in html, text
    assert "agreement." not in html.split("History")[1].split("</main>")[0]


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
