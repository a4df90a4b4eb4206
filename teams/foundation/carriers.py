"""What it means when a mail does not leave, or comes back: one of five kinds, and a sentence for a person.

MAIL_WAY chooses a backend of Django's mail (config/settings/mail.py). What a server answers is never kept or logged as
it is, for it may quote the letter or the address.
"""

from __future__ import annotations

import re
import smtplib
import uuid
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from notifications_python_client.errors import APIError

# In each mail's headers, and in GOV.UK Notify: what a report about it is found by.
REFERENCE_HEADER = "X-Alongside-Reference"
REFERENCE = re.compile(r"(?P<slug>[a-z][a-z0-9-]{1,39})\.(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class Trouble(models.TextChoices):
    LATER = "later", "To be tried again"
    ADDRESS = "address", "The address takes no mail"
    REFUSED = "refused", "The mail was refused"
    SETTINGS = "settings", "Our own settings are wrong"
    BROKEN = "broken", "The mail could not be written"


class Failure(NamedTuple):
    trouble: Trouble
    sentence: str  # for a person


NOT_REACHED = "The mail server could not be reached. We try again."
COULD_NOT_BE_WRITTEN = Failure(
    Trouble.BROKEN, "The e-mail could not be written. Please tell whoever looks after Alongside."
)
NO_SUCH_ADDRESS = "The address does not exist, or takes no mail."
TOLD_TO_WAIT = "The mail server asks us to wait. We try again."


def reference(slug: str, public_id: uuid.UUID) -> str:
    """Of one mail over all authorities: whoever reports about it says in whose rows it is found."""
    return f"{slug}.{public_id}"


def read_reference(text: str) -> tuple[str, uuid.UUID] | None:
    """(slug, public id) of the first reference in this text; None when it is none of ours."""
    found = REFERENCE.search(text)
    return (found["slug"], uuid.UUID(found["id"])) if found else None


def meaning(error: Exception) -> Failure:
    """What an exception of `EmailMessage.send` means for the mail."""
    if isinstance(error, APIError):
        return _of_notify(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _of_recipient(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused | smtplib.SMTPHeloError):
        if 400 <= error.smtp_code < 500:
            return Failure(Trouble.LATER, TOLD_TO_WAIT)
        what = "address that mails come from" if isinstance(error, smtplib.SMTPSenderRefused) else "sign-in"
        return Failure(Trouble.SETTINGS, f"The mail server does not accept our {what} ({error.smtp_code}).")
    if isinstance(error, smtplib.SMTPNotSupportedError | ImproperlyConfigured):
        return Failure(Trouble.SETTINGS, "What our settings ask for is not there, or not whole.")
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500:
        return Failure(Trouble.REFUSED, f"The mail server refused the e-mail ({error.smtp_code}).")
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 400:
        return Failure(Trouble.LATER, TOLD_TO_WAIT)
    if isinstance(error, OSError):  # what smtplib and sockets raise
        return Failure(Trouble.LATER, NOT_REACHED)
    return COULD_NOT_BE_WRITTEN


def _of_recipient(code: int, answer: bytes | str) -> Failure:
    text = answer.decode("ascii", "replace") if isinstance(answer, bytes) else answer
    if code < 500:
        return Failure(Trouble.LATER, TOLD_TO_WAIT)
    if re.match(r"5\.7\.\d", text) or "relay" in text.lower():  # it takes no mail from us, whoever it is for
        return Failure(Trouble.SETTINGS, f"The mail server does not carry our mail ({code}).")
    return Failure(Trouble.ADDRESS, NO_SUCH_ADDRESS)


def _of_notify(error: APIError) -> Failure:
    """The answers of GOV.UK Notify, as its own documentation lists them."""
    code, text = error.status_code, str(error.message)
    if code == 429 or code >= 500:  # also what the client makes of a network that is down
        return Failure(Trouble.LATER, TOLD_TO_WAIT if code == 429 else NOT_REACHED)
    if code == 400 and "email_address" in text:
        return Failure(Trouble.ADDRESS, NO_SUCH_ADDRESS)
    if code == 403:
        return Failure(Trouble.SETTINGS, "GOV.UK Notify does not accept our key (403).")
    # A trial service, a key for the team alone, a template that is not there or asks for other words.
    return Failure(Trouble.SETTINGS, f"GOV.UK Notify does not accept our settings ({code}).")


# What GOV.UK Notify says of a mail later on; None: it has arrived, and what is not here says nothing yet.
NOTIFY_STATUSES: dict[str, Failure | None] = {
    "delivered": None,
    "permanent-failure": Failure(Trouble.ADDRESS, NO_SUCH_ADDRESS),
    "temporary-failure": Failure(Trouble.REFUSED, "The mailbox took no mail for three days: it may be full."),
    "technical-failure": Failure(Trouble.REFUSED, "GOV.UK Notify could not deliver it. Send it again."),
}
