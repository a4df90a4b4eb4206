"""`manage.py local` and `make run`, from outside: what starts, heals, is refused, and that nothing stays behind."""

import os
import re
import signal
import socket

import psycopg2
import pytest

from config.local.errors import CannotStart
from config.local.folder import DataFolder
from config.local.product import chosen_port
from tests.config.running import (
    RunningProduct,
    environment_of,
    processes_of,
    ready,
    run_once,
    wait_until,
)

# One file, so that one worker makes the tables once (`--dist loadfile`).
pytestmark = [pytest.mark.heavy, pytest.mark.alone, pytest.mark.timeout(600)]

SERVED = {"web": "gunicorn config.wsgi", "worker": "config worker", "beat": "config beat"}
SERVERS = {"Valkey": "valkey-server", "PostgreSQL": "bin/postgres"}


ASK = (
    "from django.db import connection as c; k = c.cursor(); "
    "k.execute('SELECT current_user, count(*) > 0 FROM django_migrations'); print(*k.fetchone())"
)


@pytest.fixture
def folder(quiet_product: RunningProduct) -> DataFolder:
    return quiet_product.folder


def local(folder, *arguments):
    return run_once(folder, "manage.py", "local", *arguments)


def test_a_command_runs_as_the_app_role_on_tables_that_are_there_and_leaves_no_server(folder):
    ended = local(folder, "shell", "--no-imports", "--command", ASK)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "alongside_app True\n"
    assert processes_of(folder.root) == {}


def test_the_exit_code_is_that_of_the_command(folder):
    assert local(folder, "shell", "--no-imports", "--command", "raise SystemExit(7)").returncode == 7


def test_an_ordinary_command_does_not_get_the_owners_address(folder):
    ended = local(folder, "shell", "--no-imports", "--command", "import os; print('OWNER_DATABASE_URL' in os.environ)")
    assert ended.stdout == "False\n", ended.stderr


def test_migrate_works_as_the_owner_without_being_told(folder):
    ended = local(folder, "migrate")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip().endswith("No migrations to apply.")


def test_a_command_beside_a_running_product_leaves_it_running(product):
    ended = local(product.folder, "shell", "--no-imports", "--command", ASK)
    assert ended.stdout == "alongside_app True\n", ended.stderr
    assert ready(product.port)


def test_a_link_that_a_command_prints_leads_to_where_the_product_runs(product):
    settings = "from django.conf import settings; print(settings.PUBLIC_ADDRESS)"
    ended = local(product.folder, "shell", "--no-imports", "--command", settings)
    assert ended.stdout == f"http://127.0.0.1:{product.port}\n", ended.stderr


def test_without_a_command_it_says_how_to_use_it(tmp_path):
    ended = local(DataFolder(tmp_path))
    assert ended.returncode == 2
    assert "COMMAND" in ended.stderr


def test_it_says_where_it_is_and_that_it_is_ready(product):
    assert f"READY http://127.0.0.1:{product.port}/\n" in product.words
    sign_ins = product.folder.demo_sign_ins
    assert not sign_ins.exists() or sign_ins.read_text().strip() in product.words


@pytest.mark.parametrize("name", SERVED)
def test_each_process_holds_its_own_credentials_and_no_other(product, name):
    environment = environment_of(product.pid_of(SERVED[name]))
    assert "alongside_app:" in environment["DATABASE_URL"]
    assert environment["REDIS_URL"]
    for secret in ("postgres", "alongside_owner", "alongside_report"):
        password = (product.folder.root / "secrets" / secret).read_text()
        assert not [variable for variable, value in environment.items() if password in value]


def test_no_address_that_the_web_process_holds_passes_the_wall(product):
    addresses = [
        value
        for value in environment_of(product.pid_of(SERVED["web"])).values()
        if value.startswith(("postgres://", "postgresql://"))
    ]
    assert len(addresses) == 1
    connection = psycopg2.connect(addresses[0])
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchall() == [(False,)]
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchall() == [(0,)]
    connection.close()


@pytest.mark.parametrize("name", SERVED)
def test_a_killed_process_is_started_again_and_leaves_no_child_behind(product, name):
    killed = product.pid_of(SERVED[name])
    family = {pid for pid in processes_of(product.folder.root) if os.getpgid(pid) == os.getpgid(killed)}
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: product.pid_of(SERVED[name]) not in (None, killed), 20, f"a new {name}")
    assert not family & set(processes_of(product.folder.root))
    wait_until(lambda: ready(product.port), 60, "/ready")
    assert f"{name} was ended by signal 9 and is started again" in product.words


@pytest.mark.parametrize("name", SERVERS)
def test_a_killed_server_is_started_again_with_what_it_held(product, name):
    os.kill(product.pid_of(SERVERS[name]), signal.SIGKILL)
    wait_until(lambda: "A server is down and is started again." in product.words, 20, "the supervisor has seen it")
    wait_until(lambda: product.pid_of(SERVERS[name]), 60, f"a new {name}")
    wait_until(lambda: ready(product.port), 60, "/ready")


def test_a_second_start_on_the_same_folder_is_refused_in_one_sentence(product):
    ended = run_once(product.folder, "-m", "config.local", "run")
    assert ended.returncode == 1
    assert re.fullmatch(r"Alongside already runs on .+ALONGSIDE_DATA\.\n", ended.stderr)
    assert ended.stdout == ""


def test_a_taken_port_is_refused_in_one_sentence(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(CannotStart, match=f"Port {port} is in use by another program"):
            chosen_port()


@pytest.mark.parametrize("text", ["eight thousand", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused_in_one_sentence(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(CannotStart, match="give a number from 1 to 65535"):
        chosen_port()


def test_after_a_killed_supervisor_the_next_start_takes_over_and_ctrl_c_leaves_no_process(product):
    assert product.end(signal.SIGKILL) == -signal.SIGKILL
    product.start()
    assert product.end(signal.SIGINT) == 0
    assert product.words.endswith("Stopped.\n")
    wait_until(lambda: not processes_of(product.folder.root), 5, "no process of this folder is left")
