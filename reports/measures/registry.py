"""The measures that there are. A figure that is not here stands on no page."""

from __future__ import annotations

from reports.measures.agreements import AgreementsSigned, WaitingForSignature
from reports.measures.measure import Measure
from reports.measures.money import MoneyByFund
from reports.measures.notice import NextNotice
from reports.measures.places import PostsFilled, SchoolsWithWorker
from reports.measures.supervision import SupervisionInDate

# In the order of the county's page: the same place each week. The first six that a reader may read are its tiles.
MEASURES: tuple[Measure, ...] = (
    SupervisionInDate(),
    AgreementsSigned(),
    SchoolsWithWorker(),
    PostsFilled(),
    MoneyByFund(),
    NextNotice(),
    WaitingForSignature(),
)
TILES = 6
BY_CODE = {measure.code: measure for measure in MEASURES}
