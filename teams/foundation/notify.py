"""GOV.UK Notify as a way for mail: one template, whose subject and body are ours; it keeps the statuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from notifications_python_client.notifications import NotificationsAPIClient

from teams.foundation.carriers import NOTIFY_STATUSES, REFERENCE_HEADER

TIMEOUT = 30  # seconds; a worker has a mail to itself for five minutes
MOST_PAGES = 20  # of 250 each: Notify keeps seven days


class NotifyBackend(BaseEmailBackend):
    """Each reader of each message is one notification. Raises what the client raises (carriers.meaning)."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        client, sent = notify(), 0
        for message in messages:
            for address in message.recipients():
                try:
                    client.send_email_notification(
                        address,
                        settings.NOTIFY_TEMPLATE_ID,
                        personalisation={"subject": message.subject, "body": message.body},
                        reference=message.extra_headers.get(REFERENCE_HEADER),
                        email_reply_to_id=settings.NOTIFY_REPLY_TO_ID or None,
                    )
                except Exception:
                    if not self.fail_silently:
                        raise
                else:
                    sent += 1
        return sent


def notify() -> Any:
    """A client of its own for each use: it is not made for two threads."""
    if not settings.NOTIFY_API_KEY:
        raise ImproperlyConfigured("NOTIFY_API_KEY is empty.")
    client = NotificationsAPIClient(  # type: ignore[no-untyped-call]
        settings.NOTIFY_API_KEY, base_url=settings.NOTIFY_ADDRESS, timeout=TIMEOUT
    )
    if settings.NOTIFY_PROXY:
        client.request_session.proxies = {"http": settings.NOTIFY_PROXY, "https": settings.NOTIFY_PROXY}
    return client


def failures() -> Iterator[tuple[str, str]]:
    """(reference, status) of every mail that could not be delivered in the days that Notify keeps."""
    client = notify()
    for status in sorted(name for name, failure in NOTIFY_STATUSES.items() if failure is not None):
        older_than = None
        for _ in range(MOST_PAGES):
            page = client.get_all_notifications(status=status, template_type="email", older_than=older_than)
            found = page["notifications"]
            for each in found:
                if each.get("reference"):
                    yield each["reference"], each["status"]
            if not found:
                break
            older_than = found[-1]["id"]
