"""Posts, reviews and young people."""

POSTS = """
    SELECT t.area_id, w.team_id, count(*) FILTER (WHERE w.id IN (
        SELECT e.post_id FROM teams_employment e
        WHERE e.starts_on <= %(day)s AND coalesce(e.ends_on, 'infinity') >= %(day)s)), count(*)
    FROM teams_post w JOIN teams_team t ON t.id = w.team_id
    WHERE w.starts_on <= %(day)s AND coalesce(w.ends_on, 'infinity') >= %(day)s
    GROUP BY 1, 2
"""
# As of the first of the month. A young person is in the area of the school, and in the team of the worker's last post.
YOUNG_PEOPLE = """
    WITH day AS (SELECT date_trunc('month', %(day)s::date)::date AS first),
    posts AS (
        SELECT DISTINCT ON (e.person_id) e.person_id, w.team_id
        FROM teams_employment e JOIN teams_post w ON w.id = e.post_id, day
        WHERE e.starts_on <= first AND coalesce(e.ends_on, 'infinity') >= first
        ORDER BY e.person_id, e.starts_on DESC, e.id DESC
    )
    SELECT s.area_id, posts.team_id, count(*), 0
    FROM casework_youngperson y JOIN schools_school s ON s.id = y.school_id
    LEFT JOIN posts ON posts.person_id = y.worker_id, day
    WHERE y.starts_on <= first AND coalesce(y.ends_on, 'infinity') >= first
    GROUP BY 1, 2
"""
# Whose review of this year is final, under the scheme that holds for them, and of whom no other one runs. The year of a
# scheme begins in its own month; the profession's scheme comes before the employer's for all.
REVIEWS = """
    WITH workers AS (
        SELECT DISTINCT ON (e.person_id) e.person_id, e.employer, w.profession_id, w.team_id, t.area_id
        FROM teams_employment e JOIN teams_post w ON w.id = e.post_id JOIN teams_team t ON t.id = w.team_id
        JOIN teams_person h ON h.id = e.person_id
        WHERE h.left_at IS NULL AND e.starts_on <= %(day)s AND coalesce(e.ends_on, 'infinity') >= %(day)s
        ORDER BY e.person_id, e.starts_on, e.id
    ), latest AS (
        SELECT DISTINCT ON (x.scheme_id) c.employer, c.profession_id, x.content
        FROM performance_schemeedition x JOIN performance_scheme c ON c.id = x.scheme_id
        WHERE c.status = 'in_use' ORDER BY x.scheme_id, x.number DESC
    ), said AS (
        SELECT DISTINCT ON (person_id) workers.*, latest.content
        FROM workers LEFT JOIN latest ON latest.employer = workers.employer
            AND (latest.profession_id = workers.profession_id OR latest.profession_id IS NULL)
        ORDER BY person_id, latest.profession_id NULLS LAST
    )
    SELECT area_id, team_id, count(*) FILTER (WHERE EXISTS (
        SELECT 1 FROM performance_review r WHERE r.worker_id = person_id AND r.status = 'final'
        AND r.stage IN (SELECT step ->> 'code' FROM jsonb_array_elements(content -> 'stages') step)
        AND r.year = extract(year FROM %(day)s::date) - (
            extract(month FROM %(day)s::date) < (content ->> 'year_starts')::int)::int
    ) AND NOT EXISTS (
        SELECT 1 FROM performance_review r WHERE r.worker_id = person_id AND r.status NOT IN ('final', 'abandoned')
    )), count(*)
    FROM said GROUP BY 1, 2
"""

STATEMENTS = {"posts-filled": POSTS, "young-people-supported": YOUNG_PEOPLE, "reviews-final": REVIEWS}
