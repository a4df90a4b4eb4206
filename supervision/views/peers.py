"""Peer supervision of one set (journey M5): when, whose turn it is to bring a question, and what was said."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from supervision.actions import peers
from supervision.actions.peers import PEER_FORM
from supervision.forms.bookings import weekday
from supervision.forms.peers import QuestionForm, WhenForm, WhoForm
from supervision.models import PeerSupervision
from supervision.models.peers import Said
from supervision.rules.turns import Turn
from supervision.views.months import MonthPage
from supervision.views.talks import TakesPage, TalkFormPage, TalkPage, late_words
from teams.foundation import drafts
from teams.foundation.access import Principal
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.words import day as day_in_words
from teams.models import Person


def said_of_turn(turn: Turn | None) -> str:
    """Whose turn it is, and why."""
    if turn is None:
        return ""
    last = f"brought one longest ago, on {day_in_words(turn.last)}" if turn.last else "has not brought one yet"
    return f"{turn.name} {last}."


class PeerDuePage(MonthPage):
    """Due, and nothing is written of it yet. The first press writes it down."""

    template = "supervision/peer_due.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.group: str = kwargs["group"]
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        month = self.month()
        there = PeerSupervision.objects.visible_to(self.principal).filter(
            manager=self.manager, month=month, group=self.group
        )
        peer = there.first()
        if peer is not None:
            return redirect("peer", peer.public_id)
        line = peers.line_of(self.manager, month, self.group, today=self.today)
        if line is None:
            raise Http404("Nothing is due for this set.")
        turns = peers.turns(line.people)
        return self.draw(
            line=line, month=month, turn=turns[0] if turns else None, why_turn=said_of_turn(turns[0] if turns else None)
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        peer = peers.plan(
            self.manager, self.month(), self.group, by=self.principal, at=self.now, today=self.today
        )  # fmt: skip
        if request.POST.get("press") != "ask":
            return redirect("peer_time", peer.public_id)
        peer = PeerSupervision.objects.for_page().get(pk=peer.pk)
        turns = peers.turns([each.person for each in peer.workers()])
        if peer.presenter_id is None and turns:
            ask(self, peer, Person.objects.get(pk=turns[0].key))
        return redirect("peer", peer.public_id)


def ask(page: Any, peer: PeerSupervision, person: Person) -> None:
    peer.ask(person, by=page.principal, at=page.now)
    messages.success(page.request, f"{person.name} finds it on the first page, with one box for the question.")


class PeerBasePage(TalkPage):
    """One peer supervision."""

    talks: ClassVar[Any] = PeerSupervision.objects
    detail = "peer"

    @cached_property
    def talk(self) -> Any:
        return self.fetch(PeerSupervision.objects.for_page().select_related("manager"), self.kwargs["public_id"])

    @property
    def holds(self) -> bool:
        """Is it hers to book, or that of whom she covers for?"""
        policy_says: bool = self.talk.may("plan", self.principal)
        return policy_says

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"holds": self.holds, "when": _when(self.talk)}


class PeerPage(PeerBasePage):
    """To come: when, where, whose turn. Held: what was said, for those who were there."""

    template = "supervision/peer.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        talk, me = self.talk, self.principal.person_id
        turns: list[Turn] = []
        if self.holds and not talk.is_held:
            turns = peers.turns([each.person for each in talk.workers()])
        is_presenter = talk.presenter_id is not None and talk.presenter_id == me
        others = [each.person for each in talk.workers() if each.person_id != talk.presenter_id]
        return self.draw(
            turn=turns[0] if turns and talk.presenter_id is None else None,
            why_turn=said_of_turn(turns[0]) if turns else "",
            who=WhoForm(people=others) if turns and others and not talk.question else None,
            is_presenter=is_presenter,
            reads=talk.is_held or self.holds or is_presenter,
            mine=talk.line_of(me),
            late=late_words(self, PEER_FORM),
        )


class PeerTimePage(PeerBasePage):
    """A day, a time, a place."""

    template = "supervision/peer_time.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.check()
        occasion, initial = self.talk.occasion, {"day": self.talk.due_on, "time": "", "place": ""}
        if occasion is not None:
            starts = timezone.localtime(occasion.starts_at)
            initial = {"day": starts.date(), "time": f"{starts:%H:%M}", "place": occasion.place}
        return self.draw(form=WhenForm(initial=initial))

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.check()
        form = WhenForm(request.POST)
        if form.is_valid():
            try:
                place = form.cleaned_data["place"]
                peers.agree(self.talk, form.starts_at(), place=place, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "It is agreed, and stands in everybody’s calendar.")
                return self.back()
        return self.draw(422, form=form)

    def check(self) -> None:
        if not self.holds:
            raise NotAllowed("peersupervision.agree", str(self.talk.public_id))


class PeerAskPage(PeerBasePage):
    """The button that asks whose turn it is, or somebody else."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        people = [each.person for each in self.talk.workers()]
        form = WhoForm(request.POST, people=people)
        named = form.people.get(request.POST.get("who", ""))
        turns = peers.turns(people)
        if named is None and turns:
            named = next(each for each in people if each.pk == turns[0].key)
        if named is None:
            raise Refusal("Nobody is in this set any more.")
        ask(self, self.talk, named)
        return self.back()


class PeerCallOffPage(PeerBasePage):
    """The button: the agreed time cannot be kept."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.talk.call_off(by=self.principal, at=self.now)
        messages.success(request, "It is called off. Agree another time.")
        return redirect("peer_time", self.talk.public_id)


class PeerQuestionPage(PeerBasePage):
    """The presenter's question, in one box."""

    template = "supervision/peer_question.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.check()
        if self.talk.is_held:
            return self.back()
        return self.draw(form=QuestionForm(initial={"question": self.talk.question}))

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.check()
        form = QuestionForm(request.POST)
        if form.is_valid():
            self.talk.bring(form.cleaned_data["question"], by=self.principal, at=self.now)
            messages.success(request, f"{self.talk.manager.name} sees your question.")
            return self.back()
        return self.draw(422, form=form)

    def check(self) -> None:
        if self.talk.presenter_id is None or self.talk.presenter_id != self.principal.person_id:
            raise NotAllowed("peersupervision.bring", str(self.talk.public_id))


class PeerMeetingPage(PeerBasePage, TalkFormPage):
    """In the room with the manager."""

    template = "supervision/peer_meeting.html"
    draft_form = PEER_FORM

    def finish(self, said: Said) -> None:
        peers.finish(self.talk, said, by=self.principal, at=self.now)


class PeerTakesPage(PeerBasePage, TakesPage):
    """A worker's own line."""

    template = "supervision/peer_takes.html"


def _when(peer: PeerSupervision) -> str:
    """ "10 December": the day that is agreed, or the one by which it is due."""
    day: date = timezone.localdate(peer.occasion.starts_at) if peer.occasion else peer.due_on
    return weekday(day).split(" ", 1)[1]


def may_type(principal: Principal, about: str) -> bool:
    """For the drafts' endpoint: she holds it, and it is not finished."""
    try:
        public_id = UUID(about)
    except ValueError:
        return False
    peer = PeerSupervision.objects.visible_to(principal).filter(public_id=public_id).first()
    return peer is not None and peer.may("finish", principal)


KINDS = [drafts.Kind(PEER_FORM, may=may_type)]
