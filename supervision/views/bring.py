"""My next supervision (journey W5): when, where, why in school this time, and what she brings."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from supervision.actions import bringing, peers
from supervision.actions.promises import carried_to
from supervision.forms.bookings import day_and_time
from supervision.forms.bring import BringForm
from supervision.models import Bring, Slot, Visit
from supervision.permissions import is_peer
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page

WORKERS = frozenset({Role.WORKER, Role.SENIOR_PRACTITIONER})


def _offered(visit: Visit | None) -> list[str]:
    """The times from which the school may choose; the worker sees them at once (journey M1.3)."""
    if visit is None or visit.status != Visit.Status.OFFERED:
        return []
    return [day_and_time(slot.starts_at) for slot in Slot.objects.standing().filter(visit=visit)]


class BringPage(Page):
    """One supervision of hers. What her manager will see of it stands on the page."""

    roles = WORKERS
    template = "supervision/bring_worker.html"

    @cached_property
    def visit(self) -> Visit | None:
        found: Visit = self.fetch(Visit.objects.for_page(), self.kwargs["public_id"])
        if found.worker_id != self.principal.person_id:
            raise NotAllowed("visit.bring", str(found.public_id))
        return found

    @cached_property
    def brought(self) -> Bring | None:
        found: Bring | None = Bring.objects.filter(visit=self.visit).visible_to(self.principal).first()
        return found

    def form(self, visit: Visit, data: Any = None) -> BringForm:
        young = bringing.young_people_there(visit, self.today).looked_at(by=self.principal, at=self.now)
        said: dict[str, Any] = {}
        if self.brought is not None:
            chosen = self.brought.young.values_list("young_person__public_id", flat=True)
            said = {"text": self.brought.text, "young": [str(key) for key in chosen]}
        return BringForm(data, young=young, initial=said)

    def facts(self) -> dict[str, Any]:
        coming = list(bringing.coming_of(self.principal.person_id, self.today)[:6])
        visit = self.visit
        promises = carried_to(visit).visible_to(self.principal) if visit else []
        return {
            "visit": visit,
            "offered": _offered(visit),
            "others": [each for each in coming if visit is None or each.pk != visit.pk],
            "promises": list(promises),
            "today": self.today,
            "peers": peers.latest_of(self.principal),
            "is_peer": is_peer(self.principal),
            "is_ahead": visit is not None and visit.status in bringing.AHEAD,
            "brought": self.brought if visit else None,
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(form=self.form(self.visit) if self.visit else None)


class BringPressPage(BringPage):
    """The page of one supervision by its own address: where the list is sent."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        visit = self.visit
        if visit is None:
            raise Http404("No visit here.")
        form = self.form(visit, request.POST)
        if form.is_valid():
            try:
                bringing.bring(visit, young=form.chosen, text=form.cleaned_data["text"], by=self.principal, at=self.now)
            except Refusal as refused:
                form.refuse(refused)
            else:
                messages.success(request, f"{visit.manager.name} sees your list. You can change it until you meet.")
                return redirect("bring", visit.public_id)
        return self.draw(422, form=form)


class MySupervisionPage(BringPage):
    """The next one that there is, on the address in her bar."""

    @cached_property
    def visit(self) -> Visit | None:
        found: Visit | None = bringing.coming_of(self.principal.person_id, self.today).first()
        return found
