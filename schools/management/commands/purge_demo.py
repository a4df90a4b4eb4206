"""`manage.py purge_demo SLUG`: delete a demo county for good. Runs as the owner of the tables (OWNER_DATABASE_URL)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import CommandError
from django.db import connections

from schools.demo.purging import delete_files, purge
from teams.foundation.commands import SystemCommand

OWNER = "owner"


class Command(SystemCommand):
    help = "Delete every row of an authority that was made as a demo, sealed ones too. Refuses any other authority."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="The demo county: the part after the address.")
        parser.add_argument("--yes", action="store_true", help="Also where it was not removed on its page first.")

    def handle(self, *args: Any, slug: str, yes: bool, **options: Any) -> None:
        if OWNER not in settings.DATABASES:
            raise CommandError("Only the owner of the tables can delete a county: set OWNER_DATABASE_URL as well.")
        # A connection of its own: what passes the wall is open for this and closed again.
        owner = connections.create_connection(OWNER)
        try:
            counts = self.purge(owner, slug, yes=yes)
        finally:
            owner.close()
        for name, number in counts.items():
            self.stdout.write(f"{number:>7,}  {name}")
        self.stdout.write(f'"{slug}" is deleted: {sum(counts.values()):,} rows and files.')

    def purge(self, owner: Any, slug: str, *, yes: bool) -> dict[str, int]:
        owner.ensure_connection()
        owner.set_autocommit(False)
        try:
            with owner.cursor() as cursor:
                authority_id = self.find(cursor, slug, yes=yes)
                counts = purge(cursor, authority_id)
            owner.commit()
        except BaseException:
            owner.rollback()
            raise
        return counts | {"files": delete_files(default_storage, str(authority_id))}

    def find(self, cursor: Any, slug: str, *, yes: bool) -> int:
        cursor.execute("SELECT id, is_demo, closed_at FROM teams_authority WHERE slug = %s FOR UPDATE", [slug])
        found = cursor.fetchone()
        if found is None:
            raise CommandError(f'There is no authority "{slug}". There is nothing to delete.')
        authority_id, is_demo, closed_at = found
        if not is_demo:
            raise CommandError(f'"{slug}" was not made as a demo. It is never deleted by this command.')
        if closed_at is None and not yes:
            raise CommandError(
                f'"{slug}" is still open. Remove it on its set-up page first, or say --yes to delete it as it is.'
            )
        return authority_id
