"""A mail about somebody's sign-in on its way to a worker: sealed, for the queue is no place for codes in plain words.

It belongs to no authority and has no row: who does not get it asks again, and after a quarter of an hour
it is worthless.
"""

from __future__ import annotations

import base64
import hashlib
import json

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage

GOOD_FOR = 15 * 60  # seconds


def seal(message: EmailMessage | None) -> str:
    """The message, or nothing for nobody: either is handed over, so that how long a page takes tells nothing."""
    words = {} if message is None else {"to": message.to, "subject": message.subject, "body": message.body}
    return _box().encrypt(json.dumps(words).ljust(1024).encode()).decode()


def opened(sealed: str) -> EmailMessage | None:
    """The message; None where it was for nobody, is too old, or was sealed with another key."""
    try:
        words = json.loads(_box().decrypt(sealed.encode(), ttl=GOOD_FOR))
    except InvalidToken:
        return None
    return EmailMessage(words["subject"], words["body"], settings.DEFAULT_FROM_EMAIL, words["to"]) if words else None


def _box() -> Fernet:
    key = hashlib.sha256(b"alongside.account_mail:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
