"""The product as it is served, and beside it the plain pages that everything is compared with."""

from config.settings.local import *  # noqa: F403
from config.settings.local import BASE_DIR, LOGGING, TEMPLATES

ROOT_URLCONF = "tests.load.urls"
_HERE = BASE_DIR / "tests" / "load"
JINJA, DJANGO = TEMPLATES
TEMPLATES = [
    JINJA | {"DIRS": [*JINJA["DIRS"], _HERE / "templates"]},
    DJANGO | {"DIRS": [_HERE / "plain_templates"]},
]
LOGGING = {**LOGGING, "loggers": {}, "root": {"handlers": [], "level": "CRITICAL"}}
