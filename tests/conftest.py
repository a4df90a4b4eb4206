"""Every test runs as the app role on a real PostgreSQL that the owner made (decisions 0002)."""

from __future__ import annotations

import io
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stdout, suppress
from weakref import WeakSet

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from django.utils.log import configure_logging
from hypothesis import HealthCheck
from hypothesis import settings as properties

from config.settings.logging import logging_as
from tests.emptied import empty
from tests.factories.authorities import County, make_county
from tests.template import made_once
from tests.told import STAGE, Stage, commits, path_of, story

# How long one example takes says how busy the machine is, and nothing of the rule.
properties.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("unhurried")


@pytest.fixture(scope="session")
def django_db_setup(
    request,
    django_test_environment,
    django_db_blocker,
    django_db_modify_db_settings,
    django_db_keepdb,
    django_db_createdb,
) -> Iterator[None]:
    """One database for each xdist worker, made by `owner`; `default` mirrors its NAME and stays the app role.

    The stock fixture sets up only the aliases that tests name: it would skip `owner` and point `default` at the real
    database, so what it did is asserted here.
    """
    with django_db_blocker.unblock():
        config = made_once(
            lambda: setup_databases(
                verbosity=0,
                interactive=False,
                aliases={"owner"},
                serialized_aliases=set(),
                keepdb=django_db_keepdb and not django_db_createdb,
            )
        )
        app = connections["default"]
        with app.cursor() as cursor:
            cursor.execute(
                "SELECT current_database(), rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            name, bypasses = cursor.fetchone()
        assert name.startswith("test_"), "tests must never run on a real database"
        assert not bypasses, "tests must run as the role that the wall holds"
        app.close()
        opened: WeakSet[BaseDatabaseWrapper] = WeakSet()
        connection_created.connect(lambda connection, **_: opened.add(connection), weak=False)
        if not request.config.option.markexpr.startswith("heavy"):
            plan_briefly(name)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            # While a browser is driven, Django gives this thread a second connection (asgiref: "critical" to a loop).
            for each in opened:
                if each.connection is not None:
                    each.connection.close()
            # A browser that has just been closed may have one more request in the server's hands. Where it never lets
            # go, the next run replaces what is left.
            with suppress(OperationalError):
                patiently(lambda: teardown_databases(config, verbosity=0), tries=2)  # each waits five seconds


@pytest.fixture(scope="session", autouse=True)
def _counts_of_its_own() -> None:
    """What is counted in Valkey is not rolled back: each worker of xdist has a database of its own there to empty."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
    settings.CACHES["default"]["LOCATION"] = f"{settings.CACHES['signs']['LOCATION']}?db={8 + number}"


def plan_briefly(database: str) -> None:
    """Join tables in the order in which a query names them: among a test's few rows none is slower than another.

    Else three quarters of what PostgreSQL does for a page of tests is looking for a better order. Heavy tests measure
    what people will wait for, and keep the server's own way.
    """
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {owner.ops.quote_name(database)} SET join_collapse_limit = 3")
    owner.close()


@pytest.fixture(autouse=True)
def _emptied_by_the_owner(request) -> Iterator[None]:
    """After a test that really commits (tests/emptied.py). Django's own flush leaves a mirror alone."""
    yield
    if not commits(request.node):
        return
    connections["default"].close()
    with request.getfixturevalue("django_db_blocker").unblock():
        owner = connections.create_connection("owner")  # a fresh one: Django's guard sits on connections["owner"]
        with owner.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")
        # A request that a closed page has left behind reads these tables in another order: a deadlock, now and then. Or
        # it writes a row meanwhile about one that is just going.
        patiently(lambda: empty(owner))
        owner.close()


def patiently(act: Callable[[], object], *, tries: int = 20) -> None:
    """Again after a moment where the database says that somebody is in the way."""
    for _ in range(tries - 1):
        try:
            act()
            return
        except (OperationalError, IntegrityError):
            time.sleep(0.25)
    act()


@pytest.fixture
def aloud(capsys: pytest.CaptureFixture[str]) -> Callable[[], AbstractContextManager[None]]:
    """`with aloud(): print(...)`: a figure for whoever runs the tests. A worker of xdist is heard on stderr alone."""

    @contextmanager
    def speak() -> Iterator[None]:
        with capsys.disabled(), redirect_stdout(sys.stderr):
            yield

    return speak


@pytest.fixture
def stage() -> Stage:
    return STAGE


@pytest.fixture
def _told(request, django_db_setup, django_db_blocker) -> None:
    """The test's stories (tests/told.py), on the day that it is in them."""
    if "clock" in request.fixturenames:
        request.getfixturevalue("clock")
    with django_db_blocker.unblock():
        STAGE.set_for(path_of(request.node))


@pytest.fixture
def _django_db_helper(_told, _django_db_helper) -> None:
    """pytest-django's own fixture, behind `db` and the marker: the test's savepoint comes after its stories."""


@pytest.fixture(scope="module", autouse=True)
def _struck(django_db_blocker) -> Iterator[None]:
    """Nothing of one file stands in the next."""
    yield
    with django_db_blocker.unblock():
        STAGE.clear()


@story
def fenshire():
    """A county with one funded post, two schools and everybody's account (tests/factories/authorities.py)."""
    return make_county("fenshire")


@story
def moorland():
    """Another authority of the same shape: whatever shows of it is a leak."""
    return make_county("moorland")


@pytest.fixture
def client_for():
    """`client_for(county, "manager")`: a browser without JavaScript, signed in as that person."""

    def make(county: County, name: str) -> Client:
        client = Client()
        client.force_login(county.users[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make


NOT_COUNTED = (
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "BEGIN",
    "SET ",
    "SELECT set_config",
    'INSERT INTO "teams_auditevent"',
)


@pytest.fixture
def queries():
    """`with queries() as seen: ...; assert len(seen) <= 12`: statements without transaction control and the audit."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(execute, sql, params, many, context):
            if not sql.lstrip().startswith(NOT_COUNTED):
                seen.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield seen

    return counting


@pytest.fixture
def broken():
    """`with broken('UPDATE "supervision_session"', session.pk): ...`: the database really fails at each statement that
    begins so and carries these values. What has no savepoint of its own is lost with it.
    """

    @contextmanager
    def failing(begins: str, *values: object) -> Iterator[None]:
        def fail(execute, sql, params, many, context):
            if sql.startswith(begins) and all(value in (params or ()) for value in values):
                return execute("SELECT 1 / 0", None, False, context)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(fail):
            yield

    return failing


@pytest.fixture
def tries_from_nothing(settings):
    """allauth counts sign-ins by address, in the cache: one of this test's own, so that no other is counted or emptied."""
    own = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "tries"}
    settings.CACHES = {**settings.CACHES, "default": own}
    cache.clear()


@pytest.fixture
def log_as():
    """`with log_as("json") as written:` what production's own logging writes, every logger and traceback included."""

    @contextmanager
    def capturing(log_format: str) -> Iterator[io.StringIO]:
        written = io.StringIO()
        configure_logging(settings.LOGGING_CONFIG, logging_as(log_format))
        handlers = {
            handler
            for logger in (logging.getLogger(), *map(logging.getLogger, settings.LOGGING["loggers"]))
            for handler in logger.handlers
            if handler.name == "console"
        }
        assert handlers
        for handler in handlers:
            handler.setStream(written)
        try:
            yield written
        finally:
            configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)

    return capturing
