"""The schools of the highest fifth, and those of them in which nobody works."""

# Of each part the figures of one year and one definition are ranked: here those that most schools have. A school stands
# in the middle of those that have as much; parts that are not known are left out and the others weighed anew.
HIGHEST = """
    WITH ranked AS (
        SELECT s.id, s.urn, s.area_id FROM schools_school s
        WHERE s.status IN ('open', 'closing') AND coalesce(s.closed_on, 'infinity') >= %(day)s
        AND s.phase IN ('Primary', 'Middle deemed primary', 'Secondary', 'Middle deemed secondary', 'All-through')
        AND (s.type_group <> 'Independent schools' OR s.type = 'City technology college')
    ), figures AS (
        SELECT f.school_id, f.year, f.source, part.* FROM schools_figures f JOIN ranked ON ranked.id = f.school_id,
        LATERAL (VALUES
            ('absence', 40, f.persistent_absence_percent, f.definitions ->> 'persistent_absence_percent'),
            ('free meals', 30, f.free_meals_ever_6_percent, f.definitions ->> 'free_meals_ever_6_percent'),
            ('support', 15, coalesce(f.sen_support_percent, round(100.0 * f.sen_support / f.number_on_roll, 1)),
                coalesce(f.definitions ->> 'sen_support_percent', f.definitions ->> 'sen_support')),
            ('plans', 15, coalesce(f.ehc_plans_percent, round(100.0 * f.ehc_plans / f.number_on_roll, 1)),
                coalesce(f.definitions ->> 'ehc_plans_percent', f.definitions ->> 'ehc_plans'))
        ) part (part, weight, value, definition)
        WHERE part.value IS NOT NULL
    ), basis AS (
        SELECT DISTINCT ON (part) part, year, coalesce(definition, '') AS definition FROM figures
        GROUP BY 1, 2, 3 ORDER BY part, count(DISTINCT school_id) DESC, year DESC
    ), counted AS (
        SELECT DISTINCT ON (f.school_id, f.part) f.school_id, f.part, f.weight, f.value FROM figures f JOIN basis b
        ON b.part = f.part AND b.year = f.year AND b.definition = coalesce(f.definition, '')
        ORDER BY f.school_id, f.part, array_position(ARRAY['census', 'absence', 'joined', 'gias'], f.source::text)
    ), earned AS (
        SELECT c.school_id, c.weight, round(c.weight * (
            2 * (SELECT count(*) FROM counted o WHERE o.part = c.part AND o.value < c.value)
            + (SELECT count(*) FROM counted o WHERE o.part = c.part AND o.value = c.value)
        )::numeric / (2 * (SELECT count(*) FROM counted o WHERE o.part = c.part)), 1) AS points
        FROM counted c
    ), scores AS (
        SELECT school_id, round(100 * sum(points) / sum(weight), 1) AS score FROM earned GROUP BY 1
    ), placed AS (
        SELECT r.id, r.area_id, count(*) OVER () AS schools, row_number() OVER (ORDER BY score DESC, coalesce((
            SELECT f.number_on_roll FROM schools_figures f WHERE f.school_id = r.id AND f.number_on_roll IS NOT NULL
            ORDER BY f.year DESC, array_position(ARRAY['census', 'absence', 'joined', 'gias'], f.source::text) LIMIT 1
        ), 0) DESC, r.urn::int) AS place
        FROM ranked r JOIN scores ON scores.school_id = r.id
    )
    SELECT area_id, NULL, count(*) FILTER (WHERE NOT EXISTS (
        SELECT 1 FROM schools_placement p JOIN teams_employment e ON e.post_id = p.post_id
        WHERE p.school_id = placed.id AND p.status = 'active' AND p.starts_on <= %(day)s
        AND coalesce(p.ends_on, 'infinity') >= %(day)s AND e.starts_on <= %(day)s
        AND coalesce(e.ends_on, 'infinity') >= %(day)s)), count(*)
    FROM placed WHERE 5 * (place - 1) < schools
    GROUP BY 1
"""

STATEMENTS = {"highest-need-without-worker": HIGHEST}
