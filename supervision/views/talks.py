"""What the pages of peer supervision and of the peer group share: the form in the room, and a line of one's own."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from supervision.forms.peers import TakesForm, TalkForm
from teams.foundation.drafts import Conflict, Draft
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.views.drafts import SOMEBODY_ELSE, KeepsWords

CHOSEN = frozenset({"came", "presenter", "due"})  # in the form, and nobody's words
UNTIL_NEXT = timedelta(weeks=8)  # about when the set meets again


class TalkPage(Page):
    """One meeting of peers, through its own wall."""

    by_policy = True
    talks: ClassVar[Any]  # the manager of its model
    detail: ClassVar[str]  # the name of its page

    @cached_property
    def talk(self) -> Any:
        return self.fetch(self.talks.for_page(), self.kwargs["public_id"])

    def facts(self) -> dict[str, Any]:
        return {"talk": self.talk, "me": self.principal.person_id, "detail": self.detail}

    def back(self) -> HttpResponse:
        return redirect(self.detail, self.talk.public_id)


class TalkFormPage(KeepsWords, TalkPage):
    """In the room: one form, one Finish. What is typed is a draft of whoever types, on the device first."""

    finish: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.kept_id = kwargs["public_id"]
        return super().dispatch(request, *args, **kwargs)

    def draft_about(self) -> str:
        return str(self.kept_id)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.check()
        if self.talk.is_held:
            return self.back()
        return self.draw(form=self.form(), typing=self.typing())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.check()
        if self.typed_by_somebody_else():
            return self.draw(403, form=self.form(), typing=self.typing(), refusal=SOMEBODY_ELSE)
        if self.talk.is_held and self.talk.key == self.key():  # pressed twice, or sent again
            return self.typing_is_in(self.back())
        try:
            typing = self.keep_typing()
        except Conflict as conflict:
            form = self.form(request.POST)
            return self.draw(409, form=form, **self.typed_twice(form, conflict.current))
        if self.talk.is_held:  # finished from somewhere else: what came now stays a draft, shown on its page
            return self.back()
        if request.POST.get("press") != "finish":
            messages.success(request, "Saved.")
            return redirect(request.path)
        form = self.form(request.POST)
        if form.is_valid():
            try:
                self.finish(form.said(self.key() or uuid4()))
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return self.typing_is_in(self.back())
        return self.draw(422, form=form, typing=typing)

    def check(self) -> None:
        """Raises NotAllowed for who may read it and not write it."""
        if not self.talk.is_held and not self.talk.may("finish", self.principal):
            raise NotAllowed(f"{self.talk._meta.model_name}.finish", str(self.talk.public_id))

    def key(self) -> UUID | None:
        try:
            return UUID(self.request.POST.get("key", ""))
        except ValueError:
            return None

    def form(self, typed: Any = None) -> TalkForm:
        talk, people = self.talk, self.talk.workers()
        presenter = talk.presenter.public_id.hex if talk.presenter else ""
        known = {
            "came": [each.person.public_id.hex for each in people],
            "presenter": presenter,
            "question": talk.question,
            "due": (self.today + UNTIL_NEXT).isoformat(),
        }
        drafted = self.draft.as_initial() if self.draft else {}
        if self.draft:
            came = drafted.get("came", [])
            drafted["came"] = [came] if isinstance(came, str) else came
        return TalkForm(typed, people=people, initial=known | drafted)

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"conflicts": [], "refusal": "", "key": self.request.POST.get("key") or uuid4().hex}


class TakesPage(TalkPage):
    """A line of her own, on her own page or telephone."""

    template = "supervision/peer_takes.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.draw(form=TakesForm(initial={"takes": self.mine().takes}))

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.mine()
        form = TakesForm(request.POST)
        if form.is_valid():
            try:
                self.talk.take_away(form.cleaned_data["takes"], by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "Your line is kept.")
                return self.back()
        return self.draw(422, form=form)

    def mine(self) -> Any:
        row = self.talk.line_of(self.principal.person_id)
        if row is None:
            raise NotAllowed(f"{self.talk._meta.model_name}.take_away", str(self.talk.public_id))
        return row


def late_words(page: Any, form: str) -> list[tuple[str, str]]:
    """What the reader typed and is not in the record, because somebody else had finished it: [(box, words)]."""
    draft = Draft.objects.of(page.principal.person_id, form, str(page.talk.public_id)).first()
    if draft is None or not page.talk.is_held:
        return []
    names = {name: field.label for name, field in TalkForm(people=page.talk.workers()).fields.items()}
    typed = [(name, value) for name, value in draft.words if name not in CHOSEN and value.strip()]
    return [(str(names.get(name, "What somebody takes away")), value) for name, value in typed]
