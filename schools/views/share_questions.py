"""Asking the schools that have not answered, and writing down what they say on the telephone (journey S3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse

from schools.actions import share_questions
from schools.actions.ahead import Ahead
from schools.actions.share_answers import posts_of, say_on_the_telephone
from schools.actions.share_questions import Round, Silent
from schools.forms.next_year import TelephoneForm
from schools.models import School, SchoolContact, ShareQuestion
from schools.permissions import EVERY_AGREEMENT
from teams.foundation import audit
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import LIVES
from teams.foundation.views import Page
from teams.foundation.words import counted, day, whole_money
from teams.models import Person
from teams.rules.calendar import school_year_label, school_year_of

PRICE_UNKNOWN = "price not known yet"


def priced(silent: Silent) -> list[str]:
    """ "PSW 101: £14,145" for each post that has not been answered for."""
    return [f"{post}: {whole_money(a_year) if a_year else PRICE_UNKNOWN}" for post, a_year in silent.posts]


def to_ring(found: Round, *, may_write: bool) -> list[dict[str, Any]]:
    """Schools that somebody rings, with the head and the telephone number as far as the reader sees contacts."""
    return [
        {
            "school": each.school.name,
            "page": reverse("school", kwargs={"public_id": each.school.public_id}),
            "head": each.head.person.name if each.head is not None else "",
            "telephone": each.head.person.telephone if each.head is not None else "",
            "why": each.why,
            "write": reverse("share_rung", kwargs={"public_id": each.school.public_id})
            if may_write and each.posts
            else "",
        }
        for each in found.to_ring
    ]


class AskSchoolsPage(Page):
    """Who will be asked, what they will read, and who cannot be reached. Finance and auditors look on."""

    roles = frozenset(EVERY_AGREEMENT)
    asks_again = True
    template = "schools/share_ask.html"

    def facts(self) -> dict[str, Any]:
        authority = self.request.authority  # type: ignore[attr-defined]
        found = Round(Ahead(self.principal, authority, self.today), self.principal, now=self.now)
        may_ask = self.principal.has(Role.SENIOR_MANAGER)
        return {
            "year": school_year_label(found.school_year),
            "round": found,
            "may_ask": may_ask,
            "asked_for": [
                [each.school.name, {"text": each.head.person.name, "more": each.head.person.email}, *_asked(each)]
                for each in found.to_ask
                if each.head is not None
            ],
            "letter": self.letter(found),
            "waited_for": [
                [each.school.name, each.head.person.name, day(each.question.asked_at), day(each.silent_from)]
                for each in found.waited_for
                if each.head is not None and each.question is not None and each.silent_from is not None
            ],
            "ring": to_ring(found, may_write=may_ask),
            "refusal": "" if found.to_ask else found.why_nobody(),
        }

    def letter(self, found: Round) -> str:
        """The e-mail as the first of them reads it; the link itself is in the mail alone."""
        head = next((each.head for each in found.to_ask if each.head is not None), None)
        me = Person.objects.filter(pk=self.principal.person_id or 0).first()
        if head is None or me is None:
            return ""
        question = ShareQuestion(school=found.to_ask[0].school, school_year=found.school_year)
        authority = self.request.authority  # type: ignore[attr-defined]
        words = share_questions.words_for(question, writer=me)
        more = {"telephone": words["telephone"] or authority.telephone, "until": self.now + LIVES}
        about = {"authority": authority.name, "service": authority.service_name, "link": "(the link)"}
        return render_to_string(
            f"mail/{share_questions.ASKED}.txt", words | more | about | {"person": head.person.name}
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.principal.has(Role.SENIOR_MANAGER):
            raise NotAllowed("sharequestion.ask", request.path_info)
        chosen = frozenset(request.POST.getlist("school"))
        try:
            asked, problems = share_questions.ask(
                request.authority,  # type: ignore[attr-defined]
                chosen,
                by=self.principal,
                at=self.now,
            )
        except Refusal as refusal:
            return self.draw(422, refusal=refusal.message)
        for problem in problems:
            messages.warning(request, problem)
        if asked:
            mails = counted(asked, "school is", "schools are")
            messages.success(request, f"{mails} asked. The e-mails go on school days between 7am and 6pm.")
        return redirect(reverse("money_ahead") + "#answers")


def _asked(silent: Silent) -> list[Any]:
    again = "Asked before; this is the one reminder" if silent.was_asked else ""
    first, *others = priced(silent)
    return [{"text": first, "more": "; ".join([*others, again] if again else others)}]


class ShareRungPage(Page):
    """A senior manager, on the telephone with a school."""

    roles = frozenset({Role.SENIOR_MANAGER})
    asks_again = True
    template = "schools/share_rung.html"
    school: School

    def load(self, public_id: UUID) -> None:
        self.school = self.fetch(School.objects.all(), public_id)
        self.year = school_year_of(self.today) + 1
        self.posts = posts_of(self.school, self.year)
        rows = SchoolContact.objects.visible_to(self.principal).on(self.today).filter(school=self.school)
        self.contacts = list(rows.select_related("person").order_by("kind", "starts_on", "pk"))

    def facts(self) -> dict[str, Any]:
        return {
            "school": self.school,
            "year": school_year_label(self.year),
            "posts": self.posts,
            "contacts": self.contacts,
            "head": next((each for each in self.contacts if each.kind == SchoolContact.Kind.HEAD), None),
        }

    def form(self, data: Any = None) -> TelephoneForm | None:
        if not self.posts or not self.contacts:
            return None
        return TelephoneForm(data, posts=self.posts, year=self.year, contacts=self.contacts)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        if said := [each.said for each in self.posts if each.said is not None]:
            audit.record("nextyear.read", by=self.principal, at=self.now, subjects=said)
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        form = self.form(request.POST)
        if form is None or not form.is_valid():
            return self.draw(422, form=form)
        try:
            say_on_the_telephone(
                self.school,
                self.year,
                form.said(),
                person=form.contacts[form.cleaned_data["who"]].person,
                writer=Person.objects.get(pk=self.principal.person_id or 0),
                by=self.principal,
                at=self.now,
            )
        except Refusal as refusal:
            form.refuse(refusal)
            return self.draw(422, form=form)
        messages.success(request, f"What {self.school.name} said is kept.")
        return redirect(reverse("money_ahead") + "#answers")
