#!/bin/sh
# The way back: rows and papers of a backup take the place of what is there.
#     sh config/docker/restore.sh backups/2026-09-01
# Check out the version that made the backup first. Nobody is served meanwhile.
set -eu

from="$1"
test -f "$from/rows.dump" && test -f "$from/documents.tar"
docker compose stop web worker beat
docker compose exec -T postgres psql --username=postgres --dbname=postgres --quiet --set=ON_ERROR_STOP=1 \
    --command='DROP DATABASE IF EXISTS alongside WITH (FORCE)' \
    --command='CREATE DATABASE alongside OWNER alongside_owner'
docker compose exec -T postgres pg_restore --username=postgres --dbname=alongside --exit-on-error <"$from/rows.dump"
docker compose run --rm --no-deps -T web sh -c 'find /srv/documents -mindepth 1 -delete && tar -C /srv/documents -xf -' \
    <"$from/documents.tar"
docker compose up --detach
