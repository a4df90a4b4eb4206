"""Work in the background. The row is the truth; the message is only a nudge, and a sweep re-sends what waits."""

from __future__ import annotations

from typing import Any

from celery import Task
from django.db import connection, transaction


class AuthorityTask(Task):
    """A task of one authority: `run(authority_id, ...)`. It opens the scope itself where it touches rows.

    The scope is not opened around the whole task, because no transaction may be held while a page is rendered.
    """

    abstract = True

    def nudge(self, *args: Any) -> None:
        """Send when the transaction commits. A broker that is down must not turn a committed request into a 500.

        A lambda, because Django 5.2 cannot log a partial that fails.
        """
        transaction.on_commit(lambda: self.delay(*args), robust=True)

    def after_return(self, *args: Any, **kwargs: Any) -> None:
        connection.close_if_unusable_or_obsolete()
