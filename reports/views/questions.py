"""What was asked about a figure: for who asked, two presses. It is read and answered on the action's page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from reports.models import FigureQuestion
from teams.foundation.views import Page


class QuestionReadPage(Page):
    """Who asked has read the answer: its line leaves the first page."""

    by_policy = True

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        question: FigureQuestion = self.fetch(FigureQuestion.objects.select_related("occasion"), public_id)
        question.read(by=self.principal, at=self.now)
        messages.success(request, "It has left your first page. You find it again where you asked.")
        return redirect("first_page")


class QuestionBackPage(Page):
    """Who asked needs no answer any more."""

    by_policy = True

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        question: FigureQuestion = self.fetch(FigureQuestion.objects.select_related("occasion"), public_id)
        question.take_back(by=self.principal, at=self.now)
        messages.success(request, "Your question is taken back.")
        return redirect("first_page")
