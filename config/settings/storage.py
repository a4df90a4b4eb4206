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
    "staticfiles": {"BACKEND": "config.static_files.HashedCompressedFiles"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# The address people reach the product at: links in mails and QR codes are made by workers, which see no request.
PUBLIC_ADDRESS = os.environ.get("PUBLIC_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
