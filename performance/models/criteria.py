"""Success criteria of a team or the county, what speaks for them, and how they are judged each term (H89, H90, M9)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from performance.rules.criteria import GROUPS
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.errors import Refusal
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.models import Term

DROPPED = "This criterion was dropped. Set it anew."


class CriterionQuerySet(VisibleQuerySet):
    def of_year(self, school_year: int) -> CriterionQuerySet:
        """In use in this school year: the county's first, then team by team."""
        rows = self.filter(school_year=school_year, status=SuccessCriterion.Status.SET).select_related("team__area")
        return rows.order_by(models.F("team__name").asc(nulls_first=True), "position", "pk")

    def with_judgements(self) -> CriterionQuerySet:
        return self.prefetch_related(models.Prefetch("judgements", Judgement.objects.select_related("judged_by")))


class SuccessCriterion(Root):
    """Of one team, or of the county where there is no team. `groups` are whose views are asked (H90)."""

    class Status(models.TextChoices):
        SET = "set", "Set"
        DROPPED = "dropped", "Dropped"

    MOVES = {
        "set": move(),
        "change": move(Status.SET, refusal=DROPPED),
        "judge": move(Status.SET, refusal=DROPPED),
        "drop": move(Status.SET, to=Status.DROPPED, refusal=DROPPED),
    }

    team = tenant_key("teams.Team", null=True, related_name="criteria")
    school_year = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    deadline = models.DateField()
    groups = ArrayField(models.CharField(max_length=20), default=list)
    set_at = models.DateTimeField()
    dropped_because = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SET)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        ordering = ["school_year", "position", "pk"]
        verbose_name_plural = "success criteria"
        constraints = [
            *wall("performance_successcriterion", "team"),
            public_ids("performance_successcriterion"),
            models.CheckConstraint(condition=~Q(text=""), name="performance_successcriterion_words"),
        ]
        indexes = [models.Index(fields=["authority", "school_year", "team"], name="performance_criterion_by_year")]

    def __str__(self) -> str:
        return self.text

    @property
    def whose(self) -> str:
        return self.team.name if self.team is not None else "The county"

    @property
    def groups_in_words(self) -> list[str]:
        return [GROUPS[group] for group in GROUPS if group in self.groups]

    @classmethod
    def set_for(
        cls, team: Any, school_year: int, text: str, *, deadline: date, groups: list[str], by: Principal, at: datetime
    ) -> SuccessCriterion:
        """The next of this team and year. Raises Refusal, field "groups", where nobody's view would be asked."""
        if not groups:
            raise Refusal("Choose whose views are asked about it.", field="groups", code="nobody")
        last = cls.objects.filter(team=team, school_year=school_year).aggregate(last=models.Max("position"))["last"]
        made = cls(
            team=team,
            school_year=school_year,
            position=(last or 0) + 1,
            text=text.strip(),
            deadline=deadline,
            groups=groups,
            set_at=at,
        )
        return begin(made, "set", by=by, at=at)

    def change(self, text: str, *, deadline: date, groups: list[str], by: Principal, at: datetime) -> None:
        """Until it is judged: after that it stays what it was judged as. Raises Refusal, field "text"."""
        with self.moving("change", by=by, at=at):
            if self.judgements.exists():
                raise Refusal(
                    "It has been judged already, so its words stay. Drop it, and set another.",
                    field="text",
                    code="judged",
                )
            self.text, self.deadline, self.groups = text.strip(), deadline, groups

    def judge(
        self, level: str, reason: str, *, school_year: int, season: str, person: Any, by: Principal, at: datetime
    ) -> Judgement:
        """How far it is at the end of a term, and why. A later one of the same term stands on top.

        Raises Refusal, fields "level" and "reason".
        """
        with self.moving("judge", by=by, at=at):
            if level not in Judgement.Level.values:
                raise Refusal("Choose how far it is.", field="level", code="choose")
            if not reason.strip():
                raise Refusal("Give the reason in a sentence or two.", field="reason", code="no_words")
            made = Judgement(
                criterion=self,
                school_year=school_year,
                season=season,
                level=level,
                reason=reason.strip(),
                judged_by=person,
                judged_at=at,
            )
            made.save(force_insert=True)
            return made

    def drop(self, reason: str, *, by: Principal, at: datetime) -> None:
        """It is not pursued any more, and why. Raises Refusal, field "reason"."""
        with self.moving("drop", by=by, at=at):
            if not reason.strip():
                raise Refusal("Say why it is dropped, in a few words.", field="reason", code="no_words")
            self.dropped_because = reason.strip()

    def judged_in(self, school_year: int, season: str) -> Judgement | None:
        """What stands for this term. Reads prefetched judgements."""
        found = [each for each in self.judgements.all() if (each.school_year, each.season) == (school_year, season)]
        return found[-1] if found else None


class Judgement(TenantModel):
    """How far a criterion is at one term, with its reason. Written once."""

    class Level(models.TextChoices):
        MET = "met", "Met"
        ON_THE_WAY = "on_the_way", "On the way"
        NOT_YET = "not_yet", "Not yet"
        CANNOT_SAY = "cannot_say", "Cannot say"

    criterion = tenant_key(SuccessCriterion, related_name="judgements")
    school_year = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10, choices=Term.Season.choices)
    level = models.CharField(max_length=10, choices=Level.choices)
    reason = models.CharField(max_length=600)
    judged_by = tenant_key("teams.Person", related_name="+")
    judged_at = models.DateTimeField()

    class Meta:
        ordering = ["judged_at", "pk"]
        constraints = [
            *wall("performance_judgement", "criterion", "judged_by"),
            AppendOnly(name="performance_judgement_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="performance_judgement_reason"),
        ]
        indexes = [models.Index(fields=["authority", "criterion"], name="performance_judgement_of")]

    def __str__(self) -> str:
        return f"{self.level} in {self.season} {self.school_year}"


class EvidenceQuerySet(VisibleQuerySet):
    def shown(self) -> EvidenceQuerySet:
        return self.filter(status=Evidence.Status.SHOWN).select_related("brought_by").order_by("happened_on", "pk")


class Evidence(Root):
    """What speaks for a criterion, or against it: a link to where it happened, and why it counts in a sentence.

    `subject_id` is the public id of the joint visit or the feedback; `figure` the code of a measure. `says` is what is
    printed: a quote only with consent, and never a name.
    """

    class Kind(models.TextChoices):
        VISIT = "visit", "Joint visit"
        QUOTE = "quote", "Quote"
        FIGURE = "figure", "Figure"
        WORDS = "words", "Something that happened"

    class Status(models.TextChoices):
        SHOWN = "shown", "Shown"
        TAKEN_BACK = "taken_back", "Taken back"

    MOVES = {
        "bring": move(),
        "take_back": move(Status.SHOWN, to=Status.TAKEN_BACK, refusal="It has been taken back already."),
    }

    criterion = tenant_key(SuccessCriterion, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject_id = models.UUIDField(null=True)
    figure = models.CharField(max_length=40, blank=True)
    happened_on = models.DateField()
    says = models.CharField(max_length=300)
    brought_by = tenant_key("teams.Person", related_name="+")
    brought_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SHOWN)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["happened_on", "pk"]
        constraints = [
            *wall("performance_evidence", "criterion", "brought_by"),
            public_ids("performance_evidence"),
            models.CheckConstraint(condition=~Q(says=""), name="performance_evidence_words"),
            models.CheckConstraint(
                condition=Q(kind__in=("visit", "quote"), subject_id__isnull=False, figure="")
                | Q(kind="figure", subject_id=None) & ~Q(figure="")
                | Q(kind="words", subject_id=None, figure=""),
                name="performance_evidence_source",
            ),
            models.UniqueConstraint(
                fields=["authority", "criterion", "subject_id"],
                condition=Q(subject_id__isnull=False, status="shown"),
                name="performance_evidence_each_once",
            ),
        ]
        indexes = [models.Index(fields=["authority", "criterion"], name="performance_evidence_of")]

    def __str__(self) -> str:
        return f"evidence {self.kind} {self.happened_on:%Y-%m-%d}"

    def take_back(self, *, by: Principal, at: datetime) -> None:
        """It does not speak for it after all."""
        with self.moving("take_back", by=by, at=at):
            pass
