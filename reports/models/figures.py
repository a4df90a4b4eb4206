"""Figures that are kept: readings for comparing, what somebody saw when she looked last, and what was printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from psycopg2.extras import Json

from reports.models.counted_whom import keys_of, still_hers
from reports.permissions import counts_over
from teams.foundation import audit
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.models import PublicModel, TenantModel, public_ids, tenant_key
from teams.foundation.tenancy import current_authority_id
from teams.models import Authority


class Reading(TenantModel):
    """What a figure came to in one cell, of an area and a team, on one day: for last term, last year and the line.

    `number` is None where it was not known. Written once; what is too small to tell is hidden when it is read, by the
    figure's own rule, as today's number is.
    """

    code = models.SlugField(max_length=40, db_index=False)
    taken_on = models.DateField()
    area = tenant_key("teams.Area", null=True, related_name="+")
    team = tenant_key("teams.Team", null=True, related_name="+")
    number = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    of = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    class Meta:
        ordering = ["taken_on", "pk"]
        constraints = [
            *wall("reports_reading", "area", "team"),
            AppendOnly(name="reports_reading_once"),
            models.UniqueConstraint(
                fields=["authority", "code", "taken_on", "area", "team"],
                nulls_distinct=False,
                name="reports_reading_once_a_day",
                include=["number", "of"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} on {self.taken_on}"


class Look(TenantModel):
    """What somebody saw on the county's page: on the day she looked last, and on the day before that on which she did.

    `seen` and `before` are {code: {"number": "41", "of": "55", "text": "41"}}: what is too small was hidden then too.
    """

    person = tenant_key("teams.Person", related_name="+")
    seen_on = models.DateField()
    seen = models.JSONField(default=dict)
    before_on = models.DateField(null=True)
    before = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        constraints = [
            *wall("reports_look", "person"),
            models.UniqueConstraint(fields=["authority", "person"], name="reports_look_once"),
        ]

    def __str__(self) -> str:
        return f"looked on {self.seen_on}"

    @classmethod
    def keep(cls, person_id: int, seen: Mapping[str, Any], *, today: date) -> Look:
        """The first look of a day moves what was seen before aside. One statement, so that two pages never collide."""
        rows = cls.objects.raw(
            "INSERT INTO reports_look AS known (authority_id, person_id, seen_on, seen, before) "
            "VALUES (%s, %s, %s, %s, '{}') ON CONFLICT (authority_id, person_id) DO UPDATE SET "
            "before_on = CASE WHEN known.seen_on < EXCLUDED.seen_on THEN known.seen_on ELSE known.before_on END, "
            "before = CASE WHEN known.seen_on < EXCLUDED.seen_on THEN known.seen ELSE known.before END, "
            "seen_on = EXCLUDED.seen_on, seen = EXCLUDED.seen RETURNING *",
            [current_authority_id(), person_id, today, Json(seen)],
        )
        return cast(Look, rows[0])


class SheetQuerySet(VisibleQuerySet):
    def visible_to(self, principal: Principal) -> SheetQuerySet:
        """As its policy says, and while nobody else has whom it counts."""
        return super().visible_to(principal).filter(still_hers(principal))

    def with_figures(self, codes: Iterable[str] | None) -> SheetQuerySet:
        """Those on which one of these figures stands, for a list; None is any."""
        figures = PrintedFigure.objects.filter(sheet=OuterRef("pk"))
        figures = figures if codes is None else figures.filter(code__in=list(codes))
        return self.filter(Exists(figures)).select_related("made_by").defer("county")


class Sheet(PublicModel):
    """A sheet of figures as it was printed: on paper each has a number that finds it again, with what stood there."""

    title = models.CharField(max_length=120)
    where = models.CharField(max_length=160)  # the longest name, and "as far as you manage it"
    on = models.DateField()
    # Counted over everybody, with what is too small hidden; else over whom its maker manages, and for her alone.
    of_county = models.BooleanField(default=False)
    # Where it is hers alone: by which of her rights it was counted (reports.permissions.counts_over).
    counted_over = ArrayField(models.CharField(max_length=60), default=list)
    # And whom: the keys of the placements and of the workers (reports.models.counted_whom). None: nobody knows.
    counted_placements = ArrayField(models.BigIntegerField(), null=True)
    counted_workers = ArrayField(models.BigIntegerField(), default=list)
    # What stood beside them on the county's page: tiles, map, tables (reports.views.county). {} for other sheets.
    county = models.JSONField(default=dict)
    made_by = tenant_key("teams.Person", related_name="+")
    made_at = models.DateTimeField()

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            *wall("reports_sheet", "made_by"),
            public_ids("reports_sheet"),
            AppendOnly(name="reports_sheet_once"),
        ]
        indexes = [models.Index(fields=["authority", "made_by"], name="reports_sheet_by_person")]

    def __str__(self) -> str:
        return f"sheet of {self.on}"

    @classmethod
    def keep(
        cls,
        figures: Iterable[Mapping[str, Any]],
        *,
        title: str,
        where: str,
        on: date,
        of_county: bool,
        by: Principal,
        at: datetime,
        county: Mapping[str, Any] | None = None,
    ) -> Sheet:
        """These figures as they stand (`Figure.as_kept`), each under the authority's next number. Hers who presses."""
        hers: dict[str, Any] = {} if of_county else {"counted_over": counts_over(by), **keys_of(by)}
        sheet = cls.objects.create(
            title=title, where=where, on=on, of_county=of_county, county=dict(county or {}),
            made_by_id=by.person_id or 0, made_at=at, **hers,
        )  # fmt: skip
        PrintedFigure.number_all(PrintedFigure(sheet=sheet, code=figure["code"], kept=figure) for figure in figures)
        audit.record("sheet.keep", by=by, at=at, subjects=[sheet])
        return sheet


FIRST_NUMBER = 1001  # four figures from the first one on: nobody takes it for a count


class PrintedFigureQuerySet(VisibleQuerySet):
    def visible_to(self, principal: Principal) -> PrintedFigureQuerySet:
        """As its policy says; of a sheet, while nobody else has whom that counts."""
        return super().visible_to(principal).filter(still_hers(principal, "sheet__"))

    def numbers_on(self, sheets: Iterable[Sheet], codes: Iterable[str] | None) -> dict[int, tuple[int, int, int]]:
        """By the key of each of these sheets: how many of these figures stand on it, the first and the last number."""
        rows = self.filter(sheet__in=list(sheets))
        rows = rows if codes is None else rows.filter(code__in=list(codes))
        told = rows.order_by().values("sheet").annotate(count=Count("pk"), first=Min("number"), last=Max("number"))
        return {each["sheet"]: (each["count"], each["first"], each["last"]) for each in told}


class PrintedFigure(TenantModel):
    """One figure as it was printed, under the number that stands beside it on paper: "Figure 1042".

    It stood on a sheet, or in an approved edition of a county's pack: there in these `copies` of it, which say the
    same. A copy that hides more has its figure under a number of its own. `kept` is `Figure.as_kept`.
    """

    sheet = tenant_key(Sheet, null=True, related_name="figures")
    pack = tenant_key("reports.CountyPack", null=True, related_name="printed")
    copies = ArrayField(models.CharField(max_length=8), default=list)  # PackCopy.Copy
    number = models.PositiveIntegerField()
    code = models.SlugField(max_length=40, db_index=False)
    kept = models.JSONField()

    objects = PrintedFigureQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            *wall("reports_printedfigure", "sheet", "pack"),
            AppendOnly(name="reports_printedfigure_once"),
            models.UniqueConstraint(fields=["authority", "number"], name="reports_printedfigure_number"),
            models.CheckConstraint(
                condition=Q(sheet__isnull=False, pack=None, copies=[])
                | Q(sheet=None, pack__isnull=False) & ~Q(copies=[]),
                name="reports_printedfigure_stood_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"figure {self.number}"

    @classmethod
    def number_all(cls, rows: Iterable[PrintedFigure]) -> None:
        """Keep these, each under the authority's next number, which the statement looks for itself."""
        Authority.one_at_a_time()  # two presses at once never share a number
        highest = cls.objects.order_by("-number").values("number")[:1]
        numbered = list(rows)
        for place, row in enumerate(numbered, start=1):
            row.number = Coalesce(Subquery(highest), FIRST_NUMBER - 1) + place
        cls.objects.bulk_create(numbered)
