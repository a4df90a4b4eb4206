"""A developer's machine and the demo: mail is kept in a folder and shown at /dev/mail, or goes by MAIL_WAY."""

import os
from pathlib import Path

from .base import *  # noqa: F403
from .base import INSTALLED_APPS
from .logging import logging_as
from .mail import MAIL_WAYS
from .storage import DATA, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations"]
DEBUG = False
SECRET_KEY = os.environ.get("SECRET_KEY", "local-only-" + "0" * 50)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
MAIL_WAY = os.environ.get("MAIL_WAY", "folder")
EMAIL_BACKEND = MAIL_WAYS.get(MAIL_WAY, MAIL_WAYS["folder"])
EMAIL_FILE_PATH = Path(DATA) / "mail"
# Without the compression of production, which takes ten times as long.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "config.static_files.HashedFiles"},
}
LOCAL = True  # opens /dev/mail
# Lines for people; and what an error says may be read where every person is made up.
LOGGING = logging_as(os.environ.get("LOG_FORMAT") or "lines", quotes_errors=True)
SCHOOL_MAIL_HOURS = False  # a demo is looked at in the evening and at weekends: /dev/mail shows its mail at once
