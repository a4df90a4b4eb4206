"""Pages that go wrong on purpose, for the tests of the door: an URLconf over the real one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import include, path

from teams.foundation import audit
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.models import Area, Membership, Person, Team


class WritesPage(Page):
    """Writes half of something, then does what its address says."""

    by_policy = True

    def get(self, request: HttpRequest, *args: Any, how: str = "", **kwargs: Any) -> HttpResponseBase:
        Area.objects.create(name=how)
        audit.record("area.add", by=self.principal, at=self.now)
        return getattr(self, how)()

    def fine(self) -> HttpResponse:
        return HttpResponse("written")

    def breaks(self) -> HttpResponse:
        raise ZeroDivisionError("half way")

    def not_allowed(self) -> HttpResponse:
        raise NotAllowed("area.add", "half way")

    def refused(self) -> HttpResponse:
        try:
            raise Refusal("No.")
        except Refusal:
            return HttpResponse("No.", status=422)

    def conflict(self) -> HttpResponse:
        return JsonResponse({}, status=409)

    def template_breaks(self) -> HttpResponseBase:
        # Drawn after the view has returned: no decorator around the view would see it fail.
        return TemplateResponse(self.request, "tests/no_such_template.html")

    def foreign_key(self) -> HttpResponse:
        Team.objects.create(name="stolen", area_id=2**40)  # found at COMMIT, for the key is deferred
        return HttpResponse("written")

    def streams(self) -> HttpResponseBase:
        return StreamingHttpResponse(_names())

    def sends_file(self) -> HttpResponseBase:
        return FileResponse(open(__file__, "rb"), as_attachment=True)  # noqa: SIM115  Django closes it


def _names() -> Iterator[str]:
    yield from Person.objects.values_list("name", flat=True)


class NamesPage(Page):
    """Everybody's names, as the wall lets them through."""

    by_policy = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse(sorted(Person.objects.values_list("name", flat=True)), safe=False)


class HatsPage(Page):
    """The authorities of all memberships that can be read here."""

    by_policy = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse(sorted(set(Membership.objects.values_list("authority", flat=True))), safe=False)


class PersonPage(Page):
    """One person, fetched by public id."""

    by_policy = True

    def get(self, request: HttpRequest, *args: Any, public_id: Any = None, **kwargs: Any) -> HttpResponse:
        return HttpResponse(self.fetch(Person.objects.all(), public_id).name)


urlpatterns = [
    path("tests/writes/<str:how>", WritesPage.as_view()),
    path("tests/names", NamesPage.as_view()),
    path("tests/hats", HatsPage.as_view()),
    path("tests/people/<uuid:public_id>", PersonPage.as_view()),
    path("", include("config.urls")),
]
