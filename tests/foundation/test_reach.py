"""What is written once for a form of policy asks exactly what Django would write for each who asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models import F, OuterRef, Q, Value
from hypothesis import given, settings
from hypothesis import strategies as st

from schools.models import Placement, School
from teams.foundation import links, reach
from teams.foundation.access import EVERYTHING, NOTHING, Principal, Role, _policies
from teams.models import Person
from tests.factories.agreements import make_agreement

TODAY = date(2026, 9, 1)
KEYS = st.integers(1, 2**40)
MEMBERS = st.builds(
    Principal,
    kind=st.just("membership"),
    user_id=KEYS,
    person_id=KEYS,
    roles=st.frozensets(st.sampled_from(Role), min_size=1, max_size=3),
    today=st.dates(),
    school_id=st.none() | KEYS,
    covers=st.frozensets(KEYS, max_size=3),
)
LINKS = st.builds(
    Principal,
    kind=st.just("link"),
    person_id=KEYS,
    today=st.dates(),
    link=st.builds(
        SimpleNamespace,
        purpose=st.deferred(lambda: st.sampled_from(sorted(links._purposes))),
        subject_id=st.uuids(),
        person_id=KEYS,
        public_id=st.uuids(),
    ),
)
MODELS = [apps.get_model(label) for label in sorted(_policies)]


@settings(max_examples=60, deadline=None)
@given(MEMBERS | LINKS)
def test_every_policy_asks_for_each_reader_what_it_asks_unkept(principal):
    for model in MODELS:
        rows = _policies[model._meta.label_lower].rows(principal)
        if rows in (EVERYTHING, NOTHING):
            continue
        try:
            plainly = reach._statements(model, rows)
        except (EmptyResultSet, FullResultSet):
            continue
        assert reach._within(model, rows) in (plainly, None), model
        assert reach._within(model, rows, is_narrow=True) in ((reach._statement(model, rows),), None), model


@settings(max_examples=30, deadline=None)
@given(MEMBERS)
def test_of_a_member_every_policy_can_be_kept(principal):
    """A form that cannot costs a third of a page: nobody would notice."""
    for model in MODELS:
        rows = _policies[model._meta.label_lower].rows(principal)
        try:
            reach._statement(model, rows)
        except (EmptyResultSet, FullResultSet):
            continue
        assert rows == EVERYTHING or reach._within(model, rows) is not None, model


def test_forms_that_differ_in_more_than_a_key_or_a_day_are_not_one():
    def form(rows: Q) -> object:
        return reach._form(rows, [])

    one = Q(status="final", school=1)
    assert form(one) == form(Q(status="final", school=2))
    others = [
        Q(status="ended", school=1), Q(status="final", school=None), Q(status="final", school=True),
        Q(status="final", school="1"), Q(status="final", school=TODAY), Q(status="final", school=F("worker")),
        Q(status="final") | Q(school=1), ~one, Q(status="final", school__in=[1]), Q(status="final", school_id=1),
    ]  # fmt: skip
    assert len({form(each) for each in (one, *others)}) == len(others) + 1
    assert form(Q(pk__in=[1, 2])) == form(Q(pk__in=[3, 4])) != form(Q(pk__in=[3, 4, 5]))
    assert form(Q(kind__in=["a"])) != form(Q(kind__in=["b"]))


@pytest.mark.parametrize(
    "value",
    [OuterRef("pk"), Value(1), School.objects.all(), School(name="Oakfield"), [1, 1], [1, "a", TODAY], F("pk") + 1],
    ids=range(7),
)
def test_what_is_no_plain_value_is_written_for_this_once(value):
    with pytest.raises(reach.NotPlain):
        reach._form(Q(pk=value), [])


@given(st.recursive(
    st.sampled_from([("name", 1), ("post__name", 1), ("post__team", 1), ("school__name", 1), ("status", 1)]).map(
        lambda lookup: Q(lookup)
    ),
    lambda inner: st.builds(lambda a, b, op: a & b if op == "and" else a | b if op == "or" else ~a & b,
                            inner, inner, st.sampled_from(["and", "or", "not"])),
    max_leaves=8,
))  # fmt: skip
def test_the_ways_to_a_row_are_together_what_they_came_from(rows):
    """Whatever a joined row has in its columns."""
    names = ["name", "post__name", "post__team", "school__name", "status"]
    for bits in product([False, True], repeat=len(names)):
        row = dict(zip(names, bits, strict=True))
        assert _takes(rows, row) == any(_takes(way, row) for way in reach.ways(rows))


def _takes(condition, row):
    if not isinstance(condition, Q):
        return row[condition[0]]
    found = [_takes(each, row) for each in condition.children]
    whole = all(found) if condition.connector == Q.AND else any(found)
    return whole != condition.negated


def test_what_is_compared_in_one_table_is_one_way_and_each_relation_another():
    day = Q(line__ends_on=None) | Q(line__ends_on__gte=TODAY)
    leads = Q(manager=1) | Q(second=1)
    rows = ((leads | (Q(line__manager=1) & day)) & ~Q(worker=1)) | Q(school__head=1)
    assert reach.ways(rows) == [
        Q(("school__head", 1), _connector=Q.OR),
        Q(leads, ~Q(worker=1)),
        Q(Q(line__manager=1) & day, ~Q(worker=1)),
    ]


def test_a_process_keeps_so_many_forms_and_no_more(monkeypatch):
    monkeypatch.setattr(reach, "MOST", 5)
    monkeypatch.setattr(reach, "_kept", {})
    for number in range(1, 20):
        asked = reach._within(School, Q(pk__in=list(range(1, number))) | Q(name=f"{number}"))
        assert asked == reach._statements(School, Q(pk__in=list(range(1, number))) | Q(name=f"{number}"))
        assert len(reach._kept) <= 5


def test_what_was_asked_before_is_asked_inside_too(fenshire):
    """Whatever it is: a plain column, a relation, several, nothing that is there, an order, a part of the rows."""
    manager, other = fenshire.as_("manager"), replace(fenshire.as_("manager"), person_id=0)
    with fenshire.inside():
        for post in ("post", "other_post"):
            make_agreement(fenshire, post=post)
        there = Placement.objects.all()
        pk = there.visible_to(manager).first().pk
        for rows in (
            there, there.filter(pk=pk), there.exclude(pk=pk), there.filter(school__name__contains="a"),
            there.filter(pk__in=[]), there.filter(post__in=there.values("post")), there.order_by("school__name"),
            there.filter(Q(ends_on=None) | Q(ends_on__gte=TODAY)), there.select_related("post").filter(status="active"),
            there.filter(pk=pk).visible_to(manager), there.filter(school__in=School.objects.visible_to(manager)),
            there.distinct(), there.filter(post__name__contains="%s"),
        ):  # fmt: skip
            kept, unkept = rows.visible_to(manager), rows.filter(pk__in=_unkept(there, manager))
            assert list(kept.order_by("pk")) == list(unkept.order_by("pk"))
            assert list(Placement.objects.filter(pk__in=kept.values("pk")).order_by("pk")) == list(kept.order_by("pk"))
            assert not rows.visible_to(other).exists()
        assert list(Person.objects.visible_to(manager).filter(pk=0)) == []


def _unkept(rows, principal):
    asked = rows._keys_of(_policies["schools.placement"].rows(principal), None)
    return rows.filter(pk__in=asked.query)
