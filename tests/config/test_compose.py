"""docker-compose.yml starts the same entry points: read, compared, and each command started as a process."""

import json
import os
import re
import shlex
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path

import psycopg2
import pytest
import yaml

from config.local import install, processes
from config.local.folder import CHECKOUT
from config.local.postgres import STATISTICS, binaries
from config.local.roles import OWNER, ROLES
from config.local.servers import Servers
from tests.config.running import (
    environment_of,
    free_port,
    get,
    plain_environment,
    processes_of,
    ready,
    run_once,
    temporary_folder,
    wait_until,
)

pytestmark = pytest.mark.timeout(600)

COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
DOCKERFILE = (CHECKOUT / "config" / "docker" / "Dockerfile").read_text()
# What somebody writes into `.env`.
CHOSEN = {
    "SECRET_KEY": "s" * 50,
    "METRICS_TOKEN": "for Prometheus",
    "ALLOWED_HOSTS": "alongside.example",
    "PUBLIC_ADDRESS": "https://alongside.example",
    "POSTGRES_PASSWORD": "superuser",
    "OWNER_PASSWORD": "owner",
    "APP_PASSWORD": "app",
    "REPORT_PASSWORD": "report",
    "EMAIL_HOST": "mail.example",
    "DEFAULT_FROM_EMAIL": "Alongside <no-reply@alongside.example>",
}


def filled_in(value: object) -> str:
    """A value as Docker Compose reads it: `${NAME:?}` must be given, `${NAME:-this}` need not."""

    def given(match: re.Match) -> str:
        name, otherwise = match["name"], match["otherwise"]
        return CHOSEN[name] if otherwise is None else CHOSEN.get(name, otherwise)

    return re.sub(r"\$\{(?P<name>\w+):(?:\?|-(?P<otherwise>[^}]*))\}", given, str(value))


def environment_in_container(service: str) -> dict[str, str]:
    return {name: filled_in(value) for name, value in COMPOSE[service]["environment"].items()}


@pytest.mark.parametrize("process", processes.PROCESSES, ids=lambda process: process.name)
def test_each_service_starts_the_command_of_make_run(process):
    assert tuple(shlex.split(COMPOSE[process.name]["command"])) == process.command


def test_all_commands_run_from_one_image():
    services = [COMPOSE[process.name] for process in processes.PROCESSES]
    assert {service["image"] for service in services} == {"alongside"}
    assert {service["build"]["dockerfile"] for service in services} == {"config/docker/Dockerfile"}


@pytest.mark.parametrize("process", processes.PROCESSES, ids=lambda process: process.name)
def test_each_service_holds_the_credentials_of_its_process_and_no_other(process):
    held = set(COMPOSE[process.name]["environment"]) & processes.CREDENTIALS
    assert held == set(process.credentials)


def test_postgresql_keeps_statistics_as_soon_as_ours():
    settings = [f"-c {name}={value}" for name, value in STATISTICS.items()]
    assert COMPOSE["postgres"]["command"] == " ".join(["postgres", *settings])


def test_documents_outlive_their_containers_and_are_shared_by_web_and_worker():
    volumes = [COMPOSE[service]["volumes"] for service in ("web", "worker")]
    assert volumes[0] == volumes[1] == ["documents:/srv/documents"]
    assert "ALONGSIDE_DOCUMENTS=/srv/documents" in DOCKERFILE


def test_the_image_brings_what_documents_need():
    installed = re.search(r"--no-install-recommends \\\n(.+?)\\\n", DOCKERFILE)[1].split()
    assert set(installed) == set(install.LIBRARIES) | set(install.FONTS)


@pytest.fixture(scope="module")
def servers():
    """Servers of our own, with the roles that the containers' script makes instead of ours."""
    with temporary_folder() as folder, ExitStack() as stack:
        servers = Servers(folder, environment={})
        folder.make()
        servers.postgresql.start()
        stack.callback(servers.postgresql.stop)
        servers.valkey.start()
        stack.callback(servers.valkey.stop)
        made = subprocess.run(
            ["sh", CHECKOUT / "config" / "docker" / "roles.sh"],
            env={
                **CHOSEN,
                "PATH": f"{binaries()}{os.pathsep}{os.environ['PATH']}",
                "PGHOST": str(servers.postgresql.socket),
                "PGPASSWORD": folder.secret("postgres"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        yield servers


def test_the_containers_script_makes_the_roles_of_the_wall(servers):
    connection = servers.postgresql.connect()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolcanlogin, rolbypassrls, rolcreatedb, rolsuper FROM pg_roles "
            "WHERE rolname LIKE 'alongside%'"
        )
        made = {name: tuple(rights) for name, *rights in cursor.fetchall()}
        cursor.execute(
            "SELECT set_option, inherit_option FROM pg_auth_members WHERE roleid = 'alongside_retention'::regrole"
        )
        assert (True, False) in cursor.fetchall()
        cursor.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'alongside'")
        assert cursor.fetchall() == [(OWNER,)]
    connection.close()
    assert made == {
        name: ("NOLOGIN" not in rights, "NOBYPASSRLS" not in rights, False, False) for name, rights in ROLES.items()
    }


def here(service: str, servers: Servers, port: int) -> dict[str, str]:
    """The service's environment, with this machine's servers and folders in place of the containers'."""
    environment = environment_in_container(service)
    for name, value in environment.items():
        environment[name] = (
            value.replace(
                "@postgres:5432", "@" + servers.postgresql.address("alongside_app").split("@")[1].split("/")[0]
            )
            .replace("redis://valkey:6379/0", servers.valkey.address)
            .replace("0.0.0.0:8000", f"127.0.0.1:{port}")
        )
    folders = {
        "PYTHONWARNINGS": "ignore",
        "STATIC_ROOT": str(servers.folder.static),
        "ALONGSIDE_DOCUMENTS": str(servers.folder.root / "documents"),
    }
    return plain_environment(servers.folder, **folders, **environment)


def start(service: str, environment: dict[str, str], stack: ExitStack) -> subprocess.Popen:
    folder = Path(environment["ALONGSIDE_DATA"])
    process = next(process for process in processes.PROCESSES if process.name == service)
    log = stack.enter_context((folder / f"{service}.log").open("wb"))
    child = subprocess.Popen(
        process.arguments, cwd=CHECKOUT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    stack.callback(child.wait, 30)
    stack.callback(child.send_signal, signal.SIGTERM)
    return child


def lines_of(service: str, servers: Servers) -> list[dict[str, object]]:
    """What a service has logged: JSON in every line, whoever wrote it."""
    lines = (servers.folder.root / f"{service}.log").read_text().splitlines()
    assert not [line for line in lines if not line.startswith("{")]
    return [json.loads(line) for line in lines]


def metrics_of(port: int, outside: dict[str, str]) -> str:
    status, body = get(port, "/metrics", Authorization=f"Bearer {CHOSEN['METRICS_TOKEN']}", **outside)
    assert status == 200
    return body.decode()


@pytest.mark.heavy
@pytest.mark.alone
def test_every_service_runs_with_its_environment_until_ready_names_a_worker_and_beat(servers):
    port = free_port()
    outside = {"Host": "alongside.example"}
    with ExitStack() as stack:
        migrated = start("migrate", here("migrate", servers, port), stack)
        assert migrated.wait(600) == 0, (servers.folder.root / "migrate.log").read_text()
        web = start("web", here("web", servers, port), stack)
        for service in ("worker", "beat"):
            start(service, here(service, servers, port), stack)
        state = wait_until(lambda: ready(port, **outside), 60, "/ready names a worker and beat")
        assert state["database"] is True
        assert state == dict.fromkeys(("database", "queue", "worker", "beat"), True), "no host names: anybody may ask"
        assert "OWNER_DATABASE_URL" not in environment_of(web.pid)
        assert get(port, "/", **outside)[0] == 301  # people are sent to HTTPS, the signs of life are not
        healthy = run_once(
            servers.folder, "-m", "config.docker.healthy", PORT=str(port), ALLOWED_HOSTS="alongside.example"
        )
        assert healthy.returncode == 0
        for part in ("worker", "beat"):
            well = run_once(servers.folder, "-m", "config.docker.healthy", part, REDIS_URL=servers.valkey.address)
            assert well.returncode == 0, f"{part} has left no sign: {well.stderr}"
        figures = metrics_of(port, outside)
        assert 'alongside_requests_total{method="GET",route="ready",status="2xx"}' in figures, "from both web processes"
        assert "alongside_workers 1.0" in figures
        assert b"alongside_" not in get(port, "/metrics", **outside)[1]
        for service in ("web", "worker", "beat"):
            told = lines_of(service, servers)
            assert all({"time", "level", "logger", "message", "request"} <= line.keys() for line in told)
        assert any(line.get("status") == 301 for line in lines_of("web", servers))
        # The first sweep comes half a minute after beat.
        wait_until(
            lambda: any(line.get("task") == "reports.tasks.sweep" for line in lines_of("worker", servers)),
            60,
            "a sweep",
        )
    assert run_once(servers.folder, "-m", "config.docker.healthy", PORT=str(port)).returncode == 1
    assert not [command for command in processes_of(servers.folder.root).values() if "config" in command]


def test_web_and_worker_reach_the_rows_as_the_app_role_only(servers):
    connection = psycopg2.connect(here("web", servers, 0)["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchall() == [("alongside_app", False)]
    connection.close()
