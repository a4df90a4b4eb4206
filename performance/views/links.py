"""A school agrees to a review by a link: a code first, for what is said of a worker stands on it; then one press."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from performance.actions import agreeing
from performance.forms.reviews import AgreeForm
from performance.models import HeadPart, Review, ReviewPerson
from performance.views.reviews import of_school
from teams import codes
from teams.foundation import audit
from teams.foundation.errors import Refusal
from teams.foundation.links import Link

OPEN, ANSWER, NEW_LINK = "open", "answer", "new_link"


def review_by_link(request: HttpRequest, link: Link) -> HttpResponse:
    """GET changes nothing and shows no word before the mailbox has been proved; POST answers, once."""
    principal = request.principal  # type: ignore[attr-defined]
    part = HeadPart.objects.visible_to(principal).for_page().filter(public_id=link.subject_id).first()
    review = Review.objects.visible_to(principal).for_page().filter(pk=part.review_id).first() if part else None
    if part is None or review is None:
        return render(request, "teams/link_unknown.html", status=404)
    return Agreeing(request, link, part, review).respond()


class Agreeing:
    """One look or one press."""

    def __init__(self, request: HttpRequest, link: Link, part: HeadPart, review: Review) -> None:
        self.request, self.link, self.part, self.review = request, link, part, review
        self.principal = request.principal  # type: ignore[attr-defined]
        self.now = timezone.now()
        self.press = request.POST.get("press", "")
        rows = review.people.all()
        self.mine: ReviewPerson | None = next((row for row in rows if row.placement_id == part.placement_id), None)

    @property
    def is_open(self) -> bool:
        waits = self.review.status == Review.Status.TO_AGREE and self.mine is not None and not self.mine.has_answered
        is_theirs = self.mine is not None and self.mine.person_id == self.link.person_id
        return waits and is_theirs and self.link.is_open(self.now)

    @property
    def may_read(self) -> bool:
        return codes.may_read(self.request, self.link, at=self.now)

    def respond(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show()
        if self.press == NEW_LINK:
            return self.new_link()
        if self.press == OPEN and self.link.is_open(self.now):
            return codes.open_page(self.request, self.link, at=self.now)
        if self.press == ANSWER and self.is_open and self.may_read:
            return self.answer()
        unsent = self.unsent()
        return self.show(409, unsent=unsent) if unsent else self.show()

    def unsent(self) -> list[tuple[str, str]]:
        """Words that were posted when they could not be taken; nothing where they are what was said already."""
        form = AgreeForm(self.request.POST)
        words = self.request.POST.get("words", "").strip()
        said = self.mine.words if self.mine is not None and self.link.answered_at is not None else ""
        is_same = "".join(words.split()) == "".join(said.split())
        return [(str(form["words"].label), words)] if self.press == ANSWER and words and not is_same else []

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        review = self.review
        facts: dict[str, Any] = {
            "review": review,
            "part": self.part,
            "link": self.link,
            "address": codes.masked(self.link.address),
            "telephone": review.manager.telephone or self.request.authority.telephone,  # type: ignore[attr-defined]
            "is_open": self.is_open,
            "may_read": self.may_read,
            "is_void": self.link.voided_at is not None,
            "form": AgreeForm(),
            "mine": self.mine,
            "unsent": [],
        }
        if self.may_read:
            facts |= of_school(review, self.principal) | {"mine": self.mine}
            audit.record("review.open", by=self.principal, at=self.now, subjects=[review])
        return render(self.request, "performance/review_link.html", facts | more, status=status)

    def answer(self) -> HttpResponse:
        form = AgreeForm(self.request.POST)
        if form.is_valid() and self.mine is not None:
            agreed = form.cleaned_data["answer"] == ReviewPerson.Answer.AGREED
            try:
                agreeing.answer(
                    self.review,
                    self.mine,
                    sending=form.of_sending,
                    agreed=agreed,
                    words=form.cleaned_data["words"],
                    how="link",
                    by=self.principal,
                    at=self.now,
                )
                said = "you agreed" if agreed else "you said that you do not agree"
                self.link.mark_answered(answer=said, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return redirect(self.request.path)
        return self.show(422, form=form)

    def new_link(self) -> HttpResponse:
        """To the same mailbox, at once."""
        try:
            agreeing.send_new_link(self.part, to=self.link.person, at=self.now)
        except Refusal as refusal:
            return self.show(409, refusal=refusal.message)
        return self.show(sent_again=True)
