"""`manage.py load_demo`: two made-up counties to try everything out; again, it changes nothing.

`manage.py load_demo --files FOLDER` writes their files instead, for trying the upload pages.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from schools.demo.counties import COUNTIES
from schools.demo.loading import files_to_try, load_county, pass_phrase
from schools.demo.sign_ins import lines
from teams.foundation.commands import SystemCommand

SIGN_INS = "demo-sign-ins.txt"


class Command(SystemCommand):
    help = "Load the two made-up counties, Hollinshire and Larkford, and write down who can sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--files", metavar="FOLDER", type=Path, help="Only write the counties' files there.")

    def handle(self, *args: Any, files: Path | None, **options: Any) -> None:
        now = timezone.now()
        if files is not None:
            self.write_files(files)
            return
        password = pass_phrase()
        hashed = make_password(password)  # once: it costs a second
        loaded = [load_county(county, now=now, password=hashed) for county in COUNTIES]
        new = [each for each in loaded if each is not None]
        for county, each in zip(COUNTIES, loaded, strict=True):
            self.stdout.write(f"{county.name}: {'loaded' if each else 'was there already, nothing is changed'}.")
        if len(new) == len(COUNTIES):
            written = lines(new, password)
            if settings.LOCAL:  # `make run` prints them each time; elsewhere they are shown once
                folder = Path(settings.DATA)
                folder.mkdir(parents=True, exist_ok=True)
                (folder / SIGN_INS).write_text("\n".join(written) + "\n", encoding="utf-8")
            self.stdout.write("\n".join(written))

    def write_files(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for county in COUNTIES:
            for name, data in files_to_try(county, now=timezone.now()).items():
                (folder / name).write_bytes(data)
                self.stdout.write(str(folder / name))
