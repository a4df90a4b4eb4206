"""An administrator types a scheme one thing a line, looks at it, saves it; what runs goes on as it began (M14)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from performance.forms.schemes import initial
from performance.models import Review, Scheme
from performance.rules import scheme_lines
from performance.rules.schemes import COUNTY, SIDES, problems
from teams.foundation.tenancy import address_prefix
from tests.factories.reviews import make_review, make_scheme


def path(name: str, *args) -> str:
    with address_prefix("fenshire"):
        return reverse(name, args=args)


def typed(**changes: str) -> dict[str, str]:
    found = {
        name: "\n".join(value) if isinstance(value, list) else str(value)
        for name, value in initial("Ours", COUNTY).items()
    }
    return found | {"employer": "", "profession": ""} | changes


def test_the_countys_scheme_comes_back_from_its_lines_as_it_was():
    lines = {side: scheme_lines.heading_lines(COUNTY, side) for side in SIDES}
    content, wrong = scheme_lines.read(scheme_lines.stage_lines(COUNTY), lines, [], COUNTY.year_starts)
    assert not wrong
    assert [(each.name, each.month, each.with_school) for each in content.stages] == [
        (each.name, each.month, each.with_school) for each in COUNTY.stages
    ]
    assert [(each.name, each.side, each.help) for each in content.headings] == [
        (each.name, each.side, each.help) for each in COUNTY.headings
    ]


words = st.text(alphabet="abc é-:,()1", min_size=0, max_size=30)


@given(st.lists(words, max_size=4), st.dictionaries(st.sampled_from(sorted(SIDES)), st.lists(words, max_size=3)))
def test_whatever_is_typed_is_a_scheme_or_is_refused_beside_a_box(stages, headings):
    content, wrong = scheme_lines.read(stages, headings, [], 9)
    assert wrong or problems(content) == []
    assert {box for box, _ in wrong} <= {"stages", "scale", "year_starts", *SIDES}


@pytest.mark.django_db
def test_adding_looking_and_saving(fenshire, client_for):
    admin = client_for(fenshire, "admin")
    page = admin.get(path("scheme_new"))
    assert "Yearly review, June, with the school" in page.content.decode()
    page = admin.post(path("scheme_new"), typed(press="look"))
    assert "Sam Example" in page.content.decode()
    with fenshire.inside():
        assert not Scheme.objects.exists()
    assert admin.post(path("scheme_new"), typed(press="save")).status_code == 302
    with fenshire.inside():
        assert Scheme.objects.get().latest().says.stages[1].with_school
    page = admin.post(path("scheme_new"), typed(press="save"))
    assert page.status_code == 422
    assert "There is a scheme for these people already" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"stages": "Yearly review"}, "Line 1: write a name, the month"),
        ({"stages": "Talk, June"}, "Say at which stage the school is asked"),
        ({"career": ""}, "Give one heading about “Career” at least"),
        ({"wellbeing": "How are you (rated)"}, "Give the scale its steps, or ask for no rating"),
        ({"scale": "Good"}, "Give the scale between 2 and 7 steps"),
        ({"accountability": "Results (rated)", "scale": "No\nYes"}, "ratings are between two"),
        ({"name": ""}, "Enter its name"),
    ],
)
def test_what_is_wrong_is_said_beside_its_box_and_everything_typed_stays(fenshire, client_for, wrong, sentence):
    page = client_for(fenshire, "admin").post(path("scheme_new"), typed(**wrong, press="save"))
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert "Training and learning" in page.content.decode()


@pytest.mark.django_db
def test_a_change_says_who_goes_on_as_they_began_and_a_withdrawn_one_begins_nothing(fenshire, client_for):
    with fenshire.inside():
        scheme = make_scheme(fenshire)
        review = make_review(fenshire)
    admin = client_for(fenshire, "admin")
    assert "1 review runs under it now" in admin.get(path("scheme", scheme.public_id)).content.decode()
    answer = admin.post(path("scheme", scheme.public_id), typed(development="Only this", press="save"))
    assert answer.status_code == 302
    with fenshire.inside():
        assert Review.objects.get(pk=review.pk).says == COUNTY
        assert scheme.latest().number == 2
    assert admin.post(path("scheme_withdraw", scheme.public_id)).status_code == 302
    assert admin.post(path("scheme", scheme.public_id), typed(press="save")).status_code == 422
    with fenshire.inside():
        assert not Scheme.objects.in_use().exists()


@pytest.mark.django_db
def test_set_up_has_its_step_and_says_who_is_without_a_scheme(fenshire, client_for):
    page = client_for(fenshire, "admin").get(path("set_up")).content.decode()
    assert "No scheme yet" in page


@pytest.mark.django_db
def test_the_list_asks_as_much_of_one_scheme_as_of_three(fenshire, client_for, queries):
    admin = client_for(fenshire, "admin")
    with fenshire.inside():
        make_scheme(fenshire)
    with queries() as few:
        admin.get(path("schemes"))
    with fenshire.inside():
        make_scheme(fenshire, employer="Fen Health Trust")
        make_scheme(fenshire, profession=fenshire.post.profession)
    with queries() as many:
        admin.get(path("schemes"))
    assert len(few) == len(many) <= 12
