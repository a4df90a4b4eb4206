"""Where rows, files and static pages lie. The addresses come from the environment; the local ones from config/local."""

import os
from pathlib import Path

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("ALONGSIDE_DATA", BASE_DIR / ".local"))

# Web and workers get `default` alone: the app role, which owns nothing and passes no policy. `owner` exists only where
# OWNER_DATABASE_URL is given, that is for migrations and maintenance; the entry points refuse to serve beside it.
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", "postgresql:///alongside"),
        conn_max_age=60,
        conn_health_checks=True,  # a connection that PostgreSQL's own restart cut is not handed to the next request
    )
}
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
if os.environ.get("OWNER_DATABASE_URL"):
    DATABASES["owner"] = dj_database_url.parse(os.environ["OWNER_DATABASE_URL"])
DATABASE_ROLES = {"app": "alongside_app", "report": "alongside_report", "retention": "alongside_retention"}

DOCUMENTS = Path(os.environ.get("ALONGSIDE_DOCUMENTS", DATA / "documents"))
MEDIA_ROOT = DOCUMENTS

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static" / "build", BASE_DIR / "static" / "img"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "0") == "1"
# Seconds for each step of a talk with the mail server: far less than a worker has a mail to itself (LEASE in
# teams/foundation/mail.py), else a second worker would send the same mail while the first still waits.
EMAIL_TIMEOUT = float(os.environ.get("EMAIL_TIMEOUT", "20"))
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Alongside <no-reply@alongside.example>")
# The address people reach the product at: links in mails and QR codes are made by workers, which see no request.
PUBLIC_ADDRESS = os.environ.get("PUBLIC_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
SCHOOL_MAIL_HOURS = True  # people at schools get mail on school days from 07:00 to 18:00 (journeys 0, rule 7)
