"""People: the list, one more, and a list from the personnel system that is looked at before it is saved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from teams.actions import people
from teams.actions.people_comparison import compare
from teams.forms.people import PeopleFileForm, PersonForm
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
        everybody = Person.objects.visible_to(self.principal).with_roles(self.today)
        rows = everybody.elsewhere(self.today) if at_schools else everybody.at_council(self.today)
        page = Paginator(rows, ROWS).get_page(self.request.GET.get("page"))
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
                messages.success(request, f"{person.name} is added and can sign in as {person.email}.")
                return redirect("people")
        return self.draw(422, form=form)


class PeopleFilePage(AdministratorPage):
    """What was pasted or read stays as a draft until it is loaded, so that nothing has to be given twice."""

    template = "teams/people_file_administrator.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        draft = kept_list(self.principal.person_id)
        return self.draw(form=PeopleFileForm(initial=draft.as_initial() if draft else {}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PeopleFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.draw(422, form=form)
        before = kept_list(self.principal.person_id)
        Draft.keep(
            person_id=self.principal.person_id,
            form=FILE,
            about="new",
            words=[["words", form.cleaned_data["words"]]],
            revision=before.revision if before else 0,
            at=self.now,
        )
        return redirect("people_check")


class PeopleCheckPage(AdministratorPage):
    """Who manages whom, what is odd and what would change: nothing is saved before this page's press."""

    template = "teams/people_check_administrator.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.draft = None
        return super().dispatch(request, *args, **kwargs)

    def facts(self) -> dict[str, Any]:
        found = compare(self.people, today=self.today)
        return {
            "found": found,
            "tree": tree(found.file.rows, known=found.names),
            "revision": self.draft.revision,
        }

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.open_draft():
            return redirect("people_file")
        return self.draw()

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.open_draft():
            messages.warning(request, "There is no list waiting to be saved. It may have been saved already.")
            return redirect("people_file")
        if request.POST.get("revision") != str(self.draft.revision):
            return self.draw(422, refusal="The list was changed in another window. Look at it again, then save it.")
        found = people.load_people(self.people, by=self.principal, at=self.now, today=self.today)
        self.draft.delete()
        messages.success(
            request,
            f"{counted(len(found.new), 'person is', 'people are')} new, {len(found.changed):,} changed, "
            f"{found.unchanged:,} as before.",
        )
        return redirect("people")

    def open_draft(self) -> bool:
        self.draft = kept_list(self.principal.person_id)
        if self.draft is None:
            return False
        self.people: PeopleFile = read(self.draft.as_initial()["words"])
        return True


def kept_list(person_id: int | None) -> Draft | None:
    """The list that this administrator has given and not saved yet."""
    return Draft.objects.of(person_id, FILE, "new").first()
