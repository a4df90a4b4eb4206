"""Ways in for people without an account: one purpose, one subject, one person, 14 days.

256 random bits; only their hash is stored, and they are never logged. Opening a link changes nothing and uses nothing
up, because mail filters open every link first; only a press answers, once. A re-send voids the last. Before a press
that commits money the same mailbox gets a six-figure code, remembered on that device for 30 days.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import DatabaseError, models, transaction
from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.models import PublicModel, tenant_key
from teams.foundation.tenancy import survives

LIVES = timedelta(days=14)
CODE_LIVES = timedelta(minutes=10)
CODE_TRIES = 5
OPENINGS_NOTED_EVERY = timedelta(minutes=1)
DEVICE_REMEMBERED = timedelta(days=30)
DEVICE_COOKIE: str = settings.DEVICE_COOKIE_NAME


class LinkQuerySet(VisibleQuerySet):
    def with_token(self, token: str) -> LinkQuerySet:
        """The link that this token opens, whatever has become of it since."""
        return self.filter(token_hash=hash_of(token))

    def open_at(self, now: datetime) -> LinkQuerySet:
        """Neither void nor over."""
        return self.filter(voided_at=None, expires_at__gt=now)

    def about(self, subject: Any, purpose: str) -> LinkQuerySet:
        """Every link ever sent for this purpose about this record."""
        return self.filter(purpose=purpose, subject_id=subject.public_id)


class Link(PublicModel):
    """One link to one person. The token itself is known only to the mail it went out in."""

    token_hash = models.CharField(max_length=64)
    purpose = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    person = tenant_key("teams.Person", related_name="links")
    address = models.EmailField()  # where it went, as it was then
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=60, blank=True)  # in words, for "This link has done its work"
    # By somebody, or by a mail filter, which opens every link first: nobody can tell.
    first_opened_at = models.DateTimeField(null=True)
    last_opened_at = models.DateTimeField(null=True)
    code_hash = models.CharField(max_length=64, blank=True)
    code_sent_at = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)

    objects = LinkQuerySet.as_manager()

    class Meta:
        app_label = "teams"
        constraints = [
            *wall("teams_link", "person"),
            models.UniqueConstraint(fields=["authority", "token_hash"], name="teams_link_token"),
        ]
        indexes = [models.Index(fields=["authority", "subject_id", "purpose"], name="teams_link_by_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} until {self.expires_at:%Y-%m-%d}"

    @classmethod
    def make(cls, *, purpose: str, subject: Any, person: Any, at: datetime) -> tuple[Link, str]:
        """A new link and its token. Earlier links of the same person for the same thing are void from now on."""
        token = secrets.token_urlsafe(32)
        cls.objects.about(subject, purpose).filter(person=person, voided_at=None).update(voided_at=at)
        link = cls.objects.create(
            token_hash=hash_of(token),
            purpose=purpose,
            subject_id=subject.public_id,
            person=person,
            address=person.email,
            made_at=at,
            expires_at=at + LIVES,
        )
        return link, token

    def is_open(self, now: datetime) -> bool:
        """Can it still be answered? Not once it is void, over or answered, nor once its mailbox is no longer theirs."""
        same_mailbox = self.address.lower() == self.person.email.lower()
        return self.voided_at is None and self.expires_at > now and self.answered_at is None and same_mailbox

    def mark_answered(self, *, answer: str, at: datetime) -> None:
        """The press that a link is for. Twice is refused, so that a double click answers once."""
        done = (
            type(self)
            .objects.open_at(at)
            .filter(pk=self.pk, answered_at=None)
            .update(answered_at=at, answer=answer[:60])
        )
        if not done:
            raise Refusal("This link has done its work already.", code="link_used")
        self.answered_at, self.answer = at, answer[:60]

    def note_opening(self, *, at: datetime) -> None:
        """Somebody, or a mail filter, has looked. Nothing is used up by it, and nobody waits for it or fails by it.

        Written after the page, in a transaction of its own: a page that answers 404 has been opened all the same.
        """
        if self.last_opened_at is not None and at - self.last_opened_at < OPENINGS_NOTED_EVERY:
            return
        mine = type(self).objects.filter(pk=self.pk)

        def write() -> None:
            with suppress(DatabaseError), transaction.atomic():
                mine.update(first_opened_at=Coalesce("first_opened_at", Value(at, DateTimeField())), last_opened_at=at)

        survives(write)

    def new_code(self, *, at: datetime) -> str:
        """Six figures for the same mailbox, good for 10 minutes and five tries."""
        code = f"{secrets.randbelow(1_000_000):06d}"
        self.code_hash, self.code_sent_at, self.code_tries = self._hash_of_code(code), at, 0
        self.save(update_fields=["code_hash", "code_sent_at", "code_tries"])
        return code

    def try_code(self, code: str, *, at: datetime) -> bool:
        """Is this the code? Every try counts, also of two at once; a right one uses the code up."""
        if not self.code_hash or self.code_sent_at is None or at > self.code_sent_at + CODE_LIVES:
            raise Refusal("That code is too old. Ask for a new one.", field="code", code="code_old")
        one_more = type(self).objects.filter(pk=self.pk, code_tries__lt=CODE_TRIES)
        if not one_more.update(code_tries=models.F("code_tries") + 1):
            raise Refusal("That was five tries. Ask for a new code.", field="code", code="code_tries")
        self.code_tries += 1
        right = constant_time_compare(self.code_hash, self._hash_of_code(code))
        if right:
            self.code_hash = ""
            self.save(update_fields=["code_hash"])
        return right

    def _hash_of_code(self, code: str) -> str:
        # Salted with the link's own secret part, so that a table of a million hashes opens nothing.
        return hash_of(f"{self.token_hash}:{code}")


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def principal_of(link: Link, *, today: date) -> Principal:
    """A link speaks for its person, for its one purpose."""
    return Principal(kind="link", person_id=link.person_id, name=link.person.name, link=link, today=today)


@dataclass(frozen=True)
class Purpose:
    """What a kind of link opens: a view of (request, link), declared by the app that owns the subject."""

    name: str
    view: Callable[[HttpRequest, Link], HttpResponse]


_purposes: dict[str, Purpose] = {}


def declare(name: str, view: Callable[[HttpRequest, Link], HttpResponse]) -> None:
    _purposes[name] = Purpose(name, view)


def purpose(name: str) -> Purpose:
    return _purposes[name]


# The device that has shown it can read this mailbox. One cookie; it names person and address, and is signed.
_signer = signing.TimestampSigner(salt="alongside.device")


def _device_value(link: Link) -> str:
    return f"{link.authority_id}:{link.person_id}:{hash_of(link.address.lower())[:32]}"


def remember_device(response: HttpResponse, link: Link, *, secure: bool) -> None:
    response.set_cookie(
        DEVICE_COOKIE,
        _signer.sign(_device_value(link)),
        max_age=int(DEVICE_REMEMBERED.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=secure,
    )


def device_is_known(request: HttpRequest, link: Link) -> bool:
    try:
        value = _signer.unsign(request.COOKIES.get(DEVICE_COOKIE, ""), max_age=DEVICE_REMEMBERED)
    except signing.BadSignature:
        return False
    return constant_time_compare(value, _device_value(link))
