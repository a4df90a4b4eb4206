"""Schools with and without a worker."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from reports.measures.agreements import COUNTY
from reports.measures.measure import CountedRows, Line, Reader
from schools.models import Placement, School
from teams.models import Employment


class SchoolsWithWorker(CountedRows):
    code = "schools-with-a-worker"
    words = "schools with a worker"
    why = "Schools that have nobody are where the next worker may be needed most."
    counted = (
        "Open schools in which somebody works today: an active placement, and a worker in the post. A placement "
        "becomes active when school and worker have signed."
    )
    out_of = "All open schools, those that are proposed to close among them."
    source = "The government's register of schools, and the placements in Alongside"
    audience = COUNTY
    heads = ("School", "Area", "Phase", "Worker")
    area = "area"
    grain = ("area",)
    asked_as = ("schools with a worker", "schools with", "schools covered")
    others = "schools without a worker"
    others_asked_as = ("schools without a worker", "schools without")

    def found(self, reader: Reader) -> QuerySet:
        filled = Employment.objects.on(reader.today).filter(post=OuterRef("post"))
        working = _working(reader).filter(school=OuterRef("pk")).filter(Exists(filled))
        schools = School.objects.visible_to(reader.principal)
        schools = schools.was_open_on(reader.today) if reader.looks_back else schools.open_on(reader.today)
        return schools.annotate(counts=Exists(working))

    def since(self, number: Any, of: Any, cells: Any, reader: Reader) -> str:
        return f"of {of:,}; {of - number:,} without"

    def nothing(self, reader: Reader) -> str:
        return "Not known: no schools have been loaded yet. An administrator loads the government's file."

    def rows(self, reader: Reader) -> QuerySet:
        """Names alone come with a row: whole records of fifty schools, placements and posts took longer."""
        there = _working(reader).filter(school=OuterRef("pk")).order_by("starts_on", "pk")
        return (
            self.found_here(reader)
            .only("public_id", "name", "phase", "area")
            .annotate(with_somebody=ArraySubquery(there.values("post__name")))
            .order_by("counts", "name", "pk")
        )

    def line(self, row: Any, reader: Reader) -> Line:
        posts = ", ".join(row.with_somebody) if row.counts else "Nobody"
        return Line([row.name, reader.grain.area_name(row.area_id), row.phase, posts], "school", row.public_id)


def _working(reader: Reader) -> QuerySet:
    """Placements with a worker in the school on the day that is counted."""
    if reader.looks_back:
        return Placement.objects.active_on(reader.today)
    return Placement.objects.on(reader.today).filter(status=Placement.Status.ACTIVE)
