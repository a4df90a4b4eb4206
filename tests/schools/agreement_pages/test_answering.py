"""Pages about agreements, without scripts: signing, asking, saying no, changing, ending."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from schools.models import Agreement, Signature
from tests.factories.agreements import fresh, offered
from tests.factories.authorities import NOW
from tests.schools.agreement_pages.page import at, now, words

pytestmark = pytest.mark.django_db


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
