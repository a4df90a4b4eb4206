"""The one statement that scores an authority's schools: England's 20,217 in one authority as well as a county's 500.

What a figure earns is worked out here for all schools at once; `schools.rules.need` says the same for one school, and a
test holds the two together. Nothing that a file or a person says is part of the statement: only names of our own
columns are, and whole numbers for weights.
"""

# ruff: noqa: S608  see above

from __future__ import annotations

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


def _said_of(part: str) -> str:
    """What is published of one part: a statement each, for lines of VALUES in each row took ten times as long."""
    percent, count = PERCENT[part]
    value, mark = f"f.{percent}", f"f.marks ->> '{percent}'"
    definition = f"f.definitions ->> '{percent}'"
    if count:
        value = f"coalesce({value}, round(100.0 * f.{count} / nullif(f.number_on_roll, 0), 1))"
        mark = f"coalesce({mark}, f.marks ->> '{count}')"
        definition = f"coalesce({definition}, f.definitions ->> '{count}')"
    return f"""
            SELECT f.school_id, f.year, array_position(%(sources)s::text[], f.source::text) AS preference, f.source,
                '{part}' COLLATE "C" AS part, {value} AS value, {mark} AS mark,
                coalesce({definition}, '') COLLATE "C" AS definition
            FROM published f WHERE {value} IS NOT NULL OR {mark} IS NOT NULL"""


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


def statement() -> str:
    """A row for each eligible school, the highest need first (BR-04).

    Parameters: `today`, `open`, `phases`, `sources`, a weight by the name of each part (None: what was decided by then,
    else the example), and `figures_of`, the keys of the schools whose figures come with them: None for all. The last
    columns of the first row say what is ranked, and with which weights.

    - `basis`: of each part the newest year that at least half as many schools have as have the fullest one, and in it
      the definition of most. Only figures of this year and definition are ranked.
    - `counted`: each school's figure of each part that is ranked.
    - `placed`: how many schools have less, and how many have at most as much, of all whose figure counts.
    - `uncounted`: of each part that is not ranked the figure nearest to it, which says why not.
    """
    said = " UNION ALL ".join(_said_of(part) for part in PERCENT)
    weights = " UNION ALL ".join(
        f"SELECT '{part}' COLLATE \"C\" AS part, "
        f"coalesce(%({part})s::int, (SELECT {part} FROM decided), {EXAMPLE.of(part)}) AS weight"
        for part in PERCENT
    )
    preference = "array_position(%(sources)s::text[], source::text)"
    wanted = "(%(figures_of)s::bigint[] IS NULL OR {}.school_id = ANY(%(figures_of)s::bigint[]))"
    return f"""
        WITH eligible AS MATERIALIZED (
            SELECT s.* FROM {SCHOOLS} s WHERE {is_eligible("s")}
        ), published AS MATERIALIZED (
            SELECT f.* FROM {FIGURES} f WHERE f.school_id IN (SELECT id FROM eligible)
        ), said AS MATERIALIZED (
            {said}
        ), decided AS MATERIALIZED (
            SELECT * FROM {WEIGHTS} WHERE starts_on <= %(today)s ORDER BY starts_on DESC, id DESC LIMIT 1
        ), weights AS MATERIALIZED (
            {weights}
        ), counts AS MATERIALIZED (
            SELECT part, year, definition, count(*) AS schools FROM (
                SELECT DISTINCT part, year, definition, school_id FROM said WHERE value IS NOT NULL
            ) each GROUP BY part, year, definition
        ), years AS (
            SELECT part, year, sum(schools) AS schools, max(sum(schools)) OVER (PARTITION BY part) AS most
            FROM counts GROUP BY part, year
        ), basis AS MATERIALIZED (
            SELECT DISTINCT ON (c.part) c.part, c.year, c.definition, w.weight
            FROM counts c JOIN years y USING (part, year) JOIN weights w USING (part)
            ORDER BY c.part, (2 * y.schools >= y.most) DESC, c.year DESC, c.schools DESC, c.definition
        ), counted AS MATERIALIZED (
            SELECT DISTINCT ON (a.part, a.school_id) a.*, b.weight
            FROM said a JOIN basis b USING (part, year, definition) WHERE a.value IS NOT NULL
            ORDER BY a.part, a.school_id, a.preference
        ), ranked AS MATERIALIZED (
            SELECT part, year, definition, array_agg(DISTINCT source) AS sources, count(*) AS schools
            FROM counted GROUP BY part, year, definition
        ), placed AS MATERIALIZED (
            SELECT c.*, rank() OVER smaller - 1 AS below, count(*) OVER smaller AS up_to, r.schools AS whole
            FROM counted c JOIN ranked r USING (part)
            WINDOW smaller AS (PARTITION BY c.part ORDER BY c.value)
        ), scored AS MATERIALIZED (
            SELECT school_id,
                round(
                    100 * sum(round(weight * (below + up_to)::numeric / (2 * whole), 1)) / nullif(sum(weight), 0), 1
                ) AS score
            FROM placed GROUP BY school_id
        ), uncounted AS (
            SELECT DISTINCT ON (a.part, a.school_id) a.*
            FROM said a LEFT JOIN basis b USING (part) LEFT JOIN counted c USING (part, school_id)
            WHERE c.part IS NULL AND {wanted.format("a")}
            ORDER BY a.part, a.school_id, (a.year = b.year) DESC, a.year DESC, (a.value IS NOT NULL) DESC, a.preference
        ), told AS MATERIALIZED (
            SELECT school_id, jsonb_agg(said) AS parts FROM (
                SELECT school_id, jsonb_build_array(part, value::text, true, below, up_to - below, whole, year,
                    definition, source, mark) AS said FROM placed p WHERE {wanted.format("p")}
                UNION ALL
                SELECT school_id, jsonb_build_array(part, value::text, false, null, null, null, year,
                    definition, source, mark) FROM uncounted
            ) each GROUP BY school_id
        ), rolls AS MATERIALIZED (
            SELECT DISTINCT ON (school_id) school_id, number_on_roll AS roll
            FROM published WHERE number_on_roll IS NOT NULL ORDER BY school_id, year DESC, {preference}
        ), there AS MATERIALIZED (
            SELECT p.school_id, p.hours_per_week, p.room_is_ready, {works_today("p")} AS works
            FROM {PLACEMENTS} p WHERE {not_over("p")}
        ), engaged AS MATERIALIZED (
            SELECT school_id, count(*) FILTER (WHERE works) AS workers, count(*) FILTER (WHERE NOT works) AS coming,
                sum(hours_per_week) FILTER (WHERE works) AS hours,
                count(*) FILTER (WHERE NOT room_is_ready) AS without_room
            FROM there GROUP BY school_id
        )
        SELECT e.id, e.public_id, e.urn, e.name, e.phase, e.area_id, e.easting, e.northing, r.roll, s.score,
            CASE WHEN s.score IS NOT NULL THEN row_number() OVER place END AS rank,
            coalesce(g.workers, 0) AS workers, coalesce(g.coming, 0) AS coming, coalesce(g.hours, 0) AS hours,
            coalesce(g.without_room, 0) AS without_room, t.parts,
            CASE WHEN row_number() OVER place = 1 THEN (
                SELECT jsonb_agg(jsonb_build_array(part, year, definition, sources, schools)) FROM ranked
            ) END AS ranks,
            CASE WHEN row_number() OVER place = 1 THEN (SELECT jsonb_object_agg(part, weight) FROM weights) END AS used
        FROM eligible e
        LEFT JOIN scored s ON s.school_id = e.id
        LEFT JOIN told t ON t.school_id = e.id
        LEFT JOIN rolls r ON r.school_id = e.id
        LEFT JOIN engaged g ON g.school_id = e.id
        WINDOW place AS (ORDER BY s.score DESC NULLS LAST, coalesce(r.roll, 0) DESC, e.urn::int)
        ORDER BY row_number() OVER place
    """


def of_one() -> str:
    """The row of one school among them, and after it: how many are ranked, and how many of higher need have nobody
    (BR-16). Parameters: as above, and `school`, its key.
    """
    return f"""
        WITH whole AS MATERIALIZED ({statement()})
        SELECT w.id, w.public_id, w.urn, w.name, w.phase, w.area_id, w.easting, w.northing, w.roll, w.score, w.rank,
            w.workers, w.coming, w.hours, w.without_room, w.parts,
            (SELECT ranks FROM whole WHERE ranks IS NOT NULL), (SELECT used FROM whole WHERE used IS NOT NULL),
            (SELECT count(rank) FROM whole),
            (SELECT count(*) FROM whole o WHERE o.workers = 0 AND o.coming = 0 AND o.rank IS NOT NULL
                AND (w.rank IS NULL OR o.rank < w.rank))
        FROM whole w WHERE w.id = %(school)s
    """


def elsewhere() -> str:
    """Workers and hours a week in open schools that are not ranked. Parameters: as above."""
    return f"""
        SELECT count(*), coalesce(sum(p.hours_per_week), 0)
        FROM {PLACEMENTS} p JOIN {SCHOOLS} s ON s.id = p.school_id
        WHERE {not_over("p")} AND {works_today("p")} AND NOT ({is_eligible("s")})
    """
