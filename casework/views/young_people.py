"""Young people (journeys 7): by school, with what the work is about; added, changed, ended, handed over."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from casework.actions import young_people
from casework.forms.young_people import EndYoungPersonForm, HandOverForm, NewYoungPersonForm, YoungPersonForm
from casework.models import Decision, Worry, YoungPerson
from schools.models import School
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.foundation.kept import Kept
from teams.foundation.views import Page
from teams.foundation.words import counted
from teams.models import Person

WORKERS = frozenset({Role.WORKER, Role.SENIOR_PRACTITIONER})
READERS = WORKERS | {Role.TEAM_MANAGER}
REACHED = Kept(lambda: YoungPerson.objects.order_by().values_list("pk", "starts_on", "ends_on"))
ENDED_SHOWN = 20
ROWS = 50


class Group(NamedTuple):
    """A worker's young people in one school."""

    worker: Person
    school: School
    young: list[YoungPerson]
    is_mine: bool


class YoungPeoplePage(Page):
    """The worker's own by school; for who manages or supervises, each worker's, fifty on a page."""

    roles = READERS
    one_hat = True
    template = "casework/youngperson_list.html"

    def facts(self) -> dict[str, Any]:
        me, now, over = self.principal.person_id, [], []
        for key, starts_on, ends_on in REACHED.visible_to(self.principal):  # asked once: it is most of the page
            if ends_on is not None and ends_on < self.today:
                over.append((ends_on, key))
            elif starts_on <= self.today:
                now.append(key)
        with_us = YoungPerson.objects.filter(pk__in=now)
        names = ("worker__name", "worker", "school__name", "school", "initials", "pk")
        in_order = with_us.select_related("school", "worker").annotate(is_mine=Q(worker=me))
        paginator = Paginator(in_order.order_by("-is_mine", *names), ROWS)
        paginator.count = len(now)
        page = paginator.get_page(self.request.GET.get("page"))
        looked_at = page.object_list.looked_at(by=self.principal, at=self.now)  # type: ignore[attr-defined]
        last = [key for _, key in sorted(over, reverse=True)[:ENDED_SHOWN]]
        ended = YoungPerson.objects.filter(pk__in=last).select_related("school", "worker").order_by("-ends_on", "-pk")
        groups = [
            Group(worker, school, list(young), worker.pk == me)
            for (worker, school), young in groupby(looked_at, key=lambda each: (each.worker, each.school))
        ]
        my_schools = list(young_people.schools_of(me, self.today)) if self.principal.has(*WORKERS) else []
        with_nobody = set(with_us.filter(worker=me).values_list("school", flat=True)) if my_schools else set()
        return {
            "page": page,
            "groups": groups,
            "empty_schools": [school for school in my_schools if school.pk not in with_nobody],
            "may_add": bool(my_schools),
            "is_worker": self.principal.has(*WORKERS),
            "ended": ended.looked_at(by=self.principal, at=self.now) if last else [],
        }


class NewYoungPersonPage(Page):
    """Two boxes and a press: school and day are filled in where there is one answer."""

    roles = WORKERS
    template = "casework/youngperson_new.html"

    def form(self, data: Any = None) -> NewYoungPersonForm:
        schools = young_people.schools_of(self.principal.person_id, self.today)
        return NewYoungPersonForm(data, schools=schools, chosen=self.request.GET.get("school", ""), today=self.today)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(form=self.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if form.schools and form.is_valid():
            said = form.cleaned_data
            try:
                young_people.start(
                    initials=said["initials"],
                    school=form.chosen_school,
                    worker=Person.objects.visible_to(self.principal).get(pk=self.principal.person_id),
                    need=said["need"],
                    starts_on=said["starts_on"],
                    by=self.principal,
                    at=self.now,
                )
            except Refusal as refused:
                form.refuse(refused)
            else:
                messages.success(request, f"{said['initials']} is in your list at {form.chosen_school.name}.")
                return redirect("young_people")
        return self.draw(422, form=form)


class AboutYoungPerson(Page):
    """One young person. Each page that shows them is one event."""

    roles = READERS

    @cached_property
    def young(self) -> YoungPerson:
        rows = YoungPerson.objects.select_related("school", "worker")
        found: YoungPerson = self.fetch(rows, self.kwargs["public_id"])
        return found

    def facts(self) -> dict[str, Any]:
        return {"young": self.young, "is_mine": self.young.worker_id == self.principal.person_id}


class YoungPersonPage(AboutYoungPerson):
    """What the work is about, and what was decided, when and by whom."""

    template = "casework/youngperson_detail.html"

    def facts(self) -> dict[str, Any]:
        seen = YoungPerson.objects.filter(pk=self.young.pk).select_related("school", "worker")
        seen.looked_at(by=self.principal, at=self.now)
        decided = (
            Decision.objects.filter(young_person=self.young).visible_to(self.principal).select_related("decided_by")
        )
        return super().facts() | {
            "decisions": list(decided.select_related("decided_by")),
            "may_change": self.young.may("change", self.principal),
            "worries": list(Worry.objects.visible_to(self.principal).waiting().filter(young_person=self.young)),
            "is_with_us": self.young.ends_on is None or self.young.ends_on >= self.today,
        }


class YoungPersonFormPage(AboutYoungPerson):
    """A form about one young person, and back to the page."""

    def form(self, data: Any = None) -> Any:
        raise NotImplementedError

    def do(self, form: Any) -> HttpResponse:
        raise NotImplementedError

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        YoungPerson.objects.filter(pk=self.young.pk).looked_at(by=self.principal, at=self.now)
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                return self.do(form)
            except Refusal as refused:
                form.refuse(refused)
        return self.draw(422, form=form)


class YoungPersonChangePage(YoungPersonFormPage):
    template = "casework/youngperson_change.html"

    def form(self, data: Any = None) -> YoungPersonForm:
        return YoungPersonForm(data, initial={"initials": self.young.initials, "need": self.young.need})

    def do(self, form: YoungPersonForm) -> HttpResponse:
        said = form.cleaned_data
        self.young.change(initials=said["initials"], need=said["need"], by=self.principal, at=self.now)
        messages.success(self.request, "Saved.")
        return redirect("young_person", self.young.public_id)


class YoungPersonEndPage(YoungPersonFormPage):
    template = "casework/youngperson_end.html"

    def form(self, data: Any = None) -> EndYoungPersonForm:
        return EndYoungPersonForm(data, initial={"on": self.today})

    def do(self, form: EndYoungPersonForm) -> HttpResponse:
        self.young.end(on=form.cleaned_data["on"], by=self.principal, at=self.now)
        messages.success(self.request, f"The work with {self.young.initials} has ended. What was written stays.")
        return redirect("young_people")


class YoungPeopleHandOverPage(Page):
    """Somebody else of the same school goes on with some of them, or all: at a change, and when a colleague leaves."""

    roles = READERS
    template = "casework/youngperson_hand_over.html"

    @cached_property
    def school(self) -> School:
        found: School = self.fetch(School.objects.all(), self.kwargs["public_id"])
        return found

    def form(self, data: Any = None) -> HandOverForm:
        open_here = YoungPerson.objects.visible_to(self.principal).filter(
            school=self.school, status=YoungPerson.Status.OPEN
        )
        named = open_here.select_related("worker", "school").order_by("worker__name", "initials", "pk")
        young = named.looked_at(by=self.principal, at=self.now)
        workers = list(young_people.workers_at(self.school, self.today))
        if len({each.worker_id for each in young}) == 1:  # nobody hands over to themselves
            workers = [person for person in workers if person.pk != young[0].worker_id]
        asked = self.request.GET.get("young", "")
        leaving = [str(each.public_id) for each in young if each.worker.left_at or each.worker.leaves_on]
        return HandOverForm(
            data, young=young, workers=workers, me=self.principal.person_id, ticked=[asked] if asked else leaving
        )

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.draw(form=self.form(), school=self.school)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                done = young_people.hand_over(form.chosen, form.goes_on, by=self.principal, at=self.now)
            except Refusal as refused:
                form.refuse(refused)
            else:
                who = counted(done, "young person is", "young people are")
                messages.success(request, f"{who} with {form.goes_on.name} now.")
                return redirect("young_people")
        return self.draw(422, form=form, school=self.school)
