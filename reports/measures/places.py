"""Schools with and without a worker."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from reports.measures.agreements import COUNTY
from reports.measures.measure import NO_AREA, CountedRows, Line, Reader
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
    asked_as = ("schools with a worker", "schools with", "schools covered", "schools without a worker")

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
        active = _working(reader).select_related("post")
        return (
            self.found_here(reader)
            .select_related("area")
            .prefetch_related(Prefetch("placements", active, to_attr="with_somebody"))
            .order_by("counts", "name", "pk")
        )

    def line(self, row: Any, reader: Reader) -> Line:
        posts = ", ".join(placement.post.name for placement in row.with_somebody) if row.counts else "Nobody"
        return Line([row.name, row.area.name if row.area else NO_AREA, row.phase, posts], "school", row.public_id)


def _working(reader: Reader) -> QuerySet:
    """Placements with a worker in the school on the day that is counted."""
    if reader.looks_back:
        return Placement.objects.active_on(reader.today)
    return Placement.objects.on(reader.today).filter(status=Placement.Status.ACTIVE)
