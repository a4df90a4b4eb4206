"""What funds pay, what of it may end, and how many days there are until somebody has to be told: to the penny."""

# A year's cost of each post on each day of a stretch: the salary of its grade and point, hours, term time, on-costs.
COSTS = """
    costs AS MATERIALIZED (
        SELECT w.id AS post_id, d::date AS day, round(
            r.salary * t.hours_per_week * (100 + r.on_costs_percent)
            * CASE WHEN t.term_time_only THEN c.term_time_weeks ELSE 1 END
            / (100 * c.whole_time_hours
                * CASE WHEN t.term_time_only THEN 52.143 - c.term_time_days_off / 5 ELSE 1 END), 2) AS cost
        FROM teams_post w JOIN teams_authority c ON c.id = w.authority_id,
        generate_series({first}, {last}, interval '1 day') d, LATERAL (
            SELECT * FROM teams_postterms x WHERE x.post_id = w.id AND x.starts_on <= d
            ORDER BY x.starts_on DESC LIMIT 1
        ) t, LATERAL (
            SELECT * FROM teams_payrate x WHERE x.grade = t.grade AND x.point = t.point AND x.starts_on <= d
            ORDER BY x.starts_on DESC LIMIT 1
        ) r
        WHERE d BETWEEN w.starts_on AND coalesce(w.ends_on, 'infinity')
    )
"""
# A month is a twelfth of the year, its days alike; 755,160 is what 28, 29, 30 and 31 all divide, so nothing is rounded
# until the post's sum is. What is left of pennies goes to the largest parts of one: funds first, then schools.
YEAR = (
    "WITH year AS (SELECT make_date(extract(year FROM %(day)s::date - interval '8 months')::int, 9, 1) AS first), "
    + COSTS.format(
        first="(SELECT first FROM year)", last="(SELECT first + interval '1 year' - interval '1 day' FROM year)"
    )
    + """
    , paid AS MATERIALIZED (
        SELECT c.post_id, h.fund_id, h.school_id, c.day,
            c.cost * h.percent * (755160 / extract(day FROM date_trunc('month', c.day) + interval '1 month - 1 day'))
            AS exact, h.percent
        FROM costs c JOIN schools_share h ON h.post_id = c.post_id AND h.starts_on <= c.day
            AND coalesce(h.ends_on, 'infinity') >= c.day
    ), days AS MATERIALIZED (
        SELECT post_id, day, sum(percent) AS percent FROM paid GROUP BY 1, 2
    ), whole AS MATERIALIZED (
        SELECT w.id AS post_id FROM teams_post w, year
        WHERE least(coalesce(w.ends_on, 'infinity'), first + interval '1 year' - interval '1 day')::date
            - greatest(w.starts_on, first) + 1
            = (SELECT count(*) FROM days WHERE days.post_id = w.id AND days.percent = 100)
    ), sums AS (
        SELECT post_id, fund_id, school_id, sum(exact) / (12 * 755160) AS pennies
        FROM paid JOIN whole USING (post_id) GROUP BY 1, 2, 3
    ), shared AS (
        SELECT *, floor(pennies) + (row_number() OVER (
            PARTITION BY post_id ORDER BY pennies - floor(pennies) DESC, fund_id IS NULL, coalesce(fund_id, school_id)
        ) <= round(sum(pennies) OVER post) - sum(floor(pennies)) OVER post)::int AS amount
        FROM sums WINDOW post AS (PARTITION BY post_id)
    )
"""
)
BY_FUND = f"""
    {YEAR}
    SELECT t.area_id, w.team_id, coalesce(sum(amount) FILTER (WHERE fund_id IS NOT NULL), 0) / 100, sum(amount) / 100
    FROM shared JOIN teams_post w ON w.id = post_id JOIN teams_team t ON t.id = w.team_id GROUP BY 1, 2
"""
# The same by fund, for the parts of that figure.
EACH_FUND = f"""
    {YEAR}
    SELECT f.name, coalesce(sum(amount), 0) / 100
    FROM schools_fundingstream f LEFT JOIN shared ON shared.fund_id = f.id GROUP BY 1
"""
# What is asked of whom, and what ends it, between the day and {until}. Each way of ending is a statement of its own.
RISKS = """
    said AS (
        SELECT DISTINCT ON (p.post_id, p.school_id, n.school_year) p.post_id, p.school_id, n.school_year, n.answer
        FROM schools_nextyear n JOIN schools_placement p ON p.id = n.placement_id
        WHERE p.status <> 'ended' ORDER BY p.post_id, p.school_id, n.school_year, n.id DESC
    ), answers AS (
        SELECT post_id, school_id, answer, make_date(school_year, 9, 1) AS first, coalesce(
            make_date(lead(school_year) OVER (PARTITION BY post_id, school_id ORDER BY school_year), 9, 1) - 1,
            'infinity') AS last
        FROM said
    ), shares AS (
        SELECT h.post_id, h.fund_id, h.school_id, h.percent, greatest(h.starts_on, w.starts_on) AS first,
            least(coalesce(h.ends_on, 'infinity'), coalesce(w.ends_on, 'infinity')) AS last
        FROM schools_share h JOIN teams_post w ON w.id = h.post_id
    ), risks AS (
        SELECT h.post_id, h.fund_id, h.school_id, f.ends_on AS since, h.percent,
            greatest(h.first, f.ends_on + 1, %(day)s) AS first
        FROM shares h JOIN schools_fundingstream f ON f.id = h.fund_id AND f.ends_on IS NOT NULL
        WHERE greatest(h.first, f.ends_on + 1, %(day)s) <= least(h.last, {until})
        UNION
        SELECT h.post_id, h.fund_id, h.school_id, a.first - 1, h.percent, greatest(h.first, a.first, %(day)s)
        FROM shares h JOIN answers a ON a.post_id = h.post_id AND a.school_id = h.school_id
        WHERE a.answer IN ('cannot', 'unknown')
        AND greatest(h.first, a.first, %(day)s) <= least(h.last, a.last, {until})
        UNION
        SELECT h.post_id, h.fund_id, h.school_id, ended.last, h.percent, greatest(ended.last + 1, %(day)s)
        FROM shares h JOIN (
            SELECT post_id, max(last) AS last FROM shares GROUP BY 1
        ) ended ON ended.post_id = h.post_id AND ended.last = h.last
        JOIN teams_post w ON w.id = h.post_id
        WHERE ended.last < 'infinity'
        AND greatest(ended.last + 1, %(day)s) <= least(coalesce(w.ends_on, 'infinity'), {until})
    )
"""
AT_RISK = (
    "WITH "
    + COSTS.format(first="%(day)s::date", last="%(day)s::date")
    + ", "
    + RISKS.format(until="(%(day)s::date + interval '12 months')::date")
    + """
    , parts AS (
        SELECT DISTINCT ON (post_id, fund_id, school_id) * FROM risks ORDER BY post_id, fund_id, school_id, first
    ), in_turn AS (
        SELECT *, coalesce(sum(percent) OVER (
            PARTITION BY post_id ORDER BY first, fund_id NULLS LAST, school_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
        FROM parts
    ), lost AS (
        SELECT k.post_id, k.school_id, round(c.cost * least(k.percent, 100 - k.before) / 100, 2) AS amount
        FROM in_turn k JOIN teams_post w ON w.id = k.post_id LEFT JOIN costs c ON c.post_id = k.post_id
        WHERE k.before < 100 AND %(day)s BETWEEN w.starts_on AND coalesce(w.ends_on, 'infinity')
    )
    SELECT CASE WHEN s.id IS NULL THEN t.area_id ELSE s.area_id END, w.team_id, coalesce(sum(amount), 0), 0
    FROM lost LEFT JOIN schools_school s ON s.id = lost.school_id JOIN teams_post w ON w.id = lost.post_id
    JOIN teams_team t ON t.id = w.team_id GROUP BY 1, 2
"""
)
# One whole school term before the end; the last day before it began. Until the end of the second school year from now.
NOTICE = (
    "WITH "
    + RISKS.format(until="(make_date(extract(year FROM %(day)s::date - interval '8 months')::int + 3, 8, 31))")
    + """
    , endings AS (
        SELECT since AS ends_on FROM risks WHERE since >= %(day)s
        UNION
        SELECT p.ends_on FROM schools_placement p WHERE p.status <> 'ended' AND p.ends_on >= %(day)s
        AND p.ends_on <= make_date(extract(year FROM %(day)s::date - interval '8 months')::int + 3, 8, 31)
    ), notices AS (
        SELECT (SELECT t.starts_on - 1 FROM teams_term t WHERE t.ends_on <= e.ends_on AND t.ends_on >= e.ends_on - 183
            ORDER BY t.ends_on DESC LIMIT 1) AS day
        FROM endings e
    )
    SELECT NULL, NULL, min(day) - %(day)s::date, 0 FROM notices WHERE day >= %(day)s
"""
)

STATEMENTS = {"money-by-fund": BY_FUND, "money-at-risk": AT_RISK, "next-notice-date": NOTICE}
