"""Need on screens at both widths, with and without scripts: the map, the list and its working, areas and weights."""

from __future__ import annotations

import pytest

from teams.models import Area
from tests.factories.authorities import make_county
from tests.schools.test_need import figures, placed, school

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]

NAMES = ("East 1", "East 2", "West 1", "West 2")


@pytest.fixture
def county(site):
    county = make_county("fenshire")
    with county.inside():
        areas = [Area.objects.create(name=name) for name in NAMES]
        for n in range(60):
            row = school(
                n, name=f"{('Alder', 'Birch', 'Cedar')[n % 3]} Street Primary School {n}", area=areas[n % 4],
                easting=500000 + 4970 * n % 40000, northing=200000 + 8111 * n % 50000,
            )  # fmt: skip
            marks = {"persistent_absence_percent": "SUPP"} if n == 7 else {}
            said = {} if n == 7 else {"absence": (n * 7) % 41}
            figures(row, year=2025, free_meals=(n * 3) % 37, sen_support=n % 19, plans=n % 5, marks=marks, **said)
            if n % 10 == 0:
                placed(county, row, room_is_ready=n % 3 == 0)
                if n % 20 == 0:
                    placed(county, row, hours="18.50")
        row.easting = None
        row.save(update_fields=["easting"])
    return county


def test_need_at_both_widths(county, visitor):
    senior = visitor().sign_in(county, "senior")
    senior.goto("/fenshire/need/").reads("Schools and need").check("need")
    senior.page.locator("table details summary").first.click()
    senior.reads("have less and").check("need-working")
    senior.goto("/fenshire/need/?workers=two").check("need-two")
    senior.goto("/fenshire/need/areas/").check("need-areas")
    senior.goto("/fenshire/need/weights/").check("need-weights")
    for label, weight in (
        ("Persistent absence", "10"),
        ("Free meals", "70"),
        ("SEN support", "10"),
        ("EHC plans", "10"),
    ):
        senior.fill(label, weight)
    senior.fill("Why these weights", "Poverty comes first").press("See what would change")
    senior.reads("Use these weights from today").check("need-preview")
    senior.press("Use these weights from today").reads("worked out anew")
    with county.inside():
        one = county.oakfield.public_id
    senior.goto(f"/fenshire/schools/{one}/").check("need-school")


def test_the_map_and_the_list_need_no_scripts(county, visitor):
    senior = visitor(scripts=False).sign_in(county, "senior")
    senior.page.set_viewport_size({"width": 320, "height": 900})
    senior.goto("/fenshire/need/")
    assert senior.page.locator("svg.alongside-map__drawing circle").count() > 50
    senior.page.locator("table details summary").first.click()
    assert senior.page.locator("table details[open]").count() == 1
    if senior.pictures:
        senior.page.screenshot(path=senior.pictures / "need-no-scripts-320.png", full_page=True)
