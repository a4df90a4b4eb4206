"""The head on a phone: one link, one page, four taps (journey H1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from schools.actions import agreements
from schools.forms.agreements import DeclineForm, QuestionForm
from schools.models import Agreement
from schools.models.agreements import Party, SignedPart
from schools.permissions import SIGN_LINK
from schools.rules.wording import WHAT_IT_BUYS, WHAT_IT_DOES_NOT
from teams import codes
from teams.foundation import links, mail
from teams.foundation.errors import Refusal
from teams.foundation.links import Link

AGREE, AGREE_WAY, ASK, DECLINE, NEW_LINK = "agree", "agree_way", "ask", "decline", "new_link"
COMMITS = {AGREE, AGREE_WAY}  # these ask for the code first


def agreement_by_link(request: HttpRequest, link: Link) -> HttpResponse:
    """GET changes nothing and uses nothing up. POST answers, once."""
    agreement = (
        Agreement.objects.visible_to(request.principal)  # type: ignore[attr-defined]
        .for_page()
        .prefetch_related("questions", "placement__school__contacts")
        .filter(public_id=link.subject_id)
        .first()
    )
    if agreement is None or agreement.latest is None or not agreement.latest.is_sealed:
        raise Http404("Nothing to sign here.")
    if request.method == "POST":
        return Answer(request, link, agreement).respond()
    return show(request, link, agreement)


def show(request: HttpRequest, link: Link, agreement: Agreement, status: int = 200, **more: Any) -> HttpResponse:
    now = timezone.now()
    facts = {
        "agreement": agreement,
        "link": link,
        "may_read": link.voided_at is None and link.expires_at > now,
        "is_open": link.is_open(now) and agreement.status == Agreement.Status.OFFERED,
        "way": agreement.latest.way,
        "sheet": agreement.latest.cost_sheet,
        "share": _share(agreement),
        "buys": WHAT_IT_BUYS,
        "does_not": WHAT_IT_DOES_NOT,
        "signed": agreement.signed(),
        "question_form": QuestionForm(),
        "reason_form": DeclineForm(),
        "questions": agreement.questions.all(),
    } | more
    template = (
        "schools/agreement_link.html" if facts["is_open"] or more.get("thanks") else "schools/agreement_link_done.html"
    )
    return render(request, template, facts, status=status)


def _share(agreement: Agreement) -> dict[str, Any]:
    """ "Your share: £14,145 a year, £4,715 a term, 41 % of £34,500"."""
    sheet = agreement.latest.cost_sheet
    return {
        "total": Decimal(sheet["total"]),
        "terms": [(term["label"], Decimal(term["amount"])) for term in sheet["terms"]],
        "percent": Decimal(sheet["percent"]),
        "whole": Decimal(sheet["whole_year"]),
    }


class Answer:
    """One press on the page."""

    def __init__(self, request: HttpRequest, link: Link, agreement: Agreement) -> None:
        self.request, self.link, self.agreement = request, link, agreement
        self.now = timezone.now()
        self.press = request.POST.get("press", "")

    def respond(self) -> HttpResponse:
        if self.press == NEW_LINK:
            return self.new_link()
        if not self.link.is_open(self.now):
            return show(self.request, self.link, self.agreement)
        if self.press in COMMITS and not codes.passed(self.request, self.link):
            if "code" not in self.request.POST or self.request.POST.get("again"):
                return codes.ask(self.request, self.link, at=self.now)
            wrong = codes.check(self.request, self.link, at=self.now)
            if wrong is not None:
                return codes.ask(self.request, self.link, at=self.now, form=wrong)
        handler = {AGREE: self.agree, AGREE_WAY: self.agree, ASK: self.ask, DECLINE: self.decline}.get(self.press)
        if handler is None:
            return show(self.request, self.link, self.agreement)
        try:
            return handler()
        except Refusal as refusal:
            return show(self.request, self.link, self.agreement, status=409, refusal=refusal.message)

    def agree(self) -> HttpResponse:
        parts: list[str] = [SignedPart.WAY] if self.press == AGREE_WAY else [SignedPart.WAY, SignedPart.COST]
        agreements.sign(
            self.agreement,
            party=Party.SCHOOL,
            parts=parts,
            person=self.link.person,
            how="link",
            by=self.request.principal,  # type: ignore[attr-defined]
            at=self.now,
        )
        if self.press == AGREE:
            self.link.mark_answered(answer="you agreed", at=self.now)
        response = show(self.request, self.link, self.agreement, thanks=self.press)
        links.remember_device(response, self.link, secure=self.request.is_secure())
        return response

    def ask(self) -> HttpResponse:
        form = QuestionForm(self.request.POST)
        if not form.is_valid():
            return show(self.request, self.link, self.agreement, status=422, question_form=form)
        self.agreement.ask(
            form.cleaned_data["text"],
            person=self.link.person,
            by=self.request.principal,  # type: ignore[attr-defined]
            at=self.now,
        )
        return redirect(self.request.path)

    def decline(self) -> HttpResponse:
        form = DeclineForm(self.request.POST)
        if not form.is_valid():
            return show(self.request, self.link, self.agreement, status=422, reason_form=form)
        self.agreement.decline(
            form.cleaned_data["reason"],
            by=self.request.principal,  # type: ignore[attr-defined]
            at=self.now,
        )
        self.link.mark_answered(answer="you did not agree", at=self.now)
        return show(self.request, self.link, self.agreement, thanks=DECLINE)

    def new_link(self) -> HttpResponse:
        """To the same mailbox, at once; it is not counted, for its reader has just asked for it."""
        mail.write(
            agreements.TO_SIGN,
            to=self.link.person,
            matter=f"{self.agreement.public_id}:asked",
            at=self.now,
            words=agreements.words_for_head(self.agreement),
            purpose=SIGN_LINK,
            subject=self.agreement,
            to_school=True,
            asked_for=True,
        )
        return show(self.request, self.link, self.agreement, sent_again=True)
