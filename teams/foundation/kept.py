"""Questions that every request asks, written as SQL once a process instead of each time.

Django makes the SQL of a queryset anew whenever it is asked. For who somebody is here (teams.foundation.lookup) that
took four times as long as the database's answer, on every page.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value

from teams.foundation.access import EVERYTHING, Principal, policy_of


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

    def __call__(self, **values: Any) -> list[Any]:
        if values.keys() != self.names or None in values.values():
            raise TypeError(f"Asked with {values.keys()}, and each of {sorted(self.names)} needs a value.")
        written = self._written = self._written or self._write()
        filled = [values[each.name] if isinstance(each, Gap) else each for each in written.values]
        # The asking thread's own connection; what a compiler knows after writing, nobody changes any more.
        compiler = copy(written.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (written.sql, filled)
        rows = written.rows.all()
        rows.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        return list(rows)

    def visible_to(self, principal: Principal, **values: Any) -> list[Any]:
        """What `build(...).visible_to(principal)` gives. For who may see all of them it is the kept statement; the
        policies of everybody else say who they are, and are written anew.
        """
        written = self._written = self._written or self._write()
        if policy_of(written.rows.model).rows(principal) == EVERYTHING:
            return self(**values)
        rows: Any = self.build(**values)
        first, last = rows.query.low_mark, rows.query.high_mark
        rows.query.clear_limits()  # so many of those that may be seen
        return list(rows.visible_to(principal)[first:last])

    def _write(self) -> _Written:
        rows = self.build(**{name: Value(Gap(name)) for name in self.names})
        compiler = rows.query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        return _Written(rows, compiler, sql, tuple(values))
