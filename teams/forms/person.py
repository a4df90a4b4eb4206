"""One person: words, address, role, manager, and the last day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms

from teams.actions.left_open import Item, Kind
from teams.forms.people import ROLES
from teams.foundation.access import Principal
from teams.foundation.forms import DateField, Form, Radios
from teams.foundation.words import day as day_in_words
from teams.models import Membership, Person, Team

FURTHER = ""  # the answer that ends no role
AT_ONCE, LATER = "now", "later"


class PersonWordsForm(Form):
    """What is written on papers and in mails."""

    name = forms.CharField(label="Name", max_length=120)
    job = forms.CharField(label="Job", max_length=120, required=False, help_text="As it stands on papers")
    telephone = forms.CharField(label="Telephone number", max_length=40, required=False)


class AddressForm(Form):
    email = forms.EmailField(label="New e-mail address", max_length=254, help_text="The work address")


class RoleForm(Form):
    """A role from a day on, in place of one that is held or as a further one."""

    instead_of = forms.ChoiceField(label="Which role changes?", required=False)
    role = forms.ChoiceField(label="Role", choices=[("", "Choose a role"), *ROLES])
    team = forms.ModelChoiceField(Team.objects.none(), label="Team", required=False, empty_label="No team")
    starts_on = DateField(label="From which day?", help_text="The old role ends the day before")

    def __init__(self, data: Any = None, *, held: Sequence[Membership], principal: Principal, today: date) -> None:
        now = held[0] if held else None
        said = {
            "instead_of": str(now.pk) if now else FURTHER,
            "role": now.role if now else "",
            "team": now.team if now else None,
            "starts_on": today,
        }
        super().__init__(data, initial=said)
        self.held = {str(each.pk): each for each in held}
        roles = [(key, in_words(each)) for key, each in self.held.items()]
        if roles:
            which = cast("forms.ChoiceField", self.fields["instead_of"])
            which.choices = [*roles, (FURTHER, "None: this is a further role")]
        else:
            del self.fields["instead_of"]
            self.fields["starts_on"].help_text = ""
        cast("forms.ModelChoiceField", self.fields["team"]).queryset = Team.objects.visible_to(principal)

    def chosen(self) -> Membership | None:
        return self.held.get(self.cleaned_data.get("instead_of", FURTHER))


class EndRoleForm(Form):
    held = forms.ChoiceField(label="Which role ends?", widget=Radios())
    ends_on = DateField(label="Last day")

    def __init__(self, data: Any = None, *, held: Sequence[Membership], today: date) -> None:
        super().__init__(data, initial={"held": str(held[0].pk) if held else "", "ends_on": today})
        self.roles = {str(each.pk): each for each in held}
        cast("forms.ChoiceField", self.fields["held"]).choices = [(key, in_words(x)) for key, x in self.roles.items()]

    def chosen(self) -> Membership:
        return self.roles[self.cleaned_data["held"]]


class ManagerForm(Form):
    manager = forms.ModelChoiceField(Person.objects.none(), label="Manager", required=False, empty_label="Nobody")
    starts_on = DateField(label="From which day?")

    def __init__(
        self, data: Any = None, *, person: Person, now: Person | None, principal: Principal, today: date
    ) -> None:
        super().__init__(data, initial={"manager": now, "starts_on": today})
        field = cast("forms.ModelChoiceField", self.fields["manager"])
        field.queryset = Person.objects.at_council(today).visible_to(principal).exclude(pk=person.pk)


class LeaveForm(Form):
    """When, and who takes what is left open: one person all of it, or somebody else one thing or another."""

    when = forms.ChoiceField(
        label="When does access end?",
        choices=[(AT_ONCE, "At once"), (LATER, "At the end of a later day")],
        widget=Radios(reveals={LATER: ["on"]}),
    )
    on = DateField(label="Last day", required=False)
    taker = forms.ModelChoiceField(
        Person.objects.none(),
        label="Who takes what is left open?",
        required=False,
        empty_label="Not known yet: it waits for an administrator",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        left_open: Sequence[tuple[Kind, Sequence[Item]]],
        proposed: Person | None,
        takers: Any,
    ) -> None:
        super().__init__(data, initial={"when": AT_ONCE, "taker": proposed})
        if not left_open:
            del self.fields["taker"]
            self.boxes: dict[str, tuple[str, Any]] = {}
            return
        cast("forms.ModelChoiceField", self.fields["taker"]).queryset = takers
        several = sum(len(items) for _, items in left_open) > 1
        # A box of its own for each thing; the names are asked for once.
        self.by_public_id = {str(each.public_id): each for each in takers}
        names = [("", "As above"), *((key, each.name) for key, each in self.by_public_id.items())]
        self.boxes = {
            f"taker-{kind.name}-{item.item_id}": (kind.name, item.item_id)
            for kind, items in left_open
            for item in items
            if several
        }
        words = {item.item_id: item.words for _, items in left_open for item in items}
        for box, (_, item_id) in self.boxes.items():
            self.fields[box] = forms.ChoiceField(label=words[item_id], choices=names, required=False)

    def main(self) -> list[Any]:
        """The fields to draw in any case; the boxes of single things stand behind a line that opens them."""
        return [field for field in self.groups() if field.name not in self.boxes]

    def single(self) -> list[Any]:
        return [self[name] for name in self.boxes]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("when") == LATER and not typed.get("on") and "on" not in self.errors:
            self.add_error("on", "Enter the last day")
        return typed

    @property
    def last_day(self) -> date | None:
        return self.cleaned_data["on"] if self.cleaned_data["when"] == LATER else None

    def others(self) -> dict[tuple[str, Any], Person | None]:
        chosen = {about: self.cleaned_data.get(box, "") for box, about in self.boxes.items()}
        return {about: self.by_public_id[key] for about, key in chosen.items() if key}


class TakerForm(Form):
    """Somebody else takes what still waits."""

    taker = forms.ModelChoiceField(Person.objects.none(), label="Who takes it?", empty_label="Choose somebody")

    def __init__(self, data: Any = None, *, takers: Any) -> None:
        super().__init__(data)
        cast("forms.ModelChoiceField", self.fields["taker"]).queryset = takers


def in_words(held: Membership) -> str:
    """ "Worker, East 1 team, since 1 September 2024"."""
    team = f", {held.team.name}" if held.team else ""
    return f"{held.get_role_display()}{team}, from {day_in_words(held.starts_on)}"
