"""The measures that there are. A figure that is not here stands on no page."""

from __future__ import annotations

from reports.measures.agreements import AgreementsSigned, WaitingForSignature
from reports.measures.measure import Measure
from reports.measures.money import MoneyByFund
from reports.measures.notice import NextNotice
from reports.measures.places import PostsFilled, SchoolsWithWorker

# In the order of the county's page: the same place each week.
MEASURES: tuple[Measure, ...] = (
    AgreementsSigned(),
    WaitingForSignature(),
    SchoolsWithWorker(),
    PostsFilled(),
    MoneyByFund(),
    NextNotice(),
)
BY_CODE = {measure.code: measure for measure in MEASURES}
