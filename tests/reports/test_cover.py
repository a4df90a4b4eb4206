"""Cover while a manager is away (journey M6.4, D.5): the deputy sees and does what she does, from the day to the day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction

from reports.actions.digests import write_due
from reports.models import Document
from schools.actions import agreement_mail
from schools.models import Agreement, Placement, SchoolContact
from schools.permissions import manages, may_sign_for_council, sees_cost
from teams.actions.leaving import leave
from teams.foundation.access import Role
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.lookup import principal_of
from teams.foundation.mail import Notice
from teams.models import (
    Absence,
    Attendee,
    Authority,
    Cover,
    CoverGrant,
    CoverGroupGrant,
    LineManagement,
    Membership,
    Occasion,
    Person,
)
from tests.factories.agreements import fresh, make_agreement, offered
from tests.factories.authorities import LONDON, NOW, TODAY, add_person
from tests.reports.stories import grow
from tests.told import story

pytestmark = pytest.mark.django_db

FIRST, LAST = TODAY + timedelta(days=6), TODAY + timedelta(days=10)  # Monday 14 to Friday 18 September
DAY = timedelta(days=1)
HOME = "/fenshire/home/"


@story
def asked(fenshire):
    """An agreement of Mira's waits for the council; Otto has another team; Petra is a senior practitioner."""
    with fenshire.inside():
        fenshire.rows["agreement"] = offered(make_agreement(fenshire), fenshire)
        add_person(fenshire, "practitioner", "Petra Fenshire", Role.SENIOR_PRACTITIONER, "Senior practitioner")
    return fenshire


def arrange(county, deputy="other_manager", *, first=FIRST, last=LAST, by="manager", at=NOW) -> Cover:
    with county.inside():
        people = county.people
        return Cover.start(people["manager"], people[deputy], starts_on=first, ends_on=last, by=county.as_(by), at=at)


@pytest.fixture
def today(monkeypatch):
    """`today(day)`: it is nine in the morning of that day."""

    def set_to(day: date) -> datetime:
        now = datetime(day.year, day.month, day.day, 9, 0, tzinfo=LONDON)
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        return now

    set_to(TODAY)
    return set_to


def seen_by(county, name: str) -> int:
    """How many agreements this person can see today."""
    with county.inside():
        return Agreement.objects.visible_to(principal_of(county.users[name])).count()


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


# The pages.


def test_she_says_who_covers_and_both_first_pages_tell(asked, today, client_for):
    page = client_for(asked, "manager")
    assert "Who covers me?" in page.get("/fenshire/cover/").content.decode()
    said = {"deputy": str(asked.people["other_manager"].public_id)}
    for name, day in (("starts_on", TODAY), ("ends_on", LAST)):
        said |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    refused = page.post("/fenshire/cover/", said | {"ends_on_year": "2025"})
    assert refused.status_code == 422
    assert "The last day must be 8 September 2026 or later." in refused.content.decode()
    assert page.post("/fenshire/cover/", said).status_code == 302
    assert "Otto Fenshire covers for you until 18 September 2026" in page.get(HOME).content.decode()
    deputy = client_for(asked, "other_manager")
    html = deputy.get(HOME).content.decode()
    assert "Mira Fenshire is away until 18 September 2026: you cover" in html
    assert "Sign for the council: Oakfield" in html
    assert "For Mira Fenshire, whom you cover." in html
    with asked.inside():
        stop = f"/fenshire/cover/{Cover.objects.get().public_id}/stop/"
    assert client_for(asked, "worker").post(stop).status_code == 403
    assert deputy.post(stop).status_code == 302
    assert "Sign for the council" not in deputy.get(HOME).content.decode()


def test_a_senior_manager_who_covers_finds_what_waits(asked, today, client_for):
    with asked.inside():
        SchoolContact.objects.filter(person=asked.people["head"]).update(confirmed_at=None)
    arrange(asked, "senior", first=TODAY)
    client = client_for(asked, "senior")
    assert (
        "Mira Fenshire is away until 18 September 2026: you cover" in client.get("/fenshire/county/").content.decode()
    )
    assert "Sign for the council: Oakfield" in client.get("/fenshire/waiting/").content.decode()


# Who is away gets nothing.


def digests(county, at: datetime) -> set[str]:
    keys = {person.pk: key for key, person in county.people.items()}
    with county.inside():
        write_due(county.authority, by=county.clock, at=at)
        return {keys[each.person_id] for each in Notice.objects.filter(made_at=at).exclude(period="")}


def test_a_digest_goes_to_who_covers_and_not_to_who_is_away(asked):
    monday = datetime(2026, 9, 14, 7, 20, tzinfo=LONDON)
    arrange(asked)
    assert digests(asked, monday) & {"manager", "other_manager"} == {"other_manager"}


def test_a_worker_who_is_away_gets_no_mail_and_her_manager_has_a_line(asked, today, client_for):
    with asked.inside():
        Absence.start(asked.people["worker"], starts_on=TODAY, ends_on=None, by=asked.as_("manager"), at=NOW)
    assert "worker" not in digests(asked, datetime(2026, 9, 9, 7, 20, tzinfo=LONDON))
    html = client_for(asked, "manager").get(HOME).content.decode()
    assert "Wanda Fenshire is away, and Oakfield" in html


# Away.


@pytest.mark.parametrize(
    ("who", "answer"), [("manager", 200), ("worker", 200), ("senior", 200), ("other_manager", 403)]
)
def test_who_says_that_somebody_is_away(asked, today, client_for, who, answer):
    path = f"/fenshire/people/{asked.people['worker'].public_id}/away/"
    assert client_for(asked, who).get(path).status_code == answer


def test_away_today_and_back_again_in_one_press_each(asked, today, client_for):
    path = f"/fenshire/people/{asked.people['worker'].public_id}/away/"
    client = client_for(asked, "manager")
    assert "No reason is asked" in client.get(path).content.decode()
    assert client.post(path, {"since": "today", "until": "known"}).status_code == 422
    assert client.post(path, {"since": "today", "until": "unknown"}).status_code == 302
    html = client.get(path).content.decode()
    assert "down as away since 8 September 2026" in html
    week = client.get(HOME).content.decode()
    assert "is away, until when is not known" in week
    assert "Wanda" in client.get("/fenshire/away/").content.decode()
    with asked.inside():
        absence = Absence.objects.get()
    assert client.post(path, {"until": "today"}).status_code == 302
    with asked.inside():
        assert Absence.objects.get().ends_on == TODAY
    assert client.post(f"/fenshire/away/{absence.public_id}/back/").status_code == 302
    with asked.inside():
        assert not Absence.objects.on(TODAY).exists()
        # The same day again is another absence.
        Absence.start(asked.people["worker"], starts_on=TODAY, ends_on=TODAY, by=asked.as_("worker"), at=NOW)
        with pytest.raises(Refusal) as refused:
            Absence.start(asked.people["worker"], starts_on=TODAY, ends_on=None, by=asked.as_("worker"), at=NOW)
        assert refused.value.code == "away_already"


def test_a_deputy_says_it_for_the_people_of_whom_she_covers(asked, today):
    arrange(asked)
    with asked.inside():
        worker = asked.people["worker"]
        with pytest.raises(NotAllowed):
            Absence.start(worker, starts_on=TODAY, ends_on=None, by=principal_of(asked.users["other_manager"]), at=NOW)
        now = today(FIRST)
        deputy = principal_of(asked.users["other_manager"])
        Absence.start(worker, starts_on=FIRST, ends_on=None, by=deputy, at=now)
        assert Absence.objects.visible_to(deputy).count() == 1
        LineManagement.objects.all().delete()
        assert Absence.objects.visible_to(deputy).count() == 1, "the team's manager as well"
        assert Person.objects.count()


# Others hear of it.


def test_a_deputy_signs_on_the_page_and_the_school_knows_whom_to_ring(asked, today, client_for):
    arrange(asked)
    today(FIRST)
    with asked.inside():
        address, version = asked.agreement.public_id, str(fresh(asked.agreement).latest.public_id)
    client = client_for(asked, "other_manager")
    assert "Otto Fenshire" in client.get(f"/fenshire/agreements/{address}/").content.decode()
    answer = client.post(f"/fenshire/agreements/{address}/sign/", {"read": "on", "version": version})
    assert answer.status_code == 302
    with asked.inside():
        event = AuditEvent.objects.get(verb="agreement.sign")
        assert (event.role, event.on_behalf_of) == ("team_manager, covering", asked.people["manager"])
    html = " ".join(client_for(asked, "head").get(HOME).content.decode().split())
    assert "Mira Fenshire is away until 18 September 2026: Otto Fenshire covers" in html


def test_a_reply_to_a_mail_reaches_who_covers(asked, today):
    arrange(asked)
    now = today(FIRST)
    with asked.inside():
        agreement_mail.send_new_link(fresh(asked.agreement), to=asked.people["head"], at=now)
        newest = Notice.objects.latest("pk")
    assert newest.words["reply_to"] == "other_manager@fenshire.example"


def test_a_manager_who_is_away_and_not_covered_is_the_senior_managers_to_decide(asked, today, client_for):
    with asked.inside():
        Absence.start(asked.people["manager"], starts_on=TODAY, ends_on=None, by=asked.as_("manager"), at=NOW)
    client = client_for(asked, "senior")
    assert "Mira Fenshire is away, and nobody covers" in client.get("/fenshire/county/").content.decode()
    arrange(asked, first=TODAY)
    assert "nobody covers" not in client.get("/fenshire/county/").content.decode()


def test_what_is_booked_with_somebody_who_is_away_is_listed(asked, today, client_for):
    with asked.inside():
        worker, manager = asked.people["worker"], asked.people["manager"]
        for title, days in (("Meeting with Mira", 3), ("Long after", 60)):
            occasion = Occasion.objects.create(
                kind="meeting", title=title, starts_at=NOW + timedelta(days=days), ends_at=NOW + timedelta(days=days, hours=1)
            )  # fmt: skip
            for person in (worker, manager):
                Attendee.objects.create(occasion=occasion, person=person, part="worker")
    html = client_for(asked, "manager").get(f"/fenshire/people/{worker.public_id}/away/").content.decode()
    assert "11 September 2026 at 9:30am: Meeting with Mira" in html
    assert "Long after" not in html


@pytest.mark.parametrize(("path", "most"), [("away/", 12), ("cover/", 20), ("people/{}/away/", 20)])
def test_pages_ask_no_more_of_a_large_team(asked, today, client_for, queries, path, most):
    address = "/fenshire/" + path.format(asked.people["worker"].public_id)
    client = client_for(asked, "manager")
    client.get(address)
    with queries() as small:
        client.get(address)
    grow(asked, 4, state="not_finished")
    with asked.inside():
        Absence.start(
            Person.objects.get(name="Willa 1"), starts_on=TODAY, ends_on=None, by=asked.as_("manager"), at=NOW
        )
    arrange(asked)
    with queries() as large:
        client.get(address)
    assert len(small) == len(large) <= most, "\n".join(large)
