"""One answer that somebody is asked for, from the press that asks to the press that sends.

What protects whoever keeps the name off is said in performance.models.waves.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q

from performance.models.said import Feedback
from performance.models.waves import Sheet, Wave
from teams.foundation import audit
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.links import hash_of
from teams.foundation.models import PublicModel, public_ids, tenant_key
from teams.foundation.transitions import begin
from teams.questionnaires.rules import taken


class TicketQuerySet(VisibleQuerySet):
    def with_token(self, token: str) -> TicketQuerySet:
        """The ticket that this token opens, whatever has become of it since, with all that its pages name."""
        named = self.select_related("wave__questionnaire", "worker", "manager", "school", "team", "young_person")
        return named.prefetch_related("wave__questionnaire__wordings").filter(token_hash=hash_of(token))

    def forget_begun(self, at: datetime) -> None:
        """What was begun and can be sent no more: the link is too old, or without a name and the round is over."""
        is_over = Q(wave__status=Wave.Status.CLOSED) & ~Q(named=True)
        begun = self.filter(used_on=None).exclude(answers={}, browser="", named=None)
        gone = begun.filter(Q(expires_at__lte=at) | is_over)
        self.filter(pk__in=gone.values("pk")).update(answers={}, browser="", named=None)


class Ticket(PublicModel):
    """One answer that somebody was asked for. Its token is known only to the page or the message that it is in."""

    class Channel(models.TextChoices):
        ACCOUNT = "account", "Their own account"
        LINK = "link", "A link"
        CODE = "qr", "A code to scan"
        DEVICE = "device", "This device, handed over"

    LIVES = {
        Channel.ACCOUNT: timedelta(days=100),
        Channel.LINK: timedelta(days=14),
        Channel.CODE: timedelta(days=14),
        Channel.DEVICE: timedelta(hours=2),
    }
    purpose = "questions"  # as a principal: what a link of ours says too

    token_hash = models.CharField(max_length=64)
    wave = tenant_key(Wave, related_name="tickets")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    worker = tenant_key("teams.Person", related_name="asked_about")
    manager = tenant_key("teams.Person", null=True, related_name="+")  # who reads it too, as the promise says
    school = tenant_key("schools.School", null=True, related_name="+")
    team = tenant_key("teams.Team", null=True, related_name="+")
    young_person = tenant_key("casework.YoungPerson", null=True, related_name="tickets")
    group = models.CharField(max_length=20, blank=True)
    asked_by = tenant_key("teams.Person", related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)
    # Of who is half way; emptied when it is sent. Nothing of it is ever drawn on a page again.
    answers = models.JSONField(default=dict)
    named = models.BooleanField(null=True)
    language = models.CharField(max_length=12, default="en")
    browser = models.CharField(max_length=64, blank=True)  # where it was begun: nobody goes on elsewhere
    ring = models.CharField(max_length=40, blank=True)  # "Ring me instead": a number, until somebody has rung
    ring_asked_at = models.DateTimeField(null=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            *wall(
                "performance_ticket", "wave", "worker", "manager", "school", "team", "young_person", "asked_by"
            ),
            public_ids("performance_ticket"),
            models.UniqueConstraint(fields=["authority", "token_hash"], name="performance_ticket_token"),
            models.UniqueConstraint(
                fields=["authority", "wave", "young_person"],
                condition=Q(used_on__isnull=False),
                name="performance_ticket_one_answer_each",
            ),
            models.CheckConstraint(condition=Q(used_on=None) | Q(answers={}), name="performance_ticket_emptied"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["authority", "young_person", "wave"], name="performance_ticket_by_young")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} until {self.expires_at:%Y-%m-%d}"

    @property
    def subject_id(self) -> object:
        return self.public_id

    def principal(self, today: date) -> Principal:
        """Whoever holds it speaks for one answer."""
        return Principal(kind="link", link=self, today=today)

    def is_good(self, now: datetime) -> bool:
        return self.voided_at is None and self.used_on is None and self.expires_at > now

    def start(self, *, named: bool, language: str) -> str:
        """With a name or without. Returns what this browser is known by; what was begun elsewhere is forgotten."""
        self.named, self.language, self.browser, self.answers = named, language, secrets.token_hex(16), {}
        self.save(update_fields=["named", "language", "browser", "answers"])
        return self.browser

    def keep(self, code: str, answer: str) -> None:
        """One answer of who is half way; "" is a question skipped."""
        others = {key: value for key, value in self.answers.items() if key != code}
        self.answers = others | ({code: answer} if answer else {})
        self.save(update_fields=["answers"])

    def stop(self) -> None:
        """They stopped. Nothing of it stays."""
        self.answers, self.named, self.browser = {}, None, ""
        self.save(update_fields=["answers", "named", "browser"])

    def send(self, words: dict[str, str], *, may_be_quoted: bool, at: datetime, today: date) -> None:
        """The one answer. `words` by the code of their question. Raises Refusal where it has been sent, or is too late.

        The caller holds a transaction: the ticket's use and what was said are written together or not at all.
        """
        wave = Wave.objects.select_for_update(of=("self",)).get(pk=self.wave_id)
        mine = Ticket.objects.select_for_update(of=("self",)).get(pk=self.pk)
        twice = Ticket.objects.filter(wave=wave, young_person=mine.young_person_id, used_on__isnull=False)
        if not mine.is_good(at) or (mine.young_person_id is not None and twice.exists()):
            raise Refusal("This has been sent already.", code="used")
        if not mine.named and not wave.is_open:
            raise Refusal("This round is over.", code="closed")
        said = taken(self.wave.questionnaire.asked, mine.answers | words, named=bool(mine.named))
        if not said:
            pass  # every question skipped: nothing was said, so there is nothing to count
        elif mine.named:
            text = {question.code for question in self.wave.questionnaire.asked if not question.is_counted}
            feedback = Feedback(
                wave=wave,
                young_person_id=mine.young_person_id,
                side=Feedback.Side.PARENT if wave.kind == Wave.Kind.PARENT else Feedback.Side.YOUNG,
                worker_id=mine.worker_id,
                school_id=mine.school_id,
                answers={code: answer for code, answer in said.items() if code not in text},
                words="\n".join(said[code] for code in sorted(text & said.keys())),
                may_be_quoted=may_be_quoted,
                said_on=today,
            )
            begin(feedback, "give", by=self.principal(today), at=at)
        else:
            Sheet.objects.create(
                wave=wave, team_id=mine.team_id, school_id=mine.school_id, group=mine.group, answers=said
            )
        is_named = bool(mine.named)
        mine.used_on, mine.answers, mine.named, mine.browser = today, {}, None, ""
        mine.save(update_fields=["used_on", "answers", "named", "browser"])
        self.used_on, self.answers = today, {}
        # Without a name it is not said whose: its moment beside the order of the sheets would tell who said what.
        audit.record("ticket.use", by=self.principal(today), at=at, subjects=[self] if is_named else [])

    def ask_to_be_rung(self, number: str, *, at: datetime, today: date) -> None:
        """ "Ring me instead": the number stands beside the young person until somebody has rung."""
        self.ring, self.ring_asked_at = number, at
        self.save(update_fields=["ring", "ring_asked_at"])
        audit.record("ticket.ask_to_be_rung", by=self.principal(today), at=at, subjects=[self])

    def rung(self, *, by: Principal, at: datetime) -> None:
        """Somebody has rung; the number goes."""
        self.ring = ""
        self.save(update_fields=["ring"])
        audit.record("ticket.rung", by=by, at=at, subjects=[self])
