"""Time away from school (journey W4, H4 line 1, BR-10): told in four taps, read at once, counted for her first."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from schools.models import Placement, TimeAway
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.models import Absence, Authority, Employment, Term
from teams.rules.terms import offered_terms
from tests.factories.authorities import LONDON, NOW, TODAY, add_person
from tests.reports.stories import active
from tests.told import story

pytestmark = pytest.mark.django_db

HOME = "/fenshire/home/"
SAID = {"purpose": "training", "back": "1300", "start": "now"}


def at(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


@story
def placed(fenshire):
    """Wanda is at Oakfield on five days a week; the autumn term began on 1 September."""
    active(fenshire)
    with fenshire.inside():
        for term in offered_terms(2026):
            Term.objects.create(
                school_year=2026, season=term.season, starts_on=term.starts_on, ends_on=term.ends_on,
                half_term_starts_on=term.half_term_starts_on, half_term_ends_on=term.half_term_ends_on,
            )  # fmt: skip
        fenshire.rows["placement"] = Placement.objects.get()
    return fenshire


@pytest.fixture
def now(monkeypatch):
    """`now(moment)`: the clock of the pages."""

    def set_to(moment: datetime) -> datetime:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        return moment

    set_to(NOW)
    return set_to


def tell(county, purpose="training", starts=None, back=None, *, at=NOW, by="worker", benefit="") -> TimeAway:
    with county.inside():
        return TimeAway.tell(
            county.placement, county.people["worker"], purpose=purpose, starts_at=starts or at, back_at=back or at_one(at),
            benefit=benefit, by=county.as_(by), at=at,
        )  # fmt: skip


def at_one(moment: datetime) -> datetime:
    return moment.replace(hour=13, minute=0)


def words(response) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().partition("<main")[2].partition("</main>")[0].split())


def test_she_tells_the_school_and_the_head_reads_it_at_once(placed, now, client_for):
    head, worker = client_for(placed, "head"), client_for(placed, "worker")
    assert "In school now, until 15:30." in words(head.get(HOME))
    page = words(worker.get("/fenshire/time-away/"))
    assert "Tell the school" in page
    assert page.count('type="radio"') < 20
    assert worker.post("/fenshire/time-away/", SAID).status_code == 302
    html = words(head.get(HOME))
    assert "At training until 13:00." in html
    assert "Benefit to you: new rules and practice come back to your school." in html
    assert html.index("At training until 13:00.") < html.index("Agreed days"), "the first line of Now"
    assert "At training until 13:00." in words(worker.get(HOME))
    now(at(13))
    assert "In school now, until 15:30." in words(client_for(placed, "head").get(HOME))


@pytest.mark.parametrize(
    ("purpose", "reads", "never"),
    [
        ("home", "Home visit, back by 13:00.", "Jamie"),
        ("own", "Away until 13:00.", "dentist"),
    ],
)
def test_a_home_visit_is_never_whose_and_private_absence_has_no_reason(placed, now, client_for, purpose, reads, never):
    said = SAID | {"purpose": purpose, "benefit": f"For {never}"}
    client_for(placed, "worker").post("/fenshire/time-away/", said)
    for who in ("head", "lead", "manager"):
        page = client_for(placed, who).get(f"/fenshire/placements/{placed.placement.public_id}/time/")
        assert reads in words(page)
        assert never not in page.content.decode()
    assert reads in words(client_for(placed, "head").get(HOME))


def test_the_line_can_be_switched_off_and_what_took_her_away_still_shows(placed, now, client_for):
    tell(placed)
    with placed.inside():
        Authority.objects.filter(pk=placed.authority.pk).update(live_line=False)
    head = client_for(placed, "head")
    assert "At training" not in words(head.get(HOME))
    time = words(head.get(f"/fenshire/placements/{placed.placement.public_id}/time/"))
    assert "At training" not in time
    assert "Training" in time
    assert "new rules and practice come back to your school" in time, "BR-10: the same day, line or no line"


def test_who_is_away_for_the_day_is_away_and_nothing_more(placed, now, client_for):
    with placed.inside():
        Absence.start(placed.people["worker"], starts_on=TODAY, ends_on=None, by=placed.as_("manager"), at=NOW)
    assert "<strong>Away today.</strong>" in words(client_for(placed, "head").get(HOME))


def test_she_sees_the_count_before_the_school_does(placed, now, client_for):
    """Six school days from 1 September; on the seventh, today, she is away from 9:30 to 13:00."""
    tell(placed)
    now(at(16))
    path = f"/fenshire/placements/{placed.placement.public_id}/time/"
    hers, schools = words(client_for(placed, "worker").get(path)), words(client_for(placed, "head").get(path))
    assert "up to now: <strong>38 hours 30 minutes</strong> of 42 hours agreed" in hers
    assert "up to yesterday: <strong>35 hours</strong> of 35 hours agreed" in schools
    assert "38 hours" not in schools
    now(at(7, day=TODAY + timedelta(days=1)))
    assert "of 42 hours agreed" in words(client_for(placed, "head").get(path))


def test_back_early_and_taken_back(placed, now, client_for):
    told = tell(placed)
    worker = client_for(placed, "worker")
    now(at(11))
    assert worker.post(f"/fenshire/time-away/{told.public_id}/back/").status_code == 302
    assert "In school now" in words(client_for(placed, "head").get(HOME))
    assert worker.post(f"/fenshire/time-away/{told.public_id}/back/").status_code == 409
    assert worker.post(f"/fenshire/time-away/{told.public_id}/withdraw/").status_code == 302
    assert "No time away from school this term." in words(
        worker.get(f"/fenshire/placements/{placed.placement.public_id}/time/")
    )


@pytest.mark.parametrize(
    ("starts", "back", "code", "field"),
    [
        (at(13), at(9), "in_order", "back_at"),
        (at(9), at(9), "in_order", "back_at"),
        (at(9), at(9, day=TODAY + timedelta(days=20)), "too_long", "back_at"),
        (at(12), at(14), "overlaps", "back_at"),
    ],
)
def test_what_is_planned_may_be_refused(placed, now, starts, back, code, field):
    tell(placed)
    with pytest.raises(Refusal) as refused:
        tell(placed, starts=starts, back=back)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_what_happened_is_always_kept(placed, now):
    """Twice told, in a holiday, after the placement ended: the truth is not refused, and counts once."""
    tell(placed, starts=at(9), back=at(10), at=at(15))
    tell(placed, starts=at(9), back=at(12), at=at(15))
    tell(placed, starts=at(9, day=date(2026, 8, 10)), back=at(12, day=date(2026, 8, 10)), at=at(15))
    with placed.inside():
        placed.placement.end(on=TODAY, by=placed.as_("manager"), at=NOW)
    tell(placed, starts=at(13), back=at(14), at=at(15))
    with pytest.raises(Refusal, match="The work at Oakfield Primary School Fenshire ended on 8 September 2026"):
        tell(placed, starts=at(9, day=TODAY + timedelta(days=1)), back=at(12, day=TODAY + timedelta(days=1)), at=at(15))


def test_a_press_without_an_answer_says_which_box(placed, now, client_for):
    response = client_for(placed, "worker").post("/fenshire/time-away/", {"start": "other", "back": "other"})
    assert response.status_code == 422
    html = response.content.decode()
    for words_ in ("Select what it is for", "Enter when you are back, like 13:00", "Enter from when, like 13:00"):
        assert words_ in html
    assert "<details" in html
    assert " open>" in html, "a wrong box is not folded away"


def test_in_two_schools_todays_stands_first_and_the_other_can_be_told(placed, now, client_for):
    with placed.inside():
        second = Placement.objects.get()
        second.pk, second.public_id, second.school = None, None, placed.beech
        second.public_id = "11111111-1111-4111-8111-111111111111"
        second.timetable = [{"weekday": 4, "starts": "08:30", "ends": "15:30"}]
        second.save(force_insert=True)
        Placement.objects.filter(pk=placed.placement.pk).update(timetable=placed.placement.timetable[:4])
    worker = client_for(placed, "worker")
    page = worker.get("/fenshire/time-away/").content.decode()
    assert f'value="{placed.placement.public_id}" checked' in " ".join(page.split())
    said = SAID | {"school": str(second.public_id), "back": "next"}
    assert worker.post("/fenshire/time-away/", said).status_code == 302
    with placed.inside():
        told = TimeAway.objects.get()
        assert (told.placement_id, told.back_at) == (second.pk, at(8, 30, date(2026, 9, 11)))
    assert "In school now" in words(client_for(placed, "head").get(HOME)), "Oakfield was not told"


@pytest.mark.parametrize("who", ["manager", "peer", "head", "admin"])
def test_nobody_tells_it_for_her(placed, now, who):
    with placed.inside():
        add_person(placed, "peer", "Piet Fenshire", Role.WORKER, "Pupil support worker")
    with pytest.raises(NotAllowed):
        tell(placed, by=who)


def test_a_benefit_is_kept_by_the_database_too(placed, now):
    told = tell(placed, benefit="We learn how to read the new form")
    assert told.benefit == "We learn how to read the new form"
    with placed.inside(), pytest.raises(IntegrityError, match="schools_timeaway_benefit"), transaction.atomic():
        TimeAway.objects.filter(pk=told.pk).update(benefit="")


@pytest.mark.parametrize("who", ["worker", "head", "manager"])
def test_pages_ask_no_more_of_a_full_term(placed, now, client_for, queries, who):
    client, path = client_for(placed, who), f"/fenshire/placements/{placed.placement.public_id}/time/"
    tell(placed)
    sizes = []
    for _ in range(2):
        found = []
        for address in (path, HOME):
            client.get(address)
            with queries() as seen:
                client.get(address)
            found.append(len(seen))
        sizes.append(found)
        for number in range(1, 6):
            day = date(2026, 9, number + 1)
            tell(placed, starts=at(9, day=day), back=at(11, day=day))
        with placed.inside():
            holder = Employment.objects.filter(person=placed.people["worker"]).first()
            assert holder is not None
    assert sizes[0] == sizes[1], sizes
    assert sizes[0][0] <= 20, sizes
    assert sizes[0][1] <= 20, sizes
