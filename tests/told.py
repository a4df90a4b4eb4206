"""Stories that are told once: rows that many tests of a file begin with, kept behind a savepoint.

    @story
    def on_offer(fenshire):
        with fenshire.inside():
            fenshire.rows["agreement"] = offered(make_agreement(fenshire), fenshire)
        return fenshire

is a fixture whose rows are made before the first test of the file that asks for it, and stand until the file ends. Each
test has a savepoint of its own on top, and fresh copies of what the stories returned, so it sees the same as if the
story had been told for it alone. A test that commits, or has no story, meets an empty database: what stands is undone.

A story rests on stories alone, gives its moments itself (`at=NOW`), and leaves no file behind.
"""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction


@dataclass(frozen=True)
class Story:
    make: Callable[..., Any]
    on: tuple[str, ...]  # the stories that it goes on from

    @property
    def name(self) -> str:
        return self.make.__name__


@dataclass(frozen=True)
class Standing:
    """A story whose rows stand, and copies of what it and those below it returned."""

    story: Story
    undo: transaction.Atomic
    values: bytes


def story(make: Callable[..., Any]) -> Any:
    """A fixture that is told once in a file, where the test allows it."""
    told = Story(make, tuple(inspect.signature(make).parameters))

    def fixture(request: pytest.FixtureRequest, db: None, stage: Stage, **below: Any) -> Any:
        return stage.values[told.name] if told in stage.path else make(**below)

    names = ("request", "db", "stage", *told.on)
    fixture.__name__ = told.name
    fixture.__doc__ = make.__doc__
    fixture.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in names]
    )
    fixture.told = told  # type: ignore[attr-defined]
    return pytest.fixture(fixture)


def commits(item: pytest.Item) -> bool:
    """Whether other connections see what this test writes."""
    marker = item.get_closest_marker("django_db")
    return bool(
        {"transactional_db", "live_server"} & set(item.fixturenames)  # type: ignore[attr-defined]
        or (marker and marker.kwargs.get("transaction"))
    )


def path_of(item: pytest.Item) -> tuple[Story, ...]:
    """The stories of a test, each after those that it rests on; none where the test commits."""
    if not hasattr(item, "fixturenames") or commits(item):
        return ()
    definitions = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    stories = {name: found[-1].func.told for name, found in definitions.items() if hasattr(found[-1].func, "told")}
    path: list[Story] = []

    def add(name: str) -> None:
        assert name in stories, f"{name} is no story: a story rests on stories alone."
        for below in stories[name].on:
            add(below)
        if stories[name] not in path:
            path.append(stories[name])

    for name in sorted(stories):
        add(name)
    return tuple(path)


class Stage:
    """What stands in this process's one open transaction."""

    def __init__(self) -> None:
        self.standing: list[Standing] = []
        self.outermost: transaction.Atomic | None = None
        self.path: tuple[Story, ...] = ()  # of the test that runs
        self.values: dict[str, Any] = {}  # its own copies

    def set_for(self, path: tuple[Story, ...]) -> None:
        """Undo what this test did not ask for, and tell what is missing."""
        if connection.in_atomic_block and self.outermost is None:
            path = ()  # somebody holds a transaction of their own: the stories are told inside it, each time
        broken = self.outermost is not None and (connection.connection is None or connection.needs_rollback)
        kept = 0
        while not broken and kept < min(len(path), len(self.standing)) and self.standing[kept].story == path[kept]:
            kept += 1
        self._undo(kept)
        if path and self.outermost is None:
            self.outermost = transaction.atomic()
            self.outermost.__enter__()
        for each in path[kept:]:
            self._tell(each)
        self.path, self.values = path, self._copies()

    def clear(self) -> None:
        self._undo(0)
        self.path, self.values = (), {}

    def _copies(self) -> dict[str, Any]:
        return pickle.loads(self.standing[-1].values) if self.standing else {}  # noqa: S301  (our own, a moment ago)

    def _tell(self, told: Story) -> None:
        values = self._copies()
        undo = transaction.atomic()
        undo.__enter__()
        try:
            values[told.name] = told.make(**{name: values[name] for name in told.on})
        except BaseException:
            _undone(undo)
            raise
        self.standing.append(Standing(told, undo, pickle.dumps(values)))

    def _undo(self, kept: int) -> None:
        while len(self.standing) > kept:
            _undone(self.standing.pop().undo)
        if not self.standing and self.outermost is not None:
            _undone(self.outermost)
            self.outermost = None


def _undone(atomic: transaction.Atomic) -> None:
    transaction.set_rollback(True)
    atomic.__exit__(None, None, None)


STAGE = Stage()
