"""Two presses at once: the second waits for the first, and is told, never a broken page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from schools.actions import changes, what_if
from schools.actions.funds import keep_fund
from schools.models import Agreement, WhatIf, WhatIfChange
from teams import codes
from teams.actions import invitations, people
from teams.actions.leaving import leave
from teams.actions.pay import keep_rates
from teams.actions.people import add_person, load_people
from teams.actions.places import add_places, change_place
from teams.foundation import mail
from teams.foundation.access import Role
from teams.foundation.drafts import Draft
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.models import Area, AuditEvent, HandOver, Membership, PayRate, Person, User
from teams.rules.people_file import read
from tests.factories.agreements import fresh, make_agreement, offered, signed
from tests.factories.authorities import NOW, TODAY, County, make_county
from tests.factories.authorities import add_person as has_come
from tests.reports.stories import active, add_terms, grow

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 0.4  # seconds: time enough for the second to come to what it waits for


def twice(county: County, press: Callable[[], Any]) -> Any:
    """What the second of two presses gets or raises, that begins before the first has been kept."""
    is_done, may_be_kept = Event(), Event()

    def first() -> None:
        try:
            with county.inside():
                press()
                is_done.set()
                may_be_kept.wait(10)
        finally:
            is_done.set()
            connection.close()

    def second() -> Any:
        is_done.wait(10)
        try:
            with county.inside():
                return press()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as windows:
        one, two = windows.submit(first), windows.submit(second)
        is_done.wait(10)
        may_be_kept.wait(SOON)
        may_be_kept.set()
        one.result()
        return two.result()


def test_a_colleague_is_added_once():
    county = make_county()

    def press() -> Person:
        return add_person(
            name="Nia Vexl", email="nia@fenshire.example", role=Role.WORKER, starts_on=TODAY,
            manager=county.people["manager"], by=county.as_("admin"), at=NOW,
        )  # fmt: skip

    with pytest.raises(Refusal, match="Nia Vexl has this address already"):
        twice(county, press)


def test_a_list_of_people_is_loaded_once():
    county = make_county()
    text = "Name,E-mail\nDot Osk,dot@fenshire.example\n"
    assert twice(county, lambda: load_people(read(text), by=county.as_("admin"), at=NOW, today=TODAY)).is_empty


def test_a_mailbox_gets_one_account():
    county = make_county()
    account = twice(county, lambda: User.objects.for_address("New@fenshire.example"))
    assert account == User.objects.get(email="new@fenshire.example")
    assert not account.has_usable_password()


def test_a_rate_is_kept_once():
    county = make_county()
    rate = ("L9", 30, date(2026, 4, 1), Decimal("30000.00"), Decimal(25))
    assert twice(county, lambda: keep_rates([rate], by=county.as_("admin"), at=NOW)) == 0
    with county.inside():
        assert PayRate.objects.filter(grade="L9").count() == 1


def test_areas_and_teams_are_added_once():
    county = make_county()
    assert twice(
        county, lambda: add_places([["North", "North 1"]], [("North team", "North")], by=county.as_("admin"), at=NOW)
    ) == ([], [])


def test_two_areas_do_not_get_one_name():
    county = make_county()
    with county.inside():
        areas = [Area.objects.create(name=name) for name in ("North", "South")]
    mine = iter(areas)

    with pytest.raises(Refusal, match="There is an area “Middle” already"):
        twice(county, lambda: change_place(next(mine), name="Middle", inside=None, by=county.as_("admin"), at=NOW))


def test_a_fund_is_added_once():
    county = make_county()
    with pytest.raises(Refusal, match="There is a fund called A grant already"):
        twice(
            county,
            lambda: keep_fund(None, name="A grant", funder="", ends_on=None, by=county.as_("senior"), at=NOW),
        )


def test_next_years_agreement_is_begun_once():
    county = make_county()
    with county.inside():
        agreement = signed(offered(make_agreement(county), county), county)

    def press() -> Agreement:
        return changes.renew(fresh(agreement), by=county.as_("manager"), at=NOW)

    with pytest.raises(Refusal, match="The agreement for 2027/28 is there already"):
        twice(county, press)


def test_the_page_of_a_list_saves_it_once(monkeypatch, client_for):
    county, at = make_county(), timezone.now()
    text = "Name,E-mail\nDot Osk,dot@fenshire.example\n"
    with county.inside():
        Draft.keep(
            person_id=county.people["admin"].pk, form="people_file", about="new", words=[["words", text]],
            revision=0, at=at,
        )  # fmt: skip
    loaded, may_go_on, loads = Event(), Event(), []

    def load(*arguments: Any, **options: Any) -> Any:
        loads.append(arguments)
        found = load_people(*arguments, **options)
        loaded.set()
        may_go_on.wait(10)
        return found

    monkeypatch.setattr(people, "load_people", load)
    clients = [client_for(county, "admin") for _ in range(2)]

    def press(client: Any) -> str:
        try:
            return client.post("/fenshire/people/list/check/", {"revision": "1"}).url
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as windows:
        first = windows.submit(press, clients[0])
        loaded.wait(10)
        second = windows.submit(press, clients[1])
        may_go_on.wait(SOON)
        may_go_on.set()
        assert (first.result(), second.result()) == ("/fenshire/people/", "/fenshire/people/list/")
    assert len(loads) == 1


def test_access_is_ended_once_and_nothing_is_handed_over_twice():
    """Two administrators hear at once that Mira has left, and name two different people to take over."""
    county = make_county()
    with county.inside():
        make_agreement(county)
        has_come(county, "second", "Sol", Role.ADMINISTRATOR, "Clerk")
        mail.write("address_changed", to=county.people["manager"], matter="x", at=NOW, words={})
    takers = iter([("admin", "other_manager"), ("second", "senior")])

    def press() -> list[HandOver]:
        by, taker = next(takers)
        mira, taking = Person.objects.get(pk=county.people["manager"].pk), county.people[taker]
        return leave(mira, on=None, taker=taking, others={}, by=county.as_(by), at=NOW)

    with pytest.raises(Refusal, match="Mira Fenshire left on 8 September 2026"):
        twice(county, press)
    with county.inside():
        mira = Person.objects.select_related("user").get(pk=county.people["manager"].pk)
        assert (mira.left_at, mira.user.is_active) == (NOW, False)
        assert not Membership.objects.on(TODAY).filter(person=mira).exists()
        left = HandOver.objects.filter(person=mira)
        assert {(row.kind, row.taker) for row in left} == {
            (kind, county.people["other_manager"]) for kind in ("placement", "management", "mail")
        }
        assert left.count() == len({(row.kind, row.item_id) for row in left}), "each thing waits once"
        about = AuditEvent.objects.filter(subject_ids__contains=[mira.public_id], denied=False)
        counted = Counter(about.values_list("verb", flat=True))
        assert (counted["person.leave"], counted["person.end_access"], counted["membership.end"]) == (1, 1, 1)


def test_two_administrators_do_not_end_the_access_of_one_another():
    """Each is there when the other presses: one of them stays, or nobody could let anybody in again."""
    county = make_county()
    with county.inside():
        has_come(county, "second", "Sol", Role.ADMINISTRATOR, "Clerk")
    turns = iter([("admin", "second"), ("second", "admin")])

    def press() -> list[HandOver]:
        by, goes = next(turns)
        return leave(county.people[goes], on=None, taker=None, others={}, by=county.as_(by), at=NOW)

    with pytest.raises(Refusal, match="the only administrator"):
        twice(county, press)
    with county.inside():
        (stays,) = Membership.objects.on(TODAY).filter(role=Role.ADMINISTRATOR)
        assert stays.person == county.people["admin"]


def test_an_invitation_goes_once():
    county = make_county()

    def press() -> mail.Notice:
        return invitations.invite(county.people["worker"], by=county.as_("admin"), at=NOW)

    with pytest.raises(Refusal, match="An invitation to Wanda Fenshire is on its way already"):
        twice(county, press)
    with county.inside():
        assert mail.Notice.objects.filter(person=county.people["worker"]).count() == 1


def test_no_sixth_code_in_an_hour_goes_to_the_mailbox_behind_a_link(rf):
    """And with it five more tries."""
    county = make_county()
    with county.inside():
        link, _ = Link.make(purpose="agreement.sign", subject=county.oakfield, person=county.people["head"], at=NOW)
        for _ in range(4):
            codes.ask(rf.post("/"), link, at=NOW)

    def press() -> str:
        return codes.ask(rf.post("/"), link, at=NOW).content.decode()

    assert "We have sent five codes in an hour" in twice(county, press)
    with county.inside():
        assert mail.Notice.objects.filter(matter=f"code:{link.public_id}").count() == 5


def test_a_what_if_is_begun_once_under_one_name():
    county = make_county()

    def press() -> WhatIf:
        return what_if.begin("Grant ends", school_year=2027, by=county.as_("senior"), at=NOW)

    with pytest.raises(Refusal, match="There is a what-if of this name already"):
        twice(county, press)


def test_two_copies_of_a_what_if_have_a_name_each():
    county = make_county()
    with county.inside():
        first = what_if.begin("Grant ends", school_year=2027, by=county.as_("senior"), at=NOW)
        what_if.begin("GRANT ENDS, 2", school_year=2027, by=county.as_("senior"), at=NOW)
    twice(county, lambda: what_if.copy(first, by=county.as_("senior"), at=NOW))
    with county.inside():
        names = set(WhatIf.objects.values_list("name", flat=True))
    assert names == {"Grant ends", "GRANT ENDS, 2", "Grant ends, 3", "Grant ends, 4"}


def test_two_changes_of_a_what_if_at_once_are_both_counted():
    """Nobody's records have moved on: a colleague has changed it while this page was open."""
    county = make_county()
    add_terms(county, 2025, 2026, 2027)
    active(county)
    grow(county, 2)
    with county.inside():
        first = what_if.begin("Grant ends", school_year=2027, by=county.as_("senior"), at=NOW)
        award = WhatIfChange(kind="award", percent=Decimal("3.00"), day=date(2027, 9, 1))
        tried = iter([award, WhatIfChange(kind="post_end", post=county.rows["post 1"], day=date(2027, 8, 31))])

    def loaded() -> tuple[WhatIf, what_if.Trying]:
        trying = what_if.Trying(county.as_("senior"), county.authority, TODAY)
        return WhatIf.objects.for_page().get(pk=first.pk), trying

    def press() -> None:
        row, trying = loaded()
        what_if.add_change(row, next(tried), trying=trying, by=county.as_("senior"), at=NOW)

    twice(county, press)
    with county.inside():
        row, trying = loaded()
        changes = list(row.changes.all())
        assert len(changes) == 2
        assert row.came_to
        assert not trying.has_moved_on(row, trying.with_changes(changes))
