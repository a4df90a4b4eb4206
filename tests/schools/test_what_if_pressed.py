"""What-ifs and schools' answers under double presses, stale pages, and posts that end where nobody looks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from schools.actions import next_year
from schools.actions.proposals import Proposing
from schools.actions.share_answers import posts_of
from schools.actions.what_if import Trying
from schools.models import NextYear, ProposalCopy, WhatIf, WhatIfChange
from schools.rules.what_if import EndPost
from teams.foundation.errors import Refusal
from teams.models import AuditEvent, Employment
from tests.factories.authorities import LONDON, NOW
from tests.reports.stories import active, add_terms, grow
from tests.schools.test_what_if_rules import ONE, PLAN, ends
from tests.told import story

pytestmark = pytest.mark.django_db
LIST = "/fenshire/money/what-if/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    def at(now: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    at(NOW)
    return at


@story
def county(fenshire):
    """Four posts that the county and schools pay for."""
    add_terms(fenshire, 2025, 2026, 2027)
    active(fenshire)
    grow(fenshire, 2)
    return fenshire


def begun(county) -> WhatIf:
    with county.inside():
        return WhatIf.save_as("Try", school_year=2027, person=county.people["senior"], by=county.as_("senior"), at=NOW)


def proposing(county, what_if) -> Proposing:
    loaded = WhatIf.objects.for_page().get(pk=what_if.pk)
    return Proposing(loaded, Trying(county.as_("senior"), county.authority, county.as_("senior").today))


def end_of(county, day: date) -> WhatIfChange:
    return WhatIfChange(kind="post_end", post=county.rows["post 1"], day=day)


def hidden(response) -> dict[str, str]:
    """What the page's own hidden boxes and chosen answers send again."""
    page = response.content.decode()
    boxes = re.findall(r"<input[^>]+>", page)
    found = {}
    for box in boxes:
        of = dict(re.findall(r'([\w-]+)="([^"]*)"', box))
        if of.get("type") == "hidden" or (of.get("type") == "radio" and re.search(r"\schecked", box)):
            found[of["name"]] = of.get("value", "")
    found.pop("csrfmiddlewaretoken", None)
    return found


class TestPressedTwice:
    @pytest.mark.parametrize("kind", ["add", "share", "award"])
    def test_a_change_is_in_it_once(self, county, client_for, kind):
        senior, what_if = client_for(county, "senior"), begun(county)
        address = f"{LIST}{what_if.public_id}/add/{kind}/"
        day = {"starts_on_day": "1", "starts_on_month": "9", "starts_on_year": "2027"}
        post, school = str(county.rows["post 1"].public_id), str(county.rows["school 1"].public_id)
        sent = (
            hidden(senior.get(address))
            | day
            | {
                "add": {"post": post, "school": school},
                "share": {"post": post, "giver": f"fund:{county.fund.public_id}", "taker": "nobody", "percent": "10"},
                "award": {"percent": "3"},
            }[kind]
        )
        for _ in range(2):
            answer = senior.post(address, sent)
            assert answer.status_code == 302, answer.content.decode()
        with county.inside():
            assert what_if.changes.count() == 1
        again = senior.post(address, sent | hidden(senior.get(address)))
        assert again.status_code == 302, "asked for on a page of its own it is one more"
        with county.inside():
            assert what_if.changes.count() == 2


class TestNoNeedYet:
    def test_who_reads_need_is_told_that_none_is_known_and_not_that_others_read_it(self, county, client_for):
        senior, what_if = client_for(county, "senior"), begun(county)
        for address in (LIST, f"{LIST}{what_if.public_id}/"):
            page = senior.get(address).content.decode()
            assert "No school has a score yet" in page
            assert "Senior managers and auditors read this" not in page
            assert (
                "Senior managers and auditors read this" in client_for(county, "finance").get(address).content.decode()
            )


class TestPutAway:
    def test_pressed_twice_it_is_put_away(self, county, client_for):
        senior, what_if = client_for(county, "senior"), begun(county)
        for _ in range(2):
            answer = senior.post(f"{LIST}{what_if.public_id}/put-away/")
            assert (answer.status_code, answer.headers.get("Location")) == (302, LIST)


class TestTheFile:
    @pytest.mark.parametrize("year", ["9" * 5000, "0", "2027.0", "\u00b2", "-1", "1e3", "", "02027"])
    def test_a_year_that_is_none_is_said_to_be_none(self, county, client_for, year):
        answer = client_for(county, "senior").get("/fenshire/api/v1/what-if/", {"school_year": year})
        assert answer.status_code == 400, answer.content


class TestOddDays:
    @pytest.mark.parametrize("day", [date.max, date.min, date(2028, 2, 29)])
    def test_a_fund_may_end_on_any_day_that_a_form_takes(self, county, client_for, day):
        what_if = begun(county)
        with county.inside():
            type(county.fund).objects.filter(pk=county.fund.pk).update(ends_on=day)
            award = WhatIfChange(kind="award", percent=Decimal("3.00"), day=date(2027, 9, 1))
            what_if.add(award, came_to=lambda _: {}, by=county.as_("senior"), at=NOW)
        senior = client_for(county, "senior")
        page = f"{LIST}{what_if.public_id}/"
        for address in (LIST, page, f"{page}proposal/", "/fenshire/money/", "/fenshire/figures/next-notice-date/"):
            assert senior.get(address).status_code == 200, address

    @pytest.mark.parametrize("kind", ["post_end", "fund_end", "award"])
    @pytest.mark.parametrize("day", [date.max, date.min])
    def test_a_change_on_the_first_or_last_day_of_all_is_refused_beside_the_day(self, county, client_for, kind, day):
        what_if = begun(county)
        name = "starts_on" if kind == "award" else "ends_on"
        sent = {
            "post": str(county.rows["post 1"].public_id), "fund": str(county.fund.public_id), "percent": "3",
            f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": f"{day.year:04d}",
        }  # fmt: skip
        answer = client_for(county, "senior").post(f"{LIST}{what_if.public_id}/add/{kind}/", sent)
        assert answer.status_code == 422
        assert "these years are counted" in answer.content.decode()


class TestTheGate:
    def test_a_held_post_that_nobody_pays_for_ends_only_through_it(self):
        """BR-05: its grant has ended, and that is why somebody wants it gone."""
        unpaid = replace(PLAN, posts=(replace(ONE, shares=()),))
        assert ends([EndPost(1, date(2027, 3, 31))], unpaid) == [(1, date(2027, 4, 1))]

    def test_a_post_that_was_to_go_on_to_the_last_day_of_all_ends_only_through_it(self):
        for_ever = replace(PLAN, posts=(replace(ONE, ends_on=date.max),))
        assert ends([EndPost(1, date(2027, 3, 31))], for_ever) == [(1, date(2027, 4, 1))]

    def test_a_post_that_ends_with_the_last_year_that_is_counted_asks_for_the_ticks(self, county):
        what_if = begun(county)
        with county.inside():
            what_if.add(end_of(county, date(2029, 8, 31)), came_to=lambda _: {}, by=county.as_("senior"), at=NOW)
            found = proposing(county, what_if)
            assert [each.day for each in found.ends] == [date(2029, 9, 1)]
            assert found.contents["heads"], "its school is to be rung"

    def test_who_is_to_begin_holds_the_post_already(self, county):
        """Nobody is sent to a post that is given away, and none is ended under who has said yes to it."""
        what_if = begun(county)
        with county.inside():
            Employment.objects.filter(post=county.rows["post 1"]).update(starts_on=date(2026, 10, 1))
            what_if.add(end_of(county, date(2027, 8, 31)), came_to=lambda _: {}, by=county.as_("senior"), at=NOW)
            found = proposing(county, what_if)
            assert [each.post.key for each in found.ends] == [county.rows["post 1"].pk]
            assert not any(county.rows["post 1"].name in line.text for line in found.laid_out.vacancies)

    def test_what_another_tab_adds_while_it_is_sealed_is_not_sealed_unread(self, county):
        what_if = begun(county)
        with county.inside():
            award = WhatIfChange(kind="award", percent=Decimal("3.00"), day=date(2027, 9, 1))
            what_if.add(award, came_to=lambda _: {}, by=county.as_("senior"), at=NOW)
            found = proposing(county, what_if)
            assert found.read
            what_if.add(end_of(county, date(2027, 8, 31)), came_to=lambda _: {}, by=county.as_("senior"), at=NOW)
            with pytest.raises(Refusal) as refused:
                found.seal({}, read=found.read, by=county.as_("senior"), at=NOW)
            assert refused.value.code == "moved"
            assert not ProposalCopy.objects.exists()


class TestOnTheTelephone:
    def said(self, county, school) -> str:
        return f"/fenshire/money/ask/{school.public_id}/said/"

    def test_what_nobody_touched_is_not_said_again_over_what_came_meanwhile(self, county, client_for):
        """The head answers by herself while the page is open: her answer stays."""
        school = county.rows["school 1"]
        with county.inside():
            (asked,) = posts_of(school, 2027)
            say = {"person": county.people["head 1"], "school_year": 2027, "by": county.as_("head 1")}
            next_year.say(asked.placement, "keep", words="", at=NOW, **say)
            contact = school.contacts.heads().get()
        senior = client_for(county, "senior")
        sent = hidden(senior.get(self.said(county, school)))
        assert sent[f"answer_{asked.name}"] == "keep"
        with county.inside():
            next_year.say(asked.placement, "cannot", words="", at=NOW, **say)
        who = {"who": str(contact.public_id)}
        late = senior.post(self.said(county, school), sent | who)
        assert late.status_code == 422
        assert "since you opened this page. Choose what they say now." in late.content.decode()
        with county.inside():
            assert [each.answer for each in NextYear.objects.order_by("pk")] == ["keep", "cannot"]
        meant = hidden(late) | who | {f"answer_{asked.name}": "unknown"}
        assert senior.post(self.said(county, school), meant).status_code == 302
        with county.inside():
            assert NextYear.objects.latest("pk").answer == "unknown"

    def test_who_looks_at_what_a_school_said_stands_in_the_audit(self, county, client_for):
        school = county.rows["school 1"]
        with county.inside():
            (asked,) = posts_of(school, 2027)
            next_year.say(
                asked.placement, "keep", words="", person=county.people["head 1"], school_year=2027,
                by=county.as_("head 1"), at=NOW,
            )  # fmt: skip
        client_for(county, "senior").get(self.said(county, school))
        with county.inside():
            assert AuditEvent.objects.filter(verb="nextyear.read").count() == 1

    def test_an_answer_is_not_kept_for_another_year_than_was_asked_about(self, county, client_for, clock):
        """The page was opened on the last day of August."""
        school = county.rows["school 1"]
        with county.inside():
            (asked,) = posts_of(school, 2027)
            contact = school.contacts.heads().get()
        senior = client_for(county, "senior")
        clock(datetime(2027, 8, 31, 16, 0, tzinfo=LONDON))
        senior = client_for(county, "senior")
        sent = hidden(senior.get(self.said(county, school)))
        clock(datetime(2027, 9, 1, 8, 0, tzinfo=LONDON))
        senior = client_for(county, "senior")
        meant = {"who": str(contact.public_id), f"answer_{asked.name}": "change", f"words_{asked.name}": "Two days"}
        answer = senior.post(self.said(county, school), sent | meant)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "2028/29" in page
        assert "Two days" in page
        with county.inside():
            assert not NextYear.objects.exists()
        assert senior.post(self.said(county, school), meant | hidden(answer)).status_code == 302
        with county.inside():
            assert NextYear.objects.get().school_year == 2028
