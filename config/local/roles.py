"""The four database roles of docs/decisions (the wall in the database), and the database that the owner owns."""

import psycopg2
from psycopg2 import errors, sql

from config.local.postgres import DATABASE, PostgreSQL

OWNER = "alongside_owner"
APP = "alongside_app"
REPORT = "alongside_report"
RETENTION = "alongside_retention"

# CREATEDB stands here and not in config/docker: only a developer's machine makes test databases.
ROLES = {
    OWNER: "LOGIN BYPASSRLS CREATEDB",
    APP: "LOGIN NOBYPASSRLS",
    REPORT: "LOGIN BYPASSRLS",
    RETENTION: "NOLOGIN NOBYPASSRLS",
}


def make_roles(server: PostgreSQL) -> None:
    """Make what is missing and set what is there, so that an older data folder ends up the same as a new one."""
    connection = server.connect()
    try:
        with connection.cursor() as cursor:
            for role, rights in ROLES.items():
                name = sql.Identifier(role)
                cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
                if cursor.rowcount == 0:
                    cursor.execute(sql.SQL("CREATE ROLE {}").format(name))
                options = f"NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION {rights}".split()
                if "CREATEDB" in options:
                    options.remove("NOCREATEDB")
                cursor.execute(sql.SQL("ALTER ROLE {} WITH {}").format(name, sql.SQL(" ".join(options))))
                if "NOLOGIN" not in options:
                    cursor.execute(
                        sql.SQL("ALTER ROLE {} WITH PASSWORD {}").format(name, sql.Literal(server.folder.secret(role)))
                    )
            cursor.execute(
                sql.SQL("GRANT {} TO {} WITH SET TRUE, INHERIT FALSE").format(
                    sql.Identifier(RETENTION), sql.Identifier(OWNER)
                )
            )
            make_database(cursor)
    finally:
        connection.close()


def make_database(cursor: "psycopg2.extensions.cursor") -> None:
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
    if cursor.rowcount == 0:
        try:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )
        except errors.DuplicateDatabase:
            return
