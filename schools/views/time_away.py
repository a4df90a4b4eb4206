"""Away from school, and the time that was given to it (journeys W4, H4)."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from schools.actions.calendars import calendars_of
from schools.actions.whereabouts import where_they_are
from schools.forms.time_away import TimeAwayForm
from schools.models import Placement, TimeAway
from schools.rules.whereabouts import away_words, back_choices, slots_on
from teams.foundation.access import SCHOOL_ROLES, Role
from teams.foundation.errors import Refusal
from teams.foundation.views import Page
from teams.models import Employment, Person

WORKS_IN_SCHOOLS = frozenset({Role.WORKER, Role.SENIOR_PRACTITIONER})
READERS = WORKS_IN_SCHOOLS | SCHOOL_ROLES | {Role.TEAM_MANAGER, Role.SENIOR_MANAGER, Role.AUDITOR}


class TimeAwayPage(Page):
    """Four taps: open, what for, back when, tell."""

    roles = WORKS_IN_SCHOOLS
    template = "schools/timeaway_worker.html"

    @cached_property
    def placements(self) -> list[Placement]:
        """Her own, today's school first."""
        held = Employment.objects.on(self.today).filter(person=self.principal.person_id).values("post")
        mine = Placement.objects.visible_to(self.principal).on(self.today).filter(post__in=held)
        found = list(mine.select_related("school", "post").order_by("school__name", "pk"))
        return sorted(found, key=lambda each: not slots_on(self.today, each.timetable))

    def form(self, data: Any = None) -> TimeAwayForm:
        asked = data.get("school") if data is not None else None
        chosen = next((each for each in self.placements if str(each.public_id) == asked), self.placements[0])
        calendar = calendars_of([chosen.school_id])[chosen.school_id]
        later = [day for day in calendar.days if day > self.today][:10]
        backs = back_choices(self.now, chosen.timetable, later)
        return TimeAwayForm(data, placements=self.placements, chosen=chosen, backs=backs, now=self.now)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(form=self.form() if self.placements else None)

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.placements:
            return self.draw(422, form=None)
        form = self.form(request.POST)
        if form.is_valid():
            placement = form.placement()
            try:
                told = TimeAway.tell(
                    placement,
                    Person.objects.get(pk=self.principal.person_id or 0),
                    purpose=form.purpose_said(),
                    starts_at=form.starts_at(),
                    back_at=form.back_at(),
                    benefit=form.cleaned_data["benefit"],
                    by=self.principal,
                    at=self.now,
                )
            except Refusal as refused:
                form.refuse(_beside(refused, form))
            else:
                said = away_words(told.value, self.today)
                messages.success(request, f"{placement.school.name} is told: “{said}”")
                return redirect("time_in_school", placement.public_id)
        return self.draw(422, form=form)


class TimeInSchoolPage(Page):
    """The count of the term in a picture, and each time away. The school's ends with yesterday."""

    roles = READERS
    template = "schools/time_in_school.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        rows = Placement.objects.select_related("school", "post").prefetch_related("post__employments__person")
        placement = self.fetch(rows, public_id)
        worker = placement.post.holder_on(max(self.today, placement.starts_on))
        where = where_they_are([placement], {placement.pk: worker}, principal=self.principal, now=self.now)
        return self.draw(
            placement=placement,
            worker=worker,
            where=where[placement.pk],
            is_mine=worker is not None and worker.pk == self.principal.person_id,
            is_school=self.principal.has(*SCHOOL_ROLES),
            sums_alone=self.principal.has(Role.SENIOR_MANAGER),
            today=self.today,
        )


class OneTimeAway(Page):
    """A press about one time away of her own."""

    roles = WORKS_IN_SCHOOLS
    http_method_names = ["post"]

    def one(self, public_id: UUID) -> TimeAway:
        found: TimeAway = self.fetch(TimeAway.objects.select_related("placement__school"), public_id)
        if found.person_id != self.principal.person_id:
            raise Http404("Not hers.")
        return found


class TimeAwayBackPage(OneTimeAway):
    """Back earlier than was said."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        told = self.one(public_id)
        told.come_back(by=self.principal, at=self.now)
        messages.success(request, f"{told.placement.school.name} reads that you are back.")
        return redirect("time_in_school", told.placement.public_id)


class TimeAwayWithdrawPage(OneTimeAway):
    """It did not happen."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        told = self.one(public_id)
        told.withdraw(by=self.principal, at=self.now)
        messages.success(request, "It is taken back, and counts as time in school again.")
        return redirect("time_in_school", told.placement.public_id)


def _beside(refused: Refusal, form: TimeAwayForm) -> Refusal:
    """The verb names the record's columns; on the page a time is one of several boxes."""
    if refused.field == "back_at":
        typed = form.cleaned_data.get("back") == "other"
        return Refusal(refused.message, field="back_time" if typed else "back", code=refused.code)
    return refused
