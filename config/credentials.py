"""No process that serves people may hold a credential that passes the wall between authorities."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

BYPASSING = ("OWNER_DATABASE_URL", "REPORT_DATABASE_URL")


def refuse_bypassing_credentials() -> None:
    """Raise ImproperlyConfigured, in one sentence, before a web process or an ordinary worker starts with one.

    The owner and the report role have BYPASSRLS: one wrong alias in a query would show every authority's rows.
    """
    for name in BYPASSING:
        if os.environ.get(name):
            raise ImproperlyConfigured(
                f"{name} is in the environment of a process that serves people: take it out, only `migrate` and "
                "maintenance commands may have it."
            )
    for alias in settings.DATABASES:
        if alias != "default":
            raise ImproperlyConfigured(
                f"The settings of a process that serves people name the database alias “{alias}”: only “default”, "
                "the app role, may be there."
            )
