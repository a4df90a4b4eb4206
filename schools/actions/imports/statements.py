"""The SQL of an import, made from the models' own columns.

COPY is refused under row-level security, so rows go into a temporary table first and INSERT ... SELECT takes them on.
Comparing builds four temporary tables that end with the transaction: `said` (each key's last row), and for schools,
figures and links what would become of each row ("new", "changed", "unchanged", "closed", "not_here"). Loading writes
exactly the rows that differ. Nothing that a file says is ever part of a statement: only names of our own columns are.

`%s` stand for the parameters that each docstring names.
"""

# ruff: noqa: S608  see above: columns and tables of our own models, never a word of a file

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection, models

from schools.models import Figures, School, SchoolLink, StagedRow

HERE = "current_setting('app.authority')::int"
SCHOOLS, FIGURES, LINKS, STAGED = (model._meta.db_table for model in (School, Figures, SchoolLink, StagedRow))

# What a file may say of a school. The rest of the row is ours: area, public id.
SCHOOL_COLUMNS = (
    "name",
    "la_code",
    "la_name",
    "laestab",
    "status",
    "type",
    "type_group",
    "phase",
    "low_age",
    "high_age",
    "opened_on",
    "closed_on",
    "trust",
    "street",
    "locality",
    "town",
    "county",
    "postcode",
    "easting",
    "northing",
    "head_in_register",
)
FIGURE_COLUMNS = tuple(field.name for field in Figures.columns())
_UNNAMED = "'School ' || told.urn"  # School.unnamed
_TABLES = ("incoming", "said", "school_fate", "figures_fate", "link_fate")


# Into staging


def incoming() -> str:
    """An empty temporary table for one chunk."""
    return (
        "DROP TABLE IF EXISTS pg_temp.incoming; "
        'CREATE TEMP TABLE incoming (line int, key text, urn text, "values" jsonb) ON COMMIT DROP'
    )


COPY_INCOMING = "COPY incoming FROM STDIN"


def stage() -> str:
    """From `incoming` into staging. Parameter: the import's id."""
    return (
        f'INSERT INTO {STAGED} (authority_id, file_import_id, line, key, urn, "values") '
        f'SELECT {HERE}, %s, line, key, urn, "values" FROM incoming'
    )


# Comparing


def start_over() -> str:
    """Forget the tables of another import in the same transaction."""
    return "; ".join(f"DROP TABLE IF EXISTS pg_temp.{table}" for table in _TABLES)


def said() -> str:
    """The last row of each key. Parameter: the import's id."""
    return (
        'CREATE TEMP TABLE said ON COMMIT DROP AS SELECT DISTINCT ON (key) key, line, urn, "values" '
        f"FROM {STAGED} WHERE file_import_id = %s ORDER BY key, line DESC"
    )


def school_fate(told: Sequence[str], *, is_register: bool) -> str:
    """The schools as they would be afterwards, and what becomes of each.

    `told` are the columns that the file has. A register's word counts; any other list only fills what is not known.
    """
    after = {name: _afterwards(name, name in told, is_register) for name in SCHOOL_COLUMNS}
    differs = f"({_listed(f'known.{name}' for name in after)}) IS DISTINCT FROM ({_listed(after.values())})"
    return f"""
        CREATE TEMP TABLE school_fate ON COMMIT DROP AS
        SELECT merged.*, CASE
            WHEN status = 'closed' AND (id IS NULL OR status_before <> 'closed') THEN 'closed'
            WHEN id IS NULL THEN 'new'
            WHEN differs THEN 'changed'
            ELSE 'unchanged' END AS fate
        FROM (
            SELECT told.line, told.urn, known.id, known.status AS status_before, {differs} AS differs,
                {_listed(f"{value} AS {name}" for name, value in after.items())}
            FROM (
                SELECT said.line, said.urn, told.* FROM said
                CROSS JOIN LATERAL jsonb_to_record(said."values" -> 'school') AS told ({_typed(School, told)})
                WHERE said."values" ? 'school'
            ) told LEFT JOIN {SCHOOLS} known ON known.urn = told.urn
        ) merged
    """


def _afterwards(name: str, is_told: bool, is_register: bool) -> str:
    """A column's value when the row has been loaded."""
    told = f"told.{name}" if is_told else "NULL"
    known = f"known.{name}"
    if name == "name":
        real = f"nullif({known}, {_UNNAMED})"
        first, second = (told, real) if is_register else (real, told)
        return f"coalesce({first}, {second}, {_UNNAMED})"
    if name == "status":
        return (
            f"coalesce({told}, {known}, '{School.Status.OPEN}')"
            if is_register
            else f"coalesce({known}, {told}, 'open')"
        )
    nothing = "NULL" if School._meta.get_field(name).null else "''"
    if not is_told:
        return known if nothing == "NULL" else f"coalesce({known}, '')"
    if is_register:
        return told if nothing == "NULL" else f"coalesce({told}, '')"
    return f"coalesce({known}, {told})" if nothing == "NULL" else f"coalesce(nullif({known}, ''), {told}, '')"


def figures_fate(told: Sequence[str], *, is_of_schools: bool) -> str:
    """The figures of each row, and what becomes of them.

    Parameters: the file's definitions as JSON, source, the columns of the file. A row may have definitions of its own.

    `told` are the figures that the file has. Where its rows bring their school along (`is_of_schools`), the school may
    be new; else a school that is not here leaves its figures out.
    """
    known, said = _listed(f"known.{name}" for name in told), _listed(f"told.{name}" for name in told)
    differs = f"({known}) IS DISTINCT FROM ({said})" if told else "false"
    return f"""
        CREATE TEMP TABLE figures_fate ON COMMIT DROP AS
        SELECT told.*, CASE
            WHEN school.id IS NULL AND {"false" if is_of_schools else "true"} THEN 'not_here'
            WHEN known.id IS NULL THEN 'new'
            WHEN {differs} OR (known.marks - columns.told) || told.marks <> known.marks
                OR (known.definitions - columns.told) || told.definitions <> known.definitions THEN 'changed'
            ELSE 'unchanged' END AS fate
        FROM (
            SELECT said.line, said.urn, {_listed(f"told.{name}" for name in ("year", "marks", *told))},
                coalesce(told.definitions, %s::jsonb) AS definitions
            FROM said CROSS JOIN LATERAL jsonb_to_record(said."values" -> 'figures') AS told
                ({_typed(Figures, ("year", "marks", "definitions", *told))})
            WHERE said."values" ? 'figures'
        ) told
        LEFT JOIN {SCHOOLS} school ON school.urn = told.urn
        LEFT JOIN {FIGURES} known ON known.school_id = school.id AND known.source = %s AND known.year = told.year
        CROSS JOIN (SELECT %s::text[] AS told) columns
    """


def link_fate(*, is_of_schools: bool) -> str:
    """Each link that is said, and what becomes of it. A file without the day of a link does not take away the day."""
    not_here = f"NOT EXISTS (SELECT FROM {SCHOOLS} WHERE urn IN (told.urn, told.other_urn))"
    return f"""
        CREATE TEMP TABLE link_fate ON COMMIT DROP AS
        SELECT told.*, CASE
            WHEN {"false" if is_of_schools else not_here} THEN 'not_here'
            WHEN known.id IS NULL THEN 'new'
            WHEN told.since <> coalesce(known.since, 'infinity') THEN 'changed'
            ELSE 'unchanged' END AS fate
        FROM (
            SELECT DISTINCT ON (told.urn, other_urn, words) said.line, told.* FROM said
            CROSS JOIN LATERAL jsonb_to_recordset(said."values" -> 'links') AS told
                (urn varchar, {_typed(SchoolLink, ("other_urn", "kind", "words", "since"))})
            ORDER BY told.urn, other_urn, words, since NULLS LAST
        ) told
        LEFT JOIN {LINKS} known
            ON known.urn = told.urn AND known.other_urn = told.other_urn AND known.words = told.words
    """


def counts_of_schools() -> str:
    """Rows of a file of schools by what becomes of them: one whose figures or links differ is changed as well."""
    return """
        SELECT coalesce(nullif(school_fate.fate, 'unchanged'), more.fate, 'unchanged') AS fate, count(*)
        FROM school_fate LEFT JOIN (
            SELECT line, 'changed' AS fate FROM figures_fate WHERE fate <> 'unchanged'
            UNION SELECT line, 'changed' FROM link_fate WHERE fate <> 'unchanged'
        ) more USING (line) GROUP BY 1
    """


def counts_of(table: str) -> str:
    """Rows of a file of figures, or of links, by what becomes of them."""
    return f"SELECT fate, count(*) FROM {table}_fate GROUP BY fate"


def count_rows() -> str:
    """Staged rows, and those of them that count. Parameter: the import's id."""
    return f"SELECT (SELECT count(*) FROM {STAGED} WHERE file_import_id = %s), (SELECT count(*) FROM said)"


def different_schools() -> str:
    """The name, then each column before and after, of schools that change. Parameter: how many at most."""
    pairs = _listed(f"known.{name}, school_fate.{name}" for name in SCHOOL_COLUMNS)
    return (
        f"SELECT known.name, {pairs} FROM school_fate JOIN {SCHOOLS} known ON known.id = school_fate.id "
        "WHERE fate IN ('closed', 'changed') ORDER BY fate DESC, known.name, known.id LIMIT %s"
    )


def different_figures(told: Sequence[str]) -> str:
    """The school's name, the year, then each figure or its mark, as text, before and after.

    Parameters: source, how many at most.
    """

    def text(row: str, name: str) -> str:
        return f"coalesce(trim_scale({row}.{name}::numeric)::text, {row}.marks ->> '{name}', '')"

    pairs = "".join(f", {text('known', name)}, {text('figures_fate', name)}" for name in told)
    return (
        f"SELECT school.name, figures_fate.year{pairs} FROM figures_fate "
        f"JOIN {SCHOOLS} school ON school.urn = figures_fate.urn JOIN {FIGURES} known ON known.school_id = school.id "
        "AND known.source = %s AND known.year = figures_fate.year "
        "WHERE fate = 'changed' ORDER BY school.name, school.id, figures_fate.year LIMIT %s"
    )


def different_links() -> str:
    """The school's name or number, the words and the other school's name or number. Parameter: how many at most."""
    return (
        "SELECT coalesce(school.name, link_fate.urn), words, coalesce(other.name, other_urn), since FROM link_fate "
        f"LEFT JOIN {SCHOOLS} school ON school.urn = link_fate.urn LEFT JOIN {SCHOOLS} other ON other.urn = other_urn "
        "WHERE fate IN ('new', 'changed') ORDER BY 1, 3 LIMIT %s"
    )


# Loading


def lock() -> str:
    """Hold autovacuum off until the transaction ends; nobody's reading or writing waits.

    ANALYZE in the middle of a large load finds the tables empty, for the new rows are not committed yet, and the checks
    of keys at commit are planned by what it found: 24,000 of them took minutes in place of a second.
    """
    return f"LOCK TABLE {SCHOOLS}, {FIGURES}, {LINKS} IN SHARE UPDATE EXCLUSIVE MODE"


def write_schools() -> str:
    """New schools, and those that differ. Parameter: the kind of file."""
    columns = _listed(SCHOOL_COLUMNS)
    return f"""
        INSERT INTO {SCHOOLS} (authority_id, public_id, urn, source, {columns})
        SELECT {HERE}, gen_random_uuid(), urn, %s, {columns} FROM school_fate WHERE id IS NULL OR differs
        ON CONFLICT (authority_id, urn) DO UPDATE
        SET source = excluded.source, {_listed(f"{name} = excluded.{name}" for name in SCHOOL_COLUMNS)}
    """


def write_figures(told: Sequence[str]) -> str:
    """New figures, and those that differ. Parameters: source, the columns of the file twice."""
    columns = "".join(f", {name}" for name in told)
    return f"""
        INSERT INTO {FIGURES} AS known (authority_id, school_id, source, year, marks, definitions{columns})
        SELECT {HERE}, school.id, %s, year, marks, definitions{columns}
        FROM figures_fate JOIN {SCHOOLS} school ON school.urn = figures_fate.urn WHERE fate IN ('new', 'changed')
        ON CONFLICT (authority_id, school_id, source, year) DO UPDATE
        SET marks = (known.marks - %s::text[]) || excluded.marks,
            definitions = (known.definitions - %s::text[]) || excluded.definitions
            {"".join(f", {name} = excluded.{name}" for name in told)}
    """


def forget_plans() -> str:
    """Plan those checks anew: the connection may keep plans from a time when the schools were few."""
    return "DISCARD PLANS"


def write_links() -> str:
    return f"""
        INSERT INTO {LINKS} (authority_id, urn, other_urn, kind, words, since)
        SELECT {HERE}, urn, other_urn, kind, words, since FROM link_fate WHERE fate IN ('new', 'changed')
        ON CONFLICT (authority_id, urn, other_urn, words) DO UPDATE SET kind = excluded.kind, since = excluded.since
    """


def _typed(model: type[models.Model], names: Iterable[str]) -> str:
    """Columns with their types, for reading JSON: it is rounded and cut into shape as the column itself would be."""
    return _listed(f"{name} {model._meta.get_field(name).db_type(connection)}" for name in names)


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)
