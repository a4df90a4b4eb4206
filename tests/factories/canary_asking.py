"""What people are asked, and what they said: words that only who it is about, and who manages her, may read."""

from __future__ import annotations

from teams.models import Questionnaire, Wording
from teams.questionnaires.newest import start_questionnaires
from tests.factories.authorities import NOW, County
from tests.factories.canaries import EVERYBODY


def asking(county: County) -> None:
    """The questionnaires, one of them in a second language whose words are planted."""
    start_questionnaires(by=county.clock, at=NOW)
    young = Questionnaire.objects.get(code="young-person")
    words = Wording.objects.get(questionnaire=young, language="en").words
    planted = {name: county.canaries.plant(f"wording {name}", EVERYBODY) for name in ("name", "title")}
    Wording.write(young, "xx", planted["name"], words | {"title": planted["title"]})
