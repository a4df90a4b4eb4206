"""Questionnaires and how they are worded: data, written once. Another edition is another row."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models

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

    def in_language(self, language: str) -> Wording:
        """The wording of this language, English where there is none. From `wordings`, which a page loads once."""
        by_language = {wording.language: wording for wording in self.wordings.all()}
        return by_language.get(language) or by_language["en"]


class Wording(TenantModel):
    """The words of one edition in one language: of every question, every answer and every screen around them."""

    class Direction(models.TextChoices):
        LEFT_TO_RIGHT = "ltr", "From left to right"
        RIGHT_TO_LEFT = "rtl", "From right to left"

    questionnaire = tenant_key(Questionnaire, related_name="wordings")
    language = models.CharField(max_length=12)  # as on the web: "en", "pl", "ur"
    name = models.CharField(max_length=40)  # in its own words: "English", "Polski"
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.LEFT_TO_RIGHT)
    words = models.JSONField()

    class Meta:
        app_label = "teams"
        ordering = ["language"]
        constraints = [
            *wall("teams_wording", "questionnaire"),
            AppendOnly(name="teams_wording_once"),
            models.UniqueConstraint(fields=["authority", "questionnaire", "language"], name="teams_wording_language"),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire_id} in {self.language}"

    @classmethod
    def write(
        cls, questionnaire: Questionnaire, language: str, name: str, words: dict[str, Any], direction: str = "ltr"
    ) -> Wording:
        """Raises ValueError where words are missing: a hole on the page of whoever can read no other language."""
        english = cls.objects.filter(questionnaire=questionnaire, language="en").first()
        missing = missing_words(questionnaire.asked, words, besides=english.words if english is not None else ())
        if missing:
            raise ValueError(f"No words in {language} for {', '.join(missing)}.")
        return cls.objects.create(
            questionnaire=questionnaire, language=language, name=name, direction=direction, words=words
        )
