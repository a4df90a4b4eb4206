"""docs/security/asvs.md: no requirement of levels 1 and 2 is missing, and the evidence that it names exists."""

from __future__ import annotations

import re

from config.local.folder import CHECKOUT

TABLE = (CHECKOUT / "docs" / "security" / "asvs.md").read_text(encoding="utf-8")
STATES = {"met", "part", "not yet", "does not apply"}
# The requirements of levels 1 and 2 in version 5.0.0, by section: those that are left out are level 3.
SECTIONS = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2",
    "2.1": "1-3", "2.2": "1-3", "2.3": "1-4", "2.4": "1",
    "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2",
    "4.1": "1-3", "4.2": "1", "4.3": "1-2", "4.4": "1-4",
    "5.1": "1", "5.2": "1-3", "5.3": "1-2", "5.4": "1-3",
    "6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3", "6.8": "1-4",
    "7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2",
    "8.1": "1-2", "8.2": "1-3", "8.3": "1", "8.4": "1",
    "9.1": "1-3", "9.2": "1-4",
    "10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2", "10.7": "1-3",
    "11.1": "1-2", "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1", "11.6": "1",
    "12.1": "1-3", "12.2": "1-2", "12.3": "1-4",
    "13.1": "1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5",
    "14.1": "1-2", "14.2": "1-4", "14.3": "1-3",
    "15.1": "1-3", "15.2": "1-3", "15.3": "1-7",
    "16.1": "1", "16.2": "1-5", "16.3": "1-4", "16.4": "1-3", "16.5": "1-3",
    "17.1": "1", "17.2": "1-4", "17.3": "1-2",
}  # fmt: skip


def required() -> list[str]:
    found = []
    for section, numbers in SECTIONS.items():
        first, _, last = numbers.partition("-")
        found += [f"{section}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.splitlines() if re.match(r"\| \d", line)
]


def test_every_requirement_of_both_levels_has_its_line_once():
    assert [row[0] for row in ROWS] == required()
    assert len(ROWS) == 253


def test_every_line_says_how_it_stands_and_where_to_look():
    for number, level, asks, state, evidence in ROWS:
        assert level in {"1", "2"}, number
        assert state in STATES, number
        assert asks, number
        assert evidence, number


def test_what_is_named_as_evidence_exists():
    named = set(re.findall(r"`([\w./-]+(?:\.\w+|/)[\w./-]*(?:::\w+)?)`", TABLE))
    assert len(named) > 80
    for name in named:
        path, _, test = name.partition("::")
        file = CHECKOUT / path
        assert file.exists(), f"{path} is named as evidence and is not there."
        if test:
            assert re.search(rf"def {test}\(", file.read_text(encoding="utf-8")), f"{path} has no {test}."


def test_the_sums_above_the_table_are_right():
    for state in STATES - {"does not apply"}:
        assert f"{sum(row[3] == state for row in ROWS)} {state}" in TABLE
    assert f"{sum(row[3] == 'does not apply' for row in ROWS)} do not apply" in TABLE
