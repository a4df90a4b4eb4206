"""Tests: the app role on a real PostgreSQL, made and emptied by the owner."""

from .local import *  # noqa: F403
from .security import API_RATES
from .storage import DATABASES

# The mirror copies only the NAME of the test database: the role stays `app` (tests/conftest.py asserts it).
DATABASES["default"]["TEST"] = {"MIRROR": "owner"}
DATABASES["owner"]["TEST"] = {"DEPENDENCIES": []}
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # PBKDF2 costs 1.3 s a person
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SCHOOL_MAIL_HOURS = True
ACCOUNT_MAIL_BY_WORKER = False  # a scenario reads its code at once; tests/foundation/test_account_mail.py has a worker
# The crawl asks more in a minute than an address may, and would shut out the test that comes after it.
API_RATES = dict.fromkeys(API_RATES, 10**9)
