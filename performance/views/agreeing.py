"""Presses on a review: read, agreed or not, let stand; a comment on top; the worker's appeal and its answer."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from performance.actions import agreeing, evidence
from performance.forms.reviews import AbandonForm, AgreeForm, AppealForm, AppealReplyForm, CommentForm
from performance.models import Appeal, Review, ReviewPerson
from performance.permissions.reviews import holds, is_worker_of, leads
from performance.views.reviews import ReviewBasePage, ReviewPage, say_whom_to_ring
from teams.foundation import audit
from teams.foundation.access import policy_of
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.models import Audience, Person


class ReviewReadPage(ReviewBasePage):
    """ "I have read this": what stood on the page that was pressed on, and nothing that came meanwhile."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.worker_only("read")
        number = evidence.read(self.review, set(request.POST.getlist("shown")), by=self.principal, at=self.now)
        if number:
            messages.success(request, "Noted. What you have read can be used at your meeting.")
        return self.back()


class ReviewAnswerPage(ReviewPage):
    """ "Agreed", or not and why: in the product, for council and school alike. Changed words are shown again."""

    template = "performance/review_answer.html"

    def row(self) -> ReviewPerson:
        found = self.mine()
        if found is None:
            raise NotAllowed("review.answer", str(self.review.public_id))
        return found

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.row()
        return self.back()

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        row, form = self.row(), AgreeForm(request.POST)
        if form.is_valid():
            try:
                is_final = agreeing.answer(
                    self.review,
                    row,
                    sending=form.of_sending,
                    agreed=form.cleaned_data["answer"] == ReviewPerson.Answer.AGREED,
                    words=form.cleaned_data["words"],
                    how="account",
                    by=self.principal,
                    at=self.now,
                )
            except Refusal as refusal:
                form.refuse(refusal)
                if refusal.code == "changed":
                    return self.show(409, form=form)
            else:
                messages.success(
                    request,
                    "Thank you. All have agreed: it is final."
                    if is_final
                    else "Thank you. What you said stands with the review.",
                )
                return self.back()
        return self.draw(422, form=form)


class ReviewStandPage(ReviewBasePage):
    """The managers agree, somebody else does not: it becomes final with those words beside it."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        agreeing.let_stand(self.review, by=self.principal, at=self.now)
        if self.review.people.filter(answer=ReviewPerson.Answer.NOT_AGREED).exists():
            messages.success(request, "It is final. The words of who did not agree stand beside it.")
        else:
            messages.success(request, "It is final. Who has not answered stands beside it.")
        return self.back()


class ReviewAbandonPage(ReviewBasePage):
    """It ends here, and is never final: the worker has left, or it was begun by mistake."""

    template = "performance/review_abandon.html"

    def form(self, data: Any = None) -> AbandonForm:
        if not holds(self.principal, self.review):
            raise NotAllowed("review.abandon", str(self.review.public_id))
        return AbandonForm(data)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form = self.form()
        return self.back() if self.review.is_over else self.draw(form=form)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                agreeing.abandon(self.review, form.cleaned_data["because"], by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "This review has ended. Another can begin under Reviews.")
                say_whom_to_ring(self, self.review, self.review.meeting_on, "it is not held")
                return self.back()
        return self.draw(422, form=form)


class ReviewCommentPage(ReviewBasePage):
    """On top of what is final."""

    template = "performance/review_comment.html"

    def form(self, data: Any = None) -> CommentForm:
        if not (is_worker_of(self.principal, self.review) or leads(self.principal, self.review)):
            raise NotAllowed("review.comment", str(self.review.public_id))
        form = CommentForm(data)
        if not self.review.copies.filter(copy="school").exists():  # no school has a copy: there is nobody to choose
            del form.fields["audience"]
        return form

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form = self.form()
        return self.draw(form=form) if self.review.status == Review.Status.FINAL else self.back()

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            audience = form.cleaned_data.get("audience") or Audience.TWO
            try:
                agreeing.write_comment(self.review, form.cleaned_data["text"], audience, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "Your comment stands on top of the review.")
                return self.back()
        return self.draw(422, form=form)


class ReviewAppealPage(ReviewBasePage):
    """The worker does not accept a final review: to the senior managers."""

    template = "performance/review_appeal.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.worker_only("appeal")
        is_open = self.review.status == Review.Status.FINAL and not self.review.appeals.exists()
        return self.draw(form=AppealForm()) if is_open else self.back()

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.worker_only("appeal")
        form = AppealForm(request.POST)
        if form.is_valid():
            try:
                Appeal.write(self.review, form.cleaned_data["text"], by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "Your appeal is with the senior managers.")
                return self.back()
        return self.draw(422, form=form)


class AppealPage(Page):
    """One appeal: read by the worker, who led the review, and the senior managers, who answer."""

    template = "performance/appeal.html"
    by_policy = True

    @cached_property
    def appeal(self) -> Appeal:
        rows = Appeal.objects.select_related("review__worker", "review__manager", "review__edition", "answered_by")
        found: Appeal = self.fetch(rows, self.kwargs["public_id"])
        return found

    def facts(self) -> dict[str, Any]:
        review = self.appeal.review
        return {
            "appeal": self.appeal,
            "review": review,
            "may_answer": self.appeal.may("answer", self.principal),
            "can_be_answered": agreeing.can_be_answered(review, today=self.today),
            "reads_review": is_worker_of(self.principal, review)
            or leads(self.principal, review)
            or holds(self.principal, review),
        }

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        audit.record("appeal.open", by=self.principal, at=self.now, subjects=[self.appeal])
        return self.draw(form=AppealReplyForm())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        appeal, form = self.appeal, AppealReplyForm(request.POST)
        if form.is_valid():
            person = Person.objects.get(pk=self.principal.person_id or 0)
            try:
                appeal.answer(form.cleaned_data["reply"], person=person, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, f"{appeal.review.worker.name} reads your answer now.")
                return redirect("appeal", appeal.public_id)
        elif not policy_of(Appeal).may(self.principal, "answer", appeal):
            raise NotAllowed("appeal.answer", str(appeal.public_id))
        return self.draw(422, form=form)
