"""Files to import: the government's own where they are there, and small ones written here in the same formats."""

from __future__ import annotations

import csv
import io
import os
import warnings
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from schools.actions.imports import import_file
from tests.factories.authorities import NOW

CHECKOUT = Path(__file__).resolve().parents[3]
DATA = CHECKOUT.parent / "shared" / "data"


@pytest.fixture
def data() -> Path:
    """The government's files, or a loud skip."""
    if not DATA.is_dir():
        warnings.warn(f"The government's files are not at {DATA}: nothing is tested on real data.", stacklevel=1)
        pytest.skip("shared/data is not there")
    return DATA


@pytest.fixture
def load():
    """`load(county, path_or_rows, **options)`: import a file into a county, in the open transaction of the test."""

    def loading(county, source, *, name="", **options):
        if isinstance(source, list):
            source = written(source)
        with county.inside():
            return import_file(source, by=county.clock, at=NOW, file_name=name, **options)

    return loading


def written(rows: list[dict[str, object]]) -> io.BytesIO:
    """A CSV file with the keys of the first row as headings."""
    text = io.StringIO()
    table = csv.DictWriter(text, fieldnames=list(rows[0]), extrasaction="ignore", restval="")
    table.writeheader()
    table.writerows(rows)
    return io.BytesIO(text.getvalue().encode())


def register_row(urn: int, **said: object) -> dict[str, object]:
    """One school as a search of the register writes it."""
    return {
        "URN": urn,
        "LA (code)": "999",
        "EstablishmentNumber": f"{urn % 10000:04d}",
        "EstablishmentName": f"Made-up School {urn}",
        "TypeOfEstablishment (name)": "Community school",
        "EstablishmentStatus (name)": "Open",
        "CloseDate": "",
        "PhaseOfEducation (name)": "Primary",
        "NumberOfPupils": "210",
        "CensusDate": "21-01-2021",
        "HeadTitle (name)": "",
        "HeadFirstName": "",
        "HeadLastName": "",
        "HeadPreferredJobTitle": "",
        "Linked establishments": "",
    } | said


def joined_row(urn: int, **said: object) -> dict[str, object]:
    """One school as the joined England file writes it."""
    return {
        "URN": urn,
        "LA_CODE": "999",
        "LA_NAME": "Made-up",
        "ESTAB": f"{urn % 10000:04d}",
        "SCHNAME": f"Made-up School {urn}",
        "SCHOOLTYPE": "State-funded primary",
        "NOR": "210",
        "NUMFSMEVER": "40",
        "PNUMFSMEVER": "19.1",
        "PERCTOT": "4.2",
        "PPERSABS10": "9.9",
    } | said


def of_a_child() -> dict[str, str]:
    """The environment of a process of its own: this test's database, as the app role."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    mine = {name: value for name, value in os.environ.items() if name != "OWNER_DATABASE_URL"}
    return mine | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings.local"}
