"""What people said: sums when a round is over, what was said with a name, and "You said, we did"."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from performance.actions import answering_back, results
from performance.actions.reading import in_words
from performance.forms.answering_back import WeDidForm
from performance.models import Feedback, Wave, WeDid
from performance.permissions.waves import ASKERS, READERS_OF_SUMS
from teams.actions.agencies import teams_run_by
from teams.foundation import audit
from teams.foundation.access import Principal, Role
from teams.foundation.errors import Refusal
from teams.foundation.views import Page
from teams.models import Person
from teams.permissions import people_managed

ON_A_PAGE = 20


def managed_by(principal: Principal) -> Any:
    """Whose feedback somebody may open as their manager; each person once."""
    return Person.objects.filter(pk__in=Person.objects.filter(people_managed(principal)).values("pk"))


class PeopleSaidPage(Page):
    """One round that is over: picture first, then the table, the round before beside it. One that is open: nothing."""

    roles = READERS_OF_SUMS
    template = "performance/people_said.html"

    def facts(self) -> dict[str, Any]:
        kind = self.request.GET.get("kind", Wave.Kind.YOUNG)
        kind = kind if kind in Wave.Kind.values else Wave.Kind.YOUNG
        known = results.rounds(kind, self.principal)
        asked = self.request.GET.get("round", "")
        wave = next((each for each in known if str(each.public_id) == asked), known[0] if known else None)
        is_open = Wave.objects.visible_to(self.principal).filter(kind=kind, status=Wave.Status.OPEN)
        shown = WeDid.objects.visible_to(self.principal).filter(wave=wave, status=WeDid.Status.SHOWN)
        return {
            "kind": kind,
            "kinds": list(Wave.Kind),
            "rounds": known,
            "wave": wave,
            "open_round": is_open.order_by("-opens_on").first(),
            "results": results.results(wave, known, self.principal) if wave is not None else None,
            "best": results.best_answers(wave) if wave is not None else [],
            "we_did": list(shown.select_related("team")) if wave is not None else [],
            "may_write": self.principal.has(Role.TEAM_MANAGER),
            "workers": self.workers(),
            "has_own": self.principal.has(Role.WORKER, Role.SENIOR_PRACTITIONER),
        }

    def workers(self) -> list[Person]:
        """Of whom she reads what was said with a name."""
        if not self.principal.has(Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER):
            return []
        return list(managed_by(self.principal).order_by("name", "pk"))


class WeDidPage(Page):
    """ "You said, we did", by the manager of a team, about a round."""

    roles = frozenset({Role.TEAM_MANAGER})
    template = "performance/we_did.html"

    @cached_property
    def wave(self) -> Wave:
        found: Wave = self.fetch(Wave.objects.all(), self.kwargs["public_id"])
        return found

    @cached_property
    def teams(self) -> list[Any]:
        return teams_run_by(self.principal)

    def facts(self) -> dict[str, Any]:
        shown = WeDid.objects.filter(wave=self.wave, team__in=self.teams, status=WeDid.Status.SHOWN)
        return {"wave": self.wave, "shown": list(shown.select_related("team")), "teams": self.teams}

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.draw(form=WeDidForm(self.teams))

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form = WeDidForm(self.teams, request.POST)
        if self.teams and form.is_valid():
            said, did = form.cleaned_data["said"], form.cleaned_data["did"]
            try:
                answering_back.write(self.wave, form.team, said=said, did=did, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "Whoever answers the next round reads it, and the schools of the team.")
                return redirect("we_did", self.wave.public_id)
        return self.draw(422, form=form)


class WeDidBackPage(Page):
    roles = frozenset({Role.TEAM_MANAGER})

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        written: WeDid = self.fetch(WeDid.objects.select_related("wave", "team"), public_id)
        written.take_back(by=self.principal, at=self.now)
        messages.success(request, "Nobody reads it any more.")
        return redirect("we_did", written.wave.public_id)


class FeedbackListPage(Page):
    """What was said with a name about one worker: for the worker, and for who manages or supervises her."""

    template = "performance/feedback_list.html"
    roles = ASKERS

    def person(self) -> Person:
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        person = self.person()
        said = Feedback.objects.filter(worker=person).visible_to(self.principal).for_page()
        page = Paginator(said, ON_A_PAGE).get_page(self.request.GET.get("page"))
        shown = list(page)
        if shown:  # one event for the page, with the young people whose words stand on it (architecture 5)
            young = dict.fromkeys(each.young_person for each in shown)
            audit.record("feedback.read", by=self.principal, at=self.now, subjects=[*shown, *young])
        return {
            "person": person,
            "is_mine": person.pk == self.principal.person_id,
            "page": page,
            "said": [in_words(each) for each in shown],
        }


class MyFeedbackPage(FeedbackListPage):
    """What people said about my work."""

    roles = frozenset({Role.WORKER, Role.SENIOR_PRACTITIONER})

    def person(self) -> Person:
        return Person.objects.get(pk=self.principal.person_id or 0)


class PersonFeedbackPage(FeedbackListPage):
    roles = frozenset({Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER})

    def person(self) -> Person:
        found: Person = self.fetch(managed_by(self.principal), self.kwargs["public_id"])
        return found
