"""The peer group: the workers of a set, alone. For a manager there is no such page."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from supervision.actions import peers
from supervision.actions.peers import GROUP_FORM
from supervision.forms.peers import WhenForm
from supervision.models import PeerGroup
from supervision.models.peers import Said
from supervision.permissions import is_peer
from supervision.views.talks import TakesPage, TalkFormPage, TalkPage, late_words
from teams.foundation import audit, drafts
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.views import Page
from teams.models import Person

SHOWN = 20


class PeerGroupsPage(Page):
    """What the group has met for and will: workers alone. Not there and not theirs are the same."""

    by_policy = True
    template = "supervision/peer_groups.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_peer(request.principal):  # type: ignore[attr-defined]
            audit.denied("peergroup.read", by=request.principal, at=timezone.now())  # type: ignore[attr-defined]
            raise Http404("No peer group here.")
        return super().dispatch(request, *args, **kwargs)

    def facts(self) -> dict[str, Any]:
        rows = PeerGroup.objects.visible_to(self.principal).select_related("presenter", "occasion")
        return {"groups": list(rows.order_by("-occasion__starts_at", "-pk")[:SHOWN])}


class PeerGroupNewPage(PeerGroupsPage):
    """When and where the group meets."""

    template = "supervision/peer_group_new.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(form=WhenForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WhenForm(request.POST)
        if form.is_valid():
            worker = Person.objects.get(pk=self.principal.person_id or 0)
            place, by = form.cleaned_data["place"], self.principal
            try:
                group = peers.open_group(
                    worker, form.starts_at(), place=place, by=by, at=self.now, today=self.today
                )  # fmt: skip
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "It stands in the calendars of your group, and in nobody else’s.")
                return redirect("peer_group", group.public_id)
        return self.draw(422, form=form)

    def facts(self) -> dict[str, Any]:
        return {}


class PeerGroupBasePage(TalkPage):
    """One meeting of the group."""

    talks: ClassVar[Any] = PeerGroup.objects
    detail = "peer_group"

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"when": ""}


class PeerGroupPage(PeerGroupBasePage):
    """To come, or what was said."""

    template = "supervision/peer_group.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        turns = [] if self.talk.is_held else peers.turns([e.person for e in self.talk.workers()], by_group=True)
        mine = self.talk.line_of(self.principal.person_id)
        return self.draw(turn=turns[0] if turns else None, mine=mine, late=late_words(self, GROUP_FORM))


class PeerGroupTimePage(PeerGroupBasePage):
    """Another time, or another place."""

    template = "supervision/peer_group_new.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        starts = timezone.localtime(self.talk.occasion.starts_at)
        initial = {"day": starts.date(), "time": f"{starts:%H:%M}", "place": self.talk.occasion.place}
        return self.draw(form=WhenForm(initial=initial))

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form, group = WhenForm(request.POST), self.talk
        if form.is_valid():
            worker = Person.objects.get(pk=self.principal.person_id or 0)
            place, by = form.cleaned_data["place"], self.principal
            try:
                peers.agree_group(group, worker, form.starts_at(), place=place, by=by, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "The new time stands in the calendars of your group.")
                return self.back()
        return self.draw(422, form=form)


class PeerGroupMeetingPage(PeerGroupBasePage, TalkFormPage):
    """In the room, without anybody who manages. Any of them writes."""

    template = "supervision/peer_meeting.html"
    draft_form = GROUP_FORM

    def finish(self, said: Said) -> None:
        peers.finish_group(self.talk, said, by=self.principal, at=self.now)


class PeerGroupTakesPage(PeerGroupBasePage, TakesPage):
    """A worker's own line."""

    template = "supervision/peer_takes.html"


def may_type(principal: Principal, about: str) -> bool:
    """For the drafts' endpoint: one of the group, and it is not finished."""
    try:
        public_id = UUID(about)
    except ValueError:
        return False
    group = PeerGroup.objects.visible_to(principal).filter(public_id=public_id).first()
    return group is not None and group.may("finish", principal)


KINDS = [drafts.Kind(GROUP_FORM, may=may_type)]
