"""The yardstick: a plain 50-row Django page, as Django's own tutorial makes one.

A generic list view of fifty schools, counted and paged, drawn by Django's templates: five columns, a link in each row,
a bare frame around it. It runs in the same process, on the same rows, behind the same middleware: a session, a sign-in
and the authority's scope are what any page here needs, and a ratio to a page without them would measure those three
again and again. It has no header, no bar, no macros, no policy and no audit: whatever our pages do beyond fetching and
drawing rows counts against them.

`bare_page` is the same without the paging and the links, in Jinja2: about the least that fifty rows can cost.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import ListView

from schools.models import School

ROWS = 50


class PlainPage(LoginRequiredMixin, ListView):
    model = School
    ordering = ("name", "pk")
    paginate_by = ROWS
    template_name = "plain_list.html"


@login_required
def bare_page(request: HttpRequest) -> HttpResponse:
    rows = School.objects.order_by("name", "pk")[:ROWS]
    return render(request, "bare.html", {"rows": rows})
