from __future__ import annotations

import pytest

from tests.performance.stories import held, read_all, reviewed
from tests.told import story


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
