"""What is done to an agreement after it was sent: signed, asked about, declined, sent again, changed, ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from schools.actions import agreement_mail, agreements, changes, heads
from schools.forms.agreements import (
    ADDRESS,
    AnswerForm,
    DeclineForm,
    EndForm,
    QuestionForm,
    SignForm,
    WrongPersonForm,
)
from schools.models.signatures import Party, SignedPart
from schools.views.agreement_facts import readable_texts, texts_of
from schools.views.agreement_pages import POLICY, AgreementFormPage, AgreementPage
from schools.views.agreements import AgreementDetailPage
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.forms import Form
from teams.rules.calendar import school_year_label

SAYS = {
    Party.WORKER: "I have read the way of working and confidentiality, and I will work by them",
    Party.COUNCIL: "I have read the way of working and the cost, and I agree for the council",
    Party.SCHOOL: "I have read the way of working and the cost, and I agree for the school",
}
PARTS = {
    Party.WORKER: [SignedPart.WAY],
    Party.COUNCIL: [SignedPart.WAY, SignedPart.COST],
    Party.SCHOOL: [SignedPart.WAY, SignedPart.COST],
}


class AgreementSignPage(AgreementFormPage):
    """Read, one tick, one press: for the worker, for the council, or for a head who has signed in."""

    template = "schools/agreement_sign.html"
    act = "sign"
    takes_words = False

    @property
    def party(self) -> Party:
        return Party(POLICY.party_of(self.principal, self.agreement) or "")

    def form(self, data: Any = None) -> SignForm:
        return SignForm(data, says=SAYS[self.party])

    def do(self, form: SignForm) -> HttpResponse:
        try:
            agreements.sign(
                self.agreement,
                party=self.party,
                parts=[part.value for part in PARTS[self.party]],
                person=self.me,
                how="account",
                by=self.principal,
                at=self.now,
                read=self.request.POST.get("version", ""),
            )
        except Refusal as refused:
            if refused.code != "changed":
                raise
            messages.warning(self.request, refused.message)
            return redirect("agreement_sign", self.agreement.public_id)
        left = len(self.agreement.waits_for())
        others = {0: "All three have signed: it is active.", 1: "One of the three still has to sign."}
        messages.success(self.request, f"Thank you. {others.get(left, 'Two of the three still have to sign.')}")
        return self.back_to_agreement()

    def facts(self) -> dict[str, Any]:
        return super().facts() | readable_texts(self.agreement) | {"party": self.party}


class AgreementDeclinePage(AgreementFormPage):
    template = "schools/agreement_decline.html"
    act = "decline"

    def form(self, data: Any = None) -> DeclineForm:
        return DeclineForm(data)

    def do(self, form: DeclineForm) -> HttpResponse:
        self.agreement.decline(form.cleaned_data["reason"], by=self.principal, at=self.now)
        messages.success(self.request, f"Thank you for saying so. {self.agreement.placement.manager.name} reads it.")
        return self.back_to_agreement()


class AgreementAskPage(AgreementFormPage, AgreementDetailPage):
    """The question's form stands on the agreement's page; a mistake in it brings that page back."""

    act = "ask"

    def form(self, data: Any = None) -> QuestionForm:
        return QuestionForm(data)

    def show(self, status: int = 200, **forms: Any) -> HttpResponse:
        return AgreementDetailPage.show(self, status, **forms)

    def press(self) -> HttpResponse:
        form = self.form(self.request.POST)
        if not form.is_valid():
            return self.show(422, question_form=form, form=form)
        self.agreement.ask(form.cleaned_data["text"], person=self.me, by=self.principal, at=self.now)
        messages.success(self.request, f"Your question has gone to {self.agreement.placement.manager.name}.")
        return self.back_to_agreement()


class AgreementAnswerPage(AgreementFormPage):
    """The manager's answer to one question."""

    template = "schools/agreement_answer.html"
    act = "answer"

    def form(self, data: Any = None) -> AnswerForm:
        return AnswerForm(data)

    @property
    def question(self) -> Any:
        asked = self.agreement.questions.select_related("asked_by")
        question = asked.filter(public_id=self.kwargs["question"]).first()
        if question is None:
            raise NotAllowed("agreement.answer", str(self.kwargs["question"]))
        return question

    def do(self, form: AnswerForm) -> HttpResponse:
        question, text = self.question, form.cleaned_data["text"]
        mailed = agreements.answer(self.agreement, question, text, person=self.me, by=self.principal, at=self.now)
        name = question.asked_by.name
        told = f"An e-mail leads {name} to it." if mailed else f"No e-mail goes to {name}: please tell them."
        messages.success(self.request, f"Your answer stands beside the question. {told}")
        return self.back_to_agreement()

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"question": self.question}


class ManagerActPage(AgreementPage):
    """A press of the agreement's manager that is no verb of the record by itself."""

    act = ""

    def not_now(self) -> HttpResponse | None:
        if not self.facts()["manages"]:
            raise NotAllowed(f"page.{type(self).__name__}", str(self.agreement.public_id))
        return super().not_now()


class AgreementAgainPage(ManagerActPage):
    """The one reminder, after a look at what went before."""

    template = "schools/agreement_again.html"

    def show(self) -> HttpResponse:
        return self.draw(head=self.headteacher, form=None)

    def press(self) -> HttpResponse:
        form = Form(self.request.POST)
        try:
            agreement_mail.send_again(self.agreement, by=self.principal, at=self.now)
        except Refusal as refused:
            form.refuse(refused)
            return self.draw(422, head=self.headteacher, form=form)
        messages.success(self.request, "The e-mail goes once more. After this one, please ring.")
        return self.back_to_agreement()


class AgreementPersonPage(ManagerActPage):
    """ "Wrong person?": another address, or another head."""

    template = "schools/agreement_person.html"

    def form(self, data: Any = None) -> WrongPersonForm:
        return WrongPersonForm(data, head=self.headteacher)

    def show(self) -> HttpResponse:
        return self.draw(form=self.form(), head=self.headteacher)

    def press(self) -> HttpResponse:
        form = self.form(self.request.POST)
        if form.is_valid():
            try:
                return self.do(form.cleaned_data)
            except Refusal as refused:
                form.refuse(_beside_the_right_box(refused, form.cleaned_data["what"]))
        return self.draw(422, form=form, head=self.headteacher)

    def do(self, said: dict[str, Any]) -> HttpResponse:
        if said["what"] == ADDRESS and self.headteacher is not None:
            heads.correct_address(self.headteacher, said["address"], by=self.principal, at=self.now)
            messages.success(
                self.request,
                f"The new address is kept. Confirm it after you have rung {self.headteacher.person.name}; links wait "
                "a day, or until a colleague has confirmed it too.",
            )
            return self.back_to_agreement()
        contact = heads.take_back_to_name_head(
            self.agreement, name=said["name"], job=said["job"], email=said["email"], by=self.principal, at=self.now
        )
        messages.success(
            self.request,
            f"{contact.person.name} is the head now. Old links are void. Send the agreement when you have rung.",
        )
        self.agreement.refresh_from_db()
        is_open = self.agreement.may("offer", self.principal)
        return redirect("agreement_send", self.agreement.public_id) if is_open else self.back_to_agreement()


class AgreementConfirmPage(ManagerActPage):
    """The head's address is right: said by somebody who has rung."""

    def press(self) -> HttpResponse:
        if self.headteacher is None:
            return redirect("agreement_person", self.agreement.public_id)
        try:
            heads.confirm_head(self.headteacher, by=self.principal, at=self.now)
        except Refusal as refused:
            messages.warning(self.request, refused.message)
        else:
            messages.success(self.request, f"{self.headteacher.person.name} is confirmed.")
        return self.back_to_agreement()


class AgreementChangePage(AgreementPage):
    """Begin a change: what is in force holds until the change is signed."""

    act = "revise"

    def press(self) -> HttpResponse:
        self.agreement.revise(by=self.principal, at=self.now)
        messages.success(self.request, "Change what you need, step by step, then send it to sign again.")
        return redirect("agreement_days", self.agreement.public_id)


class AgreementKeepPage(AgreementPage):
    """Take a change back."""

    act = "keep"

    def press(self) -> HttpResponse:
        try:
            put_back = changes.take_back(self.agreement, by=self.principal, at=self.now)
        except Refusal as refused:
            messages.warning(self.request, refused.message)
            return self.back_to_agreement()
        messages.success(self.request, "The change is taken back. What was signed holds.")
        if not put_back:
            messages.warning(
                self.request,
                "The shares of this post have been signed anew by another school. Look at who pays what.",
            )
        return self.back_to_agreement()


class AgreementEndPage(AgreementFormPage):
    template = "schools/agreement_end.html"
    act = "end"

    def form(self, data: Any = None) -> EndForm:
        return EndForm(data, today=min(self.today, self.agreement.ends_on))

    def do(self, form: EndForm) -> HttpResponse:
        said = form.cleaned_data
        changes.end(self.agreement, on=said["on"], reason=said["reason"], by=self.principal, at=self.now)
        messages.success(
            self.request,
            "It is written down. Who pays for the post from then on is asked in step 2 of its next agreement.",
        )
        return self.back_to_agreement()


class AgreementRenewPage(ManagerActPage):
    """Next school year's, with everything as it was."""

    def press(self) -> HttpResponse:
        try:
            following = changes.renew(self.agreement, by=self.principal, at=self.now)
        except Refusal as refused:
            messages.warning(self.request, refused.message)
            return self.back_to_agreement()
        year = school_year_label(following.school_year)
        messages.success(self.request, f"The agreement for {year} is begun. Change only what changes.")
        return redirect("agreement", following.public_id)


class AgreementVersionPage(AgreementPage):
    """One version as it was sealed, for whoever wants to compare."""

    template = "schools/agreement_version.html"

    def show(self) -> HttpResponse:
        version = self.agreement.versions.filter(number=self.kwargs["number"]).exclude(sealed_at=None).first()
        if version is None:
            messages.info(self.request, "This version was never sent.")
            return self.back_to_agreement()
        return self.draw(version=version, **texts_of(version))


def _beside_the_right_box(refused: Refusal, what: str) -> Refusal:
    if refused.field == "email" and what == ADDRESS:
        return Refusal(refused.message, field="address", code=refused.code)
    return refused
