"""A one-to-one or a joint visit that is due: when it is, or when it was and what was said (journey M1, BR-03)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from supervision.actions import between_two
from supervision.forms.bookings import weekday
from supervision.forms.peers import WhenForm
from supervision.models import Visit
from supervision.views.months import MonthPage
from teams.foundation.errors import Refusal


def as_it_stands(visit: Visit) -> dict[str, Any]:
    """The boxes of a time: what is agreed, or the day by which it is due."""
    if visit.occasion is None:
        return {"day": visit.due_on}
    starts = timezone.localtime(visit.occasion.starts_at)
    return {"day": starts.date(), "time": f"{starts:%H:%M}", "place": visit.occasion.place}


def agreed(request: HttpRequest, visit: Visit, form: WhenForm, back: str) -> HttpResponse:
    """Back to the month; where they have met already, into the room, to write down what was said."""
    if form.starts_at() <= timezone.now():
        return redirect("room_two", visit.public_id)
    messages.success(request, f"{visit.heading}: {weekday(form.cleaned_data['day'])} is agreed.")
    return redirect(back)


class BetweenTwoPage(MonthPage):
    """Due, and nothing is written of it yet. The first press writes it down."""

    template = "supervision/between_two.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.what: tuple[str, UUID] = (kwargs["kind"], kwargs["worker"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        line = between_two.line_of(self.manager, self.month(), *self.what, today=self.today)
        if line is None:
            raise Http404("Nothing of this kind is due for anybody of that name.")
        if line.visit is not None:
            return redirect(reverse("visit_agreed", args=[line.visit.public_id]) + self.for_whom)
        return self.draw(line=line, month=self.month(), form=WhenForm(initial={"day": line.due_on}))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = WhenForm(request.POST)
        if form.is_valid():
            place = form.cleaned_data["place"]
            try:
                with transaction.atomic():  # a time that cannot be leaves nothing written
                    visit = self.plan()
                    between_two.agree(visit, form.starts_at(), place=place, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                month = [self.month().year, self.month().month]
                return agreed(request, visit, form, reverse("supervision_month", args=month) + self.for_whom)
        line = between_two.line_of(self.manager, self.month(), *self.what, today=self.today)
        if line is None:
            raise Http404("Nothing of this kind is due for anybody of that name.")
        return self.draw(422, line=line, month=self.month(), form=form)

    def plan(self) -> Visit:
        return between_two.plan(
            self.manager, self.month(), *self.what, by=self.principal, at=self.now, today=self.today
        )
