"""Something wrong or hard to use? Told by anybody who works here, read by the administrators."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from teams.forms.remarks import RemarkForm
from teams.foundation.errors import Refusal
from teams.foundation.views import Page
from teams.models import Remark
from teams.views.set_up import AdministratorPage

ROWS = 50


class FeedbackPage(Page):
    """The page that somebody came from is noted, so that nobody has to describe it."""

    template = "teams/feedback.html"
    by_policy = True

    def get(self, request: HttpRequest) -> HttpResponse:
        before = urlsplit(request.headers.get("Referer", ""))
        ours = before.netloc == request.get_host() and before.path != reverse("feedback")
        return self.draw(form=RemarkForm(initial={"page": before.path[:200] if ours else ""}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RemarkForm(request.POST)
        if not form.is_valid():
            return self.draw(422, form=form)
        page = form.cleaned_data["page"]
        Remark.tell(form.cleaned_data["words"], page=page, by=self.principal, at=self.now)
        messages.success(
            request, "Thank you. The people who look after Alongside here read it, and may ask you about it."
        )
        return redirect("first_page")


class FeedbackListPage(AdministratorPage):
    """What people have said, not dealt with first."""

    template = "teams/feedback_list_administrator.html"

    def facts(self) -> dict[str, Any]:
        rows = Remark.objects.visible_to(self.principal).select_related("person").order_by("status", "-told_at", "-pk")
        return {"page": Paginator(rows, ROWS).get_page(self.request.GET.get("page"))}


class FeedbackSettlePage(AdministratorPage):
    """A button on the list."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        remark = self.fetch(Remark.objects.all(), public_id)
        try:
            remark.settle(by=self.principal, at=self.now)
        except Refusal as refused:
            messages.warning(request, refused.message)
        else:
            messages.success(request, "It is dealt with.")
        return redirect("feedback_list")
