"""Deleting a made-up county for good: every row of it, sealed ones too, and the accounts that served nothing else.

Only the owner of the tables can: the app role may not delete an authority, and triggers keep what is sealed. They are
switched off inside this transaction alone, for an authority that was made as a demo and for no other.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.core.files.storage import Storage

TENANT_TABLES = (
    "SELECT c.relname, EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) "
    "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'authority_id' "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY c.relname"
)
# Every column that names a user, by its foreign key.
USER_COLUMNS = (
    "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c "
    "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
    "WHERE c.contype = 'f' AND c.confrelid = 'teams_user'::regclass ORDER BY 1, 2"
)


def purge(cursor: Any, authority_id: int) -> dict[str, int]:
    """Delete the authority's rows, in the owner's open transaction. Returns how many went, by table; then the accounts.

    The caller has made sure that it was made as a demo.
    """
    cursor.execute(TENANT_TABLES)
    tables = cursor.fetchall()
    cursor.execute(
        "SELECT user_id FROM teams_membership WHERE authority_id = %s UNION "
        "SELECT user_id FROM teams_person WHERE authority_id = %s AND user_id IS NOT NULL",
        [authority_id, authority_id],
    )
    users = [user for (user,) in cursor.fetchall()]
    _switch_triggers(cursor, tables, "DISABLE")
    counts = {table: _delete(cursor, f'"{table}" WHERE authority_id = %s', authority_id) for table, _ in tables}
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # every key is asked now: triggers cannot change with keys pending
    _switch_triggers(cursor, tables, "ENABLE")
    counts |= _purge_users(cursor, users, {table for table, _ in tables})
    counts["teams_authority"] = _delete(cursor, "teams_authority WHERE id = %s", authority_id)
    return {table: number for table, number in counts.items() if number}


def delete_files(storage: Storage, folder: str) -> int:
    """The papers and uploads that lie under the authority's number in the documents' store. Returns how many."""
    if not storage.exists(folder):
        return 0
    folders, files = storage.listdir(folder)
    for name in files:
        storage.delete(f"{folder}/{name}")
    inside = sum(delete_files(storage, f"{folder}/{name}") for name in folders)
    storage.delete(folder)
    return len(files) + inside


def _switch_triggers(cursor: Any, tables: list[tuple[str, bool]], how: str) -> None:
    for table, has_triggers in tables:
        if has_triggers:
            cursor.execute(f'ALTER TABLE "{table}" {how} TRIGGER USER')


def _delete(cursor: Any, what: str, *values: Any) -> int:
    cursor.execute(f"DELETE FROM {what}", values)  # noqa: S608  (names of tables from the catalogue)
    return cursor.rowcount


def _purge_users(cursor: Any, users: list[int], tenant_tables: set[str]) -> dict[str, int]:
    """Accounts that no other authority's row names, with their sessions, addresses and second factors."""
    cursor.execute(USER_COLUMNS)
    columns = [(table.strip('"'), column) for table, column in cursor.fetchall()]
    gone = set(users)
    for table, column in columns:
        if table in tenant_tables:
            cursor.execute(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" = ANY(%s)', [users])  # noqa: S608
            gone -= {user for (user,) in cursor.fetchall()}
    ids = sorted(gone)
    counts = {
        "account_emailconfirmation": _delete(
            cursor,
            "account_emailconfirmation WHERE email_address_id IN "
            "(SELECT id FROM account_emailaddress WHERE user_id = ANY(%s))",
            ids,
        )
    }
    for table, column in columns:
        if table not in tenant_tables:
            counts[table] = _delete(cursor, f'"{table}" WHERE "{column}" = ANY(%s)', ids)
    counts["django_session"] = _delete(cursor, "django_session WHERE session_key = ANY(%s)", _sessions_of(cursor, gone))
    counts["teams_user"] = _delete(cursor, "teams_user WHERE id = ANY(%s)", ids)
    return counts


def _sessions_of(cursor: Any, users: set[int]) -> list[str]:
    """A session names its user only inside what it holds, so each is opened."""
    cursor.execute("SELECT session_key, session_data FROM django_session")
    store, named = SessionStore(), {str(user) for user in users}
    return [key for key, data in cursor.fetchall() if str(store.decode(data).get("_auth_user_id")) in named]
