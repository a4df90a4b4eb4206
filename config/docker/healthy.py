"""The health check of a container. The web server is asked for `/health` the way the proxy in front would ask; of a
worker and of beat it is asked whether they have left a sign of life of late (config/celery.py).
"""

import http.client
import os
import socket
import sys
from urllib.parse import urlsplit

SIGNS = {"worker": "alongside:1:alive:worker:celery@{}", "beat": "alongside:1:alive:beat"}


def web_is_well() -> bool:
    headers = {
        "Host": os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip("."),
        "X-Forwarded-Proto": "https",
    }
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=3)
    try:
        connection.request("GET", "/health", headers=headers)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def has_left_a_sign(part: str) -> bool:
    from redis import Redis  # noqa: PLC0415 the web container's check runs every ten seconds and does not need it
    from redis.exceptions import RedisError  # noqa: PLC0415

    address = os.environ["REDIS_URL"].replace("redis+socket://", "unix://")
    if urlsplit(address).scheme == "unix":
        address = address.partition("?")[0]
    try:
        return bool(Redis.from_url(address, socket_timeout=3).exists(SIGNS[part].format(socket.gethostname())))
    except RedisError:
        return False


def main(part: str = "web") -> int:
    """0 when that part is well, else 1."""
    return int(not (web_is_well() if part == "web" else has_left_a_sign(part)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
