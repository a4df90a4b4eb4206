"""What the three commands that load the government's files share: their options, and what they print."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, ClassVar

from django.core.management.base import CommandError
from django.utils import timezone

from schools.actions.imports import Subject, import_file
from schools.files.kinds import KINDS
from schools.models import FileImport
from teams.foundation.commands import AuthorityCommand
from teams.foundation.errors import Refusal
from teams.foundation.words import counted

NOTES = {
    FileImport.LeftOut.ELSEWHERE: ("is of another authority", "are of other authorities"),
    FileImport.LeftOut.NOT_HERE: ("is about schools that are not here", "are about schools that are not here"),
    FileImport.LeftOut.REPEATED: ("is repeated further down", "are repeated further down"),
    FileImport.LeftOut.NATIONAL: ("adds up many schools", "add up many schools"),
}


class LoadingCommand(AuthorityCommand):
    """`manage.py import_... FILE --authority SLUG [--la CODE] [--year YEAR]`.

    The last line of its output is FileImport.sentence; the lines before it name what is not in those counts.
    """

    subject: ClassVar[Subject]

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", help="Path of the CSV file.")
        parser.add_argument("--la", metavar="CODE", help="Only rows of the authority with this code, like 919.")
        parser.add_argument(
            "--year",
            type=int,
            metavar="YEAR",
            help="School year of the figures, where the file does not say it: 2018 for 2018/19.",
        )

    def handle(self, *args: Any, authority: str, file: str, la: str | None, year: int | None, **options: Any) -> None:
        if year is not None and not 2000 <= year < 2100:
            raise CommandError(f"--year {year} is no school year: give the year it begins in, 2018 for 2018/19.")
        try:
            done = import_file(
                file,
                authority=self.authority(authority),
                by=self.principal,
                at=timezone.now(),
                la=la,
                year=year,
                subject=self.subject,
            )
        except Refusal as refused:
            more = " Add --year 2018 for figures of 2018/19." if refused.code == "no_year" else ""
            raise CommandError(refused.message + more) from refused
        self.tell(done)

    def tell(self, done: FileImport) -> None:
        title = next(kind.title for kind in KINDS if kind.code == done.kind)
        self.stdout.write(f"{done.file_name} is {title}, written in {done.encoding}.")
        for complaint in done.complaints:
            about = f" ({complaint['about']})" if complaint["about"] else ""
            self.stdout.write(f"Line {complaint['line']:,}: {complaint['reason']}{about}")
        if done.unreadable > len(done.complaints):
            self.stdout.write(f"... and {done.unreadable - len(done.complaints):,} more that cannot be read.")
        for reason, (one, many) in NOTES.items():
            if number := done.left_out.get(reason):
                self.stdout.write(f"Left out: {counted(number, 'row', 'rows')} that {one if number == 1 else many}.")
        self.stdout.write(done.sentence)
