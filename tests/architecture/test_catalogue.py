"""The wall as PostgreSQL itself describes it, whatever the models say (architecture 3)."""

from __future__ import annotations

import pytest
from django.apps import apps

from teams.foundation.constraints import INSIDE, AppendOnly
from teams.foundation.grants import APPEND_ONLY, CLOSED

APP, REPORT, RETENTION = "alongside_app", "alongside_report", "alongside_retention"

# The tables that belong to no authority, with every column in which words can stand. A name of a person in a record may
# stand in none of them: what is here is read by everybody's session.
GLOBAL = {
    "account_emailaddress": {"email"},
    "account_emailconfirmation": {"key"},
    "auth_group": {"name"},
    "auth_group_permissions": set(),
    "auth_permission": {"codename", "name"},
    "django_content_type": {"app_label", "model"},
    "django_migrations": {"app", "name"},
    "django_session": {"session_data", "session_key"},
    "guardian_groupobjectpermission": {"object_pk"},
    "guardian_userobjectpermission": {"object_pk"},
    "mfa_authenticator": {"data", "type"},
    # Accounts from outside: who, at which provider. Provider and secret stand in the settings, tokens nowhere.
    "socialaccount_socialaccount": {"extra_data", "provider", "uid"},
    "socialaccount_socialapp": {"client_id", "key", "name", "provider", "provider_id", "secret", "settings"},
    "socialaccount_socialtoken": {"token", "token_secret"},
    "teams_authority": {"colour", "la_code", "name", "second_step_roles", "service_name", "slug", "telephone"},
    "teams_user": {"email", "password"},
    "teams_user_groups": set(),
    "teams_user_user_permissions": set(),
    "usersessions_usersession": {"data", "ip", "session_key", "user_agent"},
}
# What the policy of every tenant table says, as PostgreSQL prints `INSIDE`.
WALL = "(authority_id = (current_setting('app.authority'::text))::integer)"
# The one second policy there is: a person finds their own memberships before the authority is known.
ALSO = {"teams_membership": ("SELECT", "(user_id = (NULLIF(current_setting('app.user'::text), ''::text))::integer)")}
# Indexes that lead with something else than the authority, each with its reason.
OTHER_INDEXES = {"teams_membership_by_user": "read before the authority is known"}
# Functions that run with their owner's rights. The erasure function of architecture 5 will be the first.
DEFINERS: set[str] = set()

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
TENANT = (
    "SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, a.attnotnull FROM pg_class c "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'authority_id' "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
)


def test_every_table_belongs_to_an_authority_or_is_on_the_list(catalogue):
    tables = {name for (name,) in catalogue(TABLES)}
    tenant = {name for _, name, *_ in catalogue(TENANT)}
    unknown, gone = tables - tenant - GLOBAL.keys(), GLOBAL.keys() - tables
    assert not unknown, f"{sorted(unknown)}: make it a TenantModel, or defend it in GLOBAL and docs/decisions/0002."
    assert not gone, f"{sorted(gone)}: no such table any more, take it off GLOBAL."
    assert not tenant & GLOBAL.keys(), "A table with authority_id is not global: take it off GLOBAL."


def test_no_global_table_grew_a_column_for_words(catalogue):
    found = {table: set() for table in GLOBAL}
    for table, column in catalogue(
        "SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relname = ANY(%s) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped "
        "AND a.atttypid::regtype::text NOT IN "
        "('bigint', 'boolean', 'integer', 'smallint', 'numeric', 'timestamp with time zone')",
        list(GLOBAL),
    ):
        found[table].add(column)
    assert found == GLOBAL, "A global table holds new words: may everybody read them? Then add the column to GLOBAL."


def test_every_tenant_table_is_forced_behind_the_one_policy(catalogue):
    policies = {}
    for table, name, command, permissive, roles, using, check in catalogue(
        "SELECT tablename, policyname, cmd, permissive, roles::text[], qual, with_check FROM pg_policies"
    ):
        policies.setdefault(table, {})[name] = (command, permissive, roles, using, check)
    for _, table, enabled, forced, not_null in catalogue(TENANT):
        assert (enabled, forced) == (True, True), (
            f"{table} has no forced row security: its Meta must say constraints = [*wall(...)]."
        )
        assert not_null, f"{table}.authority_id may be empty: a row of nobody passes every wall."
        found = policies[table]
        wall = found.pop(f"{table}_wall", None)
        assert wall == ("ALL", "PERMISSIVE", ["public"], WALL, WALL), (
            f"{table} has another policy than the one wall ({INSIDE}): no bypass term, no missing_ok, USING and CHECK."
        )
        if table in ALSO:
            command, using = ALSO[table]
            assert found.pop(f"{table}_wall_also") == (command, "PERMISSIVE", ["public"], using, None)
        assert not found, f"{table} has a second policy {sorted(found)}: policies add up, so each one is a door."


def test_an_authority_is_changed_from_inside_alone(catalogue):
    policies = dict(
        catalogue("SELECT cmd, coalesce(qual, with_check) FROM pg_policies WHERE tablename = 'teams_authority'")
    )
    own = "(id = (NULLIF(current_setting('app.authority'::text, true), ''::text))::integer)"
    assert policies == {"SELECT": "true", "INSERT": "true", "UPDATE": own}
    assert catalogue("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'teams_authority'") == [(True,)]


def test_every_key_between_tenant_tables_carries_the_authority(catalogue):
    tenant = {oid: name for oid, name, *_ in catalogue(TENANT)}
    for table, name, target, here, there, deferred, valid in catalogue(
        "SELECT conrelid, conname, confrelid, "
        "ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY k(n, i) JOIN pg_attribute "
        "ON attrelid = conrelid AND attnum = k.n ORDER BY i), "
        "ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY k(n, i) JOIN pg_attribute "
        "ON attrelid = confrelid AND attnum = k.n ORDER BY i), "
        "condeferred, convalidated FROM pg_constraint WHERE contype = 'f'"
    ):
        if table in tenant and target in tenant:
            assert (here[0], there) == ("authority_id", ["authority_id", "id"]), (
                f"{name} of {tenant[table]} could lead into another authority: tenant_key, and its name in wall(...)."
            )
            assert (deferred, valid) == (True, True), f"{name} must be DEFERRABLE INITIALLY DEFERRED and validated."


def test_every_reference_to_a_tenant_row_is_a_key_of_the_database(catalogue):
    """`tenant_key` makes no key by itself: it is `wall` that does, and a name left out of it would be forgotten."""
    keyed = {
        (table, column)
        for table, column in catalogue(
            "SELECT c.relname::text, a.attname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(k.conkey) WHERE k.contype = 'f'"
        )
    }
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.is_relation:
                assert (model._meta.db_table, field.column) in keyed, (
                    f'{model.__name__}.{field.name} has no key in the database: add "{field.name}" to its wall(...).'
                )


def test_indexes_of_tenant_tables_lead_with_the_authority(catalogue):
    """Except primary keys, and Django's own index on one key, whose rows lie in one authority anyway."""
    for table, name, primary, unique, columns in catalogue(
        "SELECT t.relname::text, i.relname::text, x.indisprimary, x.indisunique, "
        "ARRAY(SELECT attname::text FROM unnest(x.indkey::int[]) WITH ORDINALITY k(n, o) JOIN pg_attribute "
        "ON attrelid = t.oid AND attnum = k.n ORDER BY o) FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid "
        f"JOIN pg_class i ON i.oid = x.indexrelid WHERE t.relname IN (SELECT relname FROM ({TENANT}) tenant)"
    ):
        leads = columns[:1] == ["authority_id"]
        one_key = not unique and len(columns) == 1 and columns[0].endswith("_id")
        assert primary or leads or one_key or name in OTHER_INDEXES, (
            f"{name} on {table} does not lead with the authority: put it first in fields, or db_index=False. "
            "A unique one would also tell one authority what another has."
        )


def test_the_app_role_owns_nothing_and_passes_nothing(catalogue):
    rights = dict.fromkeys(("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication"), False)
    found = catalogue(f"SELECT {', '.join(rights)} FROM pg_roles WHERE rolname = %s", APP)
    assert dict(zip(rights, found[0], strict=True)) == rights, "The app role must not pass the wall."
    owned = catalogue("SELECT relname FROM pg_class WHERE relowner = %s::regrole", APP)
    assert not owned, f"{owned} belong to the app role, which could then drop their policies: migrate as owner."
    member_of = catalogue("SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole", APP)
    assert not member_of, f"The app role may become {member_of}: revoke it."
    assert catalogue("SELECT has_schema_privilege(%s, 'public', 'CREATE')", APP) == [(False,)]
    assert catalogue("SELECT has_schema_privilege('public', 'CREATE')") == [(False,)]


def test_nobody_is_granted_more_than_the_grants_say(catalogue):
    writes = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES")
    for (table,) in catalogue(TABLES):
        app = {each for each in ("SELECT", *writes) if _may(catalogue, APP, table, each)}
        expected = {"SELECT", "INSERT", "UPDATE", "DELETE"}
        if table in APPEND_ONLY:
            expected = {"SELECT", "INSERT"}
        elif table in CLOSED:
            expected = set()
        elif table == "teams_authority":
            expected -= {"DELETE"}
        elif table == "django_migrations":
            expected = {"SELECT"}
        assert app == expected, f"The app role has {sorted(app)} on {table}: teams/foundation/grants.py says otherwise."
        report = {each for each in writes if _may(catalogue, REPORT, table, each)}
        assert not report, f"The report role may only read, and has {sorted(report)} on {table}."


def _may(catalogue, role: str, table: str, right: str) -> bool:
    return catalogue("SELECT has_table_privilege(%s, %s, %s)", role, f'public."{table}"', right)[0][0]


def test_what_is_written_once_is_so_by_grant_and_by_trigger():
    """The trigger holds the owner too, the grant holds even if somebody could switch the trigger off."""
    by_trigger = {
        model._meta.db_table
        for model in apps.get_models()
        if any(isinstance(constraint, AppendOnly) for constraint in model._meta.constraints)
    }
    assert by_trigger == set(APPEND_ONLY), (
        "AppendOnly in a model's Meta and APPEND_ONLY in grants.py name the same tables."
    )


def test_guardians_generic_tables_are_closed(catalogue):
    assert set(CLOSED) == {name for name in GLOBAL if name.startswith("guardian_")}, (
        "A generic table of guardian has no authority: nobody may grant outside the wall."
    )


def test_every_trigger_is_switched_on(catalogue):
    off = catalogue(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled NOT IN ('O', 'A')"
    )
    assert not off, f"{off} are switched off: ALTER TABLE ... ENABLE TRIGGER."
    declared = {
        constraint.name
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if hasattr(constraint, "timing")
    }
    there = {name for (name,) in catalogue("SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal")}
    assert there == declared, "A trigger is in the database and in no Meta, or the other way round."


def test_functions_run_with_the_rights_of_their_caller(catalogue):
    functions = catalogue(
        "SELECT proname::text, prosecdef, proowner::regrole::text, coalesce(proconfig, '{}') FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace"
    )
    for name, definer, owner, config in functions:
        assert not definer or name in DEFINERS, f"{name} is SECURITY DEFINER: it would see past the wall."
        assert owner != APP, f"{name} belongs to the app role, which could replace it."
        assert "search_path=public, pg_temp" in config, f"{name} must fix its search_path: temporary tables come first."


def test_views_ask_as_the_one_who_looks(catalogue):
    views = catalogue(
        "SELECT relname, reloptions FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
    )
    for name, options in views:
        assert "security_invoker=true" in (options or ()), (
            f"{name} shows rows with its owner's rights, past the wall: CREATE VIEW ... WITH (security_invoker = "
            "true); a materialised view cannot, so make a table of it."
        )


@pytest.mark.parametrize("role", [APP, REPORT])
def test_no_role_that_people_use_can_become_the_eraser(catalogue, role):
    assert not catalogue("SELECT pg_has_role(%s, %s, 'MEMBER')", role, RETENTION)[0][0]
    assert catalogue("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", RETENTION) == [(False,)]
