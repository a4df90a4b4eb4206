"""The head on a phone: one link, one page, four taps (journey H1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from schools.actions import agreement_mail, agreements
from schools.forms.agreements import DeclineForm, PassOnForm, QuestionForm
from schools.models import Agreement
from schools.models.agreements import CHANGED_SINCE, Party, SignedPart
from schools.models.versions import version_shown
from schools.rules.wording import WHAT_IT_BUYS, WHAT_IT_DOES_NOT
from schools.views.agreement_facts import share_of
from teams import codes
from teams.foundation import links
from teams.foundation.errors import Refusal
from teams.foundation.links import Link

AGREE, AGREE_WAY, ASK, DECLINE, NEW_LINK, PASS_ON = "agree", "agree_way", "ask", "decline", "new_link", "pass_on"
COMMITS = {AGREE, AGREE_WAY}  # these ask for the code first


def agreement_by_link(request: HttpRequest, link: Link) -> HttpResponse:
    """GET changes nothing and uses nothing up. POST answers, once."""
    agreement = _agreement_of(request, link)
    if agreement is None:
        # No longer this school's head, say: the same words as for a link that never was.
        return render(request, "teams/link_unknown.html", status=404)
    if request.method == "POST":
        return Answer(request, link, agreement).respond()
    return show(request, link, agreement)


def _agreement_of(request: HttpRequest, link: Link) -> Agreement | None:
    found: Agreement | None = (
        Agreement.objects.visible_to(request.principal)  # type: ignore[attr-defined]
        .for_page()
        .prefetch_related("questions__answered_by", "placement__school__contacts")
        .filter(public_id=link.subject_id)
        .first()
    )
    return found


def _is_open(link: Link, agreement: Agreement, now: datetime) -> bool:
    """Is there still something to press: the link is good, and the school has not signed all of it?"""
    return link.is_open(now) and Party.SCHOOL in agreement.waits_for()


def show(request: HttpRequest, link: Link, agreement: Agreement, status: int = 200, **more: Any) -> HttpResponse:
    now = timezone.now()
    version = version_shown(agreement)
    manager = agreement.placement.manager
    is_good = link.voided_at is None and link.expires_at > now
    facts = {
        "agreement": agreement,
        "link": link,
        "version": version,
        "address": codes.masked(link.address),
        "manager": manager,
        "telephone": manager.telephone or request.authority.telephone,  # type: ignore[attr-defined]
        "is_good": is_good,
        "may_read": version.is_sealed and is_good,
        "is_void": link.voided_at is not None,
        "is_open": _is_open(link, agreement, now),
        "is_change": agreement.in_force_id is not None,
        "buys": WHAT_IT_BUYS,
        "does_not": WHAT_IT_DOES_NOT,
        "signed": agreement.signed(),
        "question_form": QuestionForm(),
        "reason_form": DeclineForm(),
        "pass_on_form": PassOnForm(),
        "questions": agreement.questions.all(),
    }
    if version.is_sealed:  # the school's copy alone: what the other payers pay is not for this page
        way, sheet = version.way or {}, version.cost_sheet or {}
        facts |= {"way": way, "sheet": sheet, "share": share_of(sheet, way["period"])}
    facts |= more
    template = (
        "schools/agreement_link.html" if facts["is_open"] or more.get("thanks") else "schools/agreement_link_done.html"
    )
    return render(request, template, facts, status=status)


class Answer:
    """One press on the page."""

    def __init__(self, request: HttpRequest, link: Link, agreement: Agreement) -> None:
        self.request, self.link, self.agreement = request, link, agreement
        self.now = timezone.now()
        self.press = request.POST.get("press", "")
        self.manager = agreement.placement.manager

    def respond(self) -> HttpResponse:
        if self.press == NEW_LINK:
            return self.new_link()
        if not _is_open(self.link, self.agreement, self.now):
            return show(self.request, self.link, self.agreement)
        read = self.request.POST.get("version", "")
        if self.press in COMMITS and read != str(version_shown(self.agreement).public_id):
            # Asked here already, so that no code is spent on it; the signature asks again under its lock.
            return show(self.request, self.link, self.agreement, status=409, refusal=CHANGED_SINCE)
        asked = codes.prove(self.request, self.link, at=self.now) if self.press in COMMITS else None
        if asked is not None:
            return asked
        handler = {
            AGREE: self.agree,
            AGREE_WAY: self.agree,
            ASK: self.ask,
            DECLINE: self.decline,
            PASS_ON: self.pass_on,
        }.get(self.press)
        if handler is None:
            return show(self.request, self.link, self.agreement)
        try:
            return handler()
        except Refusal as refusal:
            # Refused, because it has moved on since it was read: show it as it stands now.
            agreement = _agreement_of(self.request, self.link) or self.agreement
            self.link.refresh_from_db()
            return show(self.request, self.link, agreement, status=409, refusal=refusal.message)

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
            read=self.request.POST.get("version", ""),
        )
        if self.press == AGREE:
            self.link.mark_answered(answer="you agreed", at=self.now)
            response = show(self.request, self.link, self.agreement, thanks=AGREE)
        else:
            messages.success(self.request, "You agreed to the way of working. The cost is still open.")
            response = redirect(self.request.path)
        links.remember_device(response, self.link, secure=self.request.is_secure())
        return response

    def ask(self) -> HttpResponse:
        form = QuestionForm(self.request.POST)
        if not form.is_valid():
            return show(self.request, self.link, self.agreement, status=422, question_form=form)
        return self.asked(form.cleaned_data["text"], f"Your question has gone to {self.manager.name}.")

    def pass_on(self) -> HttpResponse:
        """ "Not me?" changes no contact, for anybody may hold a link: the manager reads it, and names the head."""
        form = PassOnForm(self.request.POST)
        if not form.is_valid():
            return show(self.request, self.link, self.agreement, status=422, pass_on_form=form)
        name = form.cleaned_data["name"]
        thanks = f"Thank you. {self.manager.name} sends it to {name}. Please do not sign."
        return self.asked(form.as_question(), thanks)

    def asked(self, text: str, thanks: str) -> HttpResponse:
        self.agreement.ask(
            text,
            person=self.link.person,
            by=self.request.principal,  # type: ignore[attr-defined]
            at=self.now,
        )
        messages.success(self.request, thanks)
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
        """To the same mailbox, at once."""
        try:
            agreement_mail.send_new_link(self.agreement, to=self.link.person, at=self.now)
        except Refusal as refusal:
            return show(self.request, self.link, self.agreement, status=409, refusal=refusal.message)
        return show(self.request, self.link, self.agreement, sent_again=True)
