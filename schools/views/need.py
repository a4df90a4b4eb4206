"""Schools and need: the ranked list with its map, the areas beside their workers, and how the parts are weighed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from schools.actions import need as actions
from schools.actions import need_areas
from schools.actions.need import Need, Scale, SchoolNeed
from schools.forms.need import HIGHEST, NO_AREA, NOBODY, TWO, WORKERS, NeedFilterForm, WeightsForm
from schools.models import NeedWeights
from schools.permissions import NEED_DECIDERS, NEED_MONEY, NEED_READERS
from schools.rules import need as rules
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.models import Area, Person

ROWS = 25  # on a phone each is a card
TOP = 10
MOST_POINTS = 1000  # more than any authority has; drawn beyond that a map is a blot


class Unfolded(NamedTuple):
    """How one school's score was worked out, line by line."""

    words: str
    sum: str
    lines: list[dict[str, str]]


class NeedPage(Page):
    """The picture first: size is need, filled is a worker. Then the same schools as a list, the highest need first."""

    template = "schools/need_list.html"
    roles = NEED_READERS

    def facts(self) -> dict[str, Any]:
        need = actions.need_of(self.principal, today=self.today)
        areas = list(Area.objects.visible_to(self.principal))
        phases = sorted({each.phase for each in need.schools})
        form = NeedFilterForm(self.request.GET, phases=phases, areas=areas)
        chosen = form.chosen()
        rows = narrowed(need.schools, chosen, areas)
        page = Paginator(rows, ROWS).get_page(self.request.GET.get("page"))
        return {
            "need": need,
            "areas": {area.pk: area.name for area in areas},
            "form": form,
            "page": page,
            "points": points(rows),
            "placeless": sum(each.position is None for each in rows),
            "unfolded": {each.school_id: unfold(need, each) for each in page.object_list},
            "tiles": tiles(need),
            "chosen": tags(chosen, areas),
            "address": lambda **changes: address(chosen | changes),
            "without": len(actions.highest_without_worker(need)),
            "parts": rules.PARTS,
        }


class NeedAreasPage(Page):
    """Each area's share of the county's need beside its share of the hours; money for who reads every agreement."""

    asks_again = True  # what each area costs stands here
    template = "schools/need_areas.html"
    roles = NEED_READERS

    def facts(self) -> dict[str, Any]:
        need = actions.need_of(self.principal, today=self.today)
        areas = Area.objects.visible_to(self.principal)
        money: dict[int | None, need_areas.AreaMoney] | None = None
        unknown: list[str] = []
        if self.principal.has(*NEED_MONEY):
            authority = self.request.authority  # type: ignore[attr-defined]
            money, unknown = need_areas.money_by_area(need, self.principal, authority)
        return {
            "need": need,
            "rows": need_areas.by_area(need, areas, money),
            "unknown": unknown,
            "has_money": money is not None,
            "elsewhere": actions.elsewhere(today=self.today),
            "may_brief": self.principal.has(*NEED_DECIDERS) and need.ranked > 0,
        }


class NeedWeightsPage(Page):
    """How the parts are weighed, since when and why. A senior manager sees what would change before she decides."""

    template = "schools/need_weights.html"
    roles = NEED_READERS

    def facts(self) -> dict[str, Any]:
        need = actions.need_of(self.principal, today=self.today)
        may_decide = self.principal.has(*NEED_DECIDERS)
        return {
            "need": need,
            "parts": rules.PARTS,
            "decisions": list(NeedWeights.objects.visible_to(self.principal).select_related("set_by")[:ROWS]),
            "may_decide": may_decide,
            "form": WeightsForm(initial=need.weights._asdict()) if may_decide else None,
            "preview": None,
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.principal.has(*NEED_DECIDERS):
            raise NotAllowed("needweights.decide", "")
        form = WeightsForm(request.POST)
        if not form.is_valid():
            return self.draw(422, form=form)
        weights = form.weights()
        if weights.total != rules.WHOLE:
            form.refuse(Refusal(NeedWeights.not_whole(weights), field="plans", code="not_100"))
            return self.draw(422, form=form)
        looked_at, now = " ".join(str(each) for each in weights), actions.weights_on(self.today)
        stands = str(now.public_id) if now is not None else ""
        if request.POST.get("instead_of", stands) != stands and (now is None or now.value != weights):
            form.refuse(Refusal("Other weights were decided since you looked. Compare with them, then decide."))
            return self.draw(409, form=form, preview=self.preview(weights), looked_at=looked_at)
        if request.POST.get("decide") != looked_at:  # nobody decides on numbers that were changed after the preview
            return self.draw(form=form, preview=self.preview(weights), looked_at=looked_at)
        try:
            person = Person.objects.get(pk=self.principal.person_id or 0)
            NeedWeights.decide(weights, why=form.cleaned_data["why"], person=person, by=self.principal, at=self.now)
        except Refusal as refusal:
            form.refuse(refusal)
            return self.draw(422, form=form)
        messages.success(request, "The weights count from today. Every score has been worked out anew.")
        return redirect("need")

    def preview(self, weights: rules.Weights) -> list[dict[str, Any]]:
        """The first schools with these weights, and where each stands now."""
        now = actions.need_of(self.principal, today=self.today).by_school
        then = actions.need_of(self.principal, today=self.today, weights=weights)
        return [{"school": each, "now": now[each.school_id]} for each in then.schools[:TOP] if each.rank is not None]


def narrowed(schools: Iterable[SchoolNeed], chosen: Mapping[str, str], areas: Iterable[Area]) -> list[SchoolNeed]:
    ids = {str(area.public_id): area.pk for area in areas}
    tests = {
        "": lambda each: True,
        NOBODY: lambda each: not each.workers,
        TWO: lambda each: each.workers >= 2,
        HIGHEST: lambda each: each.is_highest and not each.workers,
    }
    wanted = tests[chosen["workers"]]
    return [
        each
        for each in schools
        if wanted(each)
        and (not chosen["phase"] or each.phase == chosen["phase"])
        and (not chosen["area"] or each.area_id == ids.get(chosen["area"]))
    ]


def points(schools: Iterable[SchoolNeed]) -> list[dict[str, Any]]:
    """For `need_map` (templates/macros/need.html): every school that has a place, the highest need first."""
    return [
        {
            "name": each.name,
            "easting": each.easting,
            "northing": each.northing,
            "band": each.band,
            "filled": each.workers > 0,
            "text": f"{each.score} of 100" if each.score is not None else each.band_in_words.lower(),
        }
        for each in schools
        if each.position is not None
    ][:MOST_POINTS]


def unfold(need: Scale, school: SchoolNeed) -> Unfolded:
    lines = []
    workings = need.workings(school)
    for each in workings:
        figure = school.figures.get(each.part)
        if figure is None or figure.standing is None:
            lines.append({"part": rules.PARTS[each.part], "says": each.missing})
            continue
        place = figure.standing
        says = (
            f"{figure.value:.1f} % of pupils. Of {place.of:,} schools {place.below:,} have less"
            f" and {place.same:,} as much, itself among them: {each.points} of {each.weight}."
        )
        lines.append({"part": rules.PARTS[each.part], "says": says})
    return Unfolded(rules.in_words(workings), rules.as_a_sum(workings, school.score), lines)


def tiles(need: Need) -> list[dict[str, Any]]:
    """Each opens the rows that it was counted from."""
    highest = sum(each.is_highest for each in need.schools)
    nobody = sum(not each.workers for each in need.schools)
    two = len(actions.with_two_workers(need))
    return [
        {
            "number": f"{len(actions.highest_without_worker(need)):,}",
            "words": "schools of highest need without a worker",
            "since": f"of {highest:,} in the highest fifth",
            "href": address({"workers": HIGHEST}),
        },
        {
            "number": f"{nobody:,}",
            "words": "schools without a worker",
            "since": f"of {len(need.schools):,} that are ranked",
            "href": address({"workers": NOBODY}),
        },
        {"number": f"{two:,}", "words": "schools with two or more", "href": address({"workers": TWO})},
    ]


def tags(chosen: Mapping[str, str], areas: Iterable[Area]) -> list[dict[str, str]]:
    """What narrows the list, each with the list without it."""
    names = {str(area.public_id): area.name for area in areas} | {NO_AREA: "No area"}
    said = {
        "area": names.get(chosen["area"], ""),
        "phase": chosen["phase"],
        "workers": WORKERS[chosen["workers"]] if chosen["workers"] else "",
    }
    return [{"text": text, "href": address({**chosen, name: ""})} for name, text in said.items() if text]


def address(said: Mapping[str, Any]) -> str:
    query = urlencode({name: value for name, value in said.items() if value})
    return reverse("need") + (f"?{query}" if query else "")
