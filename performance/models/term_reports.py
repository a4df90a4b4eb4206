"""The report of a term on its success criteria: whose words are asked, who approves, which edition (S5)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import Sealed, SealedWith, wall
from teams.foundation.errors import Refusal
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.models import Term

APPROVED = "This report is approved. What is to be put right goes into a second edition."


class TermReportQuerySet(VisibleQuerySet):
    def for_page(self) -> TermReportQuerySet:
        return self.select_related("begun_by", "approved_by").prefetch_related("words__team", "words__written_by")

    def of_term(self, school_year: int, season: str) -> TermReportQuerySet:
        """Every edition of one term, the first first."""
        return self.filter(school_year=school_year, season=season).order_by("edition")


class TermReport(Root):
    """One edition of one term's report. Begun: managers are asked for their words. Approved: it is printed as it is."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Words are asked"
        APPROVED = "approved", "Approved"

    MOVES = {
        "begin": move(),
        "approve": move(Status.DRAFT, to=Status.APPROVED, refusal=APPROVED),
    }

    school_year = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10, choices=Term.Season.choices)
    edition = models.PositiveSmallIntegerField(default=1)
    why = models.CharField(max_length=300, blank=True)  # of a second edition: what is put right
    words_by = models.DateField()  # until when the managers are asked
    begun_by = tenant_key("teams.Person", related_name="+")
    begun_at = models.DateTimeField()
    approved_by = tenant_key("teams.Person", null=True, related_name="+")
    sealed_at = models.DateTimeField(null=True)  # when it was approved
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)

    objects = TermReportQuerySet.as_manager()

    class Meta:
        ordering = ["-school_year", "-begun_at", "-pk"]
        constraints = [
            *wall("performance_termreport", "begun_by", "approved_by"),
            public_ids("performance_termreport"),
            Sealed(name="performance_termreport_sealed"),
            models.UniqueConstraint(
                fields=["authority", "school_year", "season", "edition"], name="performance_termreport_edition"
            ),
            models.CheckConstraint(
                condition=Q(sealed_at=None, status="draft") | Q(sealed_at__isnull=False, status="approved"),
                name="performance_termreport_approved_is_sealed",
            ),
            models.CheckConstraint(condition=Q(edition=1) | ~Q(why=""), name="performance_termreport_why"),
        ]

    def __str__(self) -> str:
        return f"report of {self.season} {self.school_year}, edition {self.edition}"

    def approve(self, *, person: Any, by: Principal, at: datetime) -> None:
        """Somebody has read it and thought about it. It is printed from what stands now (news: "approve")."""
        with self.moving("approve", by=by, at=at):
            self.approved_by, self.sealed_at = person, at


class ReportWords(Root):
    """ "What we think this means", of one team or of the county: asked of a person first, in one box."""

    class Status(models.TextChoices):
        ASKED = "asked", "Asked"
        WRITTEN = "written", "Written"

    MOVES = {
        "ask": move(),
        "write": move(to=Status.WRITTEN),
    }

    report = tenant_key(TermReport, related_name="words")
    team = tenant_key("teams.Team", null=True, related_name="report_words")
    text = models.TextField(max_length=2000, blank=True)
    written_by = tenant_key("teams.Person", null=True, related_name="+")
    written_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            *wall("performance_reportwords", "report", "team", "written_by"),
            public_ids("performance_reportwords"),
            SealedWith(name="performance_reportwords_sealed", field="report"),
            models.UniqueConstraint(
                fields=["authority", "report", "team"], nulls_distinct=False, name="performance_reportwords_once"
            ),
        ]

    def __str__(self) -> str:
        return f"words {self.status}"

    @classmethod
    def ask(cls, report: TermReport, team: Any, *, by: Principal, at: datetime) -> ReportWords:
        """`team` None: the senior managers' own words about the county."""
        return begin(cls(report=report, team=team), "ask", by=by, at=at)

    def write(self, text: str, *, person: Any, by: Principal, at: datetime) -> None:
        """As often as wanted until the report is approved. Raises Refusal, field "text"."""
        with self.moving("write", by=by, at=at):
            if not text.strip():
                raise Refusal("Write what you think this means, in a few sentences.", field="text", code="no_words")
            self.text, self.written_by, self.written_at = text.strip(), person, at

    def is_late(self, today: date) -> bool:
        return self.status == self.Status.ASKED and self.report.words_by < today
