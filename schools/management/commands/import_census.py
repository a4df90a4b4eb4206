"""`manage.py import_census FILE --authority SLUG [--la CODE] [--year YEAR]`."""

from __future__ import annotations

from schools.actions.imports import Subject
from schools.management.loading import LoadingCommand


class Command(LoadingCommand):
    help = "Load the figures of pupils, free meals and special needs, school by school."
    subject = Subject.CENSUS
