"""What stands on the three copies of a service agreement, before anything is drawn."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reports.documents import service_agreement
from reports.documents.colour import READS_WELL, contrast_with_white, on_paper
from reports.documents.service_agreement import Agreed, Signed, context, text_code
from schools.models.agreements import NEEDED, Party, SignedPart
from schools.models.wording import Part
from tests.factories.snapshots import FUND_CANARY, make_snapshot


def test_dates_are_dates_and_money_is_decimal_pounds():
    shown = context(make_snapshot(), "school")

    assert shown["issued_on"] == date(2026, 9, 1)
    assert shown["money"].charge == Decimal("4715.00")
    assert shown["money"].due_on == date(2026, 10, 3)
    assert shown["money"].everybody is None


def test_the_same_hours_on_several_days_are_said_once():
    snapshot = make_snapshot(days=3)
    snapshot["way"]["days"][2] |= {"starts": "09:00", "ends": "12:00"}

    assert context(snapshot, "way")["days_and_times"] == "Monday and Tuesday 8:30am to 3:30pm; Wednesday 9am to 12pm"


def test_parts_keep_their_numbers_on_every_copy():
    for copy in ("school", "council", "way"):
        assert [part.number for part in context(make_snapshot(), copy)["parts"]] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_part_three_is_called_what_the_agreement_calls_it():
    shown = context(make_snapshot(), "school")

    assert shown["parts"][shown["cost_part"] - 1].title == Part.COST.label


def test_the_schools_own_lines_are_numbered_on_and_carry_their_label():
    service = context(make_snapshot(), "way")["parts"][1]

    assert service.clauses[3].label == ""
    assert service.clauses[4] == Agreed(
        "2.5", "Attendance in years 5 and 6, and the move to secondary school.", "What the worker does here"
    )


def test_the_way_copy_needs_no_money_in_the_snapshot():
    snapshot = make_snapshot()
    whole = context(snapshot, "way")
    for money in ("cost", "cost_sheet", "charge", "cost_digest"):
        del snapshot[money]

    assert context(snapshot, "way") == whole
    assert whole["money"] is None
    assert whole["cost_code"] == ""


def test_the_school_copy_is_made_without_the_councils_view():
    snapshot = make_snapshot(payers=4)
    whole = context(snapshot, "school")
    del snapshot["cost"]

    assert context(snapshot, "school") == whole
    assert FUND_CANARY not in str(whole)
    assert [(payer.name, payer.percent, payer.total) for payer in whole["money"].payers] == [
        ("The school", Decimal("41.00"), Decimal("14145.00")),
        ("The rest", Decimal("59.00"), None),
    ]
    assert "The rest is paid by others." in whole["money"].share_in_words


def test_a_share_and_a_cost_that_change_are_said_beside_the_total():
    """41 % of the first day's cost a year is not the total then; whoever multiplies must be told why."""
    steady = context(make_snapshot(), "school")["money"]
    assert "another cost" not in steady.share_in_words
    snapshot = make_snapshot()
    for view in (snapshot["cost_sheet"], snapshot["cost"]["payers"][1]):
        view["changes"] = [{"from": "2026-12-01", "percent": "35.00"}]
    snapshot["cost"]["payers"][0]["changes"] = [{"from": "2026-12-01", "percent": "65.00"}]
    for month in snapshot["cost_sheet"]["months"]:
        percent = Decimal(41) if month["month"] < "2026-12-01" else Decimal(35)
        month["amount"] = str((Decimal("34500") * percent / 1200).quantize(Decimal("0.01")))
    school, council = context(snapshot, "school")["money"], context(snapshot, "council")["money"]
    from_december = date(2026, 12, 1)
    assert "and 35\N{NO-BREAK SPACE}% from 1 December 2026." in school.share_in_words
    assert "another cost" not in school.share_in_words, "the share has changed, the cost has not"
    assert [payer.changes for payer in school.payers] == [((from_december, 35),), ((from_december, 65),)]
    assert [payer.changes for payer in council.payers] == [((from_december, 35),), ((from_december, 65),)]

    for month in snapshot["cost_sheet"]["months"][7:]:
        month["amount"] = str(Decimal(month["amount"]) * Decimal("1.032"))
    raised = context(snapshot, "school")["money"].share_in_words
    assert "From April 2027 the post has another cost a year, for pay, grade or hours change." in raised


def test_part_months_are_no_change_of_cost():
    snapshot = make_snapshot()
    snapshot["way"]["period"] |= {"starts_on": "2026-09-14", "ends_on": "2027-07-20"}
    for at in (0, 10, 11):
        snapshot["cost_sheet"]["months"][at]["amount"] = "1.00"

    assert "another cost" not in context(snapshot, "school")["money"].share_in_words


def test_a_school_that_pays_everything_has_nobody_beside_it():
    for copy in ("school", "council"):
        money = context(make_snapshot(payers=1), copy)["money"]
        assert [payer.name for payer in money.payers] == ["The school"]
        assert money.columns == ["The school"]
        assert money.share_in_words.startswith("The school pays for the whole post: £34,500.00 a year.")


def test_the_council_copy_has_every_payer_the_school_first_and_all_together():
    money = context(make_snapshot(payers=3), "council")["money"]

    assert money.columns[0] == "The school"
    assert money.columns[-1] == "Together"
    assert [payer.percent for payer in money.payers] == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert money.whole[-1] == sum(payer.total for payer in money.payers) == Decimal("34500.00")
    assert money.everybody == sum(payer.term for payer in money.payers)


@pytest.mark.parametrize("payers", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("copy", ["school", "council"])
def test_months_add_up_to_terms_and_terms_to_the_year(copy, payers):
    money = context(make_snapshot(payers=payers), copy)["money"]

    for of_term in money.schedule:
        assert [sum(column) for column in zip(*(month.amounts for month in of_term.months), strict=True)] == (
            of_term.total.amounts
        )
    assert [sum(column) for column in zip(*(each.total.amounts for each in money.schedule), strict=True)] == money.whole
    assert sum(line.amounts[0] for line in money.charge_months) == money.charge


def test_signatures_stand_in_order_and_say_what_was_signed():
    signed = context(make_snapshot(), "council")["signatures"]

    assert [(line.party, line.parts, line.name) for line in signed] == [
        ("For the school", "Way of working and cost", "Hetty Oakes"),
        ("The worker", "Way of working", "Wanda Marsh"),
        ("For the council", "Way of working and cost", "Sena Holt"),
    ]
    assert signed[0].at == datetime(2026, 7, 1, 6, 47, 12, tzinfo=UTC)


def test_what_is_not_signed_says_so_for_each_part():
    snapshot = make_snapshot(signed=False)
    snapshot["signatures"][0]["parts"] = ["cost"]

    assert context(snapshot, "school")["signatures"][1:] == [
        Signed("For the school", "Way of working"),
        Signed("The worker", "Way of working"),
        Signed("For the council", "Way of working and cost"),
    ]
    # The cost that was signed is no business of the way-of-working copy.
    assert context(snapshot, "way")["signatures"][0] == Signed("For the school", "Way of working")


def test_who_must_sign_is_what_the_agreement_needs():
    asked = {(party, part) for party, parts in service_agreement.MUST_SIGN.items() for part in parts}

    assert asked == {(str(party), str(part)) for party, part in NEEDED}
    assert set(service_agreement.PARTIES) == set(Party.values)
    assert set(service_agreement.PARTS) == set(SignedPart.values)


def test_a_text_code_is_sixteen_figures_in_fours():
    assert text_code("3f2a91bc77d01e45" + "0" * 48) == "3F2A 91BC 77D0 1E45"


@pytest.mark.parametrize("colour", ["#ffdd00", "#ffffff", "#1d5a94", "#00ff00", "#000000"])
def test_any_colour_reads_on_white_paper(colour):
    printed = on_paper(colour)

    assert contrast_with_white(tuple(int(printed[at : at + 2], 16) for at in (1, 3, 5))) >= READS_WELL


def test_a_colour_that_reads_well_stays_as_it_is():
    assert on_paper("#0b3c5d") == "#0b3c5d"


def test_another_copy_is_a_mistake():
    with pytest.raises(KeyError):
        context(make_snapshot(), "governors")
