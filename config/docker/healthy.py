"""The health check of the web container: asks its own `/health` the way the proxy in front would."""

import http.client
import os
import sys


def main() -> int:
    """0 when the web server answers 200, else 1."""
    headers = {
        "Host": os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip("."),
        "X-Forwarded-Proto": "https",
    }
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=3)
    try:
        connection.request("GET", "/health", headers=headers)
        return int(connection.getresponse().status != http.client.OK)
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
