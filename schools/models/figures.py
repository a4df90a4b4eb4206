"""What is published about a school, source by source and year by year."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.db import models

from schools.files.values import MARKS
from teams.foundation.constraints import wall
from teams.foundation.models import TenantModel, tenant_key
from teams.foundation.words import NO_BREAK_SPACE
from teams.rules.calendar import school_year_label

# Where figures come from, as people read it. The keys are `Kind.source` of schools.files.
SOURCES = {
    "gias": "Get Information about Schools",
    "edubase": "EduBase",
    "joined": "Census and absence, joined",
    "census": "Census",
    "absence": "Absence",
    "ees_pupils": "Pupils (Explore education statistics)",
    "ees_sen": "Special educational needs (Explore education statistics)",
}


class Line(NamedTuple):
    """One figure as people read it: `value` is "" where there is none, and `instead` says why."""

    words: str
    value: str
    instead: str
    definition: str


class Figures(TenantModel):
    """What one source says of one school for one year.

    A column without a number has its mark in `marks` ("SUPP", "NA", "x", "z", "c"): a mark is never 0. `definitions`
    says how a column is counted where that has changed over the years; figures of two definitions are never compared.
    `year` is the calendar year in which the school year began: 2018 for 2018/19.
    """

    school = tenant_key("schools.School", related_name="figures", on_delete=models.CASCADE)
    source = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    number_on_roll = models.PositiveIntegerField("pupils on roll", null=True)
    girls = models.PositiveIntegerField("girls", null=True)
    boys = models.PositiveIntegerField("boys", null=True)
    free_meals = models.PositiveIntegerField("pupils with free school meals", null=True)
    free_meals_percent = models.DecimalField("free school meals, %", max_digits=7, decimal_places=4, null=True)
    free_meals_ever_6 = models.PositiveIntegerField("free school meals in the last six years", null=True)
    free_meals_ever_6_percent = models.DecimalField(
        "free school meals in the last six years, %", max_digits=7, decimal_places=4, null=True
    )
    sen_support = models.PositiveIntegerField("pupils with SEN support", null=True)
    sen_support_percent = models.DecimalField("SEN support, %", max_digits=7, decimal_places=4, null=True)
    ehc_plans = models.PositiveIntegerField("pupils with an EHC plan", null=True)
    ehc_plans_percent = models.DecimalField("EHC plan, %", max_digits=7, decimal_places=4, null=True)
    english_additional = models.PositiveIntegerField("pupils with English as an additional language", null=True)
    english_additional_percent = models.DecimalField(
        "English as an additional language, %", max_digits=7, decimal_places=4, null=True
    )
    absence_percent = models.DecimalField("absence, %", max_digits=7, decimal_places=4, null=True)
    persistent_absence_percent = models.DecimalField("persistent absence, %", max_digits=7, decimal_places=4, null=True)
    severe_absence_percent = models.DecimalField("severe absence, %", max_digits=7, decimal_places=4, null=True)
    enrolments = models.PositiveIntegerField("pupils counted for absence", null=True)
    marks = models.JSONField(default=dict)
    definitions = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "figures"
        ordering = ["-year", "source"]
        constraints = [
            *wall("schools_figures", "school"),
            models.UniqueConstraint(fields=["authority", "school", "source", "year"], name="schools_figures_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.year}"

    @classmethod
    def columns(cls) -> list[models.Field]:
        """The figures themselves, in the order in which they are shown."""
        return [field for field in cls._meta.concrete_fields if field.null]

    @property
    def source_in_words(self) -> str:
        return SOURCES.get(self.source, self.source)

    @property
    def year_in_words(self) -> str:
        """ "2018/19"."""
        return school_year_label(self.year)

    @property
    def lines(self) -> list[Line]:
        """Every figure that this source gives, or withholds with a mark."""
        return [self._line(field) for field in self.columns() if self._is_said(field)]

    def _is_said(self, field: models.Field) -> bool:
        return getattr(self, field.name) is not None or field.name in self.marks

    def _line(self, field: models.Field) -> Line:
        name, text = str(field.verbose_name), ""
        value, mark = getattr(self, field.name), self.marks.get(field.name, "")
        if value is not None:
            # As it was published: one decimal place stays one.
            text = f"{value.normalize():f}{NO_BREAK_SPACE}%" if isinstance(value, Decimal) else f"{value:,}"
        instead = "" if text else f"Not published ({mark}): {MARKS[mark.casefold()].meaning.lower()}"
        words = name[:1].upper() + name[1:].removesuffix(", %")
        return Line(words, text, instead, self.definitions.get(field.name, ""))
