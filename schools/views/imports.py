"""Loading the government's files (journey A1, step 2): choose, wait, look, load."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from schools.actions import imports
from schools.files.kinds import KINDS
from schools.forms.imports import FileImportForm
from schools.models import FileImport
from schools.tasks import read_import
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.foundation.views import Page
from teams.foundation.words import counted

ROWS = 50
TITLES = {kind.code: kind.title[0].upper() + kind.title[1:] for kind in KINDS}
ABOUT_SCHOOLS = {kind.code for kind in KINDS if kind.school}
LEFT_OUT = {
    FileImport.LeftOut.ELSEWHERE: ("row of another authority", "rows of other authorities"),
    FileImport.LeftOut.NOT_HERE: ("row about schools that are not here", "rows about schools that are not here"),
    FileImport.LeftOut.REPEATED: ("row that is repeated further down", "rows that are repeated further down"),
    FileImport.LeftOut.NATIONAL: ("line that adds up many schools", "lines that add up many schools"),
}


class AdministratorsPage(Page):
    """Files are the administrator's alone."""

    roles = frozenset({Role.ADMINISTRATOR})

    def fetched(self, public_id: UUID) -> FileImport:
        return self.fetch(FileImport.objects.all(), public_id)


class FileImportListPage(AdministratorsPage):
    template = "schools/fileimport_list.html"

    def facts(self) -> dict[str, Any]:
        files = FileImport.objects.visible_to(self.principal).select_related("received_by")
        return {
            "page": Paginator(files.defer("complaints", "differences", "columns"), ROWS).get_page(
                self.request.GET.get("page")
            ),
            "titles": TITLES,
        }


class FileImportNewPage(AdministratorsPage):
    """A file that is no such file is refused at once, beside the box; all others are read in the background."""

    template = "schools/fileimport_new.html"

    def form(self, *data: Any) -> FileImportForm:
        return FileImportForm(*data, authority=self.request.authority, today=self.today)  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {"titles": TITLES.values()}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(form=self.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if form.is_valid():
            try:
                received = imports.receive_upload(
                    form.cleaned_data["file"], la=form.la, year=form.year, by=self.principal, at=self.now
                )
            except Refusal as refusal:
                refusal.field = form.BESIDE.get(refusal.field or "", refusal.field)
                form.refuse(refusal)
            else:
                read_import.nudge(received.authority_id, received.pk)
                return redirect("file_import", received.public_id)
        return self.draw(422, form=form)


class FileImportPage(AdministratorsPage):
    """How far the reading is; then what loading would do; then what it has done."""

    template = "schools/fileimport_detail.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        file_import = self.fetched(public_id)
        return self.draw(
            file_import=file_import,
            kind=TITLES.get(file_import.kind, ""),
            found=found_in_words(file_import),
            left_out=[
                counted(number, *LEFT_OUT[FileImport.LeftOut(reason)])
                for reason, number in file_import.left_out.items()
            ],
        )


class FileImportLoadPage(AdministratorsPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        file_import = self.fetched(public_id)
        try:
            imports.load(file_import, by=self.principal, at=self.now)
        except Refusal as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, f"{file_import.file_name} is loaded. {file_import.sentence}.")
        return redirect("file_import", public_id)


class FileImportDropPage(AdministratorsPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        file_import = self.fetched(public_id)
        try:
            imports.drop(file_import, by=self.principal, at=self.now)
        except Refusal as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, f"{file_import.file_name} was not loaded. Nothing has changed.")
        return redirect("file_import_list")


def found_in_words(file_import: FileImport) -> str:
    """ "585 schools of yours found, 12 closed, 3 lines unreadable": what the page says first."""
    if file_import.kind in ABOUT_SCHOOLS:
        parts = [f"{counted(file_import.found, 'school', 'schools')} of yours found"]
        if file_import.closed:
            parts.append(f"{file_import.closed:,} closed")
    else:
        parts = [f"{counted(file_import.found, 'row', 'rows')} about schools of yours found"]
    if file_import.unreadable:
        parts.append(counted(file_import.unreadable, "line unreadable", "lines unreadable"))
    return ", ".join(parts)
