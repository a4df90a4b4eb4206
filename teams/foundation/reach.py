"""What a policy lets somebody see, as SQL that is written once a process for each form of the answer.

A policy answers with lookups, for a worker of today the same as for her colleague of yesterday but for a key and a day.
Django writes the SQL of them anew each time; with several records on a page that was a third of its time. Here the form
is told from its values: a key, a day or a public id is a gap in it, and everything else (what a status is compared
with) is part of it. A form that is not plain lookups is not kept.

Somebody may see a row in several ways: she is its worker, its manager, or its school's head. Each way is a statement.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection, models
from django.db.models import F, Q, Value
from django.db.models.constants import LOOKUP_SEP
from django.db.models.sql import Query

MOST = 2000  # forms that a process keeps: a few for each policy
VARIED = (int, date, UUID)  # exactly these: True is an int, and a moment a date
FIXED = (str, bool, type(None))
NOBODYS = range(2_000_000_000, 2_000_010_000)  # keys that no row has
Written = tuple[str, tuple[Any, ...]]
Parts = tuple[Written, ...]  # a statement for each of the ways to a row
COMPARED = frozenset({"in", "isnull", "lt", "lte", "gt", "gte"})
WAYS = 12  # where there are more, it stays one statement
BIGGEST = models.BigIntegerField.MAX_BIGINT
UNKNOWN: Any = object()
_kept: dict[Hashable, Forms | None] = {}


class Forms(NamedTuple):
    """Of one form of policy: one statement, and one for each of the ways to a row."""

    whole: Written
    ways: Parts


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
    if narrowed is None:
        return None
    more, more_values = narrowed
    written = _within(model, rows, is_narrow=bool(more), with_gaps=with_gaps)
    if written is None:
        return None
    sql = " UNION ALL ".join(each + more for each, _ in written)
    return Keys(sql, tuple(value for _, values in written for value in (*values, *more_values)))


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
        written = _write(model, rows, values)
        keep(_kept, form, written, most=MOST)
    return None if written is None else (form, values)


def keep(kept: dict[Hashable, Any], form: Hashable, written: Any, *, most: int) -> None:
    """No more than so many, the oldest go. They are listed at one stroke: other threads keep theirs meanwhile, and it
    would fail to go through the dict itself.
    """
    kept[form] = written
    for oldest in list(kept)[: max(len(kept) - most, 0)]:
        kept.pop(oldest, None)


def _within(model: Any, rows: Q, *, is_narrow: bool = False, with_gaps: bool = False) -> Parts | None:
    """Of a record that is named one statement: to plan it is all its cost, and several are planned for longer."""
    said = form_of(model, rows)
    kept = _kept.get(said[0]) if said is not None else None
    if said is None or kept is None:
        return None
    written = (kept.whole,) if is_narrow else kept.ways
    if with_gaps:
        return written
    return tuple((sql, _filled(values, said[1])) for sql, values in written)


def _form(condition: Any, values: list[Any]) -> Hashable:
    """Everything of it but the values that vary, which are put into `values` in their order."""
    if isinstance(condition, Q):
        children = tuple(_form(each, values) for each in condition.children)
        return (condition.connector, condition.negated, children)
    if not isinstance(condition, tuple):
        raise NotPlain
    name, value = condition
    kind = type(value)
    if kind is int and not -BIGGEST <= value <= BIGGEST:
        raise NotPlain  # no column holds it: Django leaves the comparison out
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


def speaks_of_nobody(sql: str, values: Iterable[Any]) -> bool:
    """Does a key that no row has stand in it where no gap is: in a column of words, say, or in JSON?"""
    # psycopg2 wraps what becomes JSON.
    rest = [getattr(each, "adapted", each) for each in values if not isinstance(each, Gap)]
    return any(int(each) in NOBODYS for each in re.findall(r"\d{10}", f"{sql} {rest}"))


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


def _write(model: Any, rows: Q, values: list[Any]) -> Forms | None:
    """None where Django writes another statement for a gap than for the value itself."""
    gaps: list[Gap] = []
    try:
        plain = (_statement(model, rows), *_statements(model, rows))
        blank = _with_gaps(rows, gaps)
        given = (_statement(model, blank), *_statements(model, blank))
        written = tuple((sql, gaps_of_lists(each)) for sql, each in given)
        is_same = tuple((sql, _filled(each, values)) for sql, each in written) == plain
    except (EmptyResultSet, FullResultSet, ValueError, TypeError, IndexError):
        return None
    if not is_same or len(gaps) != len(values) or any(speaks_of_nobody(*each) for each in written):
        return None
    return Forms(written[0], written[1:])


def _statements(model: Any, rows: Q) -> Parts:
    """One for each of the ways in which a row can be theirs: one way joins less than all of them at once, and goes by
    its own index. A way that leads to no row is left out."""
    found = []
    for way in [rows] if _denies_several(model, rows) else ways(rows):
        try:
            found.append(_statement(model, way))
        except EmptyResultSet:
            continue
    if not found:
        raise EmptyResultSet
    return tuple(found)


def _denies_several(model: Any, condition: Any, *, is_denied: bool = False) -> bool:
    """Is something denied in it of a relation to several rows?

    Django denies it of all of them, but where the relation is joined for another condition, of that joined row alone: a
    way that has lost the other condition would not lead to the same rows.
    """
    if isinstance(condition, Q):
        denied = is_denied or condition.negated
        return any(_denies_several(model, each, is_denied=denied) for each in condition.children)
    if not is_denied:
        return False
    name, value = condition
    names: list[str] = [name, value.name] if isinstance(value, F) else [name]  # type: ignore[attr-defined]
    paths = (Query(model).names_to_path(each.split(LOOKUP_SEP), model._meta)[0] for each in names)
    return any(step.m2m for path in paths for step in path)


def ways(rows: Q) -> list[Q]:
    """`a | (b & (c | d))` as `a`, `b & c`, `b & d`. Each joined row that one of them takes, the whole takes as well."""
    found = _ways(rows)
    return found if len(found) <= WAYS else [rows]


def _ways(rows: Q) -> list[Q]:
    if rows.negated or rows.connector not in (Q.OR, Q.AND):
        return [rows]
    if rows.connector == Q.OR:
        return _apart(rows)
    apart = [_ways(each) if isinstance(each, Q) else [Q(each)] for each in rows.children]
    if sum(len(each) > 1 for each in apart) != 1:
        return [rows]
    return [Q(*chosen) for chosen in product(*apart)]


def _apart(rows: Q) -> list[Q]:
    """Columns of the same table are compared together."""
    tables: dict[str, list[Any]] = {}
    found = []
    for each in rows.children:
        if isinstance(each, Q):
            found.extend(_ways(each))
        else:
            name = "__".join(part for part in each[0].split("__") if part not in COMPARED)  # type: ignore[index]
            tables.setdefault(name.rpartition("__")[0], []).append(each)
    return [*(Q(*columns, _connector=Q.OR) for columns in tables.values()), *found]


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
