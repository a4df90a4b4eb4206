"""What is typed into the forms of what-ifs survives a refusal, a closed window and a sign-in that has ended."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from schools.models import WhatIf
from teams.foundation.drafts import Draft
from teams.models import Person
from tests.schools.test_what_if_pages import LIST, begun, clock, county, on, page_of, words  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db
DRAFTS = "/fenshire/drafts/"


def box(page: str, name: str) -> str:
    """What stands in a box for words."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page).group(0)
    value = re.search(r'value="([^"]*)"', found)
    return value.group(1) if value else ""


def chosen(page: str, name: str) -> list[str]:
    """What is chosen in a list, or ticked."""
    options = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
    lines = (
        re.findall(r"<option[^>]*>", options.group(0))
        if options
        else re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    )
    return [
        re.search(r'value="([^"]*)"', line).group(1) for line in lines if re.search(r"\b(selected|checked)\b", line)
    ]


def leave(client, client_for, county):  # noqa: F811
    """The sign-in ends while the window is open; she signs in again in a new one."""
    client.session.flush()
    return client_for(county, "senior")


def test_a_refused_change_is_there_again_after_signing_in_and_gone_when_it_is_in(county, client_for):  # noqa: F811
    senior, tried = client_for(county, "senior"), begun(county)
    fund, post = f"fund:{county.fund.public_id}", str(county.rows["post 1"].public_id)
    typed = {"post": post, "school": str(county.beech.public_id), **on(date(2028, 1, 7)), "paid": "own"}
    typed |= {"payer_0": fund, "percent_0": "62.5", "payer_1": "", "percent_1": ""}
    address = page_of(tried, "add/add/")
    assert senior.post(address, typed).status_code == 422
    assert senior.get(address).status_code == 200

    senior = leave(senior, client_for, county)
    page = senior.get(address).content.decode()
    assert "Saved on 8 September 2026 at 9:30am, not yet in the what-if" in words(senior.get(address))
    assert chosen(page, "post") == [post]
    assert chosen(page, "school") == [str(county.beech.public_id)]
    assert [box(page, f"starts_on_{part}") for part in ("day", "month", "year")] == ["7", "1", "2028"]
    assert chosen(page, "paid") == ["own"]
    assert (chosen(page, "payer_0"), box(page, "percent_0")) == ([fund], "62.5")
    other = senior.get(page_of(tried, "add/award/")).content.decode()
    assert "Saved on" not in other, "each kind of change has its own"
    assert senior.post(address, typed | {"percent_0": "100", "draft_revision": "1"}).status_code == 302
    with county.inside():
        assert not Draft.objects.exists()
    assert "Saved on" not in words(senior.get(address))


def test_a_press_after_the_sign_in_has_ended_gives_every_word_back(county, client_for):  # noqa: F811
    senior, tried = client_for(county, "senior"), begun(county)
    senior.session.flush()
    late = senior.post(page_of(tried, "add/award/"), {"percent": "3.17", **on(date(2027, 9, 1))})
    assert late.status_code == 401
    assert 'value="3.17"' in late.content.decode()
    again = senior.post(f"{LIST}new/", {"name": "Schools pay two thirds", "school_year": "2027"})
    assert again.status_code == 401
    assert "Schools pay two thirds" in words(again)


def test_what_a_script_has_kept_stands_in_the_form_of_a_new_window(county, client_for):  # noqa: F811
    """Typed and never sent: the window was closed, and the sign-in has ended."""
    senior, tried = client_for(county, "senior"), begun(county)
    with county.inside():
        owner = str(Person.objects.get(pk=county.people["senior"].pk).public_id)

    def kept(form: str, about: str, typed: list[list[str]], who=senior) -> int:
        body = json.dumps({"owner": owner, "revision": 0, "words": typed})
        return who.put(f"{DRAFTS}{form}/{about}/", body, content_type="application/json").status_code

    assert kept("what-if", "new", [["name", "Grant ends, schools pay"], ["school_year", "2028"]]) == 200
    assert kept("what-if-change", f"{tried.public_id}-award", [["percent", "2,5 or three"]]) == 200
    for about in ("old", f"{tried.public_id}-nonsense", f"{county.beech.public_id}-award", "new-award"):
        assert kept("what-if-change", about, []) == 404, about
    assert kept("what-if", "new", [], who=client_for(county, "auditor")) == 404
    assert kept("what-if-proposal", str(tried.public_id), [], who=client_for(county, "finance")) == 404

    senior = leave(senior, client_for, county)
    page = senior.get(LIST).content.decode()
    assert box(page, "name") == "Grant ends, schools pay"
    assert re.search(r'<input[^>]*name="school_year"[^>]*value="2028"[^>]*checked', page)
    assert box(senior.get(page_of(tried, "add/award/")).content.decode(), "percent") == "2,5 or three"
    finance = client_for(county, "finance").get(LIST).content.decode()
    assert box(finance, "name") == "", "words are of who typed them"
    sent = {"name": "Grant ends, schools pay", "school_year": "2028", "draft_revision": "1"}
    assert senior.post(f"{LIST}new/", sent).status_code == 302
    assert box(senior.get(LIST).content.decode(), "name") == ""


def test_two_typings_of_one_form_are_both_shown_and_nothing_is_decided(county, client_for):  # noqa: F811
    senior, tried = client_for(county, "senior"), begun(county)
    address = page_of(tried, "add/award/")
    assert senior.post(address, {"percent": "51", **on(date(2027, 9, 1))}).status_code == 422
    both = senior.post(address, {"percent": "3", **on(date(2027, 9, 1)), "draft_revision": "0"})
    assert both.status_code == 409
    assert "Two versions of these words" in words(both)
    assert senior.post(address, {"percent": "3", **on(date(2027, 9, 1)), "draft_revision": "1"}).status_code == 302


def test_words_of_who_was_signed_in_before_are_nobody_elses(county, client_for):  # noqa: F811
    senior, tried = client_for(county, "senior"), begun(county)
    sent = {"percent": "3", **on(date(2027, 9, 1)), "draft_owner": "somebody"}
    for address in (page_of(tried, "add/award/"), f"{LIST}new/", page_of(tried, "proposal/")):
        refused = senior.post(address, sent)
        assert refused.status_code == 403
        assert "typed before somebody else signed in" in words(refused)
    with county.inside():
        assert WhatIf.objects.count() == 1
        assert not Draft.objects.exists()


def test_what_was_ticked_before_a_proposal_stays_ticked(county, client_for):  # noqa: F811
    senior, tried = client_for(county, "senior"), begun(county)
    post = str(county.rows["post 1"].public_id)
    senior.post(page_of(tried, "add/post_end/"), {"post": post, **on(date(2027, 8, 31), "ends_on")})
    address = page_of(tried, "proposal/")
    page = senior.get(address).content.decode()
    known = re.findall(r'name="funds"[^>]*value="([^"]+)"', page)
    assert known
    read = box(page, "read")
    assert senior.post(address, {"read": read, "funds": known}).status_code == 422
    senior = leave(senior, client_for, county)
    page = senior.get(address).content.decode()
    assert chosen(page, "funds") == known
    assert chosen(page, "vacancies") == []
    assert box(page, "read") == read, "of the page that is drawn now"
