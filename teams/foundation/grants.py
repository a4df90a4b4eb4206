"""What the roles may do, and how PostgreSQL plans for them, after every migration as owner. Grants are rules, not good
will.

The same code runs in production and in tests. `using` is `owner` wherever there are two roles.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections

# Written once by the app, and never touched again.
APPEND_ONLY = (
    "teams_auditevent",
    "schools_signature",
    "schools_needweights",
    "schools_proposalcopy",
    "casework_decision",
    "supervision_sessioncopy",
    "supervision_correction",
    "supervision_sessionopinion",
    "teams_questionnaire",
    "teams_wording",
    "teams_guidance",
    "teams_guidancewithdrawn",
    "performance_feedback",
    "performance_schemeedition",
    "performance_tally",
    "performance_pulseanswered",
    "performance_readbefore",
    "performance_heldwithout",
    "performance_ledbefore",
    "performance_saidbefore",
    "performance_reviewcopy",
    "performance_reviewcomment",
    "performance_judgement",
    "reports_packcopy",
    "reports_printedfigure",
    "reports_reading",
    "reports_sheet",
)
# guardian's generic tables have no authority column: nobody may grant outside the wall.
CLOSED = ("guardian_userobjectpermission", "guardian_groupobjectpermission")
NEVER_DELETED = ("teams_authority",)
# How many joins PostgreSQL puts into every order that there is; its own is 8. Our queries name their tables from the
# record outwards, and that order is nearly always the best one. To try all orders of ten tables took 60 to 120 ms, and
# to run the query then 2 ms: most of what a list of agreements cost (docs/how-to/measure-speed.md has the figures).
JOINS_AT_ONCE = 4


def grant(sender: Any, using: str, **kwargs: Any) -> None:
    app, report = settings.DATABASE_ROLES["app"], settings.DATABASE_ROLES["report"]
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [[app, report]])
        if len(cursor.fetchall()) < 2:
            return  # a database without our roles (somebody's scratch database) gets no grants
        cursor.execute(
            f"GRANT USAGE ON SCHEMA public TO {app}, {report}; "
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}; "
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {app}; "
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {report}; "
            f"REVOKE TRUNCATE ON ALL TABLES IN SCHEMA public FROM {app}; "
            f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {app}"
        )
        for tables, rights in ((APPEND_ONLY, "UPDATE, DELETE"), (NEVER_DELETED, "DELETE"), (CLOSED, "ALL")):
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY(%s)", [list(tables)]
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f'REVOKE {rights} ON "{table}" FROM {app}')


def plan(sender: Any, using: str, **kwargs: Any) -> None:
    """JOINS_AT_ONCE for every session of the database, where it is the owner's own: it holds behind a pooler too."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(datname) FROM pg_database d "
            "WHERE datname = current_database() AND pg_get_userbyid(datdba) = current_user "
            "AND NOT EXISTS (SELECT FROM pg_db_role_setting s WHERE s.setdatabase = d.oid AND s.setrole = 0 "
            "AND s.setconfig @> ARRAY['join_collapse_limit=' || %s])",
            [str(JOINS_AT_ONCE)],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER DATABASE {name} SET join_collapse_limit = {JOINS_AT_ONCE}")
