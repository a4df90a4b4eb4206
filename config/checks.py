"""What `manage.py check` says about the settings of mail: what is missing, and what nobody would notice is wrong."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

# A name, the service's number and the secret; the client cuts the last two off the end.
NOTIFY_KEY = re.compile(r".+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@register("mail")
def mail_has_what_its_way_needs(**_: Any) -> list[CheckMessage]:
    """Each way needs its own settings; another way's may be empty."""
    ways = ", ".join(sorted(settings.MAIL_WAYS))
    if settings.MAIL_WAY not in settings.MAIL_WAYS:
        return [
            Error(f'MAIL_WAY is "{settings.MAIL_WAY}": no mail can leave.', hint=f"Use one of {ways}.", id="mail.E1")
        ]
    found: list[CheckMessage] = []
    if settings.MAIL_WAY == "smtp" and not settings.EMAIL_HOST:
        found.append(Error("EMAIL_HOST is empty: no mail can leave.", hint="Name the mail server.", id="mail.E2"))
    if settings.MAIL_WAY == "notify":
        found += _notify()
    return found


def _notify() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not settings.NOTIFY_API_KEY:
        found.append(
            Error("NOTIFY_API_KEY is empty: no mail can leave.", hint="Make a live key in GOV.UK Notify.", id="mail.E3")
        )
    elif not NOTIFY_KEY.fullmatch(settings.NOTIFY_API_KEY):
        found.append(
            Error(
                "NOTIFY_API_KEY is not a whole key.",
                hint="Copy all of it: its name, then the service's number, then the secret.",
                id="mail.E4",
            )
        )
    if not settings.NOTIFY_TEMPLATE_ID:
        found.append(
            Error(
                "NOTIFY_TEMPLATE_ID is empty: no mail can leave.",
                hint="Make an e-mail template with the subject ((subject)) and the message ((body)).",
                id="mail.E5",
            )
        )
    if not settings.NOTIFY_CALLBACK_TOKEN:
        found.append(
            Warning(
                "NOTIFY_CALLBACK_TOKEN is empty: a mail that comes back is found once an hour, not at once.",
                hint="Enter PUBLIC_ADDRESS/mail/status/ and this token as a delivery callback in GOV.UK Notify.",
                id="mail.W1",
            )
        )
    return found


@register("mail", Tags.security, deploy=True)
def mail_leaves_the_machine(**_: Any) -> list[CheckMessage]:
    """In production: a console and a folder reach nobody."""
    if settings.MAIL_WAY not in ("console", "folder"):
        return []
    return [
        Warning(
            f'MAIL_WAY is "{settings.MAIL_WAY}": mail is kept on this machine and reaches nobody.',
            hint="Use smtp or notify.",
            id="mail.W2",
        )
    ]
