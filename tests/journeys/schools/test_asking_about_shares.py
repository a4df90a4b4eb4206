"""Asking who has not answered, answering on a phone, and what was heard on the telephone: both widths, with axe."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from schools.actions.money import share_out
from schools.models import FundingStream, ShareQuestion
from schools.permissions import SHARE_LINK
from teams.foundation.links import Link
from tests.factories.authorities import NOW, YEAR_STARTS, make_county
from tests.performance.head_parts.part import code_of
from tests.reports.conftest import clock  # noqa: F401  (a fixture)
from tests.reports.stories import active, add_terms, grow

pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


def test_a_senior_manager_asks_a_head_answers_and_one_school_is_rung(site, visitor):
    county = make_county("fenshire")
    add_terms(county, 2025, 2026, 2027, 2028)
    active(county)
    grow(county, 3)
    with county.inside():
        grant = FundingStream.objects.create(name="Family grant", ends_on=date(2027, 3, 31))
        # Two workers of one school: Elm 002 pays for its own and for Willa 1 as well.
        shares = [(grant, Decimal("59.00")), (county.rows["school 2"], Decimal("41.00"))]
        share_out(county.rows["post 2"], shares, from_day=YEAR_STARTS, by=county.as_("admin"), at=NOW)
        county.rows["school 3"].contacts.heads().update(ends_on=date(2026, 9, 1))
    senior = visitor().sign_in(county, "senior")
    senior.goto("/fenshire/money/").follow("Ask the 3 who have not answered")
    senior.reads("3 schools will be asked", "£14,145", "What they read", "No headteacher is known here.")
    senior.check("share-ask")
    senior.press("Ask 3 schools").reads("3 schools are asked.", "They were asked last on 8 September 2026.")
    senior.check("money-ahead-asked")

    with county.inside():
        question = ShareQuestion.objects.get(school=county.oakfield)
        _, token = Link.make(purpose=SHARE_LINK, subject=question, person=county.people["head"], at=NOW)
    head = visitor(phone=True)
    head.goto(f"/fenshire/l/{token}/").reads("Your share: £14,145 a year", "Wanda")
    head.check("share-question")
    head.press("Send my answer").reads("There is a problem").check("share-question-wrong")
    head.page.get_by_label("Change the days").check()
    head.fill("Which days, and why?", "Three mornings instead of two days")
    head.press("Send my answer").reads("Check your e-mail")
    head.fill("The code from the e-mail", code_of(county)).press("Continue")
    head.reads("Thank you", "Change the days: Three mornings instead of two days").check("share-question-thanks")

    senior.goto(f"/fenshire/money/ask/{county.rows['school 1'].public_id}/said/")
    senior.page.get_by_label("Hanna 1").check()
    senior.page.get_by_label("Don’t know yet").check()
    senior.check("share-rung")
    senior.press("Keep what they said").reads("said is kept").check("money-ahead-rung")
