"""Choose a time (journey H2): a link, three times, two taps. Looking changes nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from supervision.actions import booking_mail, bookings
from supervision.actions.calendars import entry_of
from supervision.forms.bookings import NONE, ChooseForm, day_and_time
from supervision.models import Slot, Visit
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.rules.ical import CONTENT_TYPE

NEW_LINK = "new_link"


def visit_by_link(request: HttpRequest, link: Link) -> HttpResponse:
    """GET changes nothing and uses nothing up. POST answers, once."""
    rows = Visit.objects.visible_to(request.principal).for_page()  # type: ignore[attr-defined]
    visit = rows.filter(public_id=link.subject_id).first()
    if visit is None:
        # No longer this school's, say: the same words as for a link that never was.
        return render(request, "teams/link_unknown.html", status=404)
    choice = _Choice(request, link, visit)
    if request.method == "GET" and "calendar" in request.GET and choice.is_agreed:
        return _file(visit)
    return choice.respond()


def _file(visit: Visit) -> HttpResponse:
    """The agreed time for the school's own calendar."""
    response = HttpResponse(entry_of(visit, at=timezone.now()), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


class _Choice:
    """One look or one press."""

    def __init__(self, request: HttpRequest, link: Link, visit: Visit) -> None:
        self.request, self.link, self.visit = request, link, visit
        self.now = timezone.now()
        today = timezone.localdate(self.now)
        self.slots = bookings.free_slots(visit, at=self.now)
        self.people = bookings.people_of(visit, today=today)
        self.is_open = link.is_open(self.now) and visit.status == Visit.Status.OFFERED and bool(self.slots)

    @property
    def is_agreed(self) -> bool:
        """What was agreed is shown by a link that is good: not by one that is over, or that another has replaced."""
        is_good = self.link.voided_at is None and self.link.expires_at > self.now
        held = self.visit.status in (Visit.Status.AGREED, Visit.Status.HELD)
        return is_good and held and self.visit.occasion is not None

    def respond(self) -> HttpResponse:
        if self.request.POST.get("press") == NEW_LINK:
            return self.new_link()
        if self.request.method != "POST" or not self.is_open:
            return self.show(self.form() if self.is_open else None)
        form = self.form(self.request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            self.answer(form.cleaned_data["time"], form)
        except Refusal as refusal:
            form.refuse(refusal)
            return self.show(form, 422)
        self.visit = Visit.objects.for_page().get(pk=self.visit.pk)
        return self.show(None, thanks=True)

    def new_link(self) -> HttpResponse:
        """To the same mailbox, at once; the same words whether or not anything is behind it."""
        try:
            booking_mail.send_new_link(self.visit, to=self.link.person, at=self.now)
        except Refusal as refusal:
            return self.show(None, 409, refusal=refusal.message)
        return self.show(None, sent_again=True)

    def form(self, data: Any = None) -> ChooseForm:
        return ChooseForm(data, visit=self.visit, slots=self.slots, people=self.people)

    def answer(self, said: str, form: ChooseForm) -> None:
        by, at = self.request.principal, self.now  # type: ignore[attr-defined]
        if said == NONE:
            self.visit.suit_none(form.cleaned_data["other_times"], by=by, at=at)
            self.link.mark_answered(answer="You said that none of the times suits.", at=at)
            return
        slot: Slot = form.slots[said]
        bookings.choose(self.visit, slot, form.people[form.cleaned_data["who"]], by=by, at=at)
        self.link.mark_answered(answer=f"You chose {day_and_time(slot.starts_at)}.", at=at)

    def show(self, form: ChooseForm | None, status: int = 200, **more: Any) -> HttpResponse:
        manager, occasion = self.visit.manager, self.visit.occasion
        is_agreed = self.is_agreed
        facts = {
            "visit": self.visit,
            "link": self.link,
            "form": form,
            "manager": manager,
            "telephone": manager.telephone or self.request.authority.telephone,  # type: ignore[attr-defined]
            "agreed": day_and_time(occasion.starts_at) if is_agreed and occasion is not None else "",
            "is_to_come": is_agreed and occasion is not None and occasion.starts_at > self.now,
            **more,
        }
        return render(self.request, "supervision/visit_choose.html", facts, status=status)
