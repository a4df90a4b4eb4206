"""A pasted list of school contacts (journey A1, step 3): typed or chosen, looked at, saved."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from schools.actions import contacts
from schools.forms.contacts import ContactListForm, DoubtForm
from schools.models import School, SchoolContact
from schools.rules.contacts import ContactRow, Match, Schools, as_text, read
from schools.views.contacts import ContactsPage
from teams.foundation.drafts import Draft
from teams.foundation.errors import Refusal
from teams.foundation.words import counted

LIST = "school_contacts"  # the draft in which a list waits


class ContactPastePage(ContactsPage):
    """What was pasted stays until it is saved, and the lines that something is wrong with stay after that."""

    template = "schools/schoolcontact_paste.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        draft = kept_list(self.principal.person_id)
        return self.draw(form=ContactListForm(initial=draft.as_initial() if draft else {}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ContactListForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.draw(422, form=form)
        keep_list(self.principal.person_id, form.cleaned_data["words"], at=self.now)
        return redirect("contact_check")


class ContactCheckPage(ContactsPage):
    """Which line means which school, what is in doubt, and what would happen. Nothing is saved before this press."""

    template = "schools/schoolcontact_check.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.open_list():
            return redirect("contact_paste")
        return self.show(self.doubts())

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.open_list():
            messages.warning(request, "There is no list waiting to be saved. It may have been saved already.")
            return redirect("contact_paste")
        form = self.doubts(request.POST)
        if request.POST.get("revision") != str(self.draft.revision):
            form.refuse(Refusal("The list was changed in another window. Look at it again, then save it."))
        if form.is_bound and not form.is_valid():
            return self.show(form, 422)
        return self.save(form)

    def save(self, form: DoubtForm) -> HttpResponse:
        certain = [(row, *self.certain(row, form)) for row in self.list.rows]
        ready = [(row, school, kind) for row, school, kind in certain if school is not None and kind]
        done, refused = contacts.add_lines(ready, by=self.principal, at=self.now)
        for row, reason in refused:
            messages.warning(self.request, f"Line {row.line}: {reason}")
        left = [row.cells for row, school, kind in certain if school is None or not kind]
        left += [row.cells for row, _ in refused] + [wrong.cells for wrong in self.list.wrong]
        new = sum(plan.what != contacts.What.KNOWN for plan in done)
        saved, known = counted(new, "contact is", "contacts are"), counted(len(done) - new, "was", "were")
        messages.success(
            self.request, f"{saved} saved, {known} here already. Confirm each when you have rung the school."
        )
        if not left:
            self.draft.delete()
            return redirect(f"{reverse('contact_list')}?state=unconfirmed")
        keep_list(self.principal.person_id, as_text(self.list.headings, left), at=self.now)
        waiting = counted(len(left), "line waits", "lines wait")
        messages.info(self.request, f"{waiting} below: put right what is wrong with them, then look again.")
        return redirect("contact_paste")

    def open_list(self) -> bool:
        draft = kept_list(self.principal.person_id)
        if draft is None:
            return False
        try:
            self.draft, self.list = draft, read(draft.as_initial()["words"])
        except Refusal:
            return False
        schools = Schools(contacts.school_keys())
        self.matches: dict[int, Match] = {row.line: schools.find(row) for row in self.list.rows}
        chosen = [self.request.POST.get(f"school-{row.line}", "") for row in self.list.rows]
        found = {match.school.urn for match in self.matches.values() if match.school} | set(filter(None, chosen))
        self.schools = {school.urn: school for school in School.objects.filter(urn__in=found)}
        return True

    def doubts(self, data: Any = None) -> DoubtForm:
        return DoubtForm(
            data,
            schools=[
                (row.line, f"Line {row.line}, {row.name}: which school? {match.doubt}", match.suggestions)
                for row, match in ((row, self.matches[row.line]) for row in self.list.rows)
                if match.school is None and match.suggestions
            ],
            kinds=[
                (row.line, f"Line {row.line}, {row.name}: what is “{row.job or 'no job given'}” to the school?")
                for row in self.list.rows
                if not row.kind
            ],
        )

    def certain(self, row: ContactRow, form: DoubtForm) -> tuple[School | None, str]:
        """The school and kind of a line, from itself or from an answer."""
        match = self.matches[row.line]
        urn = match.school.urn if match.school else form.school(row.line)
        return self.schools.get(urn), row.kind or form.kind(row.line)

    def show(self, form: DoubtForm, status: int = 200) -> HttpResponse:
        current: dict[int, list[SchoolContact]] = defaultdict(list)
        here = SchoolContact.objects.current(self.today).filter(
            school__in=[school.pk for school in self.schools.values()]
        )
        for contact in here.select_related("person"):
            current[contact.school_id].append(contact)
        sure, lost = [], []
        for row in self.list.rows:
            match = self.matches[row.line]
            if match.school is not None and row.kind:
                school = self.schools[match.school.urn]
                plan = contacts.plan(current[school.pk], kind=row.kind, name=row.name, email=row.email)
                sure.append((row, school, dict(SchoolContact.Kind.choices)[row.kind], plan))
            elif match.school is None and not match.suggestions:
                lost.append((row.line, row.name, match.doubt))
        return self.draw(
            status, form=form, sure=sure, lost=lost, wrong=self.list.wrong, revision=self.draft.revision,
            total=len(self.list.rows) + len(self.list.wrong),
        )  # fmt: skip


def kept_list(person_id: int | None) -> Draft | None:
    """The list that this person has given and not saved yet."""
    return Draft.objects.of(person_id, LIST, "new").first()


def keep_list(person_id: int | None, words: str, *, at: datetime) -> None:
    before = kept_list(person_id)
    revision = before.revision if before else 0
    assert person_id is not None  # noqa: S101  only people of this authority come here
    Draft.keep(person_id=person_id, form=LIST, about="new", words=[["words", words]], revision=revision, at=at)
