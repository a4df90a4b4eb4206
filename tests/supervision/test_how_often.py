"""How often, chosen by an administrator; and the sets, filled and changed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supervision.actions.patterns import choose, chosen, fill_sets, move_to_set, sets_on
from supervision.models import Pattern, SetPlace
from supervision.rules.sets import filled
from teams.foundation.errors import NotAllowed
from teams.models import AuditEvent, Profession
from tests.factories.agreements import make_agreement
from tests.factories.authorities import NOW, TODAY

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)


def test_an_administrator_chooses_one_model_for_each_profession(fenshire, client_for):
    admin, path = client_for(fenshire, "admin"), f"/{fenshire.authority.slug}/set-up/how-often/"
    with fenshire.inside():
        Profession.objects.create(code="attendance-officer", name="Attendance officer")
    page = admin.get(path).content.decode()
    assert page.count("checked") == 2  # what we offer stands there
    wrong = admin.post(path, {"profession_0": "weekly", "profession_1": "alternate"})
    assert wrong.status_code == 422
    done = admin.post(path, {"profession_0": "second-month", "profession_1": "alternate"}, follow=True)
    assert "How often is saved" in done.content.decode()
    with fenshire.inside():
        found = {pattern.profession.name: pattern for pattern in Pattern.objects.select_related("profession")}
        assert {name: chosen(pattern) for name, pattern in found.items()} == {
            "Attendance officer": "second-month",
            "Pupil support worker": "alternate",
        }
        assert all(pattern.starts_on.day == 1 and pattern.review_on.month == 8 for pattern in found.values())
        assert AuditEvent.objects.filter(verb="pattern.choose").count() == 2


def test_only_an_administrator_chooses_and_the_same_again_is_no_change(fenshire):
    with fenshire.inside():
        profession, by = Profession.objects.get(), fenshire.as_("admin")
        with pytest.raises(NotAllowed):
            choose(profession, "alternate", starts_on=OCTOBER, by=fenshire.as_("manager"), at=NOW, today=TODAY)
        pattern = choose(profession, "alternate", starts_on=OCTOBER, by=by, at=NOW, today=TODAY)
        assert pattern.review_on == date(2027, 8, 31)  # the end of the school year, H92
        assert choose(profession, "alternate", starts_on=date(2026, 12, 1), by=by, at=NOW, today=TODAY) is None
        changed = choose(profession, "each-month", starts_on=date(2026, 12, 9), by=by, at=NOW, today=TODAY)
        assert (changed.pk, changed.starts_on, changed.joint_every) == (pattern.pk, date(2026, 12, 1), 3)
        assert AuditEvent.objects.filter(verb="pattern.change").count() == 1


def test_sets_fill_themselves_once_and_a_change_is_a_new_row(fenshire):
    with fenshire.inside():
        make_agreement(fenshire)
        by, wanda = fenshire.as_("manager"), fenshire.people["worker"]
        assert [place.group for place in fill_sets([wanda], on=OCTOBER, by=by, at=NOW)] == ["A"]
        assert fill_sets([wanda], on=OCTOBER, by=by, at=NOW) == []
        move_to_set(wanda, "B", on=date(2026, 12, 1), by=by, at=NOW)
        assert sets_on([wanda], date(2026, 11, 30))[wanda.pk].group == "A"
        assert sets_on([wanda], date(2026, 12, 1))[wanda.pk].group == "B"
        move_to_set(wanda, "A", on=date(2026, 12, 1), by=by, at=NOW)  # thought better of
        assert SetPlace.objects.count() == 2
        assert sets_on([wanda], date(2026, 12, 1))[wanda.pk].group == "A"
        with pytest.raises(NotAllowed):
            move_to_set(wanda, "B", on=OCTOBER, by=fenshire.as_("other_manager"), at=NOW)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.integers(0, 40), st.sampled_from("AB")), st.lists(st.integers(41, 80), unique=True))
def test_sets_grow_to_one_size(placed, missing):
    groups = [*placed.values(), *filled(placed, missing).values()]
    assert len(groups) == len(placed) + len(missing)
    before = abs(list(placed.values()).count("A") - list(placed.values()).count("B"))
    assert abs(groups.count("A") - groups.count("B")) <= max(before - len(missing), 1)
