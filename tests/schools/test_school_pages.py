"""Schools on screens: the list, one school, its area."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from schools.models import Figures, School, SchoolLink
from teams.models import AuditEvent
from tests.factories.agreements import make_agreement

pytestmark = pytest.mark.django_db

COUNCIL = ["admin", "manager", "senior", "worker", "finance", "auditor"]


def add_schools(county, number, *, first=900700, **said):
    with county.inside():
        School.objects.bulk_create(
            School(urn=str(first + n), name=f"Willow School {n:03d}", phase="Primary", **said) for n in range(number)
        )


def page(client, county, path="schools/", **query):
    return client.get(f"/{county.authority.slug}/{path}", query)


@pytest.mark.parametrize("who", COUNCIL)
def test_everybody_at_the_council_sees_the_schools(fenshire, moorland, client_for, who):
    response = page(client_for(fenshire, who), fenshire)
    html = response.content.decode()
    assert response.status_code == 200
    assert "Oakfield Primary School Fenshire" in html
    assert "Moorland" not in html
    assert ("Load a file about schools" in html) == (who == "admin")
    assert ("Give a list of contacts" in html) == (who in ("admin", "manager", "senior"))


@pytest.mark.parametrize("who", ["head", "lead"])
def test_school_people_have_no_list_and_see_their_own_school_alone(fenshire, client_for, who):
    client = client_for(fenshire, who)
    assert page(client, fenshire).status_code == 403
    own = page(client, fenshire, f"schools/{fenshire.oakfield.public_id}/")
    assert own.status_code == 200
    assert "Back to schools" not in own.content.decode()
    assert page(client, fenshire, f"schools/{fenshire.beech.public_id}/").status_code == 404
    with fenshire.inside():
        assert AuditEvent.objects.filter(verb="school.read", denied=True).count() == 1


def test_another_authoritys_school_is_not_there(fenshire, moorland, client_for):
    assert page(client_for(fenshire, "admin"), fenshire, f"schools/{moorland.oakfield.public_id}/").status_code == 404


def test_the_list_is_narrowed_by_name_number_phase_area_and_state(fenshire, client_for):
    add_schools(fenshire, 1, first=900700)
    add_schools(fenshire, 1, first=900800, status="closed")
    client = client_for(fenshire, "manager")

    def names(**query):
        html = page(client, fenshire, **query).content.decode()
        return {name for name in ("Oakfield", "Beech", "Willow") if f"{name} " in html.split("<main")[1]}

    assert names() == {"Oakfield", "Beech", "Willow"}
    assert names(words="oakf") == {"Oakfield"}
    assert names(words="900700") == {"Willow"}
    assert names(words="999/2000") == {"Oakfield"}
    assert names(area=str(fenshire.area.public_id)) == {"Oakfield", "Beech"}
    assert names(area="none") == {"Willow"}
    assert names(state="closed", words="900800") == {"Willow"}
    assert names(state="closed") == {"Willow"}
    assert names(phase="Primary", state="without") == {"Oakfield", "Beech", "Willow"}
    assert names(phase="Nonsense", area="nonsense", state="nonsense") == {"Oakfield", "Beech", "Willow"}
    html = page(client, fenshire, words="nowhere").content.decode()
    assert "Nothing you may see matches." in html


def test_the_list_names_the_worker_to_those_who_may_know(fenshire, client_for):
    with fenshire.inside():
        make_agreement(fenshire)
    assert "Wanda Fenshire" in page(client_for(fenshire, "manager"), fenshire).content.decode()
    assert "Wanda Fenshire" not in page(client_for(fenshire, "other_manager"), fenshire).content.decode()
    assert "Oakfield" in page(client_for(fenshire, "finance"), fenshire, state="with").content.decode()


def test_the_list_has_pages_of_fifty_and_few_queries_at_any_size(fenshire, client_for, queries):
    with fenshire.inside():
        make_agreement(fenshire)
    client = client_for(fenshire, "manager")
    page(client, fenshire)
    with queries() as few:
        page(client, fenshire)
    add_schools(fenshire, 400, area=fenshire.area)
    with queries() as many:
        html = page(client, fenshire).content.decode()
    assert len(many) == len(few) <= 12, many
    assert html.count("Willow School") == 48
    assert "page=2" in html


def test_an_empty_list_says_what_to_do(fenshire, client_for):
    with fenshire.inside():
        School.objects.update(status="closed")
    assert "No school yet. Load the government’s file" in page(client_for(fenshire, "admin"), fenshire).content.decode()


def figures(school, **said):
    return Figures.objects.create(school=school, **{"source": "absence", "year": 2018} | said)


def test_a_figure_that_was_withheld_says_so_in_words(fenshire, client_for):
    with fenshire.inside():
        figures(
            fenshire.oakfield,
            absence_percent=Decimal("4.2"),
            number_on_roll=0,
            marks={"persistent_absence_percent": "SUPP", "free_meals": "x"},
            definitions={"persistent_absence_percent": "Pupils missing 10 % or more of their possible sessions"},
        )
    html = page(client_for(fenshire, "worker"), fenshire, f"schools/{fenshire.oakfield.public_id}/").content.decode()
    assert "Absence, 2018/19" in html
    assert "4.2" in html
    assert "Not published (SUPP): suppressed, because so few pupils could be recognised" in html
    assert "Not published (x): not available" in html
    assert "Pupils missing 10 % or more" in html
    assert "Free school meals" not in html.replace("Pupils with free school meals", "")


def test_a_closed_school_leads_to_what_became_of_it(fenshire, client_for):
    with fenshire.inside():
        School.objects.filter(pk=fenshire.oakfield.pk).update(status="closed", closed_on=date(2025, 8, 31))
        SchoolLink.objects.create(
            urn=fenshire.oakfield.urn,
            other_urn=fenshire.beech.urn,
            kind="successor",
            words="Successor",
            since=date(2025, 9, 1),
        )
        SchoolLink.objects.create(urn=fenshire.beech.urn, other_urn="950000", kind="successor", words="Successor")
    client = client_for(fenshire, "worker")
    html = " ".join(page(client, fenshire, f"schools/{fenshire.oakfield.public_id}/").content.decode().split())
    beech = (
        f'<a class="govuk-link" href="/fenshire/schools/{fenshire.beech.public_id}/">Beech Primary School Fenshire</a>'
    )
    assert f"Oakfield Primary School Fenshire became {beech} on 1 September 2025." in html
    assert f"{beech} became School 950000." in html
    assert "This school is closed." in html
    html = " ".join(page(client, fenshire, f"schools/{fenshire.beech.public_id}/").content.decode().split())
    assert "Oakfield Primary School Fenshire</a> became Beech Primary School Fenshire on 1 September 2025." in html


def test_one_school_takes_few_queries_at_any_size(fenshire, client_for, queries):
    with fenshire.inside():
        make_agreement(fenshire)
        figures(fenshire.oakfield)
    client, path = client_for(fenshire, "manager"), f"schools/{fenshire.oakfield.public_id}/"
    page(client, fenshire, path)
    with queries() as few:
        page(client, fenshire, path)
    with fenshire.inside():
        for year in range(2000, 2018):
            figures(fenshire.oakfield, year=year)
    with queries() as many:
        page(client, fenshire, path)
    assert len(many) == len(few) <= 20, many


def test_the_area_is_set_by_the_administrator(fenshire, client_for):
    path = f"schools/{fenshire.oakfield.public_id}/area/"
    assert page(client_for(fenshire, "manager"), fenshire, path).status_code == 403
    client = client_for(fenshire, "admin")
    assert "In which area is it?" in page(client, fenshire, path).content.decode()
    answer = client.post(f"/fenshire/{path}", {"area": ""}, follow=True)
    assert "Oakfield Primary School Fenshire has no area." in answer.content.decode()
    client.post(f"/fenshire/{path}", {"area": str(fenshire.area.public_id)})
    with fenshire.inside():
        assert School.objects.get(pk=fenshire.oakfield.pk).area == fenshire.area
    assert client.post(f"/fenshire/{path}", {"area": "nonsense"}).status_code == 422


def test_a_school_whose_last_day_is_past_is_counted_closed_everywhere(fenshire, client_for):
    """A file may say "open" with a day of closing that has come since."""
    with fenshire.inside():
        before = School.objects.open_on(timezone.localdate()).count()
        School.objects.filter(pk=fenshire.beech.pk).update(status="open", closed_on=date(2026, 8, 31))
        assert School.objects.open_on(timezone.localdate()).count() == before - 1
    html = page(client_for(fenshire, "admin"), fenshire, "schools/").content.decode()
    assert "Beech Primary School" not in html
    closed = page(client_for(fenshire, "admin"), fenshire, state="closed").content.decode()
    assert "Beech Primary School" in closed
