"""Two presses at once begin the report of a term once, and the second is told so kindly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from performance.actions.term_reports import begin_report
from performance.models import TermReport
from teams.foundation.errors import Refusal
from teams.models import Term
from tests.factories.authorities import make_county
from tests.reports.term_report_stories import WRITTEN, set_out
from tests.teams.test_pressed_twice import twice

pytestmark = pytest.mark.django_db(transaction=True)
AT = WRITTEN["autumn"]


def test_it_is_begun_once():
    county = make_county()
    with county.inside():
        set_out(county)
        term = Term.objects.get(school_year=2026, season="autumn")
    by, person = county.as_("senior", AT.date()), county.people["senior"]
    words_by = AT.date() + timedelta(days=7)
    with pytest.raises(Refusal, match="is begun already"):
        twice(county, lambda: begin_report(term, words_by=words_by, person=person, by=by, at=AT))
    with county.inside():
        assert TermReport.objects.count() == 1
