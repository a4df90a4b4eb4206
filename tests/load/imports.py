"""A register of all schools of a country, made up, loaded beside a bare read of the same file."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

from config.local.folder import CHECKOUT
from schools.demo import files, names
from schools.demo.counties import HOLLINSHIRE
from schools.files import parse

SCHOOLS, SLUG, FIRST_URN = 23_939, "benchmark-import", 900_001
WORK = """
import json, sys, time
import django; django.setup()
from django.core.management import call_command
from django.utils import timezone
from teams.models import Authority
Authority.objects.get_or_create(slug=sys.argv[2], defaults={
    "name": "Benchmark Import Council", "is_demo": True, "made_at": timezone.now()})
started = time.perf_counter()
call_command("import_schools", sys.argv[1], authority=sys.argv[2])
print(json.dumps(time.perf_counter() - started))
"""


class Loaded(NamedTuple):
    """Seconds: a bare read with the same conversions, the first import, and the same file again."""

    floor: float
    first: float
    again: float
    last_line: str


def write_register(path: Path) -> None:
    """As the government writes it: 48 columns, quoted, cp1252."""
    lot = Random("register")  # noqa: S311
    schools = [_school(place, lot) for place in range(SCHOOLS)]
    path.write_bytes(files.register(HOLLINSHIRE, schools, school_year=2026))


def _school(place: int, lot: Random) -> files.MadeUpSchool:
    is_secondary = place % 6 == 0
    pupils = lot.randrange(90, 1_400)
    return files.MadeUpSchool(
        urn=FIRST_URN + place,
        number=f"{2000 + place % 5000}",
        name=f"{names.SCHOOLS[place % len(names.SCHOOLS)]} {place} School",
        phase=files.SECONDARY if is_secondary else files.PRIMARY,
        status=files.OPEN,
        quadrant="East 1",
        town=names.TOWNS[place % len(names.TOWNS)],
        street=f"{place % 90 + 1} {names.STREETS[place % len(names.STREETS)]}",
        postcode=f"ZZ{place % 90 + 1} {place % 9}XX",
        easting=400_000 + lot.randrange(90_000),
        northing=200_000 + lot.randrange(90_000),
        pupils=pupils,
        girls=pupils // 2,
        free_meals=pupils // 5,
        is_academy=place % 5 < 2,
        head=names.person(place),
        opened_on=date(1990, 9, 1),
    )


def load(path: Path, environment: dict[str, str]) -> Loaded:
    """In processes of their own, as the app role. `environment` names the database."""

    def once() -> tuple[str, float]:
        done = subprocess.run([sys.executable, "-W", "ignore", "-c", WORK, str(path), SLUG], cwd=CHECKOUT,
                              env=environment, capture_output=True, text=True, check=False)  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        *lines, seconds = done.stdout.splitlines()
        return lines[-1], float(json.loads(seconds))

    before = _bare(path)
    line, first = once()
    if not line.endswith(f"{SCHOOLS:,} new, 0 changed, 0 unchanged, 0 closed, 0 unreadable"):
        raise RuntimeError(f"Not every school was loaded: {line}")
    _, again = once()
    return Loaded((before + _bare(path)) / 2, first, again, line)


def _bare(path: Path) -> float:
    started = time.perf_counter()
    for _ in parse(path):
        pass
    return time.perf_counter() - started
