"""The measures that there are. A figure that is not here stands on no page."""

from __future__ import annotations

from reports.measures.agreements import AgreementsSigned, WaitingForSignature
from reports.measures.measure import Measure
from reports.measures.money import MoneyAtRisk, MoneyByFund
from reports.measures.need import HighestNeedWithoutWorker
from reports.measures.notice import NextNotice
from reports.measures.people import PostsFilled, ReviewsFinal, RoomsReady, YoungPeopleSupported
from reports.measures.places import SchoolsWithWorker
from reports.measures.supervision import ACTIONS_KEPT, IN_THE_ROOM, SCHOOL_PRESENT, SORTED, SupervisionInDate
from reports.rules import plainly

# In the order of the county's page: the same place each week. The first six that a reader may read are its tiles.
MEASURES: tuple[Measure, ...] = (
    SupervisionInDate(),
    AgreementsSigned(),
    MoneyAtRisk(),
    HighestNeedWithoutWorker(),
    YoungPeopleSupported(),
    PostsFilled(),
    SchoolsWithWorker(),
    MoneyByFund(),
    NextNotice(),
    WaitingForSignature(),
    RoomsReady(),
    SCHOOL_PRESENT,
    IN_THE_ROOM,
    SORTED,
    ACTIONS_KEPT,
    ReviewsFinal(),
)
TILES = 6
BY_CODE = {measure.code: measure for measure in MEASURES}
# What people type who look for one (journey S2): each phrase leads to one measure.
BY_PHRASE = {
    plainly(phrase): measure
    for measure in reversed(MEASURES)
    for phrase in (measure.code, measure.code.replace("-", " "), measure.name, measure.words, *measure.asked_as)
    if phrase
}
# And those of a measure's denominator that it does not count.
BY_PHRASE_OF_OTHERS = {plainly(phrase): measure for measure in MEASURES for phrase in measure.others_asked_as}
