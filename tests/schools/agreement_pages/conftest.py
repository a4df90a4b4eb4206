"""The stories of these tests."""

from __future__ import annotations

from schools.actions.wording import start_wording
from tests.factories.agreements import make_agreement, offered, signed
from tests.factories.authorities import NOW, YEAR_STARTS
from tests.told import story


@story
def county(fenshire):
    with fenshire.inside():
        start_wording(from_day=YEAR_STARTS, by=fenshire.clock, at=NOW)
        fenshire.rows["agreement"] = make_agreement(fenshire)
    return fenshire


@story
def on_offer(county):
    with county.inside():
        county.rows["agreement"] = offered(county.agreement, county)
    return county


@story
def active(on_offer):
    with on_offer.inside():
        on_offer.rows["agreement"] = signed(on_offer.agreement, on_offer)
    return on_offer
