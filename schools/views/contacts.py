"""Who speaks for the schools (journeys A1, step 3, and A3): all of them, and one at a time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from schools.actions import agreement_mail, contacts
from schools.forms.contacts import ContactForm, TicksForm
from schools.models import School, SchoolContact
from schools.permissions import SIGN_LINK
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.foundation.mail import Notice
from teams.foundation.sent import letters_to
from teams.foundation.views import Page
from teams.foundation.words import counted

ROWS = 50
LETTERS = 20
STATES = {"": "All", "unconfirmed": "Not confirmed", "bounced": "Mail came back"}


class ContactsPage(Page):
    """Contacts are kept by managers and administrators."""

    roles = frozenset({Role.ADMINISTRATOR, Role.TEAM_MANAGER, Role.SENIOR_MANAGER})

    def current(self, public_id: UUID) -> SchoolContact:
        """One contact with person and school; one that has ended is not there any more."""
        rows = SchoolContact.objects.current(self.today).select_related("person", "school")
        found: SchoolContact = self.fetch(rows, public_id)
        return found


class ContactListPage(ContactsPage):
    """Everybody who speaks for a school; those whose mail came back, and those nobody has confirmed, by themselves."""

    template = "schools/schoolcontact_list.html"

    def facts(self) -> dict[str, Any]:
        current = SchoolContact.objects.visible_to(self.principal).current(self.today)
        state = self.request.GET.get("state", "")
        words = self.request.GET.get("words", "").strip()[:100]
        counts = current.aggregate(
            all=Count("pk"),
            unconfirmed=Count("pk", filter=Q(confirmed_at=None, bounced_at=None)),
            bounced=Count("pk", filter=Q(bounced_at__isnull=False)),
        )
        rows = {"unconfirmed": current.unconfirmed().filter(bounced_at=None), "bounced": current.bounced()}.get(
            state, current
        )
        if words:
            rows = rows.named_like(words)
        rows = rows.select_related("person", "school").order_by("school__name", "kind", "pk")
        page = Paginator(rows, ROWS).get_page(self.request.GET.get("page"))
        return {
            "page": page,
            "state": state if state in STATES else "",
            "states": [(key, text, counts[key or "all"]) for key, text in STATES.items()],
            "words": words,
            "ticks": TicksForm(contacts=page.object_list) if state == "unconfirmed" else None,
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Confirm the ticked ones. One without an address is said and left, the others are confirmed."""
        unconfirmed = SchoolContact.objects.visible_to(self.principal).current(self.today).unconfirmed()
        ticked = request.POST.getlist("contacts")
        offered = list(unconfirmed.filter(public_id__in=uuids(ticked)).select_related("person", "school"))
        form = TicksForm(request.POST, contacts=offered)
        if not form.is_valid():
            on_page = self.facts()["page"].object_list
            return self.draw(422, form=TicksForm(request.POST, contacts=on_page))
        done = 0
        for contact in offered:
            try:
                contacts.confirm(contact, by=self.principal, at=self.now)
            except Refusal as refusal:
                messages.warning(request, refusal.message)
            else:
                done += 1
        if done:
            messages.success(request, f"{counted(done, 'contact is', 'contacts are')} confirmed.")
        return redirect(f"{reverse('contact_list')}?state=unconfirmed")


class ContactPage(ContactsPage):
    """One contact, for somebody on the telephone: what was sent, opened, answered; never what stood in it."""

    template = "schools/schoolcontact_detail.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        rows = SchoolContact.objects.select_related("person__user", "school")
        contact: SchoolContact = self.fetch(rows, public_id)
        letters = letters_to(contact.person, now=self.now)[:LETTERS]
        is_over = contact.ends_on is not None and contact.ends_on < self.today
        return self.draw(
            contact=contact,
            person=contact.person,
            school=contact.school,
            is_over=is_over,
            letters=letters,
            sign_link=SIGN_LINK,
            again=set() if is_over else agreement_mail.may_be_sent_again(contact, letters, on=self.today),
            address_is_fresh=contact.person.address_is_fresh(self.now),
        )


class ContactSendAgainPage(ContactsPage):
    """A new link, because somebody at the school has rung and asked for it. It leads back to the contact."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        contact = self.current(public_id)
        wanted = uuids([request.POST.get("mail", "")])
        notice = Notice.objects.filter(person=contact.person, public_id__in=wanted).first()
        if notice is None:
            raise Http404("No such mail was sent to this contact.")
        try:
            agreement_mail.send_because_asked(contact, notice, by=self.principal, at=self.now)
        except Refusal as refusal:
            messages.warning(request, refusal.message)
        else:
            waits = "" if request.authority.mails_may_go else " It goes when the doors open."  # type: ignore[attr-defined]
            messages.success(
                request,
                f"A new link is on its way to {contact.person.email}. Older links open nothing any more.{waits}",
            )
        return redirect("contact", public_id)


class ContactFormPage(ContactsPage):
    """A form about one contact, or a new one of a school."""

    template = "schools/schoolcontact_form.html"
    school: School

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                self.do(form.cleaned_data)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return redirect("school", self.school.public_id)
        return self.draw(422, form=form)

    def form(self, data: Any = None) -> ContactForm:
        raise NotImplementedError

    def do(self, said: dict[str, Any]) -> None:
        raise NotImplementedError


class ContactAddPage(ContactFormPage):
    def facts(self) -> dict[str, Any]:
        return {"school": self.school, "contact": None}

    def form(self, data: Any = None) -> ContactForm:
        self.school = self.fetch(School.objects.all(), self.kwargs["public_id"])
        return ContactForm(data)

    def do(self, said: dict[str, Any]) -> None:
        contact, plan = contacts.add(self.school, **said, by=self.principal, at=self.now)
        messages.success(self.request, f"{contact.person.name}: {plan.in_words[0].lower()}{plan.in_words[1:]}.")


class ContactChangePage(ContactFormPage):
    def facts(self) -> dict[str, Any]:
        return {"school": self.school, "contact": self.contact}

    def form(self, data: Any = None) -> ContactForm:
        self.contact = self.current(self.kwargs["public_id"])
        self.school = self.contact.school
        return ContactForm.of(self.contact, data)

    def do(self, said: dict[str, Any]) -> None:
        before = self.contact.person.email
        contacts.change(self.contact, **said, by=self.principal, at=self.now)
        more = "" if before == said["email"].lower() else " Confirm the new address when you have rung."
        messages.success(self.request, f"{self.contact.person.name} is changed.{more}")


class ContactActPage(ContactsPage):
    """One press about one contact, from the school's page or a list; it leads back to where it came from."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.contact = self.current(public_id)
        try:
            said = self.act()
        except Refusal as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, said)
        if request.POST.get("back") in STATES:
            return redirect(f"{reverse('contact_list')}?state={request.POST['back']}")
        return redirect("school", self.contact.school.public_id)

    def act(self) -> str:
        raise NotImplementedError


class ContactConfirmPage(ContactActPage):
    def act(self) -> str:
        contacts.confirm(self.contact, by=self.principal, at=self.now)
        return f"{self.contact.person.name} is confirmed."


class ContactBouncePage(ContactActPage):
    def act(self) -> str:
        self.contact.bounce(by=self.principal, at=self.now)
        return f"Mail to {self.contact.person.name} came back: change the address, or end the contact."


class ContactEndPage(ContactsPage):
    """They no longer speak for the school. Asked once more, for access ends at this moment."""

    template = "schools/schoolcontact_end.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.draw(contact=self.current(public_id))

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        contact = self.current(public_id)
        contacts.end(contact, by=self.principal, at=self.now)
        messages.success(request, f"{contact.person.name} speaks for {contact.school.name} no longer.")
        return redirect("school", contact.school.public_id)


def uuids(texts: list[str]) -> list[UUID]:
    """Those that are one."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
