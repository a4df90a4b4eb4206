"""A young person asked to be found: "Please ring", and "I have this", by a link or signed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casework.models import Worry, YoungPerson
from teams.foundation import audit
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.views import Page

TEMPLATE = "casework/worry.html"


def facts_of(worry: Worry, request: HttpRequest, **more: Any) -> dict[str, Any]:
    """By a link whom to ring and where; who the young person is, the worker says."""
    telephone = worry.worker.telephone or request.authority.telephone  # type: ignore[attr-defined]
    return {"worry": worry, "telephone": telephone, "refusal": "", "is_link": False, "young": None, **more}


class WorryPage(Page):
    """For who is signed in."""

    by_policy = True
    template = TEMPLATE

    def worry(self) -> Worry:
        found: Worry = self.fetch(Worry.objects.for_page(), self.kwargs["public_id"])
        return found

    def look(self, worry: Worry) -> YoungPerson | None:
        """One event for the page, with the young person who stands on it (architecture 5), for who reads about them.

        Somebody who is asked because no manager is at work learns from the worker who it is.
        """
        rows = YoungPerson.objects.visible_to(self.principal).filter(pk=worry.young_person_id)
        young: YoungPerson | None = next(iter(rows.order_by()[:1]), None)
        audit.record("worry.read", by=self.principal, at=self.now, subjects=[worry, *([young] if young else [])])
        return young

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        worry = self.worry()
        young = self.look(worry)
        return self.draw(**facts_of(worry, request, may_own=worry.may("own", self.principal), young=young))

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        worry = self.worry()
        try:
            worry.own(by=self.principal, at=self.now)
        except Refusal as refusal:
            facts = facts_of(self.worry(), request, may_own=False, refusal=refusal.message, young=self.look(worry))
            return self.draw(409, **facts)
        return redirect("worry", worry.public_id)


def worry_by_link(request: HttpRequest, link: Link) -> HttpResponse:
    """GET uses nothing up and changes nothing but the audit; the press says who has it. No word about a child."""
    rows = Worry.objects.visible_to(request.principal).for_page()  # type: ignore[attr-defined]
    worry = rows.filter(public_id=link.subject_id).first()
    if worry is None:
        return render(request, "teams/link_unknown.html", status=404)
    now, refusal, status = timezone.now(), "", 200
    # The link of each mail about it is good, also where a newer one has come; but only for the mailbox that it went to.
    same_mailbox = link.address.lower() == link.person.email.lower()
    may_own = same_mailbox and link.expires_at > now and worry.status == Worry.Status.WAITING
    if request.method == "POST" and may_own:
        try:
            worry.own(by=request.principal, at=now)  # type: ignore[attr-defined]
        except Refusal as refused:  # somebody else was quicker
            refusal, status, worry = refused.message, 409, rows.get(pk=worry.pk)
        else:
            return redirect(request.path)
    audit.record("worry.read", by=request.principal, at=now, subjects=[worry])  # type: ignore[attr-defined]
    facts = facts_of(worry, request, may_own=may_own and not refusal, refusal=refusal, is_link=True)
    return render(request, TEMPLATE, facts, status=status)
