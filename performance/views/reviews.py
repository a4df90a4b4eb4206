"""Reviews of a manager's people: who is where, beginning one, and the page of one as far as its reader may read it."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from performance.actions import agreeing, county_reviews, evidence, head_parts, meetings, overview, worker_year
from performance.actions.beginning import begin_review, edition_for
from performance.actions.reaching import Reach
from performance.forms.reviews import AgreeForm, BeginForm, PlanForm
from performance.models import Appeal, Review, ReviewPart, ReviewPerson
from performance.permissions.reviews import answers_for, holds, is_worker_of, leads, manages_today, writes
from performance.rules import words as rules
from teams.foundation import audit
from teams.foundation.access import Principal, Role
from teams.foundation.drafts import Draft
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.kept import Kept, hold
from teams.foundation.views import Page
from teams.models import Audience, LineManagement, Part, Person
from teams.rules.calendar import school_year_dates, school_year_of

OPENED = Kept(
    lambda *, public_id: Review.objects.for_page().prefetch_related(None).filter(public_id=public_id).order_by()
)
PEOPLE = Kept(
    lambda *, review: ReviewPerson.objects.select_related("person", "placement__school").filter(review=review)
)
PARTS = Kept(lambda *, review: ReviewPart.objects.filter(review=review))
MEETING = [meetings.SHARED_FORM, meetings.TWO_FORM]
SUPERVISORS = frozenset({Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER})


class ReviewListPage(Page):
    """Who is where, over all schemes alike, and whose review has not begun; for senior managers how many, by team."""

    template = "performance/review_list.html"
    roles = SUPERVISORS | {Role.SENIOR_MANAGER}

    def facts(self) -> dict[str, Any]:
        leads = self.principal.has(*SUPERVISORS)
        return {
            "found": overview.of_manager(self.principal, self.today) if leads else None,
            "county": county_reviews.count(self.today) if self.principal.has(Role.SENIOR_MANAGER) else None,
            "today": self.today,
        }


class ReviewBeginPage(Page):
    """One worker's review begins: the worker can prepare from now on."""

    template = "performance/review_begin.html"
    roles = SUPERVISORS

    @cached_property
    def worker(self) -> Person:
        found: Person = self.fetch(Person.objects.all(), self.kwargs["worker"])
        if not manages_today(self.principal, found):
            raise NotAllowed("review.begin", str(found.public_id))
        return found

    def form(self, data: Any = None) -> BeginForm | None:
        """None where no scheme holds; `self.problem` says what to do."""
        self.problem = ""
        try:
            content = edition_for(self.worker, self.today).says
        except Refusal as refusal:
            self.problem = refusal.message
            return None
        year = content.year_of(self.today)
        begun = set(Review.objects.counted().filter(worker=self.worker, year=year).values_list("stage", flat=True))
        stages = [
            (each.code, each.name, content.due_on(each, year), each.with_school)
            for each in content.stages
            if each.code not in begun
        ]
        if not stages:
            self.problem = f"Everything of this year has begun for {self.worker.name}. Open it under Reviews."
            return None
        others = [Person.objects.get(pk=self.principal.person_id or 0), self.worker]
        return BeginForm(data, stages=stages, managers=second_managers(self.today, without=others))

    def get(self, request: HttpRequest, worker: UUID) -> HttpResponse:
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, worker: UUID) -> HttpResponse:
        form = self.form(request.POST)
        if form is not None and form.is_valid():
            try:
                review = begin_review(
                    self.worker,
                    form.cleaned_data["stage"],
                    manager=Person.objects.get(pk=self.principal.person_id or 0),
                    second_manager=form.second,
                    meeting_on=form.cleaned_data["meeting_on"],
                    time=form.when,
                    by=self.principal,
                    at=self.now,
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, f"{self.worker.name} can prepare now: it is on the worker’s first page.")
                return redirect("review", review.public_id)
        return self.draw(422, form=form)

    def facts(self) -> dict[str, Any]:
        return {"worker": self.worker, "problem": self.problem}


def second_managers(today: Any, *, without: list[Person]) -> list[Person]:
    """Who may be the second of two: those who manage people of their own today."""
    managing = LineManagement.objects.on(today).values("manager")
    rows = Person.objects.filter(pk__in=managing, left_at=None).exclude(pk__in=[each.pk for each in without])
    return list(rows.order_by("name", "pk"))


class ReviewBasePage(Page):
    """A page of one review, within its reader's reach."""

    by_policy = True

    @cached_property
    def review(self) -> Review:
        found: Review = self.fetch(OPENED, self.kwargs["public_id"])
        hold(found, "people", PEOPLE(review=found.pk))
        return found

    def facts(self) -> dict[str, Any]:
        return {"review": self.review, "today": self.today}

    def back(self) -> HttpResponse:
        return redirect("review", self.review.public_id)

    def worker_only(self, act: str) -> None:
        if not is_worker_of(self.principal, self.review):
            raise NotAllowed(f"review.{act}", str(self.review.public_id))

    def note_look(self, found: evidence.Sorted = evidence.NOTHING) -> None:
        """One event for the page, with the young people whose words stand on it (architecture 5)."""
        young = [about for each in (*found.read, *found.unread) if (about := each.young_person) is not None]
        audit.record("review.open", by=self.principal, at=self.now, subjects=[self.review, *dict.fromkeys(young)])

    def mine(self) -> ReviewPerson | None:
        """What this reader has to say: the first row that is theirs, one without an answer before others."""
        rows = [row for row in self.review.people.all() if answers_for(self.principal, row, self.review)]
        return min(rows, key=lambda row: row.has_answered, default=None)


class ReviewPage(ReviewBasePage):
    """The worker's page, the manager's, or the school's: three templates, so that none can draw another's words."""

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.show()

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        review = self.review
        if is_worker_of(self.principal, review):
            return draw_as(self, "performance/review_worker.html", self.of_council() | more, status)
        if leads(self.principal, review):
            facts = self.of_council() | self.of_manager()
            return draw_as(self, "performance/review_manager.html", facts | more, status)
        self.note_look()
        return draw_as(self, "performance/review_school.html", of_school(self.review, self.principal) | more, status)

    def of_council(self) -> dict[str, Any]:
        review = self.review
        found = evidence.gather(review, self.principal)
        self.note_look(found)
        parts = {part.kind: part.words for part in PARTS.visible_to(self.principal, review=review.pk)}
        mine = self.mine()
        sent = review.status in (Review.Status.TO_AGREE, Review.Status.FINAL)
        return {
            "parts": {kind: rules.lines(words, review.says) for kind, words in parts.items()},
            "two": parts.get(ReviewPart.Kind.TWO, {}),
            "became": rules.BECAME,
            "evidence": found,
            "year": None
            if sent
            else worker_year.gather(review.worker, review.starts_on, review.ends_on, by=self.principal, now=self.now),
            "mine": mine if mine is not None and not mine.has_answered and sent else None,
            "form": AgreeForm(),
            "is_sent": sent,
            "due_on": overview.due_on(review),
            "said_before": list(review.said_before.select_related("person")) if sent else [],
            **(
                self.on_top()
                if review.status == Review.Status.FINAL
                else {"comments": [], "copies": [], "appeal": None}
            ),
            "without": head_parts.held_without(review, by=self.principal),
            "late": self.late(),
            "can_change": writes(self.principal, review) and meetings.is_in_words(review),
        }

    def on_top(self) -> dict[str, Any]:
        """What stands with a final review, and with no other."""
        review, copies = self.review, self.review.copies.visible_to(self.principal)
        if review.status != Review.Status.FINAL:
            return {"comments": [], "copies": [], "appeal": None}
        return {
            "comments": list(review.comments.select_related("written_by")),
            "copies": list(copies.select_related("placement__school").defer("snapshot")),
            "appeal": Appeal.objects.filter(review=review).visible_to(self.principal).first(),
        }

    def late(self) -> list[str]:
        """What this reader typed on another device when it had moved on already: shown, for it is in no review."""
        review, forms = self.review, [meetings.MINE_FORM] if is_worker_of(self.principal, self.review) else MEETING
        is_open = review.status == Review.Status.PREPARING if forms != MEETING else meetings.is_in_words(review)
        if is_open:
            return []
        drafts = Draft.objects.filter(person=self.principal.person_id, about=str(review.public_id), form__in=forms)
        return [value for draft in drafts for name, value in draft.words if name.startswith("h-") and value.strip()]

    def of_manager(self) -> dict[str, Any]:
        review, is_out = self.review, self.review.status == Review.Status.TO_AGREE
        reach = Reach.of(review, today=self.today) if is_out else None
        return {
            "holds": holds(self.principal, review),
            "may_abandon": review.may("abandon", self.principal),
            "writes": writes(self.principal, review),
            "may_take_over": self.principal.person_id != review.manager_id and review.may("take_over", self.principal),
            "may_stand": reach is not None and holds(self.principal, review) and agreeing.may_stand(review, reach),
            "to_ring": [row for row, _ in reach.to_ring()] if reach is not None else [],
        }


def of_school(review: Review, principal: Principal) -> dict[str, Any]:
    """What one school reads, by account or by link: the shared part and its own row, and nothing it could leave out."""
    shared = ReviewPart.objects.filter(review=review, kind=ReviewPart.Kind.SHARED).visible_to(principal).first()
    people = [row for row in review.people.all() if row.part != Part.SCHOOL or answers_for(principal, row, review)]
    own = [row for row in people if row.part == Part.SCHOOL]
    mine = min(own, key=lambda row: row.has_answered, default=None)
    return {
        "shared": rules.lines(shared.words, review.says) if shared else [],
        "rows": people,
        "own": own,
        "mine": mine if mine is not None and not mine.has_answered else None,
        "form": AgreeForm(),
        "comments": list(review.comments.filter(audience=Audience.SHARED).select_related("written_by")),
        "copies": list(review.copies.visible_to(principal).defer("snapshot")),
    }


def draw_as(page: ReviewBasePage, template: str, facts: dict[str, Any], status: int = 200) -> HttpResponse:
    """One address, three readers: the template is chosen by who reads."""
    page.template = template  # type: ignore[misc]  # of this one answer, not of the class
    return page.draw(status, **facts)


def say_whom_to_ring(page: Page, review: Review, was_on: date | None, what: str) -> None:
    """Heads who have said that they come, to a meeting that was still ahead: no mail tells them of it."""
    if was_on is None or was_on < page.today:
        return
    for part in head_parts.coming(review, today=page.today):
        who = f"{part.person.name}, {part.placement.school.name}"
        messages.warning(page.request, f"{who}, comes to the meeting. Please ring: no mail says that {what}.")


class ReviewPlanPage(ReviewBasePage):
    """When the meeting is, and whether a second manager must agree."""

    template = "performance/review_plan.html"

    def form(self, data: Any = None) -> PlanForm:
        review = self.review
        if not holds(self.principal, review):
            raise NotAllowed("review.plan_meeting", str(review.public_id))
        second = review.second_manager
        managers = second_managers(self.today, without=[review.manager, review.worker])
        if second is not None and second not in managers:
            managers.append(second)
        return PlanForm(
            data,
            managers=managers,
            initial=PlanForm.filled(review) | {"second_manager": str(second.public_id) if second else ""},
        )

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                before, was_on, on = self.review.meets, self.review.meeting_on, form.cleaned_data["meeting_on"]
                agreeing.plan_meeting(self.review, on, form.second, time=form.when, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "Saved.")
                if before != self.review.meets:
                    say_whom_to_ring(self, self.review, was_on, "it is at another time")
                return self.back()
        return self.draw(422, form=form)


class ReviewTakeOverPage(ReviewBasePage):
    """Who manages the worker today leads it from now on."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        person = Person.objects.get(pk=self.principal.person_id or 0)
        agreeing.take_over(self.review, person, by=self.principal, at=self.now)
        messages.success(request, f"You lead the review of {self.review.worker.name} now.")
        if (clash := agreeing.clash_of(self.review, person, by=self.principal, at=self.now)) is not None:
            messages.warning(request, f"The meeting is on {self.review.meets}. {clash}")
        return self.back()


class MyReviewPage(Page):
    """The worker's review and year (W5): what can be used in a review is on this page."""

    template = "performance/my_review.html"
    roles = frozenset({Role.WORKER, Role.SENIOR_PRACTITIONER, Role.TEAM_MANAGER})

    def get(self, request: HttpRequest) -> HttpResponse:
        worker = Person.objects.get(pk=self.principal.person_id or 0)
        reviews = list(
            Review.objects.visible_to(self.principal)
            .filter(worker=worker)
            .select_related("worker", "manager", "second_manager", "edition__scheme", "occasion")
        )
        running = next((each for each in reviews if not each.is_over), None)
        # Where no scheme says another year, it is the school's.
        school_year = school_year_dates(school_year_of(self.today))
        starts_on, ends_on = (running.starts_on, running.ends_on) if running else school_year
        return self.draw(
            worker=worker,
            running=running,
            due_on=overview.due_on(running) if running else None,
            unread=len(evidence.gather(running, self.principal).unread) if running else 0,
            waits=running is not None and Review.objects.waiting_for(worker).filter(pk=running.pk).exists(),
            earlier=[each for each in reviews if each is not running],
            year=worker_year.gather(worker, starts_on, ends_on, by=self.principal, now=self.now),
        )
