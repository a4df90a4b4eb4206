"""The one door into an authority's rows.

`authority_scope` opens a transaction and names the authority to PostgreSQL for that transaction alone; the policies of
`constraints.TenantPolicy` do the rest. It is opened in three places: the request middleware, the task base and the
command base. Outside it a query on a tenant table is an error, not an empty list.

`set_config` may occur in this file only (tests/architecture holds that).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction
from django.urls import get_script_prefix, set_script_prefix

logger = logging.getLogger(__name__)

NOWHERE = ""  # what the settings hold outside a scope: casting it to a number is an error, and loud
NO_AUTHORITY = 0  # owns nothing; lets a person's own memberships be read before the authority is known
NO_USER = 0  # opens no membership but those of the authority

_authority: ContextVar[int | None] = ContextVar("authority", default=None)
_afterwards: ContextVar[list[Callable[[], object]] | None] = ContextVar("afterwards", default=None)


class AuthoritySwitch(RuntimeError):
    """Somebody tried to walk from one authority into another without leaving the first."""


def current_authority_id() -> int | None:
    """The default of every tenant column.

    None outside a scope, so that building an instance never fails; the database refuses to insert it.
    """
    return _authority.get()


def _name_to_database(authority_id: int | str, user_id: int | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.authority', %s, true), set_config('app.user', %s, true)",
            [str(authority_id), str(user_id)],
        )


def _leave(outermost: bool) -> None:
    """Forget the authority, where the transaction goes on without us.

    At a real COMMIT the settings end with the transaction, and deferred checks still need them. Inside an outer
    transaction (a test's) the savepoint would keep them, so what was deferred is checked here, then they are cleared.
    """
    if outermost or transaction.get_rollback():
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    _name_to_database(NOWHERE, NOWHERE)


@contextmanager
def identity_scope(user_id: int) -> Iterator[None]:
    """Before the authority is known: only this user's own memberships can be read (a SELECT policy of their own).

    Raises AuthoritySwitch inside an authority's scope: leaving would name no authority for the rest of it.
    """
    if _authority.get() is not None:
        raise AuthoritySwitch("Who somebody is everywhere is asked outside every authority.")
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        _name_to_database(NO_AUTHORITY, user_id)
        yield
        _leave(outermost)


@contextmanager
def asking_about(user_id: int) -> Iterator[None]:
    """For one question inside an open scope: this user's memberships elsewhere can be read too.

    Only `lookup.opens_another_authority` asks it, and answers with yes or no: what somebody is elsewhere is not known.
    """
    inside = _authority.get()
    if inside is None:
        raise RuntimeError("asking_about() was called outside an authority's scope.")
    _name_to_database(inside, user_id)
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _name_to_database(inside, NO_USER)


@contextmanager
def authority_scope(authority_id: int) -> Iterator[None]:
    """One transaction inside one authority. No user is named to the database here: what somebody is in another
    authority must not be seen in this one, not even by themselves.

    Raises AuthoritySwitch when another authority's scope is open. What was queued by `survives` is written after the
    transaction has ended, whichever way it ended.
    """
    authority_id = int(authority_id)
    inside = _authority.get()
    if inside is not None:
        if inside != authority_id:
            raise AuthoritySwitch(f"Already inside authority {inside}; asked for {authority_id}.")
        with transaction.atomic():
            yield
        return
    survivors: list[Callable[[], object]] = []
    authority_token, afterwards_token = _authority.set(authority_id), _afterwards.set(survivors)
    outermost = not connection.in_atomic_block
    try:
        try:
            with transaction.atomic():
                _name_to_database(authority_id, NO_USER)
                yield
                _leave(outermost)
        finally:
            if survivors:
                with transaction.atomic():
                    _name_to_database(authority_id, NO_USER)
                    for write in survivors:
                        write()
                    _leave(outermost)
    finally:
        _afterwards.reset(afterwards_token)
        _authority.reset(authority_token)


@contextmanager
def alone(authority_id: int, failed: str) -> Iterator[None]:
    """One authority's scope, for what is done for each in turn: what fails leaves nothing behind, is logged as `failed`
    ("readings failed"), and is not the others' trouble.
    """
    try:
        with authority_scope(authority_id):
            yield
    except Exception:
        logger.exception("%s for authority %s", failed, authority_id)


def survives(write: Callable[[], object]) -> None:
    """Run `write` in a transaction of its own after this scope, whether it commits or rolls back.

    For what a refusal must not take along: the audit of a denied attempt.
    """
    queue = _afterwards.get()
    if queue is None:
        raise RuntimeError("survives() was called outside an authority's scope.")
    queue.append(write)


@contextmanager
def address_prefix(slug: str) -> Iterator[None]:
    """Make `/<slug>/` the script prefix, so that `reverse` puts the authority back into every address."""
    before = get_script_prefix()
    set_script_prefix(f"/{slug}/")
    try:
        yield
    finally:
        set_script_prefix(before)


@contextmanager
def outside_every_authority() -> Iterator[None]:
    """Inside a page of an authority, make addresses that stand outside of all: signing in and its steps."""
    before = get_script_prefix()
    set_script_prefix("/")
    try:
        yield
    finally:
        set_script_prefix(before)
