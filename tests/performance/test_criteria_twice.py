"""Two presses at once set success criteria once, and the second is told so kindly."""

from __future__ import annotations

from datetime import date

import pytest

from performance.actions import criteria
from performance.models import SuccessCriterion
from performance.rules.criteria import SHIPPED
from teams.foundation.errors import Refusal
from tests.factories.authorities import NOW, make_county
from tests.teams.test_pressed_twice import twice

pytestmark = pytest.mark.django_db(transaction=True)
DEADLINE = date(2027, 7, 21)


@pytest.mark.parametrize("whose", ["team", "county"])
def test_the_two_are_set_once(whose):
    county = make_county()
    team, who = (county.team, "manager") if whose == "team" else (None, "senior")
    with pytest.raises(Refusal, match="Criteria are set for this year already"):
        twice(county, lambda: criteria.set_shipped(team, 2026, deadline=DEADLINE, by=county.as_(who), at=NOW))
    with county.inside():
        assert sorted(each.text for each in SuccessCriterion.objects.all()) == sorted(each.text for each in SHIPPED)


def test_one_in_her_own_words_is_set_once():
    county = make_county()
    texts = iter(["Every school knows whom to ring.", "every school knows whom to ring. "])

    def press() -> tuple[SuccessCriterion, bool]:
        return criteria.set_own(
            county.team, 2026, next(texts), deadline=DEADLINE, groups=["schools"], by=county.as_("manager"), at=NOW
        )

    there, is_new = twice(county, press)
    with county.inside():
        assert (there, is_new) == (SuccessCriterion.objects.get(), False)
