"""`manage.py import_schools FILE --authority SLUG [--la CODE] [--year YEAR]`."""

from __future__ import annotations

from schools.actions.imports import Subject
from schools.management.loading import LoadingCommand


class Command(LoadingCommand):
    help = "Load schools from a register of the government, or a list, or the links between them."
    subject = Subject.SCHOOLS
