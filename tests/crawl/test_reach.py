"""What everybody sees of every record in two counties: by kept statements, a way each, and by Django's one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.apps import apps

from teams.foundation.access import EVERYTHING, NOTHING, OneOf, Principal, _policies
from teams.foundation.links import Link
from teams.foundation.links import principal_of as by_link
from teams.foundation.lookup import principal_of
from tests.factories.authorities import TODAY
from tests.factories.canaries import COUNCIL, SCHOOLS


@pytest.mark.parametrize("label", sorted(_policies))
def test_a_record_is_seen_by_whom_its_policy_names(world, label):
    model = apps.get_model(label)
    for county in (world.fenshire, world.moorland):
        with county.inside():
            for principal in _readers(county):
                rows = _policies[label].rows(principal)
                if rows in (EVERYTHING, NOTHING):
                    continue
                plain = model.objects.filter(OneOf("pk", model.objects.all()._keys_of(rows, None)))
                found = sorted(model.objects.all().visible_to(principal).values_list("pk", flat=True))
                assert found == sorted(plain.values_list("pk", flat=True)), principal


def _readers(county) -> list[Principal]:
    members = [principal_of(county.users[key]) for key in sorted(COUNCIL | SCHOOLS)]
    deputy = county.as_("manager")
    covering = replace(deputy, covers=frozenset(each.pk for each in county.people.values()))
    return [*(each for each in members if each), covering, *(by_link(each, today=TODAY) for each in Link.objects.all())]
