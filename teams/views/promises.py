"""One action: what was promised, what became of it, and the dates that it has had (N37, BR-06). What was asked about a
figure is answered here too (journey S1).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from teams.forms.promises import DROPPED, NEW_DATE, AnswerForm, NotAnsweredForm, WhatBecameForm
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page, page_before
from teams.foundation.words import day as day_in_words
from teams.models import Attendee, Commitment, Person

KEPT = "kept"
LATER = timedelta(weeks=2)
QUESTION = "teams/question_detail.html"
TOO_LATE = "This question was answered or taken back in the meantime. Nobody waits for these words any more."


class ActionPage(Page):
    """Read by whoever may read where it was said. Who promised it, or manages, says what became of it."""

    by_policy = True
    template = "teams/commitment_detail.html"

    def promise(self, public_id: UUID) -> Commitment:
        found: Commitment = self.fetch(Commitment.objects.with_people(), public_id)
        return found

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        promise = self.promise(public_id)
        if promise.is_question:
            return self.show_question(promise)
        return self.show(promise, WhatBecameForm(initial={"until": _later(promise, self.today)}))

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        promise = self.promise(public_id)
        if promise.is_question:
            return self.answer(promise)
        if request.POST.get("press") == KEPT:
            promise.keep(by=self.principal, at=self.now)
            messages.success(request, f"Kept: {promise.text}")
            return redirect(page_before(request))
        form = WhatBecameForm(request.POST)
        if form.is_valid():
            try:
                said, now = self.settle(promise, form.cleaned_data)
            except Refusal as refused:
                form.refuse(refused)
            else:
                messages.success(request, said)
                return redirect("action", now.public_id)
        return self.show(promise, form, 422)

    def answer(self, promise: Commitment) -> HttpResponse:
        """Only who was asked comes this far. Too late, the words come back with the sentence."""
        if promise.promised_by_id != self.principal.person_id:
            raise NotAllowed("commitment.keep", str(promise.public_id))
        asker = self.asker(promise).name
        form: AnswerForm | NotAnsweredForm
        if self.request.POST.get("press") == KEPT:
            form = AnswerForm(self.request.POST, asker=asker)
        else:
            form = NotAnsweredForm(self.request.POST)
        if form.is_valid():
            try:
                said = self.settle_question(promise, form.cleaned_data, asker)
            except Refusal as refused:
                if refused.code == "wrong_status":
                    raise Refusal(TOO_LATE, code=refused.code) from refused
                form.refuse(refused)
            else:
                messages.success(self.request, said)
                return redirect("first_page")
        return self.show_question(promise, form, 422)

    def settle_question(self, promise: Commitment, said: dict[str, Any], asker: str) -> str:
        if "answer" in said:
            promise.keep(answer=said["answer"], by=self.principal, at=self.now)
            return f"Answered. {asker} finds it on the first page."
        if said["what"] == NEW_DATE:
            later = promise.put_off(until=said["until"], reason=said["reason"], by=self.principal, at=self.now)
            return f"The new date is {day_in_words(later.due_on)}. {asker} sees it where the question was asked."
        promise.break_off(reason=said["reason"], by=self.principal, at=self.now)
        return f"{asker} finds on the first page why it cannot be answered."

    @staticmethod
    def asker(promise: Commitment) -> Person:
        """Who asked: of the two, the one who promised nothing."""
        others = Attendee.objects.filter(occasion=promise.occasion_id).exclude(person=promise.promised_by_id)
        return others.select_related("person").get().person

    def show_question(self, promise: Commitment, form: Any = None, status: int = 200) -> HttpResponse:
        chain, asker = Commitment.objects.visible_to(self.principal).chain_of(promise), self.asker(promise)
        self.template = QUESTION  # type: ignore[misc]
        return self.draw(
            status,
            promise=promise,
            chain=chain,
            latest=chain[-1],
            asker=asker,
            is_mine=promise.promised_by_id == self.principal.person_id,
            is_late=promise.is_late(self.today),
            may_settle=promise.may("keep", self.principal),
            form=form,
            answer=form if isinstance(form, AnswerForm) else AnswerForm(asker=asker.name),
            other=form
            if isinstance(form, NotAnsweredForm)
            else NotAnsweredForm(initial={"until": _later(promise, self.today)}),
        )

    def settle(self, promise: Commitment, said: dict[str, Any]) -> tuple[str, Commitment]:
        """What is told about it afterwards, and the row that holds now."""
        if said["what"] == NEW_DATE:
            later = promise.put_off(until=said["until"], reason=said["reason"], by=self.principal, at=self.now)
            return f"The new date is {day_in_words(later.due_on)}. The old one stays in its history.", later
        if said["what"] == DROPPED:
            promise.drop(reason=said["reason"], by=self.principal, at=self.now)
            return "Dropped. It stays in the history, with the reason.", promise
        promise.break_off(reason=said["reason"], by=self.principal, at=self.now)
        return "Not kept. It is on the table at the next supervision.", promise

    def show(self, promise: Commitment, form: WhatBecameForm, status: int = 200) -> HttpResponse:
        chain = Commitment.objects.visible_to(self.principal).chain_of(promise)
        return self.draw(
            status,
            promise=promise,
            chain=chain,
            latest=chain[-1],
            is_mine=promise.promised_by_id == self.principal.person_id,
            is_late=promise.is_late(self.today),
            may_settle=promise.may("keep", self.principal),
            form=form,
        )


def _later(promise: Commitment, today: date) -> date:
    """Two weeks on: most promises that were not kept in time are kept soon after."""
    return max(today, promise.due_on) + LATER
