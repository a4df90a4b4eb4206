"""The pages of whoever is asked (journeys Y1, Y2): one question on a screen, and nobody signed in.

The token is the key. Looking changes nothing; each press is kept at once, and no answer that was given is ever drawn
again: not to whoever comes back, and not to whoever holds the same link. A ticket is answered where it was begun; begun
again elsewhere, what was pressed before is forgotten. Every word comes from the questionnaire's wording.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from casework.actions import worries
from casework.models import Worry
from casework.rules.worries import come_by
from performance.actions import asking
from performance.forms.asking import RingForm
from performance.models import Ticket, Wave
from teams.foundation.errors import Refusal
from teams.foundation.words import clock
from teams.questionnaires.forms import QuestionForm
from teams.questionnaires.models import Wording
from teams.questionnaires.rules import Question
from teams.questionnaires.shipped import YOUNG_PERSONS

BEGAN = "asked"  # in the session: where this browser has begun, by the number of the ticket
WORRY = "worry_asked"  # and the worry that was asked about here, with the moment of the press


@login_not_required
@never_cache
def asked(request: HttpRequest, token: str) -> HttpResponse:
    """Where somebody is in their questions."""
    ticket = Ticket.objects.with_token(token).first()
    if ticket is None:
        return render(request, "teams/link_unknown.html", status=404)
    return Asked(request, token, ticket).respond()


@login_not_required
@never_cache
def asked_safe(request: HttpRequest, token: str) -> HttpResponse:
    """Worried or not safe: the numbers, whatever has become of the link."""
    ticket = Ticket.objects.with_token(token).first()
    if ticket is None:
        words = YOUNG_PERSONS.words
        facts = {"words": words, "wording": None, "token": "", "chosen": "", "worry": None, "can_ask": None}
        return render(request, "performance/asked_safe.html", facts)
    return Asked(request, token, ticket).safe()


@login_not_required
@never_cache
def asked_ring(request: HttpRequest, token: str) -> HttpResponse:
    """ "Ring me instead", for a parent."""
    ticket = Ticket.objects.with_token(token).first()
    if ticket is None or ticket.wave.kind != Wave.Kind.PARENT:
        return render(request, "teams/link_unknown.html", status=404)
    return Asked(request, token, ticket).ring()


class Asked:
    """One look or one press."""

    def __init__(self, request: HttpRequest, token: str, ticket: Ticket) -> None:
        self.request, self.token, self.ticket = request, token, ticket
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        self.press = request.POST.get("press", "")
        self.names = asking.names(ticket)

    # Where things stand.

    @property
    def is_here(self) -> bool:
        """Was it begun in this browser?"""
        known: str = self.request.session.get(BEGAN, {}).get(str(self.ticket.pk), "")
        return bool(self.ticket.browser) and known == self.ticket.browser

    @property
    def is_too_late(self) -> bool:
        """The round is over, and without a name nothing can be counted any more."""
        return not self.ticket.wave.is_open and not self.ticket.named

    @property
    def wording(self) -> Wording:
        language = self.request.POST.get("language") or self.request.GET.get("language") or self.ticket.language
        return self.ticket.wave.questionnaire.in_language(language)

    @property
    def chosen(self) -> str:
        """What goes with every link until the first press keeps the language: "?language=ur"; else nothing."""
        language = self.wording.language
        kept = self.ticket.wave.questionnaire.in_language(self.ticket.language).language
        return "" if language == kept else f"?language={language}"

    @property
    def taken_off(self) -> str:
        """The language in which somebody began and nobody is asked any more, in its own words."""
        all_there = self.ticket.wave.questionnaire
        if self.ticket.language in all_there.in_use or self.wording.language != "en":
            return ""
        names = [each.name for each in all_there.wordings.all() if each.language == self.ticket.language]
        return names[0] if names else ""

    @property
    def screens(self) -> list[Question]:
        """Those with a screen of their own; what is asked in words stands on the last one, beside Send."""
        return [question for question in self.ticket.wave.questionnaire.asked if question.is_counted]

    @property
    def at(self) -> int:
        """Which screen, from 0; the last one is that with Send."""
        typed = self.request.POST.get("at") or self.request.GET.get("at") or "0"
        return min(int(typed), len(self.screens)) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0

    # Answers.

    def respond(self) -> HttpResponse:
        if self.request.user.is_authenticated:
            return render(self.request, "performance/asked_signed_in.html", {"names": self.names}, status=403)
        if self.ticket.used_on is not None:
            return self.end("thanks" if "sent" in self.request.GET else "used")
        if not self.ticket.is_good(self.now):
            return self.end("too_old")
        if self.request.method == "POST":
            return self.pressed()
        if "stopped" in self.request.GET:
            return self.end("stopped")
        if self.is_here and not self.is_too_late:
            return self.screen()
        return (
            self.end("closed") if self.is_too_late else self.draw("asked_start", is_elsewhere=bool(self.ticket.browser))
        )

    def pressed(self) -> HttpResponse:
        if self.press in ("named", "unnamed"):
            return self.begin(named=self.press == "named")
        if self.press == "closed_named":  # what was pressed without a name is gone with its round
            return self.begin(named=True)
        if not self.is_here or self.is_too_late:
            return self.go()  # the page says why
        if self.press == "stop":
            self.ticket.stop()
            return redirect(f"{self.request.path}?stopped")
        if self.press == "send":
            return self.send()
        if self.at < len(self.screens):
            return self.answer(self.screens[self.at])
        return self.go()

    def begin(self, *, named: bool) -> HttpResponse:
        if not named and not self.ticket.wave.is_open:
            return self.go()
        known = self.ticket.start(named=named, language=self.wording.language)
        self.request.session[BEGAN] = self.request.session.get(BEGAN, {}) | {str(self.ticket.pk): known}
        return self.go(0)

    def answer(self, question: Question) -> HttpResponse:
        """One press on one screen: a picture, or Skip."""
        form = QuestionForm(question, self.wording, self.names, self.request.POST)
        if not form.is_valid():
            return self.screen(422, form=form)
        self.ticket.keep(question.code, form.answer)
        return self.go(self.at + 1)

    def send(self) -> HttpResponse:
        forms = self.boxes(self.request.POST)
        if not all(form.is_valid() for form in forms):
            return self.screen(422, boxes=forms)
        words = {form.question.code: form.answer for form in forms}
        quoted = bool(self.request.POST.get("quote"))
        try:
            with transaction.atomic():
                self.ticket.send(words, may_be_quoted=quoted, at=self.now, today=self.today)
        except Refusal as refusal:
            if refusal.code == "closed":  # it ended between the last screen and the press
                return self.end("closed", 409)
            return self.end("used", 409)
        return redirect(f"{self.request.path}?sent")

    def safe(self) -> HttpResponse:
        """The numbers; then asking somebody at the school, in school hours. Nothing says that anybody has been told."""
        young, is_asked = self.ticket.young_person, self.ticket.wave.kind == Wave.Kind.YOUNG
        if young is None or not is_asked:
            return self.draw("asked_safe", worry=None, can_ask=None)
        may_ask = self.ticket.expires_at > self.now and not self.request.user.is_authenticated
        if self.request.method == "POST" and may_ask:
            with suppress(Refusal):  # the page says why
                asked_about = worries.ask(young, by=self.ticket.principal(self.today), at=self.now)
                self.request.session[WORRY] = [str(asked_about.public_id), self.now.isoformat()]
            return redirect(self.request.path + self.chosen)
        known, pressed_at = self.request.session.get(WORRY) or ("", "")
        worry = Worry.objects.for_page().filter(public_id=known, young_person=young).first() if known else None
        can_ask = worries.can_be_asked(young.school, self.now) if may_ask else None
        self.names["lead"] = can_ask.lead.name if can_ask is not None and can_ask.lead is not None else ""
        is_being_asked = False
        if worry is not None:
            since = datetime.fromisoformat(pressed_at)
            is_being_asked = worries.is_being_asked(worry, since, self.now)
            self.names |= _told(worry, since) | ({"lead": worry.asked_of.name} if is_being_asked else {})
        return self.draw("asked_safe", worry=worry, can_ask=can_ask, is_being_asked=is_being_asked)

    def ring(self) -> HttpResponse:
        if self.ticket.voided_at is not None or self.ticket.expires_at <= self.now:
            return self.end("too_old")
        words = self.wording.words
        form = RingForm(words["ring_me_number"].format_map(self.names), words["ring_me_wrong"].format_map(self.names))
        if self.request.method == "POST" and not self.request.user.is_authenticated:
            form = RingForm(form.fields["number"].label or "", form.wrong, self.request.POST)  # type: ignore[arg-type]
            if form.is_valid():
                self.ticket.ask_to_be_rung(form.cleaned_data["number"], at=self.now, today=self.today)
                return redirect(f"{self.request.path}?asked{self.chosen.replace('?', '&')}")
            return self.draw("asked_ring", 422, form=form, is_asked=False)
        return self.draw("asked_ring", form=form, is_asked="asked" in self.request.GET)

    # Pages.

    def go(self, at: int | None = None) -> HttpResponse:
        """To a screen: after every press a page that can be looked at again."""
        address = reverse("asked", args=[self.token])
        return redirect(address if at is None else f"{address}?at={at}")

    def boxes(self, data: Any = None) -> list[QuestionForm]:
        """What is asked in words, of whoever has their name on."""
        asked_in_words = [question for question in self.ticket.wave.questionnaire.asked if not question.is_counted]
        return [QuestionForm(each, self.wording, self.names, data) for each in asked_in_words if self.ticket.named]

    def screen(self, status: int = 200, **more: Any) -> HttpResponse:
        at, screens = self.at, self.screens
        if at >= len(screens):
            return self.draw(
                "asked_send", status, **{"at": at, "boxes": self.boxes(), "taken_off": self.taken_off} | more
            )
        form = QuestionForm(screens[at], self.wording, self.names)
        facts = {"at": at, "all": len(screens), "question": screens[at], "form": form, "taken_off": self.taken_off}
        return self.draw("asked_question", status, **facts | more)

    def end(self, state: str, status: int = 200) -> HttpResponse:
        we_did = asking.we_did(self.ticket) if state in ("thanks", "used") else []
        return self.draw("asked_end", status, state=state, we_did=we_did)

    def draw(self, template: str, status: int = 200, **facts: Any) -> HttpResponse:
        wording = self.wording
        known: dict[str, Any] = {
            "ticket": self.ticket,
            "token": self.token,
            "chosen": self.chosen,
            "wording": wording,
            "wordings": sorted(self.ticket.wave.questionnaire.in_use.values(), key=lambda each: each.name),
            "words": {
                name: words.format_map(_Filled(self.names))
                # An edition of before may lack a word: the numbers and what to do are never left out.
                for name, words in (YOUNG_PERSONS.words | wording.words).items()
                if isinstance(words, str)
            },
            "is_device": self.ticket.channel == Ticket.Channel.DEVICE,
            "is_parent": self.ticket.wave.kind == Wave.Kind.PARENT,
        }
        return render(self.request, f"performance/{template}.html", known | facts, status=status)


def _told(worry: Worry, since: datetime) -> dict[str, str]:
    """What stands beside it: when it was asked, by when nobody need wait any longer, and who said that they have it."""
    there = timezone.localtime(since)
    told = {"asked_at": clock(there), "asked_on": _named_day(there), "time": clock(come_by(there)), "owner": ""}
    if worry.owned_by is not None and worry.owned_at is not None:
        owned = timezone.localtime(worry.owned_at)
        told |= {"owner": worry.owned_by.name, "found_at": clock(owned), "found_on": _named_day(owned)}
    return told


def _named_day(there: datetime) -> str:
    """ "Tuesday 8 September": a young person comes back another day."""
    return f"{there:%A} {there.day} {there:%B}"


class _Filled(dict[str, str]):
    """What is filled in by the page itself ("Question {number} of {all}") stays as it is."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
