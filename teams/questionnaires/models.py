"""Questionnaires and how they are worded: data, written once. Another edition is another row."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q

from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.models import TenantModel, tenant_key
from teams.questionnaires.rules import Question, missing_words, questions_of


class Questionnaire(TenantModel):
    """One edition of one questionnaire: which questions, in which order. The words stand in its wordings."""

    code = models.SlugField(max_length=40, db_index=False)
    edition = models.PositiveSmallIntegerField(default=1)
    questions = models.JSONField()  # [{"code", "kind", "options"}]: teams.questionnaires.rules.questions_of
    made_at = models.DateTimeField()

    class Meta:
        app_label = "teams"
        ordering = ["code", "edition"]
        constraints = [
            *wall("teams_questionnaire"),
            AppendOnly(name="teams_questionnaire_once"),
            models.UniqueConstraint(fields=["authority", "code", "edition"], name="teams_questionnaire_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.code}, edition {self.edition}"

    @cached_property
    def asked(self) -> list[Question]:
        return questions_of(self.questions)

    @cached_property
    def in_use(self) -> dict[str, Wording]:
        """The newest wording of each language that has not been taken off, by language. From `wordings`, which a page
        loads once."""
        newest = {wording.language: wording for wording in sorted(self.wordings.all(), key=lambda each: each.edition)}
        return {language: wording for language, wording in newest.items() if wording.is_shown}

    def in_language(self, language: str) -> Wording:
        """The wording of this language, English where there is none."""
        return self.in_use.get(language) or self.in_use["en"]


class Wording(TenantModel):
    """The words of one edition in one language: of every question, every answer and every screen around them.

    Written once. A correction is another edition of the wording; taking a language off is one that is not shown.
    """

    class Direction(models.TextChoices):
        LEFT_TO_RIGHT = "ltr", "From left to right"
        RIGHT_TO_LEFT = "rtl", "From right to left"

    questionnaire = tenant_key(Questionnaire, related_name="wordings")
    language = models.CharField(max_length=12)  # as on the web: "en", "pl", "ur"
    name = models.CharField(max_length=40)  # in its own words: "English", "Polski"
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.LEFT_TO_RIGHT)
    words = models.JSONField()
    edition = models.PositiveSmallIntegerField(default=1)
    is_shown = models.BooleanField(default=True)
    checked_by = models.CharField(max_length=120, blank=True)  # who can read it; "" for what is shipped
    written_at = models.DateTimeField(null=True)  # None: with the questionnaire

    class Meta:
        app_label = "teams"
        ordering = ["language", "edition"]
        constraints = [
            *wall("teams_wording", "questionnaire"),
            AppendOnly(name="teams_wording_once"),
            models.UniqueConstraint(
                fields=["authority", "questionnaire", "language", "edition"], name="teams_wording_language"
            ),
            models.CheckConstraint(condition=Q(is_shown=True) | ~Q(language="en"), name="teams_wording_english_stays"),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire_id} in {self.language}"

    @classmethod
    def write(
        cls,
        questionnaire: Questionnaire,
        language: str,
        name: str,
        words: dict[str, Any],
        direction: str = "ltr",
        *,
        checked_by: str = "",
        at: datetime | None = None,
    ) -> Wording:
        """In place of what this language had. Raises ValueError where words are missing: a hole on the page of whoever
        can read no other language."""
        written = list(cls.objects.filter(questionnaire=questionnaire, language__in=("en", language)))
        english = next((each for each in written if each.language == "en"), None)
        missing = missing_words(questionnaire.asked, words, besides=english.words if english is not None else ())
        if missing:
            raise ValueError(f"No words in {language} for {', '.join(missing)}.")
        return cls.objects.create(
            questionnaire=questionnaire,
            language=language,
            name=name,
            direction=direction,
            words=words,
            edition=1 + max((each.edition for each in written if each.language == language), default=0),
            checked_by=checked_by,
            written_at=at,
        )

    def take_off(self, *, at: datetime) -> Wording:
        """Nobody is asked in this language from now on."""
        values = {name: getattr(self, name) for name in ("questionnaire", "language", "name", "direction", "words")}
        return type(self).objects.create(**values, edition=self.edition + 1, is_shown=False, written_at=at)
