"""The record of a supervision (journeys M4, H3, W5): read, finished, agreed, corrected on top."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from schools.models import SchoolContact
from supervision.actions import agreeing, late, opinions, sessions
from supervision.actions.next_time import next_day
from supervision.forms.records import (
    CorrectionForm,
    LooseEndsForm,
    OpinionForm,
    OwnNoteForm,
    RecordAnswerForm,
    RungForm,
)
from supervision.models import Correction, OwnNote, Session, SessionCopy, SessionPart, SessionPerson
from supervision.permissions import answers_for, says_for_school, supervises
from supervision.rules import words as rules
from teams.foundation import audit
from teams.foundation.access import Principal
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.kept import Kept, hold
from teams.foundation.views import Page
from teams.models import Audience

OPENED = Kept(
    lambda *, public_id: Session.objects.for_page().prefetch_related(None).filter(public_id=public_id).order_by()
)
PEOPLE = Kept(lambda *, session: SessionPerson.objects.filter(session=session).select_related("person"))
PARTS = Kept(lambda *, session: SessionPart.objects.filter(session=session))
NOTES = Kept(lambda *, session: OwnNote.objects.filter(session=session).order_by("pk")[:1])
CORRECTIONS = Kept(lambda *, session: Correction.objects.filter(session=session).select_related("written_by"))
COPIES = Kept(lambda *, session: SessionCopy.objects.filter(session=session).defer("snapshot"))
CONTACTS = Kept(lambda *, school: SchoolContact.objects.filter(school=school))


def own_note(principal: Principal, session: Session) -> OwnNote | None:
    return next(iter(NOTES.visible_to(principal, session=session.pk)), None)


class SessionBasePage(Page):
    """A page of one record, within the reader's reach."""

    by_policy = True
    session: Session

    def load(self, public_id: UUID) -> None:
        self.session = self.fetch(OPENED, public_id)
        hold(self.session, "people", PEOPLE(session=self.session.pk))
        if (place := self.session.visit.placement) is not None:
            hold(place.school, "contacts", CONTACTS(school=place.school_id))

    def manager_only(self, act: str) -> None:
        if not supervises(self.principal, self.session.visit):
            raise NotAllowed(f"session.{act}", str(self.session.public_id))

    def back(self) -> HttpResponse:
        return redirect("session", self.session.public_id)

    def facts(self) -> dict[str, Any]:
        return {"session": self.session, "visit": self.session.visit}


class SessionPage(SessionBasePage):
    """What was said, as far as this reader may read it, and who says that it is accurate."""

    template = "supervision/session_detail.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        parts = PARTS.visible_to(self.principal, session=self.session.pk)
        words = {part.audience: part.words for part in parts}
        audit.record("session.read", by=self.principal, at=self.now, subjects=[self.session])
        is_manager = supervises(self.principal, self.session.visit)
        people = list(self.session.people.all())
        mine = next((p for p in people if not p.has_answered and answers_for(self.principal, p, self.session)), None)
        corrections = [each for each in CORRECTIONS(session=self.session.pk) if each.audience in words]
        return self.draw(
            shared=words.get(Audience.SHARED),
            two=words.get(Audience.TWO),
            people=people,
            names=[(person.part, person.name) for person in people],
            beside=rules.beside((person.name, person.lines) for person in people),
            is_manager=is_manager,
            loose=len(sessions.loose_ends(self.session)) if is_manager else 0,
            ring=agreeing.to_ring(self.session, today=self.today) if is_manager else None,
            mine=mine if self.session.status == Session.Status.TO_AGREE else None,
            note=own_note(self.principal, self.session) if is_manager else None,
            corrections=corrections,
            copies=COPIES.visible_to(self.principal, session=self.session.pk),
            late=late.beside(self.session, parts, people, person_id=self.principal.person_id) if is_manager else [],
            answer_form=RecordAnswerForm(),
            faces=OpinionForm() if opinions.is_asked(self.session, by=self.principal) else None,
        )


class SessionFinishPage(SessionBasePage):
    """ "To finish": lines without a name or a day, then to whoever has not agreed yet."""

    template = "supervision/session_finish.html"

    def form(self, data: Any = None) -> LooseEndsForm:
        people = [(person.part, person.name) for person in self.session.people.all()]
        note = own_note(self.principal, self.session)
        return LooseEndsForm(
            data,
            ends=sessions.loose_ends(self.session),
            people=people,
            next_day=next_day(self.session.visit, today=self.today),
            initial={"note": note.text if note else ""},
        )

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        self.manager_only("complete")
        if self.session.status != Session.Status.TO_FINISH:
            return self.back()
        return self.draw(form=self.form(), waiting=self.waiting())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        self.manager_only("complete")
        form = self.form(request.POST)
        if not form.is_valid():
            return self.draw(422, form=form, waiting=self.waiting())
        try:
            is_final = agreeing.complete_and_send(self.session, form.lines(), by=self.principal, at=self.now)
        except Refusal as refusal:
            form.refuse(refusal)
            return self.draw(422, form=form, waiting=self.waiting())
        if form.cleaned_data["note"]:
            agreeing.write_note(self.session, form.cleaned_data["note"], by=self.principal, at=self.now)
        messages.success(request, "It is final." if is_final else "Sent to be agreed.")
        return self.back()

    def waiting(self) -> list[SessionPerson]:
        return [person for person in self.session.people.all() if not person.has_answered]


class SessionAnswerPage(SessionBasePage):
    """ "Accurate", or not and where: in the product, for the worker and for whoever reads the school's copy."""

    template = "supervision/session_answer.html"

    def mine(self) -> SessionPerson:
        for person in self.session.people.all():
            if answers_for(self.principal, person, self.session):
                return person
        raise NotAllowed("session.answer", str(self.session.public_id))

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        self.mine()
        return self.back()

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        mine, form = self.mine(), RecordAnswerForm(request.POST)
        if form.is_valid():
            try:
                agreeing.take_answer(
                    self.session, mine, form, request.POST, how="account", by=self.principal, at=self.now
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "Thank you. What you said stands with the record.")
                return self.back()
        return self.draw(422, form=form, mine=mine)


class SessionRungPage(SessionBasePage):
    """Who was there for the school was reached by no mail: what came of ringing them."""

    template = "supervision/session_rung.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        row = self.to_ring(public_id)
        return self.draw(form=RungForm(name=row.name), row=row) if row else self.back()

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        row = self.to_ring(public_id)
        if row is None:
            messages.info(request, "This has been answered, or our mail has reached them by now. Nothing was changed.")
            return self.back()
        form = RungForm(request.POST, name=row.name)
        if form.is_valid():
            try:
                is_final = agreeing.take_call(self.session, **form.cleaned_data, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "It is final." if is_final else "It is written down.")
                return self.back()
        return self.draw(422, form=form, row=row)

    def to_ring(self, public_id: UUID) -> SessionPerson | None:
        self.load(public_id)
        self.manager_only("ring")
        return agreeing.to_ring(self.session, today=self.today)


class SessionOpinionPage(SessionBasePage):
    """Two faces after the answer, for who answers in the product for the school. A press, and never in the way."""

    template = "supervision/session_opinion.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        self.school_only()
        return self.back()

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        self.school_only()
        form = OpinionForm(request.POST)
        if form.is_valid():
            try:
                opinions.give(self.session, **form.cleaned_data, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "Thank you. It is counted with what other schools say.")
                return self.back()
        return self.draw(422, form=form)

    def school_only(self) -> None:
        if not says_for_school(self.principal, self.session):
            raise NotAllowed("session.opinion", str(self.session.public_id))


class OwnNotePage(SessionBasePage):
    """Dark red: hers alone, and written afterwards."""

    template = "supervision/own_note.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        self.manager_only("note")
        note = own_note(self.principal, self.session)
        return self.draw(form=OwnNoteForm(initial={"text": note.text if note else ""}))

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        self.manager_only("note")
        form = OwnNoteForm(request.POST)
        if not form.is_valid():
            return self.draw(422, form=form)
        agreeing.write_note(self.session, form.cleaned_data["text"], by=self.principal, at=self.now)
        messages.success(request, "Your note is saved. Only you see it here.")
        return self.back()


class CorrectionPage(SessionBasePage):
    """On top of a final record; the record stays as it was."""

    template = "supervision/correction.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        self.manager_only("correct")
        return self.draw(form=CorrectionForm(is_in_school=self.session.visit.is_in_school))

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        self.manager_only("correct")
        form = CorrectionForm(request.POST, is_in_school=self.session.visit.is_in_school)
        if form.is_valid():
            text, audience = form.cleaned_data["text"], form.audience_chosen()
            try:
                sessions.write_correction(self.session, text, audience, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "The correction stands on top of the record.")
                return self.back()
        return self.draw(422, form=form)
