"""The stories of these tests."""

from __future__ import annotations

import pytest

from tests.factories.agreements import make_agreement, offered, signed
from tests.told import story


@pytest.fixture
def county(fenshire):
    with fenshire.inside():
        yield fenshire


@story
def on_offer(fenshire):
    with fenshire.inside():
        return offered(make_agreement(fenshire), fenshire)


@story
def active(fenshire, on_offer):
    with fenshire.inside():
        return signed(on_offer, fenshire)
