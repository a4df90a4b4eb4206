"""What managers asked of the county, in each state, and what the county says: a word in each text (S6)."""

from __future__ import annotations

from teams.actions import guidance
from teams.models import CountyQuestion, Place
from tests.factories.authorities import NOW, TODAY, County
from tests.factories.canaries import COUNCIL


def asked_of_us(county: County) -> None:
    me, senior = county.people["senior"], county.as_("senior")
    for name, who in (("open question", "manager"), ("answered question", "manager"), ("guided question", "manager"), ("other question", "other_manager")):  # fmt: skip
        word = county.canaries.plant(name, {"senior", who})
        county.rows[name] = CountyQuestion.ask(f"May we {word}?", place=Place.MONEY, by=county.as_(who), at=NOW)
    word = county.canaries.plant("answer to one", {"senior", "manager"})
    county.rows["answered question"].answer(text=f"You may {word}.", person=me, by=senior, at=NOW)
    first, second = (
        f"All {county.canaries.plant(name, COUNCIL)}" for name in ("guidance before", "guidance withdrawn")
    )
    before = guidance.answer_for_all(
        county.rows["guided question"], first, place=Place.SUPERVISION, starts_on=TODAY, by=senior, at=NOW
    )
    newer = guidance.put_newer(before, second, starts_on=TODAY, by=senior, at=NOW)
    why = county.canaries.plant("why guidance was withdrawn", COUNCIL)
    guidance.withdraw(newer, f"Because {why}", by=senior, at=NOW)
    county.rows |= {"guidance before": before, "guidance withdrawn": newer}
    for place in Place.values:
        word = county.canaries.plant(f"guidance on {place}", COUNCIL)
        question = CountyQuestion.ask("And here?", place=place, by=county.as_("practitioner"), at=NOW)
        county.rows[f"guidance on {place}"] = guidance.answer_for_all(
            question, f"Here {word}", place=place, starts_on=TODAY, by=senior, at=NOW
        )
