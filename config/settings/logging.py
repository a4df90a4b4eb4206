"""What is logged, and how a line looks (config/log_lines.py): as JSON, or as lines for people."""

import os
from typing import Any

LOG_FORMAT = os.environ.get("LOG_FORMAT") or "json"


def logging_as(log_format: str, *, quotes_errors: bool = False) -> dict[str, Any]:
    """The configuration of all loggers. `quotes_errors` is for machines where every person is made up."""
    if log_format not in ("json", "lines"):
        raise ValueError(f"LOG_FORMAT is “{log_format}”: it is “json” or “lines”.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "config.log_lines.DiscreetJsonFormatter"},
            "lines": {
                "()": "config.log_lines.DiscreetFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s %(request_number)s %(message)s",
                "quotes_errors": quotes_errors,
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": log_format}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
            # Each task has one line of ours (config/celery.py), and each request (config/access_lines.py).
            "celery": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
            "gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False},
            "fontTools": {"level": "WARNING"},
            "notifications_python_client": {"level": "ERROR"},  # it warns with the service's own words
            "pikepdf": {"level": "WARNING"},  # else every command begins with a line about its bridge of loggers
            "weasyprint": {"level": "ERROR"},
        },
    }


LOGGING = logging_as(LOG_FORMAT)
