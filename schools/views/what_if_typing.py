"""The forms of what-ifs keep what is typed: through a time-out, a closed window and a refusal (journeys 0, rule 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict

from schools.forms.what_if import FORMS
from schools.models import WhatIf
from schools.permissions.what_if import WHAT_IF_MAKERS
from teams.foundation import drafts
from teams.foundation.access import Principal
from teams.foundation.drafts import Conflict
from teams.foundation.errors import Refusal
from teams.foundation.forms import Form
from teams.views.drafts import SOMEBODY_ELSE, KeepsWords

NEW = "new"
BEGIN, CHANGE, PROPOSE = "what-if", "what-if-change", "what-if-proposal"
TOO_LATE = frozenset({"moved", "wrong_status"})
UUID_LENGTH = 36


class KeepsTyping(KeepsWords):
    """A page with one form of a what-if."""

    def with_typing(self, form: Form) -> Form:
        """A form that nobody has sent, with the words that were typed before."""
        if self.draft is not None:
            words: MultiValueDict[str, str] = MultiValueDict()
            for name, value in self.draft.words:
                words.appendlist(name, value)
            none: MultiValueDict[str, Any] = MultiValueDict()
            boxes = {name: field.widget for name, field in form.fields.items() if not field.widget.is_hidden}
            typed = {
                name: box.value_from_datadict(words, none, name)
                for name, box in boxes.items()
                if not box.value_omitted_from_data(words, none, name)
            }
            form.initial = {**form.initial, **typed}
        return form

    def sent(
        self,
        form: Any,
        *,
        blank: Callable[[], Form],
        show: Callable[..., HttpResponse],
        act: Callable[[], HttpResponse],
    ) -> HttpResponse:
        """What follows a press: the words are kept first, then `act` is tried, which may raise Refusal."""
        if self.typed_by_somebody_else():
            return show(403, form=blank(), refusal=SOMEBODY_ELSE)
        try:
            typing = self.keep_typing()
        except Conflict as conflict:
            return show(409, form=form, **self.typed_twice(form, conflict.current))
        if form.is_valid():
            try:
                response = act()
            except Refusal as refusal:
                form.refuse(refusal)
                return show(409 if refusal.code in TOO_LATE else 422, form=form, typing=typing)
            return self.typing_is_in(response)
        return show(422, form=form, typing=typing)


def about_change(what_if: UUID, kind: str) -> str:
    return f"{what_if}-{kind}"


def _may_begin(principal: Principal, about: str) -> bool:
    return about == NEW and principal.has(*WHAT_IF_MAKERS)


def _may_change(principal: Principal, about: str) -> bool:
    return about[UUID_LENGTH + 1 :] in FORMS and _may("change", principal, about[:UUID_LENGTH])


def _may_propose(principal: Principal, about: str) -> bool:
    return _may("propose", principal, about)


def _may(act: str, principal: Principal, about: str) -> bool:
    try:
        key = UUID(about)
    except ValueError:
        return False
    found = WhatIf.objects.visible_to(principal).kept().filter(public_id=key).first()
    return found is not None and found.may(act, principal)


KINDS = (
    drafts.Kind(BEGIN, _may_begin),
    drafts.Kind(CHANGE, _may_change),
    drafts.Kind(PROPOSE, _may_propose),
)
