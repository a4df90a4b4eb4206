"""Two devices, a colleague on the same laptop, sign-outs, broken lines, conflicts, finishes sent twice, typing after the
finish: no word is lost, none is in somebody else's hands, none of what is between two is on the school's page, and one
supervision has one record.
"""

from __future__ import annotations

import json
import os
from itertools import count
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from supervision.models import Session, SessionPart
from teams.models import Draft
from tests.supervision.devices import FORMS, Device
from tests.supervision.stories import AFTER, supervised
from tests.told import story

RUNS = int(os.environ.get("ALONGSIDE_RUNS", "1000"))
BOXES = {"shared": ["service-why", "sort-1-text", "action-1-text"], "two": ["wellbeing", "workload", "action-2-text"]}
DEVICES = st.integers(0, 1)
PLACES = st.lists(st.tuples(st.sampled_from(sorted(BOXES)), st.integers(0, 2)), min_size=1, max_size=3)


@story
def school(fenshire):
    """Nobody's scope is open: every request opens its own."""
    with fenshire.inside():
        supervised(fenshire)
    return fenshire


class InTheRoom(RuleBasedStateMachine):
    """`typed` is who typed each word, and into which part."""

    def __init__(self, county: Any, cookies: dict[str, str], seen: dict[str, int]) -> None:
        super().__init__()
        self.county, self.cookies, self.seen = county, cookies, seen
        self.owners = {person: str(county.people[person].public_id) for person in cookies}
        self.typed: dict[str, tuple[str, str]] = {}
        self.numbers = count(1)
        self.undone = transaction.atomic()
        self.undone.__enter__()

    @initialize()
    def the_manager_has_two_devices(self) -> None:
        about = str(self.county.visit.public_id)
        self.devices = [Device(about, lambda: f"{next(self.numbers):032x}") for _ in range(2)]
        for device in self.devices:
            self._sign_in(device, "manager")

    def _sign_in(self, device: Device, person: str) -> None:
        """On the page before this one: the session is there, and the form is opened as this person's."""
        device.client.cookies[django_settings.SESSION_COOKIE_NAME] = self.cookies[person]
        device.owner = self.owners[person]

    @rule(device=DEVICES, places=PLACES)
    def types(self, device: int, places: list[tuple[str, int]]) -> None:
        for part, box in places:
            word = f"word{next(self.numbers)}w"
            self.devices[device].type(part, BOXES[part][box], word)
            self.typed[word] = (self.devices[device].owner, part)

    @rule(device=DEVICES, places=PLACES)
    def types_and_rests(self, device: int, places: list[tuple[str, int]]) -> None:
        self.types(device, places)
        self.devices[device].sync()

    @rule(device=DEVICES, part=st.sampled_from(sorted(BOXES)))
    def opens(self, device: int, part: str) -> None:
        self.devices[device].open(part)

    @rule(device=DEVICES, is_online=st.booleans())
    def line(self, device: int, is_online: bool) -> None:
        self.devices[device].is_online = is_online
        self.devices[device].sync()

    @rule(device=DEVICES, person=st.sampled_from(["", "other_manager"]))
    def another_window(self, device: int, person: str) -> None:
        """Somebody signs out there, or a colleague in: this window does not hear of it before it asks."""
        self.devices[device].client.cookies.clear()
        if person:
            self.devices[device].client.cookies[django_settings.SESSION_COOKIE_NAME] = self.cookies[person]

    @rule(device=DEVICES, person=st.sampled_from(["manager", "manager", "other_manager"]))
    def signs_in(self, device: int, person: str) -> None:
        self._sign_in(self.devices[device], person)

    @rule(device=DEVICES)
    def finishes(self, device: int) -> None:
        if self.devices[device].owner == self.owners["manager"]:
            self.devices[device].finish()

    @rule(device=DEVICES, is_heard=st.booleans())
    def sends_what_was_finished(self, device: int, is_heard: bool) -> None:
        self.devices[device].send_finish(is_heard=is_heard)

    def teardown(self) -> None:
        try:
            if hasattr(self, "devices"):
                self._evening()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    def _evening(self) -> None:
        """Everybody has signal, and the manager signs in on both devices."""
        for device in self.devices:
            device.is_online = True
            self._sign_in(device, "manager")
            device.send_finish()
            device.sync()
        manager = self.owners["manager"]
        with self.county.inside():
            drafts = [
                (str(d.person.public_id), d.form, json.dumps(d.words)) for d in Draft.objects.select_related("person")
            ]
            parts = {part.audience: json.dumps(part.words) for part in SessionPart.objects.all()}
            assert Session.objects.count() <= 1
        on_server = " ".join([*parts.values(), *(words for whose, _, words in drafts if whose == manager)])
        for word, (owner, part) in self.typed.items():
            if owner == manager:
                assert word in on_server, f"{word} was typed by the manager, and is not on the server in the evening."
                if part == "two":
                    assert word not in parts.get("shared", ""), f"{word} was said between two."
                    assert not any(word in words for _, form, words in drafts if form == FORMS["shared"])
            else:
                held = [json.dumps(entry.words) for device in self.devices for entry in device.entries.values()]
                assert any(word in words for words in held), f"{word} of a colleague has left her device."
                assert word not in on_server, f"{word} of a colleague stands among the manager's words."
        self.seen["runs"] += 1
        self.seen["words"] += len(self.typed)
        self.seen["records"] += bool(parts)
        self.seen["beside the record"] += any(form == "supervision-late" for _, form, _ in drafts)
        self.seen["still open"] += not parts and bool(drafts)


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_no_word_is_lost_and_none_is_in_other_hands(school, client_for, monkeypatch, aloud):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)
    cookie = django_settings.SESSION_COOKIE_NAME
    cookies = {person: client_for(school, person).cookies[cookie].value for person in ("manager", "other_manager")}
    seen = dict.fromkeys(("runs", "words", "records", "beside the record", "still open"), 0)
    run_state_machine_as_test(
        lambda: InTheRoom(school, cookies, seen),
        settings=settings(
            max_examples=RUNS, stateful_step_count=10, deadline=None, derandomize=True, database=None,
            phases=[Phase.generate],  # a run that fails is told as it is: making it smaller would take longer than all
           
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    with aloud():
        print(f"\nNo word lost: {', '.join(f'{number} {what}' for what, number in seen.items())}")
    assert seen["runs"] >= RUNS
    assert min(seen["records"], seen["beside the record"], seen["still open"]) > RUNS // 50, (
        "Not every end was reached."
    )
