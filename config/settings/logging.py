"""Log lines carry a request number, and neither names nor the token of a link (config/log_lines.py)."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.log_lines.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(request_number)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},  # else every command begins with a line about its bridge of loggers
        "weasyprint": {"level": "ERROR"},
    },
}
