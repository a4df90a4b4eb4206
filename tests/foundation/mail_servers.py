"""Mail servers of a test's own, on this machine: one that speaks SMTP, and one that speaks GOV.UK Notify's protocol."""

from __future__ import annotations

import json
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from aiosmtpd.controller import Controller

SERVICE, SECRET = "aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa", "bbbbbbbb-2222-4222-8222-bbbbbbbbbbbb"
API_KEY = f"tests-{SERVICE}-{SECRET}"
TEMPLATE = "cccccccc-3333-4333-8333-cccccccccccc"


class Smtp:
    """Takes what it is not told to refuse: `refuse[address]` and `refuse_all` are its answers."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, str]] = []  # (envelope sender, reader, letter)
        self.refuse: dict[str, str] = {}
        self.refuse_data = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse_data:
            return self.refuse_data
        self.taken.append((envelope.mail_from, envelope.rcpt_tos[0], envelope.content.decode()))
        return "250 OK"


@contextmanager
def smtp(settings: Any) -> Iterator[Smtp]:
    """Mail leaves by this server."""
    handler = Smtp()
    with socket.socket() as free:  # the controller calls itself at the port it was told
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = settings.MAIL_WAYS["smtp"]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    try:
        yield handler
    finally:
        controller.stop()


class Notify:
    """What a service at GOV.UK Notify holds. `answers` are given instead of taking a mail, one each."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.answers: list[tuple[int, dict[str, Any]]] = []
        self.down = False

    def status(self, reference: str, status: str) -> None:
        for each in self.taken:
            if each.get("reference") == reference:
                each["status"] = status

    def answer(self, method: str, path: str, authorization: str, body: bytes) -> tuple[int, dict[str, Any]]:
        refused = self._refused(authorization)
        if refused:
            return _error(403, "AuthError", refused)
        parts = urlsplit(path)
        if self.answers:
            return self.answers.pop(0)
        if method == "POST" and parts.path == "/v2/notifications/email":
            return self._take(json.loads(body))
        if method == "GET" and parts.path == "/v2/notifications":
            return self._list({name: values[0] for name, values in parse_qs(parts.query).items()})
        return _error(404, "NoResultFound", "No result found")

    def _refused(self, authorization: str) -> str:
        try:
            claims = jwt.decode(
                authorization.removeprefix("Bearer "), SECRET, algorithms=["HS256"], options={"verify_iat": False}
            )
        except jwt.PyJWTError:
            return "Invalid token: signature, api token not found"
        if claims.get("iss") != SERVICE:
            return "Invalid token: service not found"
        if abs(claims.get("iat", 0) - time.time()) > 30:
            return "Error: Your system clock must be accurate to within 30 seconds"
        return ""

    def _take(self, wanted: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if "@" not in wanted["email_address"]:
            return _error(400, "ValidationError", "email_address Not a valid email address")
        if wanted["template_id"] != TEMPLATE:
            return _error(400, "BadRequestError", "Template not found")
        if missing := {"subject", "body"} - set(wanted.get("personalisation", {})):
            return _error(400, "BadRequestError", f"Missing personalisation: {', '.join(sorted(missing))}")
        kept = wanted | {"id": str(uuid.uuid4()), "status": "sending"}
        self.taken.append(kept)
        return 201, {"id": kept["id"], "reference": wanted.get("reference")}

    def _list(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Newest first, two a page (the real one has 250), only those that are older than a given one."""
        rows = [each for each in reversed(self.taken) if each["status"] == asked.get("status", each["status"])]
        if "older_than" in asked:
            rows = rows[[each["id"] for each in rows].index(asked["older_than"]) + 1 :]
        return 200, {"notifications": rows[:2], "links": {}}


def _error(code: int, kind: str, message: str) -> tuple[int, dict[str, Any]]:
    return code, {"status_code": code, "errors": [{"error": kind, "message": message}]}


@contextmanager
def notify(settings: Any, monkeypatch: Any) -> Iterator[Notify]:
    """Mail leaves by this service."""
    service = Notify()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802
            self._answer("POST")

        def do_GET(self) -> None:  # noqa: N802
            self._answer("GET")

        def _answer(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if service.down:
                self.close_connection = True
                return
            code, said = service.answer(method, self.path, self.headers.get("Authorization", ""), body)
            words = json.dumps(said).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *_: Any) -> None:
            """Nothing on the test's own screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # How often it looks whether it is to stop: every half a second took longer than the tests.
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    settings.MAIL_WAY, settings.EMAIL_BACKEND = "notify", settings.MAIL_WAYS["notify"]
    settings.NOTIFY_ADDRESS = f"http://127.0.0.1:{server.server_port}"
    settings.NOTIFY_API_KEY, settings.NOTIFY_TEMPLATE_ID = API_KEY, TEMPLATE
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
