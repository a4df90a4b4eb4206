"""People: the list, one more, and a list from the personnel system that is looked at before it is saved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from teams.actions import people
from teams.actions.people_comparison import Places, compare
from teams.forms.people import PeopleFileForm, PersonForm
from teams.foundation.access import Principal
from teams.foundation.drafts import Draft
from teams.foundation.errors import Refusal
from teams.foundation.words import counted
from teams.models import Person
from teams.rules.people_file import PeopleFile, read, tree
from teams.views.set_up import AdministratorPage

ROWS = 50
FILE = "people_file"


class PeoplePage(AdministratorPage):
    """Everybody: at the council first, then at schools."""

    template = "teams/person_list_administrator.html"

    def facts(self) -> dict[str, Any]:
        at_schools = self.request.GET.get("at") == "schools"
        everybody = Person.objects.with_roles(self.today)
        rows = everybody.elsewhere(self.today) if at_schools else everybody.at_council(self.today)
        page = Paginator(rows.visible_to(self.principal), ROWS).get_page(self.request.GET.get("page"))
        return {"page": page, "at_schools": at_schools}


class PersonAddPage(AdministratorPage):
    template = "teams/person_administrator.html"

    def form(self, data: Any = None) -> PersonForm:
        return PersonForm(data, principal=self.principal, today=self.today)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(form=self.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                person = people.add_person(**form.cleaned_data, by=self.principal, at=self.now)
            except Refusal as refused:
                form.refuse(refused)
            else:
                messages.success(request, f"{person.name} is added. No e-mail has gone out yet.")
                return redirect("person", person.public_id)
        return self.draw(422, form=form)


class PeopleFilePage(AdministratorPage):
    """What was pasted or read stays as a draft until it is loaded, so that nothing has to be given twice."""

    template = "teams/people_file_administrator.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        draft = kept_list(self.principal)
        return self.draw(form=PeopleFileForm(initial=draft.as_initial() if draft else {}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PeopleFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.draw(422, form=form)
        keep_list(self.principal, form.cleaned_data["words"], at=self.now)
        return redirect("people_check")


class PeopleCheckPage(AdministratorPage):
    """Who manages whom, what is odd and what would change: nothing is saved before this page's press."""

    template = "teams/people_check_administrator.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        draft = kept_list(self.principal)
        return self.show(draft) if draft else redirect("people_file")

    def post(self, request: HttpRequest) -> HttpResponse:
        draft = kept_list(self.principal, is_to_be_saved=True)
        if draft is None:
            messages.warning(request, "There is no list waiting to be saved. It may have been saved already.")
            return redirect("people_file")
        if request.POST.get("revision") != str(draft.revision):
            changed = "The list was changed in another window. Look at it again, then save it."
            return self.show(draft, 422, refusal=changed)
        found = people.load_people(read_list(draft), by=self.principal, at=self.now, today=self.today)
        draft.delete()
        messages.success(
            request,
            f"{counted(len(found.new), 'person is', 'people are')} new, {len(found.changed):,} changed, "
            f"{found.unchanged:,} as before.",
        )
        return redirect("people")

    def show(self, draft: Draft, status: int = 200, **more: Any) -> HttpResponse:
        found = compare(read_list(draft), today=self.today)
        branches = tree(found.file.rows, known=found.names)
        places = Places()
        unknown = sorted({row.team for row in found.file.rows if row.team and places.team(row) is None})
        return self.draw(status, found=found, tree=branches, revision=draft.revision, unknown_teams=unknown, **more)


def kept_list(principal: Principal, *, is_to_be_saved: bool = False) -> Draft | None:
    """The list that this administrator has given and not saved yet.

    Whoever is to save it holds it: a second press waits for the first, and finds that it is gone.
    """
    drafts = Draft.objects.of(principal.person_id, FILE, "new")
    return (drafts.select_for_update(of=("self",)) if is_to_be_saved else drafts).first()


def keep_list(principal: Principal, words: str, *, at: datetime) -> None:
    """In place of one that was given before: whoever gives another list means that one."""
    before = kept_list(principal)
    assert principal.person_id is not None  # noqa: S101  (a page of members only)
    Draft.keep(
        person_id=principal.person_id,
        form=FILE,
        about="new",
        words=[["words", words]],
        revision=before.revision if before else 0,
        at=at,
    )


def read_list(draft: Draft) -> PeopleFile:
    return read(draft.as_initial()["words"])
