"""Supervision in date, and the shares of this term's records and actions."""

# England's, of the years that the tests lie in: by hand, from gov.uk.
BANK_HOLIDAYS = """
    ('2025-12-25'), ('2025-12-26'), ('2026-01-01'), ('2026-04-03'), ('2026-04-06'), ('2026-05-04'), ('2026-05-25'),
    ('2026-08-31'), ('2026-12-25'), ('2026-12-28'), ('2027-01-01'), ('2027-03-26'), ('2027-03-29')
"""
# Nine school weeks are 45 days of the school; with the 46th they are over. They run from the latest supervision in any
# of the worker's schools, or from what the school called off; where there was none from the start of the rhythm, of the
# worker's set or of the work, whichever was last. The school whose days count is the one that was visited longest ago.
# Counted in the area of the school, else in that of the team.
IN_DATE = f"""
    WITH placed AS (
        SELECT p.id, p.school_id, p.starts_on, coalesce(s.area_id, t.area_id) AS area_id, s.name, w.team_id,
            r.starts_on AS rhythm, (
            SELECT e.person_id FROM teams_employment e JOIN teams_person h ON h.id = e.person_id
            WHERE e.post_id = w.id AND e.starts_on <= %(day)s AND coalesce(e.ends_on, 'infinity') >= %(day)s
            AND (h.left_at IS NULL OR (h.left_at AT TIME ZONE 'Europe/London')::date > %(day)s)
            ORDER BY e.starts_on, e.id LIMIT 1
        ) AS worker
        FROM schools_placement p JOIN schools_school s ON s.id = p.school_id JOIN teams_post w ON w.id = p.post_id
        JOIN teams_team t ON t.id = w.team_id JOIN supervision_pattern r ON r.profession_id = w.profession_id
            AND r.shape = 'alternate' AND r.starts_on <= %(day)s
        WHERE p.starts_on <= %(day)s AND coalesce(p.ends_on, 'infinity') >= %(day)s
    ), held AS (
        SELECT v.worker_id, v.placement_id,
            coalesce((o.starts_at AT TIME ZONE 'Europe/London')::date, v.due_on) AS day
        FROM supervision_visit v LEFT JOIN teams_occasion o ON o.id = v.occasion_id
        WHERE v.kind = 'in_school' AND v.status = 'held'
    ), visited AS (
        SELECT placed.*, (
            SELECT max(day) FROM held WHERE placement_id = placed.id AND worker_id = worker AND day <= %(day)s
        ) AS here
        FROM placed WHERE worker IS NOT NULL
    ), workers AS (
        SELECT worker, team_id, (array_agg(area_id ORDER BY id))[1] AS area_id, min(starts_on) AS starts_on,
            min(rhythm) AS rhythm,
            (array_agg(school_id ORDER BY coalesce(here, '-infinity'), starts_on, name))[1] AS school_id
        FROM visited GROUP BY worker, team_id
    ), counted AS (
        SELECT workers.*, coalesce(
            greatest(
                (SELECT max(day) FROM held WHERE worker_id = worker AND day <= %(day)s),
                (SELECT max((c.was_at AT TIME ZONE 'Europe/London')::date) FROM supervision_calledoff c
                JOIN supervision_visit v ON v.id = c.visit_id WHERE v.worker_id = worker AND v.kind = 'in_school'
                AND c.side = 'school' AND (c.was_at AT TIME ZONE 'Europe/London')::date <= %(day)s)
            ),
            greatest(
                starts_on, rhythm,
                (SELECT max(t.starts_on) FROM supervision_setplace t
                WHERE t.person_id = worker AND t.starts_on <= %(day)s)
            )
        ) AS since FROM workers
    )
    SELECT area_id, team_id, count(*) FILTER (WHERE (
        SELECT count(*) FROM generate_series(since + 1, %(day)s::date, interval '1 day') d
        WHERE extract(isodow FROM d) < 6 AND d::date NOT IN (VALUES {BANK_HOLIDAYS.replace("(", "(date ")})
        AND coalesce(
            (SELECT own.kind = 'open' FROM schools_schoolday own WHERE own.school_id = counted.school_id
            AND own.status = 'stands' AND d BETWEEN own.starts_on AND own.ends_on
            ORDER BY own.starts_on DESC, own.id DESC LIMIT 1),
            EXISTS (SELECT 1 FROM teams_term t WHERE d BETWEEN t.starts_on AND t.ends_on
                AND NOT d BETWEEN t.half_term_starts_on AND t.half_term_ends_on)
        )
    ) < 46), count(*)
    FROM counted GROUP BY 1, 2
"""
# This term goes until the next one begins, and no further than the day that is counted.
TERM = """
    WITH term AS (SELECT max(starts_on) AS first FROM teams_term WHERE starts_on <= %(day)s), records AS (
        SELECT n.id, t.area_id, w.team_id
        FROM supervision_session n JOIN supervision_visit v ON v.id = n.visit_id
        JOIN schools_placement p ON p.id = v.placement_id JOIN teams_post w ON w.id = p.post_id
        JOIN teams_team t ON t.id = w.team_id, term
        WHERE v.kind = 'in_school'
        AND (n.started_at AT TIME ZONE 'Europe/London')::date BETWEEN first AND %(day)s
    )
"""
PRESENT = f"""
    {TERM}
    SELECT area_id, team_id, count(*) FILTER (WHERE EXISTS (
        SELECT 1 FROM supervision_sessionperson h WHERE h.session_id = r.id AND h.part = 'school')), count(*)
    FROM records r GROUP BY 1, 2
"""
IN_THE_ROOM = f"""
    {TERM}
    SELECT area_id, team_id, count(*) FILTER (WHERE (
        SELECT bool_and(h.how = 'room' AND h.answer = 'accurate')
        FROM supervision_sessionperson h WHERE h.session_id = r.id)), count(*)
    FROM records r GROUP BY 1, 2
"""
SORTED = f"""
    {TERM}
    SELECT area_id, team_id, count(*) FILTER (WHERE (line ->> 'sorted')::boolean), count(*)
    FROM records r JOIN supervision_sessionpart s ON s.session_id = r.id AND s.audience = 'shared',
    jsonb_array_elements(s.words -> 'sort_out') line
    GROUP BY 1, 2
"""
# Each action in the term in which it ended or fell due, whichever was first. As it stood on that day: what was settled
# afterwards was open then, and what was promised afterwards was not there.
KEPT = """
    WITH term AS (SELECT max(starts_on) AS first FROM teams_term WHERE starts_on <= %(day)s), promised AS (
        SELECT DISTINCT c.id, t.area_id, w.team_id, c.due_on, CASE
            WHEN (c.settled_at AT TIME ZONE 'Europe/London')::date <= %(day)s THEN c.status ELSE 'open' END AS status,
            least(c.due_on, (c.settled_at AT TIME ZONE 'Europe/London')::date) AS over
        FROM teams_commitment c JOIN supervision_visit v ON v.occasion_id = c.occasion_id AND v.kind = 'in_school'
        JOIN schools_placement p ON p.id = v.placement_id JOIN teams_post w ON w.id = p.post_id
        JOIN teams_team t ON t.id = w.team_id
        WHERE (c.made_at AT TIME ZONE 'Europe/London')::date <= %(day)s
    )
    SELECT area_id, team_id, count(*) FILTER (WHERE status = 'kept'), count(*) FROM promised, term
    WHERE status <> 'new_date' AND (status <> 'open' OR due_on < %(day)s)
    AND CASE WHEN status = 'open' THEN due_on ELSE over END BETWEEN first AND %(day)s
    GROUP BY 1, 2
"""

STATEMENTS = {
    "supervision-in-date": IN_DATE,
    "school-present": PRESENT,
    "agreed-in-the-room": IN_THE_ROOM,
    "sorted-there": SORTED,
    "actions-kept": KEPT,
}
