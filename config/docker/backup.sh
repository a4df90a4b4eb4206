#!/bin/sh
# Everything that cannot be made again, into one folder: rows and papers. Run beside docker-compose.yml while it is up:
#     sh config/docker/backup.sh backups/2026-09-01
# People may go on working: the rows are those of one moment, and a paper is written before the row that names it.
set -eu

into="${1:-backups/$(date +%Y-%m-%dT%H%M)}"
umask 077
mkdir -p "$into"
docker compose exec -T postgres pg_dump --username=postgres --format=custom --dbname=alongside >"$into/rows.dump.part"
docker compose exec -T web tar -C /srv/documents -cf - . >"$into/documents.tar"
mv "$into/rows.dump.part" "$into/rows.dump"
echo "$into holds rows.dump and documents.tar. Keep it where only you can read it."
