"""The product's own Celery app, with drawing made slow and noted, so that a test can kill it in the middle."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from config.celery import app
from reports import pdf

SECONDS = float(os.environ["SLOW_DRAW_SECONDS"])
NOTES = Path(os.environ["SLOW_DRAW_NOTES"])


def note(what: str, snapshot: dict[str, Any], copy: str) -> None:
    with NOTES.open("a") as notes:  # one short write of an appending file: processes do not cut each other short
        notes.write(f"{what} {os.getpid()} {snapshot['reference']} {copy}\n")


def slow_draw(kind: str, snapshot: dict[str, Any], copy: str) -> pdf.Drawn:
    note("start", snapshot, copy)
    time.sleep(SECONDS)
    note("end", snapshot, copy)
    return pdf.Drawn(f"%PDF-1.7 {snapshot['reference']} {copy}".encode(), 1)


pdf.draw = slow_draw  # type: ignore[assignment]
pdf.template_digest = lambda _: "0" * 64  # type: ignore[assignment]
pdf.warm_up = lambda: None  # type: ignore[assignment]

__all__ = ["app"]
