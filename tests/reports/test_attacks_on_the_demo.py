"""The made-up county, bent in every way that the counts by hand know: its pages may not contradict each other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from performance.actions import county_reviews
from reports.actions.need_briefing import snapshot_of
from reports.measures.figure import figure_of
from reports.measures.measure import Reader, terms_of
from reports.measures.registry import BY_CODE, MEASURES
from reports.rules import days_to_compare
from reports.views.figures import _days
from schools.actions import need as need_actions
from schools.actions import need_areas
from schools.actions.ahead import Ahead
from supervision.actions.health import Health
from supervision.rules.health import BY_CODE as OF_HEALTH
from teams.foundation.access import Principal, Role
from teams.foundation.tenancy import authority_scope
from teams.models import Area, Authority
from tests.reports.test_figures_by_hand import TODAY, county  # noqa: F401  a story

pytestmark = pytest.mark.django_db
ZERO = Decimal(0)


@pytest.fixture
def asks(county):  # noqa: F811
    with authority_scope(county):
        senior = Principal(kind="membership", name="Sena", roles=frozenset({Role.SENIOR_MANAGER}), today=TODAY)
        yield Reader(senior, Authority.objects.get(pk=county), TODAY)


def told(reader: Reader):
    return {each.code: figure_of(each, reader) for each in MEASURES}


def test_parts_and_places_and_the_whole_agree(asks):
    for on in (TODAY, date(2026, 6, 15)):
        reader = asks.on(on) if on != TODAY else asks
        for measure in MEASURES:
            for place in (None, *reader.grain.places):
                figure = figure_of(measure, reader.at(place))
                parts = figure.parts
                for part in parts:
                    if part.place:
                        alone = figure_of(measure, reader.at(reader.grain.place(part.place)))
                        if place is None or part.place != str(place.public_id):
                            where = (measure.code, on, place and place.name, part.label, part.text, alone.text)
                            assert place is not None or alone.number == part.number, where
                if parts and all(part.number is not None for part in parts):
                    assert sum((part.number for part in parts), ZERO) == figure.number, (measure.code, on, place)
                    if figure.of is not None and measure.by != "fund":
                        assert sum((part.of for part in parts), ZERO) == figure.of, (measure.code, on, place)


def test_need_money_reviews_and_supervision_say_what_their_figures_say(asks):
    figures, principal = told(asks), asks.principal
    need = need_actions.need_of(principal, today=TODAY)
    highest = figures["highest-need-without-worker"]
    assert highest.number == len(need_actions.highest_without_worker(need))
    assert highest.of == sum(each.is_highest for each in need.schools)
    areas = need_areas.by_area(need, Area.objects.all())
    assert sum(row.highest_without for row in areas) == highest.number
    briefing = snapshot_of(asks.authority, by=principal)
    assert (briefing["highest_without"], briefing["highest"]) == (highest.number, highest.of)

    ahead = Ahead(principal, asks.authority, TODAY)
    assert figures["money-at-risk"].number == sum((line.a_year or ZERO for line in ahead.money_at_risk()), ZERO)
    first = next(each for each in ahead.endings() if each.notice_on and each.notice_on >= TODAY)
    assert figures["next-notice-date"].number == (first.notice_on - TODAY).days

    reviews, final = county_reviews.count(TODAY), figures["reviews-final"]
    assert final.of == reviews.workers == reviews.whole.of
    assert final.number == sum(number for step, _, number in reviews.whole.steps if step == "final")
    hidden = {line.words: line.is_hidden for line in reviews.teams}
    for place in asks.grain.places:
        if place.is_team and place.name in hidden:
            alone = figure_of(BY_CODE["reviews-final"], asks.at(place))
            assert (alone.number is None) == hidden[place.name], place.name

    health = Health(principal, today=TODAY)
    for code, theirs in (
        ("supervision-in-date", "in-date"), ("school-present", "school-present"), ("actions-kept", "kept"),
        ("agreed-in-the-room", "in-the-room"), ("sorted-there", "sorted"),
    ):  # fmt: skip
        figure, whole = figures[code], health.rows(OF_HEALTH[theirs])[0].this
        assert (figure.unknown != "") == (whole.is_hidden or not whole.of), code
        if not figure.unknown:
            assert (figure.number, figure.of) == (whole.number, whole.of), code


# What the last column of each figure's rows says of those that count, or of those that do not.
LAST = {
    "schools-with-a-worker": ("Nobody", False),
    "posts-filled": ("Nobody", False),
    "highest-need-without-worker": ("Nobody", True),
    "rooms-ready": ("Ready", True),
    "supervision-in-date": ("In date", True),
}


def test_what_stands_in_the_pages_rows_is_what_the_figure_counts(asks):
    """Whoever counts the rows by hand, or adds a column up, comes to the number above them."""
    for measure in MEASURES:
        for place in (None, *asks.grain.places):
            reader = measure.asked_by(asks.at(place))
            figure = figure_of(measure, reader)
            if figure.unknown or measure.no_rows:
                continue
            last = [measure.line(row, reader).cells[-1] for row in measure.rows(reader)]
            where = (measure.code, place and place.name)
            if measure.not_listed(reader):  # the page says that there are more
                assert len(last) < figure.of, where
            elif measure.costs:
                pounds = [_pounds(cell) for cell in last]
                assert sum((each for each in pounds if each is not None), ZERO) == figure.number, where
            elif measure.code in LAST:
                words, counts = LAST[measure.code]
                said = last.count(words)
                assert (said if counts else len(last) - said, len(last)) == (figure.number, figure.of), where
            elif measure.code == "agreements-signed":
                assert len(last) == figure.of, where
            elif measure.code == "waiting-for-signature":
                assert len(last) == figure.number, where


def _pounds(cell) -> Decimal | None:
    text = cell["text"] if isinstance(cell, dict) else cell
    return Decimal(text.replace("£", "").replace(",", "")) if str(text).startswith("£") else None


def test_the_days_that_are_offered_are_days_that_were(asks):
    for now in (TODAY, date(2028, 2, 29), date(2027, 9, 1)):
        reader = Reader(asks.principal, asks.authority, now)
        offered = [date.fromisoformat(value) for value, _ in _days(reader) if value]
        assert all(each < now for each in offered)
        assert len(set(offered)) == len(offered)
        term, year_ago = days_to_compare(now, [each.ends_on for each in terms_of(reader)])
        assert {term, year_ago} <= set(offered), "whose numbers stand beside today's"
