"""A link's token stands in no line of the log, and in no notice that waits."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from teams.foundation.links import Link
from teams.tasks import send_what_is_due
from tests.foundation.test_links import address, make_link, purpose  # noqa: F401

# The log.


@pytest.fixture(params=["json", "lines"])
def log_lines(request, log_as):
    with log_as(request.param) as written:
        yield written


def test_the_token_is_in_no_line_of_the_log(fenshire, log_lines):
    _, token = make_link(fenshire)
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.get(address(token) + "?break=1")
    client.get(address(token) + "no/such/page")
    client.get(address("x" * 43))
    assert client.post(address(token)).status_code == 403
    lines = log_lines.getvalue()
    for expected in ("Internal Server Error", "ZeroDivisionError", "Not Found", "Forbidden", "open_link"):
        assert expected in lines, f"this test saw no line with {expected}"
    assert token not in lines
    assert "x" * 43 not in lines


def test_every_line_of_the_log_names_its_request(fenshire, client, log_lines):
    answer = client.get("/fenshire/brand.css/no/such/page")
    assert answer.status_code == 404
    assert answer["X-Request-Number"] in log_lines.getvalue()


def test_every_handler_writes_discreetly():
    for name, handler in settings.LOGGING["handlers"].items():
        assert handler.get("formatter") in ("json", "lines"), f"The handler {name} would write tokens."
    for name, logger in settings.LOGGING["loggers"].items():
        assert set(logger.get("handlers", [])) <= {"console"}, f"The logger {name} writes past the formatter."


def test_a_notice_that_waits_holds_no_link_yet(fenshire):
    """The token is made when the mail is sent, so a mail that waits over a weekend has nothing to steal."""
    with fenshire.inside():
        assert not Link.objects.exists()
        send_what_is_due(fenshire.authority.pk)
        assert not Link.objects.exists()
