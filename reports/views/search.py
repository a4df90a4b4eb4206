"""One box over what the reader may see: schools, people and agreements, by name, number or address (journeys 7, 10).

Figures are found by what they are called, and where: "workers in West 2" (journey S2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from reports.actions.answering import answer, examples, meant, printed
from reports.forms import SearchForm
from reports.measures.figure import Figure
from schools.models import Agreement, School, SchoolContact
from teams.foundation import audit
from teams.foundation.access import Role
from teams.foundation.views import Page
from teams.foundation.words import day
from teams.models import AgencyPerson, Membership, Person
from teams.rules.calendar import school_year_label

SHOWN = 10  # of each kind: whoever sees more has typed too little


class Found(NamedTuple):
    """One line: what it is called, which one it is, and its page where this reader has one."""

    name: str
    which: str
    href: str = ""


class Group(NamedTuple):
    """One kind of thing, the best matches first."""

    name: str
    lines: Sequence[Found]
    has_more: bool


class SearchPage(Page):
    """What was typed goes into no log and into no audit: it may be a name."""

    by_policy = True
    one_hat = True
    template = "reports/search.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = SearchForm(request.GET or None)
        groups: list[Group] = []
        words, answered = form.words(), None
        if form.errors:
            return self.draw(422, form=form, asked=False, groups=[], answered=None)
        if words:
            audit.record("search.look", by=self.principal, at=self.now)
            typed = form.cleaned_data["q"]
            answered = answer(typed, self.principal, request.authority, self.today)  # type: ignore[attr-defined]
            found = (self.on_paper(typed), self.schools(words), self.people(words), self.agreements(words))
            groups = [group for group in found if group.lines]
        is_nothing = bool(words) and not groups and answered is None
        instead = meant(form.cleaned_data["q"], self.principal) if is_nothing else ""
        return self.draw(form=form, asked=bool(words), groups=groups, answered=answered, meant=instead)

    def facts(self) -> dict[str, Any]:
        return {"examples": examples(self.principal)}

    def on_paper(self, typed: str) -> Group:
        """The number beside a figure on paper: what it was stands on its own page, which asks who it is again."""
        row = printed(typed, self.principal)
        if row is None:
            return _group("Figures on paper", [])
        figure = Figure.kept(row.kept)
        which = _joined(figure.title, figure.where, day(figure.on), str(row.pack) if row.pack else "")
        return _group(
            "Figures on paper", [Found(f"Figure {row.number}", which, reverse("printed_figure", args=[row.number]))]
        )

    def schools(self, words: list[str]) -> Group:
        rows = list(School.objects.visible_to(self.principal).matching(words)[: SHOWN + 1])
        lines = [
            Found(
                school.name,
                _joined(school.town, f"URN {school.urn}", "" if school.is_open else school.get_status_display()),
                reverse("school", args=[school.public_id]),
            )
            for school in rows
        ]
        return _group("Schools", lines)

    def people(self, words: list[str]) -> Group:
        theirs = AgencyPerson.objects.with_us(self.today).filter(person=OuterRef("pk"))
        mine = theirs.visible_to(self.principal).order_by("agency", "pk").values("agency")[:1]
        known = Person.objects.visible_to(self.principal).annotate(is_near=Exists(theirs), agency=Subquery(mine))
        rows = list(known.matching(words)[: SHOWN + 1])
        contacts = SchoolContact.objects.visible_to(self.principal).on(self.today).filter(person__in=rows)
        hats = Membership.objects.on(self.today).filter(person__in=rows)
        speaks_for, works_as = defaultdict(list), defaultdict(list)
        for contact in contacts.select_related("school").order_by("school__name", "pk"):
            speaks_for[contact.person_id].append(contact)
        for hat in hats.select_related("team").order_by("pk"):
            works_as[hat.person_id].append(hat)
        return _group("People", [self.person(each, works_as[each.pk], speaks_for[each.pk]) for each in rows])

    def person(self, person: Any, hats: list[Membership], contacts: list[SchoolContact]) -> Found:
        teams = {hat.team.name for hat in hats if hat.team}
        schools = dict.fromkeys(contact.school.name for contact in contacts)
        what = person.job or ", ".join(dict.fromkeys(hat.get_role_display() for hat in hats))
        outside = person.agency or "At another agency" if person.is_near else ""
        is_anywhere = hats or contacts or outside
        which = _joined(what, *sorted(teams), *schools, outside, "" if is_anywhere else "Not here any more")
        return Found(person.name, which or "Nothing more is known", self.page_of(person, contacts))

    def page_of(self, person: Any, contacts: list[SchoolContact]) -> str:
        """The person's own page, for administrators; of somebody who speaks for a school, the school's; of another
        agency's, the list of the team's manager; else none.
        """
        if self.principal.has(Role.ADMINISTRATOR):
            return reverse("person", args=[person.public_id])
        if contacts:
            return reverse("school", args=[contacts[0].school.public_id])
        return reverse("agency_people") if person.agency and self.principal.has(Role.TEAM_MANAGER) else ""

    def agreements(self, words: list[str]) -> Group:
        found = Agreement.objects.visible_to(self.principal).matching(words)
        found = found.select_related("placement__school", "placement__post")
        rows = found.prefetch_related("placement__post__employments__person")[: SHOWN + 1]
        return _group("Agreements", [self.agreement(each) for each in rows])

    def agreement(self, agreement: Agreement) -> Found:
        placement = agreement.placement
        holder = placement.post.holder_on(min(max(self.today, agreement.starts_on), agreement.last_day))
        return Found(
            f"{placement.school.name}, {school_year_label(agreement.school_year)}",
            _joined(holder.name if holder else "No worker yet", agreement.status_in_words),
            reverse("agreement", args=[agreement.public_id]),
        )


def _group(name: str, lines: list[Found]) -> Group:
    return Group(name, lines[:SHOWN], len(lines) > SHOWN)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
