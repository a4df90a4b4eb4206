"""Workers, the reviews of the year, rooms, and how many young people are supported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from casework.models import YoungPerson
from performance.actions.county_reviews import NOT_BEGUN, Standing
from performance.models import Review
from reports.measures.agreements import COUNTY
from reports.measures.measure import NO_AREA, Cell, Counted, CountedRows, Line, Reader
from schools.models import Placement
from teams.foundation.access import Role
from teams.foundation.words import day
from teams.models import Absence, Employment, Post
from teams.rules.small_numbers import PUPILS, WORKERS

SOON = timedelta(days=60)
SHOWN_FROM = 5  # of how many people the number away is told


class PostsFilled(CountedRows):
    """Team strength: who is in post, who is away today, who leaves soon."""

    code = "posts-filled"
    words = "posts with somebody in them"
    name = "Team strength"
    why = "An empty post is a school without its worker, and money that is not spent as agreed."
    counted = "Posts with somebody in them. Who is away counts: the post is filled."
    out_of = "All posts that exist."
    source = "Posts and people in Alongside"
    audience = COUNTY
    heads = ("Post", "Team", "Profession", "In post")
    area = "team__area"
    team = "team"
    also = Q(is_leaving=True)
    more = Q(is_away=True)
    asked_as = ("workers", "staff", "posts filled", "posts", "people in post", "team strength")
    others = "posts with nobody in them"
    others_asked_as = ("vacancies", "vacant posts", "empty posts")

    def found(self, reader: Reader) -> QuerySet:
        """`also`: who holds it leaves soon. `more`: is away."""
        held = Employment.objects.on(reader.today).filter(post=OuterRef("pk"))
        away = Absence.objects.on(reader.today).filter(person=OuterRef("person"))
        return (
            Post.objects.visible_to(reader.principal)
            .exclude(starts_on__gt=reader.today)
            .exclude(ends_on__lt=reader.today)
            .annotate(
                counts=Exists(held),
                is_away=Exists(held.filter(Exists(away))),
                is_leaving=Exists(held.filter(ends_on__gte=reader.today, ends_on__lt=reader.today + SOON)),
            )
        )

    def since(self, number: Any, of: Any, cells: Sequence[Cell], reader: Reader) -> str:
        leaving = sum(cell.also for cell in cells)
        ahead = [f"{leaving:,} leaving in 60 days" if leaving else "nobody leaving in 60 days"]
        if reader.place is None and number >= SHOWN_FROM:  # of a small team it would be somebody's own matter
            ahead.insert(0, f"{sum(cell.more for cell in cells):,} away")
        return f"of {of:,}; {', '.join(ahead)}"

    def nothing(self, reader: Reader) -> str:
        return "Not known: no posts have been added yet. An administrator adds people and their posts."

    def rows(self, reader: Reader) -> QuerySet:
        posts: Any = self.found_here(reader)
        return posts.with_holder().order_by("counts", "name", "pk")

    def line(self, row: Post, reader: Reader) -> Line:
        holder = row.holder_on(reader.today)
        return Line([row.name, row.team.name, row.profession.name, holder.name if holder else "Nobody"])


class RoomsReady(CountedRows):
    code = "rooms-ready"
    words = "workers with a room of their own in the school"
    name = "Rooms in schools"
    why = "A worker without a room talks to young people in corridors (BR-15)."
    counted = "Workers in a school whose placement says that a room is ready for them."
    out_of = "All workers in a school. A worker in two schools counts in each; a post with nobody in it in none."
    source = "Placements in Alongside"
    audience = COUNTY
    heads = ("School", "Worker's post", "Area", "Room")
    area = "school__area"
    team = "post__team"
    target = 100
    target_words = "Every worker has a room (BR-15)."
    asked_as = ("rooms ready", "rooms", "workers with a room")
    others = "workers without a room of their own in the school"
    others_asked_as = ("workers without a room", "rooms not ready")
    goes_back = False  # since when a room is ready is not kept

    def found(self, reader: Reader) -> QuerySet:
        filled = Employment.objects.on(reader.today).filter(post=OuterRef("post"))
        working = Placement.objects.visible_to(reader.principal).on(reader.today).filter(Exists(filled))
        return working.filter(status=Placement.Status.ACTIVE).annotate(counts=F("room_is_ready"))

    def nothing(self, reader: Reader) -> str:
        return "Not known: no worker works in a school yet."

    def rows(self, reader: Reader) -> QuerySet:
        return self.found_here(reader).select_related("school__area", "post").order_by("counts", "school__name", "pk")

    def line(self, row: Placement, reader: Reader) -> Line:
        area = row.school.area.name if row.school.area else NO_AREA
        room = "Ready" if row.room_is_ready else "Not ready"
        return Line([row.school.name, row.post.name, area, room], "school", row.school.public_id)


class ReviewsFinal(Counted):
    """Read past the reviews' own policy, as the page of the county's reviews is: nothing but counts comes out."""

    code = "reviews-final"
    words = "workers whose yearly review is final"
    name = "Yearly reviews"
    why = "Whoever has no review has no say in what next year asks of them (BR-14)."
    counted = "Workers in post whose review of this year is final, and no other one runs."
    out_of = "All workers in post."
    source = "Yearly reviews in Alongside"
    audience = frozenset({Role.SENIOR_MANAGER})
    heads = ("Team", "Not begun", "Begun", "Final")
    small = WORKERS
    target = 100
    target_words = "Every worker, every year (BR-14)."
    asked_as = ("reviews", "yearly reviews", "reviews final", "appraisals")
    others = "workers whose yearly review is not final"
    others_asked_as = ("reviews not final", "workers without a review")
    goes_back = False  # of the day, from where each review stands now
    no_rows = "Whose review stands where is between the worker and the manager."

    def cells(self, reader: Reader) -> list[Cell]:
        standing = Standing.on(reader.today)
        found = []
        for worker, employment in standing.held.items():
            step = standing.of_worker(worker, reader.today) or NOT_BEGUN
            team = employment.post.team
            found.append(Cell(team.area_id, team.pk, int(step == Review.Status.FINAL.value), 1))
        return found

    def counts(self, cell: Cell) -> tuple[int, ...]:
        return (int(cell.of),)

    def period(self, reader: Reader) -> str:
        return "This year of each worker's scheme"

    def nothing(self, reader: Reader) -> str:
        return "Not known: nobody holds a post yet."

    def rows(self, reader: Reader) -> Sequence[Any]:
        return []


class YoungPeopleSupported(CountedRows):
    """Counts alone leave this room, as of the first of a month: who looks each day learns nobody's first day."""

    code = "young-people-supported"
    words = "young people with a worker"
    name = "Young people with a worker"
    why = "What the county, its schools and its workers do all this for."
    counted = "Young people with whom somebody worked on the first day of the month."
    source = "Young people in Alongside"
    audience = frozenset({Role.SENIOR_MANAGER, Role.TEAM_MANAGER})
    county_wide = frozenset({Role.SENIOR_MANAGER})
    heads = ("Area", "Young people")
    area = "school__area"
    team = "held__post__team"
    small = PUPILS
    asked_as = ("young people", "pupils", "children", "young people supported", "early help", "cases")
    no_rows = "Young people are not listed here. Their workers and their schools know who they are."

    def found(self, reader: Reader) -> QuerySet:
        first = reader.today.replace(day=1)
        # Each worker's last post, once for all of theirs: looked up young person by young person it took 116 ms.
        posts = (
            Employment.objects.on(first).order_by("person_id", "-starts_on", "-pk").distinct("person_id").values("pk")
        )
        last_post = FilteredRelation("worker__employments", condition=Q(worker__employments__in=Subquery(posts)))
        rows = YoungPerson.objects.with_us(first)
        if not reader.principal.has(Role.SENIOR_MANAGER) and not reader.principal.is_system:
            rows = rows.visible_to(reader.principal)
        return rows.annotate(counts=Q(pk__isnull=False), held=last_post)

    def period(self, reader: Reader) -> str:
        return f"On {day(reader.today.replace(day=1))}"

    def since(self, number: Any, of: Any, cells: Sequence[Cell], reader: Reader) -> str:
        return f"on {day(reader.today.replace(day=1))}"

    def nothing(self, reader: Reader) -> str:
        return "Not known: no worker has written down a young person yet."

    def rows(self, reader: Reader) -> Sequence[Any]:
        return []
