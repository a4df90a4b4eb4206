"""The base of management commands: the third place where an authority's scope is opened."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from teams.foundation.access import Principal, system
from teams.foundation.tenancy import authority_scope


class SystemCommand(BaseCommand):
    """A command with a name that the audit knows."""

    @property
    def principal(self) -> Principal:
        return system(type(self).__module__.rpartition(".")[2], today=timezone.localdate())


class AuthorityCommand(SystemCommand):
    """A command about one authority, named by `--authority SLUG`."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--authority", required=True, metavar="SLUG", help="Whose rows: the part after the address."
        )

    @staticmethod
    def authority(slug: str) -> Any:
        """The authority of this name. Raises CommandError with the way on."""
        found = apps.get_model("teams", "Authority").objects.filter(slug=slug, closed_at=None).first()
        if found is None:
            raise CommandError(
                f'There is no authority "{slug}". '
                f"Add it with: manage.py add_authority {slug} NAME --administrator EMAIL"
            )
        return found

    @contextmanager
    def inside(self, slug: str) -> Iterator[Any]:
        authority = self.authority(slug)
        with authority_scope(authority.pk):
            yield authority
