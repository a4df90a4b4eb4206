"""Writes `.env` beside docker-compose.yml: `.env.example` with a secret in each place that asks for one.

    python3 config/docker/make_env.py alongside.example.gov.uk no-reply@example.gov.uk mail.example.gov.uk

Needs no package. A file that is there stays as it is: its passwords are the database's.
"""

import os
import re
import secrets
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
MADE = re.compile(r"^(\w+)=made$", re.MULTILINE)


def filled_in(example: str, *, host: str, sender: str, mail_server: str) -> str:
    """The example with the three answers and a secret of 32 bytes for each `NAME=made`."""
    # Letters and figures: passwords become part of an address.
    text = MADE.sub(lambda found: f"{found[1]}={secrets.token_hex(32)}", example)
    return (
        text.replace("alongside.example", host)
        .replace("no-reply@example", sender)
        .replace("EMAIL_HOST=", f"EMAIL_HOST={mail_server}", 1)
    )


def main(arguments: list[str], folder: Path = CHECKOUT) -> int:
    if len(arguments) != 3:
        sys.stderr.write("Say the host name, the address that mails come from, and the mail server.\n")
        return 2
    host, sender, mail_server = arguments
    made = folder / ".env"
    text = filled_in((CHECKOUT / ".env.example").read_text(), host=host, sender=sender, mail_server=mail_server)
    try:
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.stderr.write(f"{made} is there already and was left alone: its passwords are the database's.\n")
        return 1
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    sys.stdout.write(f"{made} is written. Look through it, then: docker compose up --detach\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
