"""From a checkout to a working county, and from one version to the next, as docs/operations.md tells it."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import psycopg2
import pytest

from config.docker import make_env
from config.local.folder import CHECKOUT
from config.local.postgres import binaries
from tests.config.test_compose import COMPOSE, servers  # noqa: F401 (a fixture)

EXAMPLE = (CHECKOUT / ".env.example").read_text(encoding="utf-8")
OPERATIONS = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
ANSWERS = ["alongside.fenshire.gov.uk", "no-reply@fenshire.gov.uk", "mail.fenshire.gov.uk"]


def values(text: str) -> dict[str, str]:
    return dict(line.partition("=")[::2] for line in text.splitlines() if line and not line.startswith("#"))


def test_every_secret_is_made_and_none_is_guessable(tmp_path):
    assert make_env.main(ANSWERS, tmp_path) == 0
    made = values((tmp_path / ".env").read_text())
    secret = [name for name, value in values(EXAMPLE).items() if value == "made"]
    assert {"SECRET_KEY", "OWNER_PASSWORD", "APP_PASSWORD", "METRICS_TOKEN"} <= set(secret)
    assert all(re.fullmatch(r"[0-9a-f]{64}", made[name]) for name in secret)
    assert len({made[name] for name in secret}) == len(secret)
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert made["PUBLIC_ADDRESS"] == "https://alongside.fenshire.gov.uk"
    assert made["DEFAULT_FROM_EMAIL"] == '"Alongside <no-reply@fenshire.gov.uk>"'
    assert made["EMAIL_HOST"] == "mail.fenshire.gov.uk"


def test_passwords_that_a_database_knows_are_not_written_over(tmp_path):
    (tmp_path / ".env").write_text("APP_PASSWORD=in use\n")
    assert make_env.main(ANSWERS, tmp_path) == 1
    assert (tmp_path / ".env").read_text() == "APP_PASSWORD=in use\n"


def test_the_example_holds_everything_that_compose_cannot_do_without():
    compose = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
    needed = set(re.findall(r"\$\{(\w+):\?\}", compose))
    assert needed <= values(EXAMPLE).keys()
    assert values(EXAMPLE).keys() <= set(re.findall(r"\$\{(\w+):", compose)), "compose hands every line on"


def test_it_needs_no_package_and_no_django():
    imports = re.findall(r"^(?:import|from) (\w+)", (CHECKOUT / "config/docker/make_env.py").read_text(), re.MULTILINE)
    assert set(imports) == {"os", "re", "secrets", "sys", "pathlib"}


def test_every_container_that_stays_says_whether_it_is_well():
    for name, service in COMPOSE.items():
        assert ("healthcheck" in service) == (service.get("restart") != "no"), name


def test_the_operators_book_tells_of_each_step():
    for words in (
        "config/docker/make_env.py",
        "docker compose up --detach",
        "add_authority",
        "backup.sh",
        "restore.sh",
    ):
        assert words in OPERATIONS


@pytest.fixture
def docker(tmp_path, servers):  # noqa: F811
    """A stand-in for `docker compose`: runs the same programs here, against our own PostgreSQL and a folder."""
    documents = tmp_path / "documents"
    documents.mkdir()
    stand_in = tmp_path / "bin" / "docker"
    stand_in.parent.mkdir()
    stand_in.write_text(
        "#!/bin/sh\n"
        f'echo "$@" >>{tmp_path}/asked\n'
        'test "$1" = compose && shift\n'
        'case "$1" in exec|run) ;; *) exit 0;; esac\n'
        'shift; while case "$1" in -*) true;; *) false;; esac; do shift; done\n'
        "shift\n"  # the service
        'for each; do shift; set -- "$@" "$(echo "$each" | sed "s#/srv/documents#'
        f'{documents}#g")"; done\n'
        'exec "$@"\n'
    )
    stand_in.chmod(0o755)
    environment = {
        "PATH": f"{stand_in.parent}{os.pathsep}{binaries()}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": str(servers.postgresql.socket),
        "PGPASSWORD": servers.folder.secret("postgres"),
    }

    def run(script: str, *arguments: str) -> None:
        ended = subprocess.run(
            ["sh", CHECKOUT / "config" / "docker" / script, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr

    run.documents = documents
    return run


def ask(servers, statement: str) -> list[tuple]:  # noqa: F811
    connection = psycopg2.connect(
        host=str(servers.postgresql.socket),
        user="postgres",
        password=servers.folder.secret("postgres"),
        dbname="alongside",
    )
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_a_backup_brings_rows_rights_and_papers_back(docker, servers, tmp_path):  # noqa: F811
    ask(servers, "CREATE TABLE kept (word text); ALTER TABLE kept OWNER TO alongside_owner")
    ask(servers, "INSERT INTO kept VALUES ('before'); GRANT SELECT ON kept TO alongside_app")
    ask(servers, "ALTER TABLE kept ENABLE ROW LEVEL SECURITY; ALTER TABLE kept FORCE ROW LEVEL SECURITY")
    paper = docker.documents / "1" / "paper.pdf"
    paper.parent.mkdir()
    paper.write_bytes(b"%PDF before")
    docker("backup.sh", "backups/first")
    folder = Path(tmp_path / "backups" / "first")
    assert stat.S_IMODE((folder / "rows.dump").stat().st_mode) == 0o600
    ask(servers, "UPDATE kept SET word = 'after'; CREATE TABLE newer (word text)")
    paper.write_bytes(b"%PDF after")
    (docker.documents / "newer.pdf").write_bytes(b"%PDF")
    docker("restore.sh", "backups/first")
    assert ask(servers, "SELECT word FROM kept") == [("before",)]
    assert ask(servers, "SELECT to_regclass('newer')") == [(None,)]
    assert ask(
        servers,
        "SELECT relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner)::text, "
        "has_table_privilege('alongside_app', oid, 'SELECT') FROM pg_class WHERE relname = 'kept'",
    ) == [(True, True, "alongside_owner", True)]
    assert [each.relative_to(docker.documents).as_posix() for each in docker.documents.rglob("*.pdf")] == [
        "1/paper.pdf"
    ]
    assert paper.read_bytes() == b"%PDF before"
    ask(servers, "DROP TABLE kept")
    shutil.rmtree(folder)
    asked = (tmp_path / "asked").read_text()
    assert asked.index("stop web worker beat") < asked.index("DROP DATABASE") < asked.index("up --detach")
