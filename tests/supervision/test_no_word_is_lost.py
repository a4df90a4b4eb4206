"""Two devices, a colleague on the same laptop, sign-outs, broken lines, conflicts, finishes sent twice: no word is lost,
none is in somebody else's hands, and one supervision has one record.
"""

from __future__ import annotations

import json
import os
from itertools import count
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supervision.models import Session, SessionPart
from teams.models import Draft
from tests.supervision.devices import FORMS, Device

RUNS = int(os.environ.get("ALONGSIDE_RUNS", "1000"))
BOXES = {
    "supervision-shared": ["service-why", "sort-1-text", "action-1-text"],
    "supervision-two": ["wellbeing", "workload"],
}
DEVICES = st.sampled_from([0, 1])
STEPS = st.one_of(
    st.tuples(st.just("type"), DEVICES, st.sampled_from(FORMS), st.integers(0, 2)),
    st.tuples(st.sampled_from(["open", "sync"]), DEVICES),
    st.tuples(st.just("line"), DEVICES, st.booleans()),
    st.tuples(st.sampled_from(["sign_out", "manager", "colleague"]), DEVICES),
    st.tuples(st.sampled_from(["finish", "finish", "send", "send unheard"]), DEVICES),
)


def play(devices: list[Device], steps: list, words: count) -> dict[str, str]:
    """Returns who typed each word."""
    typed: dict[str, str] = {}

    def type_word(device: Device, form: str, box: int) -> None:
        word = f"word{next(words)}w"
        device.type(form, BOXES[form][box % len(BOXES[form])], word)
        typed[word] = device.person

    acts = {
        "type": type_word,
        "open": lambda device: [device.open(form) for form in FORMS],
        "sync": Device.sync,
        "line": lambda device, is_there: setattr(device, "online", is_there),
        "sign_out": Device.sign_out,
        "manager": lambda device: device.sign_in("manager"),
        "colleague": lambda device: device.sign_in("other_manager"),
        "finish": lambda device: device.person == "manager" and device.finish(UUID(int=next(words))),
        "send": Device.send_finish,
        "send unheard": lambda device: device.send_finish(and_hear=False),
    }
    for name, which, *more in steps:
        acts[name](devices[which], *more)
    return typed


@pytest.mark.heavy
@pytest.mark.timeout(1500)
def test_no_word_is_lost_and_none_is_in_other_hands(county, client_for, capsys):
    seen = {"runs": 0, "words": 0, "records": 0, "late": 0}

    for person in ("manager", "other_manager"):
        Device(county, client_for, "").sign_in(person)

    @settings(max_examples=RUNS, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(STEPS, min_size=4, max_size=12))
    def run(steps):
        with transaction.atomic():
            about = str(county.visit.public_id)
            devices = [Device(county, client_for, about) for _ in range(2)]
            for device in devices:
                device.sign_in("manager")
            typed = play(devices, steps, count())
            for device in devices:  # in the evening everybody has signal, and the manager signs in
                device.online = True
                device.sign_in("manager")
                device.send_finish()
                device.sync()
            on_devices = "".join(device.text() for device in devices)
            drafts = {draft.pk: (draft.person_id, json.dumps(draft.words)) for draft in Draft.objects.all()}
            kept = json.dumps(list(SessionPart.objects.values_list("words", flat=True)))
            everywhere = " ".join([on_devices, kept, *(words for _, words in drafts.values())])
            lost = [word for word in typed if word not in everywhere]
            assert not lost, f"{lost} of {typed} is nowhere."
            manager = county.people["manager"].pk
            for person, words in drafts.values():
                strange = [
                    word for word, who in typed.items() if word in words and (who == "manager") != (person == manager)
                ]
                assert not strange, f"{strange} stands in somebody else's draft."
            others = [word for word, who in typed.items() if who != "manager" and word in kept]
            assert not others, f"{others} of a colleague stands in the record."
            assert Session.objects.count() <= 1
            shared = json.dumps(list(SessionPart.objects.filter(audience="shared").values_list("words", flat=True)))
            two = {word for word in typed if any(word in entry for entry in _typed_in_two(steps, typed))}
            assert not [word for word in two if word in shared]
            seen["runs"] += 1
            seen["words"] += len(typed)
            seen["records"] += Session.objects.count()
            seen["late"] += Draft.objects.filter(form="supervision-late").count()
            transaction.set_rollback(True)

    run()
    with capsys.disabled():
        print(f"\nno word lost: {seen}")
    assert seen["runs"] >= RUNS
    assert seen["records"] > RUNS // 10


def _typed_in_two(steps: list, typed: dict[str, str]) -> list[str]:
    """The words that were typed between two, in the order of typing."""
    forms = [step[2] for step in steps if step[0] == "type"]
    return [word for word, form in zip(typed, forms, strict=False) if form == "supervision-two"]
