""" "The autumn report is ready": the mails about the reports of terms on their criteria."""

from __future__ import annotations

from performance.models import TermReport
from reports.actions.announcing import Announcing
from teams.models import Term


def kind_of(report: TermReport) -> str:
    return f"term_report_{report.season}"


TERM_REPORT = Announcing(TermReport, kind_of, "term_report")
TERM_REPORT.declare({f"term_report_{season}": f"The {season} report is ready" for season in Term.Season.values})
