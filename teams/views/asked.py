""" "Asked of us": what managers ask of the county, for who answers and for who asks (journey S6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from teams.actions.guidance import answer_for_all, usual_days, waited
from teams.forms.guidance import ALL, ONE, AnswerCountyForm, AskCountyForm
from teams.foundation import drafts
from teams.foundation.access import Role
from teams.foundation.drafts import Conflict
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.models import CountyQuestion, Person, Place
from teams.permissions import LINE_MANAGERS
from teams.rules.asked import MOST_OPEN, in_words
from teams.views.drafts import SOMEBODY_ELSE, KeepsWords

ASK, ANSWER, NEW = "ask-county", "answer-county", "new"
SHOWN = 20


def _usual(page: Page) -> str:
    days = usual_days(page.now)
    return in_words(days) if days is not None else ""


class AskedOfUsPage(Page):
    """What waits, the oldest first; then what was answered lately. Auditors see no words."""

    roles = frozenset({Role.SENIOR_MANAGER, Role.AUDITOR})
    template = "teams/asked_of_us.html"

    def facts(self) -> dict[str, Any]:
        reads = self.principal.has(Role.SENIOR_MANAGER)
        rows = CountyQuestion.objects.for_page()
        if not reads:  # that it was asked, where, by whom and when (CountyQuestionPolicy): not a word of it is fetched
            rows = rows.defer("text", "text_of_answer", "guidance__text")
        waiting = list(rows.open().order_by("asked_at", "pk")[:500])
        answered = rows.filter(status=CountyQuestion.Status.ANSWERED).order_by("-answered_at", "-pk")[:SHOWN]
        return {
            "reads": reads,
            "waiting": [(each, waited(each, self.today)) for each in waiting],
            "answered": [(each, waited(each, self.today)) for each in answered],
            "usual": _usual(self),
        }


class AskCountyPage(KeepsWords, Page):
    """One box. What she has asked stands below: at most three are open at a time."""

    roles = frozenset(LINE_MANAGERS)
    template = "teams/ask_county.html"
    draft_form = ASK

    def draft_about(self) -> str:
        return NEW

    def facts(self) -> dict[str, Any]:
        mine = CountyQuestion.objects.filter(asked_by=self.principal.person_id).for_page()
        mine = mine.exclude(status=CountyQuestion.Status.TAKEN_BACK).order_by("-asked_at", "-pk")
        found = list(mine[:SHOWN])
        waiting = [each for each in found if each.is_open]
        return {
            "waiting": [(each, waited(each, self.today)) for each in reversed(waiting)],
            "answered": [each for each in found if not each.is_open],
            "is_full": len(waiting) >= MOST_OPEN,
            "most": MOST_OPEN,
            "usual": _usual(self),
            "place": self.place(),
        }

    def place(self) -> str:
        asked = self.request.GET.get("place", "")
        return asked if asked in Place.values else ""

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = self.draft.as_initial() if self.draft else {}
        return self.show(AskCountyForm(initial={"place": self.place()} | typed))

    def post(self, request: HttpRequest) -> HttpResponse:
        if self.typed_by_somebody_else():
            return self.show(AskCountyForm(), 403, refusal=SOMEBODY_ELSE)
        form = AskCountyForm(request.POST)
        try:
            typing = self.keep_typing()
        except Conflict as conflict:
            return self.show(form, 409, **self.typed_twice(form, conflict.current))
        if form.is_valid():
            try:
                CountyQuestion.ask_once(
                    form.cleaned_data["text"], place=form.cleaned_data["place"], by=self.principal, at=self.now
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "Asked. The answer will stand on your first page.")
                return self.typing_is_in(redirect("ask_county"))
        return self.show(form, 422, typing=typing)

    def show(self, form: AskCountyForm, status: int = 200, **more: Any) -> HttpResponse:
        return self.draw(status, **{"form": form, "typing": self.typing(), "conflicts": [], "refusal": ""} | more)


class AskedPage(KeepsWords, Page):
    """One question: for senior managers with the box for the answer, for who asked with the answer."""

    by_policy = True
    template = "teams/asked.html"
    draft_form = ANSWER
    question: CountyQuestion

    def draft_about(self) -> str:
        return str(self.question.public_id)

    def load(self, public_id: UUID) -> None:
        self.question = self.fetch(CountyQuestion.objects.for_page(), public_id)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        typed = self.draft.as_initial() if self.draft and self.may_answer() else {}
        return self.show(self.form(initial=self.filled_in() | {key: typed[key] for key in typed if key in FILLED}))

    def filled_in(self) -> dict[str, Any]:
        return {"to": ONE, "place": self.question.place, "starts_on": self.today}

    def form(self, *typed: Any, **more: Any) -> AnswerCountyForm:
        return AnswerCountyForm(*typed, name=self.question.asked_by.name, **more)

    def may_answer(self) -> bool:
        return self.question.may("answer", self.principal)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        if not self.principal.has(Role.SENIOR_MANAGER):
            raise NotAllowed("countyquestion.answer", str(public_id))
        if self.typed_by_somebody_else():
            return self.show(self.form(initial=self.filled_in()), 403, refusal=SOMEBODY_ELSE)
        form = self.form(request.POST)
        try:
            typing = self.keep_typing()
        except Conflict as conflict:
            return self.show(form, 409, **self.typed_twice(form, conflict.current))
        if form.is_valid():
            try:
                said = self.answer(form.cleaned_data)
            except Refusal as refusal:
                form.refuse(refusal)
                if refusal.code == "wrong_status":  # somebody else was quicker: their answer stands, and these words
                    self.load(public_id)
                    return self.show(form, 409, too_late=True)
            else:
                messages.success(request, said)
                return self.typing_is_in(redirect("asked_of_us"))
        return self.show(form, 422, typing=typing)

    def answer(self, typed: dict[str, Any]) -> str:
        """What is said about it afterwards."""
        if typed["to"] == ALL:
            answer_for_all(
                self.question, typed["text"], place=typed["place"], starts_on=typed["starts_on"], by=self.principal,
                at=self.now,
            )  # fmt: skip
            return "Answered, as county guidance. It stands on the pages where it applies."
        person = Person.objects.get(pk=self.principal.person_id or 0)
        self.question.answer(person=person, text=typed["text"], by=self.principal, at=self.now)
        return f"Answered. {self.question.asked_by.name} finds it on the first page."

    def show(self, form: AnswerCountyForm, status: int = 200, **more: Any) -> HttpResponse:
        question, me = self.question, self.principal.person_id
        facts = {
            "question": question,
            "waited": waited(question, self.today),
            "is_mine": question.asked_by_id == me,
            "may_answer": self.may_answer(),
            "form": form,
            "typing": self.typing(),
            "conflicts": [],
            "refusal": "",
            "too_late": False,
        }
        return self.draw(status, **facts | more)


FILLED = ("text", "to", "place")


class AskedTakeBackPage(AskedPage):
    """The asker needs no answer any more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        self.question.take_back(by=self.principal, at=self.now)
        messages.success(request, "Your question is taken back.")
        return redirect("ask_county")


class AskedReadPage(AskedPage):
    """The asker has read the answer: its line leaves her first page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        self.question.read(by=self.principal, at=self.now)
        messages.success(request, "It has left your first page. You find it again under “Ask the county”.")
        return redirect("first_page")


def _may_ask(principal: Any, about: str) -> bool:
    return about == NEW and principal.has(*LINE_MANAGERS)


def _may_answer(principal: Any, about: str) -> bool:
    try:
        key = UUID(about)
    except ValueError:
        return False
    found = CountyQuestion.objects.visible_to(principal).open().filter(public_id=key).first()
    return found is not None and found.may("answer", principal)


KINDS = (drafts.Kind(ASK, _may_ask), drafts.Kind(ANSWER, _may_answer))
