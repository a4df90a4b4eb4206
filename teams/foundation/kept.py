"""Questions that every request asks, written as SQL once a process instead of each time.

Django makes the SQL of a queryset anew whenever it is asked. For who somebody is here (teams.foundation.lookup) that
took four times as long as the database's answer, on every page.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet, Value

from teams.foundation import reach
from teams.foundation.access import EVERYTHING, NOTHING, Principal, policy_of

FORMS = 200  # of policies that one question keeps: a few roles and how many managers somebody covers for
MOST = 200  # statements of up to thirty kilobytes: of one set of roles each, and of one day


@dataclass(frozen=True)
class Gap:
    """Stands in the kept statement for a value that each request brings."""

    name: str


@dataclass(frozen=True)
class _Written:
    rows: QuerySet[Any]
    compiler: Any  # knows which column is which field
    sql: str  # "" where Django knows that it finds nothing
    values: tuple[Any, ...]
    converters: dict[int, Any]  # of columns whose values Django changes: to look at each column took as long as a row


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
            written = self._write_visible(rows)
            reach.keep(self._visible, form, written, most=FORMS)
        return _asked(written, values, theirs)

    def _look_at(self, values: dict[str, Any]) -> None:
        if values.keys() != self.names or None in values.values():
            raise TypeError(f"Asked with {values.keys()}, and each of {sorted(self.names)} needs a value.")

    def _write_visible(self, rows: Q) -> _Written:
        blank, first, last = _without_limits(self._blank)
        return _with_gaps(_write(blank.visible_in_form(rows)[first:last]))


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
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return _Written(rows, compiler, "", (), {})
    converters = compiler.get_converters([each[0] for each in compiler.select[: compiler.col_count]])
    return _Written(rows, compiler, sql, tuple(values), converters)


def _with_gaps(written: _Written) -> _Written:
    """Of a principal's own keys: where nobody's stand for them, and there alone."""
    return replace(written, values=reach.gaps_of_lists(written.values))


def _asked(written: _Written, values: dict[str, Any], theirs: Sequence[Any] = ()) -> list[Any]:
    if not written.sql:
        return []
    filled = [
        values[each.name] if isinstance(each, Gap) else theirs[each.number] if isinstance(each, reach.Gap) else each
        for each in written.values
    ]
    # The asking thread's own connection; what a compiler knows after writing, nobody changes any more.
    compiler = copy(written.compiler)
    compiler.connection = connection
    compiler.as_sql = lambda *args, **kwargs: (written.sql, filled)
    compiler.get_converters = lambda *args, **kwargs: written.converters
    rows = written.rows.all()
    rows.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
    return list(rows)


class KeptFor:
    """`KeptFor(build)(principal, ...)`: the rows of `build(principal, ...)`, in SQL written once for all who are alike.

    For what many policies speak in, each with its own lookups for whoever asks. `build` is given a stand-in: the same
    roles, day and shape with keys that nobody has (`alike`), and these are gaps in what is kept. So it may look at what
    it is given and at nothing else: it asks no database and no clock, and does nothing with a key but compare it.
    For who comes by a link or a token nothing is kept: the principal holds that record, and no record is kept.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self.build = build
        self._of = lru_cache(maxsize=MOST)(self._written)

    def __call__(self, principal: Principal, *more: Hashable) -> list[Any]:
        if principal.link is not None or principal.token is not None:
            return list(self.build(principal, *more))
        stand_in, keys = alike(principal)
        written = self._of(stand_in, *more)
        return list(self.build(principal, *more)) if written is None else _asked(written, {}, keys)

    def _written(self, *asked: Any) -> _Written | None:
        """None where a key went into something else than a value: it cannot be taken out again."""
        written = _with_gaps(_write(self.build(*asked)))
        return None if reach.speaks_of_nobody(written.sql, written.values) else written


def alike(principal: Principal) -> tuple[Principal, list[int]]:
    """A principal whom everybody of the same roles and day has in common, and the keys that make this one of it.

    Keys that are one key are one key there: who covers for herself is told from who covers for somebody.
    """
    places: dict[tuple[str, int], int] = {}

    def gap(of: str, key: Any) -> Any:
        return None if key is None else reach.NOBODYS[places.setdefault((of, key), len(places))]

    def same(one: Principal) -> Principal:
        hats = sorted(one.hats, key=lambda hat: (hat[0], hat[1] or 0))
        return replace(
            one,
            name="",
            user_id=gap("user", one.user_id),
            person_id=gap("person", one.person_id),
            school_id=gap("school", one.school_id),
            covers=frozenset(gap("person", each) for each in sorted(one.covers)),
            on_behalf_of=gap("person", one.on_behalf_of),
            hats=frozenset((role, gap("team", team)) for role, team in hats),
            whole=None if one.whole is None else same(one.whole),
        )

    return same(principal), [key for _, key in places]
