"""The embedded PostgreSQL and Valkey: roles, passwords, sockets, and who may stop them."""

import os
import stat
from pathlib import Path

import psycopg2
import pytest

from config.local.errors import CannotStart
from config.local.folder import LONGEST_SOCKET_PATH, DataFolder
from config.local.locks import FileLock
from config.local.servers import Servers
from tests.config.running import processes_of, temporary_folder


@pytest.fixture(scope="module")
def servers():
    with temporary_folder() as folder:
        servers = Servers(folder, environment={})
        servers.start()
        yield servers
        servers.stop()


def ask(address: str, question: str) -> list[tuple]:
    connection = psycopg2.connect(address)
    with connection, connection.cursor() as cursor:
        cursor.execute(question)
        rows = cursor.fetchall()
    connection.close()
    return rows


def test_there_are_four_roles_and_only_two_pass_the_wall(servers):
    roles = ask(
        servers.addresses().owner,
        "SELECT rolname, rolcanlogin, rolbypassrls, rolcreatedb, rolsuper OR rolcreaterole OR rolreplication "
        "FROM pg_roles WHERE rolname LIKE 'alongside%' ORDER BY rolname",
    )
    assert roles == [
        ("alongside_app", True, False, False, False),
        ("alongside_owner", True, True, True, False),
        ("alongside_report", True, True, False, False),
        ("alongside_retention", False, False, False, False),
    ]


def test_the_owner_may_become_retention_but_does_not_inherit_it(servers):
    granted = ask(
        servers.addresses().owner,
        "SELECT set_option, inherit_option FROM pg_auth_members "
        "WHERE roleid = 'alongside_retention'::regrole AND member = 'alongside_owner'::regrole",
    )
    assert granted == [(True, False)]


def test_the_owner_owns_the_database_and_its_order_of_letters_is_the_same_everywhere(servers):
    assert ask(
        servers.addresses().app,
        "SELECT pg_get_userbyid(datdba), datlocprovider::text, datlocale FROM pg_database "
        "WHERE datname = current_database() AND datname = 'alongside'",
    ) == [("alongside_owner", "b", "C.UTF-8")]


def test_nobody_comes_in_over_the_network_or_without_a_password(servers):
    assert ask(servers.addresses().app, "SHOW listen_addresses") == [("",)]
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(
            host=str(servers.postgresql.socket), port=5432, user="alongside_app", dbname="alongside", password="guess"
        )


def test_passwords_differ_and_only_their_owner_reads_them(servers):
    files = list((servers.folder.root / "secrets").iterdir())
    assert {"postgres", "alongside_owner", "alongside_app", "alongside_report"} <= {file.name for file in files}
    assert len({file.read_text() for file in files}) == len(files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has anything to drop")
def test_postgresql_does_not_run_as_root(servers):
    pid = next(pid for pid, command in processes_of(servers.folder.root).items() if "bin/postgres" in command)
    assert Path(f"/proc/{pid}").stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="a user's own folders are never closed to that user")
def test_a_closed_folder_above_is_named_in_one_sentence(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(CannotStart, match="may not pass the folder") as refusal:
        Servers(DataFolder(closed / "data"), environment={}).start()
    assert "\n" not in str(refusal.value)
    assert "chmod o+x" in str(refusal.value)


def test_a_long_path_moves_the_sockets_to_a_short_folder_that_stays_the_same():
    deep = DataFolder(Path("/tmp") / ("deep" * 40))  # noqa: S108
    assert len(str(deep.sockets / "postgresql" / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
    assert deep.sockets == DataFolder(deep.root).sockets
    assert deep.sockets != DataFolder(deep.root / "other").sockets


def test_the_last_user_stops_the_servers_and_a_killed_user_counts_as_gone(servers):
    second = Servers(servers.folder, environment={})
    second.start()
    servers.stop()
    assert second.running()
    second._users.release()  # what the kernel does when a process is killed: the lock is gone, the servers are not
    assert second.running()
    servers.start()  # adopts them
    assert ask(servers.addresses().app, "SELECT 1") == [(1,)]
    servers.stop()
    assert not any(servers_up(servers))
    servers.start()


def servers_up(servers: Servers) -> list[bool]:
    return [servers.postgresql.running(), servers.valkey.running()]


def test_addresses_in_the_environment_are_used_and_nothing_is_started(tmp_path):
    given = {"DATABASE_URL": "postgresql://a", "OWNER_DATABASE_URL": "postgresql://b", "REDIS_URL": "redis://c"}
    servers = Servers(DataFolder(tmp_path), environment=given)
    addresses = servers.start()
    assert (addresses.app, addresses.owner, addresses.queue) == tuple(given.values())
    assert processes_of(tmp_path) == {}
    servers.stop()


def test_an_owner_without_an_app_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(CannotStart, match="set both, or neither"):
        Servers(DataFolder(tmp_path), environment={"OWNER_DATABASE_URL": "postgresql://b"}).start()


def test_a_stale_pid_file_is_no_hindrance(servers):
    servers.stop()
    stale = servers.folder.postgresql / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{servers.folder.postgresql}\n")
    servers.start()
    assert ask(servers.addresses().app, "SELECT 1") == [(1,)]


def test_a_lock_goes_with_its_holder(tmp_path):
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.take(wait=False)
    assert not second.take(wait=False)
    first.release()
    assert second.take(wait=False)
    second.release()
