"""`manage.py local COMMAND`: the right role, the command's own output and exit code, and nothing left behind."""

import pytest

from config.local.folder import DataFolder
from tests.config.running import RunningProduct, processes_of, ready, run_once

pytestmark = [pytest.mark.xdist_group("product"), pytest.mark.timeout(600)]

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


def test_without_a_command_it_says_how_to_use_it(tmp_path):
    ended = local(DataFolder(tmp_path))
    assert ended.returncode == 2
    assert "COMMAND" in ended.stderr
