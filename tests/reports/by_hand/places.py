"""Agreements, schools and rooms."""

# An agreement belongs to the area of its school and to the team of its worker's post.
OF_AGREEMENTS = """
    FROM schools_agreement a
    JOIN schools_placement p ON p.id = a.placement_id
    JOIN schools_school s ON s.id = p.school_id
    JOIN teams_post w ON w.id = p.post_id
"""
SIGNED = f"""
    SELECT s.area_id, w.team_id, count(*) FILTER (WHERE a.in_force_id IS NOT NULL), count(*)
    {OF_AGREEMENTS}
    WHERE a.school_year = extract(year FROM %(day)s::date - interval '8 months') AND a.status <> 'ended'
    GROUP BY 1, 2
"""
# Then: what was withdrawn before all three had signed was there until it was, whatever last day was written down.
SIGNED_THEN = f"""
    SELECT s.area_id, w.team_id,
        count(*) FILTER (WHERE (a.activated_at AT TIME ZONE 'Europe/London')::date <= %(day)s), count(*)
    {OF_AGREEMENTS}
    WHERE a.school_year = extract(year FROM %(day)s::date - interval '8 months')
    AND (SELECT min(v.made_at AT TIME ZONE 'Europe/London')::date FROM schools_agreementversion v
        WHERE v.agreement_id = a.id) <= %(day)s
    AND CASE WHEN a.status <> 'ended' THEN true
        WHEN a.in_force_id IS NULL THEN (a.ended_at AT TIME ZONE 'Europe/London')::date > %(day)s
        ELSE a.ended_on >= %(day)s END
    GROUP BY 1, 2
"""
WAITING = f"""
    SELECT s.area_id, w.team_id, count(*), 0 {OF_AGREEMENTS} WHERE a.status = 'offered' GROUP BY 1, 2
"""
HELD = """
    EXISTS (SELECT 1 FROM teams_employment e WHERE e.post_id = p.post_id AND e.starts_on <= %(day)s
        AND coalesce(e.ends_on, 'infinity') >= %(day)s)
"""
SCHOOLS = f"""
    SELECT s.area_id, NULL, count(*) FILTER (WHERE s.id IN (
        SELECT p.school_id FROM schools_placement p WHERE p.status = 'active' AND p.starts_on <= %(day)s
        AND coalesce(p.ends_on, 'infinity') >= %(day)s AND {HELD})), count(*)
    FROM schools_school s
    WHERE s.status IN ('open', 'closing') AND coalesce(s.closed_on, 'infinity') >= %(day)s
    GROUP BY 1
"""
# Then: a school that has shut since was open, and one that has opened since was not there.
SCHOOLS_THEN = f"""
    SELECT s.area_id, NULL, count(*) FILTER (WHERE s.id IN (
        SELECT p.school_id FROM schools_placement p WHERE p.starts_on <= %(day)s
        AND (p.activated_at AT TIME ZONE 'Europe/London')::date <= %(day)s
        AND coalesce(p.ends_on, 'infinity') >= %(day)s AND {HELD})), count(*)
    FROM schools_school s
    WHERE coalesce(s.opened_on, '-infinity') <= %(day)s
    AND (s.status IN ('open', 'closing') AND coalesce(s.closed_on, 'infinity') >= %(day)s
        OR s.status = 'closed' AND s.closed_on >= %(day)s)
    GROUP BY 1
"""
# A placement whose post nobody holds has no worker, so there is nobody who could have a room.
ROOMS = f"""
    SELECT s.area_id, w.team_id, count(*) FILTER (WHERE p.room_is_ready), count(*)
    FROM schools_placement p JOIN schools_school s ON s.id = p.school_id JOIN teams_post w ON w.id = p.post_id
    WHERE p.status = 'active' AND p.starts_on <= %(day)s AND coalesce(p.ends_on, 'infinity') >= %(day)s AND {HELD}
    GROUP BY 1, 2
"""

STATEMENTS = {
    "agreements-signed": SIGNED,
    "waiting-for-signature": WAITING,
    "schools-with-a-worker": SCHOOLS,
    "rooms-ready": ROOMS,
}
OF_AN_EARLIER_DAY = {"agreements-signed": SIGNED_THEN, "schools-with-a-worker": SCHOOLS_THEN}
