"""Questions that every request asks, written as SQL once a process instead of each time.

Django makes the SQL of a queryset anew whenever it is asked. For who somebody is here (teams.foundation.lookup) that
took four times as long as the database's answer, on every page.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Value

from teams.foundation import reach
from teams.foundation.access import EVERYTHING, NOTHING, Principal, policy_of

FORMS = 200  # of policies that one question keeps: a few roles and how many managers somebody covers for

MOST = 200  # statements for one principal each, of some fifty kilobytes


@dataclass(frozen=True)
class Gap:
    """Stands in the kept statement for a value that each request brings."""

    name: str


@dataclass(frozen=True)
class _Written:
    rows: QuerySet[Any]
    compiler: Any  # knows which column is which field
    sql: str
    values: tuple[Any, ...]


class Kept:
    """`Kept(lambda *, slug: Authority.objects.filter(slug=slug))(slug="fenshire")`: a list of records.

    The function names what it is given and builds the queryset from it, in filters alone: it is called once, with gaps
    in the place of values. Values come as the column holds them: keys, dates and text, never a record, and never None,
    which SQL does not compare. No prefetch.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self.build = build
        self.names = frozenset(inspect.signature(build).parameters)
        self._written: _Written | None = None
        self._visible: dict[Hashable, _Written] = {}  # one for each form of policy

    @cached_property
    def _blank(self) -> Any:
        return self.build(**{name: Value(Gap(name)) for name in self.names})

    def __call__(self, **values: Any) -> list[Any]:
        self._look_at(values)
        written = self._written = self._written or _write(self._blank)
        return _asked(written, values)

    def visible_to(self, principal: Principal, **values: Any) -> list[Any]:
        """What `build(...).visible_to(principal)` gives, as many of those that may be seen as were asked for."""
        self._look_at(values)
        model = self._blank.model
        rows = policy_of(model).rows(principal)
        if rows == EVERYTHING:
            return self(**values)
        if rows == NOTHING:
            return []
        said = reach.form_of(model, rows)
        if said is None:
            made, first, last = _without_limits(self.build(**values))
            return list(made.visible_to(principal)[first:last])
        form, theirs = said
        written = self._visible.get(form)
        if written is None:
            while len(self._visible) >= FORMS:
                self._visible.pop(next(iter(self._visible)), None)
            written = self._visible[form] = self._write_visible(rows)
        return _asked(written, values, theirs)

    def _look_at(self, values: dict[str, Any]) -> None:
        if values.keys() != self.names or None in values.values():
            raise TypeError(f"Asked with {values.keys()}, and each of {sorted(self.names)} needs a value.")

    def _write_visible(self, rows: Q) -> _Written:
        blank, first, last = _without_limits(self._blank)
        return _write(blank.visible_in_form(rows)[first:last])


def hold(record: Any, relation: str, rows: list[Any]) -> None:
    """`record` has all its `rows` of this relation from now on, as after a prefetch."""
    there = getattr(record, relation).all()
    there._result_cache, there._prefetch_done = rows, True
    cache = record._prefetched_objects_cache if hasattr(record, "_prefetched_objects_cache") else {}
    record._prefetched_objects_cache = cache | {relation: there}
    back = record._meta.get_field(relation).field.name
    for row in rows:
        setattr(row, back, record)


def _without_limits(rows: Any) -> tuple[Any, int, int | None]:
    rows = rows.all()
    first, last = rows.query.low_mark, rows.query.high_mark
    rows.query.clear_limits()
    return rows, first, last


def _write(rows: QuerySet[Any]) -> _Written:
    compiler = rows.query.get_compiler(connection=connection)
    sql, values = compiler.as_sql()
    return _Written(rows, compiler, sql, reach.gaps_of_lists(values))


def _asked(written: _Written, values: dict[str, Any], theirs: Sequence[Any] = ()) -> list[Any]:
    filled = [
        values[each.name] if isinstance(each, Gap) else theirs[each.number] if isinstance(each, reach.Gap) else each
        for each in written.values
    ]
    # The asking thread's own connection; what a compiler knows after writing, nobody changes any more.
    compiler = copy(written.compiler)
    compiler.connection = connection
    compiler.as_sql = lambda *args, **kwargs: (written.sql, filled)
    rows = written.rows.all()
    rows.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
    return list(rows)


class KeptFor:
    """`KeptFor(build)(principal, ...)`: the rows of `build(principal, ...)`, in SQL written once for each principal.

    For what many policies speak in, each with its own lookups for whoever asks. Nothing but the SQL is kept, under all
    that it is made of: who asks, in which roles, for whom she acts, and on which day. So `build` may look at what it is
    given and at nothing else: it asks no database and no clock.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self.build = build
        self._of = lru_cache(maxsize=MOST)(self._kept)

    def __call__(self, principal: Principal, *more: Hashable) -> list[Any]:
        kept: Kept = self._of(principal, *more)
        return kept()

    def _kept(self, *asked: Any) -> Kept:
        return Kept(lambda: self.build(*asked))
