"""The head's part (journey H5): one page, by a link or signed in. Looking changes nothing; one press sends."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from performance.actions import head_parts, the_year
from performance.forms.head_parts import HeadPartForm
from performance.models import HeadPart
from schools.actions.calendars import county_calendar
from schools.actions.next_year import Choices, choices_of
from schools.models import NextYear
from schools.rules.calendar import SchoolCalendar
from teams import codes
from teams.actions.feeds import entry
from teams.foundation import audit, drafts, links
from teams.foundation.access import COUNCIL_ROLES, Principal, policy_of
from teams.foundation.drafts import Conflict, Draft
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link
from teams.foundation.views import Page
from teams.models import Person
from teams.rules.ical import CONTENT_TYPE, calendar_file
from teams.views.drafts import KeepsWords

SEND, OPEN, NEW_LINK, USE = "send", "open", "new_link", "use-"
SAVED = "Saved. It is sent when you press “Send my part”."


def _may_type(principal: Principal, about: str) -> bool:
    """May this person still write this school's part?"""
    try:
        key = UUID(about)
    except ValueError:
        return False
    part = HeadPart.objects.visible_to(principal).for_page().filter(public_id=key).first()
    return part is not None and part.may("give", principal)


KIND = drafts.Kind(head_parts.DRAFT, _may_type)


class WritesPart(KeepsWords):
    """One look or one press of whoever writes a school's part, whichever way they came in."""

    draft_form = head_parts.DRAFT
    request: HttpRequest
    principal: Any
    now: datetime
    part: HeadPart

    def draft_about(self) -> str:
        return str(self.part.public_id)

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        raise NotImplementedError

    @property
    def is_coming(self) -> bool:
        """Has whoever looks said that she comes, to a meeting that has its time and is ahead?"""
        review, is_hers = self.part.review, self.part.person_id == self.principal.person_id
        if not is_hers or not self.part.comes or review.is_over or review.occasion is None:
            return False
        return bool(review.occasion.starts_at > self.now)

    def calendar(self) -> HttpResponse:
        """The meeting for the school's own calendar."""
        entries = [entry(self.part.review.occasion)]
        response = HttpResponse(calendar_file(entries, name="Yearly review", at=self.now), content_type=CONTENT_TYPE)
        response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
        return response

    def too_late(self) -> HttpResponse | None:
        """Words that were posted when nothing can be sent any more come back in full. None where there are none."""
        unsent = self.unsent() if self.request.method == "POST" else []
        if not unsent:
            return None
        is_kept = False
        if self.part.status == HeadPart.Status.ASKED and self.is_known:
            with suppress(Conflict):  # what was saved before stays; what was typed here stands on the page
                self.keep_typing()
                is_kept = True
        return self.show(409, unsent=unsent, is_kept=is_kept)

    @property
    def is_known(self) -> bool:
        """Is it certain whose words these are?"""
        return True

    def unsent(self) -> list[tuple[str, str]]:
        """What was posted, each beside its question; nothing where it is what was sent already."""
        form, part = self.form(self.request.POST), self.part
        typed = {name: _plain(self.request.POST.get(name, "")) for name in form.fields}
        boxes = ("difference", "wishes", "expected", "expected_why")
        if part.status == HeadPart.Status.GIVEN and all(typed[name] == _plain(getattr(part, name)) for name in boxes):
            return []
        found = []
        for name, words in typed.items():
            choices = dict(getattr(form.fields[name], "choices", ()))
            if words:
                found.append((str(form[name].label), str(choices.get(words, words))))
        return found

    @cached_property
    def choices(self) -> Choices:
        authority = self.request.authority  # type: ignore[attr-defined]
        terms = [(each.starts_on, each.ends_on) for each in self.county.terms]
        return choices_of(self.part.placement, authority=authority, today=timezone.localdate(self.now), terms=terms)

    @cached_property
    def county(self) -> SchoolCalendar:
        return county_calendar()

    @cached_property
    def said_before(self) -> list[the_year.Said]:
        review = self.part.review
        return the_year.said_before(
            self.part.placement, review.worker, starts_on=review.starts_on, ends_on=review.ends_on
        )

    def form(self, data: Any = None, initial: dict[str, Any] | None = None) -> HeadPartForm:
        review = self.part.review
        return HeadPartForm(
            data,
            initial=initial or {},
            choices=self.choices,
            meets=review.meets,
            manager=self.part.placement.manager.name,
        )

    def kept(self) -> HeadPartForm:
        """With what was saved before."""
        return self.form(initial=self.draft.as_initial() if self.draft else {})

    def part_facts(self) -> dict[str, Any]:
        review, today = self.part.review, timezone.localdate(self.now)
        return {
            "part": self.part,
            "review": review,
            "school": self.part.placement.school,
            "manager": review.manager,
            "rings": self.part.placement.manager,  # whose the school's answer about next year is
            "telephone": review.manager.telephone or self.request.authority.telephone,  # type: ignore[attr-defined]
            "is_read_at_once": self.part.read_on <= today,
            "is_coming": self.is_coming,
            "form": None,
            "conflicts": [],
            "unsent": [],
            "is_kept": False,
        }

    def facts_to_write(self, form: HeadPartForm) -> dict[str, Any]:
        """The year's facts, so that nobody needs memory; and what the school said before, to be used again."""
        review = self.part.review
        year = the_year.facts_of(
            self.part.placement,
            review.worker,
            starts_on=review.starts_on,
            ends_on=review.ends_on,
            now=self.now,
            county=self.county,
        )
        return {"form": form, "typing": self.typing(), "year": year, "said": self.said_before}

    def take(self, press: str) -> HttpResponse | None:
        """What was typed is kept before anything is checked. None: it is sent."""
        try:
            typing = self.keep_typing()
        except Conflict as conflict:
            return self.both(conflict.current)
        if press.startswith(USE):
            return self.show(**self.facts_to_write(self.with_words_of(press.removeprefix(USE))) | {"typing": typing})
        if press != SEND:
            messages.success(self.request, SAVED)
            return redirect(self.request.path)
        form = self.form(self.request.POST)
        if form.is_valid():
            person = Person.objects.get(pk=self.principal.person_id)
            try:
                head_parts.give(self.part, form.said(self.choices), person=person, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return None
        return self.show(422, **self.facts_to_write(form) | {"typing": typing})

    def with_words_of(self, number: str) -> HeadPartForm:
        """What the school said at a supervision, put into the box by one press; nothing is sent."""
        typed = self.request.POST.dict()
        if number.isascii() and number.isdigit() and int(number) < len(self.said_before):
            words = [typed.get("wishes", "").strip(), self.said_before[int(number)].why]
            typed["wishes"] = "\n".join(each for each in words if each)
        return self.form(initial=typed)

    def both(self, other: Draft) -> HttpResponse:
        """Typed here and somewhere else: both in full, and nothing is decided."""
        form = self.form(self.request.POST)
        return self.show(409, **self.facts_to_write(form) | self.typed_twice(form, other))


def _plain(words: str) -> str:
    return "\n".join(words.split("\r\n")).strip()


class HeadPartPage(WritesPart, Page):
    """Signed in: written by the head; read by who leads the review, and by the worker from the day on."""

    by_policy = True
    template = "performance/head_part.html"

    @cached_property
    def sees_next_year(self) -> bool:
        """Not the worker, say: her manager tells her herself."""
        key = self.part.next_year_id
        return key is not None and NextYear.objects.visible_to(self.principal).filter(pk=key).exists()

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        facts = self.part_facts() | {"link": None, "may_read": True, "sees_next_year": self.sees_next_year}
        return self.draw(status, **facts | more)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.part = self.fetch(HeadPart.objects.for_page().select_related("next_year"), public_id)
        audit.record("headpart.read", by=self.principal, at=self.now, subjects=[self.part])
        if self.sees_next_year and self.principal.has(*COUNCIL_ROLES):  # what the school says is for few of the council
            audit.record("nextyear.read", by=self.principal, at=self.now, subjects=[self.part.next_year])
        if "calendar" in request.GET and self.is_coming:
            return self.calendar()
        if self.part.may("give", self.principal):
            return self.show(**self.facts_to_write(self.kept()))
        return self.show()

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.part = self.fetch(HeadPart.objects.for_page(), public_id)
        if not policy_of(HeadPart).may(self.principal, "give", self.part):
            raise NotAllowed("headpart.give", str(public_id))
        if self.part.status != HeadPart.Status.ASKED:
            return self.too_late() or redirect("head_part", public_id)  # sent already: what was sent is shown
        return self.take(request.POST.get("press", "")) or self.typing_is_in(redirect("head_part", public_id))


def head_part_by_link(request: HttpRequest, link: Link) -> HttpResponse:
    """GET changes nothing and uses nothing up; what was typed before is shown only to whoever reads the mailbox."""
    rows = HeadPart.objects.visible_to(request.principal).for_page().select_related("next_year")  # type: ignore[attr-defined]
    part = rows.filter(public_id=link.subject_id).first()
    if part is None:  # no longer this school's head, say: the same words as for a link that never was
        return render(request, "teams/link_unknown.html", status=404)
    return ByLink(request, link, part).respond()


class ByLink(WritesPart):
    """One look or one press with a link in hand."""

    def __init__(self, request: HttpRequest, link: Link, part: HeadPart) -> None:
        self.request, self.link, self.part = request, link, part
        self.principal = request.principal  # type: ignore[attr-defined]
        self.now = timezone.now()

    @property
    def is_open(self) -> bool:
        return self.part.status == HeadPart.Status.ASKED and self.link.is_open(self.now)

    @cached_property
    def is_proved(self) -> bool:
        return codes.may_read(self.request, self.link, at=self.now)

    @property
    def is_known(self) -> bool:
        """A link that is over shows nothing more; but who has proved the mailbox before may keep what she typed."""
        same_mailbox = self.link.address.lower() == self.link.person.email.lower()
        return same_mailbox and codes.passed(self.request, self.link)

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        is_waiting = self.part.status == HeadPart.Status.ASKED
        facts = self.part_facts() | {
            "is_kept": is_waiting and not self.is_open and self.draft is not None,
            "link": self.link,
            "address": codes.masked(self.link.address),
            "is_void": self.link.voided_at is not None,
            "is_open": self.is_open,
            "may_read": self.is_proved,
            "sees_next_year": True,
            "has_words": self.is_open and not self.is_proved and self.draft is not None,
        }
        return render(self.request, "performance/head_part.html", facts | more, status=status)

    def respond(self) -> HttpResponse:
        press = self.request.POST.get("press", "")
        if press == NEW_LINK:
            return self.new_link()
        if not self.is_open:
            if "calendar" in self.request.GET and self.is_coming and self.is_proved:
                return self.calendar()
            return self.too_late() or self.show()
        if self.request.method != "POST":
            return self.show(**self.facts_to_write(self.kept() if self.is_proved else self.form()))
        asked = codes.prove(self.request, self.link, at=self.now)  # before anything is kept, sent or shown again
        if asked is not None:
            return asked
        self.is_proved = True
        if press == OPEN:
            response: HttpResponse | None = redirect(self.request.path)
        else:
            response = self.take(press)
        if response is None:
            self.link.mark_answered(answer="you sent your part", at=self.now)
            response = self.typing_is_in(redirect(self.request.path))
        links.remember_device(response, self.link, secure=self.request.is_secure())  # refused or not: it is theirs
        return response

    def facts_to_write(self, form: HeadPartForm) -> dict[str, Any]:
        facts = super().facts_to_write(form)
        return facts if self.is_proved else facts | {"said": []}

    def typing(self) -> Any:
        """Where the mailbox is not proved nothing is told of what was saved, not even its number."""
        found = super().typing()
        if not self.is_proved:
            found.revision, found.saved_at = 0, None
        return found

    def new_link(self) -> HttpResponse:
        """To the same mailbox, at once."""
        try:
            head_parts.send_new_link(self.part, to=self.link.person, at=self.now)
        except Refusal as refusal:
            return self.show(409, refusal=refusal.message)
        return self.show(sent_again=True)
