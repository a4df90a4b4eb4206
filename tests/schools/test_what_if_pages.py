"""The pages of what-ifs: what they show, to whom, what they refuse beside which box, and what they ask of the database."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from schools.actions.money import share_out
from schools.models import FundingStream, ProposalCopy, WhatIf, WhatIfChange
from teams.foundation.mail import Notice
from teams.models import AuditEvent, Employment
from tests.factories.authorities import NOW, YEAR_STARTS
from tests.reports.stories import active, add_terms, grow
from tests.told import story

pytestmark = pytest.mark.django_db
LIST = "/fenshire/money/what-if/"


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@story
def county(fenshire):
    """Four posts at £34,500 a year in four schools; a grant pays 59 per cent of one until March 2027."""
    add_terms(fenshire, 2025, 2026, 2027)
    active(fenshire)
    grow(fenshire, 2)
    with fenshire.inside():
        grant = FundingStream.objects.create(name="Family grant", ends_on=date(2027, 3, 31))
        share_out(
            fenshire.rows["post 1"], [(grant, Decimal("59.00")), (fenshire.rows["school 1"], Decimal("41.00"))],
            from_day=YEAR_STARTS, by=fenshire.as_("admin"), at=NOW,
        )  # fmt: skip
        fenshire.rows["grant"] = grant
    return fenshire


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def begun(county, name="Schools pay half", year=2027, who="senior") -> WhatIf:
    with county.inside():
        return WhatIf.save_as(name, school_year=year, person=county.people[who], by=county.as_(who), at=NOW)


def page_of(what_if, more="") -> str:
    return f"{LIST}{what_if.public_id}/{more}"


def on(day: date, name="starts_on") -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def share(county, *, giver, taker, percent="59", day=date(2027, 9, 1), post="post 1") -> dict[str, str]:
    return {"post": str(county.rows[post].public_id), "giver": giver, "taker": taker, "percent": percent, **on(day)}


def test_one_is_begun_changed_and_shows_the_four_against_what_there_is(county, client_for):
    senior = client_for(county, "senior")
    assert "Nothing has been tried out yet." in words(senior.get(LIST))
    answer = senior.post(f"{LIST}new/", {"name": "Schools pay half", "school_year": "2027"})
    with county.inside():
        (what_if,) = WhatIf.objects.all()
    assert answer.headers["Location"] == page_of(what_if)
    text = words(senior.get(page_of(what_if)))
    assert "No change yet. Without one, it is what there is." in text
    assert "£61,065 cost to the county as what there is and £20,355.00 that nobody pays yet" in text
    budget = f"fund:{county.fund.public_id}"
    sent = share(county, giver=f"fund:{county.grant.public_id}", taker=budget)
    assert senior.post(page_of(what_if, "add/share/"), sent).status_code == 302
    text = words(senior.get(page_of(what_if)))
    assert "PSW 101: Family grant gives 59 % to County budget Fenshire, from 1 September 2027" in text
    assert "£81,420 cost to the county £20,355 more than what there is" in text
    assert "£56,580 cost to schools as what there is" in text
    assert "3 schools with a worker as what there is on 1 July 2028" in text
    with county.inside():
        assert AuditEvent.objects.filter(verb="whatif.change").exists()


def test_each_kind_of_change_is_added_and_taken_out(county, client_for):
    senior, what_if = client_for(county, "senior"), begun(county)
    post, beech = str(county.rows["post 1"].public_id), str(county.beech.public_id)
    with county.inside():
        from schools.models import School  # noqa: PLC0415

        empty = School.objects.create(urn="919999", name="Ash School", phase="Primary", area=county.area, status="open")
    stay = f"{post}:{county.rows['school 1'].public_id}"
    sent = {
        "award": {"percent": "3", **on(date(2027, 9, 1))},
        "fund_end": {"fund": str(county.grant.public_id), **on(date(2028, 3, 31), "ends_on")},
        "post_end": {"post": str(county.rows["post 2"].public_id), **on(date(2028, 3, 31), "ends_on")},
        "move": {"stay": stay, "school": str(empty.public_id), "with_share": "yes", **on(date(2027, 9, 1))},
        "add": {"post": post, "school": str(empty.public_id), **on(date(2028, 1, 1))},
    }
    for kind, data in sent.items():
        assert f'name="{next(iter(data))}' in senior.get(page_of(what_if, f"add/{kind}/")).content.decode()
        answer = senior.post(page_of(what_if, f"add/{kind}/"), data)
        assert answer.status_code == 302, (kind, words(answer))
    text = words(senior.get(page_of(what_if)))
    for said in (
        "Pay award of 3 % from 1 September 2027",
        "Family grant ends on 31 March 2028",
        "PSW 102 ends on 31 March 2028",
        "PSW 101 moves from Elm 001 Primary School Fenshire to Ash School from 1 September 2027; which takes over its",
        "New post like PSW 101, at Ash School, from 1 January 2028",
    ):
        assert said in text, said
    assert "Left out" not in text
    with county.inside():
        first = WhatIfChange.objects.get(kind="award")
    assert senior.post(page_of(what_if, f"take-out/{first.public_id}/")).status_code == 302
    assert senior.post(page_of(what_if, f"take-out/{first.public_id}/")).status_code == 302, "pressed twice"
    assert "Pay award of" not in words(senior.get(page_of(what_if)))
    assert beech in senior.get(page_of(what_if, "add/add/")).content.decode()


@pytest.mark.parametrize(
    ("kind", "data", "sentence"),
    [
        ("award", {"percent": "51"}, "Enter 50 per cent or less"),
        ("award", {"percent": "3", **on(date(2040, 1, 1))}, "Choose a day from 1 September 2026 to 31 August 2029"),
        ("award", {"percent": "three", **on(date(2027, 9, 1))}, "must be a number with at most 2 decimal places"),
        ("fund_end", {}, "Choose a fund"),
        ("post_end", {"post": "nonsense"}, "select from the answers shown"),
        ("move", {}, "Choose who pays that share"),
        ("add", {}, "Which post is the new one like?"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_what_was_typed_stays(county, client_for, kind, data, sentence):
    senior, what_if = client_for(county, "senior"), begun(county)
    answer = senior.post(page_of(what_if, f"add/{kind}/"), data)
    assert answer.status_code == 422
    assert sentence in words(answer)
    if "percent" in data:
        assert f'value="{data["percent"]}"' in answer.content.decode()
    with county.inside():
        assert not WhatIfChange.objects.exists()


def test_more_than_somebody_pays_is_refused_beside_the_per_cent(county, client_for):
    senior, what_if = client_for(county, "senior"), begun(county)
    budget, grant = f"fund:{county.fund.public_id}", f"fund:{county.grant.public_id}"
    answer = senior.post(page_of(what_if, "add/share/"), share(county, giver=grant, taker=budget, percent="60"))
    assert answer.status_code == 422
    assert "The payer pays 59 % on this day, and cannot give more." in words(answer)
    same = senior.post(page_of(what_if, "add/share/"), share(county, giver=grant, taker=grant))
    assert "Choose somebody else here: this is who pays less." in words(same)


def test_a_name_is_asked_for_and_is_there_once(county, client_for):
    senior = client_for(county, "senior")
    begun(county)
    twice = senior.post(f"{LIST}new/", {"name": "schools pay  half", "school_year": "2027"})
    assert twice.status_code == 422
    assert "There is a what-if of this name already." in words(twice)
    assert "Give it a name" in words(senior.post(f"{LIST}new/", {"name": "", "school_year": "2027"}))


def test_up_to_four_stand_beside_what_there_is(county, client_for):
    senior = client_for(county, "senior")
    made = [begun(county, f"Try {number}") for number in range(5)]
    with county.inside():
        what_if = made[4]
        award = WhatIfChange(kind="award", day=date(2027, 9, 1), percent=Decimal("3.00"))
        what_if.add(award, came_to=lambda _: {}, by=county.as_("senior"), at=NOW)
    text = words(senior.get(LIST))
    assert "What there is Try 4 Try 3 Try 2 Try 1" in text
    asked = {"beside": [str(made[0].public_id), str(made[4].public_id)], "school_year": "2028"}
    chosen = senior.get(LIST, asked)
    assert "Beside what there is, in 2028/29" in words(chosen)
    assert re.search(r"Figure What there is Try 4 Try 0 ", words(chosen))
    every = senior.get(LIST, {"beside": [str(each.public_id) for each in made]})
    assert "You chose more than 4. The first of them are shown." in words(every)
    assert senior.get(LIST, {"beside": "nonsense", "school_year": "x"}).status_code == 200


def test_it_says_that_the_records_have_changed_since_and_counts_them_anew(county, client_for):
    senior, what_if = client_for(county, "senior"), begun(county)
    senior.post(page_of(what_if, "add/award/"), {"percent": "3", **on(date(2027, 9, 1))})
    assert "The records have changed" not in words(senior.get(page_of(what_if)))
    with county.inside():
        share_out(
            county.rows["post 1"], [(county.fund, Decimal("100.00"))], from_day=date(2027, 9, 1),
            by=county.as_("admin"), at=NOW,
        )  # fmt: skip
    assert "The records have changed since this was changed on 8 September 2026." in words(senior.get(page_of(what_if)))


def test_a_change_that_no_longer_fits_is_left_out_and_said(county, client_for):
    senior, what_if = client_for(county, "senior"), begun(county)
    grant, budget = f"fund:{county.grant.public_id}", f"fund:{county.fund.public_id}"
    senior.post(page_of(what_if, "add/share/"), share(county, giver=grant, taker=budget))
    with county.inside():
        share_out(
            county.rows["post 1"], [(county.fund, Decimal("100.00"))], from_day=date(2027, 9, 1),
            by=county.as_("admin"), at=NOW,
        )  # fmt: skip
    assert "Left out: The payer pays 0 % on this day, and cannot give more." in words(senior.get(page_of(what_if)))
    assert "1 change does not fit the records any more" in words(senior.get(LIST))
    propose = senior.get(page_of(what_if, "proposal/"))
    assert "1 change does not fit the records any more. Take that out first." in words(propose)
    refused = senior.post(page_of(what_if, "proposal/"), {"read": read_of(propose)})
    assert refused.status_code == 422


def read_of(response) -> str:
    return (
        re.search(r'name="read"[^>]*value="([0-9a-f]*)"', response.content.decode()).group(1)
        if ('name="read"' in response.content.decode())
        else ""
    )


def read_in(response) -> dict[str, str]:
    """What the page sends along unseen: what was read, and which typing is on it."""
    revision = re.search(r'name="draft_revision" value="([0-9]+)"', response.content.decode()).group(1)
    return {"read": read_of(response), "draft_revision": revision}


def with_award(county, client) -> WhatIf:
    what_if = begun(county)
    assert client.post(page_of(what_if, "add/award/"), {"percent": "3", **on(date(2027, 9, 1))}).status_code == 302
    return what_if


def test_a_proposal_that_ends_nothing_is_sealed_with_a_press_and_sends_nothing(county, client_for, mailoutbox):
    senior = client_for(county, "senior")
    what_if = with_award(county, senior)
    with county.inside():
        written = Notice.objects.count()
    page = senior.get(page_of(what_if, "proposal/"))
    assert "It sends nothing to anybody, and changes no agreement." in words(page)
    assert senior.post(page_of(what_if, "proposal/"), {"read": read_of(page)}).status_code == 302
    text = words(senior.get(page_of(what_if)))
    assert "Sealed on 8 September 2026 by Sena Fenshire. It has sent nothing to anybody." in text
    assert "Hetty Fenshire" in text
    assert "Draw up the next one so" in text
    assert not mailoutbox
    with county.inside():
        assert Notice.objects.count() == written
        assert {each.copy for each in ProposalCopy.objects.all()} == {"whole", "finance"}
    for press in ("add/award/", "put-away/"):
        assert senior.post(page_of(what_if, press), {"percent": "1", **on(date(2027, 9, 1))}).status_code in (409, 422)


def test_a_post_that_somebody_holds_ends_only_after_everything_was_looked_at(county, client_for):
    """BR-05: vacancies, growth and other funds are laid out, and each is ticked."""
    senior, what_if = client_for(county, "senior"), begun(county)
    with county.inside():
        Employment.objects.filter(post=county.rows["post 2"]).update(ends_on=date(2026, 8, 31))
    data = {"post": str(county.rows["post 1"].public_id), **on(date(2027, 8, 31), "ends_on")}
    senior.post(page_of(what_if, "add/post_end/"), data)
    page = senior.get(page_of(what_if, "proposal/"))
    text = words(page)
    assert "PSW 101: somebody holds it, and from 1 September 2027" in text
    assert "PSW 102, Elm 002 Primary School Fenshire" in text
    assert "County budget Fenshire: no end is known" in text
    assert "Family grant" not in text.split("Other funds that go on")[1].split("What stands on this page")[0]
    refused = senior.post(page_of(what_if, "proposal/"), {"read": read_of(page)})
    assert refused.status_code == 422
    assert "1 line is not ticked. Look at each, and tick it" in words(refused)
    boxes = re.findall(
        r'type="checkbox"[^>]*|name="(?:vacancies|growth|funds)"[^>]*value="[^"]+"', page.content.decode()
    )
    ticked = {
        name: re.findall(rf'name="{name}"[^>]*value="([^"]+)"', page.content.decode())
        for name in ("vacancies", "growth", "funds")
    }
    assert all(ticked.values()), boxes
    some = senior.post(page_of(what_if, "proposal/"), {**read_in(refused), **ticked, "funds": []})
    assert some.status_code == 422
    assert "checked" in some.content.decode(), "what was ticked stays ticked"
    done = senior.post(page_of(what_if, "proposal/"), {**read_in(some), **ticked})
    assert done.status_code == 302
    assert "Looked at first, because a post that somebody holds ends" in words(senior.get(page_of(what_if)))


def test_nobody_seals_what_she_has_not_read(county, client_for):
    senior = client_for(county, "senior")
    what_if = with_award(county, senior)
    page = senior.get(page_of(what_if, "proposal/"))
    with county.inside():
        share_out(
            county.rows["post 1"], [(county.fund, Decimal("100.00"))], from_day=date(2027, 9, 1),
            by=county.as_("admin"), at=NOW,
        )  # fmt: skip
    late = senior.post(page_of(what_if, "proposal/"), {"read": read_of(page)})
    assert late.status_code == 409
    assert "The records have changed since you opened this page." in words(late)
    assert senior.post(page_of(what_if, "proposal/"), read_in(late)).status_code == 302


def test_finance_tries_things_out_knows_no_need_and_proposes_nothing(county, client_for):
    finance, senior = client_for(county, "finance"), client_for(county, "senior")
    assert finance.post(f"{LIST}new/", {"name": "Finance tries", "school_year": "2027"}).status_code == 302
    with county.inside():
        what_if = WhatIf.objects.get()
    assert finance.post(page_of(what_if, "add/award/"), {"percent": "3", **on(date(2027, 9, 1))}).status_code == 302
    text = words(finance.get(page_of(what_if)))
    assert "Senior managers and auditors read this" in text
    assert "Make this the proposal" not in text
    assert finance.get(page_of(what_if, "proposal/")).status_code == 403
    page = senior.get(page_of(what_if, "proposal/"))
    senior.post(page_of(what_if, "proposal/"), {"read": read_of(page)})
    assert "finance copy" in words(finance.get(page_of(what_if)))
    assert "whole copy" in words(senior.get(page_of(what_if)))


def test_who_reads_and_who_makes(county, client_for):
    what_if = begun(county)
    for who, reads, makes in (
        ("senior", 200, 422), ("finance", 200, 422), ("auditor", 200, 403), ("manager", 403, 403), ("head", 403, 403),
    ):  # fmt: skip
        client = client_for(county, who)
        assert client.get(LIST).status_code == reads, who
        assert client.get(page_of(what_if)).status_code == reads, who
        assert client.post(f"{LIST}new/", {}).status_code == makes, who
        assert client.post(page_of(what_if, "add/award/"), {}).status_code == makes, who


def test_a_copy_goes_on_under_another_name_and_one_is_put_away(county, client_for):
    senior = client_for(county, "senior")
    what_if = with_award(county, senior)
    senior.post(page_of(what_if, "copy/"))
    text = words(senior.get(LIST))
    assert "Schools pay half, 2" in text
    assert senior.post(page_of(what_if, "put-away/")).status_code == 302
    assert senior.get(page_of(what_if)).status_code == 404
    begun(county)  # its name is free again


def test_more_than_a_page_of_them_are_not_passed_off_as_all(county, client_for, monkeypatch):
    senior = client_for(county, "senior")
    for number in range(3):
        begun(county, f"Plan {number}")
    assert "All that are saved" in words(senior.get(LIST))
    monkeypatch.setattr("schools.views.what_if.SHOWN", 2)
    text = words(senior.get(LIST))
    assert "The 2 that were changed last" in text
    assert "put it away" in text
    assert "All that are saved" not in text


def test_twenty_queries_at_any_size_and_for_any_number_beside(county, client_for, queries):
    senior = client_for(county, "senior")
    what_if = with_award(county, senior)
    senior.get(LIST)

    def asked(address) -> int:
        with queries() as seen:
            assert senior.get(address).status_code == 200
        return len(seen)

    addresses = [LIST, page_of(what_if), page_of(what_if, "add/share/"), page_of(what_if, "proposal/")]
    few = [asked(address) for address in addresses]
    grow(county, 6, start=10)
    for number in range(3):
        begun(county, f"Beside {number}")
    more = [asked(address) for address in addresses]
    assert few == more
    assert max(few) <= 20, few


def test_without_posts_it_says_what_to_do(fenshire, client_for):
    from teams.models import Post  # noqa: PLC0415

    with fenshire.inside():
        Employment.objects.all().delete()
        for post in Post.objects.all():
            post.shares.all().delete()
            post.terms.all().delete()
        Post.objects.all().delete()
    assert "No posts have been added yet." in words(client_for(fenshire, "senior").get(LIST))
