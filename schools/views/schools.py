"""Schools: the list, one of them with what is published and who speaks for it, and its area."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from schools.actions.need import need_at
from schools.forms.schools import ALL, CLOSED, NO_AREA, OPEN, STATES, WITH, WITHOUT, AreaForm, SchoolFilterForm
from schools.models import Figures, Placement, School, SchoolContact, SchoolDay, SchoolLink
from schools.models.school_links import Step, steps_after, steps_before
from schools.models.schools import SchoolQuerySet, is_open_on
from schools.permissions import NEED_READERS, ContactPolicy
from schools.rules.timetable import WEEKDAYS
from schools.views.need import unfold
from teams.foundation.access import COUNCIL_ROLES, Principal, Role
from teams.foundation.kept import Kept, hold
from teams.foundation.views import Page
from teams.models import Area, Employment

ROWS = 50
# The states of the list by the names of the API's filters, for the same rows in a file.
IN_A_FILE: dict[str, dict[str, str]] = {
    OPEN: {"open": "true"},
    WITH: {"open": "true", "worker": "true"},
    WITHOUT: {"open": "true", "worker": "false"},
    CLOSED: {"open": "false"},
    ALL: {},
}
CONTACTS = ContactPolicy()
OPENED = Kept(lambda *, public_id: School.objects.select_related("area").filter(public_id=public_id).order_by())
FIGURES = Kept(lambda *, school: Figures.objects.filter(school=school))
OWN_DAYS = Kept(lambda *, school, day: SchoolDay.objects.standing().filter(school=school).not_over_by(day))
CONTACTS_OF = Kept(
    lambda *, school, day: SchoolContact.objects.current(day).filter(school=school).select_related("person")
)

LINKS = Kept(lambda *, urn: SchoolLink.objects.around(urn))
PLACED = Kept(
    lambda *, school, day: Placement.objects.filter(school=school).not_over_by(day).select_related("post__profession")
)
HELD = Kept(
    lambda *, school: Employment.objects.filter(
        post__in=Placement.objects.filter(school=school).values("post")
    ).select_related("person")
)


class SchoolListPage(Page):
    """How many there are, then those that were asked for: open ones at first."""

    template = "schools/school_list.html"
    roles = COUNCIL_ROLES

    def facts(self) -> dict[str, Any]:
        reach = School.objects.visible_to(self.principal)
        has_worker = Exists(Placement.objects.on(self.today).filter(school=OuterRef("pk")))
        is_open = is_open_on(self.today)
        groups = reach.values("phase").annotate(
            open=Count("pk", filter=is_open),
            closed=Count("pk", filter=~is_open),
            helped=Count("pk", filter=is_open & Q(has_worker)),
        )
        groups = list(groups.order_by("phase"))
        areas = list(Area.objects.visible_to(self.principal))
        form = SchoolFilterForm(self.request.GET, phases=[row["phase"] for row in groups if row["phase"]], areas=areas)
        chosen = form.chosen()
        rows = narrowed(reach, chosen, is_open, has_worker).select_related("area").order_by("name", "pk")
        page = Paginator(rows, ROWS).get_page(self.request.GET.get("page"))
        names = {str(area.public_id): area.name for area in areas} | {NO_AREA: "No area"}
        return {
            "page": page,
            "form": form,
            "workers": workers_at(page.object_list, self.principal, self.today),
            "tiles": tiles({key: sum(row[key] for row in groups) for key in ("open", "closed", "helped")}),
            "chosen": tags(chosen, names),
            "asked": {name: chosen[name] for name in ("words", "phase", "area")} | IN_A_FILE[chosen["state"]],
            "address": lambda **changes: address(chosen | changes),
            "may_load": self.principal.has(Role.ADMINISTRATOR),
            "may_contact": CONTACTS.may(self.principal, "add", None),
        }


class SchoolPage(Page):
    """One school: council staff see any, heads and in-school leads their own."""

    template = "schools/school_detail.html"
    by_policy = True

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        school = self.fetch(OPENED, public_id)
        links = LINKS(urn=school.urn)
        return self.draw(
            school=school,
            own_days=OWN_DAYS.visible_to(self.principal, school=school.pk, day=self.today),
            story=told(school, steps_after(school.urn, links), steps_before(school.urn, links)),
            figures=FIGURES(school=school.pk),
            contacts=CONTACTS_OF.visible_to(self.principal, school=school.pk, day=self.today),
            workers=workers_here(school, self.principal, self.today),
            may_contact=CONTACTS.may(self.principal, "add", None),
            may_set_area=self.principal.has(Role.ADMINISTRATOR),
            is_council=self.principal.has(*COUNCIL_ROLES),
            need=need_here(school, self.principal, self.today),
        )


class SchoolAreaPage(Page):
    """In which area a school lies: no government file knows the county's own areas."""

    template = "schools/school_area.html"
    roles = frozenset({Role.ADMINISTRATOR})

    def form(self, data: Any = None) -> AreaForm:
        self.school = self.fetch(School.objects.select_related("area"), self.kwargs["public_id"])
        return AreaForm(data, principal=self.principal, school=self.school)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.draw(form=self.form(), school=self.school)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.draw(422, form=form, school=self.school)
        area = form.cleaned_data["area"]
        self.school.set_area(area, by=self.principal, at=self.now)
        messages.success(
            request, f"{self.school.name} is in {area.name}." if area else f"{self.school.name} has no area."
        )
        return redirect("school", public_id)


def need_here(school: School, principal: Principal, today: date) -> dict[str, Any] | None:
    """Score, place and working, for who reads need; None where the school is not ranked. One query."""
    if not principal.has(*NEED_READERS):
        return None
    here = need_at(principal, school.pk, today=today)
    return {"here": here, "school": here.school, "unfolded": unfold(here, here.school)} if here is not None else None


def narrowed(reach: SchoolQuerySet, chosen: dict[str, str], is_open: Q, has_worker: Exists) -> SchoolQuerySet:
    rows = reach.filter(
        {OPEN: is_open, WITH: is_open & has_worker, WITHOUT: is_open & ~has_worker, CLOSED: ~is_open, ALL: Q()}[
            chosen["state"]
        ]
    )
    if chosen["words"]:
        rows = rows.named_like(chosen["words"])
    if chosen["phase"]:
        rows = rows.filter(phase=chosen["phase"])
    if chosen["area"]:
        rows = rows.filter(area=None) if chosen["area"] == NO_AREA else rows.filter(area__public_id=chosen["area"])
    return rows


def tiles(counts: dict[str, int]) -> list[dict[str, Any]]:
    """Each opens the rows that it was counted from."""
    there = [("open", OPEN, "open schools"), ("helped", WITH, "of them with a worker"), ("closed", CLOSED, "closed")]
    return [
        {"number": f"{counts[key]:,}", "words": words, "href": address({"state": state})} for key, state, words in there
    ]


def tags(chosen: dict[str, str], areas: dict[str, str]) -> list[dict[str, str]]:
    """What narrows the list, each with the list without it."""
    in_words = {
        "words": chosen["words"],
        "phase": chosen["phase"],
        "area": areas.get(chosen["area"], ""),
        "state": STATES[chosen["state"]] if chosen["state"] != OPEN else "",
    }
    return [{"text": text, "href": address(chosen | {name: ""})} for name, text in in_words.items() if text]


def address(said: dict[str, Any]) -> str:
    query = urlencode({name: value for name, value in said.items() if value and (name, value) != ("state", OPEN)})
    return reverse("school_list") + (f"?{query}" if query else "")


class Worker(NamedTuple):
    """Who works in a school, as far as this reader may know: name or the post's, and the days."""

    name: str
    profession: str
    days: str
    starts_on: date
    is_here: bool


def workers_at(schools: Iterable[School], principal: Principal, today: date) -> dict[int, list[Worker]]:
    """By school. Three queries at any size."""
    held = Employment.objects.select_related("person")
    placements = (
        Placement.objects.visible_to(principal)
        .not_over_by(today)
        .filter(school__in=[school.pk for school in schools])
        .select_related("post__profession")
        .prefetch_related(Prefetch("post__employments", held))
    )
    found: dict[int, list[Worker]] = defaultdict(list)
    for placement in placements:
        found[placement.school_id].append(_worker(placement, today))
    return found


def workers_here(school: School, principal: Principal, today: date) -> list[Worker]:
    """The same of one school. Two queries."""
    placements = PLACED.visible_to(principal, school=school.pk, day=today)
    held = HELD(school=school.pk) if placements else []
    for placement in placements:
        hold(placement.post, "employments", [each for each in held if each.post_id == placement.post_id])
    return [_worker(placement, today) for placement in placements]


def _worker(placement: Placement, today: date) -> Worker:
    person = placement.post.holder_on(max(today, placement.starts_on))
    return Worker(
        name=person.name if person else f"Vacant post: {placement.post.name}",
        profession=placement.post.profession.name,
        days=", ".join(WEEKDAYS[day] for day in placement.weekdays),
        starts_on=placement.starts_on,
        is_here=placement.starts_on <= today,
    )


class Chapter(NamedTuple):
    """One step of a school's story. A school that is not loaded here has its number for a name, and no address."""

    before: str
    before_id: UUID | None
    after: str
    after_id: UUID | None
    on: date | None


def told(school: School, after: list[Step], before: list[Step]) -> list[Chapter]:
    """What a school was and became, the earliest step first. One query."""
    steps = [*reversed(before), *after]
    urns = {urn for step in steps for urn in (step.before, step.after)} - {school.urn}
    known = {each.urn: each for each in School.objects.filter(urn__in=urns)} if urns else {}
    known[school.urn] = school
    chapters = []
    for step in steps:
        old, new = known.get(step.before), known.get(step.after)
        on = step.since or (new.opened_on if new else None) or (old.closed_on if old else None)
        chapters.append(
            Chapter(
                old.name if old else School.unnamed(step.before),
                old.public_id if old else None,
                new.name if new else School.unnamed(step.after),
                new.public_id if new else None,
                on,
            )
        )
    return chapters
