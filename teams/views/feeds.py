"""My calendar elsewhere: an address for Outlook or a phone, and the file that it answers with."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from teams.actions.feeds import calendar_of
from teams.foundation.views import Page
from teams.models import Feed, Person
from teams.rules.ical import CONTENT_TYPE


class FeedPage(Page):
    """One's own address; making a new one closes the one before."""

    template = "teams/feed.html"
    by_policy = True
    any_hat = True

    def post(self, request: HttpRequest) -> HttpResponse:
        person = Person.objects.get(pk=self.principal.person_id or 0)
        token = Feed.open(person, by=self.principal, at=self.now)
        slug = request.authority.slug  # type: ignore[attr-defined]
        return self.draw(address=f"{settings.PUBLIC_ADDRESS}/{slug}/calendar/{token}.ics")

    def facts(self) -> dict[str, object]:
        mine = Feed.objects.visible_to(self.principal).filter(person=self.principal.person_id)
        return {"feed": mine.filter(status=Feed.Status.OPEN).first(), "address": ""}


@login_not_required
@never_cache
def feed_file(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind an address. A program asks for it again and again; nothing is changed or noted by it."""
    feed = Feed.objects.with_token(token).select_related("person").first()
    if feed is None:
        raise Http404("No such calendar.")
    authority = request.authority  # type: ignore[attr-defined]
    name = f"{authority.service_name}, {feed.person.name}"
    return HttpResponse(calendar_of(feed, name=name, at=timezone.now()), content_type=CONTENT_TYPE)
