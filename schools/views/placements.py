"""Put a worker in a school (journey M7, step 1): which post, which school, which days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from schools.actions import placements
from schools.actions.need import need_of
from schools.actions.placements import Days
from schools.forms.placements import ChooseForm, DaysForm, PostChoice
from schools.models import Placement, School
from schools.rules import timetable
from schools.views.agreement_pages import AgreementFormPage
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.foundation.views import Page
from teams.models import Person, Post

PLACERS = frozenset({Role.TEAM_MANAGER, Role.SENIOR_MANAGER})


class PlacementChoosePage(Page):
    """Post and school. A GET form: the address keeps what was chosen, and going back loses nothing."""

    template = "schools/placement_choose.html"
    roles = PLACERS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        posts = placements.posts_to_place(self.principal, on=self.today)
        choices = [PostChoice(str(post.public_id), post.name, self.says(post)) for post in posts]
        typed = request.GET if "school" in request.GET else None
        given = {"post": request.GET.get("post"), "school": request.GET.get("urn", "")}
        form = ChooseForm(typed, posts=choices, principal=self.principal, today=self.today, initial=given)
        if typed is None or not form.is_valid() or form.chosen is None:
            return self.draw(422 if typed is not None else 200, form=form, posts=posts)
        said = urlencode({"post": form.cleaned_data["post"], "school": form.chosen.public_id})
        return redirect(f"{reverse('placement_days')}?{said}")

    def says(self, post: Post) -> str:
        """Who holds it, and where they are already: "Wanda Green, pupil support worker. In Oakfield already"."""
        holder = post.holder_on(self.today)
        who = f"{holder.name}, {_lower(post.profession.name)}" if holder else f"Vacant, {_lower(post.profession.name)}"
        schools = [placement.school.name for placement in post.in_schools]  # type: ignore[attr-defined]
        return f"{who}. In {' and '.join(schools)} already" if schools else f"{who}. In no school yet"


class PlacementDaysPage(Page):
    """The days of a new placement; its press begins placement and agreement, and nothing is lost from then on."""

    template = "schools/placement_days.html"
    roles = PLACERS

    def chosen(self) -> tuple[Post, School]:
        """The post and the school of the address: both must be theirs to choose."""
        asked = self.request.GET
        posts = placements.posts_to_place(self.principal, on=self.today)
        post = next((each for each in posts if str(each.public_id) == asked.get("post")), None)
        if post is None:
            raise Http404("No such post.")
        return post, self.fetch(School.objects.prefetch_related("contacts__person"), _uuid(asked.get("school")))

    def form(self, post: Post, school: School, data: Any = None) -> DaysForm:
        said = placements.usual_days(post, school, on=self.today)
        return DaysForm(data, said=said, leads=leads_of(school, self.today))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        post, school = self.chosen()
        return self.show(post, school, self.form(post, school))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        post, school = self.chosen()
        form = self.form(post, school, request.POST)
        if form.is_valid():
            try:
                agreement = placements.put_in_school(
                    post,
                    school,
                    form.days(),
                    manager=placements.manager_for(post, by=self.principal, on=form.days().starts_on),
                    by=self.principal,
                    at=self.now,
                )
            except Refusal as refused:
                form.refuse(refused)
            else:
                return redirect("agreement_shares", agreement.public_id)
        return self.show(post, school, form, 422)

    def show(self, post: Post, school: School, form: DaysForm, status: int = 200) -> HttpResponse:
        there = placements.already_there(school, on=self.today)
        return self.draw(
            status,
            form=form,
            post=post,
            school=school,
            worker=post.holder_on(self.today),
            others=[_named(placement.post, self.today) for placement in there if placement.post_id != post.pk],
            without=placements.schools_without(self.principal, on=self.today) if there else 0,
            higher=need_of(self.principal, today=self.today, figures_of=()).higher_without(school.pk) if there else 0,
            elsewhere=_elsewhere(post.in_schools),  # type: ignore[attr-defined]
            hours=hours_of(form),
            is_change=False,
            back_to=f"{reverse('placement_new')}?{urlencode({'post': post.public_id, 'urn': school.urn})}",
        )


class AgreementDaysPage(AgreementFormPage):
    """Other days for an agreement that is being written."""

    template = "schools/placement_days.html"
    act = "write"

    def form(self, data: Any = None) -> DaysForm:
        placement = self.agreement.placement
        said = Days(
            timetable=placement.timetable,
            starts_on=placement.starts_on,
            focus=placement.focus,
            room_is_ready=placement.room_is_ready,
            lead=placement.lead,
        )
        has_started = self.agreement.in_force_id is not None
        return DaysForm(data, said=said, leads=leads_of(placement.school, self.today), has_started=has_started)

    def do(self, form: DaysForm) -> HttpResponse:
        placements.change_days(self.agreement, form.days(), by=self.principal, at=self.now)
        messages.success(self.request, "The days are saved.")
        return redirect("agreement_shares", self.agreement.public_id)

    def draw(self, status: int = 200, **facts: Any) -> HttpResponse:
        agreement = self.agreement
        placement = agreement.placement
        other_schools = Placement.objects.not_ended().filter(post=placement.post).exclude(pk=placement.pk)
        return super().draw(
            status,
            post=placement.post,
            others=[],
            without=0,
            higher=0,
            elsewhere=_elsewhere(other_schools.select_related("school")),
            hours=hours_of(facts["form"]),
            back_to=reverse("agreement", args=[agreement.public_id]),
            **facts,
        )


def leads_of(school: School, today: Any) -> list[Person]:
    """Who can be in-school lead: the school's leads first, then its other people. Reads prefetched contacts."""
    current = [each for each in school.contacts.all() if each.ends_on is None or each.ends_on >= today]
    ordered = sorted(current, key=lambda contact: contact.kind != "lead")
    return list({contact.person_id: contact.person for contact in ordered}.values())


def hours_of(form: DaysForm) -> str:
    """ "35 hours a week on 5 days, breaks included", from what stands in the boxes; "" when they cannot be read."""
    if form.is_bound and not hasattr(form, "timetable"):
        return ""
    days = form.timetable if form.is_bound else _initial_days(form)
    hours = timetable.hours_per_week(days).normalize()
    count = len(days)
    return f"{hours:f} hours a week on {count} {'day' if count == 1 else 'days'}, breaks included" if count else ""


def _initial_days(form: DaysForm) -> list[timetable.Day]:
    return [
        {"weekday": number, "starts": str(row.starts.initial), "ends": str(row.ends.initial)}
        for number, row in enumerate(form.rows())
        if row.tick.initial
    ]


def _elsewhere(other_schools: Iterable[Placement]) -> list[str]:
    """ "Oakfield Primary School on Monday and Tuesday": the days that are taken."""
    return [f"{each.school.name} on {timetable.in_words(each.timetable)}" for each in other_schools]


def _named(post: Post, today: Any) -> str:
    holder = post.holder_on(today)
    return f"{holder.name} ({post.name})" if holder else post.name


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise Http404("No such school.") from None
