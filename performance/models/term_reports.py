"""The report of a term on its success criteria: whose words are asked, who approves, which edition (S5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from performance.models.editions import APPROVED, AskedWords, Edition, kept_by_edition, kept_with_edition
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import tenant_key
from teams.foundation.transitions import begin
from teams.models import Term

__all__ = ["APPROVED", "ReportWords", "TermReport"]


class TermReportQuerySet(VisibleQuerySet):
    def for_page(self) -> TermReportQuerySet:
        return self.select_related("begun_by", "approved_by").prefetch_related("words__team", "words__written_by")

    def for_list(self) -> TermReportQuerySet:
        """`is_corrected` says that a later edition was approved, wherever in the list that one stands."""
        later = TermReport.objects.filter(
            school_year=OuterRef("school_year"), season=OuterRef("season"), edition__gt=OuterRef("edition"),
            status=TermReport.Status.APPROVED,
        )  # fmt: skip
        return self.annotate(is_corrected=Exists(later)).order_by("-school_year", "-begun_at", "-pk")

    def of_term(self, school_year: int, season: str) -> TermReportQuerySet:
        """Every edition of one term, the first first."""
        return self.filter(school_year=school_year, season=season).order_by("edition")


class TermReport(Edition):
    """One edition of one term's report on its criteria."""

    school_year = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10, choices=Term.Season.choices)

    objects = TermReportQuerySet.as_manager()

    class Meta:
        ordering = ["-school_year", "-begun_at", "-pk"]
        constraints = [
            *wall("performance_termreport", "begun_by", "approved_by"),
            *kept_by_edition("performance_termreport"),
            models.UniqueConstraint(
                fields=["authority", "school_year", "season", "edition"], name="performance_termreport_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"report of {self.season} {self.school_year}, edition {self.edition}"

    def later_editions(self) -> models.QuerySet[Any]:
        return TermReport.objects.of_term(self.school_year, self.season).filter(edition__gt=self.edition)


class ReportWords(AskedWords):
    """Of one team or of the county."""

    report = tenant_key(TermReport, related_name="words")
    team = tenant_key("teams.Team", null=True, related_name="report_words")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            *wall("performance_reportwords", "report", "team", "written_by"),
            *kept_with_edition("performance_reportwords"),
            models.UniqueConstraint(
                fields=["authority", "report", "team"], nulls_distinct=False, name="performance_reportwords_once"
            ),
        ]

    @classmethod
    def ask(cls, report: TermReport, team: Any, *, by: Principal, at: datetime) -> ReportWords:
        """`team` None: the senior managers' own words about the county."""
        return begin(cls(report=report, team=team), "ask", by=by, at=at)
