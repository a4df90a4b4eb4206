"""Where everybody lands: one page by role, and a choice for who has two hats or several schools (journeys 0.11, 7)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from performance.actions import coming as meetings
from reports import needs
from reports.measures.measure import Reader
from reports.measures.supervision import SupervisionInDate
from reports.needs import peers, promises, together
from reports.views.done import Done
from reports.views.figures import tile
from reports.views.head_page import HeadPage, schools_of
from schools.actions.whereabouts import where_they_are
from schools.models import Agreement, FileImport, Placement
from supervision.actions import months
from supervision.actions.bringing import coming_of
from supervision.actions.getting_ready import soon
from supervision.views.ready import take_with_me
from teams.actions import covering
from teams.actions.set_up import still_needed
from teams.foundation import hats
from teams.foundation.access import COUNCIL_ROLES, Role
from teams.foundation.views import Page
from teams.models import Absence, Person, Term

BOTH_HATS = hats.COUNCIL_WORK


class FirstPage(Page):
    """`home/`: straight to the one page there is, or a choice. Never two schools on one page."""

    by_policy = True
    any_hat = True
    template = "reports/home_choice.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        schools, asked = schools_of(self.principal), hats.onward(request)
        works_for_council = self.principal.has(*COUNCIL_ROLES)
        if works_for_council and not schools:
            return council_page(request, self)
        hat = hats.chosen(request, request.authority.slug)  # type: ignore[attr-defined]
        if hat is not None and "choose" not in request.GET:  # what was looked at last
            if hat[0] is None and works_for_council:
                return CouncilPage.as_view()(request)
            for each in schools:
                if each.school.pk == hat[0]:
                    return HeadPage.as_view(known=schools)(request, public_id=each.school.public_id)
        if len(schools) == 1 and not works_for_council:
            return HeadPage.as_view(known=schools)(request, public_id=schools[0].school.public_id)
        then = "?" + urlencode({hats.NEXT: asked}) if asked else ""
        choices = [{"text": BOTH_HATS, "href": reverse("council_page") + then, "hint": ""}] if works_for_council else []
        choices += [
            {
                "text": hat.school.name,
                "href": reverse("head_page", kwargs={"public_id": hat.school.public_id}) + then,
                "hint": "You are its headteacher." if hat.is_head else "You are its in-school lead.",
            }
            for hat in schools
        ]
        return self.draw(choices=choices)


class CouncilPage(Page):
    """The council's side, for somebody who also speaks for a school."""

    roles = COUNCIL_ROLES
    any_hat = True

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if schools_of(self.principal):
            hats.look_at(request, hats.COUNCIL_WORK)
            hat = hats.chosen(request, request.authority.slug)  # type: ignore[attr-defined]
            request.principal = hats.narrowed(self.principal, hat)  # type: ignore[attr-defined]
            if asked := hats.onward(request):
                return redirect(asked)
        return council_page(request, self)


def council_page(request: HttpRequest, page: Page) -> HttpResponseBase:
    """The first page of the first hat that has one, in the order of the navigation."""
    for role, where in COUNCIL_PAGES:
        if page.principal.has(role):
            return redirect(where) if isinstance(where, str) else where.as_view()(request)
    raise AssertionError("every council role has a first page")


class CouncilHome(Page):
    """What the council's first pages share: whose page it is, for who has a school too."""

    by_policy = True

    def facts(self) -> dict[str, Any]:
        band = None
        if schools_of(self.principal):
            band = {"text": BOTH_HATS, "href": reverse("first_page") + "?choose=1", "change": "Change"}
        return {"band": band, "today": self.today}


class WeekPage(CouncilHome):
    """ "My week": what needs her, agreements not signed, and one figure: supervision in date."""

    roles = frozenset({Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER})
    template = "reports/week_manager.html"

    def facts(self) -> dict[str, Any]:
        authority = self.request.authority  # type: ignore[attr-defined]
        agreements = needs.agreements_of(self.principal)
        waiting = needs.of_manager(agreements, self.principal, authority)
        if self.principal.has(Role.WORKER, Role.SENIOR_PRACTITIONER):
            own = [each for each in agreements if needs.is_own(each, self.principal)]
            waiting += needs.of_party(own, "worker")
        coming = soon(self.principal)
        late = promises.late_of_all(self.principal, self.today)
        waiting += [*promises.lines_of(late, self.principal), *together.of_council(self.principal)]
        of_peers, peers_coming = peers.lines_and_coming(self.principal)
        waiting += of_peers
        waiting = needs.in_order(waiting)
        measure, reader = SupervisionInDate(), Reader(self.principal, authority, self.today, with_parts=False)
        covers = covering.covers_of(self.principal)
        away = Absence.objects.on(self.today).visible_to(self.principal).exclude(person=self.principal.person_id)
        return super().facts() | {
            "covers": covering.holding(covers, self.today),
            "handed": [Done.of(each) for each in covering.done_while_away(covers, self.principal)],
            "away": list(away.select_related("person").order_by("person__name", "pk")),
            "this_month": months.counts(self.principal, self.today),
            "needs": waiting[: needs.SHOWN],
            "more": max(len(waiting) - needs.SHOWN, 0),
            "unsigned": [each for each in agreements if each.status == Agreement.Status.OFFERED],
            "soon": coming,
            "meetings": meetings.soon(self.principal),
            "peers_coming": peers_coming,
            "take": take_with_me(self.request, coming.visits),
            "late": late[: promises.SHOWN],
            "more_late": len(late) > promises.SHOWN,
            "figure": tile(measure, reader),
            "next_start": _next_start(agreements, self.today),
        }


class TodayPage(CouncilHome):
    """ "Today", for the worker: what is asked of her, and her schools."""

    roles = frozenset({Role.WORKER})
    template = "reports/today_worker.html"

    def facts(self) -> dict[str, Any]:
        agreements = needs.agreements_of(self.principal)
        placements = (
            Placement.objects.visible_to(self.principal)
            .not_ended()
            .exclude(ends_on__lt=self.today)
            .select_related("school", "manager", "lead")
            .order_by("school__name", "pk")
        )
        of_peers, peers_coming = peers.lines_and_coming(self.principal)
        mine = list(placements)
        workers = dict.fromkeys((each.pk for each in mine), Person.objects.get(pk=self.principal.person_id or 0))
        return super().facts() | {
            "needs": [
                *needs.of_party(agreements, "worker"),
                *together.of_council(self.principal),
                *of_peers,
            ],
            "peers_coming": peers_coming,
            "promises": promises.of_mine(self.principal),
            "meeting": meetings.meetings_of(self.principal).first(),
            "supervision": coming_of(self.principal.person_id, self.today).first(),
            "placements": mine,
            "where": where_they_are(mine, workers, principal=self.principal, now=self.now),
            "me": workers[mine[0].pk] if mine else None,
        }


class AdministratorHomePage(CouncilHome):
    """What needs a person, the next date that matters, and the last files."""

    roles = frozenset({Role.ADMINISTRATOR})
    template = "reports/home_administrator.html"

    def facts(self) -> dict[str, Any]:
        waiting = needs.of_administrator(self.principal)
        terms = list(Term.objects.filter(ends_on__gte=self.today).order_by("starts_on"))
        authority = self.request.authority  # type: ignore[attr-defined]
        is_open = authority.doors_opened_at is not None
        return super().facts() | {
            "needs": waiting[: needs.SHOWN],
            "more": max(len(waiting) - needs.SHOWN, 0),
            "is_open": is_open,
            "steps": 0 if is_open else len(still_needed(authority, today=self.today)),
            "term": terms[0] if terms else None,
            "last_term": terms[-1] if terms else None,
            "files": list(FileImport.objects.visible_to(self.principal)[:5]),
        }


# In the order of the navigation: the first hat decides.
COUNCIL_PAGES: list[tuple[Role, str | type[Page]]] = [
    (Role.SENIOR_MANAGER, "county"),
    (Role.TEAM_MANAGER, WeekPage),
    (Role.SENIOR_PRACTITIONER, WeekPage),
    (Role.ADMINISTRATOR, AdministratorHomePage),
    (Role.FINANCE_READER, "county"),
    (Role.AUDITOR, "agreement_list"),
    (Role.WORKER, TodayPage),
]


def _next_start(agreements: list[Agreement], today: Any) -> Agreement | None:
    """The next worker to start, for the line that stands when nothing waits."""
    ahead = [each for each in agreements if each.placement.starts_on > today]
    return min(ahead, key=lambda each: each.placement.starts_on, default=None)
