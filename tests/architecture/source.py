"""The source as the rules read it: what is shipped, parsed once."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("teams", "schools", "casework", "supervision", "performance", "reports")  # ground floor first
SHIPPED = (*APPS, "config")


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project, as git would take it: neither what is ignored nor what was deleted."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = sorted({ROOT / name for name in listed.split("\0") if name})
    return tuple(path for path in found if path.is_file())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules(*, migrations: bool = False) -> Iterator[tuple[str, str, ast.Module]]:
    """(name, text, tree) of every shipped Python file."""
    for path in files():
        name = name_of(path)
        if name.endswith(".py") and (name.startswith(tuple(f"{app}/" for app in SHIPPED)) or name == "manage.py"):
            if "/migrations/" in name and not migrations:
                continue
            yield name, *_parsed(path)


@cache
def _parsed(path: Path) -> tuple[str, ast.Module]:
    text = path.read_text(encoding="utf-8")
    return text, ast.parse(text, filename=str(path))


def templates() -> Iterator[tuple[str, str]]:
    """(name, text) of every template."""
    for path in files():
        name = name_of(path)
        if name.startswith("templates/"):
            yield name, path.read_text(encoding="utf-8")


@cache
def lines() -> tuple[tuple[str, str], ...]:
    """("teams/views.py:12", line) of all code, without docstrings and comments: for rules about what a line does."""
    return tuple((f"{name}:{number}", line) for name, text, tree in modules() for number, line in _code(text, tree))


def _code(text: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            silent.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    for number, line in enumerate(text.splitlines(), start=1):
        if number not in silent:
            yield number, line.split("  #")[0]
