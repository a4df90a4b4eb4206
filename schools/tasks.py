"""The schools' work in the background: reading a file that somebody uploaded. Loading it is a press of a person."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from schools.actions import imports
from schools.models import FileImport
from teams.foundation.access import Principal, system
from teams.foundation.jobs import AuthorityTask


@shared_task(base=AuthorityTask, name="schools.tasks.read_import")
def read_import(authority_id: int, import_id: int, **_: object) -> None:
    """Read one upload into staging, in short transactions. A second message about the same file does nothing."""
    imports.read_stored(authority_id, import_id, by=_clock())


def sweep_imports(authority_id: int) -> int:
    """Nudge every upload that waits or whose reader died, inside the authority's open scope. Returns how many.

    What a command that died left in staging is put away.
    """
    now = timezone.now()
    imports.put_away_abandoned(by=_clock(), at=now)
    waiting = list(FileImport.objects.claimable(now).values_list("pk", flat=True)[:20])
    for import_id in waiting:
        read_import.nudge(authority_id, import_id)
    return len(waiting)


def _clock() -> Principal:
    return system("read_import", today=timezone.localdate())
