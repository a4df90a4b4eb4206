"""Walls, keys, seals and sums, declared in a model's Meta and kept by PostgreSQL.

`makemigrations` writes them, `migrate` applies and reverses them. None of them can be switched off by the app role:
they are policies, composite keys and triggers owned by the owner.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.ddl_references import Statement
from django.db.models import BaseConstraint, UniqueConstraint

INSIDE = "authority_id = current_setting('app.authority')::int"


class DatabaseConstraint(BaseConstraint):
    """A constraint that only the database can answer, written as SQL after its table."""

    arguments: tuple[str, ...] = ("name",)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database alone answers."""

    def statements(self, model: Any, quote: Any) -> str:
        raise NotImplementedError

    def reversal(self, model: Any, quote: Any) -> str:
        raise NotImplementedError

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        return _statement(self.statements(model, schema_editor.quote_name))

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return _statement(self.reversal(model, schema_editor.quote_name))

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        """Called while the table is being made: everything of ours comes after it."""
        statement = self.create_sql(model, schema_editor)
        if statement is not None:
            schema_editor.deferred_sql.append(statement)
        return ""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, tuple(args), kwargs | {name: getattr(self, name) for name in self.arguments}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(getattr(self, n) == getattr(other, n) for n in self.arguments)

    __hash__ = object.__hash__


def _statement(sql: str) -> Statement:
    return Statement("%(sql)s", sql=sql)


class TenantPolicy(DatabaseConstraint):
    """ENABLE and FORCE row-level security with one loud policy.

    There is no `missing_ok`: an authority that was not named is an error. `also_select` adds one policy for SELECT only
    (a person's own memberships). There is never a bypass term (docs/decisions/0002 has the measured reason).
    """

    arguments = ("name", "also_select")

    def __init__(self, *, name: str, also_select: str = "") -> None:
        super().__init__(name=name)
        self.also_select = also_select

    def statements(self, model: Any, quote: Any) -> str:
        table = quote(model._meta.db_table)
        sql = (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; "
            f"CREATE POLICY {quote(self.name)} ON {table} USING ({INSIDE}) WITH CHECK ({INSIDE})"
        )
        if self.also_select:
            sql += f"; CREATE POLICY {quote(self.name + '_also')} ON {table} FOR SELECT USING ({self.also_select})"
        return sql

    def reversal(self, model: Any, quote: Any) -> str:
        table = quote(model._meta.db_table)
        return (
            f"DROP POLICY {quote(self.name)} ON {table}; "
            f"DROP POLICY IF EXISTS {quote(self.name + '_also')} ON {table}; "
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
        )


class TenantKey(UniqueConstraint):
    """UNIQUE (authority_id, id): what the keys of other tenant tables point at.

    It drops with CASCADE, because on the way back Django drops it before the keys that rest on it.
    """

    def __init__(self, *, name: str, fields: tuple[str, ...] | list[str] = ("authority", "id")) -> None:
        super().__init__(name=name, fields=fields)

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        quote = schema_editor.quote_name
        return _statement(
            f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT IF EXISTS {quote(self.name)} CASCADE"
        )


class TenantForeignKey(DatabaseConstraint):
    """FOREIGN KEY (authority_id, x_id) REFERENCES t (authority_id, id), deferred.

    An ordinary key check passes row-level security, so a reference to another authority's row would be accepted.
    """

    arguments = ("name", "field")

    def __init__(self, *, name: str, field: str) -> None:
        super().__init__(name=name)
        self.field = field

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        quote = schema_editor.quote_name
        field = model._meta.get_field(self.field)
        target = field.remote_field.model._meta
        # To the end of the migration: the target's UNIQUE (authority_id, id) may be made later in the same one.
        schema_editor.deferred_sql.append(
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY (authority_id, {quote(field.column)}) "
            f"REFERENCES {quote(target.db_table)} (authority_id, {quote(target.pk.column)}) "
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def reversal(self, model: Any, quote: Any) -> str:
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT IF EXISTS {quote(self.name)}"


class TriggerConstraint(DatabaseConstraint):
    """A trigger with a function of its own name."""

    timing = "BEFORE UPDATE OR DELETE"
    deferred = False

    def body(self, model: Any, quote: Any) -> str:
        raise NotImplementedError

    def statements(self, model: Any, quote: Any) -> str:
        table, name = quote(model._meta.db_table), quote(self.name)
        kind, ending = "TRIGGER", ""
        if self.deferred:
            kind, ending = "CONSTRAINT TRIGGER", " DEFERRABLE INITIALLY DEFERRED"
        return (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp "
            f"AS $trigger$ {self.body(model, quote)} $trigger$; "
            f"CREATE {kind} {name} {self.timing} ON {table}{ending} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )

    def reversal(self, model: Any, quote: Any) -> str:
        return (
            f"DROP TRIGGER IF EXISTS {quote(self.name)} ON {quote(model._meta.db_table)}; "
            f"DROP FUNCTION IF EXISTS {quote(self.name)}()"
        )


class Sealed(TriggerConstraint):
    """Once `sealed_at` is set, the row can be neither changed nor deleted. Sealing itself passes."""

    def body(self, model: Any, quote: Any) -> str:
        return (
            "BEGIN IF OLD.sealed_at IS NOT NULL THEN "
            "RAISE EXCEPTION 'row % of % is sealed', OLD.id, TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; "
            "END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
        )


class AppendOnly(TriggerConstraint):
    """A row that is written once: a signature, an answer, an audit event."""

    def body(self, model: Any, quote: Any) -> str:
        return (
            "BEGIN RAISE EXCEPTION 'row % of % is written once', OLD.id, TG_TABLE_NAME "
            "USING ERRCODE = 'restrict_violation'; END"
        )


class SealedWith(TriggerConstraint):
    """A child of a sealed row takes no INSERT, UPDATE or DELETE once its parent is sealed.

    The parent is read FOR SHARE, so that sealing and a child's insert cannot pass each other.
    """

    arguments = ("name", "field")
    timing = "BEFORE INSERT OR UPDATE OR DELETE"

    def __init__(self, *, name: str, field: str) -> None:
        super().__init__(name=name)
        self.field = field

    def body(self, model: Any, quote: Any) -> str:
        field = model._meta.get_field(self.field)
        parent, column = quote(field.remote_field.model._meta.db_table), quote(field.column)
        refuse = (
            "RAISE EXCEPTION 'a sealed record takes no change in %', TG_TABLE_NAME "
            "USING ERRCODE = 'restrict_violation'; END IF; END IF;"
        )
        return (
            "DECLARE sealed timestamptz; BEGIN "  # noqa: S608  names of our own tables, quoted
            f"IF TG_OP <> 'INSERT' THEN SELECT sealed_at INTO sealed FROM {parent} WHERE id = OLD.{column} FOR SHARE; "
            f"IF sealed IS NOT NULL THEN {refuse} "
            f"IF TG_OP <> 'DELETE' THEN SELECT sealed_at INTO sealed FROM {parent} WHERE id = NEW.{column} FOR SHARE; "
            f"IF sealed IS NOT NULL THEN {refuse} "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
        )


class HundredPerCent(TriggerConstraint):
    """The percents of all rows of one owner come to 100.00 on every date (BR-07), checked when the transaction ends.

    The owner's row is locked first, so that two people who each change one share cannot both be right. Dates are
    inclusive; `ends_on` may be NULL. Between the first start and the last end there may be no gap.
    """

    arguments = ("name", "field")
    timing = "AFTER INSERT OR UPDATE OR DELETE"
    deferred = True

    def __init__(self, *, name: str, field: str) -> None:
        super().__init__(name=name)
        self.field = field

    def body(self, model: Any, quote: Any) -> str:
        field = model._meta.get_field(self.field)
        owner, column = quote(field.remote_field.model._meta.db_table), quote(field.column)
        table = quote(model._meta.db_table)
        return (
            "DECLARE concerned bigint; wrong_on date; wrong_sum numeric; BEGIN "  # noqa: S608  our own tables, quoted
            f"FOREACH concerned IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.{column}] "
            f"WHEN 'DELETE' THEN ARRAY[OLD.{column}] ELSE ARRAY[OLD.{column}, NEW.{column}] END LOOP "
            f"PERFORM 1 FROM {owner} WHERE id = concerned FOR UPDATE; "
            "SELECT edge, total INTO wrong_on, wrong_sum FROM ("
            "  SELECT edge, (SELECT coalesce(sum(s.percent), 0) FROM "
            f"{table} s WHERE s.{column} = concerned AND s.starts_on <= edge "
            "    AND (s.ends_on IS NULL OR s.ends_on >= edge)) AS total FROM ("
            f"    SELECT starts_on AS edge FROM {table} WHERE {column} = concerned "
            f"    UNION SELECT ends_on + 1 FROM {table} t WHERE {column} = concerned AND ends_on IS NOT NULL "
            f"      AND EXISTS (SELECT 1 FROM {table} l WHERE l.{column} = concerned "
            "        AND (l.ends_on IS NULL OR l.ends_on > t.ends_on))"
            "  ) edges) sums WHERE total <> 100 ORDER BY edge LIMIT 1; "
            "IF FOUND THEN RAISE EXCEPTION 'shares come to % on %', wrong_sum, wrong_on "
            "USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME; END IF; "
            "END LOOP; RETURN NULL; END"
        )


def wall(table: str, *keys: str, also_select: str = "") -> list[BaseConstraint]:
    """What every tenant table needs: the unique key, the policy, and one composite key for each tenant reference.

    A model's Meta replaces the abstract list of constraints, so each model says `constraints = [*wall(...), ...]`.
    `table` is the name that the constraints start with; `keys` are the names of the foreign keys to tenant tables.
    """
    return [
        TenantKey(name=f"{table}_authority_id"),
        TenantPolicy(name=f"{table}_wall", also_select=also_select),
        *(TenantForeignKey(name=f"{table}_{key}_key", field=key) for key in keys),
    ]
