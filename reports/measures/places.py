"""Schools with and without a worker, and posts with somebody in them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from reports.measures.agreements import COUNTY
from reports.measures.measure import NO_AREA, CountedRows, Line, Reader
from schools.models import Placement, School
from teams.models import Employment, Post


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
    area = "area__name"

    def found(self, reader: Reader) -> QuerySet:
        filled = Employment.objects.on(reader.today).filter(post=OuterRef("post"))
        working = (
            Placement.objects.on(reader.today)
            .filter(school=OuterRef("pk"), status=Placement.Status.ACTIVE)
            .filter(Exists(filled))
        )
        return School.objects.visible_to(reader.principal).open_on(reader.today).annotate(counts=Exists(working))

    def since(self, number: int, of: int, reader: Reader) -> str:
        return f"of {of:,}; {of - number:,} without"

    def nothing(self, reader: Reader) -> str:
        return "Not known: no schools have been loaded yet. An administrator loads the government's file."

    def rows(self, reader: Reader) -> QuerySet:
        active = Placement.objects.on(reader.today).filter(status=Placement.Status.ACTIVE).select_related("post")
        return (
            self.found(reader)
            .select_related("area")
            .prefetch_related(Prefetch("placements", active, to_attr="with_somebody"))
            .order_by("counts", "name", "pk")
        )

    def line(self, row: Any, reader: Reader) -> Line:
        posts = ", ".join(placement.post.name for placement in row.with_somebody) if row.counts else "Nobody"
        return Line([row.name, row.area.name if row.area else NO_AREA, row.phase, posts], "school", row.public_id)


class PostsFilled(CountedRows):
    code = "posts-filled"
    words = "posts filled"
    why = "An empty post is a school without its worker, and money that is not spent as agreed."
    counted = "Posts with somebody in them today."
    out_of = "All posts that exist today."
    source = "Posts and people in Alongside"
    audience = COUNTY
    heads = ("Post", "Team", "Profession", "In post")
    area = "team__area__name"

    def found(self, reader: Reader) -> QuerySet:
        return (
            Post.objects.visible_to(reader.principal)
            .exclude(starts_on__gt=reader.today)
            .exclude(ends_on__lt=reader.today)
            .annotate(counts=Exists(Employment.objects.on(reader.today).filter(post=OuterRef("pk"))))
        )

    def nothing(self, reader: Reader) -> str:
        return "Not known: no posts have been added yet. An administrator adds people and their posts."

    def rows(self, reader: Reader) -> QuerySet:
        posts: Any = self.found(reader)
        return posts.with_holder().order_by("counts", "name", "pk")

    def line(self, row: Post, reader: Reader) -> Line:
        holder = row.holder_on(reader.today)
        return Line([row.name, row.team.name, row.profession.name, holder.name if holder else "Nobody"])
