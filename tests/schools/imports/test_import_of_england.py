"""All of England in one file: how long it takes beside a bare read of the same file, and how much memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from schools.files import parse
from schools.models import Figures, School
from tests.factories.authorities import make_county
from tests.schools.imports.conftest import CHECKOUT, of_a_child

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy, pytest.mark.alone, pytest.mark.realdata]

TIMES_THE_FLOOR, MOST_MEMORY = 10, 300  # the limits; megabytes

WORK = """
import json, re, sys, time
from pathlib import Path
import django; django.setup()
from django.core.management import call_command
started = time.perf_counter()
call_command("import_schools", sys.argv[1], authority="fenshire")
took = time.perf_counter() - started
# Not getrusage: its peak is that of the process which has started this one, where that was larger.
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(json.dumps({"seconds": took, "megabytes": int(peak) / 1024}))
"""


def import_in_its_own_process(path: Path) -> tuple[list[str], dict[str, float]]:
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(path)],
        cwd=CHECKOUT,
        env=of_a_child(),
        capture_output=True,
        text=True,
        check=True,
    )
    *lines, measured = done.stdout.splitlines()
    return lines, json.loads(measured)


def bare_read(path: Path) -> tuple[int, float]:
    """A bare csv read with the same conversions: rows, and seconds."""
    started = time.perf_counter()
    rows = sum(1 for _ in parse(path))
    return rows, time.perf_counter() - started


def test_all_schools_of_england_load_within_ten_times_a_bare_read(data, aloud):
    county = make_county("fenshire")
    path = data / "derived/england_schools_2019_joined.csv"
    rows, before = bare_read(path)
    lines, first = import_in_its_own_process(path)
    assert lines[-1] == "23,939 rows: 23,939 new, 0 changed, 0 unchanged, 0 closed, 0 unreadable"
    lines, again = import_in_its_own_process(path)
    assert lines[-1] == "23,939 rows: 0 new, 0 changed, 23,939 unchanged, 0 closed, 0 unreadable"
    floor = (before + bare_read(path)[1]) / 2  # before and after, for the machine may be busier at one of them
    with county.inside():
        assert School.objects.exclude(source="").count() == Figures.objects.count() == 23_939
    with aloud():
        print(
            f"\nbare read of {rows:,} rows {floor:.2f} s; first import {first['seconds']:.2f} s "
            f"({first['seconds'] / floor:.1f} times), again {again['seconds']:.2f} s "
            f"({again['seconds'] / floor:.1f} times); at most {first['megabytes']:.0f} MB"
        )
    assert first["seconds"] < floor * TIMES_THE_FLOOR
    assert again["seconds"] < floor * TIMES_THE_FLOOR
    assert max(first["megabytes"], again["megabytes"]) < MOST_MEMORY
