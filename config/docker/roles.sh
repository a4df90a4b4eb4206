#!/bin/sh
# Run once by the PostgreSQL image, on an empty volume: the four roles of the wall and the database that the owner owns.
# The same roles as config/local/roles.py, without the owner's right to make (test) databases.
set -eu

psql --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres --quiet \
    --set=owner_password="$OWNER_PASSWORD" \
    --set=app_password="$APP_PASSWORD" \
    --set=report_password="$REPORT_PASSWORD" <<'SQL'
CREATE ROLE alongside_owner LOGIN BYPASSRLS PASSWORD :'owner_password';
CREATE ROLE alongside_app LOGIN NOBYPASSRLS PASSWORD :'app_password';
CREATE ROLE alongside_report LOGIN BYPASSRLS PASSWORD :'report_password';
CREATE ROLE alongside_retention NOLOGIN NOBYPASSRLS;
GRANT alongside_retention TO alongside_owner WITH SET TRUE, INHERIT FALSE;
CREATE DATABASE alongside OWNER alongside_owner;
SQL
