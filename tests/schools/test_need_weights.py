"""The weights of need: an example until a senior manager decides, with a reason; each decision stays."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from schools.actions import need as actions
from schools.models import NeedWeights
from schools.rules.need import EXAMPLE, Weights
from teams.foundation.errors import NotAllowed, Refusal
from teams.models import AuditEvent
from tests.factories.authorities import NOW, TODAY

pytestmark = pytest.mark.django_db


def test_until_somebody_decides_the_example_counts(fenshire):
    with fenshire.inside():
        found = actions.need_of(None, today=TODAY)
        assert (found.weights, found.decided) == (EXAMPLE, None)


def test_a_senior_manager_decides_the_weights_and_each_decision_stays(fenshire):
    person, by = fenshire.people["senior"], fenshire.as_("senior")
    with fenshire.inside():
        NeedWeights.decide(Weights(40, 40, 10, 10), why=" Free meals reach further. ", person=person, by=by, at=NOW)
        decided = NeedWeights.decide(Weights(25, 25, 25, 25), why="All the same.", person=person, by=by, at=NOW)
        found = actions.need_of(None, today=TODAY)
        assert found.decided == decided
        assert found.weights == Weights(25, 25, 25, 25)
        assert actions.weights_on(date(2026, 9, 7)) is None, "not before the day on which it was decided"
        assert [each.why for each in NeedWeights.objects.all()] == ["All the same.", "Free meals reach further."]
        assert AuditEvent.objects.filter(verb="needweights.decide").count() == 2
        with pytest.raises((IntegrityError, Exception), match=r"written once|permission denied"), transaction.atomic():
            NeedWeights.objects.filter(pk=decided.pk).update(why="Another reason")


@pytest.mark.parametrize(
    ("weights", "why", "field"),
    [(Weights(40, 40, 10, 11), "Why", "plans"), (Weights(120, -20, 0, 0), "Why", "plans"), (EXAMPLE, "  ", "why")],
)
def test_weights_that_do_not_come_to_a_hundred_or_have_no_reason_are_refused(fenshire, weights, why, field):
    with fenshire.inside(), pytest.raises(Refusal) as refused:
        NeedWeights.decide(weights, why=why, person=fenshire.people["senior"], by=fenshire.as_("senior"), at=NOW)
    assert refused.value.field == field


def test_the_database_keeps_the_sum_too(fenshire):
    with fenshire.inside(), pytest.raises(IntegrityError), transaction.atomic():
        NeedWeights.objects.create(
            free_meals=10, absence=10, sen_support=10, plans=10, starts_on=TODAY, why="x",
            set_by=fenshire.people["senior"], set_at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("who", ["manager", "admin", "auditor", "worker", "head", "finance"])
def test_nobody_else_decides_the_weights(fenshire, who):
    with fenshire.inside(), pytest.raises(NotAllowed):
        NeedWeights.decide(EXAMPLE, why="x", person=fenshire.people[who], by=fenshire.as_(who), at=NOW)
