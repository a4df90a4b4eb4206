"""Lists, records and verbs of the API: pages, filters, what is left out, what is refused, and how many queries it takes."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from reports.measures.registry import MEASURES
from schools.models import Agreement, School, SchoolContact
from teams.models import AuditEvent, Person, Term
from teams.rules.terms import offered_terms
from tests.api.asking import Program, program_of, sentence
from tests.factories.agreements import fresh, make_agreement, offered, signed
from tests.factories.authorities import NOW
from tests.told import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def known_day(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@story
def on_offer(fenshire):
    with fenshire.inside():
        return offered(make_agreement(fenshire), fenshire)


@pytest.fixture
def agreement(on_offer, known_day):
    return on_offer


def more_schools(county, number: int) -> None:
    with county.inside():
        School.objects.bulk_create(
            School(urn=f"91{each:04d}", name=f"School {each:04d}", phase="Secondary", status="open", area=county.area)
            for each in range(number)
        )


def test_a_list_is_read_page_by_page_and_each_row_comes_once(fenshire):
    more_schools(fenshire, 23)
    program = program_of(fenshire, "manager")
    answer = program.get("schools/", {"limit": 10}).json()
    seen = [row["id"] for row in answer["results"]]
    while answer["next"]:
        answer = program.get(answer["next"].partition("testserver")[2]).json()
        seen += [row["id"] for row in answer["results"]]
    assert len(seen) == len(set(seen)) == 25


@pytest.mark.parametrize(
    "asked", [{"limit": "0"}, {"limit": "1000"}, {"limit": "x"}, {"cursor": "x"}, {"cursor": "é"}, {"phsae": "Primary"}]
)
def test_what_is_not_understood_is_said_and_not_passed_over(fenshire, asked):
    answer = program_of(fenshire, "manager").get("schools/", asked)
    assert answer.status_code == 400
    sentence(answer)
    assert [each["field"] for each in answer.json()["errors"]] == list(asked)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"urn": "900101"}, ["900101"]),
        ({"words": "oak"}, ["900100"]),
        ({"phase": "Primary"}, ["900100", "900101"]),
        ({"phase": "Secondary"}, []),
        ({"open": "false"}, ["900101"]),
        ({"open": "true"}, ["900100"]),
        ({"area": "none"}, ["900101"]),
        ({"worker": "true"}, ["900100"]),
        ({"worker": "false"}, ["900101"]),
    ],
)
def test_schools_are_narrowed(fenshire, agreement, asked, found):
    with fenshire.inside():
        School.objects.filter(urn="900101").update(area=None, status="closed")
    rows = program_of(fenshire, "manager", at=NOW).get("schools/", asked).json()["results"]
    assert sorted(row["urn"] for row in rows) == found


def test_schools_of_an_area(fenshire):
    program = program_of(fenshire, "manager")
    assert len(program.get("schools/", {"area": str(fenshire.area.public_id)}).json()["results"]) == 2
    assert program.get("schools/", {"area": "nonsense"}).status_code == 400


@pytest.mark.parametrize(
    ("asked", "count"),
    [({"status": "offered"}, 1), ({"active": "true"}, 0), ({"school_year": "2025"}, 0), ({"school_year": "2026"}, 1)],
)
def test_agreements_are_narrowed(fenshire, agreement, asked, count):
    assert len(program_of(fenshire, "manager", at=NOW).get("agreements/", asked).json()["results"]) == count


def test_money_is_told_to_those_who_may_see_it_and_to_a_token_made_for_it(fenshire, agreement):
    path = f"agreements/{agreement.public_id}/"
    council = program_of(fenshire, "manager", at=NOW).get(path).json()
    assert council["cost"]["whole_year"] == "34500.00"
    assert [payer["total"] for payer in council["cost"]["payers"]] != []
    assert sum(1 for payer in council["cost"]["payers"] if payer["is_school"]) == 1
    head = program_of(fenshire, "head", at=NOW).get(path).json()
    assert head["cost"]["total"] == council["cost"]["total"]
    assert "payers" not in head["cost"]
    for name in ("worker", "lead"):
        assert "cost" not in program_of(fenshire, name, at=NOW).get(path).json()
    assert "cost" not in program_of(fenshire, "manager", ["agreements:read"], at=NOW).get(path).json()


def test_no_number_inside_is_told(fenshire, agreement):
    said = str(program_of(fenshire, "manager", at=NOW).get(f"agreements/{agreement.public_id}/").json())
    assert "'pk'" not in said
    assert "authority" not in said


def test_how_to_reach_somebody_is_told_to_those_who_write_to_them(fenshire):
    path = f"people/{fenshire.people['head'].public_id}/"
    assert program_of(fenshire, "manager").get(path).json()["email"] == "head@fenshire.example"
    assert "email" not in program_of(fenshire, "worker").get(path).json()
    own = program_of(fenshire, "head").get(path).json()
    assert own["email"] == "head@fenshire.example"
    assert program_of(fenshire, "head").get(f"people/{fenshire.people['manager'].public_id}/").status_code == 404


def test_the_same_is_not_told_twice(fenshire):
    program = program_of(fenshire, "manager")
    path = f"schools/{fenshire.oakfield.public_id}/"
    etag = program.get(path)["ETag"]
    again = program.get(path, If_None_Match=etag)
    assert (again.status_code, again.content) == (304, b"")
    assert program.get(path, If_None_Match=f"W/{etag}").status_code == 304
    with fenshire.inside():
        School.objects.filter(pk=fenshire.oakfield.pk).update(town="Elsewhere")
    assert program.get(path, If_None_Match=etag).status_code == 200


def test_nothing_is_kept_by_a_cache(fenshire):
    program = program_of(fenshire, "manager")
    for path in ("schools/", "schools/?format=csv", "no/such/"):
        assert program.get(path)["Cache-Control"] == "no-store, private"


def test_a_change_is_done_to_what_was_read(fenshire):
    program = program_of(fenshire, "admin")
    path = f"schools/{fenshire.oakfield.public_id}/"
    etag = program.get(path)["ETag"]
    with fenshire.inside():
        School.objects.filter(pk=fenshire.oakfield.pk).update(town="Elsewhere")
    refused = program.post(f"{path}area/", {"area": None}, If_Match=etag)
    assert refused.status_code == 412
    sentence(refused)
    done = program.post(f"{path}area/", {"area": None}, If_Match=program.get(path)["ETag"])
    assert done.status_code == 200
    assert done.json()["area"] is None


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("{", {}, 400),
        ("[]", {}, 422),
        ("{}", {}, 422),
        ('{"area": "x"}', {}, 422),
        ('{"area": "00000000-0000-4000-8000-000000000000"}', {}, 422),
        ("area=x", {"CONTENT_TYPE": "text/plain"}, 415),
        (" " * 6_000_000, {}, 413),
    ],
)
def test_a_body_that_will_not_do_is_refused_in_the_one_shape(fenshire, body, headers, status):
    program = program_of(fenshire, "admin")
    answer = program.client.post(
        f"/fenshire/api/v1/schools/{fenshire.oakfield.public_id}/area/",
        body,
        content_type=headers.get("CONTENT_TYPE", "application/json"),
        headers=program.headers,
    )
    assert answer.status_code == status
    sentence(answer)


def test_other_methods_and_formats_are_refused_in_the_one_shape(fenshire):
    program = program_of(fenshire, "admin")
    for method in ("put", "patch", "delete", "options"):
        answer = getattr(program.client, method)("/fenshire/api/v1/schools/", headers=program.headers)
        assert answer.status_code == 405
        assert answer["Allow"] == "GET, HEAD"
        sentence(answer)
    for asked in ({"format": "yaml"}, {"format": "xml"}):
        assert program.get("schools/", asked).status_code == 406
    assert program.get("schools/", Accept="image/png").status_code == 406
    assert program.get("placements/", {"format": "pdf"}).status_code == 406


def test_an_unknown_address_is_a_problem_and_no_page(fenshire):
    for asked in ("nothing", "measures/one%0Atwo/", "nothing%0A"):
        answer = program_of(fenshire, "admin").get(asked)
        assert answer.status_code == 404
        sentence(answer)
    assert program_of(fenshire, "admin").get("/fenshire/api/v1/schools/%00/").status_code == 404
    assert program_of(fenshire, "admin").get("schools/?words=%00").status_code == 400


def test_our_own_failure_is_a_problem_too_and_leaves_nothing(fenshire, monkeypatch):
    def breaks(self, area, **_):
        self.town = "Half"
        self.save()
        raise RuntimeError("broken")

    monkeypatch.setattr(School, "set_area", breaks)
    answer = program_of(fenshire, "admin").post(f"schools/{fenshire.oakfield.public_id}/area/", {"area": None})
    assert answer.status_code == 500
    assert "broken" not in sentence(answer)
    with fenshire.inside():
        assert School.objects.get(pk=fenshire.oakfield.pk).town == "Fenton"


def test_a_contact_is_added_changed_confirmed_and_ended_by_the_pages_own_verbs(fenshire):
    program = program_of(fenshire, "manager")
    new = {"kind": "business", "name": "Bea Banks", "email": "bea@oakfield.example"}
    made = program.post(f"schools/{fenshire.oakfield.public_id}/contacts/", new)
    assert made.status_code == 201
    assert made.json()["state"] == "Not confirmed"
    path = f"contacts/{made.json()['id']}/"
    changed = program.post(
        f"{path}change/", {"name": "Bea Banks", "email": "b.banks@oakfield.example", "job": "Bursar"}
    )
    assert changed.json()["email"] == "b.banks@oakfield.example"
    assert program.post(f"{path}confirm/").json()["state"] == "Confirmed"
    taken = program.post(f"{path}change/", {"name": "Bea Banks", "email": "head@fenshire.example"})
    assert taken.status_code == 422
    assert taken.json()["errors"][0]["field"] == "email"
    assert "is the address of Hetty" in sentence(taken)
    assert program.post(f"{path}end/").status_code == 200
    assert program.get(path).status_code == 404
    with fenshire.inside():
        verbs = set(AuditEvent.objects.filter(role__contains="by token").values_list("verb", flat=True))
        assert {"schoolcontact.add", "schoolcontact.confirm", "schoolcontact.end", "person.change_address"} <= verbs


def test_a_question_is_answered_once(fenshire, agreement):
    with fenshire.inside():
        question = fresh(agreement).ask("When?", person=fenshire.people["head"], by=fenshire.as_("head"), at=NOW)
    program = program_of(fenshire, "manager", at=NOW)
    path, body = (
        f"agreements/{agreement.public_id}/answer/",
        {"question": str(question.public_id), "text": "On Mondays"},
    )
    assert program.post(path, body).json()["questions"][0]["answer"] == "On Mondays"
    assert program.post(path, body).status_code == 422
    worker = program_of(fenshire, "worker", at=NOW)
    assert worker.post(path, body).status_code == 403
    other = program_of(fenshire, "other_worker", at=NOW)
    assert other.post(path, body).status_code == 404


def test_an_agreement_ends_and_a_refusal_is_said_in_words(fenshire, agreement):
    with fenshire.inside():
        signed(agreement, fenshire)
    program = program_of(fenshire, "manager", at=NOW)
    path = f"agreements/{agreement.public_id}/end/"
    late = program.post(path, {"on": "2028-01-01", "reason": "It is over"})
    assert late.status_code == 422
    assert "It ends on 31 August 2027 by itself" in sentence(late)
    assert program.post(path, {"on": "9999-12-31", "reason": "x"}).status_code == 422
    done = program.post(path, {"on": "2026-12-01", "reason": "The school closes"})
    assert done.json()["ends_on"] == "2026-12-01"
    assert done.json()["ended_because"] == "The school closes"
    with fenshire.inside():
        assert Agreement.objects.get(pk=agreement.pk).ended_on == date(2026, 12, 1)
    assert program.post(f"agreements/{agreement.public_id}/again/").status_code == 409


def test_days_are_changed_while_it_is_written(fenshire, known_day):
    with fenshire.inside():
        agreement = make_agreement(fenshire)
    program = program_of(fenshire, "manager", at=NOW)
    path = f"agreements/{agreement.public_id}/days/"
    wrong = program.post(path, {"days": [{"weekday": 0, "starts": "15:00", "ends": "09:00"}]})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "days")
    assert program.post(path, {"days": [{"weekday": 7, "starts": "15:00", "ends": "19:00"}]}).status_code == 422
    assert program.post(path, {"days": []}).status_code == 422
    assert program.post(path, {"days": [{"weekday": 0, "starts": "09:00", "ends": "15:00"}]}).status_code == 200
    placement = program.get("placements/").json()["results"][0]
    assert (placement["days"], placement["hours_per_week"]) == (
        [{"weekday": 0, "starts": "09:00", "ends": "15:00"}],
        "6.00",
    )


def test_a_colleague_is_added_by_an_administrator_alone(fenshire):
    body = {"name": "Nia New", "email": "nia@fenshire.example", "role": "worker", "starts_on": "2026-09-01"}
    assert program_of(fenshire, "manager").post("people/", body).status_code == 403
    made = program_of(fenshire, "admin").post("people/", body)
    assert made.status_code == 201
    assert made.json()["name"] == "Nia New"
    assert program_of(fenshire, "admin").post("people/", body).status_code == 422
    assert (
        program_of(fenshire, "admin").post("people/", body | {"team": str(fenshire.area.public_id)}).status_code == 422
    )
    with fenshire.inside():
        assert Person.objects.filter(email="nia@fenshire.example").count() == 1


def test_a_term_is_run_tried_again_and_refused(fenshire, agreement):
    with fenshire.inside():
        term = offered_terms(2026)[0]
        Term.objects.create(
            school_year=2026, season=term.season, starts_on=term.starts_on, ends_on=term.ends_on,
            half_term_starts_on=term.half_term_starts_on, half_term_ends_on=term.half_term_ends_on,
        )  # fmt: skip
    program = program_of(fenshire, "senior", at=NOW)
    nothing = program.post("runs/", {"school_year": 2026, "season": "autumn"})
    assert nothing.status_code == 422
    assert "No agreement is active" in sentence(nothing)
    assert program.post("runs/", {"school_year": 2031, "season": "autumn"}).status_code == 422
    with fenshire.inside():
        signed(agreement, fenshire)
    run = program.post("runs/", {"school_year": 2026, "season": "autumn"})
    assert (run.status_code, run.json()["papers"]) == (200, 1)
    path = f"runs/{run.json()['id']}/"
    assert program.post(f"{path}retry/").status_code == 409
    assert program.post(f"{path}pack/").status_code == 409
    assert program_of(fenshire, "manager", at=NOW).post("runs/", {}).status_code == 403


def test_figures_are_those_of_the_pages(fenshire, agreement):
    program = program_of(fenshire, "senior", at=NOW)
    found = {each["code"]: each for each in program.get("measures/").json()}
    assert found["agreements-signed"]["number"] == "0"
    assert found["agreements-signed"]["of"] == "1"
    assert program.get("measures/agreements-signed/").json() == found["agreements-signed"]
    without = program_of(fenshire, "senior", ["measures:read"], at=NOW)
    assert {each["by"] for each in without.get("measures/").json()} == {"area"}
    assert program_of(fenshire, "worker", at=NOW).get("measures/agreements-signed/").status_code == 403


LISTS = ["schools/", "contacts/", "people/", "placements/", "agreements/", "funds/", "documents/", "runs/"]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_takes_as_many_queries_for_two_rows_as_for_many(fenshire, agreement, queries, path):
    who = {"runs/": "senior", "documents/": "senior"}.get(path, "manager")
    program = program_of(fenshire, who, at=NOW)
    program.get(path)  # the first use of a token is noted

    def counted() -> int:
        with queries() as seen:
            assert program.get(path, {"limit": 200}).status_code == 200
        return len(seen)

    few = counted()
    more_schools(fenshire, 40)
    with fenshire.inside():
        for number, school in enumerate(School.objects.filter(urn__startswith="91")[:15]):
            person = Person.objects.create(name=f"Person {number}", email=f"p{number}@fenshire.example")
            SchoolContact.objects.create(school=school, person=person, kind="head", starts_on=date(2024, 9, 1))
    assert counted() == few
    assert few <= 12


def test_a_strangers_request_asks_the_database_nothing(fenshire, queries):
    with queries() as seen:
        assert Program(None).get("schools/").status_code == 401
    assert not seen


@pytest.mark.parametrize(
    "code", [measure.code for measure in MEASURES if measure.words.startswith(("a year paid", "from our"))]
)
def test_a_sum_of_money_is_read_with_a_token_for_costs_alone(fenshire, code):
    without, with_costs = program_of(fenshire, "senior", ["measures:read"]), program_of(fenshire, "senior")
    assert without.get(f"measures/{code}/").status_code == 403
    assert code not in {each["code"] for each in without.get("measures/").json()}
    assert with_costs.get(f"measures/{code}/").status_code == 200
