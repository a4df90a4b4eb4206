"""How a line of the log is written: with the number of its request, and without what opens a door."""

import logging
import re

from teams.foundation.numbering import request_number

# The token of a link (`/<authority>/l/<token>/`) and the key of a new password. An address reaches the log with every
# 404 and 500, and inside tracebacks too, so it is the finished line that is cleaned.
SECRETS = re.compile(r"(?P<before>/l/|/password/reset/key/)[^/\s\"'?&#]+")


class DiscreetFormatter(logging.Formatter):
    """Formats a record, traceback and all, and then takes the secrets out of its addresses."""

    def format(self, record: logging.LogRecord) -> str:
        # Django writes its own line about a failed request when our middleware has left: the request still knows.
        asked = getattr(record, "request", None)
        record.request_number = request_number.get() or getattr(asked, "number", None) or "-"
        return SECRETS.sub(r"\g<before>-", super().format(record))
