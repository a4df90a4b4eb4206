"""Agreeing the record by a link (journey H3): a code first, for young people stand on it; then three presses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from supervision.actions import agreeing, opinions
from supervision.forms.records import OpinionForm, RecordAnswerForm
from supervision.models import Session, SessionPart
from supervision.rules import words as rules
from teams import codes
from teams.foundation import audit
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.models import Audience, Part

OPEN, ANSWER, OPINION, NEW_LINK = "open", "answer", "opinion", "new_link"


def session_by_link(request: HttpRequest, link: Link) -> HttpResponse:
    """GET changes nothing and shows no word of the record before the mailbox has been proved; POST answers, once."""
    rows = Session.objects.visible_to(request.principal).for_page()  # type: ignore[attr-defined]
    session = rows.prefetch_related("parts").filter(public_id=link.subject_id).first()
    if session is None:
        return render(request, "teams/link_unknown.html", status=404)
    return Reading(request, link, session).respond()


class Reading:
    """One look or one press."""

    def __init__(self, request: HttpRequest, link: Link, session: Session) -> None:
        self.request, self.link, self.session = request, link, session
        self.now = timezone.now()
        self.press = request.POST.get("press", "")
        self.mine = next((person for person in session.people.all() if person.part == Part.SCHOOL), None)

    @property
    def is_open(self) -> bool:
        waits = self.session.status == Session.Status.TO_AGREE and self.mine is not None and not self.mine.has_answered
        return waits and self.link.is_open(self.now)

    @property
    def may_read(self) -> bool:
        return codes.may_read(self.request, self.link, at=self.now)

    @property
    def is_asked(self) -> bool:
        """Two faces, once it is answered and as long as the link shows it."""
        by = self.request.principal  # type: ignore[attr-defined]
        return self.link.answered_at is not None and self.may_read and opinions.is_asked(self.session, by=by)

    def respond(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show()
        if self.press == NEW_LINK:
            return self.new_link()
        if self.press == OPEN and self.link.is_open(self.now):
            return codes.open_page(self.request, self.link, at=self.now)
        if self.press == ANSWER and self.is_open and self.may_read:
            return self.answer()
        if self.press == OPINION and self.is_asked:
            return self.opinion()
        return self.show()

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        visit = self.session.visit
        facts: dict[str, Any] = {
            "session": self.session,
            "visit": visit,
            "link": self.link,
            "address": codes.masked(self.link.address),
            "telephone": visit.manager.telephone or self.request.authority.telephone,  # type: ignore[attr-defined]
            "is_open": self.is_open,
            "may_read": self.may_read,
            "is_void": self.link.voided_at is not None,
            "form": RecordAnswerForm(),
            "mine": self.mine,
            "faces": OpinionForm() if self.is_asked else None,
            "thanks": "thanks" in self.request.GET,
        }
        if self.may_read:
            parts = SessionPart.objects.visible_to(self.request.principal)  # type: ignore[attr-defined]
            shared = parts.get(session=self.session, audience=Audience.SHARED).words
            people = [(person.part, person.name) for person in self.session.people.all()]
            facts |= {"shared": shared, "names": people, "lines": agreeing.lines_of(shared)}
            facts["beside"] = rules.beside((person.name, person.lines) for person in self.session.people.all())
            audit.record("session.read", by=self.request.principal, at=self.now, subjects=[self.session])  # type: ignore[attr-defined]
        return render(self.request, "supervision/session_link.html", facts | more, status=status)

    def answer(self) -> HttpResponse:
        form = RecordAnswerForm(self.request.POST)
        if form.is_valid() and self.mine is not None:
            by, at = self.request.principal, self.now  # type: ignore[attr-defined]
            try:
                agreeing.take_answer(self.session, self.mine, form, self.request.POST, how="link", by=by, at=at)
                said = "accurate" if form.cleaned_data["answer"] == "accurate" else "not accurate"
                self.link.mark_answered(answer=f"you said it is {said}", at=at)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return redirect(self.request.path)
        return self.show(422, form=form, typed=self.request.POST)

    def opinion(self) -> HttpResponse:
        form = OpinionForm(self.request.POST)
        if form.is_valid():
            try:
                opinions.give(self.session, **form.cleaned_data, by=self.request.principal, at=self.now)  # type: ignore[attr-defined]
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return redirect(f"{self.request.path}?thanks")
        return self.show(422, faces=form, form=form)

    def new_link(self) -> HttpResponse:
        """To the same mailbox, at once."""
        try:
            agreeing.send_new_link(self.session, to=self.link.person, at=self.now)
        except Refusal as refusal:
            return self.show(409, refusal=refusal.message)
        return self.show(sent_again=True)
