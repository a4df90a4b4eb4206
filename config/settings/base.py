"""What is the same everywhere. One concern a file: security, storage, queue and logging stand beside this one."""

from pathlib import Path

from .logging import *  # noqa: F403
from .mail import *  # noqa: F403
from .queue import *  # noqa: F403
from .security import *  # noqa: F403
from .storage import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# Top floor first: imports only go down (docs/decisions/0001).
INSTALLED_APPS = [
    "config",
    "reports",
    "performance",
    "supervision",
    "casework",
    "schools",
    "teams",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "guardian",
]

SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # its backend stays out on purpose (docs/decisions/0004)
    # A council's domain is the council's. That every other name under it must speak HTTPS too, and that browsers ship
    # with that promise, is theirs to say: HSTS_SUBDOMAINS and HSTS_PRELOAD (config/settings/production.py).
    "security.W005",
    "security.W021",
]

MIDDLEWARE = [
    "teams.foundation.middleware.RequestNumberMiddleware",
    "config.access_lines.AccessLineMiddleware",
    "config.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # its files are compressed when they are collected
    "teams.foundation.compressing.CompressMiddleware",
    "csp.middleware.CSPMiddleware",
    "teams.foundation.middleware.MaintenanceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "teams.foundation.sessions.SessionLifeMiddleware",
    # After sign-in is known, before anything asks for a row: all that follows runs inside one authority.
    "teams.foundation.middleware.AuthorityMiddleware",
    "teams.foundation.sign_in.SignInMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "config.jinja2.environment"},
    },
    {
        # Only for what packages bring along (allauth's mails, REST framework): our pages are Jinja2.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

AUTH_USER_MODEL = "teams.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
