"""`manage.py take_bounce < report`: a mail server's report that a mail of ours did not arrive is shown to a person.

For the mailbox that MAIL_COMES_BACK_TO names: the mail server pipes each mail into it, or `--maildir FOLDER` takes all
that is new there. What is no report about a mail of ours is no error: a mail server would send that
back.
"""

from __future__ import annotations

import mailbox
import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from teams.foundation.carriers import NO_SUCH_ADDRESS, Failure, Trouble
from teams.foundation.commands import SystemCommand
from teams.foundation.words import counted
from teams.rules.bounces import read_report
from teams.tasks import take_report

FAILURES = {
    "address": Failure(Trouble.ADDRESS, NO_SUCH_ADDRESS),
    "refused": Failure(Trouble.REFUSED, "The mail server of the reader did not take it. The mailbox may be full."),
}


class Command(SystemCommand):
    help = "Take in a mail server's report (RFC 3464) that a mail did not arrive, from standard input or a maildir."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--maildir", metavar="FOLDER", type=Path, help="Take all that is new in this maildir.")

    def handle(self, *args: Any, maildir: Path | None, **options: Any) -> None:
        now = timezone.now()
        if maildir is None:
            taken = [take(sys.stdin.buffer.read(), at=now)]
        else:
            taken = [take(raw, at=now) for raw in new_in(maildir)]
        ours = taken.count(True)
        self.stdout.write(
            f"{counted(ours, 'report was', 'reports were')} about a mail of ours, {len(taken) - ours:,} not."
        )


def take(raw: bytes, *, at: datetime) -> bool:
    """Whether this was a report about a mail of ours."""
    report = read_report(raw)
    if report is None or report.fate == "waits":
        return False
    return take_report(report.about, FAILURES.get(report.fate), at=at)


def new_in(folder: Path) -> list[bytes]:
    """The mails nobody has read, which are then marked as read."""
    box = mailbox.Maildir(folder, create=False)
    found = []
    for key in box.iterkeys():
        message = box.get_message(key)
        if message.get_subdir() == "new":
            found.append(box.get_bytes(key))
            message.set_subdir("cur")
            message.add_flag("S")
            box[key] = message
    return found
