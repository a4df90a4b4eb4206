"""Cover on pages and in mails: who is told, and who is not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from reports.actions.digests import write_due
from schools.actions import agreement_mail
from schools.models import SchoolContact
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.lookup import principal_of
from teams.foundation.mail import Notice
from teams.models import (
    Absence,
    Attendee,
    Cover,
    LineManagement,
    Occasion,
    Person,
)
from tests.factories.agreements import fresh
from tests.factories.authorities import LONDON, NOW, TODAY
from tests.reports.cover.arranged import FIRST, HOME, LAST, arrange
from tests.reports.stories import grow

pytestmark = pytest.mark.django_db


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
