"""What is written once asks the database the same, and is answered the same, for everybody after the first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import connections
from django.db.models import Func, IntegerField, JSONField, Q, Value
from django.db.models.expressions import RawSQL

from schools.models import Agreement, Placement
from teams.foundation.kept import Kept, KeptFor
from teams.foundation.views import fetch
from teams.models import Membership, Person
from tests.factories.agreements import make_agreement

TODAY = date(2026, 9, 1)


def hats(*, user: Any, today: Any) -> Any:
    return Membership.objects.on(today).filter(Q(user=user)).select_related("person", "team").order_by("pk")


def test_it_finds_what_the_queryset_finds_for_each_who_asks(fenshire):
    kept = Kept(hats)
    with fenshire.inside():
        for user in fenshire.users.values():
            for today in (TODAY, date(2001, 1, 1)):
                plain = list(hats(user=user.pk, today=today))
                found = kept(user=user.pk, today=today)
                assert found == plain
                assert [each.__dict__.keys() for each in found] == [each.__dict__.keys() for each in plain]
                assert [(each.person, each.team, each.role) for each in found] == [
                    (each.person, each.team, each.role) for each in plain
                ]


def test_the_related_come_along_and_the_statement_stays_one(fenshire, queries):
    kept = Kept(hats)
    with fenshire.inside(), queries() as seen:
        for _ in range(3):
            assert [each.person.name for each in kept(user=fenshire.users["worker"].pk, today=TODAY)]
    assert len(seen) == 3
    assert len(set(seen)) == 1


def test_what_one_changes_the_next_is_not_given(fenshire):
    kept = Kept(hats)
    with fenshire.inside():
        first = kept(user=fenshire.users["worker"].pk, today=TODAY)
        first[0].role = "nobody"
        assert kept(user=fenshire.users["worker"].pk, today=TODAY)[0].role == "worker"


def test_the_queryset_is_built_once(fenshire):
    built = []
    kept = Kept(lambda *, user: built.append(user) or Membership.objects.filter(user=user))
    with fenshire.inside():
        for who in ("worker", "manager", "head"):
            assert len(kept(user=fenshire.users[who].pk)) == 1
    assert len(built) == 1


def test_a_value_too_few_too_many_or_none_is_a_mistake_and_no_answer(fenshire):
    kept = Kept(hats)
    with fenshire.inside():
        for values in ({"user": 1}, {"user": 1, "today": TODAY, "role": "head"}, {"user": None, "today": TODAY}):
            with pytest.raises(TypeError, match="needs a value"):
                kept(**values)


def test_each_thread_asks_by_its_own_connection(db):
    process = Func(function="pg_backend_pid", output_field=IntegerField())
    kept = Kept(lambda *, model: ContentType.objects.filter(model=model).annotate(process=process))
    here = kept(model="person")[0].process
    together = Barrier(3, timeout=20)

    def ask(model: str) -> tuple[str, int]:
        try:
            found = kept(model=model)[0]
            together.wait()
            return found.model, found.process
        finally:
            connections.close_all()

    models = ["team", "area", "school"]
    with ThreadPoolExecutor(3) as several:
        answers = dict(several.map(ask, models))
    assert list(answers) == models
    assert len({here, *answers.values()}) == 4


def test_each_is_given_what_they_may_see_and_as_many_as_were_asked_for(fenshire):
    def named(*, job: Any) -> Any:
        return Person.objects.exclude(job=job).order_by("-name")[:2]

    kept, found = Kept(named), {}
    with fenshire.inside():
        for who in ("senior", "head", "other_worker", "senior"):
            found[who] = kept.visible_to(fenshire.as_(who), job="nobody's")
        assert found["senior"] == found["other_worker"] == list(Person.objects.order_by("-name")[:2])
        assert found["head"] == [fenshire.people["head"]]


def test_what_each_may_see_is_what_the_queryset_lets_them_see(fenshire):
    """Of every form of policy: of a key, of a list of them, of a relation, with what was asked inside it and outside."""
    kept = [
        Kept(lambda *, public_id: Placement.objects.filter(public_id=public_id).select_related("post", "school")),
        Kept(lambda *, school: Placement.objects.filter(post__placements__school=school).order_by("-pk")),
        Kept(lambda *, day: Placement.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day)).order_by("pk")[:1]),
        Kept(lambda *, school: Agreement.objects.filter(placement__school=school).order_by("pk")),
    ]
    with fenshire.inside():
        made = [make_agreement(fenshire, post=post).placement for post in ("post", "other_post")]
        values = [
            {"public_id": made[0].public_id}, {"school": made[0].school_id}, {"day": TODAY},
            {"school": made[0].school_id},
        ]  # fmt: skip
        seen = set()
        for who in (*fenshire.users, *fenshire.users):
            for covers in (frozenset(), frozenset({fenshire.people["manager"].pk, 7}), frozenset({8, 9})):
                principal = replace(fenshire.as_(who), covers=covers)
                for each, given in zip(kept, values, strict=True):
                    rows = each.build(**given)
                    last = rows.query.high_mark
                    rows.query.clear_limits()
                    plain = list(rows.visible_to(principal)[:last])
                    found = each.visible_to(principal, **given)
                    assert found == plain, who
                    seen |= {(who, len(found)) for _ in found}
        assert {who for who, _ in seen} > {"manager", "head", "worker", "senior"}, "there is something to compare"


def test_a_page_opens_a_kept_record_as_it_opens_any(fenshire):
    kept = Kept(lambda *, public_id: Placement.objects.filter(public_id=public_id).order_by())
    with fenshire.inside():
        made = make_agreement(fenshire).placement
        for who in ("manager", "worker", "senior"):
            request = SimpleNamespace(principal=fenshire.as_(who))
            assert fetch(request, kept, made.public_id) == fetch(request, Placement.objects.all(), made.public_id)


def test_each_has_the_rows_of_their_own_and_all_who_are_alike_have_one_statement(fenshire):
    built = []

    def mine(principal: Any, job: str) -> Any:
        built.append((principal, job))
        known = Q(pk=principal.person_id) | Q(pk__in=principal.covers)
        return Person.objects.exclude(job=job).filter(known).order_by("pk")

    kept = KeptFor(mine)
    people = fenshire.people
    with fenshire.inside():
        for _ in range(2):
            for who in ("senior", "worker", "other_manager", "manager"):
                assert kept(fenshire.as_(who), "") == [people[who]]
        assert len(built) == 3, "two managers ask alike"
        assert kept(fenshire.as_("worker", today=date(2026, 9, 9)), "") == [people["worker"]]
        for one, other in (("manager", "other_manager"), ("other_manager", "manager")):
            asker = replace(fenshire.as_(one), covers=frozenset({people[other].pk}))
            assert kept(asker, "") == sorted([people["manager"], people["other_manager"]], key=lambda each: each.pk)
            assert kept(replace(asker, covers=frozenset({people[one].pk})), "") == [people[one]]
    assert len(built) == 6, "another day is another question; so is who covers for somebody, or for herself"
    assert not {each.person_id for each, _ in built} & {person.pk for person in people.values()}


@pytest.mark.parametrize(
    "asked",
    [
        lambda principal: Person.objects.annotate(said=RawSQL(f"{principal.person_id}", ())),  # noqa: S611
        lambda principal: Person.objects.annotate(said=Value([principal.person_id], ArrayField(IntegerField()))),
        lambda principal: Person.objects.annotate(said=Value({"who": principal.person_id}, JSONField())),
        lambda principal: Person.objects.annotate(said=Value(f"{principal.person_id}")),
    ],
    ids=["in the SQL", "in a list", "in JSON", "in a text"],
)
def test_a_key_that_cannot_be_taken_out_again_is_asked_with_each_time(fenshire, asked):
    kept = KeptFor(lambda principal: asked(principal).filter(pk=principal.person_id))
    with fenshire.inside():
        for who in ("manager", "worker", "other_manager"):
            (found,) = kept(fenshire.as_(who))
            assert found == fenshire.people[who]
            assert str(found.pk) in str(found.said)
