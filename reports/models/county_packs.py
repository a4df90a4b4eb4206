"""The county's pack of a term and its two-monthly report (journey S5, L16): editions, words, and sealed copies.

Its figures are counted at a press and stand in the draft. Approving keeps those that were read, one copy for each
circle of readers: each has the figures that its readers may open themselves, and no others.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from performance.models.editions import APPROVED, AskedWords, Edition, kept_by_edition, kept_with_edition
from reports.models.record_papers import SealedPaper, kept_once
from reports.rules import state_of
from reports.wording import Section, period_label
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.models import PublicModel, public_ids, tenant_key
from teams.foundation.transitions import begin, move
from teams.models import Term
from teams.rules.calendar import school_year_label


class CountyPackQuerySet(VisibleQuerySet):
    def same_as(self, *, school_year: int, season: str, starts_on: date) -> CountyPackQuerySet:
        """Every edition about one term, or two months (no `season`), the first first. A term stays itself when its
        days are put right.
        """
        same = Q(kind=CountyPack.Kind.TERM, school_year=school_year, season=season)
        return self.filter(same if season else Q(kind=CountyPack.Kind.TWO_MONTHLY, starts_on=starts_on)).order_by(
            "edition"
        )

    def for_list(self) -> CountyPackQuerySet:
        """Without their figures; `is_corrected` says that a later edition was approved."""
        same = ~Q(season="") | Q(starts_on=OuterRef("starts_on"))  # a term stays itself when its days are put right
        later = CountyPack.objects.filter(
            same, kind=OuterRef("kind"), school_year=OuterRef("school_year"), season=OuterRef("season"),
            edition__gt=OuterRef("edition"), status=CountyPack.Status.APPROVED,
        )  # fmt: skip
        return self.defer("counted").annotate(is_corrected=Exists(later))


class CountyPack(Edition):
    """One edition of a term's pack, or of a two-monthly report."""

    class Kind(models.TextChoices):
        TERM = "term", "Term’s pack"
        TWO_MONTHLY = "two_monthly", "Two-monthly report"

    MOVES = {**Edition.MOVES, "count": move(Edition.Status.DRAFT, refusal=APPROVED)}

    kind = models.CharField(max_length=12, choices=Kind.choices)
    school_year = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10, choices=Term.Season.choices, blank=True)  # of a term's pack
    starts_on = models.DateField()
    ends_on = models.DateField()
    counted = models.JSONField()  # the figures as they were counted last (reports.actions.pack_figures)
    counted_at = models.DateTimeField()

    objects = CountyPackQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "kind", "-edition"]
        constraints = [
            *wall("reports_countypack", "begun_by", "approved_by"),
            *kept_by_edition("reports_countypack"),
            models.UniqueConstraint(
                fields=["authority", "kind", "starts_on", "edition"], name="reports_countypack_edition"
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="reports_countypack_period"),
            models.CheckConstraint(
                condition=Q(kind="term") & ~Q(season="") | Q(kind="two_monthly", season=""),
                name="reports_countypack_season",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """ "Autumn pack 2026/27", "Two-monthly report, September and October 2026"."""
        if self.kind == self.Kind.TWO_MONTHLY:
            return f"Two-monthly report, {self.period}"
        return f"{self.season.capitalize()} pack {school_year_label(self.school_year)}"

    @property
    def period(self) -> str:
        return period_label(self.starts_on, self.ends_on)

    @property
    def counting(self) -> str:
        """Which figures and which words stand in it: named by the page that is pressed."""
        return self.counting_with(self.words.all())

    def counting_with(self, words: Iterable[PackWords]) -> str:
        """The same, where its words are known already."""
        written = [each.written_at for each in words if each.written_at is not None]
        moments = [self.counted_at, *([max(written)] if written else [])]
        return " ".join(moment.astimezone(UTC).isoformat() for moment in moments)

    def count(self, figures: dict[str, Any], *, by: Principal, at: datetime) -> None:
        """They take the place of those that stood there: whoever approves names the ones that she has read."""
        with self.moving("count", by=by, at=at):
            self.counted, self.counted_at = figures, at

    def later_editions(self) -> models.QuerySet[Any]:
        return CountyPack.objects.same_as(**self.about).filter(edition__gt=self.edition)

    @property
    def about(self) -> dict[str, Any]:
        """What it is about, the same for all its editions."""
        return {"school_year": self.school_year, "season": self.season, "starts_on": self.starts_on}


class PackWords(AskedWords):
    """Of one team, in one box; or of the senior managers, about one section."""

    report = tenant_key(CountyPack, related_name="words")
    team = tenant_key("teams.Team", null=True, related_name="pack_words")
    section = models.CharField(max_length=12, choices=[(each.value, each.called) for each in Section], blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "pack words"
        constraints = [
            *wall("reports_packwords", "report", "team", "written_by"),
            *kept_with_edition("reports_packwords"),
            models.UniqueConstraint(
                fields=["authority", "report", "team", "section"],
                nulls_distinct=False,
                name="reports_packwords_once",
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=False, section="") | Q(team=None) & ~Q(section=""),
                name="reports_packwords_whose",
            ),
        ]

    @classmethod
    def ask(cls, report: CountyPack, *, by: Principal, at: datetime, team: Any = None, section: str = "") -> PackWords:
        return begin(cls(report=report, team=team, section=section), "ask", by=by, at=at)

    @property
    def state(self) -> str:
        """Another one for another text."""
        return state_of(self.text)

    @property
    def field(self) -> str:
        """What its box is called in a form."""
        return f"words-{self.section or self.public_id}"


class PackCopy(PublicModel):
    """What one circle of readers has of an approved pack, as it was when it was approved. Written once."""

    class Copy(models.TextChoices):
        WHOLE = "whole", "Whole copy"
        MANAGERS = "managers", "Managers’ copy"
        FINANCE = "finance", "Finance copy"

    pack = tenant_key(CountyPack, related_name="copies")
    copy = models.CharField(max_length=8, choices=Copy.choices)
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "pack copies"
        constraints = [
            *wall("reports_packcopy", "pack"),
            public_ids("reports_packcopy"),
            AppendOnly(name="reports_packcopy_written"),
            models.UniqueConstraint(fields=["authority", "pack", "copy"], name="reports_packcopy_once"),
        ]

    def __str__(self) -> str:
        return f"{self.copy} copy"


class PackPaper(SealedPaper):
    """A copy of a pack, printed."""

    KIND, FOLDER = "county_pack", "packs"

    copy = tenant_key(PackCopy, related_name="papers")

    class Meta:
        ordering = ["-put_down_at", "-pk"]
        constraints = kept_once("reports_packpaper")
        indexes = [models.Index(fields=["authority", "state"], name="reports_packpaper_by_state")]
