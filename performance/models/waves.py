"""Waves of questionnaires: a round of asking, who was asked, and the unnamed answers with their tallies (0011).

What protects whoever keeps the name off:

- A `Ticket` knows whom it is about, and nothing of what was said once it is sent: its answers are emptied in the same
  statement that says that it is used, and of the moment it keeps the day alone.
- A `Sheet` knows its wave and its cell, and neither a person nor a ticket nor a moment. Its number is drawn by lot, so
  that the order of sheets is no order of time; it holds no words, because words can be recognised.
- Nothing reads a sheet but the closing of its wave, which adds them up once (`Tally`), five or more together or not at
  all. A year later the sheets are gone.
- That an answer without a name was sent is in the audit without its ticket: no moment stands beside a key.
- Closing writes all sheets anew, in the order of their lot, and all used tickets too: after it neither the place of a
  row in the table nor the number of its transaction joins the two. What was begun without a name and not sent is gone.

What this does not protect from is somebody with the database itself before the wave has closed: the sheet and the use
of the ticket are then rows of one transaction, in the order in which they came. Nor from its backups and write-ahead
logs of that time, for as long as they are kept.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, move
from teams.models import Term
from teams.questionnaires.rules import SMALLEST_GROUP, Block, Tallied, tallied
from teams.questionnaires.shipped import PARENT, PULSE, YOUNG
from teams.rules.calendar import school_year_label

SHEETS_ARE_KEPT = timedelta(days=365)  # domain D.2: raw answers a year, then the sums alone


class WaveQuerySet(VisibleQuerySet):
    def over_by(self, day: date) -> WaveQuerySet:
        """Still open, though their last day is past."""
        return self.filter(status=Wave.Status.OPEN, closes_on__lt=day)

    def answered(self) -> WaveQuerySet:
        """Counted: the latest first."""
        return self.filter(status=Wave.Status.CLOSED).order_by("-closes_on", "kind", "pk")


class Wave(Root):
    """A round of asking: one for each kind and term. What is said without a name is not shown before its end."""

    class Kind(models.TextChoices):
        YOUNG = YOUNG, "Young people"
        PARENT = PARENT, "Parents"
        PULSE = PULSE, "How the team works"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Over"

    MOVES = {
        "open": move(),
        "close": move(Status.OPEN, to=Status.CLOSED, refusal="This round is over already."),
        "forget": move(Status.CLOSED, refusal="This round is not over yet."),
    }

    kind = models.CharField(max_length=20, choices=Kind.choices)
    questionnaire = tenant_key("teams.Questionnaire", related_name="waves")
    school_year = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10, choices=Term.Season.choices)
    opens_on = models.DateField()
    closes_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    closed_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)  # the sheets are gone, the sums stay

    objects = WaveQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "kind", "pk"]
        constraints = [
            *wall("performance_wave", "questionnaire"),
            public_ids("performance_wave"),
            models.UniqueConstraint(
                fields=["authority", "kind", "school_year", "season"], name="performance_wave_once_a_term"
            ),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="performance_wave_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.term_in_words}"

    @property
    def term_in_words(self) -> str:
        """ "autumn term 2026/27"."""
        return f"{self.season} term {school_year_label(self.school_year)}"

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    def close(self, *, by: Principal, at: datetime) -> None:
        """No more answers without a name. What there is is counted once, five or more together (0011)."""
        with self.moving("close", by=by, at=at):
            self.closed_at = at
            sheets = list(Sheet.objects.filter(wave=self).order_by("pk"))
            found = tallied(self.questionnaire.asked, ((sheet.cell, sheet.answers) for sheet in sheets))
            Tally.objects.bulk_create(Tally.of(self, each) for each in found)
            # Rows lie in the order in which they came: written anew, they lie in the order of their lot.
            Sheet.objects.filter(pk__in=[sheet.pk for sheet in sheets]).delete()
            Sheet.objects.bulk_create(sheets)
            self.tickets.filter(used_on__isnull=False).update(browser="")
            self.tickets.filter(used_on=None).exclude(named=True).update(answers={}, browser="", named=None)

    def forget(self, *, by: Principal, at: datetime) -> None:
        """The sums stay; what each person said is gone."""
        with self.moving("forget", by=by, at=at):
            self.forgotten_at = at
            Sheet.objects.filter(wave=self).delete()


def drawn_by_lot() -> int:
    """A number that says nothing about when: 62 random bits."""
    return secrets.randbits(62)


class Sheet(TenantModel):
    """What one person said without a name. Read by the closing of its wave and by nobody else: no policy opens it."""

    id = models.BigIntegerField(primary_key=True, default=drawn_by_lot, editable=False)
    wave = tenant_key(Wave, related_name="sheets")
    team = tenant_key("teams.Team", null=True, related_name="+")
    school = tenant_key("schools.School", null=True, related_name="+")
    group = models.CharField(max_length=20, blank=True)
    answers = models.JSONField(default=dict)  # codes of questions and of options; never words

    class Meta:
        ordering = ["id"]
        constraints = [*wall("performance_sheet", "wave", "team", "school")]

    def __str__(self) -> str:
        return "a sheet"

    @property
    def cell(self) -> tuple[Any, Any]:
        """A part of a team. Who answered from no school and no group is of the team's others, under one name with them:
        two blocks of one name would be one row (`performance_tally_counted_once`).
        """
        part = (self.school_id, self.group) if self.school_id or self.group else None
        return (self.team_id, part)


class TallyQuerySet(VisibleQuerySet):
    def for_page(self) -> TallyQuerySet:
        """With the names that stand beside them, in the order in which they are read."""
        return self.select_related("team", "school").order_by("team__name", "school__name", "group", "pk")


class Tally(TenantModel):
    """Five answers or more, added up once: of a school, of the other schools of a team, or of the other teams."""

    wave = tenant_key(Wave, related_name="tallies")
    team = tenant_key("teams.Team", null=True, related_name="+")
    school = tenant_key("schools.School", null=True, related_name="+")
    group = models.CharField(max_length=20, blank=True)
    answers = models.PositiveIntegerField()
    counts = models.JSONField()  # {question: {option: how many}}

    objects = TallyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            *wall("performance_tally", "wave", "team", "school"),
            AppendOnly(name="performance_tally_once"),
            models.UniqueConstraint(
                fields=["authority", "wave", "team", "school", "group"],
                nulls_distinct=False,
                name="performance_tally_counted_once",
            ),
            models.CheckConstraint(condition=Q(answers__gte=SMALLEST_GROUP), name="performance_tally_five"),
        ]

    def __str__(self) -> str:
        return f"{self.answers} answers"

    @classmethod
    def of(cls, wave: Wave, found: Tallied) -> Tally:
        """A block's row. Its whole is a team's key, its part (school's key, group): as Wave.close makes them."""
        whole: Any = found.block.whole
        part: Any = found.block.part or (None, "")
        return cls(
            wave=wave, team_id=whole, school_id=part[0], group=part[1], answers=found.answers, counts=found.counts
        )  # fmt: skip

    @property
    def value(self) -> Tallied:
        return Tallied(Block(self.team_id, self.school_id), self.answers, self.counts)


class WeDid(Root):
    """ "You said, we did": two sentences of a team about a round, shown to whoever answers the next one."""

    class Status(models.TextChoices):
        SHOWN = "shown", "Shown"
        TAKEN_BACK = "taken_back", "Taken back"

    MOVES = {
        "write": move(),
        "take_back": move(Status.SHOWN, to=Status.TAKEN_BACK, refusal="It has been taken back already."),
    }

    wave = tenant_key(Wave, related_name="we_did")
    team = tenant_key("teams.Team", related_name="we_did")
    said = models.CharField(max_length=200)
    did = models.CharField(max_length=200)
    written_by = tenant_key("teams.Person", related_name="+")
    written_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SHOWN)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [*wall("performance_wedid", "wave", "team", "written_by"), public_ids("performance_wedid")]

    def __str__(self) -> str:
        return f"we did {self.public_id}"

    def take_back(self, *, by: Principal, at: datetime) -> None:
        with self.moving("take_back", by=by, at=at):
            pass
