"""What the log tells: which request, where, how it ended; and nothing that anybody typed."""

from __future__ import annotations

import json
import logging
import re
import uuid

import pytest
from django.test import Client

from config.settings.logging import logging_as
from teams.foundation.numbering import request_number
from teams.foundation.views import Page
from teams.tasks import clear_sessions
from tests.reports.conftest import broker, thread_worker, wait_until  # noqa: F401 (fixtures)

NAME, ADDRESS, TOKEN = "Wilhelmina Canary", "wilhelmina@canary.example", "c4n4ry" * 8
EVERY_WORD = ("wilhelmina", "canary", "c4n4ry")
BOTH = pytest.mark.parametrize("log_format", ["json", "lines"])


def objects(written) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def access_lines(written) -> list[dict[str, object]]:
    return [line for line in objects(written) if line["logger"] == "config.access"]


def assert_no_trace(written) -> None:
    lines = written.getvalue()
    found = [line for line in lines.splitlines() for word in EVERY_WORD if word in line.lower()]
    assert not found, f"the log tells what was typed: {found[0]}"


@BOTH
@pytest.mark.urls("tests.config.leaking_pages")
@pytest.mark.django_db
@pytest.mark.parametrize("how", ["raises", "chains", "insert", "logs"])
@pytest.mark.parametrize("typed", [NAME, ADDRESS, TOKEN])
def test_what_was_typed_leaves_no_trace(log_as, log_format, how, typed):
    client = Client(raise_request_exception=False)
    with log_as(log_format) as written:
        client.get(f"/accounts/leak/{how}/{typed}", {"typed": typed, typed: "1"}, HTTP_REFERER=f"https://x/{typed}")
        client.post(f"/accounts/leak/{how}/{typed}", {"typed": typed}, HTTP_USER_AGENT=typed)
    lines = written.getvalue()
    assert "Traceback" in lines, "this test saw no traceback"
    assert "Error" in lines
    assert_no_trace(written)


@BOTH
@pytest.mark.django_db
def test_addresses_that_are_not_there_and_odd_requests_leave_no_trace(log_as, log_format, fenshire, client_for):
    inside = client_for(fenshire, "manager")
    with log_as(log_format) as written:
        for client in (Client(raise_request_exception=False, enforce_csrf_checks=True), inside):
            for path in (f"/{TOKEN}/", f"/fenshire/{NAME}", f"/fenshire/l/{TOKEN}/", f"/accounts/{ADDRESS}/"):
                assert client.get(path, {"q": ADDRESS}).status_code in (302, 404)
                client.post(path, {NAME: ADDRESS})
        Client().get("/", HTTP_HOST="wilhelmina.canary.example")
        Client().generic("WILHELMINA", "/health")
        Client().post("/accounts/login/", {"login": ADDRESS, "password": TOKEN})
        Client().get(f"/accounts/password/reset/key/1-{TOKEN}/")
    assert "Not Found" in written.getvalue()
    assert_no_trace(written)


@pytest.mark.django_db
def test_each_request_has_one_line_with_its_facts_and_no_more(log_as, fenshire, client_for):
    client = client_for(fenshire, "manager")
    with log_as("json") as written:
        answer = client.get("/fenshire/", {"school": NAME})
        client.get("/health")
        Client().get("/accounts/login/")
    there, outside = access_lines(written)
    assert there.keys() == {
        *("time", "level", "logger", "message", "request"),
        *("authority", "route", "method", "status", "milliseconds", "user"),
    }
    assert there["request"] == answer["X-Request-Number"]
    assert (there["authority"], there["route"], there["status"]) == ("fenshire", "front_door", answer.status_code)
    assert there["user"] == fenshire.users["manager"].pk
    assert isinstance(there["milliseconds"], int)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", str(there["time"]))
    assert outside["route"] == "account_login"
    assert "user" not in outside
    assert "authority" not in outside


@pytest.mark.django_db
def test_a_line_written_inside_a_request_names_its_request_and_authority(log_as, fenshire, client_for, monkeypatch):
    draw = Page.draw

    def careless(self, *arguments, **facts):
        logging.getLogger("teams.careless").warning("seen")
        return draw(self, *arguments, **facts)

    monkeypatch.setattr(Page, "draw", careless)
    with log_as("json") as written:
        answer = client_for(fenshire, "manager").get("/fenshire/no/such/page")
        client_for(fenshire, "admin").get("/fenshire/people/")
    seen = [line for line in objects(written) if line["message"] == "seen"]
    assert answer.status_code == 404
    assert [line["authority"] for line in seen] == ["fenshire"]
    missing = next(line for line in objects(written) if line["logger"] == "django.request")
    assert missing["request"] == answer["X-Request-Number"]
    assert (missing["message"], missing["status"]) == ("Not Found: no such address", 404)


def test_a_traceback_tells_where_and_what_kind_but_not_what_it_says(log_as):
    with log_as("json") as written:
        try:
            try:
                int(NAME)
            except ValueError as error:
                raise LookupError(NAME) from error
        except LookupError:
            logging.getLogger("teams.careless").exception("no number")
    (line,) = objects(written)
    assert re.findall(r"^(?:ValueError|LookupError)$", str(line["error"]), re.MULTILINE) == [
        "ValueError",
        "LookupError",
    ]
    assert "test_log_lines.py" in str(line["error"])


def test_numbers_stay_in_lines_that_others_write(log_as):
    with log_as("json") as written:
        logging.getLogger("somebody.else").warning("%s of %d", 3, 4)
    assert objects(written)[0]["message"] == "3 of 4"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("thread_worker")
def test_a_task_goes_on_under_the_number_of_the_request_that_caused_it(log_as):
    number = uuid.uuid4()
    with log_as("json") as written:
        token = request_number.set(number)
        sent = clear_sessions.delay()
        request_number.reset(token)
        alone = clear_sessions.delay()

        wait_until(lambda: written.getvalue().count('"config.tasks"') == 2)
    lines = {line["task_id"]: line for line in objects(written) if line["logger"] == "config.tasks"}
    caused = lines[sent.id]
    assert (caused["request"], caused["task"], caused["state"]) == (
        str(number),
        "teams.tasks.clear_sessions",
        "success",
    )
    assert lines[alone.id]["request"] == "-"


def test_a_format_that_is_none_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match="LOG_FORMAT is “xml”: it is “json” or “lines”."):
        logging_as("xml")
