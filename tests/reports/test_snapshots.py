"""What a term's paper counts and charges when something changes on the way: notice is given, or the days are others."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import pdf
from reports.actions.snapshots import snapshot_of
from reports.rules import cost_until, sheet_until
from schools.actions import agreements, changes
from schools.actions.placements import Days, change_days
from schools.models import Agreement
from schools.rules.money import charged_until
from teams.rules.calendar import bank_holidays_in
from tests.documents.reading import words
from tests.factories.agreements import FIVE_DAYS, fresh, make_agreement, offered, signed
from tests.factories.authorities import NOW
from tests.factories.snapshots import make_snapshot
from tests.reports.stories import add_terms
from tests.told import story

NOVEMBER = NOW.replace(month=11, day=5)


@story
def active(fenshire):
    fenshire.rows["autumn"] = add_terms(fenshire)[0]
    with fenshire.inside():
        return signed(offered(make_agreement(fenshire), fenshire), fenshire)


@pytest.fixture
def county(fenshire, active):
    with fenshire.inside():
        yield fenshire


def snapshot(county, agreement):
    loaded = (
        Agreement.objects.select_related("placement__school", "in_force")
        .prefetch_related("signatures", "versions")
        .get(pk=agreement.pk)
    )
    return snapshot_of(
        loaded,
        county.autumn,
        authority=county.authority,
        closed=bank_holidays_in({2026}),
        reference="FEN-1",
        at=NOVEMBER,
    )


@pytest.mark.django_db
def test_after_notice_nothing_is_charged_for_days_after_the_last_one(county, active):
    whole = snapshot(county, active)
    changes.end(active, on=date(2026, 11, 15), reason="Notice.", by=county.as_("manager"), at=NOW)
    cut = snapshot(county, active)

    month = Decimal("1178.75")
    assert whole["charge"]["term"] == "4715.00"
    assert [Decimal(amount) for _, amount in cut["charge"]["months"]] == [month, month, Decimal("589.38")]
    assert cut["charge"]["term"] == cut["cost_sheet"]["total"] == "2946.88"
    assert sum(Decimal(payer["total"]) for payer in cut["cost"]["payers"]) == Decimal(cut["cost"]["total"])
    assert [term["season"] for term in cut["cost_sheet"]["terms"]] == ["autumn"]
    assert cut["days"]["total"] < whole["days"]["total"]
    assert cut["cost_digest"] == whole["cost_digest"], "the code is that of what was signed"

    for copy in ("school", "council"):
        said = words(pdf.draw("service_agreement", cut, copy))
        assert "1 September 2026 to 15 November 2026" in said
        assert "Notice was given" in said
        assert "2,946.88" in said
        assert "4,715.00" not in said
        assert "December 2026" not in said.partition("What is paid, month by month")[2].partition("Confidentiality")[0]


@pytest.mark.django_db
def test_other_days_count_from_the_day_on_which_all_have_signed_them(county, active):
    manager = county.as_("manager", NOVEMBER.date())
    before = snapshot(county, active)
    agreement = fresh(active)
    agreement.revise(by=manager, at=NOVEMBER)
    four = Days(timetable=FIVE_DAYS[:4], starts_on=agreement.placement.starts_on, focus=agreement.placement.focus)
    change_days(fresh(agreement), four, by=manager, at=NOVEMBER)
    agreements.offer(fresh(agreement), authority=county.authority, by=manager, at=NOVEMBER)
    now = signed(fresh(agreement), county, at=NOVEMBER)

    after = snapshot(county, now)
    days_before, days_after = dict(before["days"]["by_weekday"]), dict(after["days"]["by_weekday"])
    fridays_gone = sum(
        1
        for each in range((NOVEMBER.date() - county.autumn.starts_on).days)
        if (day := county.autumn.starts_on + timedelta(days=each)).weekday() == 4
        and not county.autumn.half_term_starts_on <= day <= county.autumn.half_term_ends_on
    )
    assert days_after == days_before | {"Friday": fridays_gone}
    assert fridays_gone < days_before["Friday"]
    assert Decimal(after["days"]["hours"]) == 7 * sum(days_after.values())
    assert [each["until"] for each in after["days"]["before"]] == ["2026-11-04"]
    said = words(pdf.draw("service_agreement", after, "way"))
    assert "Until 4 November 2026 the days were Monday, Tuesday, Wednesday, Thursday and Friday" in said


@pytest.mark.django_db
def test_a_change_of_words_alone_says_nothing_of_other_days(county, active):
    manager = county.as_("manager", NOVEMBER.date())
    before = snapshot(county, active)
    agreement = fresh(active)
    agreement.revise(by=manager, at=NOVEMBER)
    agreement.write({"focus": "Reading"}, by=manager, at=NOVEMBER)
    now = signed(offered(fresh(agreement), county, at=NOVEMBER), county, at=NOVEMBER)
    assert now.in_force.number == 2
    assert snapshot(county, now)["days"] == before["days"]


@given(last_day=st.dates(date(2026, 9, 1), date(2027, 8, 31)))
def test_a_cut_schedule_adds_up_whatever_the_last_day(last_day):
    whole = make_snapshot(payers=4)
    cost, sheet = cost_until(last_day, whole["cost"]), sheet_until(last_day, whole["cost_sheet"])
    assert sum(payer["total"] for payer in cost["payers"]) == cost["total"]
    assert sum(sum(each["amounts"]) for each in cost["months"]) == cost["total"]
    assert sum(sum(each["amounts"]) for each in cost["terms"]) == cost["total"]
    assert sum(each["amount"] for each in sheet["months"]) == sheet["total"]
    assert sum(each["amount"] for each in sheet["terms"]) == sheet["total"]
    school = next(at for at, payer in enumerate(cost["payers"]) if payer["is_school"])
    assert cost["payers"][school]["total"] == sheet["total"], "both copies say the same"
    assert all(date.fromisoformat(each["month"]) <= last_day for each in sheet["months"])


@given(
    amount=st.decimals(0, 100_000, places=2), day=st.integers(1, 31), month=st.sampled_from([date(2026, 10, 1), date(2027, 2, 1)])
)  # fmt: skip
def test_a_month_is_charged_by_its_days_and_never_more_than_was_printed(amount, day, month):
    last_day = month + timedelta(days=day - 1)
    part = charged_until(last_day, month, amount)
    assert 0 <= part <= amount
    length = 31 if month.month == 10 else 28
    assert abs(part - amount * min(day, length) / length) <= Decimal("0.005")
    assert charged_until(month - timedelta(days=1), month, amount) == 0
