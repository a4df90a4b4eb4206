"""One person, for administrators: who they are, what they are here, how they come in, and what was sent to them."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from teams.actions import addresses, memberships
from teams.actions.invitations import INVITATION
from teams.forms.person import AddressForm, EndRoleForm, ManagerForm, PersonWordsForm, RoleForm
from teams.foundation.access import COUNCIL_ROLES
from teams.foundation.errors import Refusal
from teams.foundation.sent import letters_to
from teams.foundation.words import day as day_in_words
from teams.models import AgencyPerson, Employment, HandOver, LineManagement, Membership, Person
from teams.views.set_up import AdministratorPage

SHOWN = 20


class AboutPerson(AdministratorPage):
    """One person through the wall."""

    by_policy = True

    @cached_property
    def person(self) -> Person:
        rows = Person.objects.select_related("user")
        found: Person = self.fetch(rows, self.kwargs["public_id"])
        return found

    def facts(self) -> dict[str, Any]:
        return {"person": self.person}

    def back(self) -> HttpResponse:
        return redirect("person", self.person.public_id)


class PersonPage(AboutPerson):
    template = "teams/person_detail.html"

    def facts(self) -> dict[str, Any]:
        person = self.person
        fresh, letters = person.address_is_fresh(self.now), letters_to(person, now=self.now)
        invited = [each for each in letters if each.notice.kind == INVITATION]
        held = list(Membership.objects.filter(person=person).select_related("team").order_by("-starts_on", "pk"))
        now = [each for each in held if each.ends_on is None or each.ends_on >= self.today]
        lines = LineManagement.objects.filter(person=person).select_related("manager").order_by("-starts_on")
        managed = LineManagement.objects.on(self.today).filter(manager=person).select_related("person")
        posts = Employment.objects.filter(person=person).select_related("post__team").order_by("-starts_on")
        return super().facts() | {
            "held": held,
            "is_colleague": any(each.role in COUNCIL_ROLES for each in now),
            "was_colleague": any(each.role in COUNCIL_ROLES for each in held),
            "has_left": person.left_at is not None,
            "lines": list(lines),
            "managed": [line.person for line in managed.order_by("person__name", "pk")],
            "posts": list(posts),
            "agencies": list(AgencyPerson.objects.visible_to(self.principal).filter(person=person).for_page()),
            "letters": letters[:SHOWN],
            "invited": invited[0] if invited else None,
            "address_is_fresh": fresh,
            "may_vouch": fresh and person.may_be_vouched_for_by(self.principal),
            "waits": HandOver.objects.still_open().filter(person=person).count(),
            "today": self.today,
        }


class PersonFormPage(AboutPerson):
    """One form about one person: a refusal comes back beside its box with everything typed."""

    template = "teams/person_form.html"
    heading = ""
    now_do = ""
    button = "Save"

    def form(self, data: Any = None) -> Any:
        raise NotImplementedError

    def do(self, form: Any) -> str:
        """One verb; returns what is said afterwards."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        words = {"heading": self.heading, "now_do": self.now_do, "button": self.button}
        return super().facts() | {key: text.format(name=self.person.name) for key, text in words.items()}

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                said = self.do(form)
            except Refusal as refused:
                form.refuse(refused)
            else:
                messages.success(request, said)
                return self.back()
        return self.draw(422, form=form)


class PersonChangePage(PersonFormPage):
    heading = "Change name, job or number"
    now_do = "Papers and mails of from now on carry it. What was signed keeps the words that were read."

    def form(self, data: Any = None) -> PersonWordsForm:
        person = self.person
        return PersonWordsForm(data, initial={"name": person.name, "job": person.job, "telephone": person.telephone})

    def do(self, form: Any) -> str:
        with self.person.moving("change", by=self.principal, at=self.now):
            for name, value in form.cleaned_data.items():
                setattr(self.person, name, value)
        return f"{self.person.name} is saved."


class PersonAddressPage(PersonFormPage):
    heading = "Change the e-mail address"
    now_do = (
        "{name} is signed out everywhere now. Password, council account, codes from an app and tokens of before open "
        "nothing any more: {name} comes in by a code to the new address, or by a new invitation. The old mailbox is "
        "told. For a day, or until a second person says that it is right, nobody comes in with the new address."
    )
    button = "Change the address"

    def form(self, data: Any = None) -> AddressForm:
        return AddressForm(data)

    def do(self, form: Any) -> str:
        addresses.change_address(self.person, form.cleaned_data["email"], by=self.principal, at=self.now)
        return f"The address of {self.person.name} is changed. Ask a colleague to say on this page that it is right."


class PersonVouchPage(AboutPerson):
    """A second person has looked at a new address."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        try:
            self.person.vouch_for_address(by=self.principal, at=self.now)
        except Refusal as refused:
            messages.warning(request, refused.message)
        else:
            messages.success(request, f"{self.person.name} can come in with the new address.")
        return self.back()


class PersonRolePage(PersonFormPage):
    heading = "What does {name} do here?"
    now_do = "Choose the role and the day from which it holds."

    def form(self, data: Any = None) -> RoleForm:
        held = memberships.council_roles_of(self.person, on=self.today)
        return RoleForm(data, held=held, principal=self.principal, today=self.today)

    def do(self, form: Any) -> str:
        said = form.cleaned_data
        held = memberships.give_role(
            self.person,
            role=said["role"],
            team=said["team"],
            starts_on=said["starts_on"],
            instead_of=form.chosen(),
            by=self.principal,
            at=self.now,
        )
        return f"{self.person.name}: {held.get_role_display().lower()} from {day_in_words(held.starts_on)} on."


class PersonRoleEndPage(PersonFormPage):
    heading = "End a role of {name}"
    now_do = "Choose the role and its last day. Does {name} leave altogether? Use “Leaves” instead."
    button = "End this role"

    def form(self, data: Any = None) -> EndRoleForm:
        return EndRoleForm(data, held=memberships.council_roles_of(self.person, on=self.today), today=self.today)

    def do(self, form: Any) -> str:
        held = form.chosen()
        memberships.end_role(held, on=form.cleaned_data["ends_on"], by=self.principal, at=self.now)
        return f"{self.person.name}: last day as {held.get_role_display().lower()} is {day_in_words(held.ends_on)}."


class PersonManagerPage(PersonFormPage):
    heading = "Who manages {name}?"
    now_do = "Choose the manager and the day from which it holds."

    def form(self, data: Any = None) -> ManagerForm:
        line = LineManagement.objects.on(self.today).filter(person=self.person).select_related("manager").first()
        return ManagerForm(
            data,
            person=self.person,
            now=line.manager if line else None,
            principal=self.principal,
            today=self.today,
        )

    def do(self, form: Any) -> str:
        manager = form.cleaned_data["manager"]
        memberships.set_manager(
            self.person, manager, starts_on=form.cleaned_data["starts_on"], by=self.principal, at=self.now
        )
        return f"{manager.name} manages {self.person.name}." if manager else f"Nobody manages {self.person.name}."
