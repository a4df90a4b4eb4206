"""Who speaks for a school: a pasted list, what is in doubt about it, and one contact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from schools.models import SchoolContact
from schools.rules.contacts import ContactList, SchoolKey, read
from teams.forms.rows import RowsForm
from teams.foundation.forms import Checkboxes, Form

LATER = ""  # the answer that leaves a line for later


class ContactListForm(RowsForm):
    """After `is_valid`, `contacts` is what was read."""

    most_mb, of_what = 2, "contacts"
    contacts: ContactList

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = "School (name or URN), name, job, e-mail: straight from a spreadsheet"

    def read(self, text: str) -> None:
        self.contacts = read(text)


class DoubtForm(Form):
    """One question for each thing in doubt: `school-7` and `kind-7` are about line 7. An answer may wait."""

    def __init__(
        self,
        *args: Any,
        schools: Iterable[tuple[int, str, Sequence[SchoolKey]]],
        kinds: Iterable[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for line, question, suggestions in schools:
            choices = [(LATER, "Leave this line for later"), *((str(each.urn), each.label) for each in suggestions)]
            self.fields[f"school-{line}"] = forms.ChoiceField(label=question, choices=choices, required=False)
        for line, question in kinds:
            choices = [(LATER, "Leave this line for later"), *SchoolContact.Kind.choices]
            self.fields[f"kind-{line}"] = forms.ChoiceField(label=question, choices=choices, required=False)

    def school(self, line: int) -> str:
        """The URN that was chosen for a line; "" where none was."""
        return str(self.cleaned_data.get(f"school-{line}", LATER))

    def kind(self, line: int) -> str:
        return str(self.cleaned_data.get(f"kind-{line}", LATER))


class TicksForm(Form):
    """Several contacts at once."""

    contacts = forms.MultipleChoiceField(
        label="Whom have you checked?",
        help_text="Ring the school, or meet them, before you tick. Heads and in-school leads can then sign in",
        choices=[],
        widget=Checkboxes(),
        error_messages={"required": "Tick at least one, or go back to the list"},
    )

    def __init__(self, *args: Any, contacts: Iterable[SchoolContact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = list(contacts)
        field = self.fields["contacts"]
        names = [(str(each.public_id), f"{each.person.name}, {each.school.name}") for each in contacts]
        field.choices = names  # type: ignore[attr-defined]
        field.widget.hints = {
            str(each.public_id): f"{each.get_kind_display()}, {each.person.email or 'no address'}" for each in contacts
        }


class ContactForm(Form):
    """One contact, added or changed."""

    kind = forms.ChoiceField(label="What they are to the school", choices=SchoolContact.Kind.choices)
    name = forms.CharField(label="Name", max_length=120)
    job = forms.CharField(label="Job", max_length=120, required=False, help_text="As it stands on papers")
    email = forms.EmailField(label="E-mail address", max_length=254)
    telephone = forms.CharField(label="Telephone number", max_length=40, required=False)

    @classmethod
    def of(cls, contact: SchoolContact, data: Any = None) -> ContactForm:
        """For a change: what somebody is to the school is not changed but ended, and begun anew."""
        person = contact.person
        words = {"name": person.name, "job": person.job, "email": person.email, "telephone": person.telephone}
        form = cls(data, initial=words)
        del form.fields["kind"]
        return form
