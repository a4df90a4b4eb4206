"""The one statement that scores an authority's schools: England's 20,217 in one authority as well as a county's 500.

What a figure earns is worked out here for all schools at once; `schools.rules.need` says the same for one school, and a
test holds the two together. Nothing that a file or a person says is part of the statement: only names of our own
columns are, and whole numbers for weights.
"""

# ruff: noqa: S608  see above

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from schools.models import Figures, NeedWeights, Placement, School
from schools.rules.need import EXAMPLE
from teams.models import Employment

SCHOOLS, FIGURES, PLACEMENTS, EMPLOYMENTS, WEIGHTS = (
    model._meta.db_table for model in (School, Figures, Placement, Employment, NeedWeights)
)
# Which schools are state-funded primaries and secondaries. Phase comes from the register, or from the census where a
# school stands in no register; special schools, referral units and colleges have another phase there.
PHASES = ("Primary", "Middle deemed primary", "Secondary", "Middle deemed secondary", "All-through")
NOT_STATE_FUNDED = "Independent schools"
BUT_STATE_FUNDED = "City technology college"  # stands in that group, and is paid for by the state
# Of several sources for one year the first is taken.
SOURCES = ("census", "absence", "joined", "ees_sen", "ees_pupils", "gias", "edubase")
# What each part is read from: the percentage that was published, else one from the count, where there is a count.
PERCENT = {
    "absence": ("persistent_absence_percent", ""),
    "free_meals": ("free_meals_ever_6_percent", ""),
    "sen_support": ("sen_support_percent", "sen_support"),
    "plans": ("ehc_plans_percent", "ehc_plans"),
}
# A school's own columns, in the order in which a row is read.
FACTS = ("id", "public_id", "urn", "name", "phase", "area_id", "easting", "northing")
RANKS = "SELECT jsonb_agg(jsonb_build_array(part, year, definition, sources, schools)) FROM ranked"
USED = "SELECT jsonb_object_agg(part, weight) FROM weights"
# Which of several sources comes first, as a number: `array_position` took a tenth of the statement.
PREFERENCE = "CASE {}.source " + " ".join(f"WHEN '{each}' THEN {place}" for place, each in enumerate(SOURCES)) + " END"


def _value_of(part: str) -> str:
    """What is published of one part, in per cent, as an expression on `f`."""
    percent, count = PERCENT[part]
    if not count:
        return f"f.{percent}"
    return f"coalesce(f.{percent}, round(100.0 * f.{count} / nullif(f.number_on_roll, 0), 1))"


def _text_of(part: str, column: str) -> str:
    """The mark or the definition of one part, as an expression on the column of that name."""
    percent, count = PERCENT[part]
    return f"coalesce({column} ->> '{percent}', {column} ->> '{count}')" if count else f"{column} ->> '{percent}'"


def _definition_of(part: str, table: str) -> str:
    return f"coalesce({_text_of(part, f'{table}.definitions')}, '') COLLATE \"C\""


def _of_each_part(statement: Callable[[str], str]) -> str:
    """A statement each, for lines of VALUES in each row took ten times as long."""
    return " UNION ALL ".join(statement(part) for part in PERCENT)


def _named(part: str) -> str:
    return f"'{part}' COLLATE \"C\" AS part"


def _said(among: str) -> str:
    """A row for each figure or mark of the schools in this table."""

    def of(part: str) -> str:
        mark = _text_of(part, "p.marks")
        return f"""
            SELECT p.school_id, p.year, {PREFERENCE.format("p")} AS preference, p.source, {_named(part)},
                p.{part} AS value, {mark} AS mark, {_definition_of(part, "p")} AS definition
            FROM {among} p WHERE p.{part} IS NOT NULL OR {mark} IS NOT NULL"""

    return _of_each_part(of)


def _known_of(part: str) -> str:
    return f"""
            SELECT {_named(part)}, year, {_definition_of(part, "k")} AS definition, source, {part} AS schools
            FROM kinds k WHERE {part} > 0"""


def _counted_of(part: str) -> str:
    basis = f"FROM basis WHERE part = '{part}'"
    return f"""
            SELECT {_named(part)}, each.*, rank() OVER smaller - 1 AS below, count(*) OVER smaller AS up_to FROM (
                SELECT DISTINCT ON (p.school_id) p.school_id, p.{part} AS value, p.source, p.marks
                FROM published p
                WHERE p.year = (SELECT year {basis}) AND p.{part} IS NOT NULL
                    AND {_definition_of(part, "p")} = (SELECT definition {basis})
                ORDER BY p.school_id, {PREFERENCE.format("p")}
            ) each WINDOW smaller AS (ORDER BY value)"""


def is_eligible(school: str) -> str:
    """The schools that are ranked, as a condition on a table. Parameters: `today`, `open`, `phases`."""
    return (
        f"{school}.status = ANY(%(open)s) AND ({school}.closed_on IS NULL OR {school}.closed_on >= %(today)s) "
        f"AND {school}.phase = ANY(%(phases)s) "
        f"AND ({school}.type_group <> '{NOT_STATE_FUNDED}' OR {school}.type = '{BUT_STATE_FUNDED}')"
    )


def works_today(placement: str) -> str:
    """Somebody works there today: an active placement, and a holder of its post. Parameter: `today`."""
    return (
        f"({placement}.status = '{Placement.Status.ACTIVE}' AND {placement}.starts_on <= %(today)s AND EXISTS ("
        f"SELECT FROM {EMPLOYMENTS} e WHERE e.post_id = {placement}.post_id AND e.starts_on <= %(today)s "
        "AND (e.ends_on IS NULL OR e.ends_on >= %(today)s)))"
    )


def not_over(placement: str) -> str:
    """Placements that bring, or are to bring, a worker. Parameter: `today`."""
    ended = Placement.Status.ENDED
    return f"{placement}.status <> '{ended}' AND ({placement}.ends_on IS NULL OR {placement}.ends_on >= %(today)s)"


def _scores() -> str:
    """The score of each eligible school, in tenths of a point, and what it comes of: the tables both statements share.

    - `published`: what each source says of each year, of the columns that count.
    - `kinds`: what a source says of a year in the same definitions is of one kind, and is counted at once.
    - `counts`: of how many schools there is a figure, by part, year and definition. One school that two sources tell
      of is one; only where there are two, schools are told apart (`overlapping`).
    - `basis`: of each part the newest year that at least half as many schools have as have the fullest one, and in it
      the definition of most. Only figures of this year and definition are ranked.
    - `counted`: each school's figure of each part that is ranked, and how many schools have less and at most as much.
    - `scored`: whole numbers alone, halves up, as `schools.rules.need` has it with fractions.
    """
    weights = _of_each_part(
        lambda part: (
            f"SELECT {_named(part)}, "
            f"coalesce(%({part})s::int, (SELECT {part} FROM decided), {EXAMPLE.of(part)}) AS weight"
        )
    )
    values = ", ".join(f"{_value_of(part)} AS {part}" for part in PERCENT)
    numbers = ", ".join(f"count({part}) AS {part}" for part in PERCENT)
    return f"""
        eligible AS MATERIALIZED (
            SELECT {_facts("s")} FROM {SCHOOLS} s WHERE {is_eligible("s")}
        ), published AS MATERIALIZED (
            SELECT f.school_id, f.year, f.source, f.number_on_roll, f.marks, f.definitions, {values}
            FROM {FIGURES} f WHERE f.school_id IN (SELECT id FROM eligible)
        ), decided AS MATERIALIZED (
            SELECT * FROM {WEIGHTS} WHERE starts_on <= %(today)s ORDER BY starts_on DESC, id DESC LIMIT 1
        ), weights AS MATERIALIZED (
            {weights}
        ), kinds AS MATERIALIZED (
            SELECT source, year, definitions, {numbers} FROM published GROUP BY source, year, definitions
        ), known AS MATERIALIZED (
            SELECT part, year, definition, sum(schools)::bigint AS schools, count(DISTINCT source) AS sources
            FROM ({_of_each_part(_known_of)}) each GROUP BY part, year, definition
        ), overlapping AS MATERIALIZED (
            SELECT part, year, definition, count(DISTINCT school_id) AS schools
            FROM ({_said("published")}) said JOIN known t USING (part, year, definition)
            WHERE value IS NOT NULL AND t.sources > 1 AND (SELECT max(sources) FROM known) > 1
            GROUP BY part, year, definition
        ), counts AS MATERIALIZED (
            SELECT part, year, definition, coalesce(o.schools, t.schools) AS schools
            FROM known t LEFT JOIN overlapping o USING (part, year, definition)
        ), years AS (
            SELECT part, year, sum(schools) AS schools, max(sum(schools)) OVER (PARTITION BY part) AS most
            FROM counts GROUP BY part, year
        ), basis AS MATERIALIZED (
            SELECT DISTINCT ON (c.part) c.part, c.year, c.definition, w.weight
            FROM counts c JOIN years y USING (part, year) JOIN weights w USING (part)
            ORDER BY c.part, (2 * y.schools >= y.most) DESC, c.year DESC, c.schools DESC, c.definition
        ), counted AS MATERIALIZED (
            {_of_each_part(_counted_of)}
        ), ranked AS MATERIALIZED (
            SELECT part, year, definition, array_agg(source) AS sources, sum(schools)::bigint AS schools, weight
            FROM (SELECT part, source, count(*) AS schools FROM counted GROUP BY part, source) each
            JOIN basis USING (part) GROUP BY part, year, definition, weight
        ), scored AS MATERIALIZED (
            SELECT school_id, (200 * sum(tenths) + sum(weight)) / (2 * nullif(sum(weight), 0)) AS tenths
            FROM (
                SELECT c.school_id, r.weight,
                    ((10 * r.weight * (c.below + c.up_to) + r.schools) / (2 * r.schools))::int AS tenths
                FROM counted c JOIN ranked r USING (part)
            ) each GROUP BY school_id
        ), there AS MATERIALIZED (
            SELECT p.school_id, p.hours_per_week, p.room_is_ready, {works_today("p")} AS works
            FROM {PLACEMENTS} p WHERE {not_over("p")}
        )"""


def _parts(wanted: str) -> str:
    """Each wanted school's figures as JSON; of a part that is not ranked the figure nearest to it, which says why not.
    `wanted` is a condition on a table with `school_id`."""
    marks = "CASE part " + " ".join(f"WHEN '{part}' THEN {_text_of(part, 'c.marks')}" for part in PERCENT) + " END"
    return f"""
        theirs AS MATERIALIZED (
            SELECT * FROM published p WHERE {wanted.format("p")}
        ), uncounted AS (
            SELECT DISTINCT ON (a.part, a.school_id) a.*
            FROM ({_said("theirs")}) a
            LEFT JOIN basis b USING (part) LEFT JOIN counted c USING (part, school_id)
            WHERE c.part IS NULL
            ORDER BY a.part, a.school_id, (a.year = b.year) DESC, a.year DESC, (a.value IS NOT NULL) DESC, a.preference
        ), told AS MATERIALIZED (
            SELECT school_id, jsonb_agg(said) AS parts FROM (
                SELECT c.school_id, jsonb_build_array(c.part, c.value::text, true, c.below, c.up_to - c.below,
                    r.schools, r.year, r.definition, c.source, {marks}) AS said
                FROM counted c JOIN ranked r USING (part) WHERE {wanted.format("c")}
                UNION ALL
                SELECT school_id, jsonb_build_array(part, value::text, false, null, null, null, year,
                    definition, source, mark) FROM uncounted
            ) each GROUP BY school_id
        )"""


@cache
def statement() -> str:
    """A row for each eligible school, the highest need first (BR-04).

    Parameters: `today`, `open`, `phases`, a weight by the name of each part (None: what was decided by then, else the
    example), and `figures_of`, the keys of the schools whose figures come with them: None for all. The last columns of
    the first row say what is ranked, and with which weights.
    """
    wanted = "(%(figures_of)s::bigint[] IS NULL OR {}.school_id = ANY(%(figures_of)s::bigint[]))"
    return f"""
        WITH {_scores()}, {_parts(wanted)}, rolls AS MATERIALIZED (
            {_rolls("number_on_roll IS NOT NULL")}
        ), engaged AS MATERIALIZED (
            {_engaged()}
        )
        SELECT {_facts("e")}, r.roll, round(s.tenths / 10.0, 1) AS score,
            CASE WHEN s.tenths IS NOT NULL THEN row_number() OVER place END AS rank,
            {_of_workers("g")}, t.parts,
            CASE WHEN row_number() OVER place = 1 THEN ({RANKS}) END AS ranks,
            CASE WHEN row_number() OVER place = 1 THEN ({USED}) END AS used
        FROM eligible e
        LEFT JOIN scored s ON s.school_id = e.id
        LEFT JOIN told t ON t.school_id = e.id
        LEFT JOIN rolls r ON r.school_id = e.id
        LEFT JOIN engaged g ON g.school_id = e.id
        WINDOW place AS (ORDER BY s.tenths DESC NULLS LAST, coalesce(r.roll, 0) DESC, e.urn::int)
        ORDER BY row_number() OVER place
    """


@cache
def of_one() -> str:
    """The row of one school among them, and after it: how many are ranked, and how many of higher need have nobody
    (BR-16), 0 where no second worker is. Parameters: as above, without `figures_of`, and `school`, its key.

    Its place is one more than the schools `above` it: nothing is put in order.
    """
    return f"""
        WITH {_scores()}, {_parts("{}.school_id = %(school)s")}, here AS MATERIALIZED (
            SELECT e.*, s.tenths FROM eligible e LEFT JOIN scored s ON s.school_id = e.id WHERE e.id = %(school)s
        ), alike AS MATERIALIZED (
            SELECT school_id FROM scored WHERE tenths = (SELECT tenths FROM here) UNION SELECT id FROM here
        ), rolls AS MATERIALIZED (
            {_rolls("number_on_roll IS NOT NULL AND school_id IN (SELECT school_id FROM alike)")}
        ), tied AS MATERIALIZED (
            SELECT a.school_id, coalesce(r.roll, 0) AS roll, e.urn::int AS urn
            FROM alike a JOIN eligible e ON e.id = a.school_id LEFT JOIN rolls r USING (school_id)
        ), above AS MATERIALIZED (
            SELECT school_id FROM scored WHERE tenths > coalesce((SELECT tenths FROM here), -1)
            UNION ALL
            SELECT t.school_id FROM tied t JOIN tied h ON h.school_id = %(school)s
            WHERE t.roll > h.roll OR (t.roll = h.roll AND t.urn < h.urn)
        ), engaged AS MATERIALIZED (
            {_engaged("WHERE school_id = %(school)s")}
        )
        SELECT {_facts("e")}, r.roll, round(e.tenths / 10.0, 1) AS score,
            CASE WHEN e.tenths IS NOT NULL THEN 1 + (SELECT count(*) FROM above) END AS rank,
            {_of_workers("g")}, t.parts, ({RANKS}), ({USED}),
            (SELECT count(tenths) FROM scored),
            CASE WHEN g.workers + g.coming >= 2 THEN (
                SELECT count(*) FROM above WHERE school_id NOT IN (SELECT school_id FROM there)
            ) ELSE 0 END
        FROM here e
        LEFT JOIN told t ON t.school_id = e.id
        LEFT JOIN rolls r ON r.school_id = e.id
        LEFT JOIN engaged g ON g.school_id = e.id
    """


def _facts(table: str) -> str:
    return ", ".join(f"{table}.{name}" for name in FACTS)


def _rolls(which: str) -> str:
    return f"""
            SELECT DISTINCT ON (school_id) school_id, number_on_roll AS roll
            FROM published p WHERE {which} ORDER BY school_id, year DESC, {PREFERENCE.format("p")}"""


def _engaged(which: str = "") -> str:
    return f"""
            SELECT school_id, count(*) FILTER (WHERE works) AS workers, count(*) FILTER (WHERE NOT works) AS coming,
                sum(hours_per_week) FILTER (WHERE works) AS hours,
                count(*) FILTER (WHERE NOT room_is_ready) AS without_room
            FROM there {which} GROUP BY school_id"""


def _of_workers(table: str) -> str:
    return ", ".join(
        f"coalesce({table}.{name}, 0) AS {name}" for name in ("workers", "coming", "hours", "without_room")
    )


def elsewhere() -> str:
    """Workers and hours a week in open schools that are not ranked. Parameters: as above."""
    return f"""
        SELECT count(*), coalesce(sum(p.hours_per_week), 0)
        FROM {PLACEMENTS} p JOIN {SCHOOLS} s ON s.id = p.school_id
        WHERE {not_over("p")} AND {works_today("p")} AND NOT ({is_eligible("s")})
    """
