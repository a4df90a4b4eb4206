"""In the room (journey M3): two pages, for two audiences. The one that the school sees knows nothing of the other.

What is typed is a draft of the manager's about the visit; finishing makes the record of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from casework.models import YoungPerson
from schools.models import SchoolContact
from supervision.actions import late, sessions
from supervision.actions.next_time import next_day
from supervision.actions.sessions import AlreadyWritten, Finishing, Typed
from supervision.forms.room import JointForm, OneToOneForm, RoomForm, SharedForm, TwoForm
from supervision.models import Session, Visit
from supervision.permissions import supervises
from supervision.rules import words as rules
from teams.foundation import drafts
from teams.foundation.access import Principal, Role
from teams.foundation.drafts import Conflict, Draft, as_initial
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page, fetch
from teams.models import Audience, Person
from teams.views.drafts import SOMEBODY_ELSE, KeepsWords, SignedInJson, owner_of, side_by_side

SUPERVISORS = frozenset({Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER})


class RoomBasePage(KeepsWords, Page):
    """One audience's page about one visit."""

    roles = SUPERVISORS
    audience: str
    visit: Visit

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.kept_id = kwargs["public_id"]
        return super().dispatch(request, *args, **kwargs)

    def draft_about(self) -> str:
        return str(self.kept_id)

    def load(self, public_id: UUID) -> HttpResponse | None:
        """The visit, or where to go: what has been held can be read, and not be typed again."""
        self.visit = self.fetch(Visit.objects.for_page(), public_id)
        if not supervises(self.principal, self.visit):
            raise NotAllowed("visit.hold", str(public_id))
        session = Session.objects.filter(visit=self.visit).first()
        if session is not None and self.request.method == "GET":
            return redirect("session", session.public_id)
        return None

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.load(public_id) or self.draw(form=self.form(), typing=self.typing())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        moved = self.load(public_id)
        if moved is not None:
            return moved
        if self.typed_by_somebody_else():
            return self.draw(403, form=self.form(), typing=self.typing(), refusal=SOMEBODY_ELSE)
        try:
            typing = self.keep_typing()
        except Conflict as conflict:
            return self.both(conflict.current)
        return self.press(request.POST.get("press", ""), typing)

    def press(self, press: str, typing: Any) -> HttpResponse:
        raise NotImplementedError

    def both(self, other: Draft) -> HttpResponse:
        """Typed here and somewhere else: both in full."""
        form, typing = self.form(self.request.POST.dict()), self.typing()
        typing.revision = other.revision
        rows = side_by_side(form, dict(form.initial), as_initial(other.words))
        return self.draw(409, form=form, typing=typing, conflicts=rows)

    def people(self) -> list[tuple[str, str]]:
        """Who may promise something in this part, by part."""
        here = Person.objects.get(pk=self.principal.person_id or 0)
        return [("manager", here.name), ("worker", self.visit.worker.name)]

    def form(self, typed: dict[str, Any] | None = None) -> RoomForm:
        raise NotImplementedError

    @cached_property
    def next_day(self) -> date | None:
        return next_day(self.visit, today=self.today)

    @cached_property
    def known(self) -> rules.Known:
        return sessions.known_of(self.visit, self.audience, by=self.principal, today=self.today)

    def initial(self, typed: dict[str, Any] | None) -> dict[str, Any]:
        return typed if typed is not None else self.draft.as_initial() if self.draft else {}

    def facts(self) -> dict[str, Any]:
        return {
            "visit": self.visit,
            "conflicts": [],
            "refusal": "",
            "key": uuid4().hex,
            "principal_name": self.principal.name,
        }


class SharedPage(RoomBasePage):
    """What all three may see."""

    draft_form = sessions.SHARED_FORM
    audience = Audience.SHARED

    def load(self, public_id: UUID) -> HttpResponse | None:
        """What is between two has no page of this kind."""
        moved = super().load(public_id)
        return moved if moved is not None or self.visit.is_in_school else redirect("room_two", public_id)

    def form(self, typed: dict[str, Any] | None = None) -> SharedForm:
        contacts = SchoolContact.objects.on(self.today).filter(school=self.visit.school).select_related("person")
        named = {
            each.person.public_id.hex: f"{each.person.name}, {each.get_kind_display().lower()}" for each in contacts
        }
        expected = self.visit.school_person
        initial = {"school-person": expected.public_id.hex} if expected and expected.public_id.hex in named else {}
        return SharedForm(
            initial=initial | self.initial(typed),
            known=self.known,
            people=[*self.people(), ("school", expected.name if expected else "The school")],
            contacts=list(named.items()),
            next_day=self.next_day,
        )


class RoomPage(SharedPage):
    """All three of us, on cream: the school can see this screen."""

    template = "supervision/room.html"

    def draw(self, status: int = 200, **facts: Any) -> HttpResponse:
        """One event for the page, with the ids of the young people on it (architecture 5)."""
        on_it = [UUID(each) for each in self.known.young]
        YoungPerson.objects.filter(public_id__in=on_it).looked_at(by=self.principal, at=self.now)
        return super().draw(status, **facts)

    def press(self, press: str, typing: Any) -> HttpResponse:
        if press == "read":
            return redirect("room_read", self.visit.public_id)
        if press == "left":
            return redirect("room_two", self.visit.public_id)
        messages.success(self.request, "Saved.")
        return redirect("room", self.visit.public_id)


class ReadBackPage(SharedPage):
    """What was typed before all three, in large type: to read back, and for a screen that others see.

    Its HTML holds the shared draft and nothing else of the visit.
    """

    template = "supervision/room_read.html"

    def facts(self) -> dict[str, Any]:
        pairs = self.draft.words if self.draft else []
        return super().facts() | {"said": rules.gather_shared(pairs, self.known)}

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Ticks go to the words that they are about; the rest of the draft stays as it is."""
        moved = self.load(public_id)
        if moved is not None:
            return moved
        about = self.draft
        words = {name: value for name, value in (about.words if about else [])}  # noqa: C416
        ticks = {name: value for name, value in request.POST.items() if name.startswith("said-")}
        kept = {name: value for name, value in words.items() if not name.startswith("said-")} | ticks
        Draft.keep(
            person_id=self.principal.person_id or 0,
            form=self.draft_form,
            about=self.draft_about(),
            words=drafts.words_of((name, str(value)) for name, value in kept.items()),
            revision=about.revision if about else 0,
            at=self.now,
        )
        return redirect("room_two", public_id)


FORMS: dict[str, type[TwoForm]] = {
    Visit.Kind.IN_SCHOOL: TwoForm,
    Visit.Kind.ONE_TO_ONE: OneToOneForm,
    Visit.Kind.JOINT: JointForm,
}


class TwoOfUsPage(RoomBasePage):
    """Just the two of us, dark: the school's person has left the room, or was never to come."""

    template = "supervision/room_two.html"
    draft_form = sessions.TWO_FORM
    audience = Audience.TWO

    def form(self, typed: dict[str, Any] | None = None) -> TwoForm:
        return FORMS[self.visit.kind](
            initial=self.initial(typed),
            known=self.known,
            people=self.people(),
            next_day=self.next_day,
        )

    def press(self, press: str, typing: Any) -> HttpResponse:
        if press != "finish":
            messages.success(self.request, "Saved.")
            return redirect("room_two", self.visit.public_id)
        shared = Draft.objects.of(self.principal.person_id, sessions.SHARED_FORM, self.draft_about()).first()
        key = self.request.POST.get("key", "")
        began = self.visit.occasion.starts_at if self.visit.occasion else self.now
        finishing = Finishing(
            key=UUID(key) if _is_hex(key) else uuid4(),
            shared=Typed(shared.words, shared.revision) if shared else Typed([]),
            two=Typed(drafts.words_of((n, str(v)) for n, v in self.request.POST.items()), typing.revision),
            started_at=min(began, self.now),
            finished_at=self.now,
        )
        try:
            session = sessions.finish(self.visit, finishing, by=self.principal, at=self.now)
        except AlreadyWritten as written:
            late.keep(self.visit, finishing, person_id=self.principal.person_id or 0, at=self.now)
            return redirect("session", written.session.public_id)
        except Conflict as conflict:
            return self.both(conflict.current)
        return self.typing_is_in(redirect("session", session.public_id))


def _is_hex(text: str) -> bool:
    return len(text) == 32 and all(letter in "0123456789abcdef" for letter in text)


@dataclass(frozen=True)
class _Sent:
    """`is_late`: nobody pressed. The device has heard that there is a record, and sends what still lay there."""

    owner: str
    finishing: Finishing
    is_late: bool


@method_decorator([never_cache, login_not_required], name="dispatch")
class Finish(SignedInJson):
    """A finish from a device, perhaps hours after it was pressed. The same key again gets the same answer."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        principal: Principal = request.principal  # type: ignore[attr-defined]
        try:
            visit = fetch(request, Visit.objects.for_page(), public_id)
        except Http404:  # as JSON: a script must not take a page for a broken line
            return JsonResponse({"error": "not_here"}, status=404)
        if not supervises(principal, visit):
            return JsonResponse({"error": "not_here"}, status=404)
        try:
            sent = _read(request.body)
        except (ValueError, RecursionError):
            return JsonResponse({"error": "not_understood"}, status=400)
        if sent.owner != owner_of(request):
            return JsonResponse({"error": "somebody_else"}, status=403)
        return self.beside(visit, sent.finishing) if sent.is_late else self.finish(visit, sent.finishing)

    def finish(self, visit: Visit, finishing: Finishing) -> HttpResponse:
        principal: Principal = self.request.principal  # type: ignore[attr-defined]
        finishing = _with_drafts(finishing, visit, principal)
        try:
            session = sessions.finish(visit, finishing, by=principal, at=timezone.now())
        except AlreadyWritten:
            return self.beside(visit, finishing)
        except Refusal as refusal:
            return JsonResponse({"error": "refused", "sentence": refusal.message}, status=409)
        except Conflict as conflict:
            current = conflict.current
            return JsonResponse(
                {"error": "conflict", "form": current.form, "words": current.words, "revision": current.revision},
                status=409,
            )
        return JsonResponse({"address": reverse("session", args=[session.public_id]), "late": False})

    def beside(self, visit: Visit, finishing: Finishing) -> HttpResponse:
        """`beside` is false where the record says all of it already."""
        session = Session.objects.filter(visit=visit).prefetch_related("parts", "people").first()
        if session is None:
            return JsonResponse({"error": "not_finished"}, status=409)
        person_id = self.request.principal.person_id  # type: ignore[attr-defined]
        late.keep(visit, finishing, person_id=person_id or 0, at=timezone.now())
        more = late.beside(session, session.parts.all(), session.people.all(), person_id=person_id)
        return JsonResponse(
            {"address": reverse("session", args=[session.public_id]), "late": True, "beside": bool(more)}
        )


def _with_drafts(finishing: Finishing, visit: Visit, principal: Principal) -> Finishing:
    """A part that the device does not hold was typed elsewhere: its draft is what was said."""
    held = {}
    for name, form in (("shared", sessions.SHARED_FORM), ("two", sessions.TWO_FORM)):
        typed: Typed = getattr(finishing, name)
        draft = None if typed.words else Draft.objects.of(principal.person_id, form, str(visit.public_id)).first()
        held[name] = Typed(draft.words, draft.revision) if draft else typed
    return Finishing(key=finishing.key, started_at=finishing.started_at, finished_at=finishing.finished_at, **held)


def _read(body: bytes) -> _Sent:
    """Raises ValueError for anything that is not a finish."""
    sent = json.loads(body)
    if not isinstance(sent, dict) or not _is_hex(str(sent.get("key", "")).replace("-", "")):
        raise ValueError("Not a finish.")
    moments = [parse_datetime(str(sent.get(name))) for name in ("started_at", "finished_at")]
    if any(moment is None or moment.tzinfo is None for moment in moments):
        raise ValueError("Not a time.")
    started, finished = moments
    assert started is not None  # noqa: S101  just asked
    assert finished is not None  # noqa: S101
    return _Sent(
        str(sent.get("owner")),
        Finishing(
            key=UUID(sent["key"]),
            shared=_typed(sent.get("shared")),
            two=_typed(sent.get("two")),
            started_at=min(started, finished),
            finished_at=finished,
        ),
        sent.get("late") is True,
    )


def _typed(sent: Any) -> Typed:
    if sent is None:
        return Typed([])
    words, revision = drafts.pairs_of(sent.get("words")), sent.get("revision")
    if not isinstance(revision, int) or isinstance(revision, bool) or not 0 <= revision < 2**31:
        raise ValueError("Not a revision.")
    return Typed(drafts.words_of(words), revision)


def may_type(principal: Principal, about: str) -> bool:
    """For the drafts' endpoint: she holds this visit, and there is no record of it yet."""
    try:
        public_id = UUID(about)
    except ValueError:
        return False
    visit = Visit.objects.visible_to(principal).filter(public_id=public_id).select_related("placement").first()
    return visit is not None and supervises(principal, visit) and not Session.objects.filter(visit=visit).exists()


KINDS = [drafts.Kind(form, may=may_type) for form in (sessions.SHARED_FORM, sessions.TWO_FORM)]
