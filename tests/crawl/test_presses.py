"""Presses with words in every box: they are done, the audit holds none of them, and no box takes what is not theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse

from teams.foundation.tenancy import address_prefix
from tests.crawl.conftest import World
from tests.crawl.reading import leaks, text_of
from tests.crawl.table import nowhere, of
from tests.factories.authorities import County
from tests.factories.canaries import EVERYBODY

TYPED = "Xyftypedqx"  # the word in every box; `typed` plants it


@dataclass(frozen=True)
class Press:
    """One form filled in and sent. It is done: 302."""

    name: str
    reader: str
    where: Callable[[County], dict[str, Any]]
    words: dict[str, str]
    answer: int = 302

    def __str__(self) -> str:
        return f"{self.name} by {self.reader}"


def day(name: str, said: str = "1 12 2026") -> dict[str, str]:
    return dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), said.split(), strict=True))


PERSON = {"name": TYPED, "job": TYPED, "telephone": TYPED, "email": f"{TYPED}@oakfield.example"}
PRESSES = [
    Press("person_add", "admin", nowhere, PERSON | {"role": "worker"} | day("starts_on")),
    Press("contact_add", "manager", of("oakfield"), PERSON | {"kind": "business"}),
    Press("contact_change", "manager", of("contact"), PERSON),
    Press("contact_confirm", "manager", of("contact"), {}),
    Press("contact_bounced", "manager", of("contact"), {}),
    Press("contact_end", "manager", of("contact"), {}),
    Press("area", "admin", of("area"), {"name": TYPED}),
    Press("team", "admin", of("team"), {"name": TYPED}),
    Press("feedback", "worker", nowhere, {"words": TYPED, "page": "/fenshire/home/"}),
    Press("time_away", "other_worker", nowhere, {"purpose": "team", "back": "end", "start": "other", "start_time": "14:00", "benefit": TYPED}),
    Press("away", "manager", lambda county: {"public_id": county.people["worker"].public_id}, {"since": "today", "until": "unknown"}),
    Press("cover_stop", "manager", of("cover"), {}),
    Press("fund_new", "senior", nowhere, {"name": TYPED, "funder": TYPED}),
    Press("fund", "senior", of("fund"), {"name": TYPED, "funder": TYPED}),
    Press("agreement_send", "manager", of("unfinished_agreement"), {"rung": "on"}),
    Press("agreement_sign", "worker", of("offered_agreement"), {"read": "on"}),
    Press("agreement_sign", "manager", of("offered_agreement"), {"read": "on"}),
    Press("agreement_sign", "head", of("offered_agreement"), {"read": "on"}),
    Press("agreement_ask", "head", of("offered_agreement"), {"text": TYPED}),
    Press("agreement_decline", "worker", of("offered_agreement"), {"reason": TYPED}),
    Press("agreement_end", "manager", of("agreement"), {"reason": TYPED} | day("on")),
    Press("agreement_change", "manager", of("agreement"), {}),
    Press("agreement_keep", "manager", of("varied_agreement"), {}),
    Press(
        "agreement_answer", "manager",
        lambda county: {
            "public_id": county.offered_agreement.public_id,
            "question": county.rows["offered_agreement open"].public_id,
        },
        {"text": TYPED},
    ),
    Press(
        "agreement_person", "manager", of("offered_agreement"),
        {"what": "person", "name": TYPED, "job": TYPED, "email": f"{TYPED}@oakfield.example"},
    ),
]  # fmt: skip


@pytest.fixture(scope="package")
def typed(world) -> World:
    assert world.fenshire.canaries.plant("typed", EVERYBODY) == TYPED
    return world


@pytest.mark.parametrize("press", PRESSES, ids=str)
def test_what_is_typed_reaches_its_record_and_never_the_audit(typed, press):
    with address_prefix("fenshire"):
        path = reverse(press.name, kwargs=press.where(typed.fenshire))
    with typed.fenshire.inside():
        version = {"version": str(typed.fenshire.offered_agreement.latest.public_id)}
    response = typed.ask(press.reader, "POST", path, press.words | version)
    assert response.status_code == press.answer, text_of(response)[:3000]
    assert response.events, f"{press} left no event: no verb without one."
    held = typed.fenshire.canaries.seen_in(" ".join(response.events))
    assert not held, f"{press} writes {held} into the audit, which is never erased: keep words in the record."
    assert not leaks(typed, text_of(response), press.reader)


# Boxes that choose a record: only what this reader may see, and nothing from beyond the wall.


def pk_of(name: str) -> Callable[[County], str]:
    return lambda county: str(county.rows[name].pk)


def id_of(name: str) -> Callable[[County], str]:
    return lambda county: str(county.rows[name].public_id)


FORGED = [
    ("person_add", "admin", nowhere, "team", pk_of("team")),
    ("person_add", "admin", nowhere, "manager", lambda county: str(county.people["manager"].pk)),
    ("area", "admin", of("area"), "inside", pk_of("area")),
    ("team", "admin", of("team"), "inside", pk_of("area")),
    ("school_area", "admin", of("oakfield"), "area", pk_of("area")),
    ("placement_new", "manager", nowhere, "post", id_of("other_post")),
    ("placement_new", "other_manager", nowhere, "post", id_of("post")),
]


@pytest.mark.parametrize(("name", "reader", "where", "box", "theirs"), FORGED)
def test_a_box_takes_no_record_that_is_not_among_its_choices(world, name, reader, where, box, theirs):
    """Moorland's rows by number; another team's by the public id, which Fenshire's own manager might know."""
    county = world.moorland if "placement" not in name else world.fenshire
    with address_prefix("fenshire"):
        path = reverse(name, kwargs=where(world.fenshire))
    valid = {"name": "New", "email": "new@fenshire.example", "role": "worker", "school": world.fenshire.oakfield.urn}
    method = "GET" if name == "placement_new" else "POST"
    response = world.ask(reader, method, path, valid | day("starts_on") | {box: theirs(county)})
    assert response.status_code == 422, f"{name} takes a {box} that it did not offer."
    assert not leaks(world, text_of(response), reader)
