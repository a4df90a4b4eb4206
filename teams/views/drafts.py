"""Words that are not finished: the endpoint that keeps them, and a mixin for the pages of long forms.

A long form is a `Page` with `KeepsWords` before it. Its template says `{{ form_attributes(typing) }}` inside the form
tag (macros/drafts.html) and static/js/drafts.js does the rest; without it every POST keeps the words before anything is
checked.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from teams.foundation import drafts
from teams.foundation.drafts import Conflict, Draft, as_initial, words_of
from teams.foundation.tenancy import survives
from teams.foundation.views import give_words_back
from teams.models import Person

SOMEBODY_ELSE = "These words were typed before somebody else signed in on this device. They were not taken over."
DONE_COOKIE = "draft_done"  # read by static/js/app.js: what was typed on this device has arrived for good


@dataclass
class Typing:
    """What the page needs to know about the draft of its form."""

    form: str
    about: str
    owner: str
    revision: int = 0
    saved_at: datetime | None = None
    other: list[dict[str, str]] = field(default_factory=list)  # {"name", "label", "mine", "other"} of a conflict

    @property
    def is_restored(self) -> bool:
        return self.revision > 0


class KeepsWords:
    """A page whose form is long. A refused, timed-out or broken POST keeps every word that was typed.

    A page sets `draft_form` and answers `draft_about()`. It asks for `typed(form_class, ...)` on GET, calls
    `keep_typing()` first thing in POST and `typing_is_in(response)` when the words have reached their record.
    """

    draft_form: ClassVar[str]
    request: HttpRequest
    principal: Any
    now: datetime

    def draft_about(self) -> str:
        """The record that the words are about: its public id, so that they never come back in another."""
        raise NotImplementedError

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if request.method != "POST":
                return redirect_to_login(request.get_full_path())
            return give_words_back(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def owner(self) -> str:
        return owner_of(self.request)

    @cached_property
    def draft(self) -> Draft | None:
        return Draft.objects.of(self.principal.person_id, self.draft_form, self.draft_about()).first()

    def typing(self) -> Typing:
        """For the template, before anything was posted."""
        found = Typing(self.draft_form, self.draft_about(), self.owner)
        if self.draft is not None:
            found.revision, found.saved_at = self.draft.revision, self.draft.saved_at
        return found

    def typed_by_somebody_else(self) -> bool:
        """Was this typed before the sign-in changed hands?"""
        return self.request.POST.get("draft_owner", self.owner) != self.owner

    def keep_typing(self) -> Typing:
        """Keep the posted words, whatever becomes of this request. Raises Conflict when the draft has moved on."""
        words, revision = words_of(_typed(self.request)), _number(self.request.POST.get("draft_revision"))
        now = self.typing()
        if self.draft is not None and self.draft.words != words and self.draft.revision != revision:
            raise Conflict(self.draft)
        if self.draft is None or self.draft.words != words:
            now.revision, now.saved_at = (self.draft.revision if self.draft else 0) + 1, self.now
        person, form, about, at = self.principal.person_id, self.draft_form, self.draft_about(), self.now
        self._words_are_in = False

        def keep() -> None:
            if self._words_are_in:
                return
            with suppress(Conflict):  # another device was quicker; what was typed here stands on the page
                Draft.keep(person_id=person, form=form, about=about, words=words, revision=revision, at=at)

        survives(keep)
        return now

    def typed_twice(self, form: BaseForm, other: Draft) -> dict[str, Any]:
        """For the template, when it was typed here and somewhere else: both in full, and nothing is decided."""
        typing = self.typing()
        typing.revision = other.revision
        rows = side_by_side(form, self.request.POST.dict(), as_initial(other.words))
        return {"typing": typing, "conflicts": rows}

    def typing_is_in(self, response: HttpResponse) -> HttpResponse:
        """The words have reached their record: the draft goes, here and on the device."""
        self._words_are_in = True
        forget(self.principal.person_id, self.draft_form, self.draft_about())
        response.set_cookie(
            DONE_COOKIE,
            f"{self.draft_form}.{self.draft_about()}",
            max_age=600,
            path=get_script_prefix(),
            samesite="Lax",
            secure=self.request.is_secure(),
        )
        return response


def forget(person_id: int, form: str, about: str) -> None:
    Draft.objects.of(person_id, form, about).delete()


def side_by_side(form: BaseForm, mine: dict[str, Any], other: dict[str, Any]) -> list[dict[str, str]]:
    """The boxes in which two typings differ, both in full."""
    rows = []
    for name in form.fields:
        bound, here, there = form[name], str(mine.get(name, "")), str(other.get(name, ""))
        if not bound.is_hidden and here.strip() != there.strip():
            rows.append({"name": name, "label": str(bound.label), "mine": here, "other": there})
    return rows


def owner_of(request: HttpRequest) -> str:
    """Who types, as a device knows them: the public id of their row in this authority."""
    principal = request.principal  # type: ignore[attr-defined]
    public_id = Person.objects.filter(pk=principal.person_id).values_list("public_id", flat=True).first()
    return str(public_id or "")


def leave_cookie_alone(request: HttpRequest) -> None:
    """Asked by a script with an old cookie, the answer must not take away that of a sign-in which came in between."""
    request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)


@method_decorator([never_cache, login_not_required], name="dispatch")
class SignedInJson(View):
    """JSON for a script that may run long after its page: a sign-in that has ended is said, not redirected."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            leave_cookie_alone(request)
            return JsonResponse({"error": "signed_out"}, status=401)
        return super().dispatch(request, *args, **kwargs)


class DraftToken(SignedInJson):
    """Who is signed in now, and a fresh token: a sign-in in another window changes both."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse({"owner": owner_of(request), "token": get_token(request)})


@method_decorator([never_cache, login_not_required], name="dispatch")  # a dispatch of its own loses what stood above
class DraftWords(SignedInJson):
    """One person's draft of one form about one record."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            kind = drafts.kinds().get(kwargs["form"])
            if kind is None or not kind.may(request.principal, kwargs["about"]):  # type: ignore[attr-defined]
                return JsonResponse({"error": "not_here"}, status=404)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, form: str, about: str) -> HttpResponse:
        principal = request.principal  # type: ignore[attr-defined]
        draft = Draft.objects.of(principal.person_id, form, about).first()
        return JsonResponse(_as_json(draft) if draft else {"revision": 0, "words": [], "saved_at": None})

    def put(self, request: HttpRequest, form: str, about: str) -> HttpResponse:
        try:
            sent = _read(request.body)
        except (ValueError, RecursionError):  # the second for lists in lists in lists
            return JsonResponse({"error": "not_understood"}, status=400)
        if sent.owner != owner_of(request):
            return JsonResponse({"error": "somebody_else"}, status=403)
        try:
            draft = Draft.keep(
                person_id=request.principal.person_id,  # type: ignore[attr-defined]
                form=form,
                about=about,
                words=sent.words,
                revision=sent.revision,
                at=timezone.now(),
            )
        except Conflict as conflict:
            return JsonResponse({"error": "conflict", **_as_json(conflict.current)}, status=409)
        return JsonResponse(_as_json(draft))


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, values in request.POST.lists() for value in values]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


@dataclass(frozen=True)
class _Sent:
    owner: str
    revision: int
    words: list[list[str]]


def _read(body: bytes) -> _Sent:
    """Raises ValueError for anything that is not a draft, or is too long to be one."""
    sent = json.loads(body)
    if not isinstance(sent, dict):
        raise ValueError("Not a draft.")
    pairs = drafts.pairs_of(sent.get("words"))
    revision = sent.get("revision")
    if not isinstance(revision, int) or isinstance(revision, bool) or not 0 <= revision < 2**31:
        raise ValueError("Not a revision.")
    return _Sent(str(sent.get("owner")), revision, words_of(pairs))


def _as_json(draft: Draft) -> dict[str, Any]:
    return {"revision": draft.revision, "words": draft.words, "saved_at": draft.saved_at.isoformat()}
