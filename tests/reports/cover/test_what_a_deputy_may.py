"""A deputy: from the day to the day, and nothing beyond what the covered manager may."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction

from reports.models import Document
from schools.models import Placement
from schools.permissions import manages, may_sign_for_council, sees_cost
from teams.actions.leaving import leave
from teams.foundation.access import Role
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.lookup import principal_of
from teams.models import (
    Authority,
    Cover,
    CoverGrant,
    CoverGroupGrant,
    Membership,
)
from tests.factories.agreements import fresh, make_agreement
from tests.factories.authorities import NOW, TODAY
from tests.reports.cover.arranged import DAY, FIRST, HOME, LAST, arrange, seen_by

pytestmark = pytest.mark.django_db


# From the day to the day.


@pytest.mark.parametrize(
    ("day", "sees"),
    [(FIRST - DAY, 0), (FIRST, 1), (LAST, 1), (LAST + DAY, 0)],
    ids=["before", "first", "last", "after"],
)
@pytest.mark.parametrize("deputy", ["other_manager", "practitioner"])
def test_a_deputy_sees_from_the_first_day_to_the_last(asked, today, deputy, day, sees):
    arrange(asked, deputy)
    today(day)
    assert seen_by(asked, deputy) == sees
    assert seen_by(asked, "manager") == 1, "who is covered loses nothing"


def test_what_a_deputy_sees_ends_at_the_press(asked, today):
    cover = arrange(asked)
    now = today(FIRST)
    assert seen_by(asked, "other_manager") == 1
    with asked.inside():
        cover.stop(by=asked.as_("manager"), at=now)
        assert not CoverGrant.objects.exists(), "the grant is withdrawn, not only past"
        with pytest.raises(Refusal, match="ended already"):
            cover.stop(by=asked.as_("manager"), at=now)
    assert seen_by(asked, "other_manager") == 0


def test_a_deputy_who_leaves_sees_nothing_and_covers_nobody(asked, today):
    cover = arrange(asked)
    now = today(FIRST)
    with asked.inside():
        leave(asked.people["other_manager"], on=None, taker=None, others={}, by=asked.as_("admin"), at=now)
        cover.refresh_from_db()
        assert cover.status == Cover.Status.STOPPED
        assert principal_of(asked.users["other_manager"]) is None


def test_a_deputy_whose_role_ends_covers_nobody(asked, today):
    arrange(asked)
    today(FIRST)
    with asked.inside():
        Membership.objects.filter(person=asked.people["other_manager"]).update(role=Role.WORKER)
        assert not principal_of(asked.users["other_manager"]).covers


def test_when_the_covered_manager_leaves_her_deputy_sees_no_more_than_she(asked, today):
    arrange(asked)
    today(FIRST)
    with asked.inside():
        Membership.objects.filter(person=asked.people["manager"]).update(ends_on=FIRST - DAY)
    assert seen_by(asked, "other_manager") == 0


def test_cover_is_not_passed_on(asked, today):
    """Sena covers for Otto, Otto for Mira: what Otto sees as a deputy is not what Otto manages."""
    with asked.inside():
        Membership.objects.filter(person=asked.people["senior"]).update(role=Role.SENIOR_PRACTITIONER)
        Cover.start(
            asked.people["other_manager"], asked.people["senior"], starts_on=LAST, ends_on=LAST, by=asked.clock, at=NOW
        )
    arrange(asked, last=LAST - DAY)
    with asked.inside():
        CoverGrant.objects.filter(content_object=asked.people["manager"]).update(ends_on=LAST)
    today(LAST)
    assert seen_by(asked, "other_manager") == 1
    assert seen_by(asked, "senior") == 0


def test_cover_ends_at_the_wall(asked, moorland, today):
    """An account that works in two authorities covers in one of them."""
    arrange(asked)
    with moorland.inside():
        Membership.objects.create(
            user=asked.users["other_manager"], person=moorland.people["other_manager"], role=Role.TEAM_MANAGER,
            starts_on=date(2024, 9, 1),
        )  # fmt: skip
        today(FIRST)
        assert not principal_of(asked.users["other_manager"]).covers


def test_asking_who_somebody_is_takes_no_further_statement(asked, today, queries):
    with asked.inside():
        with queries() as before:
            principal_of(asked.users["other_manager"])
        arrange(asked)
        today(FIRST)
        with queries() as after:
            covers = principal_of(asked.users["other_manager"]).covers
    assert covers == {asked.people["manager"].pk}
    assert len(before) == len(after) == 1


# What a deputy does.


def test_a_deputy_does_it_for_the_manager_and_the_audit_says_so(asked, today, client_for):
    arrange(asked)
    now = today(FIRST)
    with asked.inside():
        deputy = principal_of(asked.users["other_manager"])
        fresh(asked.agreement).end(on=FIRST, reason="The school closes", by=deputy, at=now)
        event = AuditEvent.objects.get(verb="agreement.end")
        assert (event.role, event.on_behalf_of) == ("team_manager, covering", asked.people["manager"])
        other = asked.people["other_manager"]
        assert not AuditEvent.objects.filter(on_behalf_of=other).exists()
    today(LAST + DAY)
    html = client_for(asked, "manager").get(HOME).content.decode()
    assert "What Otto Fenshire did for you" in html
    assert "Ended, or notice given" in html
    assert "While you were away" not in client_for(asked, "other_manager").get(HOME).content.decode()


def test_a_deputys_own_work_is_not_called_covering(asked, today):
    arrange(asked)
    now = today(FIRST)
    with asked.inside():
        make_agreement(asked, post="other_post", school="beech", at=now)
        own = AuditEvent.objects.filter(verb="agreement.draw_up").latest("pk")
        assert (own.role, own.on_behalf_of) == ("team_manager", None)


def test_cover_gives_nobody_a_limit(asked, today):
    """Another team manager signs up to the same limit; a senior practitioner has none, and does not sign."""
    arrange(asked, last=FIRST)
    arrange(asked, "practitioner", first=LAST)
    today(FIRST)
    with asked.inside():
        agreement = fresh(asked.agreement)
        deputy = principal_of(asked.users["other_manager"])
        assert may_sign_for_council(deputy, agreement)
        Authority.objects.update(manager_limit="30000.00")
        assert not may_sign_for_council(deputy, fresh(asked.agreement)), "above the limit a senior manager signs"
        Authority.objects.update(manager_limit="40000.00")
        today(LAST)
        deputy = principal_of(asked.users["practitioner"])
        assert manages(deputy, agreement.placement)
        assert sees_cost(deputy, agreement) == "council", "as whom she covers"
        assert not may_sign_for_council(deputy, agreement)


def test_a_deputy_who_is_the_worker_signs_once_and_as_the_worker(asked, today):
    with asked.inside():
        asked.post.employments.update(person=asked.people["practitioner"])
        arrange(asked, "practitioner")
        today(FIRST)
        from schools.permissions import AgreementPolicy

        deputy = principal_of(asked.users["practitioner"])
        assert AgreementPolicy().party_of(deputy, fresh(asked.agreement)) == "worker"
        assert AgreementPolicy().for_whom(deputy, fresh(asked.agreement)) is None


def test_papers_open_for_the_deputy_as_for_the_manager(asked, today):
    arrange(asked, "practitioner")
    with asked.inside():
        placement = Placement.objects.get()
        for copy in ("school", "council", "way"):
            Document.objects.create(
                kind="x", subject_id=asked.agreement.public_id, placement=placement, copy=copy, title="A paper", pages=1,
                school_year=2026, season="autumn", snapshot_digest="-", template="-", check_code=copy, file="-", size=1,
                made_at=NOW,
            )  # fmt: skip
        for day, copies in ((FIRST - DAY, 0), (FIRST, 3), (LAST + DAY, 0)):
            today(day)
            assert Document.objects.visible_to(principal_of(asked.users["practitioner"])).count() == copies


# Arranging it.


@pytest.mark.parametrize(
    ("deputy", "first", "last", "code", "field"),
    [
        ("manager", FIRST, LAST, "herself", "deputy"),
        ("worker", FIRST, LAST, "no_deputy", "deputy"),
        ("head", FIRST, LAST, "no_deputy", "deputy"),
        ("other_manager", TODAY - DAY, LAST, "past", "starts_on"),
        ("other_manager", LAST, FIRST, "ends_before_it_starts", "ends_on"),
        ("other_manager", FIRST, FIRST + timedelta(days=400), "too_long", "ends_on"),
    ],
)
def test_what_cannot_be_arranged(asked, today, deputy, first, last, code, field):
    with pytest.raises(Refusal) as refused:
        arrange(asked, deputy, first=first, last=last)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_one_covers_at_a_time_and_no_deputy_who_is_away(asked, today):
    arrange(asked)
    with pytest.raises(Refusal, match="Otto Fenshire covers for Mira Fenshire from 14 September 2026"):
        arrange(asked, "practitioner", first=LAST, last=LAST + DAY)
    with asked.inside(), pytest.raises(Refusal) as refused:
        Cover.start(
            asked.people["other_manager"], asked.people["manager"], starts_on=FIRST, ends_on=FIRST,
            by=asked.as_("other_manager"), at=NOW,
        )  # fmt: skip
    assert refused.value.code == "away_too"
    arrange(asked, "practitioner", first=LAST + DAY, last=LAST + DAY)


@pytest.mark.parametrize(
    ("by", "may"), [("senior", True), ("admin", True), ("other_manager", False), ("worker", False), ("head", False)]
)
def test_nobody_makes_herself_a_deputy(asked, today, by, may):
    if may:
        arrange(asked, by=by)
    else:
        with pytest.raises(NotAllowed):
            arrange(asked, by=by)


def test_no_group_can_be_granted_anything(asked):
    """guardian would ask this table; it stays empty (docs/decisions/0004)."""
    with asked.inside(), pytest.raises(IntegrityError, match="teams_covergroupgrant_empty"), transaction.atomic():
        CoverGroupGrant.objects.bulk_create(
            [
                CoverGroupGrant(
                    group=Group.objects.create(name="deputies"),
                    permission=Permission.objects.get(codename="cover_for"),
                    content_object=asked.people["manager"],
                )
            ]
        )
