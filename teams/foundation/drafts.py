"""Words that are not finished yet. They belong to one person and one record, and carry a revision.

A save that was made from an older revision is a conflict: both are kept and shown side by side, never the last one
wins. Built once, for every long form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db import models, transaction

from teams.foundation.access import Principal
from teams.foundation.constraints import wall
from teams.foundation.models import TenantModel, tenant_key

# A draft is one person's typing, not a place to store things.
MOST_FIELDS, MOST_LETTERS = 400, 200_000
# What travels in a form and is not somebody's words.
NOT_WORDS = frozenset({"csrfmiddlewaretoken", "press", "key", "draft_owner", "draft_revision"})


@dataclass(frozen=True)
class Kind:
    """A long form whose typing is kept.

    `may` answers whether this principal may type about this record now. A form that is the same for every record has
    `blank`, the form without any record's words, and `page`, the pattern of its address inside an authority: with these
    two it opens without signal. Others open from the page that was taken along (static/js/take.js).
    """

    name: str
    may: Callable[[Principal, str], bool]
    blank: Callable[[], forms.BaseForm] | None = None
    page: str = ""


_kinds: dict[str, Kind] = {}


def declare(kind: Kind) -> None:
    """Called from an app's `ready`."""
    _kinds[kind.name] = kind


def blanks() -> list[Kind]:
    """Those that open without signal on any device."""
    return [kind for kind in _kinds.values() if kind.blank is not None]


def kinds() -> dict[str, Kind]:
    """All of them: for the endpoint, the service worker and the crawl."""
    return dict(_kinds)


# What PostgreSQL's JSON cannot hold: NUL, and halves of a character.
UNKEEPABLE = re.compile(r"[\x00\ud800-\udfff]")


def pairs_of(sent: Any) -> list[list[str]]:
    """Names and values as a script sends them. Raises ValueError for anything else, and for more than a draft holds."""
    if not isinstance(sent, list) or len(sent) > MOST_FIELDS:
        raise ValueError("Not a draft.")
    if not all(isinstance(pair, list) and len(pair) == 2 and all(isinstance(p, str) for p in pair) for pair in sent):
        raise ValueError("Not a list of names and values.")
    if sum(len(name) + len(value) for name, value in sent) > MOST_LETTERS:
        raise ValueError("Too long.")
    return sent


def words_of(pairs: Iterable[Sequence[str]]) -> list[list[str]]:
    """Names and values of a form as a draft keeps them: without what is not words, every line end a line feed."""
    return [[_kept(name), _kept(value)] for name, value in pairs if name not in NOT_WORDS]


def _kept(text: str) -> str:
    return UNKEEPABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


class Conflict(Exception):
    """Somebody (perhaps the same person on another device) saved meanwhile. `current` is what stands now."""

    def __init__(self, current: Draft) -> None:
        super().__init__("The draft was changed somewhere else.")
        self.current = current


class DraftQuerySet(models.QuerySet[Any]):
    def of(self, person_id: int | None, form: str, about: str) -> DraftQuerySet:
        """One person's draft of one form about one record."""
        return self.filter(person_id=person_id, form=form, about=about)


class Draft(TenantModel):
    """`form` names the kind of form, `about` the record it is for ("new" where there is none yet)."""

    person = tenant_key("teams.Person", related_name="drafts")
    form = models.CharField(max_length=60)
    about = models.CharField(max_length=60)
    revision = models.PositiveIntegerField(default=1)
    words = models.JSONField(default=list)  # [[name, value], ...] in the form's own order
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        app_label = "teams"
        constraints = [
            *wall("teams_draft", "person"),
            models.UniqueConstraint(fields=["authority", "person", "form", "about"], name="teams_draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.about} r{self.revision}"

    @classmethod
    def keep(
        cls, *, person_id: int, form: str, about: str, words: list[list[str]], revision: int, at: datetime
    ) -> Draft:
        """Save words typed on top of `revision` (0: none yet). Raises Conflict when that is not what stands."""
        with transaction.atomic():
            draft = cls.objects.of(person_id, form, about).select_for_update().first()
            if draft is None:
                draft, made = cls.objects.get_or_create(
                    person_id=person_id, form=form, about=about, defaults={"words": words, "saved_at": at}
                )
                if made:
                    return draft
            if draft.words == words:
                return draft
            if draft.revision != revision:
                raise Conflict(draft)
            draft.words, draft.revision, draft.saved_at = words, revision + 1, at
            draft.save(update_fields=["words", "revision", "saved_at"])
            return draft

    def as_initial(self) -> dict[str, Any]:
        """The words as form data: a name that stands once is text, one that repeats is a list."""
        return as_initial(self.words)


def as_initial(words: list[list[str]]) -> dict[str, Any]:
    gathered: dict[str, list[str]] = {}
    for name, value in words:
        gathered.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in gathered.items()}
