from __future__ import annotations

import pytest

from tests.factories.authorities import NOW
from tests.performance.asked import ready
from tests.performance.stories import held, read_all, reviewed
from tests.told import story


@pytest.fixture
def clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@story
def asking_county(fenshire):
    """Wanda at Oakfield with J.S., Wilf at Beech; the rounds of the autumn term are open."""
    ready(fenshire)
    return fenshire


@story
def in_review(fenshire):
    """See tests/performance/stories.py."""
    with fenshire.inside():
        reviewed(fenshire)
    return fenshire


@story
def sent_round(in_review):
    """The worker has read the head's part, the meeting has been held, nobody has answered."""
    with in_review.inside():
        read_all(in_review, in_review.review)
        in_review.rows["review"] = held(in_review, in_review.review)
    return in_review


@pytest.fixture
def county(in_review):
    with in_review.inside():
        yield in_review


@pytest.fixture
def sent(sent_round):
    with sent_round.inside():
        yield sent_round
