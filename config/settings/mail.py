"""How mail leaves: MAIL_WAY chooses, and each way asks for settings of its own (docs/operations.md)."""

import os

# Each way is a backend of Django's mail, so that allauth's mails leave by the same one.
MAIL_WAYS = {
    "console": "django.core.mail.backends.console.EmailBackend",
    "folder": "django.core.mail.backends.filebased.EmailBackend",
    "notify": "teams.foundation.notify.NotifyBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
}
MAIL_WAY = os.environ.get("MAIL_WAY", "smtp")
EMAIL_BACKEND = MAIL_WAYS.get(MAIL_WAY, MAIL_WAYS["smtp"])  # a way that is not there is told of by config/checks.py

DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Alongside <no-reply@alongside.example>")
# Where a mail server sends back what it could not deliver; without it, to the address that mails come from.
MAIL_COMES_BACK_TO = os.environ.get("MAIL_COMES_BACK_TO", "")
# Mails about signing in are handed to a worker, for known and unknown addresses alike (teams/accounts.py).
ACCOUNT_MAIL_BY_WORKER = True
SCHOOL_MAIL_HOURS = True  # people at schools get mail on school days from 07:00 to 18:00 (journeys 0, rule 7)

EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "0") == "1"
# Seconds for each step of a talk with the mail server: far less than a worker has a mail to itself (LEASE in
# teams/foundation/mail.py), else a second worker would send the same mail while the first still waits.
EMAIL_TIMEOUT = float(os.environ.get("EMAIL_TIMEOUT", "20"))

NOTIFY_API_KEY = os.environ.get("NOTIFY_API_KEY", "")
NOTIFY_TEMPLATE_ID = os.environ.get("NOTIFY_TEMPLATE_ID", "")  # one template: ((subject)) and ((body))
NOTIFY_REPLY_TO_ID = os.environ.get("NOTIFY_REPLY_TO_ID", "")
NOTIFY_CALLBACK_TOKEN = os.environ.get("NOTIFY_CALLBACK_TOKEN", "")
NOTIFY_ADDRESS = os.environ.get("NOTIFY_ADDRESS", "https://api.notifications.service.gov.uk")
NOTIFY_PROXY = os.environ.get("NOTIFY_PROXY", "")
