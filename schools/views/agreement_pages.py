"""The bases of all pages about one agreement."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from schools.actions.heads import head_of
from schools.models import Agreement, SchoolContact, Signature
from schools.permissions import AgreementPolicy, manages, sees_cost
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.kept import Kept, hold
from teams.foundation.views import Page
from teams.models import Employment, Person
from teams.rules.calendar import school_year_label

POLICY = AgreementPolicy()


class AgreementPage(Page):
    """One agreement through the wall: not theirs is 404.

    `act` names the verb that the page is for. Who may not use it gets 403; when it is not its time, the page leads back
    to the agreement with a sentence.
    """

    asks_again = True
    by_policy = True
    act: ClassVar[str] = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.not_now() or self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.not_now() or self.press()

    def show(self) -> HttpResponse:
        return self.draw()

    def press(self) -> HttpResponse:
        return self.http_method_not_allowed(self.request)

    def not_now(self) -> HttpResponse | None:
        if not self.act or self.agreement.may(self.act, self.principal):
            return None
        messages.warning(self.request, Agreement.MOVES[self.act].refusal)
        return self.back_to_agreement()

    def back_to_agreement(self) -> HttpResponse:
        return redirect("agreement", self.agreement.public_id)

    @cached_property
    def agreement(self) -> Agreement:
        """With all that the pages read. Raises Http404, or NotAllowed where the act is not this principal's."""
        found: Agreement = self.fetch(_opened, self.kwargs["public_id"])
        placement = found.placement
        hold(found, "signatures", _signatures(agreement=found.pk))
        hold(placement.post, "employments", _employments(post=placement.post_id))
        hold(placement.school, "contacts", _contacts(school=placement.school_id))
        found.authority = self.request.authority  # type: ignore[attr-defined]
        if self.act and not POLICY.may(self.principal, self.act, found):
            raise NotAllowed(f"agreement.{self.act}", str(found.public_id))
        return found

    @cached_property
    def me(self) -> Person:
        return Person.objects.get(pk=self.principal.person_id or 0)

    @property
    def worker(self) -> Person | None:
        """Who holds the post: today, or on the first day where that is still to come."""
        return self.agreement.placement.post.holder_on(max(self.today, self.agreement.starts_on))

    @property
    def headteacher(self) -> SchoolContact | None:
        """The headteacher as the school's contacts say; None when nobody is named."""
        day = max(self.today, self.agreement.starts_on)
        try:
            head: SchoolContact = head_of(self.agreement.placement.school, on=day)
        except Refusal:
            return None
        return head

    def facts(self) -> dict[str, Any]:
        agreement = self.agreement
        return {
            "agreement": agreement,
            "placement": agreement.placement,
            "school": agreement.placement.school,
            "worker": self.worker,
            "year": school_year_label(agreement.school_year),
            "heading": heading(agreement, self.worker),
            "is_change": agreement.in_force_id is not None,
            "money": sees_cost(self.principal, agreement),
            "manages": manages(self.principal, agreement.placement),
        }


class AgreementFormPage(AgreementPage):
    """A page that is one form about one agreement: a refusal comes back beside its box with everything typed.

    Also where it comes too late, for a colleague was quicker: then the verb refuses. A page with nothing but a tick on
    it leads back instead.
    """

    takes_words: ClassVar[bool] = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.press() if self.takes_words else super().post(request, *args, **kwargs)

    def form(self, data: Any = None) -> BaseForm:
        raise NotImplementedError

    def do(self, form: Any) -> HttpResponse:
        """One verb, and where to go then."""
        raise NotImplementedError

    def show(self) -> HttpResponse:
        return self.draw(form=self.form())

    def press(self) -> HttpResponse:
        form: Any = self.form(self.request.POST)
        if form.is_valid():
            try:
                return self.do(form)
            except Refusal as refused:
                form.refuse(refused)
        return self.draw(422, form=form)


@Kept
def _opened(*, public_id: Any) -> Any:
    return Agreement.objects.for_page().prefetch_related(None).filter(public_id=public_id).order_by()


@Kept
def _signatures(*, agreement: Any) -> Any:
    return Signature.objects.filter(agreement=agreement)


@Kept
def _employments(*, post: Any) -> Any:
    return Employment.objects.filter(post=post).select_related("person")


@Kept
def _contacts(*, school: Any) -> Any:
    return SchoolContact.objects.filter(school=school).select_related("person")


def heading(agreement: Agreement, worker: Person | None) -> str:
    """ "Wanda Green at Oakfield Primary School, 2026/27". Who is in post, or what is waited for."""
    placement = agreement.placement
    who = worker.name if worker else placement.post.name
    return f"{who} at {placement.school.name}, {school_year_label(agreement.school_year)}"
