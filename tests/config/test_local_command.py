"""`manage.py local COMMAND`: the right role, the command's own output and exit code, and nothing left behind."""

import pytest

from tests.config.running import processes_of, run_once, temporary_folder

pytestmark = pytest.mark.xdist_group("local-command")

WHO = "from django.db import connection as c; k = c.cursor(); k.execute('SELECT current_user'); print(k.fetchone()[0])"


@pytest.fixture(scope="module")
def folder():
    with temporary_folder() as folder:
        yield folder


def local(folder, *arguments):
    return run_once(folder, "manage.py", "local", *arguments)


def test_a_command_runs_as_the_app_role_on_tables_that_were_missing_and_leaves_no_server(folder):
    ended = local(folder, "shell", "--no-imports", "--command", WHO)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "alongside_app\n"
    assert "Making the tables" in ended.stderr
    assert processes_of(folder.root) == {}


def test_the_exit_code_is_that_of_the_command(folder):
    assert local(folder, "shell", "--no-imports", "--command", "raise SystemExit(7)").returncode == 7


def test_only_the_owners_commands_get_the_owners_address(folder):
    ended = local(folder, "shell", "--no-imports", "--command", "import os; print('OWNER_DATABASE_URL' in os.environ)")
    assert ended.stdout == "False\n"
    migrated = local(folder, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    assert migrated.stdout.strip().endswith("No migrations to apply.")


def test_without_a_command_it_says_how_to_use_it(folder):
    ended = local(folder)
    assert ended.returncode == 2
    assert "COMMAND" in ended.stderr
