"""What the web server is told beside its command line: how its own lines look (docker-compose.yml, make run)."""

import logging
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

from django.conf import settings  # noqa: E402

logconfig_dict = settings.LOGGING
logging.captureWarnings(True)  # a warning is a line like any other; Celery does the same by itself
