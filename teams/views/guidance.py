""" "What the county says": by place, newest first, found by words; put newer, or withdrawn with a reason (S6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from teams.actions import guidance as said
from teams.forms.guidance import FindGuidanceForm, NewerGuidanceForm, WithdrawGuidanceForm
from teams.foundation import drafts
from teams.foundation.access import COUNCIL_ROLES, Role
from teams.foundation.drafts import Conflict
from teams.foundation.errors import Refusal
from teams.foundation.views import Page
from teams.models import Guidance, Place
from teams.permissions import LINE_MANAGERS
from teams.rules.asked import in_words
from teams.views.drafts import SOMEBODY_ELSE, KeepsWords

ROWS = 50
NEWER, SEND = "guidance-newer", "send"


class GuidanceListPage(Page):
    """Everything that holds, and what is published from a later day."""

    roles = COUNCIL_ROLES
    template = "teams/guidance_list.html"

    def facts(self) -> dict[str, Any]:
        form = FindGuidanceForm(self.request.GET)
        asked = form.cleaned_data if form.is_valid() else {}
        mine = Guidance.objects.visible_to(self.principal)
        rows = mine.filter(
            Q(pk__in=mine.holding(self.today).order_by().values("pk"))
            | Q(pk__in=mine.coming(self.today).order_by().values("pk"))
        )
        if asked.get("place"):
            rows = rows.filter(place=asked["place"])
        for word in str(asked.get("q") or "").split():
            rows = rows.filter(text__icontains=word)
        page = Paginator(rows.order_by("-starts_on", "-pk"), ROWS).get_page(self.request.GET.get("page"))
        shown = list(page.object_list)
        days = said.usual_days(self.now) if self.principal.has(*LINE_MANAGERS, Role.SENIOR_MANAGER) else None
        return {
            "form": form,
            "is_narrowed": bool(asked.get("q") or asked.get("place")),
            "page": page,
            "places": [(label, found) for code, label in Place.choices if (found := _at(code, shown))],
            "may_ask": self.principal.has(*LINE_MANAGERS),
            "is_senior": self.principal.has(Role.SENIOR_MANAGER),
            "usual": in_words(days) if days is not None else "",
            "today": self.today,
        }


def _at(code: str, rows: list[Guidance]) -> list[Guidance]:
    return [each for each in rows if each.place == code]


class GuidancePage(Page):
    """One, whether it holds or not: since when, who published it, what came after it."""

    by_policy = True
    template = "teams/guidance_detail.html"
    guidance: Guidance

    def load(self, public_id: UUID) -> None:
        self.guidance = self.fetch(Guidance.objects.select_related("published_by", "follows"), public_id)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        return self.draw()

    def facts(self) -> dict[str, Any]:
        guidance = self.guidance
        newer = guidance.followed_by.filter(withdrawn=None).order_by("-pk").first()
        return {
            "guidance": guidance,
            "withdrawn": guidance.withdrawn.select_related("withdrawn_by").first(),
            "newer": newer,
            "stands": said.stands(guidance, self.today),
            "may_change": self.principal.has(Role.SENIOR_MANAGER),
            "today": self.today,
        }


class GuidanceNewerPage(KeepsWords, GuidancePage):
    """Something newer, in the words of the one before: nothing that was said is edited."""

    by_policy = False
    roles = frozenset({Role.SENIOR_MANAGER})
    template = "teams/guidance_newer.html"
    draft_form = NEWER

    def draft_about(self) -> str:
        return str(self.guidance.public_id)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        if not said.stands(self.guidance, self.today):
            return redirect("guidance", public_id)
        typed = {"text": self.guidance.text, "starts_on": self.today}
        if self.draft:
            typed |= {"text": self.draft.as_initial().get("text", self.guidance.text)}
        return self.show(NewerGuidanceForm(initial=typed))

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        form = NewerGuidanceForm(request.POST)
        if self.typed_by_somebody_else():
            return self.show(NewerGuidanceForm(initial={"text": self.guidance.text}), 403, refusal=SOMEBODY_ELSE)
        try:
            typing = self.keep_typing()
        except Conflict as conflict:
            return self.show(form, 409, **self.typed_twice(form, conflict.current))
        if form.is_valid():
            try:
                newer = said.put_newer(self.guidance, **form.cleaned_data, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "It is published. The one before stays to be read, and says so.")
                return self.typing_is_in(redirect("guidance", newer.public_id))
        return self.show(form, 422, typing=typing)

    def show(self, form: NewerGuidanceForm, status: int = 200, **more: Any) -> HttpResponse:
        return self.draw(status, **{"form": form, "typing": self.typing(), "conflicts": [], "refusal": ""} | more)


class GuidanceWithdrawPage(GuidancePage):
    """Withdrawn, with a reason."""

    by_policy = False
    roles = frozenset({Role.SENIOR_MANAGER})
    template = "teams/guidance_withdraw.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        if not said.stands(self.guidance, self.today):
            return redirect("guidance", public_id)
        return self.draw(form=WithdrawGuidanceForm())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        form = WithdrawGuidanceForm(request.POST)
        if form.is_valid():
            try:
                said.withdraw(self.guidance, form.cleaned_data["because"], by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "It is withdrawn, with your reason.")
                return redirect("guidance", public_id)
        return self.draw(422, form=form)


def _may_put_newer(principal: Any, about: str) -> bool:
    try:
        key = UUID(about)
    except ValueError:
        return False
    found = Guidance.objects.visible_to(principal).filter(public_id=key).exists()
    return bool(found and principal.has(Role.SENIOR_MANAGER))


KIND = drafts.Kind(NEWER, _may_put_newer)
