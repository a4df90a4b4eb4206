"""The school's own days on screens: who keeps them, what is refused, where they show."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from schools.models import SchoolDay
from teams.models import AuditEvent, Term
from teams.rules.calendar import school_year_of
from teams.rules.terms import offered_terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(fenshire):
    """With terms around today: pages go by the real clock."""
    now = school_year_of(timezone.localdate())
    with fenshire.inside():
        for year in (now, now + 1):
            for term in offered_terms(year):
                Term.objects.create(
                    school_year=year, season=term.season, starts_on=term.starts_on, ends_on=term.ends_on,
                    half_term_starts_on=term.half_term_starts_on, half_term_ends_on=term.half_term_ends_on,
                )  # fmt: skip
    return fenshire


def next_open_day():
    """A school day of next year's autumn term, whenever this test is run."""
    return offered_terms(school_year_of(timezone.localdate()) + 1)[0].starts_on + timedelta(days=7)


def typed(first: date, **more):
    return {"starts_on_day": first.day, "starts_on_month": first.month, "starts_on_year": first.year} | more


def path(county, school="oakfield"):
    return f"/{county.authority.slug}/schools/{county.rows[school].public_id}/days/"


def test_a_manager_adds_days_and_takes_them_back(county, client_for):
    manager, first = client_for(county, "manager"), next_open_day()
    said = typed(first, kind="closed", words="INSET, nobody in")
    done = manager.post(path(county), said, follow=True)
    assert "The days of Oakfield" in done.content.decode()
    assert "INSET, nobody in" in done.content.decode()
    school_page = f"/{county.authority.slug}/schools/{county.oakfield.public_id}/"
    for reader in ("manager", "worker", "head"):
        assert "INSET, nobody in" in client_for(county, reader).get(school_page).content.decode(), reader
    assert "Oakfield" in manager.get(f"/{county.authority.slug}/school-days/").content.decode()
    with county.inside():
        days = SchoolDay.objects.get()
        assert AuditEvent.objects.filter(verb="schoolday.add").count() == 1
    address = f"/{county.authority.slug}/school-days/{days.public_id}/withdraw/"
    assert "keeps the county’s days again" in manager.post(address, follow=True).content.decode()
    assert manager.post(address).status_code == 409  # pressed twice
    assert "INSET" not in manager.get(school_page).content.decode()
    with county.inside():
        assert AuditEvent.objects.filter(verb="schoolday.withdraw").count() == 1


def test_a_refusal_stands_beside_its_box_and_what_was_typed_stays(county, client_for):
    manager = client_for(county, "manager")
    first = next_open_day()
    manager.post(path(county), typed(first, kind="closed"))
    again = manager.post(path(county), typed(first, kind="closed", words="Twice the same words"))
    assert again.status_code == 422
    html = again.content.decode()
    assert "Withdraw that first" in html
    assert "Twice the same words" in html
    nothing = manager.post(path(county), {})
    assert nothing.status_code == 422
    assert "Select whether the school is closed or open" in nothing.content.decode()
    with county.inside():
        assert SchoolDay.objects.count() == 1


@pytest.mark.parametrize(("who", "status"), [("admin", 200), ("senior", 200), ("worker", 403), ("head", 403)])
def test_managers_and_administrators_keep_them(county, client_for, who, status):
    assert client_for(county, who).get(path(county)).status_code == status


def test_the_pages_ask_as_much_of_forty_days_as_of_one(county, client_for, queries):
    admin, first = client_for(county, "admin"), next_open_day()

    def asked(address):
        admin.get(address)
        with queries() as seen:
            assert admin.get(address).status_code == 200
        return len(seen)

    pages = (path(county), f"/{county.authority.slug}/school-days/", f"/{county.authority.slug}/set-up/terms/")
    counts = []
    for number in (1, 40):
        with county.inside():
            SchoolDay.objects.all().delete()
            SchoolDay.objects.bulk_create(
                SchoolDay(
                    school=county.oakfield,
                    kind="closed",
                    starts_on=first + timedelta(days=n),
                    ends_on=first + timedelta(days=n),
                )
                for n in range(number)
            )
        counts.append([asked(address) for address in pages])
    assert counts[0] == counts[1]
    assert all(count <= 12 for count in counts[0]), counts
