"""The school's page about its share next year: one question for each worker, by a link or signed in (journey S3).

Looking changes nothing; one press answers for all of them. The prices are this school's own and nobody else's.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from schools.actions import share_questions
from schools.actions.share_answers import PostAsked, posts_of, say_by_hand
from schools.forms.next_year import ShareForm
from schools.models import NextYear, ShareQuestion
from teams import codes
from teams.foundation import audit, links
from teams.foundation.access import COUNCIL_ROLES
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link
from teams.foundation.views import Page
from teams.models import Person
from teams.rules.calendar import school_year_label, school_year_of

TEMPLATE = "schools/share_question.html"
NEW_LINK = "new_link"
ROWS = ("school", "person", "asked_by")


class Answers:
    """What both ways in have in common."""

    question: ShareQuestion
    request: Any
    now: Any
    principal: Any

    @cached_property
    def posts(self) -> list[PostAsked]:
        return posts_of(self.question.school, self.question.school_year)

    @property
    def has_begun(self) -> bool:
        """The year that was asked about: nothing is answered any more."""
        return self.question.school_year <= school_year_of(timezone.localdate(self.now))

    def common(self) -> dict[str, Any]:
        writer = self.question.asked_by
        return {
            "question": self.question,
            "school": self.question.school,
            "year": school_year_label(self.question.school_year),
            "posts": self.posts,
            "manager": writer,
            "telephone": writer.telephone or self.request.authority.telephone,
            "has_begun": self.has_begun,
            "unsent": [],
        }

    def say(self, form: ShareForm) -> None:
        person = Person.objects.get(pk=self.principal.person_id)
        say_by_hand(self.question, form.said(), person=person, by=self.principal, at=self.now)


class ShareQuestionPage(Answers, Page):
    """Signed in: the head answers; who reads every agreement sees what was said."""

    by_policy = True
    asks_again = True
    template = TEMPLATE

    def load(self, public_id: UUID) -> None:
        rows = ShareQuestion.objects.select_related(*ROWS).prefetch_related("school__contacts")
        self.question = self.fetch(rows, public_id)

    @property
    def may_answer(self) -> bool:
        return not self.principal.has(*COUNCIL_ROLES) and self.question.may("answer", self.principal)

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        return self.draw(status, **self.common() | {"link": None, "may_read": True, "form": None} | more)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        said = [each.said for each in self.posts if each.said is not None]
        if said and self.principal.has(*COUNCIL_ROLES):
            audit.record("nextyear.read", by=self.principal, at=self.now, subjects=said)
        form = ShareForm(posts=self.posts) if self.may_answer and not self.has_begun else None
        return self.show(form=form if self.posts else None)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        if not self.may_answer:
            raise NotAllowed("sharequestion.answer", str(public_id))
        form = ShareForm(request.POST, posts=self.posts)
        if self.has_begun or not self.posts:
            return self.show(409, unsent=unsent(form))
        if form.is_valid():
            try:
                self.say(form)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "Thank you. Your answer is kept.")
                return redirect("share_question", public_id)
        return self.show(422, form=form)


def share_question_by_link(request: HttpRequest, link: Link) -> HttpResponse:
    """GET changes nothing and uses nothing up; what was said before is shown only to whoever reads the mailbox."""
    rows = ShareQuestion.objects.visible_to(request.principal)  # type: ignore[attr-defined]
    found = rows.select_related(*ROWS).prefetch_related("school__contacts").filter(public_id=link.subject_id).first()
    if found is None:  # no longer this school's head, say: the same words as for a link that never was
        return render(request, "teams/link_unknown.html", status=404)
    return ByLink(request, link, found).respond()


class ByLink(Answers):
    """One look or one press with a link in hand."""

    def __init__(self, request: HttpRequest, link: Link, question: ShareQuestion) -> None:
        self.request, self.link, self.question = request, link, question
        self.principal = request.principal  # type: ignore[attr-defined]
        self.now = timezone.now()

    @cached_property
    def is_proved(self) -> bool:
        return codes.may_read(self.request, self.link, at=self.now)

    @property
    def is_open(self) -> bool:
        return self.link.is_open(self.now) and not self.has_begun and bool(self.posts)

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        facts = self.common() | {
            "link": self.link,
            "address": codes.masked(self.link.address),
            "is_void": self.link.voided_at is not None,
            "is_open": self.is_open,
            "may_read": self.is_proved,
            "form": self.form() if self.is_open else None,
        }
        return render(self.request, TEMPLATE, facts | more, status=status)

    def form(self, data: Any = None) -> ShareForm:
        return ShareForm(data, posts=self.posts, initial=None if self.is_proved else {})

    def respond(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show()
        if self.request.POST.get("press") == NEW_LINK:
            return self.new_link()
        form = self.form(self.request.POST)
        if not self.is_open:
            typed = [] if self.link.answered_at is not None and self.says_the_same(form) else unsent(form)
            return self.show(409 if typed else 200, unsent=typed)
        if not form.is_valid():  # before a code is spent on it; what was typed is hers, and nothing kept is shown
            return self.show(422, form=form)
        asked = codes.prove(self.request, self.link, at=self.now)
        if asked is not None:
            return asked
        self.is_proved = True
        try:
            self.say(form)
        except Refusal as refusal:
            form.refuse(refusal)
            response = self.show(422, form=form)
        else:
            self.link.mark_answered(answer="you said what next year looks like", at=self.now)
            response = redirect(self.request.path)
        links.remember_device(response, self.link, secure=self.request.is_secure())
        return response

    def says_the_same(self, form: ShareForm) -> bool:
        """A second press with what was sent already: nothing is left unsent."""
        return form.is_valid() and not any(saying.is_new for saying in form.said())

    def new_link(self) -> HttpResponse:
        """To the same mailbox, at once."""
        if self.has_begun:
            return self.show()
        try:
            share_questions.send_new_link(self.question, to=self.link.person, at=self.now)
        except Refusal as refusal:
            return self.show(409, refusal=refusal.message)
        return self.show(sent_again=True)


def unsent(form: ShareForm) -> list[tuple[str, str]]:
    """What was posted when nothing can be sent any more, each beside its worker."""
    found = []
    for post in form.posts:
        answer = dict(NextYear.Answer.choices).get(form.data.get(f"answer_{post.name}", ""), "")
        words = [answer, form.data.get(f"words_{post.name}", "").strip()[:1000]]
        if any(words):
            found.append((post.who, ": ".join(filter(None, words))))
    return found
