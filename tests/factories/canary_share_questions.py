"""Both schools asked whether they keep their share next year; what they said stands with the heads' parts."""

from __future__ import annotations

from schools.actions.share_questions import ASKED, words_for
from schools.models import ShareQuestion
from schools.permissions import SHARE_LINK
from teams.foundation import mail
from tests.factories.authorities import NOW, County


def share_questions(county: County) -> None:
    for school, head in (("oakfield", "head"), ("beech", "other_head")):
        question = ShareQuestion.ask(
            county.rows[school], 2027, county.people[head], asked_by=county.people["senior"],
            by=county.as_("senior"), at=NOW,
        )  # fmt: skip
        mail.write(
            ASKED, to=question.person, matter=f"{ASKED}:{question.public_id}", at=NOW,
            words=words_for(question, writer=question.asked_by), purpose=SHARE_LINK, subject=question, to_school=True,
        )  # fmt: skip
        county.rows[f"{school} question"] = question
