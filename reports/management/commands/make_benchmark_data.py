"""`manage.py make_benchmark_data --authorities N --years Y`: made-up authorities in real sizes, for measuring.

The same numbers and the same --today give the same rows. docs/how-to/measure-speed.md says what is in them.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from datetime import date
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections, transaction
from django.utils import timezone

from reports.benchmark.sizes import AUTHORITIES
from reports.benchmark.whole import fill, found, slug_of
from teams.foundation.commands import SystemCommand
from teams.foundation.tenancy import authority_scope
from teams.models import Authority

OWNER = "owner"


class Command(SystemCommand):
    help = "Make authorities of the sizes of England for measuring: made up, the same each time, each marked as a demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--authorities", type=int, default=AUTHORITIES, metavar="N", help="How many (1 to 153).")
        parser.add_argument("--years", type=int, default=1, metavar="Y", help="Of how many years they tell.")
        parser.add_argument("--only", type=int, metavar="NUMBER", help="Of those, make this one alone.")
        parser.add_argument(
            "--today", type=date.fromisoformat, metavar="DAY", help="The last day that is told of; else this one."
        )
        parser.add_argument("--without-statistics", action="store_true", help="PostgreSQL gathers them by itself soon.")
        parser.add_argument(
            "--beside-real-councils", action="store_true", help="Also where there is an authority that is no demo."
        )

    def handle(
        self,
        *args: Any,
        authorities: int,
        years: int,
        only: int | None,
        today: date | None,
        beside_real_councils: bool,
        without_statistics: bool,
        **options: Any,
    ) -> None:
        numbers = self.numbers(authorities, years, only)
        self.refuse_beside(numbers, beside_real_councils=beside_real_councils)
        day = today or timezone.localdate()
        began, rows = perf_counter(), Counter[str]()
        for number in numbers:
            started = perf_counter()
            with transaction.atomic():
                authority = found(number, today=day)
                with authority_scope(authority.pk):
                    made = fill(authority, number, of=authorities, years=years, today=day)
            rows.update(made.counts)
            self.stdout.write(
                f"{made.slug}: {made.size.schools:,} schools, {len(made.workers):,} workers, {len(made.placed):,} "
                f"placements, {sum(made.counts.values()):,} rows in {perf_counter() - started:.1f} s"
            )
            self.stdout.flush()
        if not without_statistics:
            self.analyze()
        for table, number in sorted(rows.items()):
            self.stdout.write(f"{number:>12,}  {table}")
        self.stdout.write(
            f"{len(numbers):,} authorities, {years} years to {day}: {sum(rows.values()):,} rows "
            f"in {(perf_counter() - began) / 60:.1f} minutes."
        )

    def numbers(self, authorities: int, years: int, only: int | None) -> list[int]:
        if not 1 <= authorities <= AUTHORITIES or not 1 <= years <= 10:
            raise CommandError(f"Choose 1 to {AUTHORITIES} authorities and 1 to 10 years.")
        if only is not None and not 1 <= only <= authorities:
            raise CommandError(f"--only names one of the {authorities} authorities by its number, the largest is 1.")
        return [only] if only is not None else list(range(1, authorities + 1))

    def refuse_beside(self, numbers: list[int], *, beside_real_councils: bool) -> None:
        real = Authority.objects.filter(is_demo=False).values_list("slug", flat=True).first()
        if real is not None and not beside_real_councils:
            raise CommandError(
                f'"{real}" was not made as a demo: people seem to work with this database. Measure in another one '
                "(ALONGSIDE_DATA), or say --beside-real-councils."
            )
        there = Authority.objects.filter(slug__in=[slug_of(number) for number in numbers])
        taken = there.order_by("slug").values_list("slug", flat=True).first()
        if taken is not None:
            raise CommandError(
                f'There is an authority "{taken}" already. Delete it first: manage.py purge_demo {taken} --yes'
            )

    def analyze(self) -> None:
        """Statistics at once, where the owner's address is known; else PostgreSQL gathers them by itself soon."""
        if OWNER not in settings.DATABASES:
            return
        owner = connections.create_connection(OWNER)
        try:
            with owner.cursor() as cursor:
                cursor.execute("VACUUM (ANALYZE)")
        finally:
            owner.close()
