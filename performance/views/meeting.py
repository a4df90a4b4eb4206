"""The long forms of a review: the worker's own part, and the two pages of the meeting, for two audiences.

What is typed is a draft of whoever types, on the device first. The page that a school may see knows of no other.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from performance.actions import evidence, meetings, worker_year
from performance.forms.meeting import HeadingsForm, MineForm, SharedForm, TwoForm
from performance.models import Review, ReviewPart
from performance.permissions.reviews import is_worker_of, writes
from performance.rules import words as rules
from performance.views.reviews import ReviewBasePage
from teams.foundation import drafts
from teams.foundation.access import Principal
from teams.foundation.drafts import Conflict, Draft
from teams.foundation.errors import NotAllowed, Refusal
from teams.views.drafts import SOMEBODY_ELSE, KeepsWords, forget

Pairs = list[tuple[str, str]]


class WordsPage(KeepsWords, ReviewBasePage):
    """One form, kept while it is typed."""

    main: str  # the press that is more than saving

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.kept_id = kwargs["public_id"]
        return super().dispatch(request, *args, **kwargs)

    def draft_about(self) -> str:
        return str(self.kept_id)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        if not self.is_open():
            return self.back()
        return self.draw(form=self.form(), typing=self.typing())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        still = self.is_open()
        if self.typed_by_somebody_else():
            return self.draw(403, form=self.form(), typing=self.typing(), refusal=SOMEBODY_ELSE)
        if not still and self.was_sent():  # pressed twice, or sent again
            return self.typing_is_in(self.back())
        try:
            typing = self.keep_typing()
        except Conflict as conflict:
            form = self.form(request.POST)
            return self.draw(409, form=form, **self.typed_twice(form, conflict.current))
        if not still:
            messages.info(request, "This has moved on meanwhile. Your words are shown below, and are not in it.")
            return self.back()
        if request.POST.get("press") != self.main:
            messages.success(request, self.saved())
            return redirect(request.path)
        form = self.form(request.POST)
        try:
            done = self.do(form)
        except Refusal as refusal:
            form.is_valid()
            form.refuse(refusal)
            done = None
        return self.typing_is_in(done) if done is not None else self.draw(422, form=form, typing=typing)

    def is_open(self) -> bool:
        """May it be typed now? Raises NotAllowed for who never may."""
        raise NotImplementedError

    def was_sent(self) -> bool:
        """Is what was posted what stands in the review already?"""
        return False

    def do(self, form: Any) -> HttpResponse | None:
        """The press. None where the form says what is wrong. Raises Refusal."""
        raise NotImplementedError

    def form(self, typed: Any = None) -> HeadingsForm:
        raise NotImplementedError

    def saved(self) -> str:
        return "Saved. Go on whenever you like."

    def posted(self) -> Pairs:
        return [(name, str(value)) for name, value in self.request.POST.items()]

    def initial(self, kind: str) -> dict[str, Any]:
        """The draft; without one the words that somebody does not agree to."""
        if self.draft is not None:
            return self.draft.as_initial()
        return rules.as_boxes(meetings.words_of(self.review, kind))

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"conflicts": [], "refusal": ""}


class MinePage(WordsPage):
    """The worker's part: private until it is given."""

    template = "performance/review_mine.html"
    draft_form = meetings.MINE_FORM
    main = "give"

    def is_open(self) -> bool:
        self.worker_only("give")
        return self.review.status == Review.Status.PREPARING

    def was_sent(self) -> bool:
        words = rules.gather_mine(self.posted(), self.review.says)
        return words == meetings.words_of(self.review, ReviewPart.Kind.WORKER)

    def form(self, typed: Any = None) -> MineForm:
        return MineForm(typed, content=self.review.says, initial=self.draft.as_initial() if self.draft else {})

    def do(self, form: Any) -> HttpResponse:
        words = rules.gather_mine(self.posted(), self.review.says)
        meetings.give(self.review, words, by=self.principal, at=self.now)
        messages.success(self.request, f"Given. {self.review.manager.name} can read it now.")
        return self.back()

    def saved(self) -> str:
        return "Saved. Nobody but you can read it."

    def facts(self) -> dict[str, Any]:
        review = self.review
        year = worker_year.gather(review.worker, review.starts_on, review.ends_on, by=self.principal, now=self.now)
        return super().facts() | {"year": year}


class MeetingPage(WordsPage):
    """What both pages of the meeting have: who writes, and until when."""

    def is_open(self) -> bool:
        if not writes(self.principal, self.review):
            raise NotAllowed("review.finish", str(self.review.public_id))
        return meetings.is_in_words(self.review)


class SharedWordsPage(MeetingPage):
    """Accountability and development: a school may see this screen."""

    template = "performance/review_shared.html"
    draft_form = meetings.SHARED_FORM
    main = "on"

    def form(self, typed: Any = None) -> SharedForm:
        return SharedForm(typed, content=self.review.says, initial=self.initial(ReviewPart.Kind.SHARED))

    def do(self, form: Any) -> HttpResponse | None:
        return redirect("review_two", self.review.public_id)

    def typing_is_in(self, response: HttpResponse) -> HttpResponse:
        """They are in their record only once the other page has shared them: until then the draft stays."""
        return response


class TwoWordsPage(MeetingPage):
    """Career, wellbeing, what was dropped, objectives, ratings; and "Share to agree"."""

    template = "performance/review_two.html"
    draft_form = meetings.TWO_FORM
    main = "share"

    @cached_property
    def last(self) -> dict[str, dict[str, Any]]:
        return meetings.last_objectives(self.review)

    def form(self, typed: Any = None) -> TwoForm:
        return TwoForm(typed, content=self.review.says, last=self.last, initial=self.initial(ReviewPart.Kind.TWO))

    def gathered(self) -> dict[str, Any]:
        return rules.gather_two(self.posted(), self.review.says, self.last)

    def was_sent(self) -> bool:
        return self.gathered() == meetings.words_of(self.review, ReviewPart.Kind.TWO)

    def shared(self) -> dict[str, Any]:
        draft = Draft.objects.of(self.principal.person_id, meetings.SHARED_FORM, self.draft_about()).first()
        if draft is None:
            return meetings.words_of(self.review, ReviewPart.Kind.SHARED) or {"headings": {}}
        return rules.gather_shared([(name, value) for name, value in draft.words], self.review.says)  # noqa: C416

    def do(self, form: Any) -> HttpResponse | None:
        review, shared, two = self.review, self.shared(), self.gathered()
        with_school = review.head_parts.exists()
        problems = rules.wrong_in_meeting(shared, two, review.says, with_school=with_school)
        if not form.is_valid() or problems:
            form.say(problems)
            return None
        meetings.send(review, shared, two, by=self.principal, at=self.now)
        forget(self.principal.person_id or 0, meetings.SHARED_FORM, self.draft_about())
        messages.success(self.request, "Shared. Everybody who agrees has been asked.")
        return self.back()

    def facts(self) -> dict[str, Any]:
        review = self.review
        found = evidence.gather(review, self.principal)
        self.note_look(found)
        part = ReviewPart.objects.filter(review=review, kind=ReviewPart.Kind.WORKER).visible_to(self.principal).first()
        return super().facts() | {
            "evidence": found,
            "worker_part": rules.lines(part.words, review.says) if part else [],
            "shared": rules.lines(self.shared(), review.says),
        }


def _typist(principal: Principal, about: str) -> Review | None:
    try:
        public_id = UUID(about)
    except ValueError:
        return None
    found: Review | None = Review.objects.filter(public_id=public_id).visible_to(principal).first()
    return found


def may_type_mine(principal: Principal, about: str) -> bool:
    """For the drafts' endpoint: it is the worker's own, and not given."""
    review = _typist(principal, about)
    return review is not None and is_worker_of(principal, review) and review.status == Review.Status.PREPARING


def may_type_meeting(principal: Principal, about: str) -> bool:
    """For the drafts' endpoint: she leads it, and its words have not gone round or are to be changed."""
    review = _typist(principal, about)
    return review is not None and writes(principal, review) and meetings.is_in_words(review)


KINDS = [
    drafts.Kind(meetings.MINE_FORM, may=may_type_mine),
    drafts.Kind(meetings.SHARED_FORM, may=may_type_meeting),
    drafts.Kind(meetings.TWO_FORM, may=may_type_meeting),
]
