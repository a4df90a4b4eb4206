"""Asking the schools of a year for their part, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from performance.actions import head_parts
from performance.forms.head_parts import AskSchoolsForm, WithoutForm
from performance.models import HeadPart, Review
from performance.permissions.reviews import leads
from performance.views.reviews import say_whom_to_ring
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.foundation.words import counted

USUAL_NOTICE = timedelta(days=14)  # the mail goes two weeks before the meeting (H5)


class ReviewSchoolsPage(Page):
    """For who leads the review."""

    by_policy = True
    template = "performance/review_schools.html"
    review: Review

    def load(self, public_id: UUID) -> None:
        self.review = self.fetch(Review.objects.for_page(), public_id)
        if not leads(self.principal, self.review):
            raise NotAllowed("review.ask_schools", str(public_id))
        self.asked = head_parts.schools_of(self.review, by=self.principal)
        self.to_ask = [each.placement for each in self.asked if each.part is None and each.head is not None]

    def facts(self) -> dict[str, Any]:
        is_ahead = self.review.status in (Review.Status.PREPARING, Review.Status.GIVEN)
        nobody = [each.placement.school.name for each in self.asked if each.is_open and each.head is None]
        return {
            "review": self.review,
            "asked": self.asked,
            "to_ask": len(self.to_ask),
            "today": self.today,
            "is_ahead": is_ahead,
            "without_head": nobody if is_ahead else [],
        }

    def form(self) -> AskSchoolsForm | None:
        is_ahead = self.review.status in (Review.Status.PREPARING, Review.Status.GIVEN)
        if not self.to_ask or not is_ahead or not self.review.may("plan_meeting", self.principal):
            return None
        meeting_on = self.review.meeting_on or self.today + USUAL_NOTICE
        read_on = max(meeting_on - head_parts.READ_BEFORE_MEETING, self.today + timedelta(days=1))
        filled = AskSchoolsForm.filled(self.review) | {"meeting_on": meeting_on, "read_on": read_on}
        return AskSchoolsForm(initial=filled)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        form = AskSchoolsForm(request.POST)
        before, was_on = self.review.meets, self.review.meeting_on
        if form.is_valid():
            try:
                problems = head_parts.ask(
                    self.review,
                    self.to_ask,
                    meeting_on=form.cleaned_data["meeting_on"],
                    read_on=form.cleaned_data["read_on"],
                    time=form.when,
                    by=self.principal,
                    at=self.now,
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                asked = len(self.to_ask) - len(problems)
                if asked:
                    messages.success(request, f"{counted(asked, 'school is', 'schools are')} asked.")
                for problem in problems:
                    messages.warning(request, problem)
                if before != self.review.meets:
                    say_whom_to_ring(self, self.review, was_on, "it is at another time")
                return redirect("review_schools", public_id)
        return self.draw(422, form=form)


class OnePartPage(Page):
    """A press about one school's part."""

    by_policy = True
    http_method_names = ["post"]

    def one(self, public_id: UUID) -> HeadPart:
        part: HeadPart = self.fetch(HeadPart.objects.for_page(), public_id)
        if not leads(self.principal, part.review):
            raise NotAllowed("headpart.ask", str(public_id))
        return part

    def back(self, part: HeadPart) -> HttpResponse:
        return redirect("review_schools", part.review.public_id)


class HeadPartAgainPage(OnePartPage):
    """One reminder; after that somebody rings."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        part = self.one(public_id)
        try:
            head_parts.remind(part, by=self.principal, at=self.now)
        except Refusal as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, f"{part.person.name} gets the mail once more.")
        return self.back(part)


class WithoutPage(Page):
    """The review is held without one school's part, and why: it does not write, or nobody knows its head."""

    by_policy = True
    template = "performance/review_without.html"

    def load(self, public_id: UUID, school: UUID) -> None:
        self.review: Review = self.fetch(Review.objects.for_page(), public_id)
        if not leads(self.principal, self.review):
            raise NotAllowed("review.hold_without", str(public_id))
        found = head_parts.schools_of(self.review, by=self.principal)
        of_this = next((each for each in found if each.placement.school.public_id == school), None)
        if of_this is None:
            raise Http404
        self.asked = of_this

    def facts(self) -> dict[str, Any]:
        return {"review": self.review, "school": self.asked.placement.school, "head": self.asked.head}

    def get(self, request: HttpRequest, public_id: UUID, school: UUID) -> HttpResponse:
        self.load(public_id, school)
        return self.draw(form=WithoutForm())

    def post(self, request: HttpRequest, public_id: UUID, school: UUID) -> HttpResponse:
        self.load(public_id, school)
        form, placement = WithoutForm(request.POST), self.asked.placement
        if form.is_valid():
            try:
                head_parts.hold_without(
                    self.review, placement, form.cleaned_data["because"], by=self.principal, at=self.now
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, f"The review is held without the part of {placement.school.name}.")
                return redirect("review_schools", public_id)
        return self.draw(422, form=form)
