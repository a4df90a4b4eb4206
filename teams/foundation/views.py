"""Thin bases for pages: choose a page, call one verb, pick a response.

A view without a declared audience does not load: `roles` says which roles may come in, or `by_policy = True` says that
the record's policy decides, or `public = True` says that anybody may.
"""

from __future__ import annotations

from typing import Any, ClassVar, cast
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from teams.foundation import audit, hats, proof
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.kept import Kept


class OtherHat(Exception):
    """It is theirs, under another hat than the one that they are looking through."""


class Page(View):
    """A page inside an authority. `template` is drawn with `self.facts()` and what `get` or `post` adds."""

    template: ClassVar[str] = ""
    roles: ClassVar[frozenset[str] | None] = None
    by_policy: ClassVar[bool] = False
    asks_again: ClassVar[bool] = False  # costs stand here: who it is, is asked again where the authority says so
    any_hat: ClassVar[bool] = False  # not about the school that is looked at: the choice itself, one's own profile
    one_hat: ClassVar[bool] = False  # a list over schools: who has several and wears none yet chooses first

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__name__.endswith("Page") and cls.roles is None and not cls.by_policy:
            raise ImproperlyConfigured(f"{cls.__name__} does not say who may see it: set roles or by_policy.")

    @property
    def principal(self) -> Principal:
        principal = cast(Principal, self.request.principal)  # type: ignore[attr-defined]
        return principal.whole or principal if self.any_hat else principal

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        if self.any_hat:  # the page itself says when it looks through one (HeadPage, CouncilPage)
            request.principal = self.principal  # type: ignore[attr-defined]
        try:
            if self.roles is not None and not self.principal.has(*self.roles):
                if self.principal.whole is not None and self.principal.whole.has(*self.roles):
                    raise OtherHat
                raise NotAllowed(f"page.{type(self).__name__}", request.path_info)
            if self.one_hat and request.method == "GET" and hats.must_choose(self.principal):
                return redirect(hats.choice_before(request))
            if self.asks_again and not proof.is_fresh(request, self.now):
                return proof.ask_again(request)
            return super().dispatch(request, *args, **kwargs)
        except OtherHat:
            return render(request, "errors/other_hat.html", status=409)
        except NotAllowed as refused:
            return refuse(request, refused)
        except Refusal as refusal:  # most pages say it beside a box; here two pressed at once, or came too late
            return answer_too_late(request, refusal)

    def draw(self, status: int = 200, **facts: Any) -> HttpResponse:
        if not self.template:  # a button's address: looked at (after signing in again, say), it shows nothing
            return self.http_method_not_allowed(self.request)
        if status == 422 and self.request.FILES and self.request.authority:  # type: ignore[attr-defined]
            audit.denied("upload", by=self.principal, at=self.now, reason=f"not taken: {self.request.path_info}")
        return render(self.request, self.template, self.facts() | facts, status=status)

    def facts(self) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.draw()

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Django's own answer is an empty page, and somebody may have come here by the address of a button."""
        response = render(request, "405.html", status=405)
        response["Allow"] = ", ".join(
            m
            for m in self._allowed_methods()  # type: ignore[attr-defined]
            if self.template or m not in ("GET", "HEAD")
        )
        return response

    def fetch(self, rows: VisibleQuerySet | Kept, public_id: Any) -> Any:
        """One record through the wall. Not there and not theirs are the same 404; the attempt is audited."""
        return fetch(self.request, rows, public_id)


def fetch(request: HttpRequest, rows: VisibleQuerySet | Kept, public_id: Any) -> Any:
    """`rows` may be kept (teams.foundation.kept), by `public_id` and in no order: for pages that are opened often."""
    principal = request.principal  # type: ignore[attr-defined]
    asked: VisibleQuerySet
    if isinstance(rows, Kept):
        record = next(iter(rows.visible_to(principal, public_id=public_id)), None)
        if record is not None:
            return record
        asked = rows = rows.build(public_id=public_id)  # type: ignore[assignment]
    else:
        # One at most, so it needs no order: `first()` would name one, and to look every column up for it costs a tenth.
        asked = rows.filter(public_id=public_id)
        record = next(iter(asked.visible_to(principal).order_by()[:1]), None)
    whole = principal.whole
    if record is None and whole is not None and asked.visible_to(whole).exists():
        raise OtherHat
    if record is None:
        label = asked.model._meta.model_name
        audit.denied(
            f"{label}.read",
            by=request.principal,  # type: ignore[attr-defined]
            at=timezone.now(),
            reason=str(public_id),
            subjects=_named_alone(asked, public_id),
        )
        raise Http404(f"No {label} here.")
    return record


def _named_alone(rows: VisibleQuerySet, public_id: Any) -> VisibleQuerySet:
    """The record that was asked for, with its public id and nothing else of it: for the audit."""
    bare = rows.filter(public_id=public_id).select_related(None).prefetch_related(None)
    return bare.order_by().only("public_id")[:1]


def refuse(request: HttpRequest, refused: NotAllowed) -> HttpResponse:
    """The answer to somebody who may not: 403 in the product's look, and one event."""
    audit.denied(
        refused.verb,
        by=request.principal,  # type: ignore[attr-defined]
        at=timezone.now(),
        reason=refused.subject,
    )
    return render(request, "403.html", status=403)


def answer_too_late(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A press that can no longer be done: 409 with the sentence, the way back, and the words that were typed.

    The door rolls back what the press had begun, as for every answer from 400 up.
    """
    values = [value for _, values in request.POST.lists() for value in values]
    facts = {
        "sentence": refusal.message,
        "page_before": page_before(request),
        # What somebody wrote, and not what a page sends along unseen: words have a space between them.
        "words": [str(value) for value in values if len(str(value).split()) > 1],
    }
    return render(request, "errors/409.html", facts, status=409)


# What a form sends along unseen, and what is never written into a page.
UNSEEN = frozenset({"csrfmiddlewaretoken", "press", "draft_owner", "draft_revision", "based_on", "version", "revision"})
SECRET = frozenset({"password", "password1", "password2", "oldpassword", "code"})


def give_words_back(request: HttpRequest) -> HttpResponse:
    """Sent after the sign-in had ended: 401, and every word comes back, to be sent once more by the same person."""
    sent = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    has_secret = any(name in SECRET for name, _ in sent)
    facts = {
        "words": [] if has_secret or request.FILES else sent,
        "typed": [] if has_secret else [text for name, text in sent if name not in UNSEEN and _is_typed(text)],
        "had_files": bool(request.FILES),
        "can_be_sent": not has_secret and not request.FILES,
    }
    return render(request, "teams/words_kept.html", facts, status=401)


def _is_typed(text: str) -> bool:
    """Did somebody write this? Not a tick, a number or the name of a record, which pages choose for them."""
    is_id = len(text) == 36 and text.count("-") == 4
    return bool(text.strip()) and text != "on" and not text.isdigit() and not is_id


def page_before(request: HttpRequest) -> str:
    """The address that was pressed on, as the browser names it; else the one that was asked for."""
    before = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    parts = urlsplit(before)
    if is_ours and parts.path.strip("/"):
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()


@method_decorator(login_not_required, name="dispatch")
class OpenPage(Page):
    """A page for somebody without an account: a link, the check of a paper."""

    by_policy = True


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Typed words come back: the page offers to send them again."""
    return render(request, "errors/csrf.html", status=403)
