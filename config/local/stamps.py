"""Skipping what was done already: a stamp keeps the digest of the things that a step was made from."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from config.local.folder import CHECKOUT


def digest_of(files: Iterable[Path]) -> str:
    """One digest of the names and contents of these files of the checkout."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(CHECKOUT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def once(stamp: Path, state: str, do: Callable[[], object]) -> None:
    """Do it unless the stamp says that it was done from the same things. What raises, or answers False, is not done."""
    if stamp.exists() and stamp.read_text() == state:
        return
    if do() is not False:
        stamp.write_text(state)
