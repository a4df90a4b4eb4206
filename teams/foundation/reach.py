"""What a policy lets somebody see, as SQL that is written once a process for each form of the answer.

A policy answers with lookups, for a worker of today the same as for her colleague of yesterday but for a key and a day.
Django writes the SQL of them anew each time; with several records on a page that was a third of its time. Here the form
is told from its values: a key, a day or a public id is a gap in it, and everything else (what a status is compared
with) is part of it. A form that is not plain lookups is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection, models
from django.db.models import F, Q, Value

MOST = 2000  # forms that a process keeps: a few for each policy
VARIED = (int, date, UUID)  # exactly these: True is an int, and a moment a date
FIXED = (str, bool, type(None))
NOBODYS = range(2_000_000_000, 2_000_010_000)  # keys that no row has
Written = tuple[str, tuple[Any, ...]]
UNKNOWN: Any = object()
_kept: dict[Hashable, Written | None] = {}


@dataclass(frozen=True)
class Gap:
    """Stands in a kept statement for one of the values of whoever asks."""

    number: int


class NotPlain(Exception):
    """It is no lookup beside a plain value."""


class Keys(models.Expression):
    """The keys that a statement finds, as an array. It looks at nothing around it."""

    output_field = ArrayField(models.BigIntegerField())

    def __init__(self, sql: str, values: tuple[Any, ...]) -> None:
        super().__init__()
        self.sql, self.values = sql, values

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return f"ARRAY({self.sql})", self.values


def keys_within(model: Any, rows: Q, asked: models.QuerySet[Any] | None, *, with_gaps: bool = False) -> Keys | None:
    """The keys of the rows of `model` in `rows`, of those that `asked` leaves. None where that is not to be kept.

    `with_gaps` for a statement that is kept itself: whoever fills it knows the values of `form_of`.
    """
    narrowed = _narrowed(model, asked)
    written = _within(model, rows, with_gaps=with_gaps) if narrowed is not None else None
    if narrowed is None or written is None:
        return None
    (sql, values), (more, more_values) = written, narrowed
    return Keys(sql + more, values + more_values)


def _narrowed(model: Any, asked: models.QuerySet[Any] | None) -> Written | None:
    """What was asked before, as the end of a statement. None where it goes beyond the columns of the table itself."""
    if asked is None or not asked.query.where:
        return "", ()
    query = asked.query
    joined = [name for name, uses in query.alias_refcount.items() if uses]
    if query.base_table != model._meta.db_table or joined != [query.base_table]:
        return None
    try:
        sql, values = query.get_compiler(connection=connection).compile(query.where)
    except (EmptyResultSet, FullResultSet):
        return None
    return f" AND ({sql})", tuple(values)


def form_of(model: Any, rows: Q) -> tuple[Hashable, list[Any]] | None:
    """The form and the values in it, in their order. None where it cannot be kept."""
    values: list[Any] = []
    try:
        form = (model._meta.label, _form(rows, values))
    except NotPlain:
        return None
    written = _kept.get(form, UNKNOWN)
    if written is UNKNOWN:
        written = _kept[form] = _write(model, rows, values)
        if len(_kept) > MOST:
            _kept.pop(next(iter(_kept)), None)
    return None if written is None else (form, values)


def _within(model: Any, rows: Q, *, with_gaps: bool = False) -> Written | None:
    said = form_of(model, rows)
    written = _kept.get(said[0]) if said is not None else None
    if said is None or written is None or with_gaps:
        return written
    return written[0], _filled(written[1], said[1])


def _form(condition: Any, values: list[Any]) -> Hashable:
    """Everything of it but the values that vary, which are put into `values` in their order."""
    if isinstance(condition, Q):
        children = tuple(_form(each, values) for each in condition.children)
        return (condition.connector, condition.negated, children)
    if not isinstance(condition, tuple):
        raise NotPlain
    name, value = condition
    kind = type(value)
    if kind in VARIED:
        values.append(value)
        return (name, kind)
    if kind is F:
        return (name, kind, value.name)
    if isinstance(value, FIXED):
        return (name, kind, value)
    if kind not in (tuple, list, set, frozenset):
        raise NotPlain
    if _are_keys(value):
        values.extend(value)
        return (name, kind, len(value))
    if not all(isinstance(each, FIXED) for each in value):
        raise NotPlain
    return (name, kind, tuple((type(each), each) for each in value))


def _are_keys(value: Collection[Any]) -> bool:
    """Several keys, and none of them twice: Django would leave the second out."""
    return bool(value) and all(type(each) is int for each in value) and len(set(value)) == len(value)


def with_gaps(rows: Q) -> Q:
    """The same with a gap for each value that varies, in the order of its form."""
    return _with_gaps(rows, [])


def gaps_of_lists(values: Iterable[Any]) -> tuple[Any, ...]:
    """Django compares a list with plain values alone: what stood in for them are gaps again."""
    return tuple(Gap(each - NOBODYS[0]) if type(each) is int and each in NOBODYS else each for each in values)


def speaks_of_nobody(text: str) -> bool:
    """Does a key that no row has stand in it?"""
    return any(int(each) in NOBODYS for each in re.findall(r"\d{10}", text))


def _with_gaps(condition: Q, gaps: list[Gap]) -> Q:
    """The same with a gap for each value that varies, in the order of `_form`; in lists with a key that nobody has."""
    found = Q()
    found.connector, found.negated = condition.connector, condition.negated

    def gap() -> Gap:
        gaps.append(Gap(len(gaps)))
        return gaps[-1]

    for each in condition.children:
        if isinstance(each, Q):
            found.children.append(_with_gaps(each, gaps))
            continue
        name, value = each  # type: ignore[misc]  # a lookup, else it has no form
        if type(value) in VARIED:
            value = Value(gap())
        elif isinstance(value, Collection) and not isinstance(value, str) and _are_keys(value):
            value = [NOBODYS[gap().number] for _ in value]
        found.children.append((name, value))
    return found


def _write(model: Any, rows: Q, values: list[Any]) -> Written | None:
    """None where Django writes another statement for a gap than for the value itself."""
    gaps: list[Gap] = []
    try:
        said, filled = _statement(model, rows)
        sql, given = _statement(model, _with_gaps(rows, gaps))
    except (EmptyResultSet, FullResultSet, ValueError, TypeError, IndexError):
        return None
    with_gaps = gaps_of_lists(given)
    is_same = sql == said and len(gaps) == len(values) and _filled(with_gaps, values) == filled
    return (sql, with_gaps) if is_same else None


def _statement(model: Any, rows: Q) -> Written:
    """Up to the end of its WHERE, so that more can be asked with AND."""
    query = model._base_manager.filter(rows).order_by().values("pk").query
    compiler = query.get_compiler(connection=connection)
    compiler.pre_sql_setup()
    tables, table_values = compiler.get_from_clause()
    where, values = compiler.compile(compiler.where)
    column, _ = compiler.compile(compiler.select[0][0])
    said = f"SELECT {column} FROM {' '.join(tables)} WHERE ({where})"  # noqa: S608  parts that Django wrote
    return said, (*table_values, *values)


def _filled(with_gaps: tuple[Any, ...], values: list[Any]) -> tuple[Any, ...]:
    return tuple(values[each.number] if isinstance(each, Gap) else each for each in with_gaps)
