"""The made-up county's report, approved on the day on which it was made, says what the county's pages say that day."""

from __future__ import annotations

import pytest

from reports.measures.figure import figure_of
from reports.measures.measure import Reader
from reports.measures.registry import BY_CODE
from reports.models import CountyPack
from schools.demo import more
from schools.demo.counties import HOLLINSHIRE
from schools.demo.loading import load_county
from teams.foundation.access import Principal, Role
from teams.foundation.tenancy import authority_scope
from tests.factories.authorities import NOW, TODAY

pytestmark = pytest.mark.django_db
FLOORS = ["casework", "supervision", "performance", "reports"]


def test_the_story_of_a_floor_is_told_after_those_below():
    told = [play.__module__.partition(".")[0] for play in more.stories()]
    assert set(told) == set(FLOORS)
    assert told == sorted(told, key=FLOORS.index)


@pytest.mark.usefixtures("clock")
def test_nobody_who_tries_it_out_reads_two_numbers_for_one_thing():
    loaded = load_county(HOLLINSHIRE, now=NOW, password="x")
    assert loaded is not None
    senior = Principal(kind="membership", roles=frozenset({Role.SENIOR_MANAGER}), today=TODAY)
    with authority_scope(loaded.authority.pk):
        reader = Reader(senior, loaded.authority, TODAY)
        report = CountyPack.objects.exclude(sealed_at=None).get()
        kept = {each["code"]: each["text"] for each in report.counted["figures"]}
        today = {code: figure_of(BY_CODE[code], reader).text for code in kept}
    assert kept == today
    assert "Not known" not in {kept[code] for code in ("supervision-in-date", "young-people-supported")}
